package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/intake/graph"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/mesure5/dealmap/store/staging"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
)

const password = "demonstration"

// world is a whole server on a real store in memory, with people of every role.
type world struct {
	t       testing.TB
	store   *store.Store
	server  *web.Server
	http    *httptest.Server
	clock   *clock
	log     *ledger
	vault   *vault
	desk    *staging.Desk
	unready error
}

// people are the accounts of a world, by name.
var people = map[string]dealmap.Grant{
	"ofast":        {Name: "Ofast", Role: dealmap.RoleOfast, Service: dealmap.ServiceOfast, Unit: "Ofast", Territories: []dealmap.TerritoryCode{"fr"}},
	"cross13":      {Name: "Cross 13", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 13", Territories: []dealmap.TerritoryCode{"dep:13"}},
	"pn":           {Name: "Enquêteur PN", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "BSU Lyon", Territories: []dealmap.TerritoryCode{"dep:69"}},
	"gn":           {Name: "Enquêteur GN", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: "BR Aubagne", Territories: []dealmap.TerritoryCode{"dep:13"}},
	"prefet13":     {Name: "Préfet 13", Role: dealmap.RolePrefet, Territories: []dealmap.TerritoryCode{"dep:13"}},
	"partenaire13": {Name: "Bailleur", Role: dealmap.RolePartner},
	"auditeur":     {Name: "Auditeur", Role: dealmap.RoleAuditor},
	"admin":        {Name: "Administrateur", Role: dealmap.RoleAdmin},
}

var territories = sync.OnceValues(seeds.Gazetteer)

// mapOf adapts the store, whose snapshots are of its own type.
type mapOf struct{ *store.Store }

func (m mapOf) Snapshot() web.Snapshot { return m.Store.Snapshot() }

func newWorld(t testing.TB, change ...func(*web.Options)) *world {
	t.Helper()
	terr, err := territories()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: newClock(), log: &ledger{}}
	w.vault = newVault(w.clock.now)
	w.store, err = store.Open(t.Context(), store.Options{Territories: terr, Engine: memjournal.New(), Clock: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	n := byte(0)
	for name, grant := range people {
		n++
		grant.Subject = name
		w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.GiveGrant{ID: dealmap.ID{n, 0xaa}, Grant: grant})
	}
	options := web.Options{
		Map: mapOf{w.store}, Territories: terr, Accounts: w.vault, Sessions: memstore.NewWithCleanupInterval(0),
		Consultations: w.log, Drawer: tiles.NewDrawer(func() *geo.Territories { return terr }, tiles.Basemap{}),
		Secret: []byte("0123456789abcdef0123456789abcdef"), PlainHTTP: true, Clock: w.clock.now,
		Log: slog.New(slog.DiscardHandler), Heartbeat: 50 * time.Millisecond,
		Ready: func() error { return w.unready },
	}
	for _, c := range change {
		c(&options)
	}
	w.desk, err = staging.Open(staging.Options{Dir: t.TempDir(), Store: w.store, Territories: terr, NewID: func() dealmap.ID { return dealmap.ID(uuid.New()) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.desk.Close(); err != nil {
			t.Error(err)
		}
	})
	options.Imports = staging.Front{Desk: w.desk}
	options.ReadGraph = func(r io.Reader, name string, o web.GraphOptions) (*dealmap.LinkList, error) {
		return graph.Read(r, name, graph.Options{Form: o.Form, Directed: o.Directed, Header: o.Header, Kinds: dealmap.LinkKinds(), Means: dealmap.LinkMeans()})
	}
	if w.server, err = web.New(options); err != nil {
		t.Fatal(err)
	}
	w.http = httptest.NewUnstartedServer(nil)
	w.http.Config = w.server.HTTP()
	w.http.Start()
	t.Cleanup(func() {
		w.server.Close()
		w.http.Close()
	})
	return w
}

// do writes past HTTP, to prepare the map.
func (w *world) do(v dealmap.Viewer, cmd dealmap.Command) dealmap.Result {
	w.t.Helper()
	result, err := w.store.Do(context.Background(), v, cmd, "")
	if err != nil {
		w.t.Fatalf("prepare: %v", err)
	}
	return result
}

// endGrants takes every right away from a person.
func (w *world) endGrants(subject string) {
	w.t.Helper()
	for _, g := range w.store.Snapshot().Grants() {
		if g.Subject == subject && g.Active(w.clock.now()) {
			w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.EndGrant{ID: g.ID})
		}
	}
}

// viewer is a person as the store knows them.
func (w *world) viewer(name string) dealmap.Viewer {
	w.t.Helper()
	v, ok := w.store.Snapshot().Viewer(name, w.clock.now())
	if !ok {
		w.t.Fatalf("%s has no grant", name)
	}
	return v
}

func (m mapOf) SnapshotAt(ctx context.Context, at time.Time) (web.Snapshot, error) {
	return m.Store.SnapshotAt(ctx, at)
}

// clock is set by hand and goes on by itself, a millisecond for every look.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return &clock{at: time.Date(2026, 11, 23, 10, 0, 0, 0, paris)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// ledger is a consultation log that can be made to fail.
type ledger struct {
	mu    sync.Mutex
	lines []dealmap.Consultation
	fail  error
}

func (l *ledger) Record(_ context.Context, line dealmap.Consultation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	l.lines = append(l.lines, line)
	return nil
}

// Written says that the first line was written ahead, and all others with their transaction.
func (l *ledger) Written() (ahead, bare uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(len(l.lines))
	return min(n, 1), n - min(n, 1)
}

func (l *ledger) break_(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

func (l *ledger) of(what string) []dealmap.Consultation {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []dealmap.Consultation
	for _, line := range l.lines {
		if line.What == what {
			found = append(found, line)
		}
	}
	return found
}

var contract = sync.OnceValues(func() (routers.Router, error) {
	for _, mediaType := range []string{"application/geo+json", "application/problem+json"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.JSONBodyDecoder)
	}
	openapi3filter.RegisterBodyDecoder("application/vnd.mapbox-vector-tile", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/markdown", openapi3filter.PlainBodyDecoder)
	document, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	document.Servers = nil
	if err := document.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(document)
})

// vieuxPort is a new deal point in Marseille.
func vieuxPort(change ...func(geometry, properties map[string]any)) map[string]any {
	geometry := map[string]any{"type": "Point", "coordinates": []float64{5.3698, 43.2965}}
	properties := map[string]any{
		"kind": "four", "name": "Résidence des Tilleuls", "accuracy": "building", "commune": "13055", "status": "active",
		"products": []string{"cannabis", "cocaine"}, "hours": "Mo-Su 12:00-22:00", "intensity": 3, "first_seen": "2026-10-01",
	}
	for _, c := range change {
		c(geometry, properties)
	}
	return map[string]any{"type": "Feature", "geometry": geometry, "properties": properties}
}

func at(lon, lat float64) func(geometry, properties map[string]any) {
	return func(geometry, _ map[string]any) { geometry["coordinates"] = []float64{lon, lat} }
}

func with(name string, value any) func(geometry, properties map[string]any) {
	return func(_, properties map[string]any) { properties[name] = value }
}
