package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

// hiddenPlace is a place of the Cross 13 that only its own unit may see.
func (w *world) hiddenPlace(n byte, lon, lat float64) dealmap.Result {
	return w.hiddenOf(n, lon, lat, dealmap.Four)
}

func (w *world) hiddenOf(n byte, lon, lat float64, kind dealmap.Kind) dealmap.Result {
	return w.do(w.viewer("cross13"), dealmap.AddPlace{
		ID: dealmap.ID{n, 0xbb}, Status: dealmap.Active, AcceptDuplicates: true,
		Facts: dealmap.Facts{
			Kind: kind, Name: "Tour secrète", Commune: "13055", Position: &orb.Point{lon, lat}, Accuracy: dealmap.AccuracyBuilding,
			Networks: []string{"R-13-7KQ"},
			Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: dealmap.Date{Year: 2030, Month: 1, Day: 1}},
		},
	})
}

// outputs are everything that a person can read of the map.
func outputs(reference, id string) []string {
	marseille := maptile.At(orb.Point{5.3698, 43.2965}, 12)
	return []string{
		"/api/v1/deal-points", "/api/v1/deal-points?bbox=5,43,6,44", "/api/v1/deal-points?near=5.37,43.3&radius=20000",
		"/api/v1/deal-points?q=secr%C3%A8te", "/api/v1/deal-points?territory=com:13055", "/api/v1/deal-points?network=R-13-7KQ",
		"/api/v1/deal-points?as_of=2026-11-22", "/api/v1/deal-points?due=true", "/api/v1/deal-points/counts?due=true&status=closed",
		"/api/v1/deal-points/counts", "/api/v1/deal-points/counts?bbox=5,43,6,44", "/api/v1/deal-points/counts?near=5.37,43.3&radius=20000",
		"/api/v1/nearest?lon=5.3698&lat=43.2965&limit=50", "/api/v1/search?q=secr%C3%A8te", "/api/v1/search?q=" + reference,
		"/api/v1/deal-points/" + id, "/api/v1/deal-points/" + reference, "/api/v1/deal-points/" + id + "/history",
		fmt.Sprintf("/tiles/deal_points,clusters/%d/%d/%d.mvt", marseille.Z, marseille.X, marseille.Y),
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&limit=100",
		"/api/v1/territories/dep:13/statistics", "/api/v1/territories/com:13055/statistics?as_of=2026-11-22", "/api/v1/territories/dep:13/heat",
		"/api/v1/territories/dep:13/heat?mode=parts", "/api/v1/territories/dep:13/heat?mode=density", "/tiles/heat/9/263/187.mvt",
		"/api/v1/sites", "/api/v1/sites?bbox=5,43,6,44", "/api/v1/sites?near=5.37,43.3&radius=20000", "/api/v1/sites?q=secr%C3%A8te",
		"/api/v1/sites?territory=com:13055", "/api/v1/sites?as_of=2026-11-22", "/api/v1/sites/counts", "/api/v1/sites/counts?bbox=5,43,6,44",
		"/api/v1/sites/counts?near=5.37,43.3&radius=20000&kind=stash_flat", "/api/v1/nearest?lon=5.3698&lat=43.2965&limit=50&layer=sites",
		fmt.Sprintf("/tiles/sites,deal_points,clusters/%d/%d/%d.mvt", marseille.Z, marseille.X, marseille.Y), "/tiles/sites/12/0/0.mvt?as_of=2026-11-22",
		fmt.Sprintf("/tiles/sites,deal_points,clusters/%d?tiles=%d/%d,0/0", marseille.Z, marseille.X, marseille.Y), "/tiles/links,deal_points,sites/12?as_of=2026-11-22&tiles=2109/1500,0/0",
		"/tiles/clusters/0/0/0.mvt", "/tiles/clusters/6/32/23.mvt", "/tiles/deal_points/12/0/0.mvt?as_of=2026-11-22",
	}
}

func TestAHiddenPlaceIsInNoOutput(t *testing.T) {
	t.Parallel()
	for _, kind := range []dealmap.Kind{dealmap.Four, dealmap.StashFlat} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			testHidden(t, kind)
		})
	}
}

