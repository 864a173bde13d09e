package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// listed are the properties that places in lists can have.
var listed = strings.Fields("accuracy address because cameras case_references closing co_owners commune commune_name commune_year departement distance " +
	"first_seen grading handling hours intensity kind landlord last_confirmed lookouts may_export name networks next_review note obstacles owner products " +
	"reference revision seen_as source_record status synthetic withheld")

// TestSomePropertiesAreTheWholeLess asks random people on random maps for lists with all properties and with some: the second must be the
// first without the others, byte for byte, page for page, whatever was kept from before.
func TestSomePropertiesAreTheWholeLess(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	const square = `{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}`
	asked := []request{
		{method: http.MethodGet, path: "/api/v1/deal-points?limit=1000"}, {method: http.MethodGet, path: "/api/v1/deal-points?limit=3&bbox=-5,41,10,51"},
		{method: http.MethodGet, path: "/api/v1/deal-points?limit=4&territory=zone:sud"}, {method: http.MethodGet, path: "/api/v1/deal-points?limit=5&near=5.38,43.3&radius=20000"},
		{method: http.MethodGet, path: "/api/v1/deal-points?as_of=2026-11-23"}, {method: http.MethodGet, path: "/api/v1/sites?limit=2"},
		{method: http.MethodGet, path: "/api/v1/sites?near=5.38,43.3&radius=20000&status=active"}, {method: http.MethodGet, path: "/api/v1/nearest?lon=5.38&lat=43.3&limit=20"},
		{method: http.MethodPost, path: "/api/v1/within?limit=6", body: square}, {method: http.MethodPost, path: "/api/v1/within?layer=sites", body: square},
	}
	shown, displaced := 0, 0
	worlds, turns := 3, 6
	if underRace {
		worlds, turns = 1, 3
	}
	for i := range worlds {
		m := newRandomMap(t, rand.New(rand.NewPCG(seed, uint64(4000+i))), 40)
		m.displace()
		readers := map[string]*reader{}
		for _, name := range slices.Sorted(maps.Keys(people)) {
			readers[name] = m.person(name)
		}
		for range turns {
			m.turnRound(readers)
			for _, p := range readers {
				for _, q := range asked {
					chosen := m.someProperties()
					names := strings.Join(chosen, ",")
					for some := q.with("properties", names); q.path != ""; {
						whole, less := p.page(q), p.page(some)
						if want := whole.less(t, chosen); less.features != want || less.head != whole.head || less.returned != whole.returned {
							t.Fatalf("%s in %v, of %q of %s, is told\n%s %.1500s\ninstead of\n%s %.1500s", p.viewer.Role, p.viewer.Territories, names, q.path, less.head, less.features, whole.head, want)
						}
						if (whole.next == "") != (less.next == "") || less.next != "" && !strings.Contains(less.next, "properties="+url.QueryEscape(names)) {
							t.Fatalf("%s goes on at %q, with all properties at %q", some.path, less.next, whole.next)
						}
						shown += whole.returned
						displaced += strings.Count(less.features, `"displaced_to"`)
						q.path, some.path = whole.next, less.next
					}
				}
			}
		}
		m.finish()
	}
	if shown < 200 || displaced == 0 && !underRace {
		t.Errorf("%d places were shown, of %d where the trade went: the test shows nothing", shown, displaced)
	}
}

// displace closes some places with where the trade went.
func (m *randomMap) displace() {
	for range 12 {
		id := pick(m.random, m.places)
		god := m.god(m.added[id].Facts.Owner)
		other, ok := m.store.Snapshot().Place(dealmap.NewScope(god, dealmap.DateOf(m.clock.now())), pick(m.random, m.places))
		if !ok {
			continue
		}
		cmd := dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Displaced, Date: dealmap.DateOf(m.clock.now()), DisplacedTo: other.Reference()}
		if _, err := m.store.Do(m.t.Context(), god, cmd, ""); err != nil && dealmap.KindOf(err) == "" {
			m.t.Fatal(err)
		}
	}
	m.clock.advance(time.Hour)
}

// someProperties are a few, most or none, in any order and some of them twice.
func (m *randomMap) someProperties() []string {
	var chosen []string
	for range m.random.IntN(6) * m.random.IntN(6) {
		chosen = append(chosen, pick(m.random, listed))
	}
	return chosen
}

func (q request) with(name, value string) request {
	joint := "?"
	if strings.Contains(q.path, "?") {
		joint = "&"
	}
	q.path += joint + name + "=" + url.QueryEscape(value)
	return q
}

// listing is a page of a list as it was answered.
type listing struct {
	head     string // status and headers, without what varies
	features string
	returned int
	next     string
}

