package dealmap

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// tiedWorld has five places of Cross 13 at Marseille: 1 to 3 known to all, 4 to its service, 5 under embargo.
func tiedWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	for n := 1; n <= 5; n++ {
		f := withOwner(marseille())
		f.Name, f.Position, f.FirstSeen = fmt.Sprintf("Tour %d", n), point(5.37+float64(n)/100, 43.3), DateOf(noon).AddDays(-100)
		switch n {
		case 4:
			f.Handling.Reach = ReachService
		case 5:
			f.Owner, f.Handling.EmbargoUntil = Owner{ServicePN, "Cross 13"}, DateOf(noon).AddDays(30)
		}
		if err := w.do(t, cross13, AddPlace{ID: id(n), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(n, err)
		}
	}
	return w
}

func tie(n, from, to int, change ...func(*LinkFacts)) RecordLink {
	facts := LinkFacts{From: id(from), To: id(to), Kind: Supplies}
	for _, c := range change {
		c(&facts)
	}
	return RecordLink{ID: id(100 + n), Facts: facts}
}

// linkSeen is what a person sees of a link.
func (w *world) linkSeen(v Viewer, n int) (LinkSight, bool) {
	scope := NewScope(v, DateOf(noon))
	l := w.links[id(100+n)]
	if l == nil {
		return LinkSight{}, false
	}
	return scope.SeeLink(l, sightOf(w, scope, l.Facts.From), sightOf(w, scope, l.Facts.To))
}

func TestALinkIsSeenByWhoSeesBothEnds(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	for n, c := range []RecordLink{tie(0, 1, 2), tie(1, 1, 4), tie(2, 1, 5), tie(3, 2, 3, func(f *LinkFacts) { f.Handling = Handling{Reach: ReachService, Code: "H3"}; f.Note = "n" })} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(n, err)
		}
	}
	for _, c := range []struct {
		who  string
		v    Viewer
		sees [4]Detail
	}{
		{"cross13", cross13, [4]Detail{Whole, Whole, Whole, Whole}}, {"ofast", ofast, [4]Detail{Whole, Whole, Nothing, Whole}},
		{"pn59", pn59, [4]Detail{Shown, Shown, Nothing, Shown}}, {"gn13", gn13, [4]Detail{Shown, Nothing, Nothing, Nothing}},
		{"prefet13", prefet13, [4]Detail{Tallied, Tallied, Nothing, Tallied}}, {"parquet", parquet, [4]Detail{Tallied, Tallied, Tallied, Tallied}},
		{"partner", partner, [4]Detail{}}, {"auditor", auditor, [4]Detail{}}, {"admin", admin, [4]Detail{}}, {"nobody", Viewer{}, [4]Detail{}},
	} {
		for n, want := range c.sees {
			sight, ok := w.linkSeen(c.v, n)
			if sight.Detail() != want || ok != (want != Nothing) {
				t.Errorf("%s sees link %d as %d, want %d", c.who, n, sight.Detail(), want)
			}
			if ok && !sight.Told() && (!sight.ID().IsZero() || sight.Note() != "" || sight.Owner() != (Owner{}) || !sight.From().ID().IsZero()) {
				t.Errorf("%s only counts link %d and is told %v", c.who, n, sight.ID())
			}
		}
	}
	if sight, _ := w.linkSeen(pn59, 3); sight.Note() != "" || !slices.Contains(sight.Withheld(), "note") || sight.MayDisclose() {
		t.Errorf("H3 does not keep the note back: %q", sight.Note())
	}
}

