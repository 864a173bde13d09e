package dealmap

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"
)

// Verdict is what a person decided of two records that look like one place.
type Verdict string

// The verdicts short of merging. VerdictOpen takes an earlier one back.
const (
	VerdictSeparate   Verdict = "separate"   // two places
	VerdictNeighbours Verdict = "neighbours" // two places that belong beside each other
	VerdictOpen       Verdict = "open"
)

// Verdicts returns the verdicts with their labels.
func Verdicts() []Term {
	return []Term{{"separate", "Deux points distincts"}, {"neighbours", "Points voisins"}, {"open", "À revoir"}}
}

// Pair is a verdict on two records; A is the one with the smaller id. It is known to who sees both, and to nobody else.
type Pair struct {
	ID      ID
	A, B    ID
	Verdict Verdict
	By      Author
	At      time.Time
}

// PairID names the pair of two records, in whichever order they are given.
func PairID(a, b ID) ID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	digest := sha256.Sum256(append(append([]byte("pair\x00"), a[:]...), b[:]...))
	id := ID(digest[:16])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Settled reports whether the verdict keeps the two records from being proposed as one place again.
func (p *Pair) Settled() bool { return p != nil && p.Verdict != VerdictOpen }

// SettlePair remembers that two records are not one place, or takes that back.
type SettlePair struct {
	A, B    ID
	Verdict Verdict
}

// Decide implements Command.
func (c SettlePair) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !known(Verdicts(), string(c.Verdict)) {
		return nil, Invalid("verdict", fmt.Sprintf("« %s » est inconnu (%s)", clip(string(c.Verdict)), oneOf(Verdicts())))
	}
	if c.A == c.B {
		return nil, Invalid("b", "il faut deux points différents")
	}
	allowed := false
	for _, id := range []ID{c.A, c.B} {
		p, _, err := target(s, v, env, id, 0, ActionConfirm)
		if err != nil {
			return nil, err
		}
		allowed = allowed || v.MayAt(ActionMerge, p.Territories)
	}
	if !allowed {
		return nil, v.allow(ActionMerge, nil)
	}
	id := PairID(c.A, c.B)
	if old := s.Pair(id); old == nil && c.Verdict == VerdictOpen || old != nil && old.Verdict == c.Verdict {
		return nil, nil
	}
	a, b := c.A, c.B
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	return []Event{env.event(v, id, PairSettled{A: a, B: b, Verdict: c.Verdict})}, nil
}

// FoldPair returns a pair after an event that concerns it.
func FoldPair(before *Pair, e Event) (*Pair, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case PairSettled:
		return &Pair{ID: e.Subject, A: body.A, B: body.B, Verdict: body.Verdict, By: e.Author, At: e.Time}, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern a pair", e.Seq, e.Kind)
}
