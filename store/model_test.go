package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// faulty is an engine that fails now and then, sometimes after it has written, and lets another node write in between.
type faulty struct {
	*memjournal.Journal
	next string
}

var errDisk = errors.New("disk on fire")

func (f *faulty) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	what := f.next
	f.next = ""
	switch what {
	case "refuse":
		return errDisk
	case "ambiguous":
		if err := f.Journal.Append(ctx, after, events); err != nil {
			return err
		}
		return errDisk
	case "foreign":
		if err := f.Journal.Append(ctx, after, []dealmap.Event{foreignGrant}); err != nil {
			return err
		}
	}
	return f.Journal.Append(ctx, after, events)
}

var foreignGrant = dealmap.Event{
	Time: noon, Author: dealmap.Author{Subject: "other node", Role: dealmap.RoleAdmin}, Kind: dealmap.EventGrantGiven,
	Subject: dealmap.ID{0: 0xff, 1: 1}, Body: dealmap.GrantGiven{Grant: dealmap.Grant{Subject: "foreign", Role: dealmap.RoleInvestigator, From: noon}},
}

// known is what the trivial model knows of a place.
type known struct {
	name     string
	status   dealmap.Status
	revision int
	reach    dealmap.Reach
	position orb.Point
	codes    []string // of networks, sorted
}

type machine struct {
	t       *rapid.T
	atlas   *geo.Territories
	dir     string
	engine  *faulty
	s       *store.Store
	places  map[dealmap.ID]*known
	order   []dealmap.ID
	keys    map[string]dealmap.AddPlace
	made    map[string]dealmap.ID
	drawn   int
	foreign bool
	erased  []dealmap.ID
	// reports and tokens hold what the trivial model knows of them: where a report stands, whether a token is in force.
	reports    map[dealmap.ID]dealmap.ReportStatus
	operations map[dealmap.ID]int // how many arrests it brought
	links      map[dealmap.ID]*tied
	networks   map[string]*coded // by code
	tokens     map[dealmap.ID]bool
	grant      dealmap.ID // of the tokens' owner
}

func (m *machine) open() {
	s, err := store.Open(context.Background(), store.Options{Dir: m.dir, Whole: 2, Engine: m.engine, Territories: m.atlas, Clock: func() time.Time { return noon }})
	if err != nil {
		m.t.Fatal(err)
	}
	m.s = s
}

// do carries out a command, with a fault now and then: the outcome must be all or nothing.
func (m *machine) do(v dealmap.Viewer, c dealmap.Command, key string) (dealmap.Result, error) {
	m.engine.next = rapid.SampledFrom([]string{"", "", "", "", "refuse", "ambiguous", "foreign"}).Draw(m.t, "fault")
	fault := m.engine.next
	result, err := m.s.Do(context.Background(), v, c, key)
	if m.engine.next == "" && fault == "foreign" {
		m.foreign = true
	}
	unwritten := fault == "refuse" && m.engine.next == ""
	if unwritten != (dealmap.KindOf(err) == dealmap.KindUnavailable) {
		m.t.Fatalf("fault %q gives %v", fault, err)
	}
	m.engine.next = ""
	return result, err
}

func (m *machine) add() {
	m.drawn++
	c := dealmap.AddPlace{
		ID: dealmap.ID{0: byte(rapid.IntRange(0, 255).Draw(m.t, "id")), 14: byte(m.drawn >> 8), 15: byte(m.drawn)}, Status: dealmap.Active, AcceptDuplicates: true,
		Facts: dealmap.Facts{Kind: dealmap.Street, Name: fmt.Sprintf("Résidence %03d", m.drawn), Accuracy: dealmap.AccuracyDoor,
			Owner:    dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross 13"},
			Position: &orb.Point{rapid.Float64Range(4.3, 5.8).Draw(m.t, "lon"), rapid.Float64Range(43.2, 43.9).Draw(m.t, "lat")},
			Handling: dealmap.Handling{Reach: rapid.SampledFrom([]dealmap.Reach{dealmap.ReachNational, dealmap.ReachService}).Draw(m.t, "reach"),
				Code: "H0", Blurred: rapid.Bool().Draw(m.t, "blurred")}},
	}
	key := fmt.Sprint("key ", m.drawn)
	result, err := m.do(cross13, c, key)
	m.keys[key] = c
	if err != nil {
		return
	}
	if result.Subject != c.ID || result.Replayed {
		m.t.Fatalf("%+v", result)
	}
	m.note(key, c)
}

func (m *machine) note(key string, c dealmap.AddPlace) {
	m.made[key] = c.ID
	m.places[c.ID] = &known{name: c.Facts.Name, status: dealmap.Active, revision: 1, reach: c.Facts.Handling.Reach, position: *c.Facts.Position}
	m.order = append(m.order, c.ID)
}

