package main

import (
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/postgres"
)

// A node serves the map as long as is allowed after it was last known to be current, whatever its clock says and whatever keeps it from
// following.
func TestHowLongANodeServes(t *testing.T) {
	t.Parallel()
	start := time.Now()
	at := func(d time.Duration) time.Time { return start.Add(d) }
	type step struct {
		after time.Duration
		reach postgres.Reach
		shown dealmap.Seq
		over  bool
	}
	for name, steps := range map[string][]step{
		"follows": {
			{0, postgres.Reach{Last: 5, Heard: at(0)}, 5, false},
			{3 * time.Hour, postgres.Reach{Last: 9, Heard: at(3 * time.Hour)}, 9, false},
		},
		"cut off": {
			{30 * time.Minute, postgres.Reach{Last: 5, Heard: at(0), Away: at(4 * time.Second)}, 5, false},
			{59 * time.Minute, postgres.Reach{Last: 5, Heard: at(0), Away: at(4 * time.Second)}, 5, false},
			{time.Hour, postgres.Reach{Last: 5, Heard: at(0), Away: at(4 * time.Second)}, 5, true},
		},
		"its clock is ahead": {
			{59 * time.Minute, postgres.Reach{Heard: at(0), Away: at(4 * time.Second), Skew: -2 * time.Hour}, 0, false},
			{time.Hour, postgres.Reach{Heard: at(0), Away: at(4 * time.Second), Skew: -2 * time.Hour}, 0, true},
		},
		"its clock is behind": {
			{59 * time.Minute, postgres.Reach{Heard: at(0), Away: at(4 * time.Second), Skew: 2 * time.Hour}, 0, false},
			{time.Hour, postgres.Reach{Heard: at(0), Away: at(4 * time.Second), Skew: 2 * time.Hour}, 0, true},
		},
		"cannot fold what it is told of": {
			{0, postgres.Reach{Last: 6, Heard: at(0)}, 5, false},
			{59 * time.Minute, postgres.Reach{Last: 70, Heard: at(59 * time.Minute)}, 5, false},
			{61 * time.Minute, postgres.Reach{Last: 70, Heard: at(61 * time.Minute)}, 5, true},
			{62 * time.Minute, postgres.Reach{Last: 70, Heard: at(62 * time.Minute)}, 70, false},
		},
		"much is written": {
			{0, postgres.Reach{Last: 6, Heard: at(0)}, 5, false},
			{time.Minute, postgres.Reach{Last: 800, Heard: at(time.Minute)}, 700, false},
			{90 * time.Minute, postgres.Reach{Last: 9000, Heard: at(90 * time.Minute)}, 8990, false},
		},
		"the process was stopped": {
			{2 * time.Hour, postgres.Reach{Last: 5, Heard: at(0)}, 5, true}, // it has not noticed yet that nobody answers
		},
		"the machine slept": {
			// Two hours by its clock, of which it was awake for a minute.
			{time.Minute, postgres.Reach{Heard: at(0).Round(0).Add(-2 * time.Hour), Away: at(0)}, 0, true},
		},
	} {
		var l lag
		for i, s := range steps {
			now := at(s.after)
			told := l.standing("lyon", s.reach, s.shown, time.Hour, now)
			// What package web compares with is the machine's clock and the skew.
			if over := told.Over(now.Add(s.reach.Skew)); over != s.over {
				t.Errorf("%s, step %d: over %v, %+v", name, i, over, told)
			}
			if lag := told.Lag(now.Add(s.reach.Skew)); name == "cannot fold what it is told of" && i == 1 && lag < 50*time.Minute {
				t.Errorf("%s: said to be %s behind", name, lag)
			}
		}
	}
}
