package shared

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// again is the pause before the next try when the table is away.
	again = time.Second
	// purgeEvery is how often a node removes what is over.
	purgeEvery = time.Hour
)

// Copy is what a node has of a table. Its methods are called one at a time.
type Copy interface {
	// Apply takes in changes in their order. Some may have been taken in before.
	Apply(changes []Change) error
	// Keys are the keys of a kind that are here.
	Keys(kind string) ([][]byte, error)
	// Whole is called when everything that the table holds was applied: what it does not have is to go.
	Whole(ctx context.Context, w *Whole) error
}

// Options of Follow.
type Options struct {
	Kinds []string
	// Logger may be nil.
	Logger *slog.Logger
	// Followed, when given, is called each time that the copy has caught up, Hourly about once an hour after that.
	Followed, Hourly func(ctx context.Context)
}

// Follower brings what is written to a table to a copy.
type Follower struct {
	table  Table
	copy   Copy
	o      Options
	cancel context.CancelFunc
	done   chan struct{}

	turn    chan struct{} // held by who reads
	started atomic.Uint64 // readings
	failed  error         // of the last reading; of who has the turn

	mu    sync.Mutex
	place Place
	whole *Whole         // while everything is read anew
	own   map[string]own // written here and not come by yet
}

// own is what this node wrote of a key.
type own struct {
	Written
	deleted bool
}

// Follow starts to follow a table.
func Follow(table Table, c Copy, o Options) *Follower {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f := &Follower{table: table, copy: c, o: o, cancel: cancel, done: make(chan struct{}), turn: make(chan struct{}, 1), own: map[string]own{}}
	go f.run(ctx)
	return f
}

// Close ends following, and waits for the end of what is being applied.
func (f *Follower) Close() {
	f.cancel()
	<-f.done
}

func (f *Follower) run(ctx context.Context) {
	defer close(f.done)
	away := false
	// Nodes that start together do not clean up together.
	purge := time.Now().Add(purgeEvery/4 + rand.N(purgeEvery/2))
	for ctx.Err() == nil {
		changed := f.table.Changed()
		err := f.CatchUp(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			if !away {
				f.o.Logger.Warn("what nodes share cannot be followed", "kinds", f.o.Kinds, "error", err)
			}
			away = true
			select {
			case <-ctx.Done():
			case <-time.After(again):
			}
			continue
		}
		if away {
			f.o.Logger.Info("what nodes share is followed again", "kinds", f.o.Kinds)
		}
		away = false
		if f.o.Followed != nil {
			f.o.Followed(ctx)
		}
		if time.Now().After(purge) {
			purge = time.Now().Add(purgeEvery)
			f.clean(ctx)
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

func (f *Follower) clean(ctx context.Context) {
	if err := f.table.Purge(ctx); err != nil {
		f.o.Logger.Warn("what nodes deleted long ago cannot be removed", "error", err)
	}
	if f.o.Hourly != nil {
		f.o.Hourly(ctx)
	}
}

// Place is how far the copy has come.
func (f *Follower) Place() Place {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.place
}

// CatchUp returns when the copy has what was committed before the call. Calls at the same time share one reading.
func (f *Follower) CatchUp(ctx context.Context) error {
	before := f.started.Load()
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-f.turn }()
	if f.started.Load() > before && f.failed == nil {
		return nil // a reading began after the call and has ended
	}
	f.started.Add(1)
	f.failed = f.read(ctx)
	return f.failed
}

func (f *Follower) read(ctx context.Context) error {
	for {
		page, err := f.table.Since(ctx, f.Place(), f.o.Kinds...)
		if err != nil {
			return err
		}
		if err := f.take(ctx, page); err != nil {
			return fmt.Errorf("apply what nodes share: %w", err)
		}
		if !page.More {
			return nil
		}
	}
}

// take applies a page. When that fails, it is read again.
func (f *Follower) take(ctx context.Context, page Page) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if page.Anew {
		f.whole = &Whole{has: map[string]bool{}}
		// What another server took may be lost with it.
		maps.DeleteFunc(f.own, func(_ string, w own) bool { return w.Server != page.Next.Server })
	}
	if err := f.resolve(page.Changes); err != nil {
		return err
	}
	// What was there before something that was written here since is no news.
	news := make([]Change, 0, len(page.Changes))
	for _, c := range page.Changes {
		if w, there := f.own[id(c.Kind, c.Key)]; !there || c.Revision >= w.Revision {
			news = append(news, c)
		}
	}
	if len(news) > 0 {
		if err := f.copy.Apply(news); err != nil {
			return err
		}
	}
	if f.whole != nil {
		f.whole.add(page.Changes)
	}
	if f.whole != nil && !page.More {
		for key, w := range f.own {
			f.whole.has[key] = !w.deleted
		}
		if err := f.copy.Whole(ctx, f.whole); err != nil {
			f.place = Place{}
			return err
		}
		f.whole = nil
	}
	f.place = page.Next
	if !f.place.Anew {
		maps.DeleteFunc(f.own, func(_ string, w own) bool { return w.Revision <= f.place.Revision && w.Server == f.place.Server })
	}
	return nil
}

// resolve finds out of which key a value is that was not written by a node.
func (f *Follower) resolve(changes []Change) error {
	for i := range changes {
		c := &changes[i]
		if !c.Refused {
			continue
		}
		c.Deleted, c.Value = true, nil
		keys, err := f.copy.Keys(c.Kind)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if bytes.Equal(f.table.Name(c.Kind, key), c.Name) {
				c.Key = bytes.Clone(key)
			}
		}
		f.o.Logger.Error("a value that nodes share was tampered with and is refused", "kind", c.Kind, "revision", c.Revision, "known", c.Key != nil)
	}
	return nil
}

// Own applies what this node has just written to the table, unless the follower has come further already.
func (f *Follower) Own(w Written, items ...Item) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.Server == f.place.Server && w.Revision <= f.place.Revision && !f.place.Anew {
		return nil
	}
	var changes []Change
	for _, item := range items {
		key := id(item.Kind, item.Key)
		if later, there := f.own[key]; there && later.Server == w.Server && later.Revision > w.Revision {
			continue
		}
		f.own[key] = own{w, item.Deleted}
		changes = append(changes, item.change(w.Revision))
	}
	if len(changes) == 0 {
		return nil
	}
	return f.copy.Apply(changes)
}
