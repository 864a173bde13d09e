package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestWeightedDisplacementIsThePapers: the example of Wheeler and Ratcliffe, and the same with areas of unlike weight by hand.
func TestWeightedDisplacementIsThePapers(t *testing.T) {
	t.Parallel()
	treated, control, displacement, its := BeforeAfter{207, 110}, BeforeAfter{308, 318}, BeforeAfter{178, 157}, BeforeAfter{150, 140}
	got := WeightedDisplacement(treated, control, displacement, its, [4]float64{})
	if got.Difference != -118 || got.StandardError != math.Sqrt(1568) || math.Abs(got.Z+2.98) > 0.005 || !got.Known {
		t.Errorf("%+v, want -118, √1568, -2.98", got)
	}
	got = WeightedDisplacement(treated, control, displacement, its, [4]float64{1, 0.5, 2, 0})
	variance := 317 + 0.25*626 + 4*335
	if got.Difference != -97-5-42 || got.StandardError != math.Sqrt(variance) || got.Z != got.Difference/got.StandardError {
		t.Errorf("weighted: %+v, want -144, √%v", got, variance)
	}
	for _, weights := range [][4]float64{{}, {math.NaN(), 1, 1, 1}, {math.Inf(1), 1, 1, 1}, {0, 0, 0, 1}} {
		var counts BeforeAfter
		if weights != [4]float64{} {
			counts = treated
		}
		if got := WeightedDisplacement(counts, counts, BeforeAfter{}, BeforeAfter{}, weights); got != (WDD{}) {
			t.Errorf("of nothing, with the weights %v: %+v", weights, got)
		}
	}
}

func TestWeightedDisplacementIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := func(name string) BeforeAfter {
			return BeforeAfter{rapid.IntRange(0, 1000).Draw(t, name+" before"), rapid.IntRange(0, 1000).Draw(t, name+" after")}
		}
		a, b, c, d := count("treated"), count("control"), count("displacement"), count("its control")
		w := [4]float64{1, rapid.Float64Range(0, 50).Draw(t, "weight"), 1, 1}
		turned := func(n BeforeAfter) BeforeAfter { return BeforeAfter{n.After, n.Before} }
		there, back := WeightedDisplacement(a, b, c, d, w), WeightedDisplacement(turned(a), turned(b), turned(c), turned(d), w)
		for _, x := range []float64{there.Difference, there.StandardError, there.Z} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("%+v", there)
			}
		}
		if math.Abs(there.Difference+back.Difference) > 1e-9*math.Abs(there.Difference) || there.Known != back.Known {
			t.Fatalf("forwards %+v, backwards %+v", there, back)
		}
	})
}
