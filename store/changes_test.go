package store

import (
	"errors"
	"testing"

	"github.com/mesure5/dealmap"
)

func TestRingKeepsTheLatest(t *testing.T) {
	t.Parallel()
	r := newRing(100)
	buffer := make([]dealmap.Change, 64)
	if n, _, err := r.from(100, buffer); n != 0 || err != nil {
		t.Fatalf("nothing yet: %d %v", n, err)
	}
	for _, after := range []dealmap.Seq{99, 101} {
		if _, _, err := r.from(after, buffer); !errors.Is(err, ErrTooOld) {
			t.Fatalf("after %d: %v", after, err)
		}
	}
	last := dealmap.Seq(100)
	for range 50 {
		var batch []folded
		for range 700 {
			last++
			batch = append(batch, folded{event: dealmap.Event{Seq: last}})
		}
		r.add(batch)
	}
	oldest := last - ringSize + 1
	if _, _, err := r.from(oldest-2, buffer); !errors.Is(err, ErrTooOld) {
		t.Fatalf("a change that was overwritten: %v", err)
	}
	after := oldest - 1
	for after < last {
		n, _, err := r.from(after, buffer)
		if err != nil || n == 0 {
			t.Fatalf("after %d: %d, %v", after, n, err)
		}
		for _, c := range buffer[:n] {
			if c.Seq != after+1 {
				t.Fatalf("%d follows %d", c.Seq, after)
			}
			after = c.Seq
		}
	}
}
