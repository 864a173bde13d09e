package cells_test

import (
	"testing"

	"github.com/mesure5/dealmap/web/cells"
)

func TestCells(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "a=1": "a=1", "=1": "'=1", "+33": "'+33", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r": "'\r", "\n=": "'\n=", "＝1": "'＝1", "－1": "'－1", "'=1": "'=1", "é": "é",
	} {
		if got := cells.Guarded(cell); got != want {
			t.Errorf("%q is %q, want %q", cell, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0", -1.5: "-1,5", 1e6: "1000000", 0.1: "0,1"} {
		if got := cells.Decimal(n); got != want {
			t.Errorf("%g is %q, want %q", n, got, want)
		}
	}
}
