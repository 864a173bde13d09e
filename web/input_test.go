package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestBadBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	const path = "/api/v1/deal-points"
	id := path + "/" + cross.post(path, vieuxPort()).want(http.StatusCreated).point().ID

	for name, c := range map[string]struct {
		path   string
		body   any
		header header
		status int
		kind   string
		fields []string
	}{
		"not JSON":            {path, `{"properties":`, nil, 400, "malformed", nil},
		"empty":               {path, ``, nil, 400, "malformed", nil},
		"truncated":           {path, `{"properties":{"kind":"four"`, nil, 400, "malformed", nil},
		"two values":          {path, `{} {}`, nil, 400, "malformed", nil},
		"not UTF-8":           {path, "{\"properties\":{\"name\":\"Cit\xe9\"}}", nil, 400, "malformed", nil},
		"an array":            {path, `[]`, nil, 422, "invalid", []string{""}},
		"wrong media type":    {path, vieuxPort(), header{"Content-Type": "text/csv"}, 415, "unsupported-media-type", nil},
		"wrong charset":       {path, vieuxPort(), header{"Content-Type": "application/json; charset=latin1"}, 415, "unsupported-media-type", nil},
		"too large":           {path, `{"x":"` + strings.Repeat("a", 1<<20) + `"}`, nil, 413, "too-large", nil},
		"unknown field":       {path, vieuxPort(with("colour", "red")), nil, 422, "invalid", []string{"colour"}},
		"unknown at the top":  {path, `{"name":"x","properties":{"kind":"four","name":"x","accuracy":"door"}}`, nil, 422, "invalid", []string{"name"}},
		"twice":               {path, `{"properties":{"kind":"four","kind":"drive","name":"x","accuracy":"door"}}`, nil, 422, "invalid", []string{"kind"}},
		"wrong types at once": {path, vieuxPort(with("intensity", "many"), with("first_seen", "hier"), with("products", "cannabis")), nil, 422, "invalid", []string{"first_seen", "intensity", "products"}},
		"missing":             {path, `{"properties":{}}`, nil, 422, "invalid", []string{"kind", "name"}},
		"null name":           {path, vieuxPort(with("name", nil)), nil, 422, "invalid", []string{"name"}},
		"vocabulary":          {path, vieuxPort(with("kind", "shop"), with("products", []string{"tea"}), with("accuracy", "about")), nil, 422, "invalid", []string{"accuracy", "kind", "products[0]"}},
		"support site":        {path, vieuxPort(with("kind", "stash_flat")), nil, 422, "invalid", []string{"kind"}},
		"nested":              {path, vieuxPort(with("grading", map[string]any{"scheme": "europol", "source": "Z", "information": "9"})), nil, 422, "invalid", []string{"grading.information", "grading.source"}},
		"nested unknown":      {path, vieuxPort(with("handling", map[string]any{"reach": "national", "code": "H0", "secret": true})), nil, 422, "invalid", []string{"handling.secret"}},
		"swapped":             {path, vieuxPort(at(43.2965, 5.3698)), nil, 422, "invalid", []string{"geometry"}},
		"out of range":        {path, vieuxPort(at(500, 43)), nil, 422, "invalid", []string{"geometry"}},
		"three numbers":       {path, vieuxPort(func(g, _ map[string]any) { g["coordinates"] = []float64{1, 2, 3} }), nil, 422, "invalid", []string{"geometry.coordinates"}},
		"not a point":         {path, vieuxPort(func(g, _ map[string]any) { g["type"] = "Polygon" }), nil, 422, "invalid", []string{"geometry.type"}},
		"not numbers":         {path, vieuxPort(func(g, _ map[string]any) { g["coordinates"] = []string{"5", "43"} }), nil, 422, "invalid", []string{"geometry.coordinates"}},
		"null longitude":      {path, vieuxPort(func(g, _ map[string]any) { g["coordinates"] = []any{nil, 43.3} }), nil, 422, "invalid", []string{"geometry.coordinates"}},
		"null in a list":      {path, vieuxPort(with("products", []any{"cannabis", nil})), nil, 422, "invalid", []string{"products"}},
		"unknown commune":     {path, vieuxPort(with("commune", "13999")), nil, 422, "invalid", []string{"commune"}},
		"too long":            {path, vieuxPort(with("name", strings.Repeat("é", 121))), nil, 422, "invalid", []string{"name"}},
		"personal data":       {path, vieuxPort(with("note", "appeler le 06 12 34 56 78")), nil, 422, "invalid", []string{"note"}},
		"implausible year":    {path, vieuxPort(with("first_seen", "0001-01-01")), nil, 422, "invalid", []string{"first_seen"}},
		"elsewhere":           {path, vieuxPort(at(4.8357, 45.7640), with("commune", "69123")), nil, 403, "forbidden", nil},
		"closed at once":      {path, vieuxPort(with("status", "closed")), nil, 422, "invalid", []string{"status"}},
		"close without":       {id + "/close", map[string]any{}, nil, 422, "invalid", []string{"date", "reason"}},
		"close reason":        {id + "/close", map[string]any{"reason": "tired", "date": "2026-11-23"}, nil, 422, "invalid", []string{"reason"}},
		"close tomorrow":      {id + "/close", map[string]any{"reason": "faded", "date": "2027-11-23"}, nil, 422, "invalid", []string{"date"}},
		"step to closed":      {id + "/steps", map[string]any{"status": "closed"}, nil, 422, "invalid", []string{"status"}},
		"stale step":          {id + "/confirm", map[string]any{}, header{"If-Match": `"7"`}, 412, "stale", nil},
		"absent":              {path + "/00000000-0000-4000-8000-000000000000/confirm", map[string]any{}, nil, 404, "not-found", nil},
		"polygon":             {"/api/v1/within", `{"type":"Polygon","coordinates":[[[5,43],[6,44],[6,43],[5,44],[5,43]]]}`, nil, 422, "invalid", []string{"polygon"}},
		"polygon open":        {"/api/v1/within", `{"type":"Polygon","coordinates":[[[5,43],[6,44],[6,43]]]}`, nil, 422, "invalid", []string{"polygon"}},
		"polygon point":       {"/api/v1/within", `{"type":"Point","coordinates":[5,43]}`, nil, 422, "invalid", []string{"polygon"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := cross.post(c.path, c.body, c.header)
			a.t = t
			fields := a.problem(c.status, c.kind)
			slices.Sort(fields)
			if !slices.Equal(fields, c.fields) {
				t.Errorf("fields %q, want %q: %s", fields, c.fields, a.body)
			}
		})
	}
	if n := cross.get(path).collection().NumberReturned; n != 1 {
		t.Errorf("%d points after refusals, want 1", n)
	}
}

func TestBadParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ofast := w.as("ofast")
	for path, field := range map[string]string{
		"/api/v1/deal-points?bbox=5,43,6":                                                             "bbox",
		"/api/v1/deal-points?bbox=5,43,six,44":                                                        "bbox",
		"/api/v1/deal-points?bbox=NaN,43,6,44":                                                        "bbox",
		"/api/v1/deal-points?bbox=6,43,5,44":                                                          "bbox",
		"/api/v1/deal-points?bbox=5,44,6,43":                                                          "bbox",
		"/api/v1/deal-points?bbox=5,43,600,44":                                                        "bbox",
		"/api/v1/deal-points?near=5.3,43.3":                                                           "radius",
		"/api/v1/deal-points?radius=10":                                                               "near",
		"/api/v1/deal-points?near=43.3,5.3&radius=10":                                                 "near",
		"/api/v1/deal-points?near=5.3,43.3&radius=-1":                                                 "radius",
		"/api/v1/deal-points?near=5.3,43.3&radius=1e9":                                                "radius",
		"/api/v1/deal-points?near=5.3,43.3&radius=large":                                              "radius",
		"/api/v1/deal-points?status=open":                                                             "status",
		"/api/v1/deal-points?kind=stall":                                                              "kind",
		"/api/v1/deal-points?product=tea":                                                             "product",
		"/api/v1/deal-points?service=FBI":                                                             "service",
		"/api/v1/deal-points?network=famille":                                                         "network",
		"/api/v1/deal-points?territory=13":                                                            "territory",
		"/api/v1/deal-points?territory=dep:999":                                                       "territory",
		"/api/v1/deal-points?territory=dep:13,dep:83":                                                 "territory",
		"/api/v1/deal-points?confirmed_after=hier":                                                    "confirmed_after",
		"/api/v1/deal-points?due=oui":                                                                 "due",
		"/tiles/deal_points/12/1/1.mvt?due=1":                                                         "due",
		"/api/v1/deal-points?as_of=2026-02-30":                                                        "as_of",
		"/api/v1/deal-points?limit=0":                                                                 "limit",
		"/api/v1/deal-points?limit=100000":                                                            "limit",
		"/api/v1/deal-points?limit=ten":                                                               "limit",
		"/api/v1/deal-points?cursor=AAAA":                                                             "cursor",
		"/api/v1/deal-points?statut=active":                                                           "statut",
		"/api/v1/deal-points?q=%ff":                                                                   "q",
		"/api/v1/territories/dep:13/statistics?as_of=2027-01-01":                                      "as_of",
		"/api/v1/territories/dep:13/statistics?since=2027-01-01":                                      "since",
		"/api/v1/territories/dep:13/statistics?as_of=2026-10-01&since=2026-11-01":                     "since",
		"/api/v1/territories/dep:13/statistics?months=0":                                              "months",
		"/api/v1/territories/dep:13/statistics?months=121":                                            "months",
		"/api/v1/territories/dep:13/statistics?parts=reg":                                             "parts",
		"/api/v1/territories/com:13055/statistics?parts=com":                                          "parts",
		"/api/v1/territories/dep:13/statistics?audience=tous":                                         "audience",
		"/api/v1/territories/dep:13/statistics?audience=wider&since=2026-10-01":                       "since",
		"/api/v1/territories/dep:13/statistics?network=R-13-7KQ":                                      "network",
		"/api/v1/territories/13/statistics":                                                           "code",
		"/api/v1/territories/dep:13/heat?mode=nuage":                                                  "mode",
		"/api/v1/territories/dep:13/heat?weight=kilos":                                                "weight",
		"/api/v1/territories/dep:13/heat?cell=500":                                                    "cell",
		"/api/v1/territories/dep:13/heat?cell=3000":                                                   "cell",
		"/api/v1/territories/dep:13/heat?bandwidth=0":                                                 "bandwidth",
		"/api/v1/territories/dep:13/heat?bandwidth=NaN":                                               "bandwidth",
		"/api/v1/territories/dep:13/heat?bandwidth=1e9":                                               "bandwidth",
		"/api/v1/territories/fr/heat?mode=density":                                                    "mode",
		"/api/v1/territories/dep:13/heat?mode=density&audience=wider":                                 "mode",
		"/api/v1/territories/dep:13/hotspots?method=kmeans":                                           "method",
		"/api/v1/territories/dep:13/hotspots?units=qpv":                                               "units",
		"/api/v1/territories/com:13055/hotspots":                                                      "units",
		"/api/v1/territories/dep:13/hotspots?measure=rate&units=cells":                                "measure",
		"/api/v1/territories/dep:13/hotspots?permutations=10":                                         "permutations",
		"/api/v1/territories/dep:13/hotspots?seed=-1":                                                 "seed",
		"/api/v1/territories/dep:13/report.pdf?as_of=2030-01-01":                                      "as_of",
		"/api/v1/deal-points/counts?limit=10":                                                         "limit",
		"/api/v1/nearest?lon=5.3":                                                                     "lat",
		"/api/v1/nearest?lon=five&lat=43":                                                             "lon",
		"/api/v1/nearest?lon=5.3&lat=99":                                                              "lon,lat",
		"/api/v1/patrols?date=2026-11-28&from=14:00&until=22:00":                                      "territory",
		"/api/v1/patrols?territory=&date=2026-11-28&from=14:00&until=22:00":                           "territory",
		"/api/v1/patrols?territory=com:99999&date=2026-11-28&from=14:00&until=22:00":                  "territory",
		"/api/v1/patrols?territory=13&date=2026-11-28&from=14:00&until=22:00":                         "territory",
		"/api/v1/patrols?territory=com:13055&from=14:00&until=22:00":                                  "date",
		"/api/v1/patrols?territory=com:13055&date=2026-02-30&from=14:00&until=22:00":                  "date",
		"/api/v1/patrols?territory=com:13055&date=samedi&from=14:00&until=22:00":                      "date",
		"/api/v1/patrols?territory=com:13055&date=&from=14:00&until=22:00":                            "date",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14h&until=22:00":                    "from",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=24:00&until=22:00":                  "from",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&until=22:00":                             "from",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=24:30":                  "until",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=14:00":                  "until",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=02:00":                  "until",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&kind=delivery":    "kind",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&kind=stall":       "kind",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&product=tea":      "product",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&limit=0":          "limit",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&limit=101":        "limit",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&statut=active":    "statut",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&from=15:00":       "from",
		"/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00&as_of=2026-11-01": "as_of",
		"/api/v1/search?q=":                                     "q",
		"/api/v1/search":                                        "q",
		"/api/v1/territories?level=planet":                      "level",
		"/api/v1/territories?parent=dep:1000":                   "parent",
		"/api/v1/territories/13/offences":                       "code",
		"/api/v1/territories/dep:13/offences?year=2024":         "year",
		"/api/v1/territories/13":                                "code",
		"/tiles/deal_points/9/512/1.mvt":                        "x",
		"/tiles/deal_points/9/1/512.mvt":                        "y",
		"/tiles/deal_points/23/1/1.mvt":                         "z",
		"/tiles/deal_points/-1/1/1.mvt":                         "z",
		"/tiles/deal_points/9/one/1.mvt":                        "x",
		"/tiles/secrets/9/1/1.mvt":                              "layers",
		"/tiles/deal_points/9/99999999999999999999999999/1.mvt": "x",
		"/tiles/deal_points/12/1/1.mvt?colour=red":              "colour",
		"/tiles/deal_points/12/1/1.mvt?q=a&q=b":                 "q",
		"/api/v1/deal-points?as_of=2026-01-01&as_of=2025-01-01": "as_of",
	} {
		a := ofast.get(path)
		if fields := a.problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: fields %q, want %s", path, fields, field)
		}
	}
	for _, path := range []string{
		"/api/v1/deal-points?status=active%zz", "/api/v1/deal-points?status=active;kind=four", "/tiles/deal_points/12/1/1.mvt?status=%",
	} {
		ofast.get(path).problem(http.StatusBadRequest, "malformed")
	}
	ofast.get("/api/v1/deal-points/13-AAAA").problem(http.StatusNotFound, "not-found")
	ofast.get("/api/v1/territories/com:99999").problem(http.StatusNotFound, "not-found")
	ofast.get("/api/v1/nothing").problem(http.StatusNotFound, "no-such-path")
	ofast.send(http.MethodPut, "/api/v1/deal-points", map[string]any{}).problem(http.StatusMethodNotAllowed, "method-not-allowed")
	ofast.send(http.MethodHead, "/healthz", nil).want(http.StatusOK)
}

