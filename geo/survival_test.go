package geo

import (
	"math"
	"testing"
)

func TestSurvivalAgainstR(t *testing.T) {
	t.Parallel()
	quantiles, words := golden(t, "testdata/survival/quantiles.csv")
	for _, name := range []string{"places", "flat", "plateau", "lasting"} {
		data, _ := golden(t, "testdata/survival/"+name+".csv")
		want, _ := golden(t, "testdata/survival/"+name+".curve.csv")
		durations, ended := []int{-4}, []bool{true} // left out
		for i, days := range data["days"] {
			durations, ended = append(durations, int(days)), append(ended, data["ended"][i] == 1)
		}
		curve := Survival(durations, ended)
		if curve.Count != len(data["days"]) || len(curve.Steps) != len(want["day"]) {
			t.Fatalf("%s: %d durations, %d steps, want %d and %d", name, curve.Count, len(curve.Steps), len(data["days"]), len(want["day"]))
		}
		total := 0
		for i, step := range curve.Steps {
			total += step.Ended
			if step.Day != int(want["day"][i]) || step.AtRisk != int(want["at_risk"][i]) || step.Ended != int(want["ended"][i]) ||
				math.Abs(step.Share-want["share"][i]) > 1e-12 || math.Abs(step.Error-want["error"][i]) > 1e-12 {
				t.Errorf("%s: step %d is %+v", name, i, step)
			}
			if curve.At(step.Day) != step.Share || curve.At(step.Day-1) <= step.Share {
				t.Errorf("%s: the curve at day %d is %v", name, step.Day, curve.At(step.Day))
			}
		}
		if total != curve.Ended {
			t.Errorf("%s: %d ended, want %d", name, curve.Ended, total)
		}
		for i, p := range quantiles["p"] {
			if words["case"][i] != name {
				continue
			}
			wanted := quantiles["days"][i]
			if days, ok := curve.Quantile(p); ok != (wanted >= 0) || ok && days != int(math.Floor(wanted)) {
				t.Errorf("%s: quantile %v is %d, %v, want %v", name, p, days, ok, wanted)
			}
		}
	}
}

func TestSurvivalOfNothing(t *testing.T) {
	t.Parallel()
	for name, curve := range map[string]Curve{"none": Survival(nil, nil), "none ended": Survival([]int{3, 9}, []bool{false, false})} {
		if days, ok := curve.Quantile(0.5); ok || days != 0 || curve.At(5) != 1 || len(curve.Steps) != 0 {
			t.Errorf("%s: %+v, median %d", name, curve, days)
		}
	}
	one := Survival([]int{7}, []bool{true})
	for p, want := range map[float64]bool{0: false, 0.5: true, 1: false, math.NaN(): false} {
		if days, ok := one.Quantile(p); ok != want || ok && days != 7 {
			t.Errorf("one: quantile %v is %d, %v", p, days, ok)
		}
	}
}
