package web

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// watchScene is what is watched: places that the viewer may count, from a first to a last day.
type watchScene struct {
	from, until dealmap.Date
	territory   dealmap.TerritoryCode
	sights      []dealmap.Sight
	centres     []orb.Point
	placed      int // of sights, those that are at a centre
}

// add takes in a place, once; it is a centre where the viewer may count it at a position.
func (w *watchScene) add(sight dealmap.Sight) {
	if slices.ContainsFunc(w.sights, func(other dealmap.Sight) bool { return other.ID() == sight.ID() }) {
		return
	}
	w.sights = append(w.sights, sight)
	anchor, ok := sight.Anchor()
	if !ok {
		return
	}
	w.placed++
	if !slices.Contains(w.centres, anchor) {
		w.centres = append(w.centres, anchor)
	}
}

// away is how far, in metres, a position lies from the nearest centre; infinitely when that is more than limit.
func (w *watchScene) away(at orb.Point, limit float64) float64 {
	least := math.Inf(1)
	reach := limit / metresPerDegree
	for _, centre := range w.centres {
		if math.Abs(at[1]-centre[1]) > reach {
			continue
		}
		if metres := geo.Distance(at, centre); metres <= limit {
			least = min(least, metres)
		}
	}
	return least
}

// metresPerDegree is a little less than a degree of latitude measures, so that reach holds everything within limit.
const metresPerDegree = 111_000

// around is a box that holds everything within some metres of the centres; false without any.
func (w *watchScene) around(metres float64) (orb.Bound, bool) {
	if len(w.centres) == 0 {
		return orb.Bound{}, false
	}
	box := orb.MultiPoint(w.centres).Bound()
	tall := metres / metresPerDegree
	furthest := max(math.Abs(box.Min[1]), math.Abs(box.Max[1])) + tall
	wide := tall / math.Cos(min(furthest, 80)*math.Pi/180)
	return orb.Bound{Min: orb.Point{box.Min[0] - wide, box.Min[1] - tall}, Max: orb.Point{box.Max[0] + wide, box.Max[1] + tall}}, true
}

// watchSpans are the days before and after, and those from the first day to the last of those after.
type watchSpans struct {
	before, after, since dealmap.Span
	elapsed              int
}

// spansOf are as long before as after: fewer days than asked for while those after are not over.
func spansOf(from, until dealmap.Date, days int, today dealmap.Date) watchSpans {
	elapsed := max(0, min(days, int(today.Days()-until.Days())))
	last := until.AddDays(elapsed)
	return watchSpans{
		before: dealmap.Span{From: from.AddDays(-elapsed), To: from.AddDays(-1)}, after: dealmap.Span{From: until.AddDays(1), To: last},
		since: dealmap.Span{From: from, To: last}, elapsed: elapsed,
	}
}

// watched are the counts of a watch, and the points first seen in the buffer since.
type watched struct {
	treated, ring, control geo.BeforeAfter
	opened                 []dealmap.Sight
}

func (s *Server) countAround(v *visit, scene *watchScene, ask watchAsk, spans watchSpans) (out watched) {
	add := func(into *geo.BeforeAfter, sight dealmap.Sight) {
		before, after := sight.Stirred(spans.before, spans.after)
		into.Before += before
		into.After += after
	}
	ring := float64(ask.ring)
	if box, any := scene.around(ring); any {
		v.snap.Anchors(v.scope, box, func(sight dealmap.Sight, at orb.Point) bool {
			if !sight.Kind().IsDealPoint() {
				return true
			}
			switch away := scene.away(at, ring); {
			case away <= float64(ask.buffer):
				add(&out.treated, sight)
				if sight.Opened(spans.after) {
					out.opened = append(out.opened, sight)
				}
			case away <= ring:
				add(&out.ring, sight)
			}
			return true
		})
	}
	v.snap.Anchors(v.scope, s.boxOf(ask.control), func(sight dealmap.Sight, at orb.Point) bool {
		if sight.Kind().IsDealPoint() && sight.Within(ask.control) && math.IsInf(scene.away(at, ring), 1) {
			add(&out.control, sight)
		}
		return true
	})
	return out
}

// declaredPad is how far, in degrees, a place may lie outside the outline of the territory that it is declared in: outlines may be
// indicative, and a declared code wins over geometry within 40 km.
const declaredPad = 0.7

// boxOf holds all places of a territory.
func (s *Server) boxOf(code dealmap.TerritoryCode) orb.Bound {
	if t, ok := s.Territories.Get(code); ok && len(t.Outline) > 0 {
		return t.Outline.Bound().Pad(declaredPad)
	}
	return orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
}
