package dealmap

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func granted(t *testing.T, w *world, n int, g Grant) Viewer {
	t.Helper()
	if err := w.do(t, admin, GiveGrant{ID: id(n), Grant: g}); err != nil {
		t.Fatal(err)
	}
	return w.grants[id(n)].Viewer()
}

var gnGrant = Grant{Subject: "gn", Name: "GN", Role: RoleInvestigator, Service: ServiceGN, Unit: "SR", Territories: []TerritoryCode{"dep:13"}}

func refusedIn(t *testing.T, what string, err error, field string) {
	t.Helper()
	if KindOf(err) != KindInvalid || !strings.Contains(err.Error(), field) {
		t.Errorf("%s: %v, want a refusal that names %s", what, err, field)
	}
}

func TestGrantsDoNotOverlapNorReachBack(t *testing.T) {
	t.Parallel()
	w := newWorld()
	granted(t, w, 1, gnGrant)
	if err := w.do(t, admin, GiveGrant{ID: id(2), Grant: gnGrant}); KindOf(err) != KindConflict {
		t.Errorf("a second grant at the same time: %v", err)
	}
	later := gnGrant
	later.From = noon.AddDate(1, 0, 0)
	if err := w.do(t, admin, GiveGrant{ID: id(2), Grant: later}); KindOf(err) != KindConflict {
		t.Errorf("a grant after one without an end: %v", err)
	}
	if err := w.do(t, admin, EndGrant{ID: id(1)}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, admin, GiveGrant{ID: id(2), Grant: later}); err != nil {
		t.Errorf("a grant after one that has ended: %v", err)
	}
	before := gnGrant
	before.Until = later.From
	if err := w.do(t, admin, GiveGrant{ID: id(3), Grant: before}); err != nil {
		t.Errorf("a grant up to the next: %v", err)
	}
	past, backdated := gnGrant, gnGrant
	past.Subject, backdated.Subject = "a", "b"
	past.From, past.Until = noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	backdated.From = noon.AddDate(0, 0, -1)
	refusedIn(t, "a grant that is over", w.do(t, admin, GiveGrant{ID: id(4), Grant: past}), "until")
	refusedIn(t, "a grant for yesterday", w.do(t, admin, GiveGrant{ID: id(4), Grant: backdated}), "from")
	own := gnGrant
	own.Subject = admin.Subject
	if err := w.do(t, admin, GiveGrant{ID: id(4), Grant: own}); KindOf(err) != KindForbidden {
		t.Errorf("an administrator grants himself the map: %v", err)
	}
}

func TestSubjectsOfIdentityProviders(t *testing.T) {
	t.Parallel()
	for subject, ok := range map[string]bool{
		"oidc:https://auth.interieur.gouv.fr/realms/a#06 12": false, "oidc:https://auth.interieur.gouv.fr/realms/a#0612345678": true,
		"oidc:https://auth.interieur.gouv.fr": false, "oidc:#x": false, "oidc:ftp://a#x": false, "oidc:https://a#": false,
		"oidc:https://a#b#c": true, "oidc:http://127.0.0.1:5556/dex#CgVjcm9zcw": true, "gn": true, "jean@exemple.fr": false, "": false,
	} {
		w, g := newWorld(), gnGrant
		g.Subject = subject
		if err := w.do(t, admin, GiveGrant{ID: id(1), Grant: g}); (err == nil) != ok {
			t.Errorf("%q: %v", subject, err)
		}
	}
}

