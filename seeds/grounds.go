package seeds

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// ground is a commune, or a municipal arrondissement, in which synthetic places may lie.
type ground struct {
	commune    string // INSEE code
	year       int
	population int
	anchor     orb.Point        // the centre, or a point on land close by
	reach      float64          // metres within which most estates lie
	estates    int              // number of estates
	region     orb.MultiPolygon // holds every place; nil when no outline is known or none can be reached
}

// grounds are those of one département, to draw from in proportion to their weights.
type grounds struct {
	list       []ground
	cumulative []float64
}

// metresPerDegree is that of latitude, which is precise enough to scatter synthetic places.
const metresPerDegree = 111_195

// allGrounds lists the grounds of every département. Paris, Lyon and Marseille stand by their municipal arrondissements.
func allGrounds(terr *geo.Territories) map[dealmap.TerritoryCode]*grounds {
	communes := terr.Level(dealmap.LevelCommune)
	divided := map[dealmap.TerritoryCode]geo.Territory{}
	for _, c := range communes {
		if c.Parent.Level() == dealmap.LevelCommune && c.HasCentre && c.Population > 0 {
			if city, ok := terr.Get(c.Parent); ok {
				divided[c.Parent] = city
			}
		}
	}
	all := map[dealmap.TerritoryCode]*grounds{}
	for _, c := range communes {
		if _, ok := divided[c.Code]; ok || !c.HasCentre || c.Population <= 0 {
			continue
		}
		departement, ok := departementOf(terr, c.Code)
		if !ok {
			continue
		}
		g, ok := newGround(c, departement)
		if !ok {
			continue
		}
		city := float64(c.Population)
		if whole, ok := divided[c.Parent]; ok {
			city = float64(whole.Population)
			g.reach = min(g.reach, 900)
		}
		if all[departement.Code] == nil {
			all[departement.Code] = &grounds{}
		}
		all[departement.Code].add(g, float64(c.Population)*math.Pow(city, 0.3))
	}
	return all
}

func departementOf(terr *geo.Territories, code dealmap.TerritoryCode) (geo.Territory, bool) {
	chain, _ := terr.Chain(code)
	at := slices.IndexFunc(chain, func(c dealmap.TerritoryCode) bool { return c.Level() == dealmap.LevelDepartement })
	if at < 0 {
		return geo.Territory{}, false
	}
	return terr.Get(chain[at])
}

func (g *grounds) add(one ground, weight float64) {
	if n := len(g.cumulative); n > 0 {
		weight += g.cumulative[n-1]
	}
	g.list = append(g.list, one)
	g.cumulative = append(g.cumulative, weight)
}

func (g *grounds) draw(rng *rand.Rand) *ground {
	at := rng.Float64() * g.cumulative[len(g.cumulative)-1]
	return &g.list[min(sort.SearchFloat64s(g.cumulative, at), len(g.list)-1)]
}

// newGround measures a commune, and reports whether a point on land was found for it.
func newGround(c, departement geo.Territory) (ground, bool) {
	thousands := float64(c.Population) / 1000
	g := ground{
		commune: c.Code.ID(), year: c.Year, population: c.Population,
		reach:   min(3000, 180*math.Sqrt(thousands)),
		estates: 1 + c.Population/800,
	}
	if g.region = c.Outline; g.region == nil {
		g.region = departement.Outline
	}
	edge, metres := g.nearestEdge(c.Centre)
	if g.holds(c.Centre) {
		g.anchor = c.Centre
		if metres > 1.1*(farthestEstate*g.reach+farthestPlace) {
			g.region = nil
		}
		return g, true
	}
	if metres > offshore {
		return g, false
	}
	for _, step := range []float64{1.05, 1.2, 1.5, 2, 3} {
		g.anchor = orb.Point{c.Centre[0] + step*(edge[0]-c.Centre[0]), c.Centre[1] + step*(edge[1]-c.Centre[1])}
		if g.holds(g.anchor) {
			return g, true
		}
	}
	return g, false
}

// offshore is how many metres a centre may lie outside the outline, which is coarse on coasts and borders, and still be
// moved inside.
const offshore = 4000

// nearestEdge returns the position on the region's outline that is nearest to a point, and its distance in metres.
func (g *ground) nearestEdge(from orb.Point) (edge orb.Point, metres float64) {
	squeeze := math.Cos(from[1] * math.Pi / 180)
	nearest := math.Inf(1)
	for _, polygon := range g.region {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				ax, ay := (ring[i-1][0]-from[0])*squeeze, ring[i-1][1]-from[1]
				dx, dy := (ring[i][0]-ring[i-1][0])*squeeze, ring[i][1]-ring[i-1][1]
				t := 0.0
				if length := dx*dx + dy*dy; length > 0 {
					t = max(0, min(1, -(ax*dx+ay*dy)/length))
				}
				x, y := ax+t*dx, ay+t*dy
				if square := x*x + y*y; square < nearest {
					nearest = square
					edge = orb.Point{from[0] + x/squeeze, from[1] + y}
				}
			}
		}
	}
	return edge, math.Sqrt(nearest) * metresPerDegree
}

func (g *ground) holds(p orb.Point) bool {
	return g.region == nil || planar.MultiPolygonContains(g.region, p)
}

// Bounds of the scatter: an estate lies within farthestEstate times the reach of its commune, a place within farthestPlace
// metres of its estate.
const (
	farthestEstate = 2.2
	farthestPlace  = 150
)

// estate draws the position of one estate around the anchor, on land.
func (g *ground) estate(rng *rand.Rand) orb.Point {
	for attempt := range 40 {
		spread := g.reach / (1 + float64(attempt)/8)
		if p := scatter(g.anchor, spread, farthestEstate*g.reach, rng); g.holds(p) {
			return p
		}
	}
	return g.anchor
}

// near draws a position within an estate, on land.
func (g *ground) near(estate orb.Point, rng *rand.Rand) orb.Point {
	for range 8 {
		if p := scatter(estate, 55, farthestPlace, rng); g.holds(p) {
			return p
		}
	}
	return estate
}

// scatter draws from a normal distribution around a point, in metres, cut at a distance, rounded to 1e-6 degree.
func scatter(centre orb.Point, spread, cut float64, rng *rand.Rand) orb.Point {
	x, y := rng.NormFloat64()*spread, rng.NormFloat64()*spread
	if far := math.Hypot(x, y); far > cut {
		x, y = x*cut/far, y*cut/far
	}
	lat := centre[1] + y/metresPerDegree
	lon := centre[0] + x/(metresPerDegree*math.Cos(centre[1]*math.Pi/180))
	return orb.Point{math.Round(lon*1e6) / 1e6, math.Round(lat*1e6) / 1e6}
}
