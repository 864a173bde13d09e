package dossier

import (
	"math"

	"github.com/paulmach/orb"
)

// frame takes WGS 84 to the paper: an equirectangular projection true to scale on the middle parallel, north up. At the size of a
// département its distortion is thinner than a line.
type frame struct {
	west, north float64 // degrees
	shrink      float64 // cosine of the middle latitude
	perDegree   float64 // millimetres of paper to a degree of latitude
	x, y        float64 // of the north-western corner, millimetres
	height      float64 // that it takes, millimetres
	pad         float64 // millimetres around it in which it may be drawn
}

// metresPerDegree is that of latitude on the sphere of mean radius 6,371,008.8 m.
const metresPerDegree = 111_195.08

// newFrame fits a bound, in the middle, into a box of paper, at its top.
func newFrame(b orb.Bound, x, y, w, h float64) frame {
	// A single position gets a kilometre around it.
	const least = 0.01
	middle := b.Center()
	high := max(b.Max[1]-b.Min[1], least)
	f := frame{shrink: max(math.Cos(middle[1]*math.Pi/180), 0.01)}
	wide := max((b.Max[0]-b.Min[0])*f.shrink, least)
	f.perDegree = min(w/wide, h/high)
	f.west, f.north = middle[0]-wide/f.shrink/2, middle[1]+high/2
	f.x, f.y, f.height = x+(w-wide*f.perDegree)/2, y, high*f.perDegree
	return f
}

func (f frame) at(p orb.Point) (x, y float64) {
	return f.x + (p[0]-f.west)*f.shrink*f.perDegree, f.y + (f.north-p[1])*f.perDegree
}

// metres is the length on the ground of a millimetre of paper.
func (f frame) metres() float64 { return metresPerDegree / f.perDegree }

// scaleBar is the longest round length, in metres, that takes at most so many millimetres.
func (f frame) scaleBar(most float64) float64 {
	room := most * f.metres()
	power := math.Pow(10, math.Floor(math.Log10(room)))
	for _, times := range []float64{5, 2} {
		if times*power <= room {
			return times * power
		}
	}
	return power
}

// metropole is what a map of the whole country shows: with the overseas départements it would show an ocean.
var metropole = orb.Bound{Min: orb.Point{-5.5, 41.2}, Max: orb.Point{9.8, 51.3}}

// tooWide is the width in degrees beyond which a territory is not one land.
const tooWide = 40

// bound is what a map shows, and false when there is nothing to show; partial says that it leaves something out.
func (r *Report) bound() (b orb.Bound, partial, ok bool) {
	grow := func(area orb.MultiPolygon) {
		for _, polygon := range area {
			if len(polygon) > 0 && len(polygon[0]) > 0 {
				if !ok {
					b, ok = polygon[0].Bound(), true
				}
				b = b.Union(polygon[0].Bound())
			}
		}
	}
	grow(r.Outline)
	if !ok {
		for _, part := range r.Parts {
			grow(part.Outline)
			if part.Centre != nil {
				if !ok {
					b, ok = part.Centre.Bound(), true
				}
				b = b.Extend(*part.Centre)
			}
		}
		for _, cell := range r.Heat.Cells {
			grow(cell.Area)
		}
	}
	if ok && b.Max[0]-b.Min[0] > tooWide {
		return metropole, true, true
	}
	return b, false, ok
}
