package ship_test

import (
	"errors"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
)

func start(t *testing.T, node string, l *consultations.Log, e *engine) *ship.Shipper {
	t.Helper()
	s, err := ship.Start(node, l, nil, e, ship.Options{Every: quick})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// The engine is away, loses answers and comes back; the node starts again: every line gets there once, and writing never waits.
func TestLinesGetThere(t *testing.T) {
	t.Parallel()
	e, l := newEngine(), newLog(t)
	record(t, l, "paris", 3000)
	s := start(t, "paris", l, e)
	until(t, "3000 lines", func() bool { return e.count("paris") == 3000 })
	e.change(func() { e.away = true })
	record(t, l, "paris", 500)
	until(t, "500 lines wait", func() bool { n, err := s.Waiting(); return n == 500 && err != nil })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	record(t, l, "paris", 500)
	e.change(func() { e.away, e.lose = false, 2 })
	s = start(t, "paris", l, e)
	until(t, "4000 lines", func() bool { return e.count("paris") == 4000 })
	until(t, "none wait", func() bool { n, err := s.Waiting(); return n == 0 && err == nil })
	for n, line := range e.lines["paris"] {
		if leaf, err := l.Leaf(int64(n + 1)); err != nil || leaf != line.Leaf {
			t.Fatalf("line %d: %s instead of %s (%v)", n+1, line.Leaf, leaf, err)
		}
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

func TestAnotherLogOfTheSameName(t *testing.T) {
	t.Parallel()
	stopped := func(t *testing.T, s *ship.Shipper, line int64) {
		t.Helper()
		until(t, "it stops", func() bool { return s.Err() != nil })
		var at *ship.LineError
		if err := s.Err(); !errors.Is(err, ship.ErrStopped) || !errors.Is(err, ship.ErrOther) || !errors.As(err, &at) || at.Node != "paris" || at.Line != line {
			t.Errorf("it says %v", err)
		}
	}
	t.Run("an older copy", func(t *testing.T) {
		t.Parallel()
		e, l, old := newEngine(), newLog(t), newLog(t)
		record(t, l, "paris", 20)
		lines, err := l.Copies(1, 15, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if err := old.Append(t.Context(), 0, lines); err != nil {
			t.Fatal(err)
		}
		start(t, "paris", l, e)
		until(t, "20 lines", func() bool { return e.count("paris") == 20 })
		stopped(t, start(t, "paris", old, e), 16)
	})
	t.Run("another node, at its start", func(t *testing.T) {
		t.Parallel()
		e, l, other := newEngine(), newLog(t), newLog(t)
		record(t, l, "paris", 20)
		record(t, other, "lyon", 30)
		start(t, "paris", l, e)
		until(t, "20 lines", func() bool { return e.count("paris") == 20 })
		stopped(t, start(t, "paris", other, e), 20)
		if e.count("paris") != 20 {
			t.Errorf("%d lines", e.count("paris"))
		}
	})
	t.Run("two nodes at once", func(t *testing.T) {
		t.Parallel()
		e, l, other := newEngine(), newLog(t), newLog(t)
		a, b := start(t, "paris", l, e), start(t, "paris", other, e)
		for began := time.Now(); a.Err() == nil && b.Err() == nil && time.Since(began) < 20*time.Second; time.Sleep(quick) {
			record(t, l, "paris", 1)
			record(t, other, "lyon", 1)
		}
		if (a.Err() == nil) == (b.Err() == nil) {
			t.Errorf("one of them stops: %v, %v", a.Err(), b.Err())
		}
	})
}

func TestNamesOfNodes(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"paris": true, "overseas-2": true, "a": true, "": false, "..": false, "a/b": false, "Paris": false, "lyon\n": false, "é": false,
		"12345678901234567890123456789012345678901": false,
	} {
		if err := ship.CheckNode(name); (err == nil) != good || !good && dealmap.KindOf(err) != dealmap.KindInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := ship.Start("../lyon", newLog(t), nil, newEngine(), ship.Options{}); err == nil {
		t.Error("a name that is none is taken")
	}
}
