package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// seedOf is printed, so that SEED=… replays a random test.
func seedOf(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(20261123)
	if text := os.Getenv("SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("SEED=%d replays", seed)
	return seed
}

// randomMap is a world with places of every handling, and people drawn at random who work under the names of people.
type randomMap struct {
	*world
	random *rand.Rand
	places []dealmap.ID
	added  map[dealmap.ID]dealmap.AddPlace
	gone   map[dealmap.ID]bool // erased
	tied   map[dealmap.ID]bool // merged, or with others merged into them
	n      byte
	files  bool // that are slow to make and to read are asked for too
	lists  bool // lists are handed in, and what is shown of their rows is compared
	// operations that took place; those that were taken away are left in.
	operations []recorded
	links      []webLink
	networks   []webNetwork
}

var (
	towns = []struct {
		commune string
		centre  orb.Point
	}{{"13055", orb.Point{5.38, 43.30}}, {"13055", orb.Point{5.40, 43.31}}, {"69123", orb.Point{4.83, 45.76}}, {"84007", orb.Point{4.81, 43.95}}, {"59350", orb.Point{3.06, 50.63}}}
	units = []dealmap.Owner{
		{Service: "PN", Unit: "Cross 13"}, {Service: "PN", Unit: "BSU Lyon"}, {Service: "GN", Unit: "BR Aubagne"}, {Service: "GN", Unit: "SR Lille"},
		{Service: "DGDDI", Unit: "DR Lyon"}, {Service: "PP", Unit: "DRPJ"},
	}
	// mixedKinds are of both families.
	mixedKinds = []dealmap.Kind{
		dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery, dealmap.StashFlat, dealmap.Warehouse, dealmap.EntryPoint,
	}
	groups = []string{"Aurore", "Boréal", "Cap"}
	zones  = []dealmap.TerritoryCode{"dep:13", "dep:69", "dep:84", "dep:59", "reg:93", "zone:sud", "com:13055", "fr"}
)

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

func newRandomMap(t testing.TB, random *rand.Rand, places int) *randomMap {
	m := &randomMap{world: newWorld(t), random: random, added: map[dealmap.ID]dealmap.AddPlace{}, gone: map[dealmap.ID]bool{}}
	for range places {
		m.add(m.place())
	}
	m.tie()
	m.operate(6)
	m.weave(24)
	return m
}

// tie merges some of the places, and decides on some others.
func (m *randomMap) tie() {
	m.tied = map[dealmap.ID]bool{}
	for range 4 {
		a, b := pick(m.random, m.places), pick(m.random, m.places)
		god := m.god(m.added[a].Facts.Owner)
		if _, err := m.store.Do(m.t.Context(), god, dealmap.MergePlaces{Into: a, From: b}, ""); err == nil {
			m.tied[a], m.tied[b] = true, true
		}
		if _, err := m.store.Do(m.t.Context(), god, dealmap.SettlePair{A: a, B: pick(m.random, m.places), Verdict: dealmap.VerdictNeighbours}, ""); err != nil && dealmap.KindOf(err) == "" {
			m.t.Fatal(err)
		}
	}
}

// place draws a place of any handling.
func (m *randomMap) place() dealmap.AddPlace {
	r := m.random
	town := pick(r, towns)
	// On a coarse grid, so that some lie where others do.
	position := orb.Point{town.centre[0] + float64(r.IntN(8))*0.007 - 0.03, town.centre[1] + float64(r.IntN(8))*0.007 - 0.03}
	handling := dealmap.Handling{
		Reach: pick(r, []dealmap.Reach{dealmap.ReachService, dealmap.ReachDepartement, dealmap.ReachZone, dealmap.ReachNational, dealmap.ReachGroup}),
		Code:  pick(r, []string{"H0", "H1", "H2", "H3"}), Blurred: r.IntN(3) == 0,
	}
	if handling.Reach == dealmap.ReachGroup {
		handling.Groups = []string{pick(r, groups)}
	}
	if r.IntN(4) == 0 {
		handling.EmbargoUntil = dealmap.Date{Year: 2030, Month: 1, Day: 1}
	}
	m.n++
	facts := dealmap.Facts{
		Kind: pick(r, mixedKinds), Name: fmt.Sprintf("Tour secrète %d", m.n),
		Address: "12 rue des Lilas", Note: "hall du fond", Commune: town.commune, Position: &position, Accuracy: dealmap.AccuracyBuilding,
		Products: []dealmap.Product{pick(r, []dealmap.Product{"cannabis", "cocaine", "crack"})}, Owner: pick(r, units), Handling: handling,
		Networks: []string{"R-13-7KQ"}, CaseRefs: []string{"PV-1"}, Lookouts: true, Intensity: 1 + r.IntN(5),
		Hours:      []string{"", "Mo-Su 12:00-22:00", "Th-Sa 18:00-03:00", "24/7"}[m.n%4],
		NextReview: []dealmap.Date{{}, {Year: 2026, Month: 11, Day: 20}, {Year: 2026, Month: 11, Day: 24}}[m.n%3],
		FirstSeen:  dealmap.DateOf(m.clock.now()).AddDays(-r.IntN(80)),
	}
	if r.IntN(6) == 0 {
		facts.Position, facts.Accuracy = nil, dealmap.AccuracyCommune
	}
	return dealmap.AddPlace{ID: dealmap.ID{m.n, byte(r.Uint32()), 6: 0x40, 8: 0x80, 15: m.n}, Status: dealmap.Active, AcceptDuplicates: true, Facts: facts}
}

// path is the address of a place, of one that was never added that of a deal point.
func (m *randomMap) path(id dealmap.ID) string {
	if kind := m.added[id].Facts.Kind; kind != "" && !kind.IsDealPoint() {
		return "/api/v1/sites/" + id.String()
	}
	return "/api/v1/deal-points/" + id.String()
}

// otherPath is the address of the other family's place of this id, which there is not.
func (m *randomMap) otherPath(id dealmap.ID) string {
	if path, of := strings.CutPrefix(m.path(id), "/api/v1/sites/"); of {
		return "/api/v1/deal-points/" + path
	}
	return "/api/v1/sites/" + id.String()
}

func (m *randomMap) add(place dealmap.AddPlace) {
	m.do(m.god(place.Facts.Owner), dealmap.ImportPlaces{Places: []dealmap.AddPlace{place}})
	m.places, m.added[place.ID] = append(m.places, place.ID), place
}

// god may do anything to the records of an owner, embargo or not.
func (m *randomMap) god(owner dealmap.Owner) dealmap.Viewer {
	return dealmap.Viewer{
		Subject: "test", Role: dealmap.RoleOfast, Service: owner.Service, Unit: owner.Unit, Territories: []dealmap.TerritoryCode{"fr"}, Motive: "essai",
	}
}

// person gives a name of people another grant, drawn at random, and signs in under it.
func (m *randomMap) person(name string) *reader {
	r := m.random
	admin := dealmap.Console("test", dealmap.RoleAdmin)
	for _, g := range m.store.Snapshot().Grants() {
		if g.Subject == name && g.Active(m.clock.now()) {
			m.do(admin, dealmap.EndGrant{ID: g.ID})
		}
	}
	roles := []dealmap.Role{
		dealmap.RoleInvestigator, dealmap.RoleInvestigator, dealmap.RoleInvestigator, dealmap.RoleCross, dealmap.RoleCross, dealmap.RoleOfast, dealmap.RolePrefet,
		dealmap.RoleProcureur, dealmap.RolePartner, dealmap.RoleAuditor, dealmap.RoleAdmin,
	}
	unit := pick(r, units)
	g := dealmap.Grant{Subject: name, Name: "Personne", Role: pick(r, roles), Service: unit.Service, Unit: unit.Unit, Territories: []dealmap.TerritoryCode{pick(r, zones)}}
	for _, group := range groups {
		if r.IntN(3) == 0 {
			g.Groups = append(g.Groups, group)
		}
	}
	m.n++
	m.do(admin, dealmap.GiveGrant{ID: dealmap.ID{m.n, 0xab}, Grant: g})
	p := &reader{m: m, viewer: m.viewer(name), cookie: m.cookie(name)}
	if p.viewer.May(dealmap.ActionToken) && r.IntN(3) == 0 {
		p.carry(pick(r, zones))
	}
	p.scope = dealmap.NewScope(p.viewer, dealmap.DateOf(m.clock.now()))
	return p
}

// carry lets the person read with an API token for a territory from now on.
func (p *reader) carry(where dealmap.TerritoryCode) {
	w := httptest.NewRecorder()
	body := fmt.Sprintf(`{"name":"QGIS","territories":[%q],"until":"2026-12-24","motive":"essai"}`, where)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/tokens", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", p.cookie)
	p.m.server.Handler().ServeHTTP(w, r)
	var made struct {
		Text  string
		Token struct{ ID dealmap.ID }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusCreated {
		p.m.t.Fatalf("token: %d %s %v", w.Code, w.Body, err)
	}
	token, ok := p.m.store.Snapshot().Token(made.Token.ID)
	if ok {
		p.viewer, ok = token.Narrow(p.viewer)
	}
	if !ok {
		p.m.t.Fatal("the token stands for nobody")
	}
	p.cookie, p.bearer = "", made.Text
}

func (m *randomMap) cookie(name string) string {
	w := httptest.NewRecorder()
	body, err := json.Marshal(signIn(name, password))
	if err != nil {
		m.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/session", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	m.server.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		m.t.Fatalf("sign in as %s: %d %s", name, w.Code, w.Body)
	}
	return w.Result().Cookies()[0].String()
}

// sorted tells the places that a reader sees something of, if only as a number, and those of which nothing.
func (m *randomMap) sorted(p *reader) (seen, hidden []dealmap.ID) {
	defer sound()()
	visible := map[dealmap.ID]bool{}
	m.store.Snapshot().Each(p.scope, dealmap.ID{}, func(s dealmap.Sight) bool { visible[s.ID()] = true; return true })
	for _, id := range m.places {
		if m.tied[id] {
			if visible[id] { // what it is now is not what it was added as
				seen = append(seen, id)
			}
			continue
		}
		if !m.gone[id] && p.wouldSee(m.added[id]) {
			seen = append(seen, id)
		} else {
			hidden = append(hidden, id)
		}
	}
	return seen, hidden
}

// stir adds places that the reader does not see, and changes, moves, confirms, steps, puts under embargo and erases such
// places, in ways that leave them unseen.
func (m *randomMap) stir(p *reader, hidden []dealmap.ID) {
	defer sound()()
	r := m.random
	for range 3 {
		place := m.place()
		if !p.wouldSee(place) {
			m.add(place)
			hidden = append(hidden, place.ID)
		}
	}
	for _, id := range hidden {
		god := m.god(m.added[id].Facts.Owner)
		position := orb.Point{5.37 + r.Float64()*0.02, 43.29 + r.Float64()*0.02}
		patch := map[string]any{"name": "Tour secrète déplacée", "intensity": 1 + r.IntN(5), "networks": []string{"R-13-7KQ", "R-69-2AB"}}
		if at, ok := m.where(god, id); ok && at[1] > 43.2 && at[1] < 43.4 {
			patch["position"] = position
		}
		data, err := json.Marshal(patch)
		if err != nil {
			m.t.Fatal(err)
		}
		commands := []dealmap.Command{
			dealmap.ConfirmPlace{ID: id}, dealmap.ChangePlace{ID: id, Patch: data}, dealmap.StepPlace{ID: id, To: dealmap.Disrupted},
			dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded, Date: dealmap.DateOf(m.clock.now())},
			dealmap.ErasePlace{ID: id, Reason: "retention"},
			dealmap.MergePlaces{Into: id, From: pick(r, hidden)}, dealmap.SettlePair{A: id, B: pick(r, m.places), Verdict: dealmap.VerdictNeighbours},
			dealmap.MergePlaces{Into: pick(r, hidden), From: id},
		}
		for _, i := range r.Perm(len(commands))[:1+r.IntN(len(commands))] {
			_, err := m.store.Do(m.t.Context(), god, commands[i], "")
			if err != nil && dealmap.KindOf(err) == "" {
				m.t.Fatal(err)
			}
			_, erases := commands[i].(dealmap.ErasePlace)
			m.gone[id] = m.gone[id] || erases && err == nil
		}
	}
}