func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	for i := range 25 {
		cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort(at(5.3+float64(i)/500, 43.3))).want(http.StatusCreated)
	}
	polygon := `{"type":"Polygon","coordinates":[[[5.29,43.2],[5.4,43.2],[5.4,43.4],[5.29,43.4],[5.29,43.2]]]}`
	for name, first := range map[string]func(*user) *answer{
		"everywhere": func(u *user) *answer { return u.get("/api/v1/deal-points?limit=7") },
		"bbox":       func(u *user) *answer { return u.get("/api/v1/deal-points?limit=7&bbox=5.2,43.2,5.5,43.4") },
		"near":       func(u *user) *answer { return u.get("/api/v1/deal-points?limit=7&near=5.3,43.3&radius=50000") },
		"within":     func(u *user) *answer { return u.post("/api/v1/within?limit=7", polygon) },
	} {
		seen := map[string]bool{}
		page := first(cross).collection()
		pages := 1
		for ; ; pages++ {
			for _, reference := range page.references() {
				if seen[reference] {
					t.Fatalf("%s: %s comes twice", name, reference)
				}
				seen[reference] = true
			}
			if page.Next == "" {
				break
			}
			if name == "within" {
				page = cross.post(page.Next, polygon).collection()
				continue
			}
			if pages == 1 {
				gn.get(page.Next).problem(http.StatusBadRequest, "invalid-parameter")
			}
			page = cross.get(page.Next).collection()
		}
		if len(seen) != 25 || pages != 4 {
			t.Errorf("%s: %d points in %d pages, want 25 in 4", name, len(seen), pages)
		}
	}
}
