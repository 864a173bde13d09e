package store

import (
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
)

// delta is what changed since a checkpoint.
type delta struct {
	first      dealmap.Seq // the first entry in it
	seq        dealmap.Seq // the last
	time       time.Time   // the latest of all entries up to seq
	entries    int
	places     map[dealmap.ID]*record // nil: gone
	grants     map[dealmap.ID]*dealmap.Grant
	tokens     map[dealmap.ID]*dealmap.Token
	reports    map[dealmap.ID]*dealmap.Report
	pairs      map[dealmap.ID]*dealmap.Pair
	imports    map[dealmap.ID]*dealmap.Import
	operations map[dealmap.ID]*dealmap.FieldOperation
	meetings   map[dealmap.ID]*dealmap.Meeting
	links      map[dealmap.ID]*dealmap.Link // nil: gone
	networks   map[dealmap.ID]*dealmap.Network
	forms      map[*record][]byte // of places, as they were written to the disk
	granted    dealmap.Seq        // the last entry about grants or tokens, 0: none since
	requests   map[[16]byte]outcome
	subjects   map[dealmap.ID][]dealmap.Seq
	classes    []uint32      // of each entry from the first on
	names      []string      // of classes that appear for the first time
	unerased   []dealmap.Seq // see mark
	erased     bool          // a place was erased
}

func newDelta(seq dealmap.Seq, at time.Time) *delta {
	return &delta{
		first: seq + 1, seq: seq, time: at, places: map[dealmap.ID]*record{}, grants: map[dealmap.ID]*dealmap.Grant{},
		tokens: map[dealmap.ID]*dealmap.Token{}, reports: map[dealmap.ID]*dealmap.Report{}, pairs: map[dealmap.ID]*dealmap.Pair{},
		imports: map[dealmap.ID]*dealmap.Import{}, operations: map[dealmap.ID]*dealmap.FieldOperation{}, meetings: map[dealmap.ID]*dealmap.Meeting{},
		links: map[dealmap.ID]*dealmap.Link{}, networks: map[dealmap.ID]*dealmap.Network{},
		requests: map[[16]byte]outcome{}, subjects: map[dealmap.ID][]dealmap.Seq{},
	}
}

// ledger answers which requests were fulfilled and which entries concern a record: from the state on disk and from what
// is not there yet.
type ledger struct {
	disk *stateFile // nil: everything stays in memory

	mu      sync.RWMutex
	roll    *roll
	fresh   *delta // since the checkpoint that is being written, or since the last
	writing *delta // nil when no checkpoint is being written
}

func newLedger(disk *stateFile, seq dealmap.Seq, at time.Time, names *roll) *ledger {
	return &ledger{disk: disk, fresh: newDelta(seq, at), roll: names}
}

// note takes in what an entry did.
func (d *delta) note(f folded, r *roll) {
	e := f.event
	class, fresh := r.number(&e)
	if d.classes = append(d.classes, class); fresh {
		d.names = append(d.names, className(&e))
	}
	switch e.Kind.Concerns() {
	case dealmap.ConcernsGrant:
		d.granted = e.Seq
		if f.grant != nil {
			d.grants[e.Subject] = f.grant
		}
	case dealmap.ConcernsToken:
		d.granted = e.Seq
		if f.token != nil {
			d.tokens[e.Subject] = f.token
		}
	case dealmap.ConcernsReport:
		if f.report != nil {
			d.reports[e.Subject] = f.report
		}
	case dealmap.ConcernsPair:
		if f.pair != nil {
			d.pairs[e.Subject] = f.pair
		}
	case dealmap.ConcernsImport:
		if f.imported != nil {
			d.imports[e.Subject] = f.imported
		}
	case dealmap.ConcernsOperation:
		if f.operation != nil {
			d.operations[e.Subject] = f.operation
		}
	case dealmap.ConcernsMeeting:
		if f.meeting != nil {
			d.meetings[e.Subject] = f.meeting
		}
	case dealmap.ConcernsLink:
		d.links[e.Subject] = f.link
		d.erased = d.erased || e.Kind == dealmap.EventLinkErased
	case dealmap.ConcernsNetwork:
		if f.network != nil {
			d.networks[e.Subject] = f.network
		}
	default:
		d.places[e.Subject] = f.record
		d.erased = d.erased || e.Kind == dealmap.EventPlaceErased
	}
	d.subjects[e.Subject] = append(d.subjects[e.Subject], e.Seq)
	d.seq = e.Seq
	if e.Time.After(d.time) {
		d.time = e.Time
	}
	d.entries++
}

// add takes in folded entries, and which erasures are still to be carried out after them.
func (l *ledger) add(batch []folded, unerased []dealmap.Seq) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh.unerased = slices.Clone(unerased)
	for _, f := range batch {
		e := f.event
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
		l.fresh.note(f, l.roll)
	}
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
