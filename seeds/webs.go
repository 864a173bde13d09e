package seeds

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
)

const (
	// mostWebs is how many networks of the demonstration have a record and links, webFrom the number of places from which a
	// département is home to one.
	mostWebs = 16
	webFrom  = 30
	// webSales bounds the deal points of one network.
	webSales = 26
)

// arrivals are how goods come to the entry points of départements with a port, an airport or a border; by road elsewhere.
var arrivals = map[string]dealmap.Means{
	"13": "sea", "76": "sea", "59": "road", "62": "sea", "06": "road", "83": "sea", "34": "sea", "33": "sea", "44": "sea", "29": "sea", "14": "sea",
	"93": "air", "94": "air", "95": "air", "77": "air", "69": "road", "66": "road", "64": "road", "67": "road", "57": "road", "971": "sea", "972": "sea",
	"973": "road", "974": "air", "976": "sea",
}

// routes are the départements whose networks supply each other along the great roads.
var routes = [][2]string{
	{"13", "69"}, {"13", "06"}, {"13", "34"}, {"69", "75"}, {"69", "67"}, {"76", "75"}, {"76", "93"}, {"59", "75"}, {"59", "62"}, {"34", "31"}, {"31", "33"},
	{"33", "44"}, {"44", "35"}, {"75", "93"}, {"93", "95"}, {"75", "35"}, {"973", "75"}, {"13", "83"}, {"38", "69"}, {"13", "38"},
}

// carried is how goods go from one département to another: by road, unless water lies between them.
func carried(from, to string) dealmap.Means {
	switch {
	case land(from) == land(to):
		return "road"
	case land(from) == "corse" || land(to) == "corse" || arrivals[to] == "sea":
		return "sea"
	}
	return "air"
}

// land names the island or the territory overseas that a département is on, and nothing for the mainland.
func land(code string) string {
	switch {
	case code == "2A" || code == "2B":
		return "corse"
	case strings.HasPrefix(code, "97"):
		return code
	}
	return ""
}

// web is one network in the making.
type web struct {
	code    string // département
	id      dealmap.ID
	day     dealmap.Date // on which it is recorded
	stores  []*dealmap.AddPlace
	members []*dealmap.AddPlace
}

// weaver makes up networks and links.
type weaver struct {
	rng   *rand.Rand
	today dealmap.Date
	notes []FieldNote
	tied  map[[2]dealmap.ID]bool
	// arrival is how goods come to each entry point.
	arrival map[dealmap.ID]dealmap.Means
}

// Webs tells which networks came to be known, and how their places hang together: entry points, warehouses, stash flats and
// deal points of the départements that have the most, the roads between networks, rivals, and where displaced trade went. Notes come
// by day. A note of a link may come while one of its places is closed for a while: it then waits.
func Webs(places []dealmap.AddPlace, departement func(*dealmap.AddPlace) string, today dealmap.Date, seed uint64) []FieldNote {
	by := map[string][]*dealmap.AddPlace{}
	var entries []*dealmap.AddPlace
	arrival := map[dealmap.ID]dealmap.Means{}
	for i := range places {
		p := &places[i]
		code := departement(p)
		if p.Facts.Position == nil || p.Facts.Accuracy == dealmap.AccuracyCommune || p.Facts.Handling.UnderEmbargo(today) || code == "" {
			continue
		}
		if p.Facts.Kind == dealmap.EntryPoint && p.Status != dealmap.Closed {
			entries = append(entries, p)
			arrival[p.ID] = cmp.Or(arrivals[code], "road")
		}
		by[code] = append(by[code], p)
	}
	var codes []string
	for code, list := range by {
		if len(list) >= webFrom {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(len(by[b])-len(by[a]), cmp.Compare(a, b)) })
	w := &weaver{rng: rand.New(rand.NewPCG(seed, hash("webs"))), today: today, tied: map[[2]dealmap.ID]bool{}, arrival: arrival}
	webs := map[string]*web{}
	codes = codes[:min(len(codes), mostWebs)]
	for _, code := range codes {
		webs[code] = w.weave(code, by[code], entries)
	}
	for _, route := range routes {
		if a, b := webs[route[0]], webs[route[1]]; a != nil && b != nil && len(a.stores) > 0 && len(b.stores) > 0 {
			w.tie(nil, pick(w.rng, a.stores), pick(w.rng, b.stores), dealmap.Supplies, carried(route[0], route[1]), 5+w.rng.IntN(20))
		}
	}
	for _, code := range codes {
		w.displaced(by[code])
	}
	slices.SortStableFunc(w.notes, func(a, b FieldNote) int { return cmp.Compare(a.Day.Days(), b.Day.Days()) })
	return w.notes
}

