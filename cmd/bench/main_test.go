package main

import (
	"strings"
	"testing"
)

// TestPrintNamesPlaces holds that the head names the places of the rows, and none where each row names its own.
func TestPrintNamesPlaces(t *testing.T) {
	t.Parallel()
	for _, named := range []bool{false, true} {
		b := bench{places: 4321, named: named, rows: []row{{"tile", "1 ms", "< 2 ms"}}}
		var out strings.Builder
		if err := b.print(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), ", 4321 places, ") == named || !strings.HasSuffix(out.String(), "| tile | 1 ms     | < 2 ms     |\n") {
			t.Errorf("rows name their places: %t\n%s", named, out.String())
		}
	}
}
