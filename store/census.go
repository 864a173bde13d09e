package store

import (
	"runtime"
	"sync"

	"github.com/mesure5/dealmap"
)

// Tally counts what a scope may count of a census.
func (s *Snapshot) Tally(scope dealmap.Scope, c *dealmap.Census, q dealmap.TallyQuestion) *dealmap.Tally {
	q.Parts = len(c.Parts)
	return observe(s.columns, &scope, c, func() *dealmap.Tally { return dealmap.NewTally(q) })
}

// Cells counts what a scope may count of a census, by hexagon.
func (s *Snapshot) Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally {
	return observe(s.columns, &scope, c, func() *dealmap.CellTally { return dealmap.NewCellTally(level, rule) })
}

// tally is what observations are added to; it adds up with others of its kind.
type tally[T any] interface {
	Add(*dealmap.Observation)
	Merge(T)
}

// fewest is the number of chunks from which counting is shared among processors.
const fewest = 32

// observe counts a census into tallies, one for each processor, which are added up in a fixed order.
func observe[T tally[T]](columns *columns, scope *dealmap.Scope, c *dealmap.Census, empty func() T) T {
	workers := 1
	if len(columns.chunks) >= fewest {
		workers = runtime.GOMAXPROCS(0)
	}
	tallies := make([]T, workers)
	var wg sync.WaitGroup
	for w := range workers {
		tallies[w] = empty()
		wg.Go(func() {
			o := newObserver(columns.classes, scope, c)
			from, to := w*len(columns.chunks)/workers, (w+1)*len(columns.chunks)/workers
			for _, part := range columns.chunks[from:to] {
				o.chunk(part, tallies[w].Add)
			}
		})
	}
	wg.Wait()
	for _, more := range tallies[1:] {
		tallies[0].Merge(more)
	}
	return tallies[0]
}

// observer judges places for one scope and census, each class of them once.
type observer struct {
	// now judges by the place as it is, then as it was; without a moment, now alone does.
	now, then *gathering
	moment    int64
	asOf      func(dealmap.Past) *dealmap.Phase
	parts     map[dealmap.TerritoryCode]int
	partOf    []int32 // by ground: one more than a part, 0 when not looked up
	seen      dealmap.Observation
}

func newObserver(classes *classes, scope *dealmap.Scope, c *dealmap.Census) *observer {
	o := &observer{parts: make(map[dealmap.TerritoryCode]int, len(c.Parts))}
	for i, code := range c.Parts {
		o.parts[code] = i
	}
	o.now = newGathering(classes, scope, &c.Filter)
	if !c.AsOf.IsZero() {
		then := dealmap.NewScope(scope.Viewer(), c.Day)
		o.then = newGathering(classes, &then, &c.Filter)
		o.now = newGathering(classes, scope, &dealmap.Filter{})
		o.moment = c.AsOf.UnixMilli()
		o.asOf = func(p dealmap.Past) *dealmap.Phase { return p.At(c.AsOf) }
	}
	o.partOf = make([]int32, len(o.now.grounds))
	return o
}

func (o *observer) chunk(part *chunk, add func(*dealmap.Observation)) {
	for i := range part.entries {
		e := &part.entries[i]
		var ok bool
		if o.then == nil {
			ok = o.present(part, i, e)
		} else {
			ok = o.past(part, i, e)
		}
		if ok {
			add(&o.seen)
		}
	}
}

// present observes a place as it is.
func (o *observer) present(part *chunk, i int, e *entry) bool {
	if !e.stands || e.seen < o.now.first || e.seen > o.now.last {
		return false
	}
	d := o.now.see(e.ground, e.terms, e.traits)
	if d == dealmap.Nothing || o.now.singly && !o.now.sieve.Passes(part.places[i], d) {
		return false
	}
	o.observe(part, i, e, d)
	return true
}

// past observes a place as it was known at the moment.
func (o *observer) past(part *chunk, i int, e *entry) bool {
	if !e.kept || e.added > o.moment {
		return false
	}
	now := o.now.see(e.ground, e.terms, e.traits)
	if now == dealmap.Nothing {
		return false
	}
	var phase *dealmap.Phase
	if e.changed && e.since > o.moment {
		phase = o.asOf(part.places[i].Past)
	}
	if phase == nil {
		if !e.stands {
			return false
		}
		then := o.then.see(e.ground, e.terms, e.traits)
		if then == dealmap.Nothing {
			return false
		}
		o.observe(part, i, e, min(now, then))
		return true
	}
	if phase.Aside {
		return false
	}
	then := o.then.see(phase.Ground.Number, phase.Held.Number, phase.Traits.Number)
	if then == dealmap.Nothing {
		return false
	}
	o.recall(part.places[i].Past, phase, min(now, then))
	return true
}

func (o *observer) observe(part *chunk, i int, e *entry, d dealmap.Detail) {
	o.seen = dealmap.Observation{
		Part: o.part(e.ground), Features: o.now.traits[e.traits], Held: o.now.terms[e.terms],
		First: e.first, Seen: e.seen, Review: e.review, Turned: e.turned, Intensity: e.intensity,
	}
	p := part.places[i]
	if e.changed {
		o.seen.Past = p.Past
	}
	if o.seen.Features.Value.Status == dealmap.Closed && p.Closing != nil {
		o.seen.Reason = p.Closing.Reason
	}
	if e.placed && anchored[d] {
		o.place(e.cell, d)
	}
}

func (o *observer) recall(past dealmap.Past, f *dealmap.Phase, d dealmap.Detail) {
	ended := 0
	for ended < len(past) && past[ended].Until <= o.moment {
		ended++
	}
	o.seen = dealmap.Observation{
		Part: o.part(f.Ground.Number), Features: f.Traits, Held: f.Held, First: f.First, Seen: f.Seen, Review: f.Review, Turned: f.Turned,
		Intensity: f.Intensity, Reason: f.Reason, Past: past[:ended],
	}
	if f.Position != nil && anchored[d] {
		o.place(dealmap.CellOf(*f.Position), d)
	}
}

func (o *observer) place(cell dealmap.Cell, d dealmap.Detail) {
	if o.seen.Placed, o.seen.Cell = true, cell; d == dealmap.Tallied {
		o.seen.Cell = cell.At(dealmap.TallyLevel)
	}
}

// part returns which of the parts holds a ground, -1 for none.
func (o *observer) part(ground uint32) int {
	known := o.partOf[ground]
	if known == 0 {
		for _, code := range o.now.grounds[ground].Value {
			if i, ok := o.parts[code]; ok {
				known = int32(i) + 2
				break
			}
		}
		known = max(known, 1)
		o.partOf[ground] = known
	}
	return int(known) - 2
}
