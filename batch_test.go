package dealmap

import (
	"strings"
	"testing"
)

// TestABatchIsDecidedInTurn lets each wish count on those before it: the place is entered, comes to life and ends within one batch.
func TestABatchIsDecidedInTurn(t *testing.T) {
	t.Parallel()
	w, today := newWorld(), DateOf(noon)
	facts := marseille()
	facts.FirstSeen = today.AddDays(-100)
	facts.LastSeen = facts.FirstSeen
	other := AddPlace{ID: id(2), Facts: marseille(), AcceptDuplicates: true}
	other.Draw = id(1)
	err := w.do(t, ofast, Batch{[]Command{
		ImportPlaces{[]AddPlace{{ID: id(1), Facts: facts}}},
		StepPlace{ID: id(1), Revision: 1, To: Active, Date: today.AddDays(-80)},
		ConfirmPlace{ID: id(1), Revision: 2, Date: today.AddDays(-40)},
		ChangePlace{ID: id(1), Revision: 3, Patch: []byte(`{"intensity":5}`)},
		StepPlace{ID: id(1), Revision: 4, To: Closed, Date: today, Reason: Faded},
		other,
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := w.places[id(1)]
	if p.Revision != 5 || p.Status != Closed || p.Facts.Intensity != 5 || p.Facts.LastSeen != today.AddDays(-40) || p.Closing.Date != today {
		t.Errorf("after the batch the place is %+v", p)
	}
	if q := w.places[id(2)]; q == nil || q.Reference == p.Reference {
		t.Errorf("two places of one batch, drawn alike: %+v and %+v", p, q)
	}
}

// TestABatchIsAllOrNone refuses the whole for one wish, says which, and keeps the kind of its error.
func TestABatchIsAllOrNone(t *testing.T) {
	t.Parallel()
	add := AddPlace{ID: id(1), Facts: marseille(), AcceptDuplicates: true}
	for what, c := range map[string]struct {
		wish Command
		kind ErrorKind
	}{
		"what the batch does not hold":   {ConfirmPlace{ID: id(9)}, KindNotFound},
		"a stale revision":               {ConfirmPlace{ID: id(1), Revision: 7}, KindStale},
		"an impossible step":             {StepPlace{ID: id(1), To: Reported}, KindConflict},
		"the same id again":              {add, KindConflict},
		"possible duplicates not looked": {AddPlace{ID: id(2), Facts: marseille()}, KindInvalid},
		"a batch in a batch":             {Batch{}, KindInvalid},
		"a wish about something else":    {ErasePlace{ID: id(1)}, KindInvalid},
	} {
		w := newWorld()
		err := w.do(t, ofast, Batch{[]Command{add, c.wish, ConfirmPlace{ID: id(1)}}})
		wantKind(t, err, c.kind, what)
		if err == nil || !strings.HasPrefix(err.Error(), "demande 2 sur 3 : ") {
			t.Errorf("%s: the error does not say which wish it was: %v", what, err)
		}
		if len(w.places) != 0 {
			t.Errorf("%s: a refused batch left %d places", what, len(w.places))
		}
	}
	w := newWorld()
	wantKind(t, w.do(t, gn13, Batch{[]Command{add}}), KindForbidden, "a batch without the right")
	if err := w.do(t, ofast, Batch{}); err != nil {
		t.Errorf("an empty batch: %v", err)
	}
}
