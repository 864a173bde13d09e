package web_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestALiveLineNamesWhatWasTold follows changes of places that gn sees, comes to see and does not see, and wants the lines of
// the log to name the places of the events, before they arrive, and no other.
func TestALiveLineNamesWhatWasTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen, other := w.coded(1, "H0").Subject, w.coded(2, "H0").Subject
	hidden := w.hiddenPlace(3, 5.3698, 43.2965).Subject
	cross := w.viewer("cross13")
	events := w.as("gn").live("")
	if e := <-events; e.name != "hello" {
		t.Fatalf("the stream begins with %+v", e)
	}
	for _, id := range []dealmap.ID{seen, hidden, other, hidden, seen} {
		w.do(cross, dealmap.StepPlace{ID: id, To: dealmap.Disrupted})
		w.do(cross, dealmap.StepPlace{ID: id, To: dealmap.Active})
	}
	w.do(cross, dealmap.ChangePlace{ID: other, Patch: []byte(`{"handling":{"embargo_until":"2027-01-01"}}`)}) // goes out of sight
	told := map[string]bool{}
	for deadline, n := time.After(10*time.Second), 0; n < 7; {
		select {
		case e := <-events:
			if e.name != "change" {
				continue
			}
			n++
			var change struct{ ID string }
			if err := json.Unmarshal([]byte(e.data), &change); err != nil {
				t.Fatal(err)
			}
			told[change.ID] = true
			if !slices.ContainsFunc(w.log.of(dealmap.WhatLive), func(c dealmap.Consultation) bool {
				return slices.ContainsFunc(c.Places, func(id dealmap.ID) bool { return id.String() == change.ID })
			}) {
				t.Errorf("%s is told and no line says so", change.ID)
			}
		case <-deadline:
			t.Fatalf("%d changes told", n)
		}
	}
	for _, line := range w.log.of(dealmap.WhatLive) {
		for _, id := range line.Places {
			if !told[id.String()] || id == hidden {
				t.Errorf("a line names %s, which was not told", id)
			}
		}
	}
	if len(told) != 2 {
		t.Errorf("told of %v", told)
	}
}
