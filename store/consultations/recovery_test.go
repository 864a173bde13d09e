package consultations

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// faulty is a disk that can be full: transactions then fail, before or after their work was done in memory.
type faulty struct {
	full, late atomic.Bool
	tries      atomic.Int64
}

func (f *faulty) update(db *bolt.DB, do func(*bolt.Tx) error) error {
	f.tries.Add(1)
	switch {
	case !f.full.Load():
		return db.Update(do)
	case f.late.Load():
		return db.Update(func(tx *bolt.Tx) error { return errors.Join(do(tx), syscall.ENOSPC) })
	}
	return syscall.ENOSPC
}

func (f *faulty) write(file *os.File, data []byte, at int64) error {
	if f.full.Load() {
		return syscall.ENOSPC
	}
	return writeAt(file, data, at)
}

// What was served before the disk failed is written when it recovers; nothing is served in between.
func TestRecoveryAfterAFullDisk(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		t.Run(fmt.Sprint("late=", late), func(t *testing.T) {
			t.Parallel()
			disk := &faulty{}
			disk.late.Store(late)
			o := fast()
			o.update, o.writeAhead = disk.update, disk.write
			path := newPath(t)
			l := openWith(t, path, o)
			ctx := context.Background()
			var served []string
			serve := func(what string) error {
				detail := fmt.Sprint(what, len(served))
				err := l.Record(ctx, dealmap.Consultation{Time: noon, What: what, Detail: detail})
				if err == nil {
					served = append(served, detail)
				}
				return err
			}
			for range 10 {
				if err := serve(Tile); err != nil {
					t.Fatal(err)
				}
			}
			if err := serve("sheet"); err != nil {
				t.Fatal(err)
			}
			if n, err := l.Count(); err != nil || n != 11 {
				t.Fatalf("%d lines, 11 served: %v", n, err)
			}
			disk.full.Store(true)
			for i := range 5 { // the failure is not known yet, unless the window was over
				if err := serve(Tile); err != nil && i == 0 {
					t.Fatal(err)
				}
			}
			lost := len(served)
			if err := serve("sheet"); dealmap.KindOf(err) != dealmap.KindUnavailable || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("a sheet is served while the disk is full: %v", err)
			}
			for _, what := range []string{Tile, "list", Tile} {
				if err := serve(what); dealmap.KindOf(err) != dealmap.KindUnavailable {
					t.Fatalf("%s is served while the disk is full: %v", what, err)
				}
			}
			if n, err := l.Count(); err != nil || n != 11 || lost < 12 {
				t.Fatalf("%d lines while the disk is full, %d served: %v", n, lost, err)
			}
			tries := disk.tries.Load()
			waitFor(t, "another try", func() bool { return disk.tries.Load() > tries })
			if l.Err() == nil {
				t.Fatal("served although the try failed")
			}
			disk.full.Store(false)
			waitFor(t, "recovery", func() bool { return l.Err() == nil })
			if n, err := l.Count(); err != nil || n != uint64(lost) {
				t.Fatalf("%d lines after recovery, %d served: %v", n, lost, err)
			}
			if err := serve("sheet"); err != nil {
				t.Fatal(err)
			}
			i := 0
			err := l.Each(func(n uint64, c dealmap.Consultation) bool {
				if i >= len(served) || c.Detail != served[i] {
					t.Errorf("line %d is %s", n, c.Detail)
				}
				i++
				return true
			})
			if err != nil || i != len(served) {
				t.Fatalf("%d lines, %d served: %v", i, len(served), err)
			}
			if f, err := l.Verify(ctx, nil, nil); err != nil || !f.OK() || f.Lines != int64(i) {
				t.Fatalf("%+v, %v", f, err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A transaction that fails at its last step may have taken effect: its lines are not written twice.
func TestFailureOfWhatWasWritten(t *testing.T) {
	t.Parallel()
	fail := atomic.Bool{}
	o := fast()
	o.update = func(db *bolt.DB, do func(*bolt.Tx) error) error {
		err := db.Update(do)
		if fail.Load() {
			return errors.Join(err, syscall.EIO)
		}
		return err
	}
	o.writeAhead = func(*os.File, []byte, int64) error { return syscall.EIO }
	l := openWith(t, newPath(t), o)
	ctx := context.Background()
	for i := range 5 {
		if err := l.Record(ctx, dealmap.Consultation{Time: noon, What: Tile, Detail: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	fail.Store(true)
	if err := l.Record(ctx, dealmap.Consultation{Time: noon, What: "sheet", Detail: "refused"}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	fail.Store(false)
	waitFor(t, "recovery", func() bool { return l.Err() == nil })
	if err := l.Record(ctx, dealmap.Consultation{Time: noon, What: "sheet", Detail: "served"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := l.Each(func(_ uint64, c dealmap.Consultation) bool { got = append(got, c.Detail); return true }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"0", "1", "2", "3", "4", "refused", "served"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if f, err := l.Verify(ctx, nil, nil); err != nil || !f.OK() {
		t.Fatalf("%+v, %v", f, err)
	}
}

// Closing while the disk is full tells it.
func TestCloseWhileTheDiskIsFull(t *testing.T) {
	t.Parallel()
	disk := &faulty{}
	o := fast()
	o.update, o.writeAhead = disk.update, disk.write
	l := openWith(t, newPath(t), o)
	disk.full.Store(true)
	if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: Tile}); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("closing loses a line silently: %v", err)
	}
}

func waitFor(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ready(); time.Sleep(5 * time.Millisecond) { // generous: the machine is shared
		if time.Now().After(deadline) {
			t.Fatal("never came: " + what)
		}
	}
}
