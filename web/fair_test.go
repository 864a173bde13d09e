package web

import (
	"context"
	"runtime"
	"testing"

	"github.com/mesure5/dealmap"
)

// numbered is a map that only knows how often it changed.
type numbered struct {
	Map
	seq dealmap.Seq
}

type numberedSnapshot struct {
	Snapshot
	seq dealmap.Seq
}

func (m *numbered) Snapshot() Snapshot      { return numberedSnapshot{seq: m.seq} }
func (s numberedSnapshot) Seq() dealmap.Seq { return s.seq }
func (m *numbered) visit(name string) *visit {
	return &visit{viewer: dealmap.Viewer{Subject: name}, snap: m.Snapshot(), seq: m.seq}
}
func seqUnder(v *visit) (now, answer dealmap.Seq) { return v.snap.Seq(), v.seq }

// TestWhoWaitsSeesTheMapAsItThenStands lets two people wait while the map changes: one of the present, one who looks back in time.
func TestWhoWaitsSeesTheMapAsItThenStands(t *testing.T) {
	t.Parallel()
	m := &numbered{seq: 5}
	s := &Server{Options: Options{Map: m}, drawing: newFair(1)}
	first, err := s.turn(context.Background(), m.visit("a"))
	if err != nil {
		t.Fatal(err)
	}
	present, back := m.visit("b"), m.visit("c")
	back.snap = past{Snapshot: numberedSnapshot{seq: 2}, now: back.snap}
	waited := make(chan error)
	for n, v := range []*visit{present, back} {
		go func() {
			done, err := s.turn(context.Background(), v)
			if err == nil {
				done()
			}
			waited <- err
		}()
		for s.drawing.length() != n+1 {
			runtime.Gosched()
		}
	}
	m.seq = 9
	first()
	for range 2 {
		if err := <-waited; err != nil {
			t.Fatal(err)
		}
	}
	if now, answer := seqUnder(present); now != 9 || answer != 9 {
		t.Errorf("the map after %d is drawn, %d is logged", now, answer)
	}
	if p := back.snap.(past); p.Snapshot.Seq() != 2 || p.now.Seq() != 9 || back.seq != 9 {
		t.Errorf("of the map after %d it is judged by %d what may be shown, %d is logged", p.Snapshot.Seq(), p.now.Seq(), back.seq)
	}
}

// TestTurnsGoFromOneToTheNext lets one person ask for much, and another after them for one thing, who does not wait for it all.
func TestTurnsGoFromOneToTheNext(t *testing.T) {
	t.Parallel()
	f := newFair(1)
	done, _ := f.wait(context.Background(), "first")
	order := make(chan string, 10)
	ask := func(name string) {
		before := f.length()
		go func() {
			done, err := f.wait(context.Background(), name)
			if err != nil {
				t.Error(err)
				return
			}
			order <- name
			done()
		}()
		for f.length() == before {
			runtime.Gosched()
		}
	}
	for range 5 {
		ask("much")
	}
	ask("little")
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := f.wait(gone, "gone"); err == nil || f.length() != 6 {
		t.Errorf("who has gone: %v, %d wait", err, f.length())
	}
	done()
	for n := range 6 {
		if name := <-order; name == "little" && n > 1 {
			t.Errorf("%d of the other came before", n)
		}
	}
}
