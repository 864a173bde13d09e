package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
)

// town fills a map with places around Marseille and Aix that everybody may know of, living and closed.
func (w *world) town(random *rand.Rand, n int) {
	w.t.Helper()
	today := dealmap.DateOf(w.clock.now())
	var places []dealmap.AddPlace
	for i := range n {
		centre, commune := orb.Point{5.38, 43.30}, "13055"
		if random.IntN(3) == 0 {
			centre, commune = orb.Point{5.45, 43.53}, "13001"
		}
		position := orb.Point{centre[0] + random.NormFloat64()*0.03, centre[1] + random.Float64()*0.03}
		first := today.AddDays(-random.IntN(500))
		add := dealmap.AddPlace{
			ID:     dealmap.ID{byte(i >> 8), byte(i), 0xcc, 6: 0x40, 8: 0x80},
			Status: pick(random, []dealmap.Status{dealmap.Reported, dealmap.Active, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed}),
			Facts: dealmap.Facts{
				Kind: pick(random, []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery}), Name: fmt.Sprint("Hall ", i), Commune: commune,
				Position: &position, Accuracy: dealmap.AccuracyStreet, FirstSeen: first, LastSeen: first.AddDays(int(today.Days()-first.Days()) / 2),
				Products: pick(random, [][]dealmap.Product{{"cannabis"}, {"cannabis", "cocaine"}, {"crack"}}), Intensity: random.IntN(6),
				Owner: pick(random, []dealmap.Owner{{Service: "PN", Unit: "Cross 13"}, {Service: "GN", Unit: "BR Aubagne"}}),
			},
		}
		if random.IntN(8) == 0 {
			add.Facts.Position, add.Facts.Accuracy = nil, dealmap.AccuracyCommune
		}
		if add.Status == dealmap.Closed {
			add.Closing = &dealmap.Closing{Reason: dealmap.Dismantled, Date: add.Facts.LastSeen}
		}
		places = append(places, add)
	}
	w.do(dealmap.Console("test", dealmap.RoleOfast), dealmap.ImportPlaces{Places: places})
}

func (u *user) statistics(path string) (s api.Statistics) {
	u.w.t.Helper()
	u.get(path).want(http.StatusOK).json(&s)
	return s
}

// listed counts what the list gives for a query.
func (u *user) listed(query string) int {
	u.w.t.Helper()
	return u.get("/api/v1/deal-points?limit=1000&" + query).collection().NumberReturned
}

// TestFiguresEqualTheList: the prefect's numbers are those that ofast counts over the list.
func TestFiguresEqualTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.town(rand.New(rand.NewPCG(seedOf(t), 1)), 300)
	prefet, ofast := w.as("prefet13"), w.as("ofast")
	const counted = "kind=street,four,drive&status=active,disrupted&"
	s := prefet.statistics("/api/v1/territories/dep:13/statistics")
	if again := ofast.statistics("/api/v1/territories/dep:13/statistics"); fmt.Sprint(*again.Stock.Counted, *again.Stock.Total) != fmt.Sprint(*s.Stock.Counted, *s.Stock.Total) {
		t.Errorf("ofast is told %d of %d", *again.Stock.Counted, *again.Stock.Total)
	}
	check := func(what string, got *int, query string) {
		t.Helper()
		if want := ofast.listed(query); got == nil || *got != want {
			t.Errorf("%s: the page says %v, the list has %d", what, got, want)
		}
	}
	check("counted", s.Stock.Counted, counted+"territory=dep:13")
	check("all", s.Stock.Total, "territory=dep:13")
	for name, n := range s.Stock.Status {
		check("status "+name, n, "territory=dep:13&status="+name)
	}
	for name, n := range s.Stock.Kind {
		check("kind "+name, n, "territory=dep:13&kind="+name)
	}
	for name, n := range s.Stock.Product {
		check("product "+name, n, "territory=dep:13&product="+name)
	}
	for name, n := range s.Stock.Service {
		check("service "+name, n, "territory=dep:13&service="+name)
	}
	if len(s.Stock.Product) != 3 || len(s.Stock.Service) != 2 || len(s.Stock.Kind) != 4 || len(s.Stock.Status) != 5 {
		t.Errorf("stock %+v", s.Stock)
	}
	for _, part := range s.Parts {
		check("counted in "+part.Territory.Name, part.Counted, counted+"territory="+part.Territory.Code)
	}
	check("confirmed within 90 days", s.Freshness.Within90, "territory=dep:13&status=reported,active,disrupted,dormant&confirmed_after="+dealmap.DateOf(w.clock.now()).AddDays(-90).String())
	opened, closed := 0, 0
	for _, m := range s.Months {
		opened, closed = opened+*m.Opened+*m.Reported, closed+*m.ClosedTotal
	}
	check("opened in 24 months", &opened, "territory=dep:13")
	check("closed in 24 months", &closed, "territory=dep:13&status=closed")
	if last := s.Months[len(s.Months)-1]; *last.Stock != *s.Stock.Counted {
		t.Errorf("the months end with %d, %d are counted", *last.Stock, *s.Stock.Counted)
	}
	narrow := prefet.statistics("/api/v1/territories/com:13001/statistics?product=crack&kind=four&status=active,closed")
	check("of a filter", narrow.Stock.Counted, "territory=com:13001&product=crack&kind=four&status=active,closed")

	var heat api.Heat
	for _, path := range []string{"/heat", "/heat?cell=2000", "/heat?cell=8000&weight=intensity"} {
		prefet.get("/api/v1/territories/dep:13" + path).want(http.StatusOK).json(&heat)
		sum := *heat.WithoutPosition
		for _, f := range heat.Features {
			sum += *f.Properties.Count
			if f.Properties.Class < 0 || f.Properties.Class >= len(heat.Legend) {
				t.Errorf("%s: class %d of %d", path, f.Properties.Class, len(heat.Legend))
			}
		}
		check("heat", heat.N, counted+"territory=dep:13")
		check("hexagons", &sum, counted+"territory=dep:13")
	}
	prefet.get("/api/v1/territories/dep:13/heat?mode=parts").want(http.StatusOK).json(&heat)
	for _, f := range heat.Features {
		check("part "+*f.Properties.Name, f.Properties.Count, counted+"territory="+*f.Properties.Code)
	}
}

