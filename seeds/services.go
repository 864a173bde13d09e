package seeds

import (
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// The services whose lists [Services] makes, in the order of the result.
const (
	ListPolice      = "police"
	ListGendarmerie = "gendarmerie"
	ListDouanes     = "douanes"
)

var serviceNames = []string{ListPolice, ListGendarmerie, ListDouanes}

// ServiceList is what one service keeps.
type ServiceList struct {
	Name    string
	Records []ServiceRecord // in the order of the file
}

// ServiceRecord is one row of a service's list: the wish to add it, as a faithful import of the row makes it, and what is true of
// it. What the row leaves blank is zero, the name too; Position is nil where the row has no coordinates, and the accuracy is
// [dealmap.AccuracyStreet] where it does not say, as with any list.
type ServiceRecord struct {
	Add   dealmap.AddPlace
	Truth TruthRow
	town  string // the commune as the row writes it
	code  string // its INSEE code as the row writes it
	style uint64 // draws what only the file shows, such as words for products
}

// The shares by which lists overlap, in a hundred. They are plausible, not measured: nobody has published how much of one
// service's list another one has.
var (
	// listCounts is in how many lists a point is.
	listCounts = []weighted[int]{{46, 1}, {37, 2}, {17, 3}}
	// againShares is how often a list holds one of its points twice.
	againShares = map[string]int{ListPolice: 4, ListGendarmerie: 3, ListDouanes: 7}
)

// Services makes three services' lists from one synthetic truth of n deal points and support sites, so that what a matcher finds can
// be compared with what is true. Points lie where [Places] puts them, but by the handful in one estate, 20 to 60 metres apart.
// Each is in one to three lists, now and then twice in one; each record has its own noise, named in its [TruthRow]. The
// gendarmerie's list has no overseas département: its system, Lambert-93, ends with the métropole.
//
// The same arguments give the same lists. Without départements all have their share, as [Distribution] says.
func Services(n int, seed uint64, terr *geo.Territories, asOf time.Time, departements ...dealmap.TerritoryCode) []ServiceList {
	lists := make([]ServiceList, len(serviceNames))
	for i, name := range serviceNames {
		lists[i].Name = name
	}
	for town := range towns(n, seed, terr, asOf, departements) {
		for i := range lists {
			lists[i].Records = append(lists[i].Records, town[i]...)
		}
	}
	for i := range lists {
		rng := rand.New(rand.NewPCG(seed^hash(lists[i].Name), shuffleStream))
		records := lists[i].Records
		rng.Shuffle(len(records), func(a, b int) { records[a], records[b] = records[b], records[a] })
		for k := range records {
			records[k].Truth.List, records[k].Truth.Line = lists[i].Name, k+2
		}
	}
	return lists
}

// towns yields the records of one département after the other, by list.
func towns(n int, seed uint64, terr *geo.Territories, asOf time.Time, only []dealmap.TerritoryCode) iter.Seq[[3][]ServiceRecord] {
	return func(yield func([3][]ServiceRecord) bool) {
		where := allGrounds(terr)
		var peopled []geo.Territory
		for _, d := range terr.Level(dealmap.LevelDepartement) {
			if where[d.Code] != nil && (len(only) == 0 || slices.Contains(only, d.Code)) {
				peopled = append(peopled, d)
			}
		}
		counts := distribute(n, peopled)
		for _, d := range peopled {
			w := writer{
				departement: d, grounds: where[d.Code], seed: seed ^ hash(d.Code.ID()), today: dealmap.DateOf(asOf.UTC()),
				networks: 2 + int(float64(d.Population)/60_000),
			}
			if !yield(w.lists(counts[d.Code], terr)) {
				return
			}
		}
	}
}

// Streams of random numbers beside those of [Places].
const (
	siteStream    = 4 << 56
	recordStream  = 5 << 56
	shuffleStream = 6 << 56
)

// lists makes the records of a département.
func (w *writer) lists(n int, terr *geo.Territories) (all [3][]ServiceRecord) {
	for k, s := range w.spots(n) {
		rng := rand.New(rand.NewPCG(w.seed, recordStream|uint64(k)))
		for _, at := range w.keptBy(s, rng) {
			c := clerk{list: serviceNames[at], w: w, terr: terr, rng: rng}
			all[at] = append(all[at], c.record(s))
			if rng.IntN(100) < againShares[c.list] {
				again := c.record(s)
				again.Truth.Again = true
				all[at] = append(all[at], again)
			}
		}
	}
	return all
}

// keptBy draws the lists that hold a point: that of the service it belongs to, and others.
func (w *writer) keptBy(s *spot, rng *rand.Rand) []int {
	own := 0
	switch s.facts.Owner.Service {
	case dealmap.ServiceGN:
		own = 1
	case dealmap.ServiceDGDDI:
		own = 2
	}
	kept := []int{own}
	others := rng.Perm(len(serviceNames))
	for _, other := range others {
		if other != own {
			kept = append(kept, other)
		}
	}
	kept = kept[:pickShare(rng, listCounts)]
	if overseas := len(w.departement.Code.ID()) > 2; overseas {
		if kept = slices.DeleteFunc(kept, func(at int) bool { return at == 1 }); len(kept) == 0 {
			kept = []int{0}
		}
	}
	slices.Sort(kept)
	return kept
}

// onLand is a position that a list may hold: a clerk's slip never takes a point out to sea.
func (g *ground) onLand(p, otherwise orb.Point) orb.Point {
	if g.holds(p) {
		return p
	}
	return otherwise
}