func TestTokensReadLessThanTheirOwner(t *testing.T) {
	t.Parallel()
	w := newWorld()
	v := granted(t, w, 1, gnGrant)
	day := noon.AddDate(0, 0, 1)
	give := func(n int, token Token) error { return w.do(t, v, GiveToken{ID: id(n), Token: token}) }
	refusedIn(t, "no end", give(2, Token{Name: "QGIS", Motive: "carte"}), "until")
	refusedIn(t, "an end in the past", give(2, Token{Name: "QGIS", Motive: "carte", Until: noon}), "until")
	refusedIn(t, "too long", give(2, Token{Name: "QGIS", Motive: "carte", Until: noon.Add(LongestToken + time.Second)}), "until")
	refusedIn(t, "no name", give(2, Token{Motive: "carte", Until: day}), "name")
	refusedIn(t, "no motive", give(2, Token{Name: "QGIS", Until: day}), "motive")
	refusedIn(t, "no such territory", give(2, Token{Name: "QGIS", Motive: "carte", Until: day, Territories: []TerritoryCode{"dep:99"}}), "territories[0]")
	if err := w.do(t, auditor, GiveToken{ID: id(2), Token: Token{Name: "QGIS", Motive: "carte", Until: day}}); KindOf(err) != KindForbidden {
		t.Errorf("an auditor makes a token: %v", err)
	}
	if err := give(2, Token{Name: "QGIS", Motive: "carte", Until: day, Territories: []TerritoryCode{"dep:84"}, Subject: "ofast", Grant: id(77)}); err != nil {
		t.Fatal(err)
	}
	token := w.tokens[id(2)]
	if token.Subject != "gn" || token.Grant != id(1) {
		t.Fatalf("the token is not its maker's: %+v", token)
	}
	narrow, ok := token.Narrow(v)
	if !ok {
		t.Fatal("the owner's token stands for nobody")
	}
	if _, ok := token.Narrow(Viewer{Subject: "gn", Grant: id(5)}); ok {
		t.Error("the token outlives its grant")
	}
	for _, action := range Actions() {
		if action.Value != string(ActionExport) && narrow.May(Action(action.Value)) {
			t.Errorf("a token may %s", action.Value)
		}
	}
	here := &Place{Facts: marseille(), Territories: chains["com:13055"]}
	there := &Place{Facts: marseille(), Territories: chains["com:84007"]}
	here.Facts.Handling.Reach, there.Facts.Handling.Reach = ReachNational, ReachNational
	wide, limited := NewScope(v, DateOf(noon)), NewScope(narrow, DateOf(noon))
	for _, p := range []*Place{here, there} {
		if _, ok := wide.See(p); !ok {
			t.Error("the owner does not see a place")
		}
	}
	if _, ok := limited.See(here); ok {
		t.Error("a token sees beyond its territories")
	}
	if _, ok := limited.See(there); !ok {
		t.Error("a token does not see in its territory")
	}
	if wide.Fingerprint() == limited.Fingerprint() {
		t.Error("a token shares its owner's cache")
	}
	if err := w.do(t, narrow, EndToken{ID: id(2)}); KindOf(err) != KindNotFound {
		t.Errorf("a token ends itself: %v", err)
	}
	if err := w.do(t, pn59, EndToken{ID: id(2)}); KindOf(err) != KindNotFound {
		t.Errorf("a stranger ends a token: %v", err)
	}
	if err := w.do(t, v, EndToken{ID: id(2)}); err != nil || w.tokens[id(2)].Active(noon.Add(time.Second)) {
		t.Errorf("the owner ends the token: %v", err)
	}
}

func TestTokenEndsWithTheGrant(t *testing.T) {
	t.Parallel()
	w := newWorld()
	g := gnGrant
	g.Until = noon.AddDate(0, 0, 7)
	v := granted(t, w, 1, g)
	if err := w.do(t, v, GiveToken{ID: id(2), Token: Token{Name: "QGIS", Motive: "carte", Until: noon.AddDate(0, 1, 0)}}); err != nil {
		t.Fatal(err)
	}
	if !w.tokens[id(2)].Until.Equal(g.Until) {
		t.Errorf("the token lasts until %s, its grant until %s", w.tokens[id(2)].Until, g.Until)
	}
}

