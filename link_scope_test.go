package dealmap

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// people are everyone, a member of a group, and one who asks with a token that is limited to the Nord.
func people() []Viewer {
	member, limited := gn59, ofast
	member.Groups, limited.Limits = []string{"Aurore"}, []TerritoryCode{"dep:59"}
	return append(everyone(), member, limited)
}

func drawHandling(t *rapid.T) Handling {
	h := Handling{
		Reach: Reach(rapid.SampledFrom(Reaches()).Draw(t, "reach").Value), Code: rapid.SampledFrom(HandlingCodes()).Draw(t, "code").Value,
		Blurred: rapid.Bool().Draw(t, "blurred"),
	}
	if h.Reach == ReachGroup {
		h.Groups = []string{rapid.SampledFrom([]string{"Aurore", "Boréal"}).Draw(t, "group")}
	}
	if rapid.IntRange(0, 3).Draw(t, "embargo") == 0 {
		h.EmbargoUntil = DateOf(noon).AddDays(rapid.IntRange(-1, 1).Draw(t, "days"))
	}
	return h
}

func drawOwner(t *rapid.T) Owner {
	return rapid.SampledFrom([]Owner{{ServicePN, "Cross 13"}, {ServiceGN, "SR Marseille"}, {ServiceGN, "SR Nice"}, {ServiceOfast, "Ofast"}}).Draw(t, "owner")
}

// TestNobodySeesALinkWithoutBothEnds holds SeeLink to the tables that decide of places: a link is told to those to whom both ends are
// shown, as a place of its owner and handling on the ground of either end would be; it is counted for those who count both.
func TestNobodySeesALinkWithoutBothEnds(t *testing.T) {
	t.Parallel()
	told, tallied := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		place := func(n int, owner Owner, handling Handling, at TerritoryCode) *Place {
			facts := marseille()
			facts.Owner, facts.Handling = owner, handling
			return &Place{ID: id(n), Reference: fmt.Sprint("13-", n), Revision: 1, Status: Active, Facts: facts, Territories: chains[at]}
		}
		ground := func() TerritoryCode {
			return rapid.SampledFrom([]TerritoryCode{"com:13055", "com:84007", "com:59350"}).Draw(t, "ground")
		}
		from, to := place(1, drawOwner(t), drawHandling(t), ground()), place(2, drawOwner(t), drawHandling(t), ground())
		l := &Link{ID: id(3), Revision: 1, Facts: LinkFacts{
			From: from.ID, To: to.ID, Kind: Supplies, Strength: 2, Note: "n", SourceRecord: "ligne 4", Network: "R-13-7KQ", Owner: drawOwner(t), Handling: drawHandling(t),
		}}
		for _, v := range people() {
			scope := NewScope(v, DateOf(noon))
			details := map[TerritoryCode]Detail{}
			for _, end := range []*Place{from, to} {
				sight, _ := scope.See(place(4, l.Facts.Owner, l.Facts.Handling, end.Territories[0]))
				details[end.Territories[0]] = sight.Detail()
			}
			seenFrom, _ := scope.See(from)
			seenTo, _ := scope.See(to)
			own, want := max(details[from.Territories[0]], details[to.Territories[0]]), Nothing
			switch a, b := seenFrom.Detail(), seenTo.Detail(); {
			case a >= Shown && b >= Shown && own >= Shown:
				want = own
			case a == Tallied && b == Tallied && own == Tallied:
				want = Tallied
			}
			sight, ok := scope.SeeLink(l, seenFrom, seenTo)
			if sight.Detail() != want || ok != (want != Nothing) {
				t.Fatalf("%s %s sees the ends as %d and %d, a place held so as %d, and the link as %d", v.Role, v.Unit, seenFrom.Detail(), seenTo.Detail(), own, sight.Detail())
			}
			if back, _ := scope.SeeLink(l, seenTo, seenFrom); back.Detail() != want {
				t.Fatalf("%s sees the link otherwise from its other end", v.Unit)
			}
			clct := v.Role == RolePrefet || v.Role == RoleProcureur
			if sight.Told() && clct || want == Tallied && !clct {
				t.Fatalf("%s %s sees a link as %d", v.Role, v.Unit, want)
			}
			if want == Nothing {
				continue
			}
			hidden, groups := sight.Withheld(), len(l.Facts.Handling.Groups) > 0
			for field, shown := range map[string]bool{"note": sight.Note() != "", "source_record": sight.SourceRecord() != "",
				"handling.groups": groups == (len(sight.Handling().Groups) > 0)} {
				if want := sight.Told() && !slices.Contains(hidden, field); shown != want && (groups || field != "handling.groups") {
					t.Fatalf("%s sees %s: %v, withheld %v", v.Unit, field, shown, hidden)
				}
			}
			if sight.Told() {
				told++
			} else {
				tallied++
				if !sight.ID().IsZero() || sight.Network() != "" || sight.Owner() != (Owner{}) || sight.Of("R-13-7KQ") || sight.MayBeChanged(&v) || sight.MayDisclose() {
					t.Fatalf("%s only counts a link and is told of it", v.Unit)
				}
			}
			removed := *l
			removed.Removed = true
			if _, ok := scope.SeeLink(&removed, seenFrom, seenTo); ok {
				t.Fatal("a removed link is seen")
			}
			if _, ok := scope.SeeLink(l, seenFrom, seenFrom); ok {
				t.Fatal("a place is linked to itself")
			}
		}
	})
	if told == 0 || tallied == 0 {
		t.Errorf("%d links were told and %d counted", told, tallied)
	}
}

