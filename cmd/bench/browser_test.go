package main

import (
	"encoding/json"
	"testing"
)

// TestBrowserRows holds what the browser's part of the bench prints to the rows of the table.
func TestBrowserRows(t *testing.T) {
	t.Parallel()
	const printed = `{"browser":"156","france":[900,700,800],"city":[1200],"scripts":112640,
		"moves":{"france":{"dragged":{"frames":[16.7,16.7,50,50.1],"tasks":[]},"zoomed":{"frames":[33.3],"tasks":[]}},
			"city":{"dragged":{"frames":[16.7],"tasks":[]},"zoomed":{"frames":[16.7,120],"tasks":[61,99.6]}}},
		"live":{"frames":[16.7],"tasks":[],"written":500,"seconds":10.04,"visible":[80,120,300],"unseen":2}}`
	var report browserReport
	if err := json.Unmarshal([]byte(printed), &report); err != nil {
		t.Fatal(err)
	}
	want := []row{
		{"browser, first view of France until it is drawn, 4000 places", "median 800 ms, worst 900", "< 1 s"},
		{"browser, first view of Marseille (z 13) until it is drawn, 4000 places", "median 1200 ms, worst 1200", "< 1 s"},
		{"browser, scripts of a first view, gzip, 4000 places", "110.0 KB", "< 120 KB"},
		{"browser, frames, France dragged, 4000 places", "p50 50 ms, p95 50, worst 50; 1 of 4 over 50", "≤ 50 ms"},
		{"browser, main thread, France dragged, 4000 places", "no task over 50 ms", "≤ 50 ms"},
		{"browser, frames, France zoomed, 4000 places", "p50 33 ms, p95 33, worst 33; 0 of 1 over 50", "≤ 50 ms"},
		{"browser, main thread, France zoomed, 4000 places", "no task over 50 ms", "≤ 50 ms"},
		{"browser, frames, Marseille dragged, 4000 places", "p50 17 ms, p95 17, worst 17; 0 of 1 over 50", "≤ 50 ms"},
		{"browser, main thread, Marseille dragged, 4000 places", "no task over 50 ms", "≤ 50 ms"},
		{"browser, frames, Marseille zoomed, 4000 places", "p50 120 ms, p95 120, worst 120; 1 of 2 over 50", "≤ 50 ms"},
		{"browser, main thread, Marseille zoomed, 4000 places", "longest task 100 ms; 2 over 50", "≤ 50 ms"},
		{"browser, frames, Marseille at 50 changes/s, 4000 places", "p50 17 ms, p95 17, worst 17; 0 of 1 over 50", "≤ 50 ms"},
		{"browser, main thread, Marseille at 50 changes/s, 4000 places", "no task over 50 ms", "≤ 50 ms"},
		{"browser, write until its tile was read and two frames passed, at those changes, 4000 places", "p50 120 ms, p95 300, worst 300; 2 never", ""},
	}
	got := report.rows(4000)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("row %d:\n got %q\nwant %q", i, got[i], want[i])
		}
	}
}

// TestBrowserRowsOfNothing holds that a browser which saw nothing makes rows, and no NaN.
func TestBrowserRowsOfNothing(t *testing.T) {
	t.Parallel()
	for _, r := range (browserReport{}).rows(1) {
		if r.value == "" {
			t.Errorf("%s: nothing is said", r.what)
		}
	}
}
