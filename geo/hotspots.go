package geo

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/mesure5/dealmap"
)

// HotSpotOptions says how the significance of local statistics is found.
type HotSpotOptions struct {
	// Permutations is how many times the neighbours of each unit are drawn anew, from 99 to 9999. No P is below
	// 1 / (1 + Permutations): of thousands of units a lone hot spot passes the control of false discoveries only with many.
	Permutations int
	// Seed makes the draws: the same seed gives the same figures on every machine.
	Seed uint64
	// Progress, when given, is called about fifty times, never twice at once, with the number of units done and to do.
	Progress func(done, total int)
}

// Quadrant says how a unit and the mean of its neighbours lie to the mean of all units (Moran scatter plot).
type Quadrant string

// The quadrants of local Moran. A value equal to the mean counts as low.
const (
	HighHigh Quadrant = "high-high"
	LowLow   Quadrant = "low-low"
	HighLow  Quadrant = "high-low"
	LowHigh  Quadrant = "low-high"
)

// Local is a local statistic of one unit. None of its numbers is ever NaN or infinite.
type Local struct {
	// Statistic is Gi*, the share of all events in the unit and its neighbours, or Moran's I_i.
	Statistic float64
	// Expected is the statistic's expectation when nothing clusters.
	Expected float64
	// Z is the standard deviate by the analytical variance; 0 when that variance is 0. The sign of a hot spot is plus.
	Z float64
	// P is the pseudo p-value, two-sided, by conditional permutation.
	P float64
	// Q is P after control of the false discovery rate over all units.
	Q float64
	// Quadrant is for local Moran only.
	Quadrant Quadrant
	// Alone marks a unit without neighbours: nothing can be said of it, and P is 1.
	Alone bool
}

// The least that is tested: below, hardly any result can be significant and every map of them misleads.
const (
	MinHotSpotUnits  = 30
	MinHotSpotEvents = 30
)

// TooFewError refuses a test of hot spots for want of data. It unwraps to a [dealmap.Error] on field units or values.
type TooFewError struct {
	// Events is true when events are too few, false when units are.
	Events    bool
	Got, Need float64
}

func (e *TooFewError) Error() string {
	what := "territoires ou mailles"
	if e.Events {
		what = "points en tout"
	}
	return fmt.Sprintf("trop peu de données pour chercher des points chauds : %s %s, il en faut au moins %s",
		strings.Replace(number(math.Round(e.Got*100)/100), ".", ",", 1), what, number(e.Need))
}

// Unwrap gives the domain's error.
func (e *TooFewError) Unwrap() error {
	field := "units"
	if e.Events {
		field = "values"
	}
	return dealmap.Invalid(field, e.Error())
}

// GetisOrdStar returns Gi* of every unit, with binary weights and the unit itself in its window (Ord and Getis, "Local spatial
// autocorrelation statistics", 1995; spdep's localG with include.self and style B). Values are counts or weights of events.
//
// P is the share (1 + extremes) / (1 + permutations) of draws whose sum over the window lies at least as far from its
// expectation as the observed one. The unit keeps its value and its neighbours draw theirs among all other units, without
// replacement, as esda and GeoDa do; spdep also redraws the unit's own (r-spatial/spdep #123).
//
// Refusals are a [*TooFewError] or a [dealmap.Error] on field values, permutations or neighbours; a ctx that ends is its error.
func GetisOrdStar(ctx context.Context, values []float64, n Neighbours, o HotSpotOptions) ([]Local, error) {
	m, err := newMoments(values, n, o)
	if err != nil {
		return nil, err
	}
	return permute(ctx, values, n, o, func(i int) Local {
		if len(n[i]) == 0 {
			return Local{Statistic: values[i] / m.total, Expected: 1 / m.count}
		}
		sum := values[i]
		for _, j := range n[i] {
			sum += values[j]
		}
		weight := float64(len(n[i]) + 1)
		// All weights are 1, so that the sum of their squares is their sum.
		variance := m.variance * (m.count*weight - weight*weight) / (m.count - 1)
		return Local{
			Statistic: sum / m.total,
			Expected:  weight / m.count,
			Z:         deviate(sum-weight*m.mean, variance, m.variance),
		}
	})
}