// TestAWiderAudienceIsToldTheSameEverywhere: of two answers that took out different numbers each would give the other's away.
func TestAWiderAudienceIsToldTheSameEverywhere(t *testing.T) {
	t.Parallel()
	hidden := 0
	for round := range 12 {
		w := newWorld(t)
		w.town(rand.New(rand.NewPCG(seedOf(t), uint64(10+round))), 8+4*round)
		prefet := w.as("prefet13")
		s := prefet.statistics("/api/v1/territories/dep:13/statistics?audience=wider")
		var heat api.Heat
		prefet.get("/api/v1/territories/dep:13/heat?mode=parts&audience=wider").want(http.StatusOK).json(&heat)
		told := map[string]*int{}
		for _, f := range heat.Features {
			told[f.Id] = f.Properties.Count
		}
		for _, part := range s.Parts {
			n := told[part.Territory.Code]
			if (n == nil) != (part.Counted == nil) || n != nil && *n != *part.Counted {
				t.Errorf("round %d, %s: %v in the figures, %v on the map", round, part.Territory.Code, part.Counted, n)
			}
			if part.Counted == nil {
				hidden++
			} else if *part.Counted > 0 && *part.Counted < s.Suppression.Threshold {
				t.Errorf("round %d: %d is told", round, *part.Counted)
			}
		}
	}
	if hidden == 0 {
		t.Error("nothing was suppressed: the test shows nothing")
	}
}

// TestNumbersAreReproducible: what was published on a day comes out the same when it is asked again for that day, after the map has moved on.
func TestNumbersAreReproducible(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	random := rand.New(rand.NewPCG(seedOf(t), 2))
	w.town(random, 120)
	prefet := w.as("prefet13")
	paths := []string{"/api/v1/territories/dep:13/statistics?since=none", "/api/v1/territories/dep:13/heat", "/api/v1/territories/dep:13/heat?mode=density", "/api/v1/territories/com:13055/statistics?since=none&product=crack"}
	day := dealmap.DateOf(w.clock.now())
	var published []string
	for _, path := range paths {
		published = append(published, string(prefet.get(path).want(http.StatusOK).body))
	}
	w.clock.advance(40 * 24 * time.Hour)
	ofast := dealmap.Console("test", dealmap.RoleOfast)
	snapshot := w.store.Snapshot()
	scope := dealmap.NewScope(ofast, dealmap.DateOf(w.clock.now()))
	var ids []dealmap.ID
	snapshot.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool { ids = append(ids, s.ID()); return true })
	for i, id := range ids {
		var cmd dealmap.Command = dealmap.ConfirmPlace{ID: id}
		switch i % 5 {
		case 0:
			cmd = dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Displaced}
		case 1:
			cmd = dealmap.StepPlace{ID: id, To: dealmap.Active}
		case 2:
			cmd = dealmap.ChangePlace{ID: id, Patch: []byte(`{"position":[5.1,43.4],"commune":"13103","products":["heroin"]}`)}
		case 3:
			cmd = dealmap.MergePlaces{Into: id, From: ids[(i+1)%len(ids)]}
		}
		if _, err := w.store.Do(t.Context(), ofast, cmd, ""); err != nil && dealmap.KindOf(err) == "" {
			t.Fatal(err)
		}
	}
	prefet = w.as("prefet13")
	for i, path := range paths {
		join := "&"
		if !strings.Contains(path, "?") {
			join = "?"
		}
		again := string(prefet.get(path + join + "as_of=" + day.String()).want(http.StatusOK).body)
		if again != published[i] {
			t.Errorf("%s: %s", path, difference(published[i], again))
		}
		if now := string(prefet.get(path).want(http.StatusOK).body); now == published[i] {
			t.Errorf("%s: nothing has changed, the test shows nothing", path)
		}
	}
}

func TestWhoHasNumbersOfWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.town(rand.New(rand.NewPCG(seedOf(t), 3)), 40)
	for name, status := range map[string]int{"prefet13": 403, "partenaire13": 403, "auditeur": 403, "admin": 403, "pn": 200, "ofast": 200, "gn": 200} {
		u := w.as(name)
		for _, call := range []string{"statistics", "heat", "report.pdf", "report.xlsx"} {
			if got := u.get("/api/v1/territories/dep:69/" + call).status; got != status {
				t.Errorf("%s asks %s of dep:69: %d, want %d", name, call, got, status)
			}
		}
		u.get("/api/v1/territories/dep:987/statistics").want(map[bool]int{true: 404, false: 403}[name != "partenaire13" && name != "auditeur" && name != "admin"])
	}
	prefet := w.as("prefet13")
	for _, code := range []string{"dep:13", "arr:133", "com:13055"} {
		prefet.get("/api/v1/territories/" + code + "/statistics").want(http.StatusOK)
	}
	for _, code := range []string{"fr", "zone:sud", "reg:93"} {
		prefet.get("/api/v1/territories/" + code + "/statistics").want(http.StatusForbidden)
	}
	pdf := prefet.get("/api/v1/territories/dep:13/report.pdf").want(http.StatusOK)
	if !strings.HasPrefix(string(pdf.body), "%PDF-") || !strings.Contains(pdf.header.Get("Content-Disposition"), "dossier-dep-13-2026-11-23.pdf") {
		t.Errorf("%.20q %v", pdf.body, pdf.header)
	}
	lines := w.log.of(dealmap.WhatDossier)
	if last := lines[len(lines)-1]; last.Operation != dealmap.OpDisclosure || !slices.Equal(last.Recipients, []string{"CLCT"}) || last.Detail != "dossier dep:13" || len(last.Places) != 0 {
		t.Errorf("line %+v", last)
	}
}

// TestOddTerritories: nothing known of a territory is no reason for a number that is none.
func TestOddTerritories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ofast := w.as("ofast")
	w.do(w.viewer("ofast"), dealmap.AddPlace{ID: dealmap.ID{1, 0xcc}, Status: dealmap.Active, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: "Case", Commune: "97411", Position: &orb.Point{55.45, -20.88}, Accuracy: dealmap.AccuracyStreet}})
	for _, code := range []string{"dep:48", "dep:974", "com:97411", "dep:975", "dep:988", "com:01001", "zone:antilles", "fr"} {
		if ofast.get("/api/v1/territories/"+code).status == http.StatusNotFound {
			continue
		}
		for _, call := range []string{"statistics", "statistics?audience=wider", "heat", "heat?mode=parts", "heat?mode=density", "heat?audience=wider", "report.pdf", "report.xlsx"} {
			a := ofast.get("/api/v1/territories/" + code + "/" + call)
			if code == "fr" && call == "heat?mode=density" {
				continue
			}
			if a.status != http.StatusOK || strings.Contains(call, "heat") && (strings.Contains(string(a.body), "NaN") || strings.Contains(string(a.body), "Inf")) {
				t.Errorf("%s %s: %d %.300s", code, call, a.status, a.body)
			}
		}
		ofast.get("/api/v1/territories/"+code+"/hotspots?units=cells").problem(http.StatusUnprocessableEntity, "invalid")
	}
	s := ofast.statistics("/api/v1/territories/com:97411/statistics")
	if *s.Stock.Counted != 1 || s.PartsLevel != "" || len(s.Parts) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestHotSpotsTellHowFarTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.town(rand.New(rand.NewPCG(seedOf(t), 4)), 300)
	prefet := w.as("prefet13")
	const path = "/api/v1/territories/dep:13/hotspots?units=cells&cell=4000&permutations=9999&seed=7"
	var plain api.HotSpots
	prefet.get(path).want(http.StatusOK).json(&plain)
	if len(plain.Spots) == 0 || plain.Spots[0].Kind != "hot" || plain.Seed != 7 || plain.Tested < 100 {
		t.Fatalf("%+v", plain)
	}
	stream := prefet.get(path, header{"Accept": "text/event-stream"}).want(http.StatusOK)
	var events, result []string
	lines := bufio.NewScanner(strings.NewReader(string(stream.body)))
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			events = append(events, name)
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && events[len(events)-1] == "result" {
			result = append(result, data)
		}
	}
	if len(events) < 5 || events[0] != "progress" || events[len(events)-1] != "result" || len(result) != 1 {
		t.Fatalf("events %v", events)
	}
	var streamed api.HotSpots
	if err := json.Unmarshal([]byte(result[0]), &streamed); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(streamed.Spots) == "" || len(streamed.Spots) != len(plain.Spots) || streamed.Spots[0].P != plain.Spots[0].P {
		t.Errorf("streamed %+v", streamed)
	}
}