func (m *randomMap) where(v dealmap.Viewer, id dealmap.ID) (orb.Point, bool) {
	sight, ok := m.store.Snapshot().Place(dealmap.NewScope(v, dealmap.DateOf(m.clock.now())), id)
	if !ok {
		return orb.Point{}, false
	}
	return sight.Position()
}

// leaks returns what told of hidden places: outputs that changed when such places were added, changed and erased, and
// answers about a hidden place that differ from those about an absent one.
func (m *randomMap) leaks(p *reader) (told []string) {
	seen, hidden := m.sorted(p)
	events := p.live()
	requests := p.requests(seen, hidden)
	before := make([]string, len(requests))
	for i, q := range requests {
		before[i] = p.ask(m.server.Handler(), q)
	}
	rows := ""
	if m.lists {
		rows = p.staged()
	}
	m.stir(p, hidden)
	m.stirOperations(p)
	m.stirNetworks(p, hidden)
	if m.lists {
		if after := p.staged(); after != rows {
			told = append(told, "rows of a list, "+difference(rows, after))
		}
	}
	for i, q := range requests {
		if after := p.ask(m.server.Handler(), q); after != before[i] {
			told = append(told, fmt.Sprintf("%s %s %s, ", q.method, q.path, q.body)+difference(before[i], after))
		}
	}
	told = append(told, m.toldLive(p, seen, events)...)
	absent := dealmap.ID{0: 0xff, 6: 0x40, 8: 0x80}.String()
	_, unknown := m.sortedOperations(p)
	for _, id := range slices.Concat(hidden, unknown, p.hiddenLinks()) {
		for _, q := range slices.Concat(p.requests(nil, []dealmap.ID{id}), operationCalls(id), linkCalls(id)) {
			other := request{q.method, strings.ReplaceAll(q.path, id.String(), absent), q.body, q.match}
			if other.path == q.path {
				continue
			}
			same := func(answer string) string { return strings.ReplaceAll(answer, id.String(), absent) }
			if of, none := same(p.ask(m.server.Handler(), q)), p.ask(m.server.Handler(), other); of != none {
				told = append(told, fmt.Sprintf("%s %s is not as if it were absent\n%.300q\n%.300q", q.method, q.path, of, none))
			}
		}
	}
	return append(told, m.strangers(p)...)
}

