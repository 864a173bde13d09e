//go:build !brokensee

package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// inquiry is a random map on which random people look around while it changes; it keeps what each line's answer really
// contained, to be held against what the auditor is told.
type inquiry struct {
	*randomMap
	keeper *keeper
	names  map[string]dealmap.ID // by reference
	shown  map[uint64]map[dealmap.ID]bool
	kinds  map[string]int
}

func newInquiry(t testing.TB, random *rand.Rand, places int) *inquiry {
	k := &keeper{}
	q := &inquiry{
		randomMap: &randomMap{world: newWorld(t, audited(k)), random: random, added: map[dealmap.ID]dealmap.AddPlace{}, gone: map[dealmap.ID]bool{}},
		keeper:    k, names: map[string]dealmap.ID{}, shown: map[uint64]map[dealmap.ID]bool{}, kinds: map[string]int{},
	}
	for range places {
		q.newcomer()
	}
	q.operate(4)
	return q
}

func (q *inquiry) newcomer() {
	place := q.place()
	q.add(place)
	sight, ok := q.store.Snapshot().Place(dealmap.NewScope(q.god(place.Facts.Owner), dealmap.DateOf(q.clock.now())), place.ID)
	if !ok {
		q.t.Fatal("its owner does not see a place")
	}
	q.names[sight.Reference()] = place.ID
}