func TestEmbargoIsTheProcureurs(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	reference, until := w.places[id(1)].Reference, DateOf(noon).AddDays(30)
	elsewhere := parquet
	elsewhere.Territories = []TerritoryCode{"dep:84"}
	for _, c := range []struct {
		who  Viewer
		ref  string
		kind ErrorKind
	}{
		{ofast, reference, KindForbidden}, {prefet13, reference, KindForbidden}, {elsewhere, reference, KindNotFound}, {parquet, "13-0000", KindNotFound},
	} {
		if err := w.do(t, c.who, PutEmbargo{Reference: c.ref, Until: until}); KindOf(err) != c.kind {
			t.Errorf("%s, %s: %v, want %s", c.who.Role, c.ref, err, c.kind)
		}
	}
	refusedIn(t, "an embargo that is over", w.do(t, parquet, PutEmbargo{Reference: reference, Until: DateOf(noon).AddDays(-1)}), "until")
	if err := w.do(t, parquet, PutEmbargo{Reference: reference, Until: until}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who  Viewer
		sees bool
	}{{cross13, true}, {ofast, false}, {cross84, false}, {prefet13, false}, {parquet, true}} {
		scope := NewScope(c.who, DateOf(noon))
		if _, ok := scope.See(w.places[id(1)]); ok != c.sees {
			t.Errorf("%s %s sees a place under embargo: %v", c.who.Role, c.who.Unit, ok)
		}
	}
	if err := w.do(t, parquet, PutEmbargo{Reference: reference}); err != nil || w.places[id(1)].Facts.Handling.UnderEmbargo(DateOf(noon)) {
		t.Errorf("lift: %v", err)
	}
}

func TestEraseLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, c := range []Command{AddPlace{ID: id(1), Facts: marseille()}, ConfirmPlace{ID: id(1)}} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.do(t, cross13, ErasePlace{ID: id(1), Reason: "retention"}); KindOf(err) != KindForbidden {
		t.Errorf("a Cross erases: %v", err)
	}
	refusedIn(t, "no such reason", w.do(t, ofast, ErasePlace{ID: id(1), Reason: "boredom"}), "reason")
	refusedIn(t, "an order without its reference", w.do(t, ofast, ErasePlace{ID: id(1), Reason: "order"}), "decision")
	events, err := ErasePlace{ID: id(1), Reason: "retention"}.Decide(w, ofast, w.env())
	if err != nil {
		t.Fatal(err)
	}
	if body := events[0].Body.(PlaceErased); !slices.Equal(body.Entries, []Seq{1, 2}) {
		t.Errorf("erases the entries %v", body.Entries)
	}
	if err := w.do(t, ofast, ErasePlace{ID: id(1), Reason: "retention"}); err != nil || w.places[id(1)] != nil {
		t.Errorf("erase: %v, %v", err, w.places[id(1)])
	}
	if err := w.do(t, ofast, ConfirmPlace{ID: id(1)}); KindOf(err) != KindNotFound {
		t.Errorf("an erased place is there: %v", err)
	}
}

func TestReportsAreForTheCrossAndWhoSubmitted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	landlord := Viewer{Subject: "bailleur", Role: RolePartner, Unit: "Bailleur"}
	colleague, stranger := landlord, landlord
	colleague.Subject, stranger.Subject, stranger.Unit = "bailleur2", "autre", "Autre"
	submit := SubmitReport{ID: id(1), Statement: Statement{Text: "allées et venues le soir", Commune: "13055"}}
	refusedIn(t, "a telephone number", w.do(t, landlord, SubmitReport{ID: id(1), Statement: Statement{Text: "06 12 34 56 78", Commune: "13055"}}), "text")
	refusedIn(t, "nowhere", w.do(t, landlord, SubmitReport{ID: id(1), Statement: Statement{Text: "quelque part"}}), "commune")
	if err := w.do(t, auditor, submit); KindOf(err) != KindForbidden {
		t.Errorf("an auditor submits: %v", err)
	}
	if err := w.do(t, landlord, submit); err != nil {
		t.Fatal(err)
	}
	r := w.reports[id(1)]
	for _, c := range []struct {
		who  Viewer
		sees bool
	}{
		{landlord, true}, {colleague, true}, {stranger, false}, {cross13, true}, {cross84, false}, {ofast, true}, {gn13, false},
		{prefet13, false}, {parquet, false}, {auditor, false}, {admin, false}, {Viewer{}, false},
	} {
		scope := NewScope(c.who, DateOf(noon))
		if sight, ok := scope.SeeReport(r); ok != c.sees || ok && sight.Mine != (c.who.Role == RolePartner) {
			t.Errorf("%s %s sees the report: %v", c.who.Role, c.who.Unit, ok)
		}
	}
	if err := w.do(t, cross84, SettleReport{ID: id(1), Status: ReportKept}); KindOf(err) != KindNotFound {
		t.Errorf("a Cross from elsewhere settles: %v", err)
	}
	if err := w.do(t, landlord, SettleReport{ID: id(1), Status: ReportKept}); KindOf(err) != KindForbidden {
		t.Errorf("who submitted settles: %v", err)
	}
	refusedIn(t, "no such status", w.do(t, cross13, SettleReport{ID: id(1), Status: ReportReceived}), "status")
	if err := w.do(t, cross13, SettleReport{ID: id(1), Status: ReportKept, Answer: "merci"}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, cross13, SettleReport{ID: id(1), Status: ReportDeclined}); KindOf(err) != KindConflict {
		t.Errorf("settled twice: %v", err)
	}
	if r := w.reports[id(1)]; r.Status != ReportKept || r.Answer != "merci" || r.Settled.IsZero() {
		t.Errorf("settled report: %+v", r)
	}
}

