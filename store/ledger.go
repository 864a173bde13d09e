package store

import (
	"sync"
	"time"

	"github.com/mesure5/dealmap"
)

// delta is what changed since a checkpoint.
type delta struct {
	seq      dealmap.Seq
	time     time.Time // the latest of all entries up to seq
	entries  int
	places   map[dealmap.ID]*dealmap.Place // nil: gone
	grants   map[dealmap.ID]*dealmap.Grant
	requests map[[16]byte]outcome
	subjects map[dealmap.ID][]dealmap.Seq
}

func newDelta(seq dealmap.Seq, at time.Time) *delta {
	return &delta{
		seq: seq, time: at, places: map[dealmap.ID]*dealmap.Place{}, grants: map[dealmap.ID]*dealmap.Grant{},
		requests: map[[16]byte]outcome{}, subjects: map[dealmap.ID][]dealmap.Seq{},
	}
}

// ledger answers which requests were fulfilled and which entries concern a record: from the state on disk and from what
// is not there yet.
type ledger struct {
	disk *stateFile // nil: everything stays in memory

	mu      sync.RWMutex
	fresh   *delta // since the checkpoint that is being written, or since the last
	writing *delta // nil when no checkpoint is being written
}

func newLedger(disk *stateFile, seq dealmap.Seq, at time.Time) *ledger {
	return &ledger{disk: disk, fresh: newDelta(seq, at)}
}

// folded is an entry with what it did.
type folded struct {
	event dealmap.Event
	after *dealmap.Place
	grant *dealmap.Grant
}

func (l *ledger) add(batch []folded) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range batch {
		e := f.event
		switch e.Kind {
		case dealmap.EventGrantGiven, dealmap.EventGrantEnded:
			if f.grant != nil {
				l.fresh.grants[e.Subject] = f.grant
			}
		default:
			l.fresh.places[e.Subject] = f.after
		}
		l.fresh.subjects[e.Subject] = append(l.fresh.subjects[e.Subject], e.Seq)
		if !e.Request.IsZero() {
			o, known, err := l.find(e.Request.Key)
			if err != nil {
				return err
			}
			if !known {
				o = outcome{digest: e.Request.Digest, subject: e.Subject, first: e.Seq}
			}
			o.events++
			l.fresh.requests[e.Request.Key] = o
		}
		l.fresh.seq = e.Seq
		if e.Time.After(l.fresh.time) {
			l.fresh.time = e.Time
		}
	}
	l.fresh.entries += len(batch)
	return nil
}

// request returns what became of a request, and false when it was never fulfilled.
func (l *ledger) request(key [16]byte) (outcome, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.find(key)
}

func (l *ledger) find(key [16]byte) (outcome, bool, error) {
	if o, ok := l.fresh.requests[key]; ok {
		return o, true, nil
	}
	if l.writing != nil {
		if o, ok := l.writing.requests[key]; ok {
			return o, true, nil
		}
	}
	if l.disk == nil {
		return outcome{}, false, nil
	}
	return l.disk.request(key)
}

// subject returns the entries that concern a record, in order. An entry that is both on disk and in a delta, because a
// checkpoint has just been written, counts once.
func (l *ledger) subject(id dealmap.ID) ([]dealmap.Seq, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var seqs []dealmap.Seq
	if l.disk != nil {
		var err error
		if seqs, err = l.disk.subject(id); err != nil {
			return nil, err
		}
	}
	for _, d := range []*delta{l.writing, l.fresh} {
		if d == nil {
			continue
		}
		for _, seq := range d.subjects[id] {
			if len(seqs) == 0 || seq > seqs[len(seqs)-1] {
				seqs = append(seqs, seq)
			}
		}
	}
	return seqs, nil
}

// waiting is the number of entries that no checkpoint holds yet.
func (l *ledger) waiting() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n := l.fresh.entries
	if l.writing != nil {
		n += l.writing.entries
	}
	return n
}

// take hands out the delta to write: one whose writing failed before, or what is fresh. It returns nil when nothing changed.
func (l *ledger) take() *delta {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writing == nil && l.fresh.entries > 0 {
		l.writing, l.fresh = l.fresh, newDelta(l.fresh.seq, l.fresh.time)
	}
	return l.writing
}

// written forgets the delta that take handed out.
func (l *ledger) written() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = nil
}
