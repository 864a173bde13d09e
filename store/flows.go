package store

import (
	"cmp"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// LinkBox yields the links that a scope is told of and a filter lets through, both ends of which have a position, and whose arcs
// (geo.ArcBound, geo.ArcMayCross) may cross a box on Mercator's unit square, in no order, until yield returns false. Of two links between the same places it yields both
// or none.
func (s *Snapshot) LinkBox(scope dealmap.Scope, f *dealmap.LinkFilter, box orb.Bound, yield func(dealmap.LinkSight) bool) {
	t := newTying(s, &scope, f)
	s.strands.tree.Search(box.Min, box.Max, func(_, _ [2]float64, n slot) bool {
		part, i := s.strands.find(n)
		if d, _ := t.see(&part.strands[i]); d < dealmap.Shown || !s.mayCross(&part.strands[i], box) {
			return true
		}
		sight, ok := t.sight(part, i)
		return !ok || yield(sight)
	})
}

// mayCross passes over most links that lead past a box, before anything is asked of them one by one.
func (s *Snapshot) mayCross(link *strand, box orb.Bound) bool {
	_, from := s.columns.at(link.from.at)
	_, to := s.columns.at(link.to.at)
	return geo.ArcMayCross(geo.Unfixed(from.x, from.y), geo.Unfixed(to.x, to.y), geo.ArcReach, box.Pad(geo.Unit))
}

// Flows counts the links that a scope may count and a filter lets through by the territories of a level.
func (s *Snapshot) Flows(scope dealmap.Scope, f *dealmap.LinkFilter, level dealmap.Level) dealmap.Flows {
	flows := dealmap.Flows{}
	kinds, means := dealmap.LinkKinds(), append([]dealmap.Term{{}}, dealmap.LinkMeans()...)
	p := s.columns.classes.partsAt(level)
	s.eachStrand(&scope, f, func(link *strand) {
		from, to := p.of(link.from.ground), p.of(link.to.ground)
		if from < 0 || to < 0 {
			return
		}
		key := dealmap.NewFlowKey(p.codes[from], p.codes[to], dealmap.LinkKind(kinds[link.kind].Value), dealmap.Means(means[link.means].Value))
		count := flows[key]
		count.Links++
		count.Strength += int64(link.strength)
		flows[key] = count
	})
	return flows
}

// FlowTable counts the links that a scope may count and a filter lets through by the ways between the territories of a level.
func (s *Snapshot) FlowTable(scope dealmap.Scope, f *dealmap.LinkFilter, level dealmap.Level) dealmap.FlowTable {
	p := s.columns.classes.partsAt(level)
	// Each processor counts some of the links.
	shares := make([]*ways, min(runtime.GOMAXPROCS(0), 1+s.strands.chunks/leastShare))
	var wg sync.WaitGroup
	for n := range shares {
		shares[n] = newWays(len(p.codes))
		defer shares[n].release()
		wg.Go(func() { s.countWays(&scope, f, s.strands.share(n, len(shares)), p, shares[n]) })
	}
	wg.Wait()
	ways := shares[0]
	for _, share := range shares[1:] {
		for i := range share.lines {
			ways.line(share.lines[i].From, share.lines[i].To).Join(&share.lines[i])
		}
	}
	return dealmap.FlowTable{Territories: p.codes, Lines: ways.inOrder()}
}

// leastShare is how many chunks of links are worth a processor of their own.
const leastShare = 64

// countWays counts some of the links.
func (s *Snapshot) countWays(scope *dealmap.Scope, f *dealmap.LinkFilter, chunks iter.Seq[*skein], p *parts, into *ways) {
	s.eachStrandOf(chunks, scope, f, func(link *strand) {
		from, to := p.of(link.from.ground), p.of(link.to.ground)
		if from < 0 || to < 0 {
			return
		}
		if to < from && !directed[link.kind] {
			from, to = to, from
		}
		into.line(from, to).Add(link.kind, link.means, int(link.strength))
	})
}

// directed tells of which kinds the links lead somewhere.
var directed = func() (list [dealmap.KindsOfLink]bool) {
	for i, kind := range dealmap.LinkKinds() {
		list[i] = dealmap.LinkKind(kind.Value).Directed()
	}
	return list
}()

// eachStrand yields what a scope may count and a filter lets through.
func (s *Snapshot) eachStrand(scope *dealmap.Scope, f *dealmap.LinkFilter, yield func(*strand)) {
	s.eachStrandOf(s.strands.share(0, 1), scope, f, yield)
}

func (s *Snapshot) eachStrandOf(chunks iter.Seq[*skein], scope *dealmap.Scope, f *dealmap.LinkFilter, yield func(*strand)) {
	t := newTying(s, scope, f)
	for part := range chunks {
		for i := range part.strands {
			d, asks := t.see(&part.strands[i])
			if d == dealmap.Nothing {
				continue
			}
			if asks {
				if _, ok := t.sight(part, uint32(i)); !ok {
					continue
				}
			}
			yield(&part.strands[i])
		}
	}
}

// parts are the territories of a level that grounds lie in, by their codes. They never change.
type parts struct {
	codes    []dealmap.TerritoryCode
	byGround []int32 // -1: in none
}

// partsAt returns the parts of a level, made anew when there are more grounds than the last time.
func (c *classes) partsAt(level dealmap.Level) *parts {
	grounds := c.grounds.all()
	if last, made := c.parts.Load(level); made && len(last.(*parts).byGround) >= len(grounds) {
		return last.(*parts)
	}
	p := newParts(grounds, level)
	c.parts.Store(level, p)
	return p
}

func newParts(grounds []*dealmap.Shared[[]dealmap.TerritoryCode], level dealmap.Level) *parts {
	p := &parts{byGround: make([]int32, len(grounds))}
	places := map[dealmap.TerritoryCode]int32{}
	at := make([]dealmap.TerritoryCode, len(grounds))
	for i, g := range grounds {
		at[i] = dealmap.TerritoryAt(g.Value, level)
		if _, known := places[at[i]]; !known && at[i] != "" {
			places[at[i]] = 0
			p.codes = append(p.codes, at[i])
		}
	}
	slices.Sort(p.codes)
	for i, code := range p.codes {
		places[code] = int32(i)
	}
	for i, code := range at {
		p.byGround[i] = -1
		if code != "" {
			p.byGround[i] = places[code]
		}
	}
	return p
}

func (p *parts) of(ground uint32) int32 { return p.byGround[ground] }

// ways finds the line of two territories.
type ways struct {
	lines []dealmap.FlowLine
	count int
	// dense has one more than a line's place by from and to; sparse has it where there are too many territories for that.
	dense  []int32
	sparse map[[2]int32]int32
}

// mostDense is the number of territories up to which all pairs of them are held.
const mostDense = 1024

var wayPool = sync.Pool{New: func() any { return new(ways) }}

// newWays returns one without a line. It is to be released: the memory of one is some megabytes.
func newWays(territories int) *ways {
	w := wayPool.Get().(*ways)
	w.count = territories
	if territories > mostDense {
		w.dense, w.sparse = nil, map[[2]int32]int32{}
		return w
	}
	if pairs := territories * territories; cap(w.dense) < pairs {
		w.dense = make([]int32, pairs)
	} else {
		w.dense = w.dense[:pairs] // nothing but zeros
	}
	return w
}

// release leaves it without a line for the next.
func (w *ways) release() {
	if w.dense != nil {
		for i := range w.lines {
			w.dense[int(w.lines[i].From)*w.count+int(w.lines[i].To)] = 0
		}
	}
	w.lines, w.sparse = w.lines[:0], nil
	wayPool.Put(w)
}

func (w *ways) at(from, to int32) int32 {
	if w.dense != nil {
		return w.dense[int(from)*w.count+int(to)]
	}
	return w.sparse[[2]int32{from, to}]
}

// line returns the line from one territory to another; it is good until the next call.
func (w *ways) line(from, to int32) *dealmap.FlowLine {
	at := w.at(from, to)
	if at == 0 {
		w.lines = append(w.lines, dealmap.FlowLine{From: from, To: to})
		at = int32(len(w.lines))
		if w.dense != nil {
			w.dense[int(from)*w.count+int(to)] = at
		} else {
			w.sparse[[2]int32{from, to}] = at
		}
	}
	return &w.lines[at-1]
}

// inOrder returns a copy of the lines in the order of From, then To.
func (w *ways) inOrder() []dealmap.FlowLine {
	for i := range w.lines {
		w.lines[i].Back = w.at(w.lines[i].To, w.lines[i].From) != 0
	}
	if w.dense == nil {
		return slices.SortedFunc(slices.Values(w.lines), func(a, b dealmap.FlowLine) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	}
	list := make([]dealmap.FlowLine, 0, len(w.lines))
	for _, at := range w.dense {
		if at != 0 {
			list = append(list, w.lines[at-1])
		}
	}
	return list
}
