package store

import (
	"container/list"
	"sync"
	"sync/atomic"

	"github.com/mesure5/dealmap"
)

// lens remembers how one scope stands to every ground and in what detail it sees all terms from there, whatever the filter: what
// depends on the viewer is judged once for all of a viewer's requests, not once for each. Any number of them may use it at once.
type lens struct {
	grounds []*dealmap.Shared[[]dealmap.TerritoryCode]
	terms   []*dealmap.Shared[dealmap.Held]
	// By ground one more than a Standing; by terms, then standing, one more than a Detail; 0 when not judged yet.
	standings, details verdicts
	views              *views
}

func newLens(c *classes, before *lens) *lens {
	l := &lens{grounds: c.grounds.all(), terms: c.terms.all()}
	l.standings, l.details = newVerdicts(len(l.grounds)), newVerdicts(len(l.terms)*dealmap.Standings)
	if before == nil {
		l.views = &views{}
	} else {
		l.views = before.views
		l.standings.copy(before.standings)
		l.details.copy(before.details)
	}
	return l
}

// fits reports whether the lens knows all classes that there are.
func (l *lens) fits(c *classes) bool {
	return len(l.grounds) >= len(c.grounds.all()) && len(l.terms) >= len(c.terms.all())
}

// standing returns how the sieve's scope, which must be the lens', stands to a ground.
func (l *lens) standing(s dealmap.Sieve, ground uint32) dealmap.Standing {
	judged := l.standings.get(ground)
	if judged == 0 {
		judged = l.judgeStanding(s, ground)
	}
	return dealmap.Standing(judged - 1)
}

func (l *lens) judgeStanding(s dealmap.Sieve, ground uint32) uint8 {
	judged := uint8(s.Standing(l.grounds[ground].Value)) + 1
	l.standings.set(ground, judged)
	return judged
}

// detail returns in what detail the sieve's scope, which must be the lens', sees places with some terms from a standing.
func (l *lens) detail(s dealmap.Sieve, terms uint32, at dealmap.Standing) dealmap.Detail {
	n := terms*dealmap.Standings + uint32(at)
	judged := l.details.get(n)
	if judged == 0 {
		judged = l.judgeDetail(s, terms, at)
	}
	return dealmap.Detail(judged - 1)
}

func (l *lens) judgeDetail(s dealmap.Sieve, terms uint32, at dealmap.Standing) uint8 {
	judged := uint8(s.Detail(&l.terms[terms].Value, at)) + 1
	l.details.set(terms*dealmap.Standings+uint32(at), judged)
	return judged
}

// verdicts are bytes that are each written once, four to a word, so that they may be read and written without a lock.
type verdicts []uint32

func newVerdicts(n int) verdicts { return make(verdicts, (n+3)/4) }

func (v verdicts) get(n uint32) uint8 { return uint8(atomic.LoadUint32(&v[n/4]) >> (n % 4 * 8)) }

func (v verdicts) set(n uint32, verdict uint8) {
	atomic.OrUint32(&v[n/4], uint32(verdict)<<(n%4*8))
}

func (v verdicts) copy(from verdicts) {
	for i := range from {
		v[i] = atomic.LoadUint32(&from[i])
	}
}

// lenses keeps those of the scopes that asked last.
type lenses struct {
	mu      sync.Mutex
	recent  *list.List // of *kept, the latest first
	byScope map[[32]byte]*list.Element
}

type keptLens struct {
	scope [32]byte
	lens  *lens
}

// mostLenses bounds the memory: a lens takes some 100 KB for a map of a million places, and its views up to a megabyte, which the last
// mostViews have only.
const (
	mostLenses = 256
	mostViews  = 16
)

// of returns the lens of a scope for all classes that there are.
func (l *lenses) of(scope *dealmap.Scope, c *classes) *lens {
	key := scope.Fingerprint()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byScope == nil {
		l.recent, l.byScope = list.New(), map[[32]byte]*list.Element{}
	}
	if e, ok := l.byScope[key]; ok {
		l.toFront(e)
		kept := e.Value.(*keptLens)
		if !kept.lens.fits(c) {
			kept.lens = newLens(c, kept.lens)
		}
		return kept.lens
	}
	made := newLens(c, nil)
	l.byScope[key] = l.recent.PushBack(&keptLens{key, made})
	l.toFront(l.byScope[key])
	if l.recent.Len() > mostLenses {
		delete(l.byScope, l.recent.Remove(l.recent.Back()).(*keptLens).scope)
	}
	return made
}

// toFront says that a lens is used, and lets go of the views of the one that many were used after.
func (l *lenses) toFront(e *list.Element) {
	if l.recent.Front() == e {
		return
	}
	l.recent.MoveToFront(e)
	n := 0
	for old := l.recent.Front(); old != nil; old = old.Next() {
		if n++; n > mostViews {
			old.Value.(*keptLens).lens.views.forget()
			return
		}
	}
}