// look sends one request and notes, for the lines that it wrote, which places the answer contained: those whose id or
// reference is anywhere in it.
func (q *inquiry) look(cookie, bearer string, one request) *httptest.ResponseRecorder {
	before := len(q.keeper.all())
	w := httptest.NewRecorder()
	r := httptest.NewRequest(one.method, one.path, strings.NewReader(one.body))
	if r.Header.Set("Cookie", cookie); bearer != "" {
		r.Header.Del("Cookie")
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	if one.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if one.match != "" {
		r.Header.Set("If-Match", one.match)
	}
	q.server.Handler().ServeHTTP(w, r)
	contained := map[dealmap.ID]bool{}
	body := w.Body.Bytes()
	for reference, id := range q.names {
		if bytes.Contains(body, []byte(reference)) || bytes.Contains(body, []byte(id.String())) {
			contained[id] = true
		}
	}
	path, about := strings.CutSuffix(one.path, "/history")
	if !about {
		path, about = strings.CutSuffix(one.path, pointWatch)
	}
	if about && w.Code == http.StatusOK {
		id, err := dealmap.ParseID(path[strings.LastIndexByte(path, '/')+1:])
		if err != nil {
			q.t.Fatal(err)
		}
		contained[id] = true
	}
	lines := q.keeper.all()[before:]
	if len(lines) == 0 && len(contained) > 0 && w.Code != http.StatusCreated {
		q.t.Errorf("%s %s shows %d places and no line says so (%d)", one.method, one.path, len(contained), w.Code)
	}
	if len(lines) > 1 {
		q.t.Errorf("%s %s wrote %d lines", one.method, one.path, len(lines))
	}
	if len(lines) == 1 {
		q.shown[uint64(before+1)] = contained
		if len(contained) > 0 {
			q.kinds[lines[0].What]++
		}
	}
	return w
}

// pointWatch ends the address of the watch of a point, which its answer does not name.
const pointWatch = "/watch?buffer=2001"

var nextPage = regexp.MustCompile(`"next":"([^"]+)"`)

// around looks at everything at random.
func (q *inquiry) around(cookie, bearer string) {
	r := q.random
	filter := pick(r, []string{"", "", "", "status=active", "status=disrupted,active", "product=crack", "service=PN&service=GN", "territory=com:13055", "territory=zone:sud",
		"network=R-13-7KQ", "q=tour", "kind=four,drive", "confirmed_after=2026-11-24", "due=true", "due=true&as_of=2026-11-23", "as_of=2026-11-23", "as_of=2026-11-24&status=active", "as_of=2020-01-01"})
	where := pick(r, []string{"", "", "bbox=5,43,6,44", "bbox=4.8,43.9,4.85,45.8", "near=5.38,43.3&radius=3000", "near=5.38,43.3&radius=9000&bbox=5.38,43,6,44"})
	get := func(path string) string {
		return q.look(cookie, bearer, request{method: http.MethodGet, path: path}).Body.String()
	}
	list, layer := "/api/v1/deal-points", ""
	if r.IntN(3) == 0 && !strings.Contains(filter, "kind=") {
		list, layer = "/api/v1/sites", "&layer=sites"
	}
	page := fmt.Sprintf("%s?limit=%d&%s&%s", list, 1+r.IntN(9), filter, where)
	for range 4 {
		body := get(page)
		m := nextPage.FindStringSubmatch(body)
		if m == nil {
			break
		}
		if err := json.Unmarshal([]byte(`"`+m[1]+`"`), &page); err != nil {
			q.t.Fatal(err)
		}
	}
	get(list + "/counts?" + filter + "&" + where)
	for range 5 {
		centre := pick(r, towns).centre
		if at, ok := q.where(q.god(q.added[q.places[r.IntN(len(q.places))]].Facts.Owner), q.places[r.IntN(len(q.places))]); ok {
			centre = at
		}
		t := maptile.At(orb.Point{centre[0] + r.Float64()*0.002, centre[1]}, maptile.Zoom(8+r.IntN(8)))
		layers := pick(r, []string{"deal_points", "deal_points", "clusters", "clusters,deal_points", "basemap,deal_points,territories", "territories",
			"sites", "sites,deal_points", "clusters,sites"})
		get(fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt?%s", layers, t.Z, t.X, t.Y, filter))
	}
	get("/api/v1/nearest?lon=5.38&lat=43.3&limit=5&" + filter + layer)
	get(fmt.Sprintf("/api/v1/patrols?territory=%s&date=2026-11-28&from=14:00&until=22:00&limit=%d", pick(r, []string{"fr", "dep:13", "com:13055"}), 1+r.IntN(9)))
	get(fmt.Sprintf("/api/v1/operations?limit=%d", 1+r.IntN(4)))
	for range 2 {
		path := "/api/v1/operations/" + pick(r, q.operations).id.String()
		get(path)
		get(path + "/watch?days=60&buffer=2000")
		get(q.path(pick(r, q.places)) + pointWatch)
	}
	get("/api/v1/search?q=" + pick(r, []string{"tour", "secr%C3%A8te", "13", "3"}))
	for range 3 {
		id := pick(r, q.places)
		path := q.path(id)
		get(q.otherPath(id))
		get(path)
		get(path + "/history")
		q.look(cookie, bearer, request{http.MethodPatch, path, `{"properties":{"name":"Cité"}}`, `"77"`})
		q.look(cookie, bearer, request{http.MethodPost, path + "/confirm", `{}`, `"78"`})
	}
	const polygon = `{"type":"Polygon","coordinates":[[[4,43],[6,43],[6,46],[4,46],[4,43]]]}`
	q.look(cookie, bearer, request{method: http.MethodPost, path: "/api/v1/within?limit=4&" + filter + layer, body: polygon})
	for _, format := range []string{"csv", "geojson"} {
		body := `{"format":"` + format + `","recipients":["Parquet de Marseille"],"purpose":"essai"}`
		q.look(cookie, bearer, request{method: http.MethodPost, path: "/api/v1/exports?" + filter + "&" + where + layer, body: body})
	}
	if at, ok := q.where(q.god(q.added[q.places[0]].Facts.Owner), q.places[0]); ok {
		body := fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%v,%v]},"properties":{"kind":"four","name":"Tour","status":"active","accuracy":"building"}}`, at[0], at[1])
		if w := q.look(cookie, bearer, request{method: http.MethodPost, path: "/api/v1/deal-points", body: body}); w.Code == http.StatusCreated {
			var p point
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				q.t.Fatal(err)
			}
			id, err := dealmap.ParseID(p.ID)
			if err != nil {
				q.t.Fatal(err)
			}
			q.names[fmt.Sprint(p.Properties["reference"])] = id
		}
	}
}

// change alters some places in every way that alters who sees them, or where.
func (q *inquiry) change() {
	r := q.random
	q.newcomer()
	var references []string
	for reference := range q.names {
		references = append(references, reference)
	}
	slices.Sort(references)
	for range 6 {
		id := pick(r, q.places)
		owner := q.added[id].Facts.Owner
		patch := func(fields map[string]any) dealmap.Command {
			data, err := json.Marshal(fields)
			if err != nil {
				q.t.Fatal(err)
			}
			return dealmap.ChangePlace{ID: id, Patch: data}
		}
		today := dealmap.DateOf(q.clock.now())
		position := orb.Point{5.37 + r.Float64()*0.03, 43.29 + r.Float64()*0.03}
		cmd := pick(r, []dealmap.Command{
			patch(map[string]any{"handling": map[string]any{"embargo_until": today.AddDays(r.IntN(3)).String()}}),
			patch(map[string]any{"handling": map[string]any{"embargo_until": nil}}),
			patch(map[string]any{"handling": map[string]any{"reach": pick(r, []string{"service", "departement", "zone", "national"}), "groups": nil, "code": pick(r, []string{"H0", "H2"})}}),
			patch(map[string]any{"position": position}), patch(map[string]any{"position": position}),
			dealmap.StepPlace{ID: id, To: dealmap.Disrupted}, dealmap.StepPlace{ID: id, To: dealmap.Active}, dealmap.ConfirmPlace{ID: id},
			dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: "displaced", Date: today, DisplacedTo: pick(r, references)},
			dealmap.ErasePlace{ID: id, Reason: "retention"},
		})
		if _, err := q.store.Do(q.t.Context(), q.god(owner), cmd, ""); err != nil && dealmap.KindOf(err) == "" {
			q.t.Fatal(err)
		} else if _, erases := cmd.(dealmap.ErasePlace); erases && err == nil {
			q.gone[id] = true
		}
	}
}

// token makes an API token of the person, limited to some territories; empty when they may have none.
func (q *inquiry) token(cookie string, n int) string {
	body := fmt.Sprintf(`{"name":"QGIS %d","until":"2026-12-24","motive":"essai de la carte","territories":["%s"]}`, n, pick(q.random, zones))
	w := q.look(cookie, "", request{method: http.MethodPost, path: "/api/v1/tokens", body: body})
	var made struct{ Text string }
	if w.Code == http.StatusCreated {
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
			q.t.Fatal(err)
		}
	}
	return made.Text
}

// ask asks as the auditor.
func (q *inquiry) ask(cookie, path string, into any) {
	q.t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Cookie", cookie)
	q.server.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		q.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		q.t.Fatal(err)
	}
}

// whoSaw returns the lines that the auditor is told of for a place, page after page.
func (q *inquiry) whoSaw(cookie string, id dealmap.ID) (lines []uint64, exact bool) {
	path := "/api/v1/audit/consultations?limit=40&place=" + id.String()
	for page := path; ; {
		var told toldPage
		q.ask(cookie, page, &told)
		exact = told.Exact
		for _, line := range told.Lines {
			lines = append(lines, line.Line)
		}
		if told.Next == nil {
			return lines, exact
		}
		page = fmt.Sprintf("%s&before=%d", path, *told.Next)
	}
}

// TestTheAuditorIsToldExactly holds what the auditor is told against what the answers really contained.
func TestTheAuditorIsToldExactly(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			q := newInquiry(t, rand.New(rand.NewPCG(seed, uint64(1000+i))), 14)
			for day := range 3 {
				for n, name := range []string{"pn", "gn", "cross13", "ofast"} {
					cookie := ""
					if n < 2 {
						cookie = q.person(name).cookie
					} else {
						cookie = q.cookie(name)
					}
					q.around(cookie, "")
					q.change()
					q.around(cookie, "")
					if bearer := q.token(cookie, day); bearer != "" {
						q.around("", bearer)
					}
				}
				q.clock.advance(24 * time.Hour)
			}
			if i%2 == 1 {
				q.onDisk()
			}
			q.compare()
		})
	}
}

// onDisk puts the lines into a real consultation log, whose index answers from then on.
func (q *inquiry) onDisk() {
	log, err := consultations.Open(filepath.Join(q.t.TempDir(), consultations.FileName))
	if err != nil {
		q.t.Fatal(err)
	}
	q.t.Cleanup(func() {
		if err := log.Close(); err != nil {
			q.t.Error(err)
		}
	})
	if err := log.RecordAll(q.t.Context(), slices.Values(q.keeper.all())); err != nil {
		q.t.Fatal(err)
	}
	q.keeper.real = log
}

func (q *inquiry) compare() {
	auditor := q.cookie("auditeur")
	lines := len(q.shown)
	if lines < 200 {
		q.t.Errorf("%d lines: the test shows little", lines)
	}
	for _, id := range slices.Collect(maps.Values(q.names)) {
		var want []uint64
		for n, contained := range q.shown {
			if line, _, err := q.keeper.Line(dealmap.LineName{Line: n}); err != nil {
				q.t.Fatal(err)
			} else if contained[id] && (!q.gone[id] || slices.Contains(line.Places, id)) {
				want = append(want, n)
			}
		}
		slices.Sort(want)
		slices.Reverse(want)
		got, exact := q.whoSaw(auditor, id)
		if !slices.Equal(got, want) || exact == q.gone[id] {
			q.t.Errorf("%s (erased: %v): the auditor is told of %d lines, %d showed it; exact: %v", id, q.gone[id], len(got), len(want), exact)
			for _, n := range append(slices.Clone(got), want...) {
				if slices.Contains(got, n) != slices.Contains(want, n) {
					line, _, _ := q.keeper.Line(dealmap.LineName{Line: n})
					q.t.Fatalf("line %d: told %v, shown %v: %+v", n, slices.Contains(got, n), slices.Contains(want, n), line)
				}
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(q.shown)) { // in order: each past map is made from the one before
		contained := q.shown[n]
		var told struct {
			Exact  bool
			Total  int
			Places []struct{ ID, Reference string }
		}
		q.ask(auditor, fmt.Sprintf("/api/v1/audit/consultations/%d/places", n), &told)
		got := map[dealmap.ID]bool{}
		for _, p := range told.Places {
			id, err := dealmap.ParseID(p.ID)
			if err != nil {
				q.t.Fatal(err)
			}
			got[id] = true
			if gone := p.Reference == ""; gone != q.gone[id] || !gone && q.names[p.Reference] != id {
				q.t.Errorf("line %d: place %s has reference %q", n, id, p.Reference)
			}
		}
		missing := 0
		for id := range contained {
			if !got[id] {
				missing++
				if told.Exact || !q.gone[id] {
					line, _, _ := q.keeper.Line(dealmap.LineName{Line: n})
					q.t.Fatalf("line %d showed %s (erased: %v), which the auditor is not told (exact: %v): %+v", n, id, q.gone[id], told.Exact, line)
				}
			}
		}
		for id := range got {
			if !contained[id] {
				line, _, _ := q.keeper.Line(dealmap.LineName{Line: n})
				q.t.Fatalf("line %d did not show %s, which the auditor is told: %+v", n, id, line)
			}
		}
	}
	for _, what := range []string{dealmap.WhatTile, dealmap.WhatList, dealmap.WhatExport, dealmap.WhatSheet, dealmap.WhatHistory, dealmap.WhatNearest, dealmap.WhatSearch, dealmap.WhatWithin,
		dealmap.WhatPatrol} {
		if q.kinds[what] == 0 {
			q.t.Errorf("no %s showed a place: the test shows little", what)
		}
	}
	q.t.Logf("%d lines; those that showed places: %v; %d places erased", len(q.shown), q.kinds, len(q.gone))
}
