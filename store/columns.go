package store

import (
	"slices"
	"sync"
	"sync/atomic"
	"unique"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// columns keeps of every place what counting a whole map needs, close together in memory: gathering then reads 40 bytes in
// a row for each place instead of chasing its record. Like the trees, it is persistent: a copy shares what does not change.
type columns struct {
	chunks []*chunk
	next   slot
	shared bool // chunks is also that of a copy
	owner  *byte
	// classes are shared by all copies and only grow, so that a class has the same number in all.
	classes *classes
}

// slot is where a place lies in the columns, from 1.
type slot uint32

const chunkSize = 256

type chunk struct {
	owner   *byte
	entries [chunkSize]entry
	places  [chunkSize]*dealmap.Place
}

// entry is one place. Everything in it follows from the place.
type entry struct {
	// exact is where it counts for those who see its position, coarse for those who see aggregates only.
	exact, coarse geo.Spot
	seen          int32 // dealmap.Date.Number of the last confirmation
	// ground, terms and traits are numbers of classes.
	ground, terms, traits uint32
	there                 bool // false: erased, without a position, or no place of its own
}

// classes numbers what many places share, and keeps one of each close together in memory.
type classes struct {
	mu      sync.Mutex
	grounds class[dealmap.Ground, []dealmap.TerritoryCode]
	terms   class[dealmap.Terms, dealmap.Held]
	traits  class[dealmap.Traits, *dealmap.Place]
}

type class[K comparable, V any] struct {
	numbers map[K]uint32
	list    []V
	// known is list, for those who read without the lock: what it holds never changes.
	known atomic.Pointer[[]V]
}

func (c *class[K, V]) number(key K, value func() V) uint32 {
	n, known := c.numbers[key]
	if !known {
		n = uint32(len(c.list))
		c.numbers[key] = n
		c.list = append(c.list, value())
		list := c.list
		c.known.Store(&list)
	}
	return n
}

func (c *class[K, V]) all() []V {
	if known := c.known.Load(); known != nil {
		return *known
	}
	return nil
}

// of returns the classes of a place, and lets it hold what they keep instead of copies of its own. Nobody else may know the
// place yet.
func (c *classes) of(p *dealmap.Place) (ground, held, traits uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ground = c.grounds.number(p.Ground(), func() []dealmap.TerritoryCode { return same(p.Territories) })
	held = c.terms.number(p.Terms(), func() dealmap.Held {
		h := p.Held()
		h.Owner.Service, h.Owner.Unit = one(h.Owner.Service), one(h.Owner.Unit)
		h.Handling.Reach, h.Handling.Code, h.Handling.Groups = one(h.Handling.Reach), one(h.Handling.Code), same(h.Handling.Groups)
		return h
	})
	traits = c.traits.number(p.Traits(), func() *dealmap.Place { return p })
	t, like := &c.terms.list[held], c.traits.list[traits]
	p.Facts.Owner, p.Facts.CoOwners, p.Facts.Handling = t.Owner, t.CoOwners, t.Handling
	p.Status, p.Facts.Kind, p.Facts.Products = like.Status, like.Facts.Kind, like.Facts.Products
	p.Facts.Accuracy = one(p.Facts.Accuracy)
	if len(p.Territories) > 0 {
		p.Territories = c.grounds.list[ground]
		if id := p.Territories[0].ID(); id == p.Facts.Commune {
			p.Facts.Commune = id
		}
	}
	return ground, held, traits
}

// one returns the one copy in memory of a text that many places hold.
func one[T ~string](text T) T { return T(unique.Make(string(text)).Value()) }

func same[T ~string](list []T) []T {
	list = slices.Clone(list)
	for i := range list {
		list[i] = one(list[i])
	}
	return list
}

func newColumns() *columns {
	c := &classes{}
	c.grounds.numbers, c.terms.numbers = map[dealmap.Ground]uint32{}, map[dealmap.Terms]uint32{}
	c.traits.numbers = map[dealmap.Traits]uint32{}
	return &columns{owner: new(byte), classes: c}
}

// copy returns columns that hold the same; changing either leaves the other as it is.
func (c *columns) copy() *columns {
	c.owner, c.shared = new(byte), true
	return &columns{chunks: c.chunks, next: c.next, shared: true, owner: new(byte), classes: c.classes}
}

// put writes a place that nobody else knows yet to its slot, a new one when it has none.
func (c *columns) put(at slot, p *dealmap.Place) slot {
	if at == 0 {
		c.next++
		at = c.next
	}
	e := entry{seen: p.Facts.LastSeen.Number()}
	if exact, ok := dealmap.Whole.Anchor(p); ok && p.Stands() {
		coarse, _ := dealmap.Tallied.Anchor(p)
		e.exact, e.coarse, e.there = geo.NewSpot(exact, p.Status), geo.NewSpot(coarse, p.Status), true
	}
	e.ground, e.terms, e.traits = c.classes.of(p)
	part := c.writable(at)
	i := (at - 1) % chunkSize
	part.entries[i], part.places[i] = e, p
	return at
}

// remove empties a slot.
func (c *columns) remove(at slot) {
	part := c.writable(at)
	i := (at - 1) % chunkSize
	part.entries[i], part.places[i] = entry{}, nil
}

// writable returns the chunk of a slot, copied when others may read it.
func (c *columns) writable(at slot) *chunk {
	n := int(at-1) / chunkSize
	if c.shared {
		c.chunks, c.shared = append(make([]*chunk, 0, max(n+1, len(c.chunks))+16), c.chunks...), false
	}
	if n == len(c.chunks) {
		c.chunks = append(c.chunks, &chunk{owner: c.owner})
	}
	part := c.chunks[n]
	if part.owner != c.owner {
		fresh := *part
		fresh.owner = c.owner
		part = &fresh
		c.chunks[n] = part
	}
	return part
}

// gather yields the spots of all places that a scope may count and a filter lets through, some at a time; the slice is
// only good until yield returns.
func (c *columns) gather(scope *dealmap.Scope, filter *dealmap.Filter, yield func([]geo.Spot) bool) {
	g := newGathering(c.classes, scope, filter)
	var spots [chunkSize]geo.Spot
	for _, part := range c.chunks {
		if n := g.chunk(part, &spots); n > 0 && !yield(spots[:n]) {
			return
		}
	}
}

// gathering judges places for one scope and filter, each class of them once.
type gathering struct {
	sieve       dealmap.Sieve
	first, last int32
	singly      bool
	grounds     [][]dealmap.TerritoryCode
	terms       []dealmap.Held
	traits      []*dealmap.Place
	// The verdicts are 0 as long as they are not given, and else one more than what is said here.
	standings []uint8                    // by ground: a Standing, or outside
	details   [][dealmap.Standings]uint8 // by terms and standing: a Detail
	passes    [][dealmap.Whole + 1]uint8 // by traits and detail: 1 to pass
}

// outside is in the place of the standing to ground that the filter does not let through.
const outside = dealmap.Standings

func newGathering(c *classes, scope *dealmap.Scope, filter *dealmap.Filter) *gathering {
	g := &gathering{
		sieve: dealmap.NewSieve(scope, filter), grounds: c.grounds.all(), terms: c.terms.all(), traits: c.traits.all(),
	}
	g.first, g.last = g.sieve.Confirmed()
	g.singly = g.sieve.Singly()
	g.standings = make([]uint8, len(g.grounds))
	g.details = make([][dealmap.Standings]uint8, len(g.terms))
	g.passes = make([][dealmap.Whole + 1]uint8, len(g.traits))
	return g
}

func (g *gathering) chunk(part *chunk, spots *[chunkSize]geo.Spot) int {
	n := 0
	for i := range part.entries {
		e := &part.entries[i]
		if !e.there || e.seen < g.first || e.seen > g.last {
			continue
		}
		standing := g.standings[e.ground]
		if standing == 0 {
			standing = g.judgeGround(e.ground)
		}
		if standing == outside+1 {
			continue
		}
		judged := g.details[e.terms][standing-1]
		if judged == 0 {
			judged = g.judgeTerms(e.terms, standing)
		}
		d := dealmap.Detail(judged - 1)
		if d == dealmap.Nothing {
			continue
		}
		pass := g.passes[e.traits][d]
		if pass == 0 {
			pass = g.judgeTraits(e.traits, d)
		}
		if pass == 1 || g.singly && !g.sieve.Passes(part.places[i], d) {
			continue
		}
		spots[n] = e.exact
		if d == dealmap.Tallied {
			spots[n] = e.coarse
		}
		n++
	}
	return n
}

func (g *gathering) judgeGround(ground uint32) uint8 {
	standing, within := g.sieve.Ground(g.grounds[ground])
	if !within {
		standing = outside
	}
	g.standings[ground] = uint8(standing) + 1
	return uint8(standing) + 1
}

// anchored tells in which details a place that has a position has an anchor.
var anchored = func() (list [dealmap.Whole + 1]bool) {
	var p dealmap.Place
	p.Facts.Position = &orb.Point{}
	for d := range list {
		_, list[d] = dealmap.Detail(d).Anchor(&p)
	}
	return list
}()

func (g *gathering) judgeTerms(number uint32, standing uint8) uint8 {
	d := g.sieve.Terms(&g.terms[number], dealmap.Standing(standing-1))
	if !anchored[d] {
		d = dealmap.Nothing
	}
	g.details[number][standing-1] = uint8(d) + 1
	return uint8(d) + 1
}

func (g *gathering) judgeTraits(traits uint32, d dealmap.Detail) uint8 {
	pass := uint8(1)
	if g.sieve.Traits(g.traits[traits], d) {
		pass = 2
	}
	g.passes[traits][d] = pass
	return pass
}
