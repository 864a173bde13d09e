//go:build brokensee

package web_test

import (
	"testing"

	"github.com/mesure5/dealmap"
)

// TestBrokenSeeIsNoticed breaks Scope.See in each way that it can be broken, and wants the property of scope to fail: a test
// that cannot fail shows nothing.
func TestBrokenSeeIsNoticed(t *testing.T) {
	seed := seedOf(t)
	for leak, name := range map[dealmap.Detail]string{dealmap.Tallied: "counted", dealmap.Blurred: "blurred", dealmap.Shown: "shown", dealmap.Whole: "whole"} {
		dealmap.Leak = leak
		told := checkMaps(t, seed, 0, 20)
		dealmap.Leak = dealmap.Nothing
		t.Logf("hidden places that are %s: %d outputs told of them", name, len(told))
		if len(told) == 0 {
			t.Errorf("hidden places are %s, and no output told of them", name)
		}
	}
}

// sound makes Scope.See sound until restore is called, for the tests' own questions.
func sound() (restore func()) {
	broken := dealmap.Leak
	dealmap.Leak = dealmap.Nothing
	return func() { dealmap.Leak = broken }
}
