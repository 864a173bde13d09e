package web

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestSuppressedNumbersCannotBeTold: of a group and its total, no small number is shown, and what is not shown is at least two
// numbers that add up to no small number, or the total is not shown either.
func TestSuppressedNumbersCannotBeTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		below := rapid.IntRange(2, 12).Draw(t, "below")
		numbers := rapid.SliceOfN(rapid.IntRange(0, 30), 1, 12).Draw(t, "numbers")
		sum := 0
		shown := make([]*int, len(numbers))
		members := make([]**int, len(numbers))
		for i, n := range numbers {
			sum += n
			shown[i], members[i] = new(n), &shown[i]
		}
		total := new(sum)
		e := eraser{below: below}
		e.group(&total, members)
		hidden, taken := 0, 0
		for i, n := range shown {
			if n == nil {
				hidden, taken = hidden+numbers[i], taken+1
			} else if *n != numbers[i] || *n > 0 && *n < below {
				t.Fatalf("shows %d of %d", *n, numbers[i])
			}
		}
		if total != nil && (*total != sum || sum > 0 && sum < below) {
			t.Fatalf("the total %d is shown", *total)
		}
		if total != nil && taken > 0 && (taken < 2 || hidden < below) {
			t.Fatalf("of %v, %d numbers that add up to %d can be told by subtraction", numbers, taken, hidden)
		}
		all := taken
		if total == nil {
			all++
		}
		if e.taken != all {
			t.Fatalf("says that it took %d, took %d", e.taken, all)
		}
	})
}

func TestClassesHoldAllValues(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		values := make([]float64, 1+r.IntN(60))
		whole := r.IntN(2) == 0
		for i := range values {
			if values[i] = r.ExpFloat64() * 5; whole {
				values[i] = float64(int(values[i] * 3))
			} else if values[i] = roundTo(values[i], 2); r.IntN(4) == 0 {
				values[i] = 0
			}
		}
		legend := rateClasses(values)
		if whole {
			legend = wholeClasses(values)
		}
		areas := 0
		for i, c := range legend {
			areas += c.Areas
			if c.To < c.From || i > 0 && c.From <= legend[i-1].To {
				t.Fatalf("classes %v of %v", legend, values)
			}
		}
		for _, v := range values {
			i := classOf(legend, v)
			if (v > 0) != (i >= 0) {
				t.Fatalf("%v is in class %d of %v", v, i, legend)
			}
			if i >= 0 {
				areas--
				if v > legend[i].To+1e-9 || i > 0 && v <= legend[i-1].To+1e-9 {
					t.Fatalf("%v is in class %d of %v", v, i, legend)
				}
			}
		}
		if areas != 0 || len(legend) > mostClasses {
			t.Fatalf("%v: %v", values, legend)
		}
	}
}
