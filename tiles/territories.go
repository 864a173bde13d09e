package tiles

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
	"github.com/tidwall/rtree"
)

// never is a zoom at which nothing is drawn.
const never = MaxZoom + 1

// levels says from which zoom the outlines of a level are drawn, and at which zooms its names have a point. The order is
// that of drawing.
var levels = []struct {
	level              dealmap.Level
	outlines           maptile.Zoom
	namesFrom, namesTo maptile.Zoom
}{
	{dealmap.LevelRegion, 0, 3, 6},
	{dealmap.LevelDepartement, 5, 6, 10},
	{dealmap.LevelArrondissement, 9, never, never},
	{dealmap.LevelCommune, 11, 8, MaxZoom},
	{dealmap.LevelQPV, 11, 13, MaxZoom},
	{dealmap.LevelQRR, 11, 13, MaxZoom},
}

// leastPopulation is the population from which a commune is named at a zoom; from the last zoom on all are.
var leastPopulation = map[maptile.Zoom]int{8: 50_000, 9: 20_000, 10: 10_000, 11: 5_000, 12: 2_000}

func territoryStrata(t *geo.Territories) []*stratum {
	var strata []*stratum
	for _, l := range levels {
		var features []outline
		for _, territory := range t.Level(l.level) {
			if len(territory.Outline) == 0 {
				continue
			}
			features = append(features, outline{
				id: stableNumber(string(territory.Code)), areas: territory.Outline,
				describe: func(e *layerEncoder) {
					describe(e, &territory)
					e.flag("indicative", territory.Indicative)
				},
			})
		}
		strata = append(strata, newStratum(l.outlines, features))
	}
	return strata
}

func describe(e *layerEncoder, t *geo.Territory) {
	e.text("code", string(t.Code))
	e.text("name", t.Name)
	e.text("level", string(t.Code.Level()))
}

// stableNumber is a feature id: 53 bits of FNV-1a, never 0.
func stableNumber(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return max(1, h.Sum64()&(1<<53-1))
}

// labels are the points where names go.
type labels struct {
	list []label
	tree rtree.RTreeGN[float64, int32]
}

type label struct {
	territory  geo.Territory
	rank       int // place of its level in levels
	from, to   maptile.Zoom
	population uint64
}

func newLabels(t *geo.Territories) *labels {
	n := &labels{}
	for rank, l := range levels {
		for _, territory := range t.Level(l.level) {
			if !territory.HasCentre || l.namesFrom == never {
				continue
			}
			territory.Outline = nil
			entry := label{territory: territory, rank: rank, from: l.namesFrom, to: l.namesTo}
			if l.level == dealmap.LevelCommune {
				entry.population = uint64(max(0, territory.Population))
				for territory.Population < leastPopulation[entry.from] {
					entry.from++
				}
			}
			n.list = append(n.list, entry)
		}
	}
	for i := range n.list {
		at := n.list[i].territory.Centre
		n.tree.Insert(at, at, int32(i))
	}
	return n
}

// draw writes the names of the tile proper, so that each is in one tile only: larger territories first, then by
// population, then by code.
func (n *labels) draw(e *layerEncoder, t maptile.Tile) {
	if n == nil {
		return
	}
	var found []int32
	box := bound(t, 0)
	n.tree.Search(box.Min, box.Max, func(_, _ [2]float64, i int32) bool {
		if l := &n.list[i]; t.Z >= l.from && t.Z <= l.to {
			found = append(found, i)
		}
		return true
	})
	slices.SortFunc(found, func(i, j int32) int {
		a, b := &n.list[i], &n.list[j]
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.population, a.population),
			cmp.Compare(a.territory.Code, b.territory.Code))
	})
	f := newFrame(t)
	for _, i := range found {
		l := &n.list[i]
		x, y, ok := f.cell(geo.Mercator(l.territory.Centre))
		if !ok || !within(x, y, 0) {
			continue
		}
		e.begin(stableNumber(string(l.territory.Code)+" label"), typePoint)
		describe(e, &l.territory)
		e.flag("label", true)
		e.number("population", l.population)
		e.point(x, y)
		e.end()
	}
}