// testHidden compares a map with one that also holds a hidden place of a kind.
func testHidden(t *testing.T, kind dealmap.Kind) {
	const polygon = `{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}`
	plain, secret := newWorld(t), newWorld(t)
	visible := func(w *world) {
		w.do(w.viewer("cross13"), dealmap.AddPlace{ID: dealmap.ID{1, 0xbb}, Status: dealmap.Active, Facts: dealmap.Facts{
			Kind: dealmap.Street, Name: "Cité ouverte", Commune: "13055", Position: &orb.Point{5.38, 43.30}, Accuracy: dealmap.AccuracyStreet,
		}})
	}
	visible(plain)
	visible(secret)
	hidden := secret.hiddenOf(2, 5.3698, 43.2965, kind)
	reference := hidden.Sight.Reference()

	family, other := "/api/v1/deal-points/", "/api/v1/sites/"
	if !kind.IsDealPoint() {
		family, other = other, family
	}
	own := secret.as("cross13").get(family + reference).want(http.StatusOK)
	secret.as("cross13").get(other+reference).problem(http.StatusNotFound, "not-found")
	if own.point().Properties["name"] != "Tour secrète" {
		t.Fatalf("its own unit does not see it: %s", own.body)
	}
	for name := range people {
		if name == "cross13" {
			continue
		}
		a, b := plain.as(name), secret.as(name)
		for _, path := range append(outputs(reference, hidden.Subject.String()), other+reference, other+hidden.Subject.String()+"/history") {
			want, got := a.get(path), b.get(path)
			if want.status != got.status || withoutInstance(want.body) != withoutInstance(got.body) || want.header.Get("ETag") != got.header.Get("ETag") {
				t.Errorf("%s: %s tells of a hidden place:\n%d %s\n%d %s", name, path, want.status, want.body, got.status, got.body)
			}
		}
		for _, within := range []string{"/api/v1/within", "/api/v1/within?layer=sites"} {
			want, got := a.post(within, polygon), b.post(within, polygon)
			if withoutInstance(want.body) != withoutInstance(got.body) {
				t.Errorf("%s: %s tells of a hidden place:\n%s\n%s", name, within, want.body, got.body)
			}
		}
	}
}

var instance = regexp.MustCompile(`urn:dealmap:request:[A-Z0-9]+|"reference":"[^"]*"`)

// withoutInstance cuts out the number of the answer, and references, which are random.
func withoutInstance(body []byte) string {
	return instance.ReplaceAllString(string(body), "")
}

// TestWhereTheTradeWentIsToldToThoseWhoSeeItOnly closes a place that all see with the reference of one that they do not.
func TestWhereTheTradeWentIsToldToThoseWhoSeeItOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.hiddenPlace(2, 5.3698, 43.2965).Sight.Reference()
	cross := w.as("cross13")
	path := "/api/v1/deal-points/" + cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated).point().ID
	closing := map[string]any{"reason": "displaced", "date": "2026-11-23", "displaced_to": target}
	for _, wrong := range []string{"13-0000", "13-ZZZZ", cross.get(path).point().Properties["reference"].(string)} {
		bad := map[string]any{"reason": "displaced", "date": "2026-11-23", "displaced_to": wrong}
		if fields := cross.post(path+"/close", bad).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, "displaced_to") {
			t.Errorf("displaced to %s: fields %q", wrong, fields)
		}
	}
	cross.post(path+"/close", closing).want(http.StatusOK)
	for _, output := range []string{path, path + "/history", "/api/v1/deal-points", "/api/v1/search?q=vieux", "/api/v1/nearest?lon=5.37&lat=43.3"} {
		if body := string(cross.get(output).want(http.StatusOK).body); output == path && !strings.Contains(body, target) {
			t.Errorf("%s: who sees both places is not told: %s", output, body)
		}
		for _, name := range []string{"gn", "pn", "ofast"} {
			if body := string(w.as(name).get(output).want(http.StatusOK).body); strings.Contains(body, target) {
				t.Errorf("%s: %s names a hidden place: %s", name, output, body)
			}
		}
	}
	parquet := dealmap.Viewer{Subject: "parquet", Role: dealmap.RoleProcureur, Territories: []dealmap.TerritoryCode{"dep:13"}}
	w.do(parquet, dealmap.PutEmbargo{Reference: target})
	if body := string(w.as("gn").get(path).want(http.StatusOK).body); !strings.Contains(body, target) {
		t.Errorf("the embargo over, its reference is not told: %s", body)
	}
	stale := w.as("gn").post(path+"/confirm", map[string]any{}, header{"If-Match": `"1"`})
	if stale.problem(http.StatusPreconditionFailed, "stale"); !strings.Contains(string(stale.body), target) {
		t.Errorf("the current state lacks where the trade went: %s", stale.body)
	}
}