// weave makes the network of a département.
func (w *weaver) weave(code string, places, entries []*dealmap.AddPlace) *web {
	n := &web{code: code, id: w.id(), day: w.today.AddDays(-700 + w.rng.IntN(300))}
	var sales, flats []*dealmap.AddPlace
	for _, p := range places {
		switch {
		case p.Status == dealmap.Closed:
		case p.Facts.Kind.IsDealPoint():
			sales = append(sales, p)
		case p.Facts.Kind == dealmap.StashFlat:
			flats = append(flats, p)
		case p.Facts.Kind == dealmap.Warehouse || p.Facts.Kind == dealmap.Business:
			n.stores = append(n.stores, p)
		}
	}
	if len(n.stores) == 0 && len(flats) > 0 {
		n.stores, flats = flats[:1], flats[1:]
	}
	n.stores, flats = n.stores[:min(len(n.stores), 3)], flats[:min(len(flats), 6)]
	w.rng.Shuffle(len(sales), func(i, j int) { sales[i], sales[j] = sales[j], sales[i] })
	sales = sales[:min(len(sales), webSales)]
	w.notes = append(w.notes, FieldNote{n.day, dealmap.RecordNetwork{ID: n.id, Facts: dealmap.NetworkFacts{
		Territory: dealmap.TerritoryCode("dep:" + code), Status: dealmap.NetworkActive, Products: slices.Clone(pickShare(w.rng, baskets)),
		Since: n.day.AddDays(-w.rng.IntN(200)), Owner: dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross " + code},
		Grading: dealmap.Grading{Scheme: "europol", Source: "B", Information: "2"},
	}}})
	if entry := nearestOf(entries, n.stores, sales); entry != nil {
		for _, store := range n.stores {
			w.tie(n, entry, store, dealmap.Supplies, w.arrival[entry.ID], 8+w.rng.IntN(30))
		}
		n.members = append(n.members, entry)
	}
	for _, flat := range flats {
		if store := nearest(flat, n.stores); store != nil {
			w.tie(n, store, flat, dealmap.Supplies, "road", 3+w.rng.IntN(12))
		}
	}
	for i, sale := range sales {
		switch flat := nearest(sale, flats); {
		case flat != nil && i%4 != 3:
			w.tie(n, flat, sale, dealmap.StoresFor, "foot", 2+w.rng.IntN(9))
		case len(n.stores) > 0:
			w.tie(n, nearest(sale, n.stores), sale, dealmap.Supplies, "road", 1+w.rng.IntN(6))
		}
		if i > 0 && w.rng.IntN(5) == 0 {
			w.tie(n, sales[i-1], sale, dealmap.SameNetwork, "", 1)
		}
		if i > 2 && w.rng.IntN(12) == 0 {
			w.tie(nil, sales[i-2], sale, dealmap.Rival, "", 1)
		}
		if i > 0 && len(flats) > 1 && w.rng.IntN(4) == 0 {
			w.tie(n, pick(w.rng, flats), sale, dealmap.StoresFor, "foot", 1+w.rng.IntN(4))
		}
	}
	n.members = slices.Concat(n.members, n.stores, flats, sales)
	w.assign(n)
	return n
}

// assign says which places belong to a network once all of them are on the map.
func (w *weaver) assign(n *web) {
	c := Assignment{Network: n.id}
	for _, p := range n.members {
		if known(p, w.today.AddDays(-3)) {
			c.Places = append(c.Places, p.ID)
		}
	}
	w.notes = append(w.notes, FieldNote{w.today.AddDays(-2), c})
}

// Assignment stands for dealmap.AssignNetwork of a network whose code is drawn when it is recorded.
type Assignment struct {
	dealmap.Command
	Network dealmap.ID
	Places  []dealmap.ID
}

