package web

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap/web/api"
)

// mostClasses is how many classes a legend has at most.
const mostClasses = 5

// wholeClasses divides whole numbers from 1 on into classes that grow by the same factor, so that one crowded hexagon does not make
// all others look alike; zeros are in none.
func wholeClasses(values []float64) []api.HeatClass {
	most := 0.0
	if len(values) > 0 {
		most = math.Round(slices.Max(values))
	}
	legend := []api.HeatClass{}
	if most < 1 {
		return legend
	}
	from := 1.0
	for i := 1; i <= mostClasses && from <= most; i++ {
		to := from
		if most > mostClasses {
			to = math.Max(from, math.Round(math.Pow(most, float64(i)/mostClasses)))
		}
		if i == mostClasses {
			to = most
		}
		legend = append(legend, api.HeatClass{From: from, To: to})
		from = to + 1
	}
	return countAreas(legend, values)
}

// rateClasses divides rates above 0 into classes of as many areas each, their bounds rounded.
func rateClasses(values []float64) []api.HeatClass {
	var known []float64
	for _, v := range values {
		if v > 0 {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	legend := []api.HeatClass{}
	if len(known) == 0 {
		return legend
	}
	from := 0.01
	for i := 1; i <= mostClasses; i++ {
		to := known[(len(known)*i-1)/mostClasses]
		if i < mostClasses {
			to = niceUp(to)
		}
		to = math.Min(roundTo(to, 2), known[len(known)-1])
		if to < from {
			continue
		}
		legend = append(legend, api.HeatClass{From: from, To: to})
		from = roundTo(to+0.01, 2)
	}
	return countAreas(legend, values)
}

// niceUp rounds up to two significant figures, but to no less than hundredths.
func niceUp(v float64) float64 {
	step := math.Max(0.01, math.Pow(10, math.Floor(math.Log10(v))-1))
	return math.Ceil(v/step-1e-9) * step
}

func countAreas(legend []api.HeatClass, values []float64) []api.HeatClass {
	for _, v := range values {
		if i := classOf(legend, v); i >= 0 {
			legend[i].Areas++
		}
	}
	return legend
}

// classOf is the class that holds a value, -1 for none.
func classOf(legend []api.HeatClass, value float64) int {
	if value <= 0 {
		return -1
	}
	for i := range legend {
		if value <= legend[i].To+1e-9 {
			return i
		}
	}
	return len(legend) - 1
}

// roundTo rounds to a number of decimals.
func roundTo(v float64, decimals int) float64 {
	scale := math.Pow(10, float64(decimals))
	return math.Round(v*scale) / scale
}
