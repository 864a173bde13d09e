package geo

import "math"

// BeforeAfter counts events in an area in two spans of time of the same length, before something was done and after it.
type BeforeAfter struct{ Before, After int }

// WDD is a weighted displacement difference. Known is false when nothing was counted anywhere, or the weights are no numbers:
// there is then nothing to say, and the rest is zero.
type WDD struct {
	// Difference is how many events more (or, below zero, fewer) there were than the controls let expect, displacement included.
	Difference    float64
	StandardError float64
	// Z is Difference in standard errors: beyond ±1.96 it is unlikely to be chance (5 %, both sides).
	Z     float64
	Known bool
}

// WeightedDisplacement measures whether events fell in a treated area more than in its control, less what moved to a
// displacement area (with its own control, all zero when there is none), counting events as Poisson. weights multiply the
// counts of the four areas in the order of the parameters, for areas of unlike size; all zero means ones.
//
// Wheeler and Ratcliffe (2018), A simple weighted displacement difference test to evaluate place based crime interventions, Crime
// Science 7:11; the variance with weights is that of Wheeler's R package ptools (wdd, area_weight).
func WeightedDisplacement(treated, control, displacement, displacementControl BeforeAfter, weights [4]float64) WDD {
	if weights == [4]float64{} {
		weights = [4]float64{1, 1, 1, 1}
	}
	signs := [4]float64{1, -1, 1, -1}
	var difference, variance float64
	for i, n := range [4]BeforeAfter{treated, control, displacement, displacementControl} {
		w := weights[i]
		difference += signs[i] * w * (float64(n.After) - float64(n.Before))
		variance += w * w * (float64(n.Before) + float64(n.After))
	}
	deviation := math.Sqrt(variance)
	if !(variance > 0) || math.IsInf(variance, 0) || math.IsNaN(difference) {
		return WDD{}
	}
	return WDD{Difference: difference, StandardError: deviation, Z: difference / deviation, Known: true}
}