func difference(before, after string) string {
	at := 0
	for at < min(len(before), len(after)) && before[at] == after[at] {
		at++
	}
	at = max(0, at-100)
	return fmt.Sprintf("from byte %d on\nbefore %.500q\nafter  %.500q", at, before[at:], after[at:])
}

// live opens the person's live stream.
func (p *reader) live() <-chan event {
	who := header{"Cookie": p.cookie}
	if p.bearer != "" {
		who = header{"Authorization": "Bearer " + p.bearer}
	}
	events := p.m.anonymous().live("", who)
	if e := <-events; e.name != "hello" {
		p.m.t.Fatalf("the stream begins with %+v", e)
	}
	return events
}

// toldLive changes a place that the person sees, and returns what else their stream told of. Without such a place it waits
// for a sign of life.
func (m *randomMap) toldLive(p *reader, seen []dealmap.ID, events <-chan event) (told []string) {
	changed := ""
	for _, id := range seen {
		if !p.scope.SeesPoints() && strings.HasPrefix(m.path(id), "/api/v1/sites/") {
			continue // there are no aggregates of sites
		}
		if _, err := m.store.Do(m.t.Context(), m.god(m.added[id].Facts.Owner), dealmap.StepPlace{ID: id, To: dealmap.Disrupted}, ""); err == nil {
			changed = id.String()
			break
		}
	}
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-events:
			switch {
			case !open:
				return append(told, "the live stream ended")
			case e.name == "" && changed == "" || e.name == "change" && strings.Contains(e.data, changed) && changed != "" || e.name == "aggregates" && changed != "":
				return told
			case e.name != "":
				told = append(told, fmt.Sprintf("live: %+v", e))
			}
		case <-deadline:
			return append(told, "the live stream tells nothing at all")
		}
	}
}

