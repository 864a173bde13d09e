package store

import (
	"slices"
	"sync"
	"sync/atomic"
	"unique"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// columns keeps of every place what counting a whole map needs, close together in memory: gathering then reads 28 bytes in
// a row for each place instead of chasing its record. Like the trees, it is persistent: a copy shares what does not change.
type columns struct {
	pages[chunk]
	next slot
	// classes are shared by all copies and only grow, so that a class has the same number in all.
	classes *classes
}

type chunk struct {
	// grounds are those of the entries, close together: a census of one territory passes over all others by them.
	grounds [chunkSize]uint32
	entries [chunkSize]entry
	rest    [chunkSize]rest
	records [chunkSize]*record
	// histories are those of places that have a past.
	histories [chunkSize]*history
}

// history is what counting asks of a place that was another before.
type history struct {
	marks []dealmap.TurnMark
	past  dealmap.Past
}

// entry is what every count asks of a place. Everything in it follows from the place.
type entry struct {
	// ground, terms and traits are numbers of classes.
	ground, terms, traits uint32
	seen                  int32  // a day (dealmap.Date.Days)
	x, y                  uint32 // its position (geo.Fixed)
	there                 bool   // it has a position and is a place of its own
	stands                bool   // it is a place of its own
	kept                  bool   // it was not erased, nor withdrawn with its import
}

// rest is what some counts ask besides.
type rest struct {
	// coarseX and coarseY are where it counts for those who see aggregates only (geo.Fixed).
	coarseX, coarseY uint32
	cell             dealmap.Cell // of level 0
	// first, review and turned are days (dealmap.Date.Days).
	first, review, turned int32
	// added is when the record was made, in milliseconds since 1970.
	added     int64
	intensity uint8
	reason    uint8 // place of the closing's in dealmap.ClosingReasons
	placed    bool  // it has a position
}

// classes numbers what many places share, and keeps one of each close together in memory.
type classes struct {
	mu      sync.Mutex
	grounds class[dealmap.Ground, *dealmap.Shared[[]dealmap.TerritoryCode]]
	terms   class[dealmap.Terms, *dealmap.Shared[dealmap.Held]]
	traits  class[dealmap.Traits, *dealmap.Shared[dealmap.Features]]
	// attributes has, by the numbers of traits, those of what they name.
	attributes class[dealmap.Traits, attributes]
	statuses   class[dealmap.Status, dealmap.Status]
	kinds      class[dealmap.Kind, dealmap.Kind]
	products   class[dealmap.Product, dealmap.Product]
	looks      class[dealmap.Look, *dealmap.Shared[dealmap.Look]]
	// outlooks has, by the numbers of terms, what each detail shows of places that are held so: the same for many terms, so that those who
	// draw find what they drew lately.
	outlooks class[dealmap.Terms, *outlooks]
	views    class[view, *outlooks]
	// networks numbers the codes that links name, from 1; 0 is none.
	networks class[string, uint32]
	// parts has the last *parts of each level.
	parts  sync.Map
	lenses lenses
	walks  walks
}

// outlooks are those of all details.
type outlooks [dealmap.Whole + 1]dealmap.Outlook

// view is what outlooks follow from.
type view struct {
	service dealmap.Service
	code    string // of the handling
}

// membership is of which classes a place is, by their numbers.
type membership struct{ ground, terms, traits uint32 }

type class[K comparable, V any] struct {
	numbers map[K]uint32
	list    []V
	// known is list, for those who read without the lock: what it holds never changes.
	known atomic.Pointer[[]V]
}

// keep returns the one value of a key, made with its number when there is none.
func (c *class[K, V]) keep(key K, value func(number uint32) V) V {
	n, known := c.numbers[key]
	if !known {
		n = uint32(len(c.list))
		if c.numbers == nil {
			c.numbers = map[K]uint32{}
		}
		c.numbers[key] = n
		c.list = append(c.list, value(n))
		list := c.list
		c.known.Store(&list)
	}
	return c.list[n]
}

func (c *class[K, V]) all() []V {
	if known := c.known.Load(); known != nil {
		return *known
	}
	return nil
}

// of returns the classes of a place, and lets it and its past hold what they keep instead of copies of its own. Nobody else may
// know the place yet.
func (c *classes) of(p *dealmap.Place) membership {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, t, like := c.ground(p.Territories), c.held(p.Held()), c.features(p.Features())
	p.Facts.Owner, p.Facts.CoOwners, p.Facts.Handling = t.Value.Owner, t.Value.CoOwners, t.Value.Handling
	p.Status, p.Facts.Kind, p.Facts.Products = like.Value.Status, like.Value.Kind, like.Value.Products
	p.Facts.Accuracy = one(p.Facts.Accuracy)
	if len(p.Territories) > 0 {
		p.Territories = g.Value
		if id := p.Territories[0].ID(); id == p.Facts.Commune {
			p.Facts.Commune = id
		}
	}
	for i := range p.Past {
		c.phase(&p.Past[i])
	}
	return membership{g.Number, t.Number, like.Number}
}

// ofLink returns the classes of a link.
func (c *classes) ofLink(f *dealmap.LinkFacts) (held, network uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.Network != "" {
		network = c.networks.keep(f.Network, func(n uint32) uint32 { return n + 1 })
	}
	return c.held(dealmap.Held{Owner: f.Owner, Handling: f.Handling}).Number, network
}

// network returns the number of a code, and false when no link ever named it.
func (c *classes) network(code string) (uint32, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, known := c.networks.numbers[code]
	return n + 1, known
}

// phase lets a phase hold what the classes keep. Phases that already do are shared with published places: they are not written.
func (c *classes) phase(f *dealmap.Phase) {
	if kept := c.ground(f.Ground.Value); kept != f.Ground {
		f.Ground = kept
	}
	if kept := c.held(f.Held.Value); kept != f.Held {
		f.Held = kept
	}
	if kept := c.features(f.Traits.Value); kept != f.Traits {
		f.Traits = kept
	}
}

func (c *classes) ground(chain []dealmap.TerritoryCode) *dealmap.Shared[[]dealmap.TerritoryCode] {
	return c.grounds.keep(dealmap.GroundOf(chain), func(n uint32) *dealmap.Shared[[]dealmap.TerritoryCode] {
		return &dealmap.Shared[[]dealmap.TerritoryCode]{Value: same(chain), Number: n}
	})
}

func (c *classes) held(h dealmap.Held) *dealmap.Shared[dealmap.Held] {
	terms := h.Terms()
	c.outlooks.keep(terms, func(uint32) *outlooks {
		return c.views.keep(view{h.Owner.Service, h.Handling.Code}, func(n uint32) *outlooks {
			list := outlooks(h.Outlooks(n))
			return &list
		})
	})
	return c.terms.keep(terms, func(n uint32) *dealmap.Shared[dealmap.Held] {
		h.Owner.Service, h.Owner.Unit = one(h.Owner.Service), one(h.Owner.Unit)
		h.Handling.Reach, h.Handling.Code, h.Handling.Groups = one(h.Handling.Reach), one(h.Handling.Code), same(h.Handling.Groups)
		return &dealmap.Shared[dealmap.Held]{Value: h, Number: n}
	})
}

func (c *classes) features(f dealmap.Features) *dealmap.Shared[dealmap.Features] {
	traits := f.Traits()
	c.attributes.keep(traits, func(uint32) attributes { return c.attributesOf(f) })
	return c.traits.keep(traits, func(n uint32) *dealmap.Shared[dealmap.Features] {
		return &dealmap.Shared[dealmap.Features]{Value: dealmap.Features{Status: one(f.Status), Kind: one(f.Kind), Products: same(f.Products)}, Number: n}
	})
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
	return &columns{pages: newPages[chunk](), classes: &classes{}}
}

// copy returns columns that hold the same; changing either leaves the other as it is.
func (c *columns) copy() *columns {
	return &columns{c.pages.copy(), c.next, c.classes}
}

// put writes a place that nobody else knows yet, with its record, to the slot that this names; a new one when it names none.
func (c *columns) put(r *record, p *dealmap.Place) { c.write(r, p, c.classes.of(p)) }

// write is put of a place whose classes are known.
func (c *columns) write(r *record, p *dealmap.Place, of membership) {
	if r.at == 0 {
		c.next++
		r.at = c.next
	}
	e := entry{seen: p.Facts.LastSeen.Days(), stands: p.Stands(), kept: p.Cluster == nil || !p.Cluster.Withdrawn}
	more := rest{
		first: p.Facts.FirstSeen.Days(), review: p.Facts.NextReview.Days(), turned: p.Turned.Days(), intensity: uint8(p.Facts.Intensity),
		added: p.Added.UnixMilli(),
	}
	if at, ok := dealmap.Whole.Anchor(p); ok {
		coarse, _ := dealmap.Tallied.Anchor(p)
		e.x, e.y = geo.Fixed(at)
		e.there = e.stands
		more.coarseX, more.coarseY = geo.Fixed(coarse)
		more.placed, more.cell = true, dealmap.CellOf(at)
	}
	e.ground, e.terms, e.traits = of.ground, of.terms, of.traits
	if p.Closing != nil {
		more.reason = dealmap.ReasonNumber(p.Closing.Reason)
	}
	part, i := c.writable(r.at)
	part.grounds[i], part.entries[i], part.rest[i], part.records[i], part.histories[i] = e.ground, e, more, r, nil
	if len(p.Past) > 0 {
		part.histories[i] = &history{p.Marks(), p.Past}
	}
}

// remove empties a slot.
func (c *columns) remove(at slot) {
	part, i := c.writable(at)
	part.entries[i], part.rest[i], part.records[i], part.histories[i] = entry{}, rest{}, nil, nil
}

// at returns the record, nil when it was removed, and the entry of a slot; they must not be changed.
func (c *columns) at(n slot) (*record, *entry) {
	part, i := c.find(n)
	return part.records[i], &part.entries[i]
}
