package web_test

import (
	"encoding/json"
	"net/http"

	"github.com/mesure5/dealmap"
)

// recorded is an operation of a random map.
type recorded struct {
	id    dealmap.ID
	facts dealmap.OperationFacts
}

// try does what may be refused.
func (m *randomMap) try(v dealmap.Viewer, cmd dealmap.Command) bool {
	m.t.Helper()
	_, err := m.store.Do(m.t.Context(), v, cmd, "")
	if err != nil && dealmap.KindOf(err) == "" {
		m.t.Fatal(err)
	}
	return err == nil
}

// operation draws an operation of any handling.
func (m *randomMap) operation() recorded {
	r := m.random
	m.n++
	place := m.place() // for its handling and its owner
	facts := dealmap.OperationFacts{
		Type: pick(r, []dealmap.OperationType{dealmap.Pilonnage, dealmap.Judicial, dealmap.Dissuasion}), From: dealmap.DateOf(m.clock.now()).AddDays(-r.IntN(60)),
		Territory: pick(r, []dealmap.TerritoryCode{"dep:13", "dep:13", "dep:69", "dep:84", "com:13055"}), Note: "dispositif secret",
		Results: dealmap.Results{Arrests: r.IntN(9)}, Owner: place.Facts.Owner, Handling: place.Facts.Handling,
	}
	return recorded{dealmap.ID{m.n, 0xcd, byte(r.Uint32()), 6: 0x40, 8: 0x80}, facts}
}

// operate records operations on some places, hidden from their authors or not: who sees a place adds it.
func (m *randomMap) operate(n int) {
	for range n {
		o := m.operation()
		m.do(m.god(o.facts.Owner), dealmap.RecordOperation{ID: o.id, Facts: o.facts})
		m.operations = append(m.operations, o)
		for _, at := range m.random.Perm(len(m.places))[:min(6, len(m.places))] {
			m.concern(o, m.places[at])
		}
	}
	for _, day := range []int{1, 20} {
		m.do(m.god(units[0]), dealmap.HoldMeeting{Territory: "dep:13", Date: dealmap.DateOf(m.clock.now()).AddDays(-day)})
	}
	closed := pick(m.random, m.places)
	m.try(m.god(m.added[closed].Facts.Owner), dealmap.StepPlace{ID: closed, To: dealmap.Closed, Reason: dealmap.Dismantled, Date: dealmap.DateOf(m.clock.now())})
}

// concern lets the owner of a place say that an operation concerned it, where they see the operation.
func (m *randomMap) concern(o recorded, id dealmap.ID) {
	god := m.god(m.added[id].Facts.Owner)
	snap, scope := m.store.Snapshot(), dealmap.NewScope(god, dealmap.DateOf(m.clock.now()))
	sight, ok := snap.Operation(scope, o.id)
	if !ok {
		return
	}
	places := []dealmap.ID{id}
	for _, other := range sight.Places() {
		if _, ok := snap.Place(scope, other); ok {
			places = append(places, other)
		}
	}
	patch, err := json.Marshal(map[string]any{"places": places})
	if err != nil {
		m.t.Fatal(err)
	}
	m.try(god, dealmap.ChangeOperation{ID: o.id, Patch: patch})
}

// knows reports whether a reader would be told of an operation as it was recorded.
func (p *reader) knows(o recorded) bool {
	terr, err := territories()
	if err != nil {
		p.m.t.Fatal(err)
	}
	chain, _ := terr.Chain(o.facts.Territory)
	_, ok := p.scope.SeeOperation(&dealmap.FieldOperation{ID: o.id, Facts: o.facts, Territories: chain})
	return ok
}

func (m *randomMap) sortedOperations(p *reader) (seen, hidden []dealmap.ID) {
	for _, o := range m.operations {
		if p.knows(o) {
			seen = append(seen, o.id)
		} else {
			hidden = append(hidden, o.id)
		}
	}
	return seen, hidden
}

// stirOperations records operations that the reader does not see, changes such and takes them away, and notes meetings elsewhere.
func (m *randomMap) stirOperations(p *reader) {
	for range 3 {
		if o := m.operation(); !p.knows(o) {
			m.do(m.god(o.facts.Owner), dealmap.RecordOperation{ID: o.id, Facts: o.facts})
			m.operations = append(m.operations, o)
		}
	}
	for _, o := range m.operations {
		if p.knows(o) {
			continue
		}
		god := m.god(o.facts.Owner)
		m.try(god, dealmap.ChangeOperation{ID: o.id, Patch: json.RawMessage(`{"results":{"weapons":7},"type":"reinvestment"}`)})
		m.concern(o, pick(m.random, m.places))
		if m.random.IntN(3) == 0 {
			m.try(god, dealmap.RemoveOperation{ID: o.id})
		}
	}
	terr, err := territories()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, code := range zones {
		chain, ok := terr.Chain(code)
		day := dealmap.DateOf(m.clock.now()).AddDays(-5)
		if _, seen := p.scope.SeeMeeting(&dealmap.Meeting{Territory: code, Territories: chain, Date: day}); ok && !seen {
			m.try(m.god(units[0]), dealmap.HoldMeeting{Territory: code, Date: day})
		}
	}
}

// operationRequests are all outputs about operations and meetings, and every call on operations that are hidden.
func (p *reader) operationRequests() (list []request) {
	for _, path := range []string{"/api/v1/operations", "/api/v1/operations?limit=2", "/api/v1/operations?type=judicial&territory=dep:13", "/api/v1/operations?from=2026-11-01",
		"/api/v1/territories/dep:13/meetings", "/api/v1/territories/dep:69/meetings", "/api/v1/territories/zone:sud/meetings"} {
		list = append(list, request{method: http.MethodGet, path: path})
	}
	seen, hidden := p.m.sortedOperations(p)
	for _, id := range seen {
		path := "/api/v1/operations/" + id.String()
		for _, query := range []string{"", "/watch?days=30", "/watch?days=20&buffer=3000&ring=9000", "/watch?days=40&control=fr&buffer=2000"} {
			list = append(list, request{method: http.MethodGet, path: path + query})
		}
	}
	for _, id := range hidden {
		list = append(list, operationCalls(id)...)
	}
	return list
}

// operationCalls are all calls that name an operation.
func operationCalls(id dealmap.ID) []request {
	path := "/api/v1/operations/" + id.String()
	return []request{
		{method: http.MethodGet, path: path}, {method: http.MethodGet, path: path + "/watch"},
		{http.MethodPatch, path, `{"type":"dissuasion"}`, `"77"`}, {http.MethodPost, path + "/remove", "", `"77"`},
	}
}