func (p *reader) page(q request) (l listing) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	p.identify(r)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	p.m.server.Handler().ServeHTTP(w, r)
	l.head = fmt.Sprint(w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"), w.Header().Values("ETag"), w.Header().Values("Vary"))
	if w.Code != http.StatusOK {
		return l
	}
	var end struct {
		NumberReturned int
		Next           string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &end); err != nil {
		p.m.t.Fatal(err)
	}
	l.features, _, _ = strings.Cut(w.Body.String(), `],"links":`)
	l.returned, l.next = end.NumberReturned, end.Next
	if link := w.Header().Get("Link"); l.next != strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`) {
		p.m.t.Fatalf("the next page is %q and %q", l.next, link)
	}
	return l
}

// less is what a page with all properties says of some of them.
func (l *listing) less(t *testing.T, chosen []string) string {
	if l.features == "" {
		return ""
	}
	var all struct {
		Features []lessFeature `json:"features"`
	}
	if err := json.Unmarshal([]byte(l.features+"]}"), &all); err != nil {
		t.Fatal(err)
	}
	for _, f := range all.Features {
		maps.DeleteFunc(f.Properties, func(name string, _ json.RawMessage) bool { return !slices.Contains(chosen, name) })
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(text.String(), "]}\n")
}

// lessFeature is a place of which every value is kept as it was written.
type lessFeature struct {
	Geometry   json.RawMessage            `json:"geometry"`
	ID         string                     `json:"id"`
	Properties map[string]json.RawMessage `json:"properties"`
	Type       string                     `json:"type"`
}

// TestPropertiesOfAList reads lists as a program does: what is asked for is there, the log has the question, pages go on with it, gzip says the
// same, and a name that is none is said.
func TestPropertiesOfAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	const path = "/api/v1/deal-points"
	for n := range 30 {
		cross.post(path+"?duplicates=accepted", vieuxPort(at(5.36+float64(n)/1000, 43.3), with("note", strings.Repeat("hall du fond ", 5)))).want(http.StatusCreated)
	}
	whole := cross.get(path).want(http.StatusOK)
	bare := cross.get(path + "?properties=").want(http.StatusOK).collection()
	if len(bare.Features) != 30 || len(bare.Features[0].Properties) != 0 || bare.Features[0].ID != whole.collection().Features[0].ID {
		t.Errorf("with no property: %+v", bare)
	}
	some := cross.get(path + "?properties=status,%20note,name,note").want(http.StatusOK)
	if got := some.collection().Features[3].Properties; len(got) != 3 || got["status"] != "active" || got["name"] != "Résidence des Tilleuls" {
		t.Errorf("with three: %v", got)
	}
	zipped := cross.get(path+"?properties=status,note,name", header{"Accept-Encoding": "gzip"}).want(http.StatusOK)
	reader, err := gzip.NewReader(bytes.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(reader); err != nil || !bytes.Equal(plain, some.body) {
		t.Errorf("gzip says %.200s %v", plain, err)
	}
	page := cross.get(path + "?limit=20&properties=name").want(http.StatusOK).collection()
	rest := cross.get(page.Next).want(http.StatusOK).collection()
	if len(rest.Features) != 10 || len(rest.Features[0].Properties) != 1 {
		t.Errorf("goes on with %+v", rest)
	}
	var queries []string
	for _, line := range w.log.of(dealmap.WhatList) {
		queries = append(queries, line.Query)
	}
	want := []string{"", "properties=", "properties=name%2Cnote%2Cstatus", "properties=name%2Cnote%2Cstatus", "properties=name", "properties=name"}
	if !slices.Equal(queries, want) {
		t.Errorf("the log has %q, want %q", queries, want)
	}
	for _, wrong := range []string{"surname", "allowed", "next_statuses", "name,Name", "geometry", "name;status", strings.Repeat("a", 900)} {
		for _, call := range []string{path, "/api/v1/sites", "/api/v1/nearest?lon=5.37&lat=43.3"} {
			q := request{path: call}.with("properties", wrong)
			a := cross.get(q.path)
			if fields := a.problem(http.StatusBadRequest, "invalid-parameter"); !slices.Equal(fields, []string{"properties"}) || !strings.Contains(string(a.body), "n’est pas une propriété de cette liste") {
				t.Errorf("%s: %v %s", q.path, fields, a.body)
			}
		}
	}
	cross.get(path+"?properties=name&properties=status").problem(http.StatusBadRequest, "invalid-parameter")
	cross.get(path+"/counts?properties=name").problem(http.StatusBadRequest, "invalid-parameter")
}
