package seeds

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// unitStyle is how people tell the points of one estate apart.
type unitStyle int

const (
	byBuilding unitStyle = iota
	byHall
	byBuildingAndHall
	byEntrance
	byNumber  // the number in the street only
	byNothing // no text at all; half of them by the network
)

var (
	unitStyles = []weighted[unitStyle]{{30, byBuilding}, {20, byHall}, {16, byBuildingAndHall}, {8, byEntrance}, {12, byNumber}, {14, byNothing}}
	// clusterSizes make somewhat more than half of the points have a neighbour at 3,952 points in all, more where there are more.
	clusterSizes = []weighted[int]{{70, 1}, {15, 2}, {8, 3}, {4, 4}, {2, 5}, {1, 6}}
)

// Neighbours of one estate lie this many metres apart.
const (
	nearestNeighbour = 20
	farNeighbour     = 60
)

// crowd is how many points an estate holds before others are looked for.
const crowd = 12

// site is an estate with its points.
type site struct {
	estate
	ground    *ground
	id        string
	style     unitStyle
	digits    bool // buildings have numbers, not letters
	oneNumber bool // the whole estate has one number in its street; 0 is none
	number    int
	middle    orb.Point // of its street, where bad geocodes fall
	spots     []*spot
}

// spot is one true point, in the words that tell it best.
type spot struct {
	site      *site
	id        string
	at        orb.Point
	facts     dealmap.Facts // true, but for name, address and position
	status    dealmap.Status
	closing   *dealmap.Closing
	naming    naming
	number    int
	past      *life // an earlier life at the same place
	neighbour bool  // another point lies within farNeighbour metres
}

// life is one stretch of a point's activity.
type life struct{ first, last dealmap.Date }

// spots makes the n true points of a département.
func (w *writer) spots(n int) []*spot {
	sites := map[string]*site{}
	var all []*spot
	for k := 0; len(all) < n; k++ {
		rng := rand.New(rand.NewPCG(w.seed, siteStream|uint64(k)))
		g := w.grounds.draw(rng)
		number := rng.IntN(g.estates)
		id := fmt.Sprintf("%s-%d", g.commune, number)
		s := sites[id]
		if s == nil {
			s = w.site(g, number, rng)
			s.id = id
			sites[id] = s
		}
		// Where estates are few and points many, every estate is crowded in the end.
		most := crowd * (1 + k/(n+1))
		for range pickShare(rng, clusterSizes) {
			if len(s.spots) < most && len(all) < n {
				one := w.spot(s, rng)
				one.id = fmt.Sprintf("V%s-%06d", w.departement.Code.ID(), len(all)+1)
				s.spots = append(s.spots, one)
				all = append(all, one)
			}
		}
	}
	markNeighbours(all)
	return all
}

func (w *writer) site(g *ground, number int, rng *rand.Rand) *site {
	s := &site{estate: w.estateOf(g, number), ground: g, style: pickShare(rng, unitStyles), digits: rng.IntN(4) == 0}
	s.number = 1 + rng.IntN(80)
	s.oneNumber = s.style != byNumber && rng.IntN(2) == 0
	if s.style == byNothing {
		s.oneNumber = true
		if rng.IntN(100) < 60 {
			s.number = 0
		}
	}
	angle, metres := rng.Float64()*2*math.Pi, 40+rng.Float64()*110
	s.middle = g.onLand(shift(s.position, metres*math.Cos(angle), metres*math.Sin(angle)), s.position)
	return s
}

// spot adds a point to an estate: 20 to 60 metres from another one, and no less from any.
func (w *writer) spot(s *site, rng *rand.Rand) *spot {
	k := len(s.spots)
	one := &spot{site: s, at: s.place(rng)}
	f := &one.facts
	f.Commune, f.CommuneYear = s.ground.commune, s.ground.year
	f.Kind = pickShare(rng, kinds)
	if f.Kind == dealmap.Delivery && slices.ContainsFunc(s.spots, func(o *spot) bool { return o.facts.Kind == dealmap.Delivery }) {
		f.Kind = dealmap.Street
	}
	w.describe(f, s.estate, rng)
	if rival := w.network(rng.IntN(w.networks)); k > 0 && s.network != "" && (rng.IntN(100) < 15 || s.style == byNothing && rng.IntN(2) == 0) {
		f.Networks = []string{rival}
	}
	w.own(f, s.ground.population, rng)
	var add dealmap.AddPlace
	w.live(&add, rng)
	f.FirstSeen, f.LastSeen, one.status, one.closing = add.Facts.FirstSeen, add.Facts.LastSeen, add.Status, add.Closing
	if rng.IntN(100) < 12 {
		last := f.FirstSeen.AddDays(-120 - rng.IntN(900))
		one.past = &life{last.AddDays(-int(rng.ExpFloat64() * 300)), last}
	}
	one.number = s.number
	if !s.oneNumber {
		one.number += 2 * k
	}
	one.naming = s.naming(f.Kind, f.Name, k)
	return one
}

// place draws the position of the next point.
func (s *site) place(rng *rand.Rand) orb.Point {
	if len(s.spots) == 0 {
		return s.ground.near(s.position, rng)
	}
	for attempt := range 400 {
		from := s.spots[rng.IntN(len(s.spots))].at
		angle := rng.Float64() * 2 * math.Pi
		metres := nearestNeighbour + 1 + rng.Float64()*(farNeighbour-nearestNeighbour-2)*float64(1+attempt/60+len(s.spots)/crowd)
		p := shift(from, metres*math.Cos(angle), metres*math.Sin(angle))
		crowded := slices.ContainsFunc(s.spots, func(o *spot) bool { return geo.Distance(o.at, p) < nearestNeighbour })
		if !crowded && (s.ground.holds(p) || attempt > 300) {
			return p
		}
	}
	return shift(s.position, 0, float64(len(s.spots))*nearestNeighbour)
}

// shift moves a position by metres east and north, rounded to 1e-6 degree.
func shift(p orb.Point, east, north float64) orb.Point {
	lat := p[1] + north/metresPerDegree
	lon := p[0] + east/(metresPerDegree*math.Cos(p[1]*math.Pi/180))
	return orb.Point{math.Round(lon*1e6) / 1e6, math.Round(lat*1e6) / 1e6}
}

// markNeighbours looks for points close by, of any estate, in a grid of cells larger than the distance.
func markNeighbours(all []*spot) {
	cell := func(p orb.Point) [2]int { return [2]int{int(math.Floor(p[0] * 500)), int(math.Floor(p[1] * 500))} }
	grid := map[[2]int][]*spot{}
	for _, s := range all {
		grid[cell(s.at)] = append(grid[cell(s.at)], s)
	}
	for _, s := range all {
		c := cell(s.at)
		for i := range 9 {
			for _, o := range grid[[2]int{c[0] + i%3 - 1, c[1] + i/3 - 1}] {
				if o != s && geo.Distance(o.at, s.at) <= farNeighbour {
					s.neighbour = true
				}
			}
		}
	}
}
