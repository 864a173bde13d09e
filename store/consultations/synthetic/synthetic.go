// Package synthetic makes consultation logs for tests and benchmarks: the lines of a service that works with the map, with
// the mix of outputs, people and sessions of a real one. The same seed gives the same lines. Nothing in them is real.
package synthetic

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// Options say which log is made.
type Options struct {
	Seed  uint64
	Lines int
	// Start and End are the times of the first line and after the last one.
	Start, End time.Time
	// People is the number of persons, Places that of places on the map; 2,000 and 4,000 when zero.
	People, Places int
}

// Place returns the id of a place of the map, from 0.
func Place(n int) dealmap.ID {
	var id dealmap.ID
	r := rand.New(rand.NewPCG(uint64(n), 7))
	binary.BigEndian.PutUint64(id[:], r.Uint64())
	binary.BigEndian.PutUint64(id[8:], r.Uint64())
	return id
}

// Person returns the subject of a person, from 0.
func Person(n int) string { return fmt.Sprintf("agent-%04d", n) }

// Tiles returns the addresses of the tiles that draw a place.
func Tiles(place int) (all []dealmap.TileAddress) {
	x, y := spot(place)
	for z := uint32(lowest); z <= highest; z++ {
		all = append(all, dealmap.TileAddress{Z: z, X: x >> (highest - z), Y: y >> (highest - z)})
	}
	return all
}

const lowest, highest = 9, 16

// spot puts a place on the tiles of the highest zoom, near one of some towns in France.
func spot(place int) (x, y uint32) {
	r := rand.New(rand.NewPCG(uint64(place), 11))
	town := rand.New(rand.NewPCG(uint64(r.IntN(40)), 13))
	x = 32600 + uint32(town.IntN(1500)) + uint32(r.IntN(40))
	y = 22500 + uint32(town.IntN(1500)) + uint32(r.IntN(40))
	return x, y
}

var motives = []string{"enquete", "surveillance", "preparation-operation", "analyse", "controle"}

type session struct {
	who  dealmap.Consultation
	at   int // the place that it looks at
	left int
	// layers and query stay the same while somebody pans.
	query string
}

// Lines yields the lines in order.
func Lines(o Options) iter.Seq[dealmap.Consultation] {
	if o.People == 0 {
		o.People = 2000
	}
	if o.Places == 0 {
		o.Places = 4000
	}
	return func(yield func(dealmap.Consultation) bool) {
		r := rand.New(rand.NewPCG(o.Seed, 17))
		m := maker{Options: o, r: r, places: make([]dealmap.ID, o.Places), spots: make([][2]uint32, o.Places)}
		for i := range m.places {
			m.places[i] = Place(i)
			x, y := spot(i)
			m.spots[i] = [2]uint32{x, y}
		}
		open := make([]session, 50)
		step := o.End.Sub(o.Start) / time.Duration(max(o.Lines, 1))
		for n := range o.Lines {
			s := &open[r.IntN(len(open))]
			if s.left == 0 {
				*s = m.session()
			}
			s.left--
			c := s.who
			m.output(&c, s)
			c.Time = o.Start.Add(time.Duration(n)*step + time.Duration(r.Int64N(int64(step)+1))).UTC()
			c.Seq = dealmap.Seq(1 + n/500)
			if !yield(c) {
				return
			}
		}
	}
}

type maker struct {
	Options
	r      *rand.Rand
	places []dealmap.ID
	spots  [][2]uint32
}

func (m *maker) session() session {
	person := m.r.IntN(m.People)
	s := session{at: m.r.IntN(len(m.places)), left: 50 + m.r.IntN(400)}
	s.who = dealmap.Consultation{
		Subject: Person(person), Grant: Place(1_000_000 + person), Role: dealmap.RoleInvestigator,
		Service: []dealmap.Service{"PN", "GN", "DGDDI", "PP"}[person%4], Unit: fmt.Sprintf("unité %03d", person%300),
		Motive: motives[m.r.IntN(len(motives))], Operation: dealmap.OpConsultation,
	}
	switch m.r.IntN(10) {
	case 0, 1, 2:
		s.who.Case = fmt.Sprintf("PV-%05d/2026", m.r.IntN(20000))
	case 3:
		s.who.Token, s.who.Operation = Place(2_000_000+person), dealmap.OpCombination
	}
	if m.r.IntN(3) == 0 {
		s.query = []string{"status=active", "product=cannabis&status=active", "kind=four", "territory=dep%3A13"}[m.r.IntN(4)]
	}
	return s
}

// output makes one output of a session: tiles for the most part.
func (m *maker) output(c *dealmap.Consultation, s *session) {
	if m.r.IntN(40) == 0 {
		s.at = m.r.IntN(len(m.places))
	}
	kind := m.r.IntN(1000)
	switch {
	case kind < 780:
		c.What, c.Layers, c.Query = dealmap.WhatTile, "deal_points", s.query
		z := lowest + m.r.IntN(highest-lowest+1)
		if kind < 150 {
			c.Layers, z = "clusters", 5+m.r.IntN(4)
		}
		at, down := m.spots[s.at], highest-z
		c.Tile = &dealmap.TileAddress{Z: uint32(z), X: at[0]>>down + uint32(m.r.IntN(3)) - 1, Y: at[1]>>down + uint32(m.r.IntN(3)) - 1}
	case kind < 850:
		c.What, c.Query = dealmap.WhatList, s.query
		c.After, c.Last = m.places[s.at], m.places[s.at]
		binary.BigEndian.PutUint64(c.Last[:], binary.BigEndian.Uint64(c.Last[:])|1<<58-1)
	case kind < 950:
		c.What, c.Places = dealmap.WhatSheet, m.places[s.at:s.at+1]
	case kind < 980:
		c.What, c.Query = dealmap.WhatSearch, strings.Repeat("rue ", 1+m.r.IntN(2))+fmt.Sprint(m.r.IntN(500))
		for range m.r.IntN(8) {
			c.Places = append(c.Places, m.places[m.r.IntN(len(m.places))])
		}
	case kind < 999:
		c.What = dealmap.WhatCounts
	default:
		c.What, c.Operation, c.Query = dealmap.WhatExport, dealmap.OpDisclosure, s.query
		c.Recipients = []string{"parquet de Marseille"}
		c.Detail = "csv"
	}
}
