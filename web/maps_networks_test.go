package web_test

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
)

// webLink and webNetwork are a link and the record of a network of a random map.
type webLink struct {
	id    dealmap.ID
	facts dealmap.LinkFacts
}

type webNetwork struct {
	id    dealmap.ID
	facts dealmap.NetworkFacts
}

// link draws a link of any handling between two places.
func (m *randomMap) link(ends []dealmap.ID) webLink {
	r := m.random
	m.n++
	terms := m.place() // for its handling and its owner
	today := dealmap.DateOf(m.clock.now())
	facts := dealmap.LinkFacts{
		From: pick(r, m.places), To: pick(r, ends), Kind: pick(r, []dealmap.LinkKind{dealmap.Supplies, dealmap.Supplies, dealmap.StoresFor, dealmap.SameNetwork, dealmap.Rival}),
		Strength: 1 + r.IntN(9), Owner: terms.Facts.Owner, Handling: terms.Facts.Handling, Note: "cache du fond",
	}
	if r.IntN(2) == 0 {
		facts.From, facts.To = facts.To, facts.From
	}
	if r.IntN(2) == 0 {
		facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}
	}
	if facts.Kind == dealmap.Supplies {
		facts.Means = pick(r, []dealmap.Means{"", "road", "rail", "sea"})
	}
	if r.IntN(2) == 0 {
		facts.Since = today.AddDays(-r.IntN(400))
	}
	if r.IntN(5) == 0 {
		facts.Until = today
	}
	facts.Network = pick(r, []string{"", "R-13-7KQ", "R-69-2AB"})
	return webLink{dealmap.ID{m.n, 0xce, byte(r.Uint32()), 6: 0x40, 8: 0x80}, facts}
}

// tieUp records a link, if somebody of the unit that it belongs to may.
func (m *randomMap) tieUp(l webLink) {
	if m.try(m.god(l.facts.Owner), dealmap.RecordLink{ID: l.id, Facts: l.facts}) {
		m.links = append(m.links, l)
	}
}

func (m *randomMap) network() webNetwork {
	m.n++
	terms := m.place()
	return webNetwork{dealmap.ID{m.n, 0xcf, byte(m.random.Uint32()), 6: 0x40, 8: 0x80}, dealmap.NetworkFacts{
		Territory: pick(m.random, []dealmap.TerritoryCode{"dep:13", "dep:69", "com:13055"}), Status: "active", Note: "tenu de loin", Owner: terms.Facts.Owner, Handling: terms.Facts.Handling,
	}}
}

// weave ties places, those that are hidden from some too, and opens records of networks.
func (m *randomMap) weave(n int) {
	for range n {
		m.tieUp(m.link(m.places))
	}
	for range 3 {
		one := m.network()
		if m.try(m.god(one.facts.Owner), dealmap.RecordNetwork{ID: one.id, Facts: one.facts, Code: pick(m.random, []string{"", "R-13-7KQ", "R-69-2AB"})}) {
			m.networks = append(m.networks, one)
		}
	}
}

// knowsLink reports whether a reader is to be told of a link, or to count it. It does not ask what is tested: the terms of a link are
// judged as those of a place at either end.
func (p *reader) knowsLink(l webLink) bool {
	defer sound()()
	snap := p.m.store.Snapshot()
	from, ok := snap.Countable(p.scope, l.facts.From)
	if !ok {
		return false
	}
	to, ok := snap.Countable(p.scope, l.facts.To)
	if !ok {
		return false
	}
	own := dealmap.Nothing
	for _, end := range []dealmap.Sight{from, to} {
		terms, _ := p.scope.See(&dealmap.Place{ID: l.id, Facts: dealmap.Facts{Owner: l.facts.Owner, Handling: l.facts.Handling}, Territories: end.Territories()})
		own = max(own, terms.Detail())
	}
	if len(p.viewer.Limits) > 0 { // a token for the ground of one end lets the reader judge by the other, too
		_, ok := p.scope.SeeLink(&dealmap.Link{ID: l.id, Facts: l.facts}, from, to)
		return ok
	}
	all := []dealmap.Detail{own, from.Detail(), to.Detail()}
	return slices.Min(all) >= dealmap.Shown || slices.Min(all) == dealmap.Tallied && slices.Max(all) == dealmap.Tallied
}

func (p *reader) knowsNetwork(n webNetwork) bool {
	terr, err := territories()
	if err != nil {
		p.m.t.Fatal(err)
	}
	chain, _ := terr.Chain(n.facts.Territory)
	_, ok := p.scope.SeeNetwork(&dealmap.Network{ID: n.id, Facts: n.facts, Territories: chain})
	return ok
}