func TestMotives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ motive, text, ref, stated, field string }{
		{"enquete", "", "2026/123", "Enquête judiciaire", ""},
		{"enquete", "repérage", " 2026/123 ", "Enquête judiciaire : repérage", ""},
		{"enquete", "", "", "", "case"},
		{"autre", "", "", "", "motive_text"},
		{"autre", "visite du ministre", "", "Autre motif : visite du ministre", ""},
		{"contrôle du soir", "", "", "contrôle du soir", ""},
		{"", "", "", "", "motive"},
		{"ab", "", "", "", "motive"},
		{"appeler le 06 12 34 56 78", "", "", "", "motive"},
		{"clct", "joindre jean@exemple.fr", "", "", "motive_text"},
	} {
		stated, _, err := StateMotive(c.motive, c.text, c.ref)
		if c.field != "" {
			refusedIn(t, c.motive, err, c.field)
		} else if err != nil || stated != c.stated {
			t.Errorf("%q %q: %q, %v", c.motive, c.text, stated, err)
		}
	}
}

func TestHandlingCodesGovernUse(t *testing.T) {
	t.Parallel()
	facts := marseille()
	facts.Note, facts.Lookouts, facts.Owner = "porte du fond", true, Owner{ServiceGN, "SR Nice"}
	for code, want := range map[string]struct{ discloses, note bool }{"H0": {true, true}, "H1": {true, true}, "H2": {false, true}, "H3": {false, false}} {
		facts.Handling = Handling{Reach: ReachNational, Code: code}
		p := &Place{ID: id(1), Facts: facts, Territories: chains["com:13055"]}
		shown, whole := NewScope(gn59, DateOf(noon)), NewScope(cross13, DateOf(noon))
		sight, _ := shown.See(p)
		if sight.MayDisclose() != want.discloses || (sight.Note() != "") != want.note || sight.Lookouts() != want.note {
			t.Errorf("%s, shared: may disclose %v, note %q", code, sight.MayDisclose(), sight.Note())
		}
		if sight, _ = whole.See(p); !sight.MayDisclose() || sight.Note() == "" {
			t.Errorf("%s: who sees it whole answers for it", code)
		}
	}
}

// TestEverySightSaysWhy: no sight without a reason.
func TestEverySightSaysWhy(t *testing.T) {
	t.Parallel()
	p := &Place{ID: id(1), Facts: marseille(), Territories: chains["com:13055"]}
	for _, h := range []Handling{{Reach: ReachNational, Code: "H0"}, {Reach: ReachService, Code: "H0", Blurred: true}} {
		p.Facts.Handling = h
		for _, who := range everyone() {
			scope := NewScope(who, DateOf(noon))
			if sight, ok := scope.See(p); ok == (sight.Because() == "") {
				t.Errorf("%s %s sees it: %v, because %q", who.Role, who.Unit, ok, sight.Because())
			}
		}
	}
}
