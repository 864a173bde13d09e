package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// cutter clips rings to a window whatever the form of both (Weiler and Atherton, "Hidden surface removal using polygon area
// sorting", 1977). It is made for contours: thousands of short sides that cross the border of the window here and there, where
// a general overlay of two polygons takes a hundred times as long.
type cutter struct {
	window *Window
	// borders are the window's rings, not closed, with the window to their left.
	borders []orb.Ring
	sides   rtree.RTreeGN[float64, borderSide]
}

type borderSide struct {
	ring, at int
	from, to orb.Point
}

// node is where a ring crosses a border.
type node struct {
	point    orb.Point
	entering bool // the ring comes into the window
	ring     ringPlace
	border   ringPlace
	// nextOnRing and nextOnBorder are nodes.
	nextOnRing, nextOnBorder int
}

// ringPlace is a place on a ring: a share of the way from vertex at to the next.
type ringPlace struct {
	ring, at int
	share    float64
}

func (p ringPlace) compare(o ringPlace) int {
	return cmp.Or(cmp.Compare(p.ring, o.ring), cmp.Compare(p.at, o.at), cmp.Compare(p.share, o.share))
}

func newCutter(w *Window) *cutter {
	c := &cutter{window: w}
	for _, polygon := range w.Area() {
		for i, ring := range polygon {
			if len(ring) < 4 {
				continue
			}
			border := slices.Clone(ring[:len(ring)-1])
			if ringArea(border) > 0 != (i == 0) {
				slices.Reverse(border)
			}
			for at, from := range border {
				to := border[(at+1)%len(border)]
				box := orb.Bound{Min: from, Max: from}.Extend(to)
				c.sides.Insert(box.Min, box.Max, borderSide{len(c.borders), at, from, to})
			}
			c.borders = append(c.borders, border)
		}
	}
	return c
}

// cut returns the rings, closed, around what lies both in the window and to the left of the given rings, which are not closed
// and do not cross each other. It is false when a ring meets a border in a vertex or along a side: nothing says then on which
// side it goes on.
func (c *cutter) cut(rings []orb.Ring) ([]orb.Ring, bool) {
	nodes, apart := c.nodes(rings)
	if !apart || !link(nodes) {
		return nil, false
	}
	var result []orb.Ring
	done := make([]bool, len(nodes))
	crossed := [2]map[int]bool{{}, {}} // rings, borders
	for start, n := range nodes {
		crossed[0][n.ring.ring], crossed[1][n.border.ring] = true, true
		if !n.entering || done[start] {
			continue
		}
		var ring orb.Ring
		for at := start; !done[at]; {
			done[at] = true
			leave := nodes[at].nextOnRing
			ring = append(ring, nodes[at].point)
			ring = between(ring, rings[nodes[at].ring.ring], nodes[at].ring, nodes[leave].ring)
			ring = append(ring, nodes[leave].point)
			at = nodes[leave].nextOnBorder
			ring = between(ring, c.borders[nodes[at].border.ring], nodes[leave].border, nodes[at].border)
		}
		result = append(result, append(ring, ring[0]))
	}
	for i, ring := range rings {
		if !crossed[0][i] && c.window.Contains(ring[0]) {
			result = append(result, append(slices.Clone(ring), ring[0]))
		}
	}
	if len(crossed[1]) == len(c.borders) {
		return result, true
	}
	closed := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		closed[i] = append(slices.Clone(ring), ring[0])
	}
	inside := newShape(closed)
	for i, border := range c.borders {
		if !crossed[1][i] && inside.holds(border[0]) {
			result = append(result, append(slices.Clone(border), border[0]))
		}
	}
	return result, true
}

// nodes lists all crossings, in the order of the rings. It is false when a ring only touches a border.
func (c *cutter) nodes(rings []orb.Ring) (nodes []node, apart bool) {
	apart = true
	for r, ring := range rings {
		if c.window.Inside(ring.Bound().ToRing()) {
			continue
		}
		for at, a := range ring {
			b := ring[(at+1)%len(ring)]
			box := orb.Bound{Min: a, Max: a}.Extend(b)
			c.sides.Search(box.Min, box.Max, func(_, _ [2]float64, s borderSide) bool {
				point, cross := properCrossing(a, b, s.from, s.to)
				if !cross {
					apart = apart && !onSegment(a, s.from, s.to) && !onSegment(s.from, a, b)
					return apart
				}
				fromSide, toSide := turn(s.from, s.to, a), turn(s.from, s.to, b)
				startSide, endSide := turn(a, b, s.from), turn(a, b, s.to)
				nodes = append(nodes, node{
					point: point, entering: toSide > 0,
					ring:   ringPlace{r, at, fromSide / (fromSide - toSide)},
					border: ringPlace{s.ring, s.at, startSide / (startSide - endSide)},
				})
				return true
			})
		}
	}
	slices.SortFunc(nodes, func(a, b node) int { return cmp.Or(a.ring.compare(b.ring), a.border.compare(b.border)) })
	return nodes, apart
}

// link finds for each node the next on its ring and on its border, and reports whether crossings in and out take turns on both.
func link(nodes []node) bool {
	order := make([]int, len(nodes))
	for i := range order {
		order[i] = i
	}
	alternate := chain(order, nodes, func(n *node) (*int, int) { return &n.nextOnRing, n.ring.ring })
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(nodes[a].border.compare(nodes[b].border), cmp.Compare(a, b)) })
	return chain(order, nodes, func(n *node) (*int, int) { return &n.nextOnBorder, n.border.ring }) && alternate
}

// chain sets next in a circle over each run of nodes of one ring.
func chain(order []int, nodes []node, of func(*node) (next *int, ring int)) bool {
	alternate := true
	for start := 0; start < len(order); {
		_, ring := of(&nodes[order[start]])
		end := start
		for ; end < len(order); end++ {
			if _, other := of(&nodes[order[end]]); other != ring {
				break
			}
		}
		for i := start; i < end; i++ {
			following := order[start+(i+1-start)%(end-start)]
			next, _ := of(&nodes[order[i]])
			*next = following
			alternate = alternate && nodes[following].entering != nodes[order[i]].entering
		}
		start = end
	}
	return alternate
}

// between appends the vertices of a ring on the way from one place to another.
func between(way orb.Ring, ring orb.Ring, from, to ringPlace) orb.Ring {
	count := to.at - from.at
	if count < 0 || count == 0 && to.share <= from.share {
		count += len(ring)
	}
	for k := 1; k <= count; k++ {
		way = append(way, ring[(from.at+k)%len(ring)])
	}
	return way
}