// LocalMoran returns Moran's I_i of every unit, with row-standardised weights (Anselin, "Local indicators of spatial
// association", 1995). Expectation and variance are those of conditional permutation (Sokal, Oden and Thomson, 1998), spdep's
// default, and not those of total randomisation. P is found and errors are given as by [GetisOrdStar]: given the value of the
// unit both statistics are linear in the sum over its neighbours, so their P are equal, but where the value is the mean.
func LocalMoran(ctx context.Context, values []float64, n Neighbours, o HotSpotOptions) ([]Local, error) {
	m, err := newMoments(values, n, o)
	if err != nil {
		return nil, err
	}
	return permute(ctx, values, n, o, func(i int) Local {
		z := m.deviation(values[i])
		if len(n[i]) == 0 {
			return Local{Quadrant: quadrant(z, 0)}
		}
		sum, weight := 0.0, float64(len(n[i]))
		for _, j := range n[i] {
			sum += values[j]
		}
		lag, ratio := m.deviation(sum/weight), z/m.variance
		variance := ratio * ratio * (m.count / (m.count - 2)) * (1/weight - 1/(m.count-1)) * (m.variance - z*z/(m.count-1))
		expected := -z * ratio / (m.count - 1)
		return Local{
			Statistic: ratio * lag,
			Expected:  expected,
			Z:         deviate(ratio*lag-expected, variance, ratio*ratio*m.variance),
			Quadrant:  quadrant(z, lag),
		}
	})
}

// deviate divides by the standard deviation. A variance that is nothing but rounding, against its scale, gives 0: the whole
// map is in the window, or only this unit differs from the others.
func deviate(difference, variance, scale float64) float64 {
	if !(variance > 1e-12*scale) {
		return 0
	}
	return difference / math.Sqrt(variance)
}

func quadrant(z, lag float64) Quadrant {
	switch {
	case z > 0 && lag > 0:
		return HighHigh
	case z > 0:
		return HighLow
	case lag > 0:
		return LowHigh
	}
	return LowLow
}

// moments are of all values; the variance is that of the population.
type moments struct{ count, total, mean, variance float64 }

// deviation returns how far a value is from the mean, 0 when only rounding parts them.
func (m moments) deviation(v float64) float64 {
	if d := v - m.mean; math.Abs(d) > 1e-12*m.mean {
		return d
	}
	return 0
}

// newMoments checks what a test is asked of.
func newMoments(values []float64, n Neighbours, o HotSpotOptions) (moments, error) {
	m := moments{count: float64(len(values))}
	if o.Permutations < 99 || o.Permutations > 9999 {
		return m, dealmap.Invalid("permutations", fmt.Sprintf("%d permutations : il en faut de 99 à 9999", o.Permutations))
	}
	if len(values) < MinHotSpotUnits {
		return m, &TooFewError{Got: m.count, Need: MinHotSpotUnits}
	}
	if err := n.check(len(values)); err != nil {
		return m, err
	}
	equal := true
	for i, v := range values {
		if math.IsNaN(v) || v < 0 || v > 1e15 {
			return m, dealmap.Invalid("values", fmt.Sprintf("valeur %d : %v n’est pas un nombre positif ou nul", i+1, v))
		}
		m.total += v
		equal = equal && v == values[0]
	}
	if m.total < MinHotSpotEvents {
		return m, &TooFewError{Events: true, Got: m.total, Need: MinHotSpotEvents}
	}
	if equal {
		return m, dealmap.Invalid("values", "toutes les valeurs sont égales : aucun point chaud n’est possible")
	}
	m.mean = m.total / m.count
	for _, v := range values {
		m.variance += (v - m.mean) * (v - m.mean)
	}
	m.variance /= m.count
	return m, nil
}

func (n Neighbours) check(units int) error {
	if len(n) != units {
		return dealmap.Invalid("neighbours", fmt.Sprintf("%d listes de voisins pour %d valeurs", len(n), units))
	}
	for i, list := range n {
		for k, j := range list {
			if j < 0 || int(j) >= units || int(j) == i || k > 0 && j <= list[k-1] {
				return dealmap.Invalid("neighbours", fmt.Sprintf("les voisins de l’unité %d ne sont pas une liste triée d’autres unités", i+1))
			}
		}
	}
	return nil
}