// TestHiddenLinksAndNetworksAreAsAbsent decides random wishes on two maps that are alike but for links and a network which the author
// does not see: what comes of them must be the same.
func TestHiddenLinksAndNetworksAreAsAbsent(t *testing.T) {
	t.Parallel()
	day := DateOf(noon)
	with, without := tiedWorld(t), tiedWorld(t)
	for _, w := range []*world{with, without} {
		if err := w.do(t, cross13, tie(1, 1, 2, func(f *LinkFacts) { f.Means = "post" })); err != nil {
			t.Fatal(err)
		}
	}
	embargo := Handling{EmbargoUntil: day.AddDays(30)}
	n := 50
	for _, kind := range LinkKinds() {
		for from := 1; from <= 3; from++ {
			for to := 1; to <= 3; to++ {
				c := tie(n, from, to, func(f *LinkFacts) { f.Kind, f.Handling, f.Network = LinkKind(kind.Value), embargo, "R-13-HID" })
				if c.Facts.Kind == Rival {
					c.Facts.Since = day
				} else if from != to {
					c.Facts.Since, c.Facts.Until = day.AddDays(-9), day.AddDays(-1)
				}
				if err := with.do(t, cross13, c); err == nil {
					n++
				}
			}
		}
	}
	if n < 50+12 {
		t.Fatalf("only %d links are hidden", n-50)
	}
	if err := with.do(t, cross13, RecordNetwork{ID: id(60), Facts: NetworkFacts{Territory: "dep:13", Handling: embargo}, Code: "R-13-HID"}); err != nil {
		t.Fatal(err)
	}
	taken, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		facts := LinkFacts{
			From: id(rapid.IntRange(1, 6).Draw(t, "from")), To: id(rapid.IntRange(1, 6).Draw(t, "to")),
			Kind: LinkKind(rapid.SampledFrom(LinkKinds()).Draw(t, "kind").Value), Means: rapid.SampledFrom([]Means{"", "", "post"}).Draw(t, "means"),
			Network: rapid.SampledFrom([]string{"", "R-13-HID"}).Draw(t, "network"), Handling: Handling{EmbargoUntil: day.AddDays(rapid.IntRange(-2, 1).Draw(t, "embargo"))},
		}
		if rapid.Bool().Draw(t, "ends") {
			facts.Since, facts.Until = day.AddDays(-9), day.AddDays(rapid.IntRange(-10, 0).Draw(t, "until"))
		}
		link := RecordLink{ID: id(900), Facts: facts}
		c := rapid.SampledFrom([]Command{
			link, link, ImportNetwork{Code: "R-13-HID", Links: []RecordLink{link}}, ImportNetwork{Code: "R-13-HID", Members: []ID{facts.From, facts.To}},
			ChangeLink{ID: id(101), Patch: fmt.Appendf(nil, `{"kind":%q,"means":%q}`, facts.Kind, facts.Means)}, RemoveLink{ID: id(150)},
			ChangeLink{ID: id(151), Patch: []byte(`{"strength":2}`)}, ChangeNetwork{ID: id(60), Patch: []byte(`{"note":"n"}`)}, RemoveNetwork{ID: id(60)},
			RecordNetwork{ID: id(901), Code: "R-13-HID", Facts: NetworkFacts{Territory: "dep:13", Handling: facts.Handling}},
			AssignNetwork{Code: "R-13-HID", Add: []ID{facts.From}, Remove: []ID{facts.To}},
		}).Draw(t, "wish")
		for _, v := range []Viewer{ofast, gn13, pn59, cross84, prefet13} {
			events, err := c.Decide(with, v, with.env())
			others, otherErr := c.Decide(without, v, without.env())
			if fmt.Sprint(err) != fmt.Sprint(otherErr) || KindOf(err) != KindOf(otherErr) || !reflect.DeepEqual(events, others) {
				t.Fatalf("%s: %T gives %v, %v where something is hidden, and %v, %v where nothing is", v.Unit, c, events, err, others, otherErr)
			}
			if err != nil {
				refused++
			} else {
				taken++
			}
		}
	})
	if taken == 0 || refused == 0 {
		t.Errorf("%d wishes were granted, %d refused", taken, refused)
	}
}
