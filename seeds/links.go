package seeds

import (
	"cmp"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

const (
	// bulkStream keeps the draws of links apart from those of places.
	bulkStream = 4 << 56
	// mostRounds bounds how often each place is asked for one more link.
	mostRounds = 60
	// fewestKnots is how many places are kept, where there are as many, for however few links.
	fewestKnots = 20_000
)

// knot is what links need of a place.
type knot struct {
	id                   dealmap.ID
	kind                 dealmap.Kind
	departement, commune string
	network              string
	seen                 dealmap.Date
	owner                dealmap.Owner
}

// part is a part that places play in the trade.
type part int

const (
	sale part = iota
	flat
	depot
	entry
	parts
)

func partOf(kind dealmap.Kind) part {
	switch {
	case kind.IsDealPoint():
		return sale
	case kind == dealmap.StashFlat:
		return flat
	case kind == dealmap.EntryPoint:
		return entry
	}
	return depot
}

// Links yields up to n links between the places that [Places] makes of the same arguments: sales hang on stash flats and depots
// of their commune or département, these on depots, entry points and each other, entry points on entry points elsewhere; a few say that two
// sales are of one network, or rivals. No two tie the same places, and none a place that is closed or under embargo. Each place is asked for a link
// in turn, so that more links than places make hubs of flats and depots; a small map has no room for many, and yields fewer. The same
// arguments give the same links.
func Links(n, places int, seed uint64, terr *geo.Territories, asOf time.Time) iter.Seq[dealmap.RecordLink] {
	return func(yield func(dealmap.RecordLink) bool) {
		if n <= 0 {
			return
		}
		w := &binder{rng: rand.New(rand.NewPCG(seed, bulkStream)), today: dealmap.DateOf(asOf.UTC()), tied: map[[2]dealmap.ID]bool{}}
		w.gather(n, places, seed, terr, asOf)
		order := w.rng.Perm(len(w.knots))
		made := 0
		for range mostRounds {
			before := made
			for _, i := range order {
				if made == n {
					return
				}
				link, ok := w.bind(&w.knots[i])
				if !ok {
					continue
				}
				if made++; !yield(link) {
					return
				}
			}
			if made == before {
				return
			}
		}
	}
}

// binder makes up links by the dozen.
type binder struct {
	rng   *rand.Rand
	today dealmap.Date
	knots []knot
	// by finds the places of a part by commune, by département, and all of them under the empty code.
	by   [parts]map[string][]int
	tied map[[2]dealmap.ID]bool
}

// gather keeps the places that may be tied, of very many only so many as n links need.
func (w *binder) gather(n, places int, seed uint64, terr *geo.Territories, asOf time.Time) {
	for i := range w.by {
		w.by[i] = map[string][]int{}
	}
	stride, at := max(1, places/max(2*n, fewestKnots)), 0
	for p := range Places(places, seed, terr, asOf) {
		if at++; at%stride != 0 || p.Status == dealmap.Closed || p.Facts.Handling.UnderEmbargo(w.today) {
			continue
		}
		k := knot{id: p.ID, kind: p.Facts.Kind, commune: p.Facts.Commune, seen: p.Facts.FirstSeen, owner: p.Facts.Owner}
		chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + k.commune))
		k.departement = dealmap.TerritoryAt(chain, dealmap.LevelDepartement).ID()
		if len(p.Facts.Networks) > 0 {
			k.network = p.Facts.Networks[0]
		}
		by := w.by[partOf(k.kind)]
		for _, code := range []string{"com " + k.commune, "dep " + k.departement, ""} {
			by[code] = append(by[code], len(w.knots))
		}
		w.knots = append(w.knots, k)
	}
}

// near draws a place that plays a part, of the same commune where there is one, else of the département; nil when there is none.
func (w *binder) near(p part, k *knot) *knot {
	list := w.by[p]["com "+k.commune]
	if len(list) == 0 || p == depot {
		list = w.by[p]["dep "+k.departement]
	}
	return w.any(list)
}

func (w *binder) any(list []int) *knot {
	if len(list) == 0 {
		return nil
	}
	return &w.knots[pick(w.rng, list)]
}

// bind draws where a place gets what it sells from, or whom it is tied to else; false when that comes to nothing.
func (w *binder) bind(to *knot) (dealmap.RecordLink, bool) {
	from, facts := w.source(to)
	if from == nil || from.id == to.id || w.tied[[2]dealmap.ID{from.id, to.id}] || w.tied[[2]dealmap.ID{to.id, from.id}] {
		return dealmap.RecordLink{}, false
	}
	w.tied[[2]dealmap.ID{from.id, to.id}] = true
	facts.From, facts.To, facts.Owner = from.id, to.id, to.owner
	since := dealmap.DateOfDays(max(from.seen.Days(), to.seen.Days()) + int32(w.rng.IntN(90)))
	if since.Before(w.today) {
		facts.Since = since
		if until := since.AddDays(60 + w.rng.IntN(400)); w.rng.IntN(100) < 8 && until.Before(w.today) {
			facts.Until = until
		}
	}
	if w.rng.IntN(100) < 70 {
		facts.Grading = dealmap.Grading{Scheme: "europol", Source: pickShare(w.rng, sources), Information: pickShare(w.rng, information)}
	}
	facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: pickShare(w.rng, codes)}
	if w.rng.IntN(20) == 0 {
		facts.Handling.Reach = pick(w.rng, []dealmap.Reach{dealmap.ReachService, dealmap.ReachDepartement, dealmap.ReachZone})
	}
	return dealmap.RecordLink{ID: newID(w.rng), Facts: facts, Synthetic: true}, true
}

// source draws the other end of a link to a place, and how it is tied.
func (w *binder) source(to *knot) (*knot, dealmap.LinkFacts) {
	supplies := func(means dealmap.Means, most int) dealmap.LinkFacts {
		return dealmap.LinkFacts{Kind: dealmap.Supplies, Means: means, Strength: 1 + w.rng.IntN(most)}
	}
	switch partOf(to.kind) {
	case sale:
		switch roll := w.rng.IntN(100); {
		case roll < 55:
			return w.near(flat, to), dealmap.LinkFacts{Kind: dealmap.StoresFor, Means: "foot", Strength: 1 + w.rng.IntN(9), Network: to.network}
		case roll < 82:
			facts := supplies("road", 6)
			facts.Network = to.network
			return w.near(depot, to), facts
		case roll < 95:
			return w.near(sale, to), dealmap.LinkFacts{Kind: dealmap.SameNetwork, Strength: 1, Network: to.network}
		}
		return w.near(sale, to), dealmap.LinkFacts{Kind: dealmap.Rival, Strength: 1}
	case flat:
		return w.near(depot, to), supplies("road", 15)
	case depot:
		if from := w.any(w.by[entry]["dep "+to.departement]); from != nil && w.rng.IntN(3) > 0 {
			return from, supplies("road", 30)
		}
		if from := w.near(depot, to); from != nil && w.rng.IntN(4) > 0 {
			return from, supplies("road", 20)
		}
	}
	from := w.any(w.by[entry][""])
	if from == nil {
		return nil, dealmap.LinkFacts{}
	}
	means := carried(from.departement, to.departement)
	if means == "road" {
		means = cmp.Or(arrivals[to.departement], means)
	}
	return from, supplies(means, 40)
}
