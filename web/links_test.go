package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// tied is a link as a client reads it.
type tied struct {
	ID, Kind, Means, Since, Until, Network, Note string
	Directed                                     bool
	Revision, Strength                           int
	From, To                                     struct {
		ID, Reference, Name, Kind, Status, Commune string
		Position                                   []float64
	}
	Withheld  []string
	MayChange bool `json:"may_change"`
}

type linkList struct {
	Links []tied
	Next  string
}

func (a *answer) tied() (l tied) {
	a.t.Helper()
	a.json(&l)
	return l
}

func (u *user) links(query string) (l linkList) {
	u.get("/api/v1/links" + query).want(http.StatusOK).json(&l)
	return l
}

// webbed is a world with five places: 1, 2 and 3 are known to all, 4 is of its service only, 5 is hidden from all but its unit.
func webbed(t *testing.T) (w *world, places map[int]string) {
	w = newWorld(t)
	places = map[int]string{}
	for i := 1; i <= 3; i++ {
		places[i] = w.coded(byte(i), "H0", func(f *dealmap.Facts) { f.Networks = []string{"R-13-7KQ"} }).Subject.String()
	}
	places[4] = w.coded(4, "H0", func(f *dealmap.Facts) { f.Handling.Reach = dealmap.ReachService }).Subject.String()
	places[5] = w.coded(5, "H0", func(f *dealmap.Facts) { f.Handling.EmbargoUntil = dealmap.DateOf(w.clock.now()).AddDays(30) }).Subject.String()
	return w, places
}

func TestLinks(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross, ofast, gn, prefet := w.as("cross13"), w.as("ofast"), w.as("gn"), w.as("prefet13")
	body := map[string]any{"from": places[1], "to": places[2], "kind": "supplies", "means": "road", "strength": 4, "since": "2026-03-01", "network": "R-13-7KQ",
		"note": "deux fois par semaine"}
	made := cross.post("/api/v1/links", body, header{"Idempotency-Key": "l1"}).want(http.StatusCreated)
	l := made.tied()
	path := "/api/v1/links/" + l.ID
	if made.header.Get("Location") != path || made.header.Get("ETag") != `"1"` || l.From.ID != places[1] || l.To.ID != places[2] || !l.Directed || l.Strength != 4 ||
		l.Means != "road" || len(l.From.Position) != 2 || l.From.Commune != "Marseille" || !l.MayChange {
		t.Errorf("made %+v, %v", l, made.header)
	}
	if again := cross.post("/api/v1/links", body, header{"Idempotency-Key": "l1"}).want(http.StatusCreated).tied(); again.ID != l.ID {
		t.Errorf("sent again: %s", again.ID)
	}
	if p := cross.post("/api/v1/links", body).want(http.StatusConflict); !strings.Contains(string(p.body), "déjà liés") {
		t.Errorf("repeated: %s", p.body)
	}
	cross.post("/api/v1/links", map[string]any{"from": places[2], "to": places[4], "kind": "stores_for"}).want(http.StatusCreated)
	cross.post("/api/v1/links", map[string]any{"from": places[2], "to": places[5], "kind": "supplies"}).want(http.StatusCreated)
	for name, want := range map[string]int{"cross13": 3, "ofast": 2, "pn": 2, "gn": 1, "prefet13": 0, "partenaire13": 0} {
		if got := w.as(name).links(""); len(got.Links) != want {
			t.Errorf("%s lists %d links, want %d", name, len(got.Links), want)
		}
	}
	if got := gn.get(path).want(http.StatusOK).tied(); got.Note == "" || got.MayChange {
		t.Errorf("gn reads %+v", got)
	}
	prefet.get(path).want(http.StatusNotFound)
	for _, c := range []struct {
		query string
		want  int
	}{{"?place=" + places[2], 3}, {"?place=" + places[1], 1}, {"?link_kind=stores_for", 1}, {"?means=road,sea", 1}, {"?network=r-13-7kq", 1},
		{"?on=2026-02-01&means=road", 0}, {"?on=2026-04-01&means=road", 1}, {"?until=2026-02-28&means=road", 0}, {"?territory=dep:13", 3}, {"?territory=dep:59", 0}} {
		if got := cross.links(c.query); len(got.Links) != c.want {
			t.Errorf("%s: %d links, want %d", c.query, len(got.Links), c.want)
		}
	}
	first := ofast.links("?limit=1")
	var second linkList
	if ofast.get(first.Next).want(http.StatusOK).json(&second); len(second.Links) != 1 || second.Links[0].ID == first.Links[0].ID || second.Next != "" {
		t.Errorf("second page %+v", second)
	}
	gn.get(first.Next).want(http.StatusBadRequest)

	cross.patch(path, "", map[string]any{"until": "2026-05-01"}).want(http.StatusPreconditionRequired)
	gn.patch(path, `"1"`, map[string]any{"until": "2026-05-01"}).want(http.StatusForbidden)
	changed := cross.patch(path, `"1"`, map[string]any{"until": "2026-05-01", "means": nil}).want(http.StatusOK)
	if got := changed.tied(); got.Until != "2026-05-01" || got.Means != "" || got.Revision != 2 || changed.header.Get("ETag") != `"2"` {
		t.Errorf("changed to %+v", got)
	}
	cross.patch(path, `"1"`, map[string]any{"strength": 2}).want(http.StatusPreconditionFailed)
	var past struct {
		Entries []struct {
			Kind, Label, Author string
			Changes             []struct{ Field string }
		}
	}
	if gn.get(path + "/history").want(http.StatusOK).json(&past); len(past.Entries) != 2 || past.Entries[0].Kind != "link.changed" || len(past.Entries[0].Changes) != 2 || past.Entries[0].Author != "" {
		t.Errorf("history %+v", past)
	}
	cross.post(path+"/remove", nil, header{"If-Match": `"2"`}).want(http.StatusNoContent)
	cross.get(path).want(http.StatusNotFound)
	for _, line := range w.log.of(dealmap.WhatLinks) {
		if line.Subject == "gn" && slices.ContainsFunc(line.Places, func(id dealmap.ID) bool { return id.String() == places[4] || id.String() == places[5] }) {
			t.Errorf("gn was shown %v", line.Places)
		}
	}
}

