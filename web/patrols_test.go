package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

const saturdayPatrol = "/api/v1/patrols?territory=com:13055&date=2026-11-28&from=14:00&until=22:00"

type patrolList struct {
	Weekday, From, Until, Rule string
	Candidates                 int
	Stops                      []struct {
		Rank, Score int
		Place       point
		Best        *struct{ From, Until, Text string }
		Reasons     []struct {
			Part, Text   string
			Points, Most int
		}
	}
	Hours struct {
		Open    []int
		Unknown int
	}
}

func (a *answer) patrol() (p patrolList) {
	a.t.Helper()
	a.want(http.StatusOK).json(&p)
	for i, stop := range p.Stops {
		sum := 0
		for _, r := range stop.Reasons {
			sum += r.Points
		}
		if stop.Rank != i+1 || stop.Score != sum || i > 0 && stop.Score > p.Stops[i-1].Score {
			a.t.Errorf("stop %d: %+v", i, stop)
		}
	}
	return p
}

// TestPatrolLists asks as several people on a map with a place that is seen whole, one that is blurred, one of code H3 and a hidden one.
func TestPatrolLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := dealmap.Date{Year: 2026, Month: 11, Day: 23}
	dated := func(f *dealmap.Facts) {
		f.Hours, f.Intensity, f.FirstSeen, f.LastSeen = "Sa 18:00-03:00", 4, day.AddDays(-90), day
	}
	open := w.coded(1, "H0", dated).Sight.Reference()
	blurred := w.coded(2, "H0", dated, func(f *dealmap.Facts) {
		f.Hours, f.Intensity, f.Handling.Reach, f.Handling.Blurred = "24/7", 5, dealmap.ReachService, true
	}).Sight.Reference()
	restricted := w.coded(3, "H3", dated, func(f *dealmap.Facts) { f.Hours, f.Note, f.Intensity = "Mo-Su 14:00-22:00", "hall du fond", 2 }).Sight.Reference()
	hidden := w.hiddenPlace(4, 5.3698, 43.2965).Sight.Reference()
	elsewhere := w.coded(5, "H0", dated, func(f *dealmap.Facts) { f.Kind = dealmap.Delivery }).Sight.Reference()

	for name, want := range map[string]struct {
		stops        string
		open18, open int
		unknown      int
	}{
		// the blurred place is whole for the Cross of the département, of one service with pn, and for the Ofast
		"cross13": {strings.Join([]string{blurred, open, restricted, hidden}, " "), 3, 2, 1},
		"ofast":   {strings.Join([]string{blurred, open, restricted}, " "), 3, 2, 0},
		"pn":      {strings.Join([]string{blurred, open, restricted}, " "), 3, 2, 0},
		"gn":      {strings.Join([]string{open, restricted, blurred}, " "), 2, 1, 1},
	} {
		p := w.as(name).get(saturdayPatrol).patrol()
		var stops []string
		for _, stop := range p.Stops {
			stops = append(stops, fmt.Sprint(stop.Place.Properties["reference"]))
		}
		if got := strings.Join(stops, " "); got != want.stops || p.Candidates != len(stops) || len(p.Hours.Open) != 24 ||
			p.Hours.Open[18] != want.open18 || p.Hours.Open[15] != want.open || p.Hours.Unknown != want.unknown {
			t.Errorf("%s: %s, hours %+v; want %+v", name, got, p.Hours, want)
		}
		if p.Weekday != "samedi" || p.From != "14:00" || p.Until != "22:00" || p.Rule == "" || strings.Contains(got(p), elsewhere) {
			t.Errorf("%s: %+v", name, p)
		}
		lines := w.log.of(dealmap.WhatPatrol)
		if line := lines[len(lines)-1]; line.Subject != name || len(line.Places) != len(stops) || !strings.Contains(line.Query, "territory=com%3A13055") {
			t.Errorf("%s: the consultation log says %+v of %d stops", name, line, len(stops))
		}
	}

	p := w.as("gn").get(saturdayPatrol).patrol()
	first, third := p.Stops[0], p.Stops[2]
	if first.Best == nil || first.Best.From != "18:00" || first.Best.Until != "22:00" || first.Best.Text != "de 18\u00a0h à 22\u00a0h" || first.Score != 32+15+20 {
		t.Errorf("open from six on: %+v", first)
	}
	if third.Best != nil || third.Score != 16+15+10 || third.Place.Geometry != nil || !strings.Contains(third.Reasons[1].Text, "horaires retenus") {
		t.Errorf("blurred: %+v", third)
	}
	if note := p.Stops[1].Place.Properties["note"]; note != nil {
		t.Errorf("the note of an H3 place is shown: %v", note)
	}
	if p := w.as("gn").get(saturdayPatrol + "&limit=1&kind=four&product=crack").patrol(); len(p.Stops) != 0 || p.Candidates != 0 {
		t.Errorf("nothing sells crack: %+v", p)
	}
	if p := w.as("gn").get(saturdayPatrol + "&limit=1").patrol(); len(p.Stops) != 1 || p.Candidates != 3 {
		t.Errorf("one of three: %+v", p)
	}
	for _, name := range []string{"prefet13", "partenaire13", "auditeur", "admin"} {
		w.as(name).get(saturdayPatrol).problem(http.StatusForbidden, "forbidden")
	}
	w.anonymous().get(saturdayPatrol).problem(http.StatusUnauthorized, "not-signed-in")
	w.log.break_(errors.New("disk full"))
	w.as("gn").get(saturdayPatrol).problem(http.StatusServiceUnavailable, "unavailable")
}

func got(p patrolList) string { return fmt.Sprintf("%+v", p) }
