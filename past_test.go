package dealmap

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPastTellsWhatWas folds random lives and compares what the past says of each moment with what the place was then.
func TestPastTellsWhatWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)
		first := DateOf(at)
		var p *Place
		var moments []time.Time
		var then []Place
		for i := range rapid.IntRange(1, 12).Draw(t, "entries") {
			at = at.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "days")) * 24 * time.Hour)
			e := Event{Seq: Seq(i + 1), Time: at, Subject: ID{1}}
			switch {
			case p == nil:
				e.Body = PlaceAdded{Status: Reported, Facts: Facts{Kind: Street, Name: "Hall", FirstSeen: first, LastSeen: first}, Territories: []TerritoryCode{"com:13055", "dep:13"}}
			default:
				to := rapid.SampledFrom([]Status{Active, Disrupted, Closed}).Draw(t, "to")
				step := PlaceStepped{From: p.Status, To: to, Date: DateOf(at)}
				if to == Closed {
					step.Closing = &Closing{Reason: Dismantled, Date: DateOf(at)}
				}
				e.Body = rapid.SampledFrom([]Body{step, PlaceConfirmed{Date: DateOf(at)}, PlaceChanged{Patch: []byte(`{"intensity":3}`)}, PlaceChanged{Patch: []byte(`{"name":"Tour"}`)}}).Draw(t, "body")
			}
			e.Kind = e.Body.kind()
			after, err := Fold(p, e)
			if err != nil {
				t.Fatal(err)
			}
			p = after
			moments, then = append(moments, at), append(then, *p)
		}
		data, err := p.Past.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var read Past
		if err := read.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if len(p.Past) > 0 && !reflect.DeepEqual(read, p.Past) {
			t.Fatalf("read %+v, want %+v", read, p.Past)
		}
		for i, moment := range moments {
			want := then[i].phase(moment)
			got := p.Past.At(moment.Add(time.Hour))
			if got == nil {
				now := p.phase(moment)
				got = &now
			}
			shown := *got
			shown.Until = want.Until
			if !reflect.DeepEqual(shown, want) {
				t.Fatalf("after entry %d it was %+v, the past says %+v", i, want, shown)
			}
		}
		checkTurns(t, p)
	})
}

func checkTurns(t *rapid.T, p *Place) {
	sight := seen(p, Whole)
	all := slices.Collect(sight.Turns())
	if len(all) == 0 || all[0].From != "" || all[0].Date != p.Facts.FirstSeen {
		t.Fatalf("the first turn is %+v", all)
	}
	for i, turn := range all[1:] {
		if turn.From != all[i].To || turn.From == turn.To || turn.Date.Before(all[i].Date) || (turn.To == Closed) != (turn.Reason != "") {
			t.Fatalf("turn %+v follows %+v", turn, all[i])
		}
	}
	if last := all[len(all)-1].To; last != p.Status {
		t.Fatalf("the last turn leads to %s, the place is %s", last, p.Status)
	}
	if n := len(slices.Collect(seen(p, Blurred).Turns())); n != 0 {
		t.Fatalf("a blurred place tells %d turns", n)
	}
}