// retry sends an earlier request again, with another id, whether it was carried out or not.
func (m *machine) retry() {
	if len(m.keys) == 0 {
		return
	}
	names := make([]string, 0, len(m.keys))
	for key := range m.keys {
		names = append(names, key)
	}
	slices.Sort(names)
	key := rapid.SampledFrom(names).Draw(m.t, "key")
	c := m.keys[key]
	m.drawn++
	c.ID = dealmap.ID{0: 7, 13: 1, 14: byte(m.drawn >> 8), 15: byte(m.drawn)}
	before := m.s.Snapshot().Seq()
	result, err := m.s.Do(context.Background(), cross13, c, key)
	if err != nil {
		m.t.Fatal(err)
	}
	if id, done := m.made[key]; done {
		if !result.Replayed || result.Subject != id || m.s.Snapshot().Seq() != before {
			m.t.Fatalf("retry of %q: %+v", key, result)
		}
		return
	}
	if result.Replayed {
		m.t.Fatalf("%q was refused, and now counts as done", key)
	}
	m.note(key, c)
}

func (m *machine) step() {
	if len(m.order) == 0 {
		return
	}
	id := rapid.SampledFrom(m.order).Draw(m.t, "place")
	p := m.places[id]
	switch rapid.IntRange(0, 2).Draw(m.t, "step") {
	case 0:
		m.drawn++
		name := fmt.Sprintf("Tour %03d", m.drawn)
		if _, err := m.do(cross13, dealmap.ChangePlace{ID: id, Revision: p.revision, Patch: fmt.Appendf(nil, `{"name":%q}`, name)}, ""); err == nil {
			p.name = name
			p.revision++
		}
		_, err := m.s.Do(context.Background(), cross13, dealmap.ChangePlace{ID: id, Revision: p.revision + 1, Patch: []byte(`{"name":"X"}`)}, "")
		if dealmap.KindOf(err) != dealmap.KindStale {
			m.t.Fatalf("a stale change: %v", err)
		}
	case 1:
		to := dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded}
		if p.status == dealmap.Closed {
			to = dealmap.StepPlace{ID: id, To: dealmap.Active}
		}
		if _, err := m.do(cross13, to, ""); err == nil {
			p.status = to.To
			p.revision++
		}
	case 2:
		_, err := m.s.Do(context.Background(), gn, dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded}, "")
		if kind := dealmap.KindOf(err); kind != dealmap.KindForbidden && kind != dealmap.KindNotFound {
			m.t.Fatalf("an investigator closes: %v", err)
		}
	}
}

func (m *machine) newID(kind byte) dealmap.ID {
	m.drawn++
	return dealmap.ID{0: kind, 14: byte(m.drawn >> 8), 15: byte(m.drawn)}
}

func (m *machine) erase() {
	if len(m.order) == 0 {
		return
	}
	id := rapid.SampledFrom(m.order).Draw(m.t, "place")
	if _, err := m.do(ofast, dealmap.ErasePlace{ID: id, Reason: "retention"}, ""); err != nil {
		return
	}
	delete(m.places, id)
	m.order = slices.DeleteFunc(m.order, func(other dealmap.ID) bool { return other == id })
	m.erased = append(m.erased, id)
	for link, l := range m.links {
		if l.from == id || l.to == id {
			delete(m.links, link)
		}
	}
}

func (m *machine) restart() {
	if err := m.s.Close(); err != nil {
		m.t.Fatal(err)
	}
	if rapid.IntRange(0, 3).Draw(m.t, "forget") == 0 {
		if err := os.Remove(m.dir + "/" + store.StateFile); err != nil {
			m.t.Fatal(err)
		}
	}
	m.open()
}

// check compares every way of reading with the model, for one who sees all and one who sees what is national.
func (m *machine) check() {
	snapshot := m.s.Snapshot()
	if snapshot.Len() != len(m.places) {
		m.t.Fatalf("%d places, want %d", snapshot.Len(), len(m.places))
	}
	if _, ok := snapshot.Viewer("foreign", noon); ok != m.foreign {
		m.t.Fatalf("the other node's entry is there: %v", ok)
	}
	m.checkRest(snapshot)
	for _, v := range []dealmap.Viewer{cross13, gn} {
		sees := func(p *known) bool { return v.Subject == cross13.Subject || p.reach == dealmap.ReachNational }
		m.checkViewer(snapshot, scopeOf(v), sees)
		m.checkLinks(snapshot, scopeOf(v), sees)
		m.checkNetworks(snapshot, scopeOf(v), sees)
	}
}

func TestStoreBehavesLikeAMap(t *testing.T) {
	t.Parallel()
	gazetteer := atlas(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		m := &machine{t: rt, atlas: gazetteer, dir: dir, engine: &faulty{Journal: memjournal.New()}, places: map[dealmap.ID]*known{},
			keys: map[string]dealmap.AddPlace{}, made: map[string]dealmap.ID{}, reports: map[dealmap.ID]dealmap.ReportStatus{}, tokens: map[dealmap.ID]bool{},
			operations: map[dealmap.ID]int{}, links: map[dealmap.ID]*tied{}, networks: map[string]*coded{}}
		m.open()
		defer func() { m.s.Close() }()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.IntRange(0, 17).Draw(rt, "action") {
			case 0, 1, 2, 3:
				m.add()
			case 4, 5, 6:
				m.step()
			case 7, 8:
				m.retry()
			case 9:
				m.restart()
			case 10:
				m.erase()
			case 11:
				m.report()
			case 12:
				m.token()
			case 13:
				m.operate()
			case 14, 15:
				m.link()
			case 16, 17:
				m.network()
			}
			m.check()
		}
	})
}
