package geo

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Coast is how far from an outline, in metres, a position that no outline holds is still given to the nearest département:
// indicative outlines leave out islands as far as Ouessant (10 km), customs work at sea (territorial waters are 22 km wide),
// and the far end of the Channel tunnel is 38 km away. Beyond it a position is in no territory.
const Coast = 40_000

// outlineTree indexes the polygons of all outlines of one level, each prepared.
type outlineTree struct {
	tree rtree.RTreeGN[float64, part]
}

type part struct {
	territory int32
	former    bool // an outline of a commune that has merged since
	shape     *shape
}

// prepare indexes every outline, by level and by territory. Former tells the INSEE codes of communes that have merged.
func prepare(list []Territory, former map[string]int32) (map[dealmap.Level]*outlineTree, map[int32][]*shape) {
	trees, shapes := map[dealmap.Level]*outlineTree{}, map[int32][]*shape{}
	for i := range list {
		entry := &list[i]
		level := entry.Code.Level()
		_, merged := former[entry.Code.ID()]
		isFormer := merged && level == dealmap.LevelCommune && entry.Parent.Level() == dealmap.LevelCommune
		for _, polygon := range entry.Outline {
			if len(polygon) == 0 || len(polygon[0]) < 4 {
				continue
			}
			if trees[level] == nil {
				trees[level] = &outlineTree{}
			}
			s := newShape(polygon)
			shapes[int32(i)] = append(shapes[int32(i)], s)
			trees[level].tree.Insert(s.bound.Min, s.bound.Max, part{int32(i), isFormer, s})
		}
	}
	return trees, shapes
}

func (o *outlineTree) search(box orb.Bound, visit func(part) bool) {
	if o != nil {
		o.tree.Search(box.Min, box.Max, func(_, _ [2]float64, p part) bool { return visit(p) })
	}
}

// at returns the territory that holds the point; of several the current one before a former, then the first by code.
func (o *outlineTree) at(p orb.Point) (part, bool) {
	var best part
	found := false
	o.search(orb.Bound{Min: p, Max: p}, func(c part) bool {
		better := !found || best.former && !c.former || best.former == c.former && c.territory < best.territory
		if better && c.shape.holds(p) {
			best, found = c, true
		}
		return true
	})
	return best, found
}

// Locate returns the chain of the finest administrative territory known to hold a position: the commune when its outline
// is known, else the département, else the nearest département within [Coast]; nil elsewhere. A former commune gives way to
// the one that it merged into. The slice is shared: never modify it.
func (t *Territories) Locate(p orb.Point) []dealmap.TerritoryCode {
	if math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		return nil
	}
	if hit, ok := t.outlines[dealmap.LevelCommune].at(p); ok {
		chain := t.chains[hit.territory]
		if hit.former {
			chain = chain[1:]
		}
		return chain
	}
	if hit, ok := t.outlines[dealmap.LevelDepartement].at(p); ok {
		return t.chains[hit.territory]
	}
	return t.nearestDepartement(p)
}

func (t *Territories) nearestDepartement(p orb.Point) []dealmap.TerritoryCode {
	best, nearest := math.Inf(1), int32(-1)
	for _, box := range BoxesAround(p, Coast) {
		t.outlines[dealmap.LevelDepartement].search(box, func(c part) bool {
			d := c.shape.metresTo(p, Coast)
			if d < best || d == best && c.territory < nearest {
				best, nearest = d, c.territory
			}
			return true
		})
	}
	if math.IsInf(best, 1) {
		return nil
	}
	return t.chains[nearest]
}

// Distance returns how far, in metres, a position lies outside a territory's outline, 0 inside, and false when the outline
// or the territory is unknown. Beyond some tens of kilometres the nearest point of the border is approximate.
func (t *Territories) Distance(code dealmap.TerritoryCode, p orb.Point) (float64, bool) {
	i, ok := t.byCode[code]
	if !ok || len(t.shapes[i]) == 0 {
		return 0, false
	}
	best := math.Inf(1)
	for _, s := range t.shapes[i] {
		if s.holds(p) {
			return 0, true
		}
		if DistanceToBound(p, s.bound) < best {
			best = math.Min(best, s.metresTo(p, math.Inf(1)))
		}
	}
	return best, true
}

// Districts returns the priority districts (QPV, QRR) whose outline holds a position, sorted by code.
func (t *Territories) Districts(p orb.Point) []dealmap.TerritoryCode {
	var codes []dealmap.TerritoryCode
	for _, level := range []dealmap.Level{dealmap.LevelQPV, dealmap.LevelQRR} {
		t.each(level, orb.Bound{Min: p, Max: p}, func(c part) bool { return c.shape.holds(p) }, func(entry Territory) bool {
			codes = append(codes, entry.Code)
			return true
		})
	}
	return codes
}

// Box yields the territories of a level whose outline meets a box, sorted by code, until yield returns false. Tiles are
// made from it, so the order never varies.
func (t *Territories) Box(bound orb.Bound, level dealmap.Level, yield func(Territory) bool) {
	t.each(level, bound, func(c part) bool { return c.shape.meets(bound) }, yield)
}

// each yields, sorted by code and once, the territories with a part near the box that passes the test.
func (t *Territories) each(level dealmap.Level, box orb.Bound, test func(part) bool, yield func(Territory) bool) {
	var found []int32
	t.outlines[level].search(box, func(c part) bool {
		if test(c) {
			found = append(found, c.territory)
		}
		return true
	})
	slices.Sort(found)
	for _, i := range slices.Compact(found) {
		if !yield(t.list[i]) {
			return
		}
	}
}
