package consultations

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

func checkpointOf(t *testing.T, l *Log) proof.Checkpoint {
	t.Helper()
	size, root, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return proof.Checkpoint{Origin: proof.OriginConsultations, Size: size, Root: root, Time: noon}
}

func TestErase(t *testing.T) {
	t.Parallel()
	path, lines := newPath(t), plainLines(3000)
	l := openWith(t, path, fast())
	fill(t, l, lines)
	ctx := context.Background()
	if err := l.WaitIndex(ctx); err != nil {
		t.Fatal(err)
	}
	early, late := proof.Checkpoint{}, checkpointOf(t, l)
	root, err := l.RootAt(500)
	if err != nil {
		t.Fatal(err)
	}
	early = proof.Checkpoint{Origin: proof.OriginConsultations, Size: 500, Root: root, Time: noon}
	leaf, err := l.Leaf(7)
	if err != nil {
		t.Fatal(err)
	}
	before := lines[1234].Time
	c, err := l.Erase(ctx, before)
	if err != nil {
		t.Fatal(err)
	}
	root, err = l.RootAt(3001)
	if err != nil {
		t.Fatal(err)
	}
	want := Certificate{
		From: 1, To: 1234, Count: 1234, Before: before, First: lines[0].Time, Last: lines[1233].Time, Line: 3001, Time: noon, Size: 3001, Root: root,
	}
	if c != want {
		t.Fatalf("certificate\n%+v, want\n%+v", c, want)
	}
	for _, line := range []string{"lines=1-1234\n", "count=1234\n", "size=3001\n", "root=" + root.String() + "\n"} {
		if !strings.Contains(c.Text(), line) {
			t.Errorf("the certificate does not say %s%s", line, c.Text())
		}
	}
	for _, n := range []uint64{1, 7, 1234, 1235, 3000} {
		got, erased, err := l.Line(n)
		if err != nil || erased != (n <= 1234) || !erased && got.Detail != lines[n-1].Detail || erased && got.Subject != "" {
			t.Errorf("line %d: erased %v, %+v, %v", n, erased, got, err)
		}
	}
	told, _, err := l.Line(3001)
	if err != nil || told.What != WhatErasure || told.Operation != dealmap.OpErasure || told.Detail != erasureDetail(c) {
		t.Errorf("the log tells of the erasure: %+v, %v", told, err)
	}
	if hits := find(t, l, Query{}); len(hits) != 3001-1234 || hits[len(hits)-1].n != 1235 {
		t.Errorf("%d lines are found", len(hits))
	}
	after, err := l.Leaf(7)
	if err != nil || after != leaf {
		t.Errorf("the leaf of an erased line: %v", err)
	}
	inclusion, err := l.Inclusion(500, 6)
	if err == nil {
		err = tlog.CheckRecord(inclusion, 500, early.Root, 6, leaf)
	}
	if err != nil {
		t.Errorf("proof of an erased line: %v", err)
	}
	consistency, err := l.Consistency(500, 3001)
	if err == nil {
		err = tlog.CheckTree(consistency, 3001, root, 500, early.Root)
	}
	if err != nil {
		t.Errorf("the log only grew: %v", err)
	}
	f, err := l.Verify(ctx, []proof.Checkpoint{early, late}, nil)
	if err != nil || !f.OK() || f.Erased != 1234 || f.Lines != 3001 || f.Checkpoints != 2 {
		t.Errorf("%+v, %v", f, err)
	}
	if again, err := l.Erase(ctx, before); err != nil || again.Count != 0 {
		t.Errorf("nothing is left to erase: %+v, %v", again, err)
	}
	second, err := l.Erase(ctx, lines[2000].Time)
	if err != nil || second.From != 1235 || second.To != 2000 || second.Line != 3002 {
		t.Errorf("%+v, %v", second, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	f, err = Verify(ctx, path, []proof.Checkpoint{early, late}, nil)
	if err != nil || !f.OK() || f.Erased != 2000 {
		t.Errorf("%+v, %v", f, err)
	}
	l = openWith(t, path, fast())
	if list, err := l.Certificates(); err != nil || !slices.Equal(list, []Certificate{c, second}) {
		t.Errorf("%+v, %v", list, err)
	}
	if hits := find(t, l, Query{}); len(hits) != 3002-2000 {
		t.Errorf("%d lines are found after opening again", len(hits))
	}
}

// Nothing of what was erased is left in the files.
func TestEraseLeavesNoTraces(t *testing.T) {
	t.Parallel()
	path, lines := newPath(t), plainLines(3000)
	for i := range lines {
		lines[i].Query = "question-" + lines[i].Detail
	}
	l := openWith(t, path, fast())
	fill(t, l, lines)
	if err := l.WaitIndex(context.Background()); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(aheadPath(path)); err != nil || !bytes.Contains(data, []byte(lines[7].Detail)) {
		t.Fatalf("nothing was written ahead, where there is nothing to erase then: %v", err)
	}
	traces := func() (count [2]int) {
		for _, path := range []string{path, indexPath(path), aheadPath(path)} {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := range lines {
				if bytes.Contains(data, []byte(lines[i].Detail)) {
					count[i/1500]++
				}
			}
		}
		return count
	}
	if got := traces(); got[0] < 1500 {
		t.Fatalf("before the erasure: %d of 1500 in the files", got)
	}
	if _, err := l.Erase(context.Background(), lines[1500].Time); err != nil {
		t.Fatal(err)
	}
	if err := l.WaitIndex(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := traces(); got[0] != 0 || got[1] < 1500 {
		t.Fatalf("after the erasure of the first 1500: %v are in the files", got)
	}
}

// A crash at any transaction of an erasure: it goes on after opening again, and ends with a certificate.
func TestEraseGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	lines := plainLines(1000)
	errCrash := errors.New("crash")
	for crash := 1; ; crash++ {
		path, count := newPath(t), 0
		counting := false
		o := fast()
		o.update = func(db *bolt.DB, f func(*bolt.Tx) error) error {
			if counting {
				if count++; count >= crash {
					return errCrash
				}
			}
			return db.Update(f)
		}
		l := openWith(t, path, o)
		fill(t, l, lines)
		early := checkpointOf(t, l)
		counting = true
		c, err := l.Erase(context.Background(), lines[900].Time)
		if err == nil {
			if crash < 8 || c.Count != 900 {
				t.Fatalf("an erasure of %d transactions, %+v", crash, c)
			}
			return
		}
		if !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
		l.Close()
		l = openWith(t, path, fast())
		told := l.Size() > 1000
		if told {
			waitFor(t, "the end of the erasure", func() bool {
				list, err := l.Certificates()
				return err == nil && len(list) == 1
			})
		} else if c, err := l.Erase(context.Background(), lines[900].Time); err != nil || c.Count != 900 {
			t.Fatalf("once more after a crash before it began: %+v, %v", c, err)
		}
		list, err := l.Certificates()
		if err != nil || len(list) != 1 || list[0].To != 900 || list[0].Line != 1001 || list[0].Root == (tlog.Hash{}) {
			t.Fatalf("crash at %d: %+v, %v", crash, list, err)
		}
		if f, err := l.Verify(context.Background(), []proof.Checkpoint{early}, nil); err != nil || !f.OK() || f.Erased != 900 || f.Lines != 1001 {
			t.Fatalf("crash at %d: %+v, %v", crash, f, err)
		}
		if hits := find(t, l, Query{}); len(hits) != 101 {
			t.Fatalf("crash at %d: %d lines are found", crash, len(hits))
		}
		if c, err := l.Erase(context.Background(), lines[900].Time); err != nil || c.Count != 0 {
			t.Fatalf("crash at %d: more is left to erase: %+v, %v", crash, c, err)
		}
		l.Close()
	}
}

// Lines out of order: it stops at the first that is not older, but not at one of a time that is yet to come.
func TestEraseWithAWrongClock(t *testing.T) {
	t.Parallel()
	lines := plainLines(100)
	lines[20].Time = noon.AddDate(5, 0, 0)  // the clock was ahead
	lines[60].Time = noon                   // written late
	lines[90].Time = noon.AddDate(-9, 0, 0) // the clock was behind
	l := openWith(t, newPath(t), fast())
	fill(t, l, lines)
	c, err := l.Erase(context.Background(), lines[80].Time)
	if err != nil || c.To != 60 || c.Count != 60 || !c.First.Equal(lines[0].Time) || !c.Last.Equal(lines[59].Time) {
		t.Fatalf("%+v, %v", c, err)
	}
}

// Lines are written while many others are erased.
func TestRecordWhileErasing(t *testing.T) {
	t.Parallel()
	lines := plainLines(8000)
	l := openWith(t, newPath(t), fast())
	fill(t, l, lines)
	done := make(chan error, 1)
	go func() {
		_, err := l.Erase(context.Background(), lines[7000].Time)
		done <- err
	}()
	worst, n := time.Duration(0), 0
	for running := true; running; n++ {
		begin := time.Now()
		if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet"}); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(begin))
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
	}
	t.Logf("%d lines meanwhile, the slowest in %s", n, worst)
	if l.Size() != int64(8000+1+n) {
		t.Errorf("%d lines, want %d", l.Size(), 8001+n)
	}
	if f, err := l.Verify(context.Background(), nil, nil); err != nil || !f.OK() || f.Erased != 7000 {
		t.Errorf("%+v, %v", f, err)
	}
}
