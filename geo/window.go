package geo

import (
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Window is an area prepared for many questions about what lies in it, in WGS 84 degrees. It is immutable.
type Window struct {
	area   orb.MultiPolygon
	shapes []*shape
	bound  orb.Bound
}

// NewWindow prepares an area. The area is kept: never modify it afterwards.
func NewWindow(area orb.MultiPolygon) *Window {
	w := &Window{}
	for _, polygon := range area {
		if len(polygon) > 0 && len(polygon[0]) >= 4 {
			w.add(newShape(polygon))
		}
	}
	return w
}

// Window returns the outline of a territory as a window, false when it is not known.
func (t *Territories) Window(code dealmap.TerritoryCode) (*Window, bool) {
	i, ok := t.byCode[code]
	if !ok || len(t.shapes[i]) == 0 {
		return nil, false
	}
	w := &Window{}
	for _, s := range t.shapes[i] {
		w.add(s)
	}
	return w, true
}

func (w *Window) add(s *shape) {
	if len(w.shapes) == 0 {
		w.bound = s.bound
	}
	w.shapes = append(w.shapes, s)
	w.area = append(w.area, s.rings)
	w.bound = w.bound.Union(s.bound)
}

// Area returns the window's own polygons: never modify them.
func (w *Window) Area() orb.MultiPolygon { return w.area }

// Bound returns the box around the window, an empty box at 0, 0 when the window is empty.
func (w *Window) Bound() orb.Bound { return w.bound }

// Empty reports whether the window has no surface.
func (w *Window) Empty() bool { return len(w.shapes) == 0 }

// Contains reports whether the position is in the window.
func (w *Window) Contains(p orb.Point) bool {
	return slices.ContainsFunc(w.shapes, func(s *shape) bool { return s.holds(p) })
}

// Inside reports whether a convex ring lies wholly in the window: no border meets it.
func (w *Window) Inside(convex orb.Ring) bool {
	c, ok := newConvexRing(convex)
	return ok && !w.borders(c) && w.Contains(c.corners[0])
}

// Meets reports whether a convex ring and the window have a point in common.
func (w *Window) Meets(convex orb.Ring) bool {
	c, ok := newConvexRing(convex)
	return ok && (w.borders(c) || w.Contains(c.corners[0]))
}

// Clip returns the part of the window in a convex ring, as [ClipConvex] does, in time that depends on the borders near it.
func (w *Window) Clip(convex orb.Ring) orb.MultiPolygon {
	c, ok := newConvexRing(convex)
	if !ok {
		return nil
	}
	var clipped orb.MultiPolygon
	for _, s := range w.shapes {
		switch {
		case s.borders(c):
			if piece := c.clip(s.rings); piece != nil {
				clipped = append(clipped, piece)
			}
		case s.holds(c.corners[0]):
			whole := append(orb.Ring(nil), c.corners...)
			clipped = append(clipped, orb.Polygon{append(whole, whole[0])})
		}
	}
	return clipped
}

func (w *Window) borders(c convexRing) bool {
	return slices.ContainsFunc(w.shapes, func(s *shape) bool { return s.borders(c) })
}

// borders reports whether a border of the shape meets the convex ring.
func (s *shape) borders(c convexRing) bool {
	if !s.bound.Intersects(c.bound) {
		return false
	}
	found := false
	s.between(c.bound.Min[1], c.bound.Max[1], func(e edge) bool {
		found = outside(e.from, &c.bound)&outside(e.to, &c.bound) == 0 && c.meets(e)
		return !found
	})
	return found
}