func TestWhatEachRoleGets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.viewer("cross13"), dealmap.AddPlace{ID: dealmap.ID{1, 0xbb}, Status: dealmap.Active, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: "Cité ouverte", Commune: "13055", Position: &orb.Point{5.38, 43.30}, Accuracy: dealmap.AccuracyStreet,
	}})
	for name, want := range map[string]struct{ points, counted int }{
		"ofast": {1, 1}, "cross13": {1, 1}, "pn": {1, 1}, "gn": {1, 1}, "prefet13": {0, 1}, "partenaire13": {0, 0}, "auditeur": {0, 0}, "admin": {0, 0},
	} {
		u := w.as(name)
		if n := u.get("/api/v1/deal-points").collection().NumberReturned; n != want.points {
			t.Errorf("%s lists %d points, want %d", name, n, want.points)
		}
		var counts struct{ Total int }
		u.get("/api/v1/deal-points/counts").want(http.StatusOK).json(&counts)
		if counts.Total != want.counted {
			t.Errorf("%s counts %d, want %d", name, counts.Total, want.counted)
		}
		if name != "ofast" && name != "cross13" {
			u.post("/api/v1/deal-points", vieuxPort()).problem(http.StatusForbidden, "forbidden")
		}
	}
}

func TestListAndTileAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.viewer("cross13")
	reaches := []dealmap.Handling{
		{Reach: dealmap.ReachNational, Code: "H0"}, {Reach: dealmap.ReachService, Code: "H1"},
		{Reach: dealmap.ReachDepartement, Code: "H0"}, {Reach: dealmap.ReachService, Code: "H2", Blurred: true},
		{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: dealmap.Date{Year: 2030, Month: 1, Day: 1}},
	}
	kinds := []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.StashFlat}
	tile := maptile.At(orb.Point{5.38, 43.30}, 12)
	bound := tile.Bound()
	for i := range 60 {
		position := orb.Point{
			bound.Min[0] + (bound.Max[0]-bound.Min[0])*(float64(i)+0.5)/60,
			bound.Min[1] + (bound.Max[1]-bound.Min[1])*(float64(i*7%60)+0.5)/60,
		}
		status := dealmap.Active
		if i%3 == 0 {
			status = dealmap.Disrupted
		}
		w.do(cross, dealmap.AddPlace{ID: dealmap.ID{byte(i + 1), 0xcc}, Status: status, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: kinds[i%4], Name: "Résidence", Commune: "13055", Position: &position, Accuracy: dealmap.AccuracyBuilding, Handling: reaches[i%5],
		}})
	}
	most, sites := 0, 0
	for name := range people {
		u := w.as(name)
		for _, filter := range []string{"status=active", "status=active&status=disrupted&kind=four,drive", "q=residence", "territory=dep:13", "q=residence#sites", "status=active&kind=stash_flat#sites"} {
			var drawn []string
			layer, list := "deal_points", "/api/v1/deal-points"
			if strings.HasSuffix(filter, "#sites") {
				layer, list = "sites", "/api/v1/sites"
			}
			filter, _, _ = strings.Cut(filter, "#")
			data := u.get(fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt?%s", layer, tile.Z, tile.X, tile.Y, filter)).want(http.StatusOK).body
			layers, err := mvt.Unmarshal(data)
			if err != nil {
				t.Fatal(err)
			}
			for _, layer := range layers {
				for _, f := range layer.Features {
					if p := f.Geometry.(orb.Point); p[0] >= 0 && p[0] < 4096 && p[1] >= 0 && p[1] < 4096 {
						drawn = append(drawn, f.Properties["ref"].(string))
					}
				}
			}
			listed := u.get(fmt.Sprintf("%s?limit=1000&bbox=%v,%v,%v,%v&%s", list, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1], filter)).collection().references()
			slices.Sort(drawn)
			slices.Sort(listed)
			if !slices.Equal(drawn, listed) {
				t.Errorf("%s, %s: the tile has %d, the list %d", name, filter, len(drawn), len(listed))
			}
			most = max(most, len(listed))
			if layer == "sites" {
				sites = max(sites, len(listed))
			}
		}
	}
	if most < 30 || sites < 10 {
		t.Errorf("at most %d points and %d sites seen: the test shows nothing", most, sites)
	}
}

func TestTheMapOfAPastDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	open := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	later := cross.post("/api/v1/deal-points", vieuxPort(at(5.40, 43.31))).want(http.StatusCreated).point()
	w.clock.advance(24 * time.Hour) // sessions end meanwhile
	cross = w.as("cross13")
	pn := w.as("pn")
	cross.post("/api/v1/deal-points/"+open.ID+"/close", map[string]any{"reason": "faded", "date": "2026-11-24"}).want(http.StatusOK)
	if got := pn.get("/api/v1/deal-points?status=active&as_of=2026-11-23").collection().references(); len(got) != 2 {
		t.Errorf("as of yesterday: %v", got)
	}
	if got := pn.get("/api/v1/deal-points?status=active").collection().references(); len(got) != 1 {
		t.Errorf("today: %v", got)
	}
	if got := pn.get("/api/v1/deal-points?as_of=2026-11-22").collection().references(); len(got) != 0 {
		t.Errorf("before: %v", got)
	}
	embargo := map[string]any{"properties": map[string]any{"handling": map[string]any{"embargo_until": "2030-01-01"}}}
	cross.patch("/api/v1/deal-points/"+later.ID, `"1"`, embargo).want(http.StatusOK)
	if got := pn.get("/api/v1/deal-points?as_of=2026-11-23").collection(); len(got.Features) != 1 || got.Features[0].ID != open.ID {
		t.Errorf("what is hidden today is shown in the past: %v", got.references())
	}
	var before, after struct{ Total int }
	pn.get("/api/v1/deal-points/counts?bbox=5,43,6,44&as_of=2026-11-23").json(&before)
	cross.get("/api/v1/deal-points/counts?bbox=5,43,6,44&as_of=2026-11-23").json(&after)
	if before.Total != 1 || after.Total != 2 {
		t.Errorf("counts of the past: pn %d, cross %d", before.Total, after.Total)
	}
	w.as("prefet13").get("/api/v1/deal-points/counts?as_of=2026-11-23").problem(http.StatusForbidden, "forbidden")
}

func TestNothingIsServedThatCannotBeLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	reference := p.Properties["reference"].(string)
	cross.get("/api/v1/deal-points?status=active").want(http.StatusOK)
	lines := w.log.of("list")
	if len(lines) != 1 || lines[0].Subject != "cross13" || lines[0].Motive != "essai de la carte" || lines[0].Case != "PV 2026/12" || lines[0].Unit != "Cross 13" || lines[0].Seq == 0 {
		t.Errorf("consultation: %+v", lines)
	}
	w.log.break_(fmt.Errorf("disk full"))
	for _, path := range outputs(reference, p.ID) {
		a := cross.get(path)
		a.problem(http.StatusServiceUnavailable, "unavailable")
		if a.header.Get("ETag") != "" {
			t.Errorf("%s: an ETag leaves", path)
		}
	}
	cross.post("/api/v1/deal-points", vieuxPort()).problem(http.StatusServiceUnavailable, "unavailable") // shows candidates
	cross.patch("/api/v1/deal-points/"+p.ID, `"9"`, map[string]any{}).problem(http.StatusServiceUnavailable, "unavailable")
}
