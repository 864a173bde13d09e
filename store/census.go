package store

import (
	"runtime"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Tally counts what a scope may count of a census.
func (s *Snapshot) Tally(scope dealmap.Scope, c *dealmap.Census, q dealmap.TallyQuestion) *dealmap.Tally {
	q.Parts = len(c.Parts)
	return observe(s.columns, s.columns.workers(), &scope, c, func() *dealmap.Tally { return dealmap.NewTally(q) })
}

// Cells counts what a scope may count of a census, by hexagon.
func (s *Snapshot) Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally {
	return observe(s.columns, s.columns.workers(), &scope, c, func() *dealmap.CellTally { return dealmap.NewCellTally(level, rule) })
}

// tally is what observations are added to; it adds up with others of its kind.
type tally[T any] interface {
	Add(*dealmap.Observation)
	Merge(T)
}

// fewest is the number of chunks from which counting is shared among processors.
const fewest = 128

func (c *columns) workers() int {
	if c.chunks < fewest {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// observe counts a census into tallies, one for each worker, which are added up in a fixed order.
func observe[T tally[T]](columns *columns, workers int, scope *dealmap.Scope, c *dealmap.Census, empty func() T) T {
	tallies, observers := make([]T, workers), make([]*observer, workers)
	for w := range workers {
		tallies[w], observers[w] = empty(), newObserver(columns.classes, scope, c)
		observers[w].bareFrom = observers[0].bareFrom
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			o := observers[w]
			for part := range columns.share(w, workers) {
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
	bare      map[uint32]*dealmap.Shared[dealmap.Features]
	bareFrom  uint32  // their numbers: those of no other features, and the same for all that are added up
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
	o.partOf, o.bareFrom = make([]int32, len(o.now.grounds)), uint32(len(o.now.traits))
	return o
}

func (o *observer) chunk(part *chunk, add func(*dealmap.Observation)) {
	for i := range part.entries {
		o.one(part, i, add)
	}
}

func (o *observer) one(part *chunk, i int, add func(*dealmap.Observation)) {
	if o.then == nil && o.now.outside(part.grounds[i]) {
		return
	}
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

// present observes a place as it is.
func (o *observer) present(part *chunk, i int, e *entry) bool {
	if !e.stands || e.seen < o.now.first || e.seen > o.now.last {
		return false
	}
	d := o.now.see(e.ground, e.terms, e.traits)
	if d == dealmap.Nothing || o.now.singly && !o.now.sieve.Passes(part.records[i].glance(), d) {
		return false
	}
	o.observe(part, i, e, d)
	return true
}

// past observes a place as it was known at the moment.
func (o *observer) past(part *chunk, i int, e *entry) bool {
	more := &part.rest[i]
	if !e.kept || more.added > o.moment {
		return false
	}
	now := o.now.see(e.ground, e.terms, e.traits)
	if now == dealmap.Nothing {
		return false
	}
	var phase *dealmap.Phase
	if h := part.histories[i]; h != nil {
		phase = o.asOf(h.past)
	}
	if phase == nil {
		if !e.stands {
			return false
		}
		d := min(now, o.then.see(e.ground, e.terms, e.traits))
		if d == dealmap.Nothing || !o.then.pass(e.traits, d) {
			return false
		}
		o.observe(part, i, e, d)
		return true
	}
	if phase.Aside {
		return false
	}
	d := min(now, o.then.see(phase.Ground.Number, phase.Held.Number, phase.Traits.Number))
	if d == dealmap.Nothing || !o.then.pass(phase.Traits.Number, d) {
		return false
	}
	o.recall(part.histories[i], phase, d)
	return true
}

func (o *observer) observe(part *chunk, i int, e *entry, d dealmap.Detail) {
	more := &part.rest[i]
	o.begin(o.now.traits[e.traits], o.now.terms[e.terms], e.ground, d)
	if more.placed && anchored[d] {
		o.place(more.cell, d)
		o.seen.Block = uint32(geo.BlockOf(geo.ZOrder(e.x, e.y)))
	}
	if !o.seen.Dated {
		return
	}
	o.seen.First, o.seen.Seen, o.seen.Review, o.seen.Turned, o.seen.Intensity = more.first, e.seen, more.review, more.turned, more.intensity
	o.seen.Reason, o.seen.Phase = more.reason, 1<<16
	if h := part.histories[i]; h != nil {
		o.seen.Marks, o.seen.Phase = h.marks, len(h.marks)+1<<16
	}
}

func (o *observer) recall(h *history, f *dealmap.Phase, d dealmap.Detail) {
	o.begin(f.Traits, f.Held, f.Ground.Number, d)
	if f.Position != nil && anchored[d] {
		o.place(dealmap.CellOf(*f.Position), d)
	}
	if !o.seen.Dated {
		return
	}
	ended := 0
	for ended < len(h.past) && h.past[ended].Until <= o.moment {
		ended++
	}
	o.seen.First, o.seen.Seen, o.seen.Review, o.seen.Turned = f.First, f.Seen, f.Review, f.Turned
	o.seen.Intensity, o.seen.Reason, o.seen.Marks, o.seen.Phase = f.Intensity, dealmap.ReasonNumber(f.Reason), h.marks, ended
}

// begin is what counts of a place however little is seen of it.
func (o *observer) begin(f *dealmap.Shared[dealmap.Features], held *dealmap.Shared[dealmap.Held], ground uint32, d dealmap.Detail) {
	o.seen = dealmap.Observation{Part: o.part(ground), Features: f, Held: held, Dated: d.CountsDetails()}
	if !o.seen.Dated && len(f.Value.Products) > 0 {
		o.seen.Features = o.withoutProducts(f)
	}
}

// withoutProducts are the features of a place whose products are withheld, numbered behind all others.
func (o *observer) withoutProducts(f *dealmap.Shared[dealmap.Features]) *dealmap.Shared[dealmap.Features] {
	bare, known := o.bare[f.Number]
	if !known {
		bare = &dealmap.Shared[dealmap.Features]{Value: f.Value, Number: o.bareFrom + f.Number}
		bare.Value.Products = nil
		if o.bare == nil {
			o.bare = map[uint32]*dealmap.Shared[dealmap.Features]{}
		}
		o.bare[f.Number] = bare
	}
	return bare
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