func TestLinksThatMayNotBe(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	if err := w.do(t, cross13, StepPlace{ID: id(3), To: Closed, Reason: Dismantled, Date: DateOf(noon).AddDays(-1)}); err != nil {
		t.Fatal(err)
	}
	blurred := withOwner(marseille())
	blurred.Name, blurred.Position, blurred.Handling = "Tour 6", point(5.5, 43.4), Handling{Reach: ReachService, Code: "H0", Blurred: true}
	blurred.Owner = Owner{ServiceGN, "SR Marseille"}
	if err := w.do(t, cross13, AddPlace{ID: id(6), Facts: blurred, Status: Active, AcceptDuplicates: true}); err != nil {
		t.Fatal(err)
	}
	day := DateOf(noon)
	for name, c := range map[string]struct {
		as    Viewer
		cmd   RecordLink
		kind  ErrorKind
		field string
	}{
		"itself":           {cross13, tie(0, 1, 1), KindInvalid, "to"},
		"absent":           {cross13, tie(0, 1, 77), KindInvalid, "to"},
		"hidden":           {ofast, tie(0, 1, 5), KindInvalid, "to"},
		"no end":           {cross13, RecordLink{ID: id(100), Facts: LinkFacts{From: id(1), Kind: Supplies}}, KindInvalid, "to"},
		"closed":           {cross13, tie(0, 1, 3), KindInvalid, "to"},
		"beyond a closing": {cross13, tie(0, 1, 3, func(f *LinkFacts) { f.Until = day }), KindInvalid, "until"},
		"reversed days":    {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Since, f.Until = day, day.AddDays(-1) }), KindInvalid, "until"},
		"tomorrow's":       {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Since = day.AddDays(3) }), KindInvalid, "since"},
		"ends in future":   {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Until = day.AddDays(3) }), KindInvalid, "until"},
		"unknown kind":     {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Kind = "friends" }), KindInvalid, "kind"},
		"unknown means":    {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Means = "camel" }), KindInvalid, "means"},
		"rivals by road":   {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Kind, f.Means = Rival, "road" }), KindInvalid, "means"},
		"blurred":          {cross84, tie(0, 1, 6), KindInvalid, "to"},
		"too strong":       {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Strength = mostStrength + 1 }), KindInvalid, "strength"},
		"unheard of reach": {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Handling.Reach = "friends" }), KindInvalid, "handling.reach"},
		"ungradable":       {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Grading = Grading{"europol", "Z", "1"} }), KindInvalid, "grading"},
		"no strength":      {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Strength = -1 }), KindInvalid, "strength"},
		"a family's name":  {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Network = "Dupont" }), KindInvalid, "network"},
		"a telephone":      {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Note = "06 12 34 56 78" }), KindInvalid, "note"},
		"hides it": {cross13, tie(0, 1, 2, func(f *LinkFacts) { f.Owner, f.Handling.EmbargoUntil = Owner{ServiceGN, "SR"}, day.AddDays(9) }), KindInvalid,
			"handling.embargo_until"},
		"no right":     {pn59, tie(0, 1, 2), KindForbidden, ""},
		"elsewhere":    {cross84, tie(0, 1, 2), KindForbidden, ""},
		"aggregates":   {prefet13, tie(0, 1, 2), KindForbidden, ""},
		"without name": {cross13, RecordLink{Facts: LinkFacts{From: id(1), To: id(2), Kind: Supplies}}, KindInvalid, "id"},
	} {
		err := w.do(t, c.as, c.cmd)
		if KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.field) {
			t.Errorf("%s: %v, want %s of %q", name, err, c.kind, c.field)
		}
		if len(w.links) > 0 {
			t.Fatalf("%s was recorded", name)
		}
	}
	// What is closed may have been tied before, and its trade may have gone on elsewhere.
	for n, c := range []RecordLink{tie(1, 1, 3, func(f *LinkFacts) { f.Until = day.AddDays(-2) }), tie(2, 3, 2, func(f *LinkFacts) { f.Kind = DisplacedTo })} {
		if err := w.do(t, cross13, c); err != nil {
			t.Error(n, err)
		}
	}
}

