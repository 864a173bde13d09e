package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/paulmach/orb"
)

const (
	// replayed are the entries that a follower reads.
	replayed = 300_000
	// visibleWrites are the writes whose way to another node is timed, one every visibleEvery.
	visibleWrites = 600
	visibleEvery  = 8 * time.Millisecond
)

// nodes measures the journal on PostgreSQL: one server, then three of which two have confirmed before a write is done, and two nodes on it.
func (b *bench) nodes() (err error) {
	helper := &helper{}
	defer helper.end(&err)
	alone := pgtest.Start(helper, "synchronous_commit = on")
	rate, err := b.appends(alone.DSN(alone.Database(helper)))
	if err != nil {
		return err
	}
	b.add("entries appended, one PostgreSQL, 64 writers", fmt.Sprintf("%.0f /s", rate), "≥ 10000 /s")
	if err := b.replay(alone.DSN(alone.Database(helper))); err != nil {
		return err
	}
	primary, _ := pgtest.Quorum(helper, 2)
	if rate, err = b.appends(primary.DSN(primary.Database(helper))); err != nil {
		return err
	}
	b.add("entries appended, three PostgreSQL, quorum, 64 writers", fmt.Sprintf("%.0f /s", rate), "≥ 5000 /s")
	return b.shownElsewhere(primary.DSN(primary.Database(helper)))
}

// entryOf is an entry of about a kilobyte.
func entryOf(n int) dealmap.Event {
	at := orb.Point{5.37, 43.29}
	return dealmap.Event{
		Time: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Motive: "mesure", Kind: dealmap.EventPlaceAdded,
		Author:  dealmap.Author{Subject: "bench", Role: dealmap.RoleOfast, Service: dealmap.ServiceOfast, Unit: "Ofast"},
		Subject: dealmap.ID{0: 1, 12: byte(n >> 24), 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)},
		Body: dealmap.PlaceAdded{Reference: "13-K7QF", Status: dealmap.Active, Territories: []dealmap.TerritoryCode{"com:13055", "dep:13"},
			Facts: dealmap.Facts{Kind: dealmap.Four, Name: fmt.Sprint("Passage ", n), Position: &at, Accuracy: dealmap.AccuracyDoor,
				Address: strings.Repeat("rue des Lilas ", 16), Products: []dealmap.Product{"cannabis", "cocaine"}}},
	}
}

// appends returns the entries a second that 64 writers append, one each time, every one after the one that another was given.
func (b *bench) appends(dsn string) (rate float64, err error) {
	const writers, lasts = 64, 5 * time.Second
	db, err := postgres.Open(b.ctx, dsn, postgres.Options{})
	if err != nil {
		return 0, err
	}
	j := db.Journal()
	defer func() { err = errors.Join(err, j.Close()) }()
	var mu sync.Mutex
	var next dealmap.Seq
	var failed error
	var all sync.WaitGroup
	end := time.Now().Add(lasts)
	for range writers {
		all.Go(func() {
			for {
				mu.Lock()
				if failed != nil || !time.Now().Before(end) {
					mu.Unlock()
					return
				}
				after := next
				next++
				mu.Unlock()
				for {
					err := j.Append(b.ctx, after, []dealmap.Event{entryOf(int(after))})
					if err == nil {
						break
					}
					if dealmap.KindOf(err) != dealmap.KindConflict { // the one before it is still on its way
						mu.Lock()
						failed = errors.Join(failed, err)
						mu.Unlock()
						return
					}
				}
			}
		})
	}
	began := time.Now()
	all.Wait()
	return float64(next) / time.Since(began).Seconds(), failed
}