func TestBadLinks(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross, ofast, pn := w.as("cross13"), w.as("ofast"), w.as("pn")
	good := func(change map[string]any) map[string]any {
		body := map[string]any{"from": places[1], "to": places[2], "kind": "supplies"}
		for name, value := range change {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
		return body
	}
	for _, c := range []struct {
		change map[string]any
		field  string
	}{
		{map[string]any{"to": places[1]}, "to"}, {map[string]any{"to": "59-ABCD"}, "to"}, {map[string]any{"to": ""}, "to"}, {map[string]any{"from": nil}, "from"},
		{map[string]any{"kind": "friends"}, "kind"}, {map[string]any{"means": "camel"}, "means"}, {map[string]any{"kind": "rival", "means": "road"}, "means"},
		{map[string]any{"strength": 0.5}, "strength"}, {map[string]any{"strength": -1}, "strength"}, {map[string]any{"strength": 1_000_001}, "strength"},
		{map[string]any{"since": "2026-05-02", "until": "2026-05-01"}, "until"}, {map[string]any{"since": "2030-01-01"}, "since"}, {map[string]any{"since": "hier"}, "since"},
		{map[string]any{"network": "Famille"}, "network"}, {map[string]any{"note": "appeler le 06 12 34 56 78"}, "note"}, {map[string]any{"surprise": 1}, "surprise"},
		{map[string]any{"grading": map[string]any{"scheme": "europol", "source": "Z", "information": "1"}}, "grading.source"},
	} {
		if p := cross.post("/api/v1/links", good(c.change)); p.status/100 != 4 || !strings.Contains(string(p.body), `"`+c.field+`"`) {
			t.Errorf("%v: %d %s", c.change, p.status, p.body)
		}
	}
	// What is hidden is refused as what is absent.
	absent := ofast.post("/api/v1/links", good(map[string]any{"to": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"})).want(http.StatusUnprocessableEntity)
	hidden := ofast.post("/api/v1/links", good(map[string]any{"to": places[5]})).want(http.StatusUnprocessableEntity)
	if a, h := absent.problem(http.StatusUnprocessableEntity, "invalid"), hidden.problem(http.StatusUnprocessableEntity, "invalid"); !slices.Equal(a, h) || len(a) == 0 {
		t.Errorf("absent %s\nhidden %s", absent.body, hidden.body)
	}
	pn.post("/api/v1/links", good(nil)).want(http.StatusForbidden)
	w.as("prefet13").post("/api/v1/links", good(nil)).want(http.StatusForbidden)
	cross.post("/api/v1/links", good(map[string]any{"kind": "rival"})).want(http.StatusCreated)
	if p := cross.post("/api/v1/links", good(nil)).want(http.StatusConflict); !strings.Contains(string(p.body), "contradiction") {
		t.Errorf("contradiction: %s", p.body)
	}
	for _, query := range []string{"?link_kind=x", "?means=x", "?network=x", "?on=x", "?from=2026-02-01&until=2026-01-01", "?territory=dep:99", "?limit=0", "?cursor=x", "?odd=1"} {
		if a := cross.get("/api/v1/links" + query); a.status/100 != 4 {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	for _, path := range []string{"/api/v1/links/x", "/api/v1/links/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "/api/v1/networks/x", "/api/v1/networks/R-13-ZZZ"} {
		cross.get(path).want(http.StatusNotFound)
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross, gn, pn := w.as("cross13"), w.as("gn"), w.as("pn")
	type network struct {
		Code, Status, Territory, Note string
		Recorded                      bool
		Places, Links, Revision       int
		Products                      []string
		Bounds                        []float64
		MayChange                     bool `json:"may_change"`
	}
	read := func(a *answer) (n network) {
		a.t.Helper()
		a.json(&n)
		return n
	}
	cross.post("/api/v1/links", map[string]any{"from": places[1], "to": places[2], "kind": "supplies"}).want(http.StatusCreated)
	if n := read(gn.get("/api/v1/networks/r-13-7kq").want(http.StatusOK)); n.Recorded || n.Places != 3 || n.Links != 1 || len(n.Bounds) != 4 || n.MayChange {
		t.Errorf("without a record: %+v", n)
	}
	made := cross.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": "R-13-7KQ", "status": "active", "products": []string{"cocaine"},
		"handling": map[string]any{"reach": "service", "code": "H0"}}).want(http.StatusCreated)
	if n := read(made); !n.Recorded || n.Places != 3 || !n.MayChange || n.Status != "active" || made.header.Get("Location") != "/api/v1/networks/R-13-7KQ" {
		t.Errorf("recorded %+v", n)
	}
	cross.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": "R-13-7KQ"}).want(http.StatusConflict)
	if n := read(gn.get("/api/v1/networks/R-13-7KQ").want(http.StatusOK)); n.Recorded {
		t.Errorf("another service reads the record: %+v", n)
	}
	if n := read(pn.get("/api/v1/networks/R-13-7KQ").want(http.StatusOK)); !n.Recorded || n.MayChange {
		t.Errorf("the service reads %+v", n)
	}
	drawn := read(cross.post("/api/v1/networks", map[string]any{"territory": "com:13055"}).want(http.StatusCreated))
	if !dealmap.IsNetworkCode(drawn.Code) || !strings.HasPrefix(drawn.Code, "R-13-") || drawn.Places != 0 || drawn.Status != "suspected" {
		t.Errorf("drawn %+v", drawn)
	}
	path := "/api/v1/networks/" + drawn.Code
	if n := read(cross.post(path+"/places", map[string]any{"add": []string{places[1], places[5]}}).want(http.StatusOK)); n.Places != 2 {
		t.Errorf("assigned %+v", n)
	}
	if n := read(gn.get(path).want(http.StatusOK)); n.Places != 1 {
		t.Errorf("gn sees %d places of it", n.Places)
	}
	cross.post(path+"/places", map[string]any{"add": []string{places[2], "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}}).want(http.StatusUnprocessableEntity)
	if n := read(cross.get(path).want(http.StatusOK)); n.Places != 2 {
		t.Errorf("half assigned: %+v", n)
	}
	cross.post(path+"/places", map[string]any{"remove": []string{places[1]}}).want(http.StatusOK)
	changed := cross.patch(path, `"1"`, map[string]any{"status": "dismantled", "note": "démantelé au printemps"}).want(http.StatusOK)
	if n := read(changed); n.Status != "dismantled" || n.Revision != 2 {
		t.Errorf("changed %+v", n)
	}
	var all struct {
		Networks []network
		Total    int
	}
	for query, want := range map[string]int{"": 2, "?status=active": 1, "?product=cocaine": 1, "?territory=dep:13": 2, "?territory=dep:59": 0, "?q=7kq": 1} {
		if cross.get("/api/v1/networks" + query).want(http.StatusOK).json(&all); all.Total != want {
			t.Errorf("%s: %d networks, want %d", query, all.Total, want)
		}
	}
	cross.get(path + "/history").want(http.StatusOK)
	cross.post(path+"/remove", nil).want(http.StatusNoContent)
	if n := read(cross.get(path).want(http.StatusOK)); n.Recorded || n.Places != 1 {
		t.Errorf("removed: %+v", n)
	}
	for _, u := range []string{"prefet13", "partenaire13", "auditeur"} {
		w.as(u).get("/api/v1/networks").want(http.StatusForbidden)
	}
	for _, c := range []struct {
		body  map[string]any
		field string
	}{{map[string]any{}, "territory"}, {map[string]any{"territory": "dep:99"}, "territory"}, {map[string]any{"territory": "zone:sud"}, "territory"},
		{map[string]any{"territory": "dep:13", "code": "R-13-ZZZ"}, "code"}, {map[string]any{"territory": "dep:13", "status": "x"}, "status"},
		{map[string]any{"territory": "dep:13", "products": []string{"thé"}}, "products"}} {
		if a := cross.post("/api/v1/networks", c.body); a.status/100 != 4 || !strings.Contains(string(a.body), c.field) {
			t.Errorf("%v: %d %s", c.body, a.status, a.body)
		}
	}
	cross.post("/api/v1/networks", map[string]any{"territory": "dep:59"}).want(http.StatusForbidden)
}

func TestLinksAreToldLive(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross, gn, prefet := w.as("cross13"), w.as("gn").live(""), w.as("prefet13").live("")
	next(t, gn)
	next(t, prefet)
	cross.post("/api/v1/links", map[string]any{"from": places[2], "to": places[4], "kind": "supplies"}).want(http.StatusCreated)
	made := cross.post("/api/v1/links", map[string]any{"from": places[1], "to": places[2], "kind": "supplies"}).want(http.StatusCreated).tied()
	told := func(kind string) {
		t.Helper()
		for {
			e := next(t, gn)
			if e.name == "" {
				continue
			}
			if e.name != "link" || !strings.Contains(e.data, made.ID) || !strings.Contains(e.data, kind) {
				t.Errorf("told %q %s, want %s", e.name, e.data, kind)
			}
			return
		}
	}
	told("added")
	cross.patch("/api/v1/links/"+made.ID, `"1"`, map[string]any{"handling": map[string]any{"reach": "service", "code": "H0"}}).want(http.StatusOK)
	told("removed")
	cross.patch("/api/v1/links/"+made.ID, `"2"`, map[string]any{"handling": map[string]any{"reach": "national", "code": "H0"}}).want(http.StatusOK)
	told("added")
	cross.post("/api/v1/links/"+made.ID+"/remove", nil).want(http.StatusNoContent)
	told("removed")
	select {
	case e := <-prefet:
		if e.name != "" {
			t.Errorf("the prefect is told %q %s", e.name, e.data)
		}
	default:
	}
}

// TestATileOfLinksNamesItsEnds: the line of the log about a tile of links holds both ends of each link that it draws, so that who saw a
// place is told of them too; below zoom 9 it names nobody.
func TestATileOfLinksNamesItsEnds(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross, gn := w.as("cross13"), w.as("gn")
	cross.post("/api/v1/links", map[string]any{"from": places[1], "to": places[2], "kind": "supplies"}).want(http.StatusCreated)
	cross.post("/api/v1/links", map[string]any{"from": places[2], "to": places[4], "kind": "supplies"}).want(http.StatusCreated)
	at := maptile.At(orb.Point{5.365, 43.29}, 12)
	path := fmt.Sprintf("/tiles/links/%d/%d/%d.mvt", at.Z, at.X, at.Y)
	for name, want := range map[string][]string{"cross13": {places[1], places[2], places[4]}, "gn": {places[1], places[2]}, "prefet13": nil} {
		before := len(w.log.of(dealmap.WhatTile))
		w.as(name).get(path).want(http.StatusOK)
		lines := w.log.of(dealmap.WhatTile)[before:]
		if len(lines) != 1 || len(lines[0].Places) != len(want) {
			t.Fatalf("%s: lines %+v, want %v", name, lines, want)
		}
		for _, id := range want {
			if !slices.ContainsFunc(lines[0].Places, func(p dealmap.ID) bool { return p.String() == id }) {
				t.Errorf("%s: the line does not name %s", name, id)
			}
		}
	}
	first := gn.get(path).want(http.StatusOK)
	gn.get(path, header{"If-None-Match": first.header.Get("ETag")}).want(http.StatusNotModified)
	if a := gn.get("/tiles/links/6/32/23.mvt").want(http.StatusOK); len(a.body) == 0 {
		t.Error("no flow at zoom 6")
	}
	if lines := w.log.of(dealmap.WhatTile); len(lines[len(lines)-1].Places) != 0 {
		t.Errorf("a tile of flows names %v", lines[len(lines)-1].Places)
	}
	for _, query := range []string{"?link_kind=x", "?means=x", "?on=x", "?network=x"} {
		gn.get(path + query).want(http.StatusBadRequest)
	}
}

// TestANetworkIsTakenAwayOnce: a retry of taking a network away is answered as the first time.
func TestANetworkIsTakenAwayOnce(t *testing.T) {
	t.Parallel()
	w, _ := webbed(t)
	cross := w.as("cross13")
	cross.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": "R-13-7KQ"}).want(http.StatusCreated)
	const path = "/api/v1/networks/R-13-7KQ/remove"
	for range 2 {
		cross.post(path, nil, header{"If-Match": `"1"`, "Idempotency-Key": "gone"}).want(http.StatusNoContent)
	}
	cross.post(path, nil, header{"If-Match": `"1"`, "Idempotency-Key": "other"}).want(http.StatusNotFound)
}

// TestNobodyLosesSightOfTheirRecord: where a second record was opened under the code of one that was hidden, each unit is shown its own.
func TestNobodyLosesSightOfTheirRecord(t *testing.T) {
	t.Parallel()
	w, _ := webbed(t)
	embargo := dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: dealmap.DateOf(w.clock.now()).AddDays(30)}
	hidden, second := dealmap.ID{2, 0xcf, 6: 0x40, 8: 0x80}, dealmap.ID{1, 0xcf, 6: 0x40, 8: 0x80}
	w.do(w.viewer("cross13"), dealmap.RecordNetwork{ID: hidden, Code: "R-13-7KQ", Facts: dealmap.NetworkFacts{Territory: "dep:13", Handling: embargo}})
	w.do(w.viewer("ofast"), dealmap.RecordNetwork{ID: second, Code: "R-13-7KQ", Facts: dealmap.NetworkFacts{Territory: "dep:13"}})
	for name, want := range map[string]dealmap.ID{"cross13": hidden, "ofast": second, "gn": second} {
		var n struct{ ID string }
		if w.as(name).get("/api/v1/networks/R-13-7KQ").want(http.StatusOK).json(&n); n.ID != want.String() {
			t.Errorf("%s reads %s, want %s", name, n.ID, want)
		}
	}
	w.as("cross13").patch("/api/v1/networks/R-13-7KQ", `"1"`, map[string]any{"note": "suivi"}).want(http.StatusOK)
}

// TestBoundsOfFewPlacesAreLogged: the bounds of a network of one place are its position, and whoever reads them saw it.
func TestBoundsOfFewPlacesAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.coded(1, "H0", func(f *dealmap.Facts) { f.Networks = []string{"R-13-7KQ"} }).Subject
	for _, path := range []string{"/api/v1/networks", "/api/v1/networks/R-13-7KQ"} {
		w.as("gn").get(path).want(http.StatusOK)
		lines := w.log.of(dealmap.WhatNetworks)
		if last := lines[len(lines)-1]; !slices.Contains(last.Places, id) {
			t.Errorf("%s: the log names %v", path, last.Places)
		}
	}
}