func TestLinksRepeatedAndContradictory(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	day := DateOf(noon)
	span := func(from, until int) func(*LinkFacts) {
		return func(f *LinkFacts) { f.Since, f.Until = day.AddDays(from), day.AddDays(until) }
	}
	must := w.must(t, cross13)
	refused := func(v Viewer, c Command, say string) {
		t.Helper()
		if err := w.do(t, v, c); KindOf(err) != KindConflict || !strings.Contains(err.Error(), say) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	must(tie(1, 1, 2, span(-50, -40)))
	refused(cross13, tie(2, 1, 2, span(-45, -30)), "déjà liés")
	must(tie(2, 1, 2, span(-39, -30)))
	must(tie(3, 2, 1, span(-50, -30))) // a cycle: goods may come back
	must(tie(4, 1, 2, span(-50, -30), func(f *LinkFacts) { f.Means = "sea" }))
	refused(cross13, tie(5, 2, 1, span(-35, -1), func(f *LinkFacts) { f.Kind = Rival }), "contradiction")
	must(tie(5, 2, 1, span(-20, -1), func(f *LinkFacts) { f.Kind = Rival }))
	refused(cross13, tie(6, 1, 2, span(-20, -10), func(f *LinkFacts) { f.Kind = Rival }), "déjà liés")
	refused(cross13, tie(6, 1, 2, span(-10, -5)), "contradiction")
	refused(cross13, ChangeLink{ID: id(102), Patch: json.RawMessage(`{"since":null,"until":null}`)}, "déjà liés")
	// A link that somebody does not see is not hinted at.
	must(tie(7, 2, 3, func(f *LinkFacts) { f.Handling.EmbargoUntil = day.AddDays(30) }))
	if err := w.do(t, ofast, tie(8, 2, 3)); err != nil {
		t.Errorf("a hidden link is hinted at: %v", err)
	}
}

func TestChangingAndRemovingLinks(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	if err := w.do(t, cross13, tie(1, 1, 2, func(f *LinkFacts) { f.Means, f.Note = "road", "n" })); err != nil {
		t.Fatal(err)
	}
	change := func(patch string, revision int) ChangeLink {
		return ChangeLink{ID: id(101), Revision: revision, Patch: json.RawMessage(patch)}
	}
	for name, c := range map[string]struct {
		as   Viewer
		cmd  Command
		kind ErrorKind
	}{
		"no end": {cross13, change(`{"from":null}`, 1), KindInvalid}, "an early end": {cross13, change(`{"since":"2026-11-20","until":"2026-11-19"}`, 1), KindInvalid},
		"hides it": {ofast, change(`{"handling":{"embargo_until":"2026-12-24"}}`, 1), KindInvalid}, "no patch": {cross13, change(`[]`, 1), KindInvalid},
		"another end": {cross13, change(fmt.Sprintf(`{"to":%q}`, id(3)), 1), KindInvalid}, "an odd field": {cross13, change(`{"odd":1}`, 1), KindInvalid},
		"stale": {cross13, change(`{"strength":3}`, 7), KindStale}, "no right": {gn13, change(`{"strength":3}`, 1), KindForbidden},
		"not there": {cross13, ChangeLink{ID: id(9)}, KindNotFound}, "only counted": {prefet13, change(`{"strength":3}`, 1), KindNotFound},
		"removed stale": {cross13, RemoveLink{ID: id(101), Revision: 9}, KindStale},
	} {
		if err := w.do(t, c.as, c.cmd); KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	if err := w.do(t, ofast, change(`{"strength":3,"means":null,"handling":{"reach":"service","code":"H0"}}`, 1)); err != nil {
		t.Fatal(err)
	}
	l := w.links[id(101)]
	if l.Revision != 2 || l.Facts.Strength != 3 || l.Facts.Means != "" || l.Facts.Note != "n" {
		t.Errorf("changed to %+v", l)
	}
	if _, ok := w.linkSeen(gn13, 1); ok {
		t.Error("another service still sees it")
	}
	if err := w.do(t, cross13, change(`{"strength":3}`, 0)); err != nil || w.links[id(101)].Revision != 2 {
		t.Errorf("what changes nothing is written: %v", err)
	}
	if err := w.do(t, cross13, RemoveLink{ID: id(101), Revision: 2}); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.linkSeen(cross13, 1); ok {
		t.Error("a removed link is seen")
	}
	if err := w.do(t, cross13, RemoveLink{ID: id(101)}); KindOf(err) != KindNotFound {
		t.Errorf("removed twice: %v", err)
	}
}

func TestMergingCarriesLinksAndPartingRestoresThem(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for n, f := range []Facts{withOwner(marseille()), twin(), withOwner(marseille())} {
		if n == 2 {
			f.Position = point(5.45, 43.35)
		}
		if err := w.do(t, ofast, AddPlace{ID: id(n + 1), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []Command{tie(1, 2, 3), tie(2, 1, 2, func(f *LinkFacts) { f.Kind = SameNetwork }), MergePlaces{Into: id(1), From: id(2)}} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(err)
		}
	}
	if l, ok := w.linkSeen(ofast, 1); !ok || l.From().ID() != id(1) || l.To().ID() != id(3) {
		t.Errorf("the link of the merged record leads from %s to %s (%v)", l.From().ID(), l.To().ID(), ok)
	}
	if _, ok := w.linkSeen(ofast, 2); ok {
		t.Error("a place is linked to itself")
	}
	if err := w.do(t, ofast, tie(3, 1, 3)); KindOf(err) != KindConflict {
		t.Errorf("the link that came with the record is repeated: %v", err)
	}
	if err := w.do(t, ofast, SplitPlace{ID: id(1), Member: id(2)}); err != nil {
		t.Fatal(err)
	}
	for n, from := range map[int]int{1: 2, 2: 1} {
		if l, ok := w.linkSeen(ofast, n); !ok || l.From().ID() != id(from) {
			t.Errorf("link %d after parting: %v, from %s", n, ok, l.From().ID())
		}
	}
}

func TestErasingAPlaceErasesItsLinks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for n, f := range []Facts{withOwner(marseille()), twin(), withOwner(marseille())} {
		if n == 2 {
			f.Position = point(5.45, 43.35)
		}
		if err := w.do(t, cross13, AddPlace{ID: id(n + 1), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	hidden := func(f *LinkFacts) { f.Handling.EmbargoUntil, f.Means = DateOf(noon).AddDays(30), "sea" }
	for _, c := range []Command{tie(1, 2, 3), tie(2, 1, 2, func(f *LinkFacts) { f.Kind = SameNetwork }), tie(3, 1, 3, hidden), tie(4, 3, 1), MergePlaces{Into: id(1), From: id(2)}} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
	}
	events, err := ErasePlace{ID: id(1), Reason: "retention"}.Decide(w, ofast, w.env())
	if err != nil {
		t.Fatal(err)
	}
	erased := map[ID]int{}
	for _, e := range events {
		if body, ok := e.Body.(LinkErased); ok {
			if erased[e.Subject]++; len(body.Entries) == 0 {
				t.Errorf("no entry of %s is erased", e.Subject)
			}
		}
	}
	if len(erased) != 4 {
		t.Errorf("links %v are erased, want four", erased)
	}
	for link, times := range erased {
		if times != 1 {
			t.Errorf("%s is erased %d times", link, times)
		}
	}
	if err := w.do(t, ofast, ErasePlace{ID: id(1), Reason: "retention"}); err != nil {
		t.Fatal(err)
	}
	if len(w.links) != 0 {
		t.Errorf("%d links dangle", len(w.links))
	}
}

// TestLinksOfChainsOfMerges merges a record with links into a place that is then merged into another: links lead to the last, and
// parting brings them back one by one.
func TestLinksOfChainsOfMerges(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for n := 1; n <= 4; n++ {
		f := withOwner(marseille())
		f.Name = fmt.Sprint("Tour ", n)
		if n == 4 {
			f.Position = point(5.45, 43.35)
		}
		if err := w.do(t, ofast, AddPlace{ID: id(n), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	leads := func(what string, ends map[int][2]int) {
		t.Helper()
		for n := 1; n <= 3; n++ {
			l, ok := w.linkSeen(ofast, n)
			if want, told := ends[n]; ok != told || ok && (l.From().ID() != id(want[0]) || l.To().ID() != id(want[1])) {
				t.Errorf("%s: link %d leads from %s to %s (%v), want %v", what, n, l.From().ID(), l.To().ID(), ok, want)
			}
		}
	}
	run := func(c Command) {
		t.Helper()
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []Command{tie(1, 3, 4), tie(2, 3, 2), tie(3, 1, 3), MergePlaces{Into: id(2), From: id(3)}} {
		run(c)
	}
	leads("one merge", map[int][2]int{1: {2, 4}, 3: {1, 2}})
	run(MergePlaces{Into: id(1), From: id(2)})
	leads("two merges", map[int][2]int{1: {1, 4}})
	if err := w.do(t, ofast, tie(4, 1, 4)); KindOf(err) != KindConflict {
		t.Errorf("a link of a record at the end of the chain is repeated: %v", err)
	}
	events, err := ErasePlace{ID: id(1), Reason: "retention"}.Decide(w, ofast, w.env())
	erased := map[ID]int{}
	for _, e := range events {
		if _, link := e.Body.(LinkErased); link {
			erased[e.Subject]++
		}
	}
	if err != nil || len(erased) != 3 || erased[id(101)] != 1 || erased[id(102)] != 1 || erased[id(103)] != 1 {
		t.Errorf("erasing all of them erases links %v (%v)", erased, err)
	}
	run(SplitPlace{ID: id(1), Member: id(2)})
	leads("the last undone", map[int][2]int{1: {2, 4}, 3: {1, 2}})
	run(SplitPlace{ID: id(2), Member: id(3)})
	leads("all undone", map[int][2]int{1: {3, 4}, 2: {3, 2}, 3: {1, 3}})
}

func TestFilterOfLinks(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	day := DateOf(noon)
	north := withOwner(marseille())
	north.Commune, north.Position, north.Networks = "59350", point(3.06, 50.63), nil
	if err := w.do(t, ofast, AddPlace{ID: id(6), Facts: north, Status: Active}); err != nil {
		t.Fatal(err)
	}
	for n, c := range []RecordLink{
		tie(1, 1, 2, func(f *LinkFacts) { f.Means, f.Until = "road", day.AddDays(-10) }),
		tie(2, 2, 3, func(f *LinkFacts) { f.Kind, f.Since, f.Network = StoresFor, day.AddDays(-9), "R-13-ABC" }),
		tie(3, 1, 6, func(f *LinkFacts) { f.Means = "sea" }),
	} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(n, err)
		}
	}
	for _, c := range []struct {
		filter LinkFilter
		want   string
	}{
		{LinkFilter{}, "123"}, {LinkFilter{Kinds: []LinkKind{StoresFor, Rival}}, "2"}, {LinkFilter{Means: []Means{""}}, "2"}, {LinkFilter{Means: []Means{"road", "sea"}}, "13"},
		{LinkFilter{On: day}, "23"}, {LinkFilter{On: day.AddDays(-10)}, "13"}, {LinkFilter{From: day.AddDays(-9)}, "23"}, {LinkFilter{To: day.AddDays(-10)}, "13"},
		{LinkFilter{From: day.AddDays(-10), To: day.AddDays(-9)}, "123"}, {LinkFilter{Network: "R-13-7KQ"}, "1"}, {LinkFilter{Network: "R-13-ABC"}, "2"},
		{LinkFilter{Network: "R-13-NON"}, ""}, {LinkFilter{Territory: "dep:59"}, "3"}, {LinkFilter{Territory: "zone:sud"}, "123"},
		{LinkFilter{Territory: "dep:13", Means: []Means{"sea"}, On: day}, "3"},
	} {
		got := ""
		for n := 1; n <= 3; n++ {
			if sight, ok := w.linkSeen(ofast, n); ok && c.filter.Match(sight) {
				got += fmt.Sprint(n)
			}
		}
		if zero := c.want == "123" && c.filter.Territory == "" && c.filter.From.IsZero(); got != c.want || c.filter.IsZero() != zero {
			t.Errorf("%+v lets %q through, want %q", c.filter, got, c.want)
		}
	}
}