// replay measures how fast a follower reads and verifies the journal, and how fast a node that is new is up to date.
func (b *bench) replay(dsn string) (err error) {
	db, err := postgres.Open(b.ctx, dsn, postgres.Options{})
	if err != nil {
		return err
	}
	writer := db.Journal()
	defer func() { err = errors.Join(err, writer.Close()) }()
	for at := 0; at < replayed; at += 4000 {
		events := make([]dealmap.Event, 4000)
		for i := range events {
			events[i] = entryOf(at + i)
			events[i].Subject[0] = 2
		}
		if err := writer.Append(b.ctx, dealmap.Seq(at), events); err != nil {
			return err
		}
	}
	other, err := postgres.Open(b.ctx, dsn, postgres.Options{})
	if err != nil {
		return err
	}
	reader := other.Journal()
	defer func() { err = errors.Join(err, reader.Close()) }()
	began, read := time.Now(), 0
	for _, err := range reader.Read(b.ctx, 0) {
		if err != nil {
			return err
		}
		read++
	}
	if read != replayed {
		return fmt.Errorf("a follower read %d entries of %d", read, replayed)
	}
	b.add(fmt.Sprintf("a follower reads and verifies %d entries of 1 KB", replayed), fmt.Sprintf("%.0f /s", replayed/time.Since(began).Seconds()), "≥ 300000 /s")
	began = time.Now()
	node, _, err := b.node(dsn)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("a new node replays %d entries into its state", replayed), fmt.Sprintf("%.0f /s", replayed/time.Since(began).Seconds()), "")
	return node.Close()
}

// node opens a map on a shared journal, in a folder of its own that end removes.
func (b *bench) node(dsn string) (s *store.Store, end func(), err error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return nil, nil, err
	}
	db, err := postgres.Open(b.ctx, dsn, postgres.Options{})
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp(b.data, "node-*")
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	s, err = store.Open(b.ctx, store.Options{Dir: dir, Engine: db.Journal(), Territories: territories})
	return s, func() { _ = os.RemoveAll(dir) }, err
}

// shownElsewhere measures how long it takes from the moment a write is asked for on one node until it is done, and until another node shows it.
func (b *bench) shownElsewhere(dsn string) (err error) {
	a, endA, err := b.node(dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()); endA() }()
	other, endB, err := b.node(dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.Close()); endB() }()
	author := dealmap.Console("bench", dealmap.RoleOfast)
	var done, shown []time.Duration
	for i := range visibleWrites {
		at := orb.Point{4.9, 43.5 + float64(i)/1e4}
		add := dealmap.AddPlace{Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: dealmap.Street, Name: fmt.Sprintf("Passage %d", i), Accuracy: dealmap.AccuracyBuilding, Position: &at,
		}}
		_, _ = rand.Read(add.ID[:]) // never fails (crypto/rand)
		began := time.Now()
		if _, err := a.Do(b.ctx, author, add, ""); err != nil {
			return err
		}
		done = append(done, time.Since(began))
		for seq := a.Snapshot().Seq(); other.Snapshot().Seq() < seq; {
			if err := b.ctx.Err(); err != nil {
				return err
			}
			time.Sleep(100 * time.Microsecond)
		}
		shown = append(shown, time.Since(began))
		time.Sleep(max(0, visibleEvery-time.Since(began)))
	}
	slices.Sort(done)
	slices.Sort(shown)
	at := func(all []time.Duration, share float64) float64 { return ms(all[int(share*float64(len(all)-1))]) }
	b.add("a write on one node, quorum of three, p50 / p99", fmt.Sprintf("%.2f / %.2f ms", at(done, 0.5), at(done, 0.99)), "")
	b.add("the same until another node shows it, p50 / p99", fmt.Sprintf("%.2f / %.2f ms", at(shown, 0.5), at(shown, 0.99)), "p99 < 150 ms")
	return nil
}

// helper stands for the test that pgtest works for.
type helper struct{ cleanups []func() }

type failure struct{ error }

// Helper implements pgtest.T.
func (*helper) Helper() {}

// Fatal implements pgtest.T: end turns it into an error.
func (*helper) Fatal(args ...any) { panic(failure{errors.New(fmt.Sprint(args...))}) }

// Fatalf implements pgtest.T.
func (*helper) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// Cleanup implements pgtest.T.
func (h *helper) Cleanup(f func()) { h.cleanups = append(h.cleanups, f) }

// end carries out what was to be done at the end, the last first.
func (h *helper) end(err *error) {
	if r := recover(); r != nil {
		f, ours := r.(failure)
		if !ours {
			panic(r)
		}
		*err = errors.Join(*err, f.error)
	}
	for _, f := range slices.Backward(h.cleanups) {
		f()
	}
}
