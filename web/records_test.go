package web_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestKeptRecordsReachNobodyElse changes a map and the rights of its people at random: places are changed, embargoed and erased, embargoes
// pass, grants end and others are given. Whoever asks for lists of a server that keeps what it wrote must be told what one that keeps nothing
// tells them, and whose grant has ended is told nothing.
func TestKeptRecordsReachNobodyElse(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	paths := []string{
		"/api/v1/deal-points?limit=1000", "/api/v1/deal-points?limit=1000&territory=dep:13", "/api/v1/deal-points?limit=1000&bbox=5,43,6,44&status=active",
		"/api/v1/deal-points?limit=7&bbox=-5,41,10,51", "/api/v1/deal-points?near=5.38,43.3&radius=5000", "/api/v1/nearest?lon=5.38&lat=43.3&limit=20",
		"/api/v1/sites?limit=1000&territory=zone:sud", "/api/v1/sites?bbox=4,42,7,46", "/api/v1/deal-points?limit=1000&territory=dep:13&as_of=2026-11-23",
		"/api/v1/deal-points?limit=1000&properties=name,status,closing", "/api/v1/deal-points?limit=1000&properties=name,owner,note,withheld", "/api/v1/deal-points?near=5.38,43.3&radius=5000&properties=distance,name",
	}
	made, asked := 0, 0
	worlds, turns := 2, 16
	if underRace {
		worlds, turns = 1, 6
	}
	for i := range worlds {
		m := newRandomMap(t, rand.New(rand.NewPCG(seed, uint64(2000+i))), 40)
		keeping := map[string]http.Handler{"as usual": m.server.Handler(), "for few": m.freshWith(20_000)}
		readers := map[string]*reader{}
		for _, name := range slices.Sorted(maps.Keys(people)) {
			readers[name] = m.person(name)
		}
		for range turns {
			m.turnRound(readers)
			forgetful := m.freshWith(-1)
			for name, p := range readers {
				for _, path := range paths {
					q := request{method: http.MethodGet, path: path}
					want := p.ask(forgetful, q)
					for which, server := range keeping {
						if got := p.ask(server, q); got != want {
							t.Fatalf("%s, %s %s in %v, %s\nis told   %.1500q\nby itself %.1500q", which, name, p.viewer.Role, p.viewer.Territories, path, got, want)
						}
					}
				}
			}
		}
		made, asked = made+m.measure("dealmap_kept_records_made_total"), asked+m.measure("dealmap_kept_records_asked_total")
		m.finish()
	}
	if asked == 0 || made > asked/2 {
		t.Errorf("of %d places %d were written: little was kept, the test shows nothing", asked, made)
	}
}

// turnRound does to the map what may take something out of somebody's sight, or change it.
func (m *randomMap) turnRound(readers map[string]*reader) {
	r := m.random
	id := pick(r, m.places)
	god := m.god(m.added[id].Facts.Owner)
	try := func(cmd dealmap.Command) {
		if _, err := m.store.Do(m.t.Context(), god, cmd, ""); err != nil && dealmap.KindOf(err) == "" {
			m.t.Fatal(err)
		}
	}
	tomorrow := dealmap.DateOf(m.clock.now().Add(24 * time.Hour))
	switch r.IntN(8) {
	case 0:
		try(dealmap.ErasePlace{ID: id, Reason: "retention"})
	case 1, 2:
		handling := map[string]any{"reach": pick(r, []string{"service", "departement", "national"}), "code": pick(r, []string{"H0", "H2", "H3"}), "blurred": r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			handling["embargo_until"] = tomorrow
		}
		data, err := json.Marshal(map[string]any{"name": "Tour " + strconv.Itoa(r.IntN(1000)), "handling": handling})
		if err != nil {
			m.t.Fatal(err)
		}
		try(dealmap.ChangePlace{ID: id, Patch: data})
	case 3:
		other, ok := m.store.Snapshot().Place(dealmap.NewScope(god, tomorrow), pick(r, m.places))
		if ok { // where the trade went is told to who sees that place
			try(dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Displaced, Date: dealmap.DateOf(m.clock.now()), DisplacedTo: other.Reference()})
		}
	case 4:
		try(dealmap.MergePlaces{Into: id, From: pick(r, m.places)})
	case 5: // embargoes pass
		m.clock.advance(24 * time.Hour)
		for name, p := range readers {
			if p.bearer == "" {
				p.cookie = m.cookie(name)
			}
		}
	default:
		name := pick(r, slices.Sorted(maps.Keys(readers)))
		before := readers[name]
		readers[name] = m.person(name)
		if told := before.ask(m.server.Handler(), request{method: http.MethodGet, path: "/api/v1/deal-points?limit=1000"}); !strings.HasPrefix(told, "401") && !strings.HasPrefix(told, "403") && before.bearer == "" {
			m.t.Fatalf("%s is told after the end of the grant: %.300s", name, told)
		}
	}
}

// freshWith is another server on the same map that has answered nobody yet, and keeps so many bytes of what it writes of places.
func (m *randomMap) freshWith(memory int) http.Handler {
	before := m.server.Options.RecordMemory
	defer func() { m.server.Options.RecordMemory = before }()
	m.server.Options.RecordMemory = memory
	return m.fresh()
}

// measure is a number that the server measures.
func (m *randomMap) measure(name string) int {
	w := httptest.NewRecorder()
	m.server.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(w.Body.String())
	if found == nil {
		m.t.Fatalf("nothing measures %s", name)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		m.t.Fatal(err)
	}
	return int(value)
}
