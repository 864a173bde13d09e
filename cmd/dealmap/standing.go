package main

import (
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/web"
)

// webNode tells package web how this server stands as one node of several.
type webNode struct {
	store *store.Store
	db    *postgres.DB
	name  string
	alone time.Duration // how long the map is served that is not known to be current
	lag   *lag
}

// Standing implements web.Node.
func (n webNode) Standing() web.Standing {
	return n.lag.standing(n.name, n.db.Reach(), n.store.Snapshot().Seq(), n.alone, time.Now())
}

// lag knows since when the map lacks an entry that the engine has told of.
type lag struct {
	mu    sync.Mutex
	mark  dealmap.Seq // the entry; 0: none
	since time.Time
}

const (
	// shortLag is how long a node may be behind, or unheard, as happens all the time.
	shortLag = 10 * time.Second
	// leastSleep is a difference between what the clock and what the machine says to have passed that means that the machine slept.
	leastSleep = time.Minute
)

// standing says how a node stands that shows the map after an entry. A map that does not follow an engine that answers is as little known to
// be current as one without an engine: both are served as long as is allowed, counted from when they were current. Moments are told by the
// engine's clock, as everything is that package web compares them with.
func (l *lag) standing(name string, reach postgres.Reach, shown dealmap.Seq, alone time.Duration, now time.Time) web.Standing {
	s := web.Standing{Name: name}
	if reach.Last > shown {
		s.Behind = uint64(reach.Last - shown)
	}
	current := reach.Heard
	if lacking := l.lacking(reach.Last, shown, now); !lacking.IsZero() && lacking.Before(current) && now.Sub(lacking) > shortLag {
		current = lacking
	}
	if slept := now.Round(0).Sub(current.Round(0)) - now.Sub(current); slept > leastSleep {
		current = current.Add(-slept) // what passed meanwhile is no less for that
	}
	s.Heard = current.Add(reach.Skew)
	if !reach.Away.IsZero() {
		s.Away = reach.Away.Add(reach.Skew)
	}
	if !reach.Away.IsZero() || now.Sub(current) > shortLag {
		s.Until = s.Heard.Add(alone)
	}
	return s
}

// lacking is since when the map lacks an entry, zero when it lacks none. A map that goes on following is never behind for long, however much is
// written.
func (l *lag) lacking(last, shown dealmap.Seq, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case shown >= last:
		l.mark, l.since = 0, time.Time{}
	case l.mark == 0 || shown >= l.mark:
		l.mark, l.since = last, now
	}
	return l.since
}
