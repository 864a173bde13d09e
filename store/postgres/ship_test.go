package postgres_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/proof"
)

// signer signs checkpoints of a node's log as its keeper does.
type signer struct {
	key proof.Key
	log *consultations.Log
}

func (s signer) Latest(log string) (audit.Signed, error) {
	size, root, err := s.log.Checkpoint()
	if err != nil || size == 0 || log != audit.ConsultationLog {
		return audit.Signed{}, errors.Join(err, dealmap.NotFound())
	}
	c := proof.Checkpoint{Origin: proof.OriginConsultations, Size: size, Root: root, Time: time.Now()}
	note, err := s.key.Sign(c)
	return audit.Signed{Checkpoint: c, Note: note}, err
}

// seer is a node as far as its consultation log goes.
type seer struct {
	t      *testing.T
	name   string
	dir    string
	key    proof.Key
	log    *consultations.Log
	engine *postgres.Consultations
	ship   *ship.Shipper
	mirror *ship.Mirrors
}

var sealing = []byte("0123456789abcdef0123456789abcdef")

// newSeer opens a node's log and sends it.
func newSeer(t *testing.T, dsn, name string) *seer {
	t.Helper()
	n := &seer{t: t, name: name, dir: t.TempDir()}
	var err error
	if n.key, err = proof.NewKey([32]byte{1}, proof.SignerName); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if n.engine, err = db.Consultations(sealing); err != nil {
		t.Fatal(err)
	}
	if n.log, err = consultations.Open(filepath.Join(n.dir, consultations.FileName)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.log.Close() })
	n.ship, err = ship.Start(name, n.log, signer{n.key, n.log}, n.engine, ship.Options{Every: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.ship.Close() })
	return n
}

// follow starts copying the others' logs.
func (n *seer) follow() *seer {
	n.t.Helper()
	var err error
	n.mirror, err = ship.Follow(n.dir, n.name, n.log, n.engine, []string{n.key.Verifier()}, ship.Options{Every: 20 * time.Millisecond})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { n.mirror.Close() })
	return n
}

// see records consultations that begin at a time.
func (n *seer) see(lines int, from time.Time) {
	n.t.Helper()
	list := make([]dealmap.Consultation, lines)
	for i := range list {
		list[i] = dealmap.Consultation{
			Time: from.Add(time.Duration(i) * time.Second), Subject: "agent-" + n.name, Role: dealmap.RoleInvestigator, What: dealmap.WhatSheet,
			Operation: dealmap.OpConsultation, Detail: fmt.Sprintf("confidentiel %s %d", n.name, i),
		}
	}
	if err := n.log.RecordAll(n.t.Context(), slices.Values(list)); err != nil {
		n.t.Fatal(err)
	}
}

// copyOf returns the copy of a node's log, nil before there is one.
func (n *seer) copyOf(node string) *ship.Copy {
	for _, c := range n.mirror.Copies() {
		if c.Node() == node {
			return c
		}
	}
	return nil
}

// has reports whether this node's copy of another's log is that log, attested and erased like it.
func (n *seer) has(other *seer) bool {
	c := n.copyOf(other.name)
	if c == nil || c.Log().Size() != other.log.Size() || c.Log().Erased() != other.log.Erased() {
		return false
	}
	latest, ok := c.Latest()
	return ok && latest.Size == other.log.Size()
}

// until waits for something that happens soon.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 90*time.Second {
			t.Fatalf("this does not happen: %s", what)
		}
	}
}

