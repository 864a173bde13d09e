package dealmap

import (
	"encoding/json"
	"testing"
)

// TestClosingSetsACheck: whoever closes a place has somebody look, a month later, whether it stays closed.
func TestClosingSetsACheck(t *testing.T) {
	t.Parallel()
	today := DateOf(noon)
	for _, c := range []struct {
		reason       ClosingReason
		date, review Date
		want         Date // zero: as it was
		due          bool // three months later
	}{
		{Dismantled, Date{}, Date{}, today.AddDays(30), true},
		{Displaced, today.AddDays(-3), Date{}, today.AddDays(27), true},
		{Faded, Date{}, today.AddDays(7), today.AddDays(7), true},
		{Faded, Date{}, today.AddDays(200), today.AddDays(200), false},
		{Duplicate, Date{}, Date{}, Date{}, false},
		{Mistake, Date{}, Date{}, Date{}, false},
	} {
		w := newWorld()
		facts := marseille()
		facts.FirstSeen = today.AddDays(-30)
		if err := w.do(t, cross13, AddPlace{ID: id(1), Status: Active, Facts: facts}); err != nil {
			t.Fatal(err)
		}
		was := w.places[id(1)].Facts.NextReview
		step := StepPlace{ID: id(1), To: Closed, Reason: c.reason, Date: c.date, Review: c.review}
		if err := w.do(t, cross13, step); err != nil {
			t.Fatal(err)
		}
		if c.want.IsZero() {
			c.want = was
		}
		p := w.places[id(1)]
		scope := NewScope(cross13, today)
		sight, _ := scope.See(p)
		if p.Facts.NextReview != c.want || sight.Due(c.want.AddDays(-1)) || sight.Due(today.AddDays(100)) != c.due {
			t.Errorf("%s: next review %s, want %s; due %v", c.reason, p.Facts.NextReview, c.want, sight.Due(today.AddDays(100)))
		}
		// The check itself is recorded by setting the next one.
		next := today.AddDays(60)
		if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"next_review":"` + next.String() + `"}`)}); err != nil {
			t.Fatal(err)
		}
		if p := w.places[id(1)]; p.Facts.NextReview != next || p.Status != Closed || p.Closing == nil {
			t.Errorf("%s: after the check: %s, %s", c.reason, p.Facts.NextReview, p.Status)
		}
		if err := w.do(t, cross13, StepPlace{ID: id(1), To: Active}); err != nil || w.places[id(1)].Facts.NextReview != today.AddDays(90) {
			t.Errorf("%s: reopened: %v, next review %s", c.reason, err, w.places[id(1)].Facts.NextReview)
		}
	}
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Status: Active, Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	wantField(t, w.do(t, cross13, StepPlace{ID: id(1), To: Closed, Reason: Faded, Review: today.AddDays(-1)}), "next_review")
	wantField(t, w.do(t, cross13, StepPlace{ID: id(1), To: Closed, Reason: Duplicate, Review: today.AddDays(9)}), "next_review")
}

// TestAClosingOfBeforeIsReadAsItWas: journals of versions that set no check hold no next_review with a closing.
func TestAClosingOfBeforeIsReadAsItWas(t *testing.T) {
	t.Parallel()
	body, err := decodeBody(EventPlaceStepped, []byte(`{"from":"active","to":"closed","date":"2026-11-01","closing":{"reason":"faded","date":"2026-11-01"}}`))
	if err != nil {
		t.Fatal(err)
	}
	before := &Place{ID: id(1), Revision: 1, Status: Active, Facts: marseille()}
	before.Facts.NextReview = DateOf(noon).AddDays(50)
	after, err := Fold(before, Event{Seq: 2, Kind: EventPlaceStepped, Subject: id(1), Body: body})
	if err != nil || after.Facts.NextReview != before.Facts.NextReview || after.Status != Closed {
		t.Errorf("%+v, %v", after, err)
	}
	old, err := json.Marshal(StepPlace{ID: id(1), To: Closed, Reason: Faded})
	if err != nil || string(old) != `{"ID":"`+id(1).String()+`","Revision":0,"To":"closed","Date":"","Reason":"faded","Operation":"","DisplacedTo":"","Note":""}` {
		t.Errorf("a command without a review has another digest than before: %s, %v", old, err)
	}
}
