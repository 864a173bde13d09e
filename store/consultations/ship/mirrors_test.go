package ship_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/proof"
)

func follow(t *testing.T, dir string, e *engine) *ship.Mirrors {
	t.Helper()
	key, err := proof.NewKey([32]byte{1}, proof.SignerName)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ship.Follow(dir, "paris", newLog(t), e, []string{key.Verifier()}, ship.Options{Every: quick})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// size is that of the copy of a node's log, -1 when there is none.
func size(m *ship.Mirrors, node string) int64 {
	for _, c := range m.Copies() {
		if c.Node() == node {
			return c.Log().Size()
		}
	}
	return -1
}

// A copy that is damaged is put aside and made anew; it neither keeps the node from starting nor the others from being copied.
func TestDamagedCopyIsMadeAnew(t *testing.T) {
	t.Parallel()
	e, dir := newEngine(), t.TempDir()
	for _, node := range []string{"brest", "lyon"} {
		l := newLog(t)
		record(t, l, node, 250)
		start(t, node, l, e)
	}
	m := follow(t, dir, e)
	whole := func() bool { return size(m, "brest") == 250 && size(m, "lyon") == 250 }
	until(t, "both are copied", whole)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ship.Folder, "brest", consultations.FileName), []byte(strings.Repeat("rature", 9000)), 0o600); err != nil {
		t.Fatal(err)
	}
	m = follow(t, dir, e)
	until(t, "both are copied again", whole)
	if aside, err := filepath.Glob(filepath.Join(dir, ship.Folder, "brest.*", consultations.FileName)); err != nil || len(aside) != 1 {
		t.Errorf("put aside: %v, %v", aside, err)
	}
	if err := errors.Join(m.Err(), m.Waiting()); err != nil {
		t.Error(err)
	}
}

// A name that would lead out of the folder is told and not followed; the other nodes are.
func TestStrangeNamesOfTheEngine(t *testing.T) {
	t.Parallel()
	e, dir, l := newEngine(), t.TempDir(), newLog(t)
	record(t, l, "lyon", 5)
	start(t, "lyon", l, e)
	until(t, "lines are sent", func() bool { return e.count("lyon") == 5 })
	e.change(func() { e.lines["../../etc"] = e.lines["lyon"] })
	m := follow(t, dir, e)
	until(t, "lyon is copied and the other told", func() bool { return size(m, "lyon") == 5 && m.Err() != nil })
	if !strings.Contains(m.Err().Error(), "../../etc") || len(m.Copies()) != 1 {
		t.Errorf("%v; %d copies", m.Err(), len(m.Copies()))
	}
}

// What the engine holds is held against a log that is there already.
func TestEngineIsExamined(t *testing.T) {
	t.Parallel()
	e, l := newEngine(), newLog(t)
	record(t, l, "lyon", 250)
	start(t, "lyon", l, e)
	until(t, "lines are sent", func() bool { return e.count("lyon") == 250 })
	if err := ship.Examine(t.Context(), e, "lyon", l); err != nil {
		t.Fatal(err)
	}
	other := newLog(t)
	record(t, other, "brest", 250)
	line, err := other.Copies(173, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	e.change(func() { e.lines["lyon"][172] = line[0] })
	var at *ship.LineError
	if err := ship.Examine(t.Context(), e, "lyon", l); !errors.As(err, &at) || at.Line != 173 || at.Node != "lyon" {
		t.Errorf("a line of another log: %v", err)
	}
	e.change(func() { e.away = true })
	if err := ship.Examine(t.Context(), e, "lyon", l); !errors.Is(err, errAway) {
		t.Errorf("away: %v", err)
	}
}