// Three nodes write, the engine dies and comes back, lines grow old and are erased: each node has the lines of all.
func TestConsultationLogsOfThreeNodes(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	dsn := server.DSN(database)
	now := time.Now().UTC().Truncate(time.Second)
	paris, lyon, marseille := newSeer(t, dsn, "paris").follow(), newSeer(t, dsn, "lyon").follow(), newSeer(t, dsn, "marseille")
	for _, n := range []*seer{paris, lyon, marseille} {
		n.see(3000, now.AddDate(-4, 0, 0))
	}
	all := func() bool { return paris.has(lyon) && paris.has(marseille) && lyon.has(paris) && lyon.has(marseille) }
	until(t, "each has the lines of all", all)

	server.Kill()
	for _, n := range []*seer{paris, lyon, marseille} {
		began := time.Now()
		n.see(500, now.Add(-time.Hour))
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("recording waits for the engine: %s", took)
		}
	}
	until(t, "it is known that lines wait", func() bool { n, err := paris.ship.Waiting(); return n == 500 && err != nil })
	server.Run(t)
	until(t, "each has the lines of all again", all)

	for _, n := range []*seer{lyon, marseille} {
		if c, err := n.log.Erase(t.Context(), now.AddDate(-3, 0, 0)); err != nil || c.Count != 3000 {
			t.Fatalf("erased: %+v, %v", c, err)
		}
	}
	until(t, "what is erased is erased everywhere", all)
	var left, readable int
	pool := openDB(t, dsn).Pool()
	err := pool.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE node <> 'paris' AND line <= 3000), count(*) FILTER (WHERE position('confidentiel'::bytea IN data) > 0)
		FROM dealmap_consultation WHERE data IS NOT NULL`).Scan(&left, &readable)
	if err != nil || left > 0 || readable > 0 {
		t.Errorf("%d lines are not erased, %d can be read: %v", left, readable, err)
	}
	late := newSeer(t, dsn, "late").follow()
	until(t, "a node that comes later has all", func() bool { return late.has(paris) && late.has(lyon) && late.has(marseille) })
	for _, n := range []*seer{paris, late} {
		for _, c := range n.mirror.Copies() {
			f, err := c.Verify(t.Context(), nil)
			if err != nil || !f.OK() || f.Checkpoints == 0 || f.Attested != f.Lines {
				t.Errorf("%s on %s: %+v, %v", c.Node(), n.name, f, err)
			}
		}
		if err := errors.Join(n.mirror.Err(), n.ship.Err()); err != nil {
			t.Error(err)
		}
	}
	found := 0
	err = late.copyOf("lyon").Log().Find(t.Context(), consultations.Query{Subject: "agent-lyon"}, func(n uint64, c dealmap.Consultation) bool {
		found++
		return true
	})
	if err != nil || found != 500 {
		t.Errorf("%d lines are found: %v", found, err)
	}
	// The copies are there after a restart, whatever becomes of the engine.
	if err := late.mirror.Close(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if late.follow(); late.copyOf("paris") == nil || late.copyOf("paris").Log().Size() != paris.log.Size() {
		t.Error("a copy is gone")
	}
}

func openDB(t *testing.T, dsn string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestLinesSentTwice(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	n := newSeer(t, dsn, "paris")
	if err := n.ship.Close(); err != nil {
		t.Fatal(err)
	}
	n.see(30, time.Now())
	lines, err := n.log.Copies(1, 30, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func(line int) [32]byte { return lines[line-1].Leaf }
	for _, part := range [][2]int{{0, 10}, {0, 10}, {0, 15}, {5, 20}, {20, 30}, {29, 30}, {0, 30}} {
		before := [32]byte{}
		if part[0] > 0 {
			before = leaf(part[0])
		}
		if err := n.engine.Put(t.Context(), "paris", int64(part[0]), before, lines[part[0]:part[1]]); err != nil {
			t.Fatalf("lines %v: %v", part, err)
		}
	}
	if held, err := n.engine.Held(t.Context(), "paris"); err != nil || held.Last != 30 || held.Leaf != lines[29].Leaf {
		t.Errorf("held: %+v, %v", held, err)
	}
	got, err := n.engine.Get(t.Context(), "paris", 0)
	if err != nil || len(got) != 30 || !slices.EqualFunc(got, lines, func(a, b ship.Line) bool { return a.Leaf == b.Leaf && string(a.Data) == string(b.Data) }) {
		t.Errorf("%d lines: %v", len(got), err)
	}
	var at *ship.LineError
	other := slices.Clone(lines)
	other[7].Leaf[0] ^= 1
	if err := n.engine.Put(t.Context(), "paris", 0, [32]byte{}, other[:10]); !errors.As(err, &at) || !errors.Is(err, ship.ErrOther) || at.Line != 8 || at.Node != "paris" {
		t.Errorf("another line 8: %v", err)
	}
	if err := n.engine.Put(t.Context(), "paris", 30, leaf(1), lines[:1]); !errors.As(err, &at) || at.Line != 30 {
		t.Errorf("behind another line: %v", err)
	}
	if err := n.engine.Put(t.Context(), "paris", 33, leaf(1), lines[:1]); !errors.Is(err, ship.ErrGap) {
		t.Errorf("behind a gap: %v", err)
	}
	if err := n.engine.Put(t.Context(), "Paris/..", 0, [32]byte{}, lines[:1]); err == nil {
		t.Error("a name that is none is taken")
	}
}

// Whatever somebody changes in the tables is noticed and named.
func TestChangedConsultations(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	for name, c := range map[string]struct {
		change string
		line   int64
	}{
		"a byte":         {"UPDATE dealmap_consultation SET data = set_byte(data, 30, get_byte(data, 30) # 1) WHERE line = 40", 40},
		"a byte, nonce":  {"UPDATE dealmap_consultation SET data = set_byte(data, 0, get_byte(data, 0) # 1) WHERE line = 41", 41},
		"a leaf":         {"UPDATE dealmap_consultation SET leaf = set_byte(leaf, 3, get_byte(leaf, 3) # 1) WHERE line = 42", 42},
		"another's line": {"UPDATE dealmap_consultation SET data = (SELECT data FROM dealmap_consultation WHERE line = 7) WHERE line = 43", 43},
		"two swapped": {`UPDATE dealmap_consultation AS a SET leaf = b.leaf, data = b.data FROM dealmap_consultation AS b
			WHERE a.line IN (44, 45) AND b.line = 89 - a.line`, 44},
		"emptied":            {"UPDATE dealmap_consultation SET data = NULL WHERE line = 46", 46},
		"cut short":          {"UPDATE dealmap_consultation SET data = substr(data, 1, 10) WHERE line = 47", 47},
		"taken out":          {"DELETE FROM dealmap_consultation WHERE line = 48", 48},
		"erased, on the sly": {"UPDATE dealmap_consultation SET data = NULL WHERE line <= 49; UPDATE dealmap_consultation_node SET erased = 49", 0},
		"a checkpoint":       {"UPDATE dealmap_attestation SET note = replace(note, 'time=20', 'time=19')", 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := server.Database(t)
			dsn := server.DSN(database)
			lyon := newSeer(t, dsn, "lyon")
			lyon.see(100, time.Now().Add(-2*time.Hour))
			until(t, "the lines are sent", func() bool {
				held, err := lyon.engine.Held(t.Context(), "lyon")
				list, errA := lyon.engine.Attestations(t.Context(), "lyon", audit.ConsultationLog, 99)
				return err == nil && errA == nil && held.Last == 100 && len(list) == 1
			})
			if err := lyon.ship.Close(); err != nil {
				t.Fatal(err)
			}
			server.Exec(t, database, c.change)
			paris := newSeer(t, dsn, "paris").follow()
			if c.line == 0 {
				// It cannot copy what is gone; that nothing accounts for it shows when the copy is verified.
				until(t, "the copy has grown", func() bool { return paris.copyOf("lyon") != nil && paris.copyOf("lyon").Log().Size() == 100 })
			}
			until(t, "it is noticed", func() bool {
				if paris.mirror.Err() != nil {
					return true
				}
				if c.line > 0 {
					return false
				}
				f, err := paris.copyOf("lyon").Verify(t.Context(), nil)
				return err == nil && !f.OK()
			})
			if c.line == 0 {
				return
			}
			var at *ship.LineError
			if err := paris.mirror.Err(); !errors.As(err, &at) || at.Node != "lyon" || at.Line != c.line || !strings.Contains(err.Error(), fmt.Sprintf("nœud « lyon », ligne %d", c.line)) {
				t.Errorf("%v", err)
			}
			if f, err := paris.copyOf("lyon").Verify(t.Context(), nil); err != nil || f.OK() {
				t.Errorf("verified: %+v, %v", f, err)
			}
		})
	}
}

// Nobody makes a copy forget by emptying the engine.
func TestCopiesKeepWhatNobodyErased(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	dsn := server.DSN(database)
	lyon, paris := newSeer(t, dsn, "lyon"), newSeer(t, dsn, "paris").follow()
	lyon.see(100, time.Now().Add(-2*time.Hour))
	until(t, "the copy is whole", func() bool { return paris.has(lyon) })
	server.Exec(t, database, "UPDATE dealmap_consultation SET data = NULL WHERE line <= 49; UPDATE dealmap_consultation_node SET erased = 49")
	until(t, "it is noticed", func() bool { return paris.mirror.Err() != nil })
	if c := paris.copyOf("lyon"); c.Log().Erased() != 0 {
		t.Errorf("%d lines are gone", c.Log().Erased())
	}
	server.Exec(t, database, "DELETE FROM dealmap_consultation WHERE line > 60")
	until(t, "what is taken away is noticed", func() bool {
		err := paris.mirror.Err()
		return err != nil && strings.Contains(err.Error(), "ligne 61")
	})
	if c := paris.copyOf("lyon"); c.Log().Size() != 100 {
		t.Errorf("the copy has %d lines", c.Log().Size())
	}
}

func TestTwoNodesOfOneName(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	a := newSeer(t, dsn, "paris")
	a.see(10, time.Now())
	until(t, "the lines of the first are sent", func() bool { n, err := a.ship.Waiting(); return n == 0 && err == nil })
	b := newSeer(t, dsn, "paris")
	until(t, "the second one stops", func() bool { return b.ship.Err() != nil })
	b.see(20, time.Now())
	a.see(20, time.Now())
	until(t, "the first goes on", func() bool { n, err := a.ship.Waiting(); return n == 0 && err == nil })
	if held, err := a.engine.Held(t.Context(), "paris"); err != nil || held.Last != 30 || a.ship.Err() != nil || !errors.Is(b.ship.Err(), ship.ErrStopped) {
		t.Errorf("held: %+v (%v); %v; %v", held, err, a.ship.Err(), b.ship.Err())
	}
}

// A node is gone for good: the others erase its lines when they are old enough, and its copies say why they are.
func TestLinesOfANodeThatIsGone(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	now := time.Now().UTC().Truncate(time.Second)
	lyon, paris, marseille := newSeer(t, dsn, "lyon"), newSeer(t, dsn, "paris").follow(), newSeer(t, dsn, "marseille").follow()
	lyon.see(300, now.AddDate(-4, 0, 0))
	lyon.see(50, now.AddDate(-3, 0, -1)) // within the grace
	until(t, "the copies are whole", func() bool { return paris.has(lyon) && marseille.has(lyon) })
	if err := lyon.ship.Close(); err != nil {
		t.Fatal(err)
	}
	retention := now.AddDate(-3, 0, 0)
	if n, err := paris.mirror.EraseGone(t.Context(), retention); err != nil || n != 0 {
		t.Fatalf("%d lines are erased before that is told: %v", n, err)
	}
	until(t, "the others know", func() bool { return marseille.has(paris) })
	if n, err := paris.mirror.EraseGone(t.Context(), retention); err != nil || n != 300 {
		t.Fatalf("%d lines are erased: %v", n, err)
	}
	for _, n := range []*seer{paris, marseille} {
		until(t, "it is erased from the copy", func() bool { return n.copyOf("lyon").Log().Erased() == 300 })
		if f, err := n.copyOf("lyon").Verify(t.Context(), nil); err != nil || !f.OK() || f.Erased != 300 || n.mirror.Err() != nil {
			t.Errorf("%s: %+v, %v; %v", n.name, f, err, n.mirror.Err())
		}
	}
	if n, err := paris.mirror.EraseGone(t.Context(), retention); err != nil || n != 0 || paris.log.Size() != 1 {
		t.Errorf("once more: %d lines, %v; %d lines tell of it", n, err, paris.log.Size())
	}
}
