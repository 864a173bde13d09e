package geo

import (
	"cmp"
	"math"
	"slices"
)

// SurvivalStep is a day on which some durations ended.
type SurvivalStep struct {
	Day int
	// AtRisk is how many durations had reached the day, Ended how many of them ended on it.
	AtRisk, Ended int
	// Share is the estimated share of durations that last longer than the day, Error its standard error (Greenwood), 0 where
	// the share is 0.
	Share, Error float64
}

// Curve is a survival curve: the share still lasting is 1 before the first step.
type Curve struct {
	Steps []SurvivalStep
	// Count is the number of durations, Ended how many of them are known to have ended.
	Count, Ended int
	// Last is the longest duration, ended or not: nothing is known after it.
	Last int
}

// Survival estimates how long something lasts from durations in days, some of which have not ended yet: they are known to
// last at least so long, and leaving them out would shorten every figure (Kaplan and Meier, "Nonparametric estimation from
// incomplete observations", 1958; R's survfit). Of durations that reach the same day those that end come first. A negative
// duration is left out. The two slices have the same length.
func Survival(durations []int, ended []bool) Curve {
	counts := make([]int, len(durations))
	for i := range counts {
		counts[i] = 1
	}
	return SurvivalOf(durations, ended, counts)
}

// SurvivalOf is Survival of durations that each occur a number of times.
func SurvivalOf(durations []int, ended []bool, counts []int) Curve {
	type life struct{ days, ended, count int }
	lives := make([]life, 0, len(durations))
	curve := Curve{}
	for i, days := range durations {
		if days >= 0 {
			lives = append(lives, life{days, 0, counts[i]})
			if ended[i] {
				lives[len(lives)-1].ended = counts[i]
			}
			curve.Count += counts[i]
		}
	}
	slices.SortFunc(lives, func(a, b life) int { return cmp.Compare(a.days, b.days) })
	share, greenwood, atRisk := 1.0, 0.0, curve.Count
	for i := 0; i < len(lives); {
		day, gone, ends := lives[i].days, 0, 0
		curve.Last = day
		for ; i < len(lives) && lives[i].days == day; i++ {
			ends, gone = ends+lives[i].ended, gone+lives[i].count
		}
		if ends > 0 {
			curve.Ended += ends
			share *= 1 - float64(ends)/float64(atRisk)
			step := SurvivalStep{Day: day, AtRisk: atRisk, Ended: ends, Share: share}
			if ends < atRisk {
				greenwood += float64(ends) / (float64(atRisk) * float64(atRisk-ends))
				step.Error = share * math.Sqrt(greenwood)
			}
			curve.Steps = append(curve.Steps, step)
		}
		atRisk -= gone
	}
	return curve
}

// At returns the estimated share of durations that last longer than a day.
func (c Curve) At(day int) float64 {
	i, found := slices.BinarySearchFunc(c.Steps, day, func(s SurvivalStep, day int) int { return cmp.Compare(s.Day, day) })
	switch {
	case found:
		return c.Steps[i].Share
	case i > 0:
		return c.Steps[i-1].Share
	}
	return 1
}

// Quantile returns by which day the share p has ended, 0.5 for the median; false when the curve does not reach it, because too
// many still last, or when p is not between 0 and 1. Where the curve stands at exactly that share for a while the answer is
// the middle of the while, as in R, rounded down.
func (c Curve) Quantile(p float64) (days int, ok bool) {
	if !(p > 0 && p < 1) {
		return 0, false
	}
	const rounding = 1e-9
	for i, step := range c.Steps {
		switch left := step.Share - (1 - p); {
		case left > rounding:
		case left < -rounding:
			return step.Day, true
		case i+1 < len(c.Steps):
			return step.Day + (c.Steps[i+1].Day-step.Day)/2, true
		default:
			return step.Day + (c.Last-step.Day)/2, true
		}
	}
	return 0, false
}
