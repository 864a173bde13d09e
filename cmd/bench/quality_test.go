package main

import (
	"strings"
	"testing"

	"github.com/mesure5/dealmap/seeds"
)

// TestMatchingQuality holds the aims, on other lists than those of the bench.
func TestMatchingQuality(t *testing.T) {
	t.Parallel()
	const seed = 1009
	m, err := measureMatching(t.Context(), 2500, seed)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.accept.All.Precision(); got < 0.99 {
		t.Errorf("seed %d: precision %.4f of what is bulk-accepted", seed, got)
	}
	if got := m.accept.All.Recall(); got < 0.25 {
		t.Errorf("seed %d: recall %.4f of what is bulk-accepted", seed, got)
	}
	if n := m.accept.Wrong[seeds.Strangers]; n > 0 {
		t.Errorf("seed %d: %d pairs of places far apart are bulk-accepted", seed, n)
	}
	if got := m.propose.All.Recall(); got < 0.95 {
		t.Errorf("seed %d: recall %.4f of what is proposed", seed, got)
	}
	var out strings.Builder
	if err := m.print(&out); err != nil || !strings.Contains(out.String(), seeds.PositionMiddle) || !strings.Contains(out.String(), seeds.NameNoUnit) {
		t.Errorf("the table: %v %.300s", err, out.String())
	}
}
