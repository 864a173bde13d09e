package main

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
)

// row is an entry as the database holds it.
type row struct {
	seq                      uint64
	hash, header, salt, body []byte
}

// finding is something that must not be.
type finding struct {
	kind findingKind
	text string
}

type findingKind string

// The kinds of finding.
const (
	foundLost    findingKind = "lost"    // acknowledged and not in the journal
	foundTwice   findingKind = "twice"   // one request, two entries
	foundStale   findingKind = "stale"   // a change that was based on an older revision
	foundChain   findingKind = "chain"   // a gap, or an entry that is not what was written
	foundAnswer  findingKind = "answer"  // the journal says something else than the client was told
	foundForeign findingKind = "foreign" // an entry that no client asked for
	foundAlone   findingKind = "alone"   // acknowledged while only one machine could have it
	foundState   findingKind = "state"   // a node shows something else than a replay
)

type findings []finding

func (f *findings) add(kind findingKind, format string, args ...any) {
	*f = append(*f, finding{kind, fmt.Sprintf(format, args...)})
}

// verify reads the entries' chain. It goes on after what it finds, as far as that makes sense.
func verify(rows []row) ([]dealmap.Event, findings) {
	var found findings
	events := make([]dealmap.Event, 0, len(rows))
	var prev dealmap.Hash
	for i, r := range rows {
		if r.seq != uint64(i)+1 {
			found.add(foundChain, "entry %d stands where %d is expected", r.seq, i+1)
			return events, found // everything after it would be found wrong, too
		}
		e, hash, err := dealmap.Unseal(prev, r.header, r.salt, r.body)
		if err != nil {
			found.add(foundChain, "entry %d: %v", r.seq, err)
			prev = sha256.Sum256(r.header)
			continue
		}
		if string(hash[:]) != string(r.hash) {
			found.add(foundChain, "entry %d: the hash beside it is not its own", r.seq)
		} else if uint64(e.Seq) != r.seq {
			found.add(foundChain, "entry %d says that it is %d", r.seq, e.Seq)
		}
		prev = hash
		e.Seq = dealmap.Seq(r.seq)
		events = append(events, e)
	}
	return events, found
}

// written is an entry about a place, with the revision that the place got by it.
type written struct {
	event    dealmap.Event
	revision int
}

// check holds the ledger to the journal. Every entry counts as one revision of its place: the writers neither merge nor erase.
func check(all []asked, events []dealmap.Event) findings {
	var found findings
	byKey := map[[16]byte][]written{}
	revisions := map[dealmap.ID]int{}
	for _, e := range events {
		if e.Kind.Concerns() != dealmap.ConcernsPlace {
			continue
		}
		revisions[e.Subject]++
		byKey[e.Request.Key] = append(byKey[e.Request.Key], written{e, revisions[e.Subject]})
	}
	known := map[[16]byte]bool{}
	owners := map[dealmap.ID]string{} // of places that were added
	for i := range all {
		a := &all[i]
		key := requestKey(a.author, a.key)
		if known[key] {
			found.add(foundAnswer, "%s is twice in the ledger: the clients are wrong", a.key)
			continue
		}
		known[key] = true
		found = append(found, a.check(byKey[key])...)
		if ack, ok := a.acknowledged(); ok && !a.change {
			if other, taken := owners[ack.place]; taken {
				found.add(foundAnswer, "%s and %s were both told that they added %s", other, a.key, ack.place)
			}
			owners[ack.place] = a.key
		}
	}
	for key, entries := range byKey {
		if !known[key] {
			found.add(foundForeign, "entry %d, of %s, is of no request of the ledger", entries[0].event.Seq, entries[0].event.Author.Subject)
		}
	}
	return found
}

// check holds one request to the entries that bear its key.
func (a *asked) check(entries []written) findings {
	var found findings
	ack, acknowledged := a.acknowledged()
	switch {
	case len(entries) == 0 && acknowledged:
		found.add(foundLost, "%s was acknowledged by %s with %d and is not in the journal", a.key, ack.node, ack.status)
		return found
	case len(entries) == 0:
		return nil
	case len(entries) > 1:
		found.add(foundTwice, "%s is in the journal %d times, at %d and %d", a.key, len(entries), entries[0].event.Seq, entries[1].event.Seq)
	case !acknowledged && a.refused():
		found.add(foundAnswer, "%s was refused with %d and is in the journal at %d", a.key, a.tries[len(a.tries)-1].status, entries[0].event.Seq)
	}
	w := entries[0]
	if acknowledged && ack.place != w.event.Subject {
		found.add(foundAnswer, "%s was told place %s and is entry %d of %s", a.key, ack.place, w.event.Seq, w.event.Subject)
	}
	// Only the first answer tells of this write alone: a retry is shown the place as it stands by then.
	if acknowledged && len(a.tries) == 1 && ack.revision != w.revision || acknowledged && ack.revision < w.revision {
		found.add(foundAnswer, "%s was told revision %d and made %d", a.key, ack.revision, w.revision)
	}
	if a.change && (w.event.Subject != a.place || w.revision != a.base+1) {
		found.add(foundStale, "%s was based on revision %d of %s and made revision %d of %s (entry %d)", a.key, a.base, a.place, w.revision, w.event.Subject, w.event.Seq)
	}
	if want := map[bool]dealmap.EventKind{true: dealmap.EventPlaceChanged, false: dealmap.EventPlaceAdded}[a.change]; w.event.Kind != want {
		found.add(foundAnswer, "%s asked for %s and made %s", a.key, want, w.event.Kind)
	}
	return found
}

// checkAlone finds what was acknowledged between two moments at which no standby could confirm anything.
func checkAlone(all []asked, from, to time.Time) findings {
	var found findings
	for i := range all {
		if t, ok := all[i].acknowledged(); ok && t.sent.After(from) && t.done.Before(to) {
			found.add(foundAlone, "%s was acknowledged by %s after %.1f s although there was no standby", all[i].key, t.node, t.done.Sub(t.sent).Seconds())
		}
	}
	return found
}

// unheard counts requests that are in the journal although nobody was told so: that is allowed.
func unheard(all []asked, events []dealmap.Event) int {
	there := map[[16]byte]bool{}
	for _, e := range events {
		there[e.Request.Key] = true
	}
	n := 0
	for i := range all {
		if _, ok := all[i].acknowledged(); !ok && there[requestKey(all[i].author, all[i].key)] {
			n++
		}
	}
	return n
}