// strangers adds places where hidden ones lie: only what the person sees may be named as a possible duplicate.
func (m *randomMap) strangers(p *reader) (told []string) {
	_, hidden := m.sorted(p)
	for _, id := range hidden {
		at, ok := m.where(m.god(m.added[id].Facts.Owner), id)
		if !ok || !p.viewer.May(dealmap.ActionAdd) {
			continue
		}
		near, restore := 0, sound()
		m.store.Snapshot().Radius(p.scope, at, 400, func(dealmap.Sight, float64) bool { near++; return true })
		restore()
		if near > 0 {
			continue
		}
		path, kind := "/api/v1/deal-points", "four"
		if strings.HasPrefix(m.path(id), "/api/v1/sites/") {
			path, kind = "/api/v1/sites", "stash_flat"
		}
		body := fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%v,%v]},"properties":{"kind":%q,"name":"Tour secrète","status":"active"}}`, at[0], at[1], kind)
		if answer := p.ask(m.server.Handler(), request{http.MethodPost, path, body, ""}); answer[:3] == "409" || strings.Contains(answer, "\n409") {
			told = append(told, fmt.Sprintf("a place added where a hidden one lies: %.300q", answer))
		}
	}
	return told
}

// checkMaps draws maps and people, and returns what told of hidden places.
func checkMaps(t *testing.T, seed uint64, from, to int) (told []string) {
	for i := from; i < to; i++ {
		m := newRandomMap(t, rand.New(rand.NewPCG(seed, uint64(i))), 18)
		p := m.person("pn")
		m.files, m.lists = i%8 == 0, i%3 == 0
		m.clock.advance(time.Second)
		for _, leak := range m.leaks(p) {
			told = append(told, fmt.Sprintf("SEED=%d, map %d, %s %s %s in %v, groups %v: %s",
				seed, i, p.viewer.Role, p.viewer.Service, p.viewer.Unit, p.viewer.Territories, p.viewer.Groups, leak))
		}
		m.finish()
	}
	return told
}

// finish closes a map before its test ends: there are hundreds.
func (m *randomMap) finish() {
	m.server.Close()
	m.http.Close()
}
