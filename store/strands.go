package store

import (
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
	"github.com/tidwall/rtree"
)

// strands keeps of every link what drawing and counting links needs, close together in memory, and finds those that may cross a
// box. It is to links what columns is to places, and persistent like it.
type strands struct {
	pages[skein]
	next slot
	at   *btree.Map[string, slot] // by id of the link
	// tree has those that can be drawn, by the box of their arcs on Mercator's unit square.
	tree rtree.RTreeGN[float64, slot]
}

type skein struct {
	strands [chunkSize]strand
	links   [chunkSize]*dealmap.Link
	boxes   [chunkSize]orb.Bound
}

// strand is one link. Everything in it follows from the link and from the places that its ends are now.
type strand struct {
	from, to tiedEnd
	// terms and network are numbers of classes of the link itself.
	terms, network uint32
	since, until   int32 // dealmap.Date.Number
	strength       int32
	kind, means    uint8 // dealmap.LinkKind.Number, dealmap.Means.Number
	live           bool  // it holds two places of the map together
	led            bool  // an end was merged since into the place that it is now
	drawn          bool  // it is in the tree
}

// tiedEnd is the place that an end of a link is now: where the columns have it, and its classes.
type tiedEnd struct {
	at            slot
	ground, terms uint32
}

func newStrands() *strands {
	return &strands{pages: newPages[skein](), at: &btree.Map[string, slot]{}}
}

// copy returns strands that hold the same; changing either leaves the other as it is.
func (t *strands) copy() *strands {
	return &strands{t.pages.copy(), t.next, t.at.Copy(), *t.tree.Copy()}
}

// strand follows a link to what it is, nil when it was erased.
func (s *state) strand(id dealmap.ID, l *dealmap.Link) {
	switch {
	case s.strands == nil:
	case l == nil:
		s.strands.remove(id)
	default:
		made, box := s.twist(l, getRecord(s.places, l.Facts.From), getRecord(s.places, l.Facts.To))
		s.strands.put(l, made, box)
	}
}

// restrand follows a record from what it was to what it is: its links, and those of the records that went into it, lead elsewhere or
// are seen by others.
func (s *state) restrand(before, after *dealmap.Place) {
	if s.strands == nil || s.strands.next == 0 || before != nil && after != nil && tiesAlike(before, after) {
		return
	}
	var pending []dealmap.ID
	for _, p := range []*dealmap.Place{before, after} {
		if p != nil {
			pending = append(append(pending, p.ID), p.Members()...)
		}
	}
	for i := 0; i < len(pending) && i < longestChain*longestChain; i++ {
		id := pending[i]
		if slices.Contains(pending[:i], id) {
			continue
		}
		for _, l := range linksOf(s.webbing, s.links, id) {
			s.strand(l.ID, l)
		}
		if member := s.Place(id); member != nil && i > 0 {
			pending = append(pending, member.Members()...)
		}
	}
}

// tiesAlike reports whether links of two states of a record are drawn and seen alike.
func tiesAlike(a, b *dealmap.Place) bool {
	return a.Into() == b.Into() && a.Stands() == b.Stands() && a.HasPosition() == b.HasPosition() && a.Position() == b.Position() &&
		slices.Equal(a.Territories, b.Territories) && a.Terms() == b.Terms()
}

// twist makes the strand of a link between two records, nil where there is none, and the box of its arcs when it can be drawn.
func (s *state) twist(l *dealmap.Link, one, other *record) (t strand, box orb.Bound) {
	f := &l.Facts
	from, ledFrom := s.tie(one)
	to, ledTo := s.tie(other)
	kind, knownKind := f.Kind.Number()
	means, knownMeans := f.Means.Number()
	if l.Removed || from.at == 0 || to.at == 0 || from.at == to.at || !knownKind || !knownMeans {
		return t, box
	}
	t = strand{
		from: from, to: to, since: f.Since.Number(), until: f.Until.Number(), strength: int32(f.Strength), kind: kind, means: means,
		live: true, led: ledFrom || ledTo,
	}
	t.terms, t.network = s.columns.classes.ofLink(f)
	_, a := s.columns.at(from.at)
	_, b := s.columns.at(to.at)
	if t.drawn = a.there && b.there; t.drawn {
		box = geo.ArcBound(geo.Unfixed(a.x, a.y), geo.Unfixed(b.x, b.y)).Pad(geo.Unit)
	}
	return t, box
}

// tie finds the place that a record is now, of which the slot is 0 when it is none, and whether it was led there.
func (s *state) tie(r *record) (at tiedEnd, led bool) {
	for range longestChain {
		if r == nil {
			return at, led
		}
		if _, e := s.columns.at(r.at); e.stands {
			return tiedEnd{r.at, e.ground, e.terms}, led
		}
		into := r.place().Into()
		if into.IsZero() {
			return at, led
		}
		r, led = getRecord(s.places, into), true
	}
	return at, led
}

func (t *strands) put(l *dealmap.Link, made strand, box orb.Bound) {
	n, known := t.at.Get(string(l.ID[:]))
	if !known {
		t.next++
		n = t.next
		t.at.Set(string(l.ID[:]), n)
	}
	if known {
		was, i := t.find(n)
		if was.strands[i] == made && was.links[i] == l && was.boxes[i] == box {
			return
		}
	}
	part, i := t.writable(n)
	if old := &part.strands[i]; old.drawn != made.drawn || part.boxes[i] != box {
		if old.drawn {
			t.tree.Delete(part.boxes[i].Min, part.boxes[i].Max, n)
		}
		if made.drawn {
			t.tree.Insert(box.Min, box.Max, n)
		}
	}
	part.strands[i], part.links[i], part.boxes[i] = made, l, box
}

// remove empties the slot of a link.
func (t *strands) remove(id dealmap.ID) {
	n, known := t.at.Delete(string(id[:]))
	if !known {
		return
	}
	part, i := t.writable(n)
	if part.strands[i].drawn {
		t.tree.Delete(part.boxes[i].Min, part.boxes[i].Max, n)
	}
	part.strands[i], part.links[i], part.boxes[i] = strand{}, nil, orb.Bound{}
}