// stirNetworks records, changes and takes away links and networks that the reader does not see: on terms that keep them back, or
// because an end is hidden.
func (m *randomMap) stirNetworks(p *reader, hidden []dealmap.ID) {
	for i := range 8 {
		ends := m.places
		if i%2 == 0 && len(hidden) > 0 {
			ends = hidden
		}
		if l := m.link(ends); !p.knowsLink(l) {
			m.tieUp(l)
		}
	}
	for _, l := range m.links {
		if p.knowsLink(l) {
			continue
		}
		god := m.god(l.facts.Owner)
		m.try(god, dealmap.ChangeLink{ID: l.id, Patch: json.RawMessage(`{"strength":700,"note":"plus tard","network":"R-13-7KQ"}`)})
		if m.random.IntN(3) == 0 {
			m.try(god, dealmap.RemoveLink{ID: l.id})
		}
	}
	if n := m.network(); !p.knowsNetwork(n) {
		if m.try(m.god(n.facts.Owner), dealmap.RecordNetwork{ID: n.id, Facts: n.facts, Code: "R-13-7KQ"}) {
			m.networks = append(m.networks, n)
		}
	}
	for _, n := range m.networks {
		if p.knowsNetwork(n) {
			continue
		}
		m.try(m.god(n.facts.Owner), dealmap.ChangeNetwork{ID: n.id, Patch: json.RawMessage(`{"status":"dismantled","products":["crack"]}`)})
		if m.random.IntN(3) == 0 {
			m.try(m.god(n.facts.Owner), dealmap.RemoveNetwork{ID: n.id})
		}
	}
}

// networkRequests are all outputs about links, networks, graphs and flows, and every call on links that are hidden.
func (p *reader) networkRequests(seen, hidden []dealmap.ID) (list []request) {
	get := func(paths ...string) {
		for _, path := range paths {
			list = append(list, request{method: http.MethodGet, path: path})
		}
	}
	try := func(graph string, closed ...dealmap.ID) {
		body, err := json.Marshal(map[string]any{"closed": closed})
		if err != nil {
			p.m.t.Fatal(err)
		}
		list = append(list, request{method: http.MethodPost, path: "/api/v1/graph/what-if" + graph, body: string(body)})
	}
	get("/api/v1/links?limit=1000", "/api/v1/links?limit=2", "/api/v1/links?network=R-13-7KQ&territory=dep:13", "/api/v1/networks", "/api/v1/networks/R-13-7KQ",
		"/api/v1/networks/R-69-2AB", "/api/v1/graph?territory=fr", "/api/v1/graph?territory=dep:13&closed=include", "/api/v1/graph?territory=com:13055&link_kind=supplies,rival",
		"/api/v1/graph?network=R-13-7KQ", "/api/v1/graph?network=R-69-2AB&closed=include&on=2026-11-01", "/api/v1/graph/analysis?territory=fr",
		"/api/v1/graph/analysis?network=R-13-7KQ&directed=true&weighted=true&key_players=2", "/api/v1/territories/dep:13/flows", "/api/v1/territories/zone:sud/flows?from=2026-Q1",
		"/api/v1/territories/fr/flows?means=road", "/api/v1/territories/com:13055/flows")
	for i, id := range seen {
		get("/api/v1/graph?place="+id.String(), "/api/v1/links?place="+id.String())
		if i > 5 {
			continue
		}
		other := seen[(i+1)%len(seen)]
		get("/api/v1/graph/path?from="+id.String()+"&to="+other.String(), "/api/v1/graph/analysis?hops=3&place="+id.String())
		try("?territory=fr", id)
		try("?network=R-13-7KQ&weighted=true&directed=true", id, other)
	}
	for _, id := range append(slices.Clone(hidden), dealmap.ID{0: 0xff, 6: 0x40, 8: 0x80}) {
		get("/api/v1/graph?place="+id.String(), "/api/v1/graph/analysis?place="+id.String(), "/api/v1/links?place="+id.String(), "/api/v1/graph/path?from="+id.String()+"&to=13-AAAAA",
			"/api/v1/graph/path?from=13-AAAAA&to="+id.String())
		try("?territory=fr", id)
	}
	for _, l := range p.m.links {
		if p.knowsLink(l) {
			get("/api/v1/links/"+l.id.String(), "/api/v1/links/"+l.id.String()+"/history")
		}
	}
	return list
}

// linkCalls are all calls that name a link.
func linkCalls(id dealmap.ID) []request {
	path := "/api/v1/links/" + id.String()
	return []request{
		{method: http.MethodGet, path: path}, {method: http.MethodGet, path: path + "/history"}, {http.MethodPatch, path, `{"strength":3}`, `"77"`},
		{http.MethodPost, path + "/remove", "", `"77"`},
	}
}

// hiddenLinks are those of which the reader sees nothing.
func (p *reader) hiddenLinks() (ids []dealmap.ID) {
	for _, l := range p.m.links {
		if !p.knowsLink(l) {
			ids = append(ids, l.id)
		}
	}
	return ids
}