// displaced ties places whose trade was displaced to one that was first seen near them soon after.
func (w *weaver) displaced(places []*dealmap.AddPlace) {
	for _, p := range places {
		if p.Closing == nil || p.Closing.Reason != dealmap.Displaced {
			continue
		}
		var fresh []*dealmap.AddPlace
		for _, other := range places {
			days := other.Facts.FirstSeen.Days() - p.Closing.Date.Days()
			if other.Status != dealmap.Closed && other.Facts.Kind.IsDealPoint() && days >= 0 && days < 150 {
				fresh = append(fresh, other)
			}
		}
		if to := nearest(p, fresh); to != nil && distance(p, to) < 15_000 {
			w.link(nil, p, to, dealmap.LinkFacts{Kind: dealmap.DisplacedTo, Strength: 1, Since: p.Closing.Date})
		}
	}
}

func (w *weaver) tie(n *web, from, to *dealmap.AddPlace, kind dealmap.LinkKind, means dealmap.Means, strength int) {
	if from == nil || to == nil || from.ID == to.ID {
		return
	}
	since := dealmap.DateOfDays(max(from.Facts.FirstSeen.Days(), to.Facts.FirstSeen.Days()) + int32(w.rng.IntN(60)))
	facts := dealmap.LinkFacts{Kind: kind, Means: means, Strength: strength, Since: since}
	if over := since.AddDays(120 + w.rng.IntN(300)); w.rng.IntN(100) < 8 && over.Before(w.today.AddDays(-20)) {
		facts.Until = over
	}
	w.link(n, from, to, facts)
}

// link notes a link some days after it began, or after both its places came onto the map.
func (w *weaver) link(n *web, from, to *dealmap.AddPlace, facts dealmap.LinkFacts) {
	pair := [2]dealmap.ID{from.ID, to.ID}
	day := dealmap.DateOfDays(max(facts.Since.Days(), from.Facts.FirstSeen.Days(), to.Facts.FirstSeen.Days()) + 10 + int32(w.rng.IntN(40)))
	if !facts.Until.IsZero() && day.Before(facts.Until) {
		day = facts.Until.AddDays(5)
	}
	if w.tied[pair] || w.tied[[2]dealmap.ID{to.ID, from.ID}] || !day.Before(w.today) {
		return
	}
	w.tied[pair] = true
	facts.From, facts.To, facts.Owner = from.ID, to.ID, from.Facts.Owner
	if w.rng.IntN(100) < 60 {
		facts.Grading = dealmap.Grading{Scheme: "europol", Source: pick(w.rng, []string{"A", "B", "B", "C"}), Information: pick(w.rng, []string{"1", "2", "2", "3"})}
	}
	switch w.rng.IntN(30) {
	case 0:
		facts.Handling = dealmap.Handling{Reach: dealmap.ReachService, Code: "H0"}
	case 1:
		facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H2"}
	case 2:
		facts.Handling = dealmap.Handling{Reach: dealmap.ReachZone, Code: "H1"}
	}
	link := Tie{RecordLink: dealmap.RecordLink{ID: w.id(), Facts: facts, Synthetic: true}}
	if n != nil {
		link.Network = n.id
	}
	w.notes = append(w.notes, FieldNote{day, link})
}

// Tie is a link of a network whose code is drawn when it is recorded; of none when Network is zero.
type Tie struct {
	dealmap.RecordLink
	Network dealmap.ID
}

func (w *weaver) id() (id dealmap.ID) {
	for i := range id {
		id[i] = byte(w.rng.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// nearest is the place nearest to another, nil when there is none.
func nearest(to *dealmap.AddPlace, among []*dealmap.AddPlace) (best *dealmap.AddPlace) {
	for _, p := range among {
		if p != to && (best == nil || distance(to, p) < distance(to, best)) {
			best = p
		}
	}
	return best
}

// nearestOf is the place of a list that is nearest to the first that there is of some others.
func nearestOf(list []*dealmap.AddPlace, others ...[]*dealmap.AddPlace) *dealmap.AddPlace {
	for _, other := range others {
		if len(other) > 0 {
			return nearest(other[0], list)
		}
	}
	return nil
}

// distance is how far two places lie apart, in metres on a plane: near enough to compare by.
func distance(a, b *dealmap.AddPlace) float64 {
	p, q := *a.Facts.Position, *b.Facts.Position
	return math.Hypot((p[0]-q[0])*math.Cos(p[1]*math.Pi/180), p[1]-q[1]) * 111_195
}
