package consultations

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// Query says which lines are asked for. The zero Query asks for all. Conditions of several fields must all hold; of several
// values of one field, any.
type Query struct {
	// From is the earliest time, To the first one that is too late; zero: no bound.
	From, To time.Time
	Subject  string
	Whats    []string
	// Operations: a line that names none (of version 1) is a consultation.
	Operations []dealmap.Operation
	// Place and Tiles ask for candidates: the lines that may have disclosed a place. Those are the lines whose Places hold
	// it, pages of the list whose bounds take it in, every export, and tiles at one of these addresses that draw single
	// places. Whether a candidate did disclose it is for the caller to compute, from the map as it was.
	Place dealmap.ID
	Tiles []dealmap.TileAddress
	// Before leaves out the lines from this number on, for paging; zero: none.
	Before uint64
}

// sums are the layers that draw no single place.
var sums = []string{"basemap", "territories", "clusters", "heat"}

func showsPlaces(layers string) bool {
	for layer := range strings.SplitSeq(layers, ",") {
		if layer != "" && !slices.Contains(sums, layer) {
			return true
		}
	}
	return false
}

// How the place of a query is looked for in lines of a kind.
const (
	never     = iota
	always    // no place is asked for, or the line is a candidate whatever it holds
	byTile    // and by places
	byBounds  // and by places
	byMention // by places only
)

// plan is a Query that is ready to be asked.
type plan struct {
	Query
	from, to int64 // times from..to, both included
	byZoom   [64][]uint64
}

func (q Query) plan() *plan {
	p := &plan{Query: q, from: math.MinInt64, to: math.MaxInt64}
	if !q.From.IsZero() {
		p.from = clampTime(q.From)
	}
	if !q.To.IsZero() {
		p.to = clampTime(q.To) - 1
	}
	for _, t := range q.Tiles {
		if v := packTile(t); unpackTile(v) == t && t.Z < 64 {
			p.byZoom[t.Z] = append(p.byZoom[t.Z], v)
		}
	}
	return p
}

func clampTime(t time.Time) int64 {
	at, ok := nanoseconds(t)
	switch {
	case ok:
		return at
	case t.Before(earliest):
		return math.MinInt64 + 1
	}
	return math.MaxInt64
}

func (p *plan) asksPlace() bool { return !p.Place.IsZero() || len(p.Tiles) > 0 }

// kind judges what was asked, and says how to look for the place.
func (p *plan) kind(operation, what, layers string) byte {
	if operation == "" {
		operation = string(dealmap.OpConsultation)
	}
	switch {
	case len(p.Whats) > 0 && !slices.Contains(p.Whats, what),
		len(p.Operations) > 0 && !slices.Contains(p.Operations, dealmap.Operation(operation)):
		return never
	case !p.asksPlace():
		return always
	case what == dealmap.WhatTile && showsPlaces(layers):
		return byTile
	case p.Place.IsZero():
		return never
	case what == dealmap.WhatExport:
		return always
	case what == dealmap.WhatList:
		return byBounds
	}
	return byMention
}

func (p *plan) wantsTile(v uint64) bool {
	for _, want := range p.byZoom[v>>(2*axisBits)] {
		if want == v {
			return true
		}
	}
	return false
}

func between(after, id, last dealmap.ID) bool {
	return bytes.Compare(after[:], id[:]) < 0 && bytes.Compare(id[:], last[:]) <= 0
}

// judge judges a line itself: for those that do not fit the columns.
func (p *plan) judge(c *dealmap.Consultation) bool {
	if !p.From.IsZero() && c.Time.Before(p.From) || !p.To.IsZero() && !c.Time.Before(p.To) || p.Subject != "" && c.Subject != p.Subject {
		return false
	}
	mentions := !p.Place.IsZero() && slices.Contains(c.Places, p.Place)
	switch p.kind(string(c.Operation), c.What, c.Layers) {
	case never:
		return false
	case always:
		return true
	case byTile:
		return mentions || c.Tile != nil && slices.Contains(p.Tiles, *c.Tile)
	case byBounds:
		return mentions || between(c.After, p.Place, c.Last)
	}
	return mentions
}

// matcher judges the rows of one segment.
type matcher struct {
	*plan
	*segment
	subjects []bool // by entry of whos; nil: any
	kinds    []byte // by entry of whichs
}

// newMatcher looks at the dictionaries only; nil: no row can match.
func newMatcher(p *plan, s *segment) *matcher {
	m := &matcher{plan: p, segment: s, kinds: make([]byte, s.whichs.len())}
	some := false
	for i := range m.kinds {
		w := readWhich(s.whichs.at(i))
		m.kinds[i] = p.kind(w.Operation, w.What, w.Layers)
		some = some || m.kinds[i] != never
	}
	if p.Subject != "" {
		m.subjects = make([]bool, s.whos.len())
		found := false
		for i := range m.subjects {
			m.subjects[i] = readSubject(s.whos.at(i)) == p.Subject
			found = found || m.subjects[i]
		}
		some = some && found
	}
	if !some {
		return nil
	}
	return m
}

func readSubject(b []byte) (subject string) {
	cutText(b, &subject)
	return subject
}

// verdict of a row.
const (
	no = iota
	yes
	unsure // an irregular row: the line itself must be judged
)

func (m *matcher) row(i int) int {
	kind := m.kinds[m.whichOf(i)]
	if kind == never || m.subjects != nil && !m.subjects[m.whoOf(i)] {
		return no
	}
	flags := m.flags[i]
	if flags&irregular != 0 {
		return unsure
	}
	if at := m.time(i); at < m.from || at > m.to {
		return no
	}
	ok := false
	switch kind {
	case always:
		ok = true
	case byTile:
		ok = flags&hasTile != 0 && m.wantsTile(m.tile(i)) || m.mentions(i)
	case byBounds:
		if flags&hasBounds != 0 {
			after, last, _ := m.details(i)
			ok = between(after, m.Place, last)
		}
		ok = ok || m.mentions(i)
	case byMention:
		ok = m.mentions(i)
	}
	if ok {
		return yes
	}
	return no
}

func (m *matcher) mentions(i int) bool { return !m.Place.IsZero() && m.holdsPlace(i, m.Place) }
