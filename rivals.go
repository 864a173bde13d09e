package dealmap

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"sync"
)

// Compare weighs against neighbours as many as there are beside any record. Matches knows better: the candidates show whether
// there are any. For a record and a candidate, the other candidates of either are rivals. At most one of them is the same
// place, so the odds of every rival add to those against (Bayes, with the alternatives given); where there is none, there is
// most likely no neighbour either, as others would have listed it. Records of one owner are rivals of each other, for a unit
// rarely keeps one place twice; those of two owners that are like each other may well be the same place and are none.
//
// Measured on three services' lists of 4,000 and 12,000 places (make bench): at a precision of 0.99, recall of what is accepted
// rises from 0.22 by pairs alone to 0.47 and more, and scores mean what they say (of those about 0.75, 0.8 are true). Looking
// for rivals adds a quarter to the work for a row.
//
// Rivals come of what the scope sees, as candidates do: what is hidden lowers no score.

const (
	// mostCompared bounds the candidates of one record, and the rivals of each.
	mostCompared = 20
	// plausible is the score of a pair from which it is a candidate or a rival.
	plausible = 0.035
	// alone is the weight against neighbours of having no rival.
	alone = 2.5
	// oneOfTwo is the score from which records of two owners are held for one place.
	oneOfTwo = 0.5
)

// candidate is a place seen and how it compares, taken alone.
type candidate struct {
	sight Sight
	Description
	sum      against
	pairwise float64
}

func (c *candidate) order(other *candidate) int {
	x, y := c.sight.ID(), other.sight.ID()
	return cmp.Or(cmp.Compare(other.pairwise, c.pairwise), bytes.Compare(x[:], y[:]))
}

// pool holds the best candidates in order; equal scores in the order of ids, so that the answer does not tell in what order
// places were found. Those that are not plausible are kept, too: they may be rivals for one that is.
type pool []*candidate

// keep puts a candidate in its place, and returns the one that falls out, if any.
func (p *pool) keep(c *candidate) (free *candidate) {
	at, _ := slices.BinarySearchFunc(*p, c, (*candidate).order)
	if at >= mostCompared {
		return c
	}
	if len(*p) == mostCompared {
		free = (*p)[mostCompared-1]
		*p = (*p)[:mostCompared-1]
	}
	*p = slices.Insert(*p, at, c)
	return free
}

// slots are room for the candidates of one search and the one that is looked at: they are large, and searches many.
type slots struct {
	list [mostCompared + 1]candidate
	n    int
}

var freeSlots = sync.Pool{New: func() any { return new(slots) }}

func (s *slots) next() *candidate {
	s.n++
	return &s.list[s.n-1]
}

// release gives the room back without what was seen.
func (s *slots) release() {
	clear(s.list[:s.n])
	s.n = 0
	freeSlots.Put(s)
}

// matches are the candidates with their scores among each other.
func (p pool) matches(d *Description, least float64, limit int) []Match {
	type scored struct {
		*candidate
		rivals rivalry
		score  float64
	}
	var list []scored
	for i, c := range p {
		if c.pairwise < plausible {
			break
		}
		one := scored{candidate: c, rivals: p.rivals(d, i)}
		if one.score = (&evidence{sum: against{c.sum.stranger, c.sum.neighbour + one.rivals.weight()}}).score(); one.score >= least {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), a.order(b.candidate)) })
	matches := make([]Match, min(limit, len(list)))
	for i := range matches {
		c := &list[i]
		e := weigh(d, &c.Description)
		e.add("name", c.rivals.text(), "", "", against{0, c.rivals.weight()})
		matches[i] = Match{c.sight, Likeness{
			Score: e.score(), Pair: c.pairwise, Metres: e.metres, Reasons: e.reasons(d, &c.Description), Blocked: blocked(d, &c.Description),
		}}
	}
	return matches
}

// rivalry is the odds of the rivals of a pair, on the side of each record.
type rivalry struct{ is, candidate float64 }

// rivals weighs the others against the candidate at a place of the pool.
func (p pool) rivals(d *Description, at int) (r rivalry) {
	c := p[at]
	for i, z := range p {
		if i == at {
			continue
		}
		likes := p.like(c, z)
		if z.pairwise >= plausible && (likes < oneOfTwo || mayShareOwner(&c.Description, &z.Description)) {
			r.is += odds(z.pairwise)
		}
		if likes >= plausible && (z.pairwise < oneOfTwo || mayShareOwner(d, &z.Description)) {
			r.candidate += odds(likes)
		}
	}
	return r
}

// mayShareOwner reports whether one unit has kept both records, as far as is known.
func mayShareOwner(a, b *Description) bool {
	return a.owner == Owner{} || b.owner == Owner{} || sameOwner(a, b)
}

// like is how like two candidates are, 0 for those too far apart.
func (p pool) like(a, b *candidate) float64 {
	if a.placed && b.placed && metresBetween(a.position, b.position) > reach(a.radius, b.radius) {
		return 0
	}
	e := evidence{metres: -1}
	if e.facts(&a.Description, &b.Description); e.sum.neighbour < -5 || e.sum.stranger < -9 {
		return 0 // whatever the texts
	}
	e.texts(&a.Description, &b.Description)
	return e.score()
}

// Odds are those of the pair taken alone: what it takes from the likeness of a rival (Against).
func (l Likeness) Odds() float64 { return odds(l.Pair) }

// Against is what is left of the likeness of a record and a place when other records, which are not on the map, are like the
// place too: odds is the sum of theirs, why in French who they are.
func (l Likeness) Against(odds float64, why string) Likeness {
	against := math.Log1p(odds)
	l.Score = 1 / (1 + (1/l.Score-1)*(1+odds))
	at := slices.IndexFunc(l.Reasons, func(r Reason) bool { return math.Abs(r.Weight) < against })
	if at < 0 {
		at = len(l.Reasons)
	}
	l.Reasons = slices.Insert(slices.Clone(l.Reasons), at, Reason{"name", why, -against})
	return l
}

func odds(score float64) float64 {
	score = min(score, 0.999)
	return score / (1 - score)
}

func (r rivalry) weight() float64 { return alone - math.Log1p(r.is) - math.Log1p(r.candidate) }

func (r rivalry) text() finder {
	switch {
	case r.is+r.candidate < 2*plausible:
		return textNoRival
	case r.weight() > 0:
		return textSomeRival
	}
	return textRivals
}
