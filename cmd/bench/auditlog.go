package main

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/paulmach/orb/maptile"
)

// years is how long the consultation log of the bench goes back: as long as lines are kept.
const years = 3

// people is how many different persons consult the map of the bench.
const people = 300

// lines draws consultations as they come from people at work: mostly tiles over cities, some lists, sheets and searches.
type lines struct {
	random *rand.Rand
	grants []*dealmap.Grant
	places []dealmap.ID // sorted
	seq    dealmap.Seq
}

// one is what somebody looked at, at a moment.
func (l *lines) one(at time.Time) dealmap.Consultation {
	grant := l.grants[l.random.IntN(len(l.grants))]
	c := dealmap.Consultation{
		Time: at, Subject: grant.Subject, Grant: grant.ID, Role: grant.Role, Service: grant.Service, Unit: grant.Unit,
		Motive: "Préparation de patrouille", Operation: dealmap.OpConsultation, Seq: l.seq,
	}
	switch l.random.IntN(100) {
	case 0, 1, 2, 3:
		first := l.random.IntN(len(l.places) - 100)
		c.What, c.Query, c.After, c.Last = dealmap.WhatList, "limit=100", l.places[first], l.places[first+100]
	case 4, 5, 6, 7:
		c.What, c.Places = dealmap.WhatSheet, []dealmap.ID{l.places[l.random.IntN(len(l.places))]}
	case 8:
		c.What, c.Query, c.Places = dealmap.WhatSearch, "lavoir", []dealmap.ID{l.places[l.random.IntN(len(l.places))], l.places[l.random.IntN(len(l.places))]}
	default:
		// A screen's worth of tiles around a city; the closer, the more different ones.
		zoom := maptile.Zoom(9 + l.random.IntN(8))
		tile, around := maptile.At(cities[l.random.IntN(len(cities))], zoom), 2
		if zoom > 12 {
			around = 8
		}
		c.What, c.Layers = dealmap.WhatTile, "deal_points"
		c.Tile = &dealmap.TileAddress{Z: uint32(zoom), X: tile.X + uint32(l.random.IntN(around)), Y: tile.Y + uint32(l.random.IntN(around))}
		if l.random.IntN(4) == 0 {
			c.Query = "status=active"
		}
	}
	return c
}

// past yields n consultations spread over the years that lines are kept.
func (l *lines) past(n int) iter.Seq[dealmap.Consultation] {
	return func(yield func(dealmap.Consultation) bool) {
		end := time.Now().UTC()
		begin := end.AddDate(-years, 0, 1)
		for i := range n {
			if !yield(l.one(begin.Add(time.Duration(float64(i) / float64(n) * float64(end.Sub(begin)))))) {
				return
			}
		}
	}
}

// watchers gives people their grants on the bench's map, and returns what drawing lines about it needs, and the reference of a
// place that many have seen.
func (b *bench) watchers() (l *lines, reference string, err error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return nil, "", err
	}
	s, err := store.Open(b.ctx, store.Options{Dir: b.data, Territories: territories})
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for i := range people {
		grant := dealmap.Grant{Subject: fmt.Sprintf("agent%03d", i), Name: fmt.Sprintf("Agent %d", i), Role: dealmap.RoleInvestigator,
			Service: []dealmap.Service{dealmap.ServicePN, dealmap.ServiceGN, dealmap.ServiceDGDDI}[i%3], Unit: fmt.Sprintf("Unité %d", i%40),
			Territories: []dealmap.TerritoryCode{"dep:13"}}
		if _, err := s.Do(b.ctx, dealmap.Console("bench", dealmap.RoleAdmin), dealmap.GiveGrant{ID: newID(), Grant: grant}, ""); err != nil {
			return nil, "", err
		}
	}
	l = &lines{random: rand.New(rand.NewPCG(25, 2016)), seq: s.Snapshot().Seq()}
	for _, grant := range s.Snapshot().Grants() {
		if grant.Name != grant.Subject {
			l.grants = append(l.grants, grant)
		}
	}
	everything := dealmap.NewScope(dealmap.Console("bench", dealmap.RoleOfast), dealmap.DateOf(time.Now()))
	s.Snapshot().Each(everything, dealmap.ID{}, func(sight dealmap.Sight) bool {
		l.places = append(l.places, sight.ID())
		return true
	})
	s.Snapshot().Nearest(everything, cities[1], func(sight dealmap.Sight, _ float64) bool {
		reference = sight.Reference()
		return false
	})
	return l, reference, nil
}

// auditLog measures the consultation log: writing a line, and the auditor's questions and the proof over millions of them.
func (b *bench) auditLog() error {
	if b.lines == 0 {
		return nil
	}
	l, reference, err := b.watchers()
	if err != nil {
		return err
	}
	path := filepath.Join(b.data, consultations.FileName)
	if err := b.record(l, path); err != nil {
		return err
	}
	if err := b.verifyLog(); err != nil {
		return err
	}
	return b.questions(l, reference)
}

// record measures writing, first at the pace of a busy day, then as fast as it goes.
func (b *bench) record(l *lines, path string) (err error) {
	log, err := consultations.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	var times []time.Duration
	tile := l.one(time.Now())
	for tile.What != dealmap.WhatTile {
		tile = l.one(time.Now())
	}
	for begin, i := time.Now(), 0; i < 5000; i++ {
		time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Millisecond)))
		start := time.Now()
		tile.Time = start
		if err := log.Record(b.ctx, tile); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.add("line of a tile, in its request, at 1,000 tiles a second", fmt.Sprintf("p50 %.1f µs, p99 %.1f",
		micro(times[len(times)/2]), micro(times[len(times)*99/100])), "p50 < 20 µs")
	start := time.Now()
	if err := log.RecordAll(b.ctx, l.past(b.lines)); err != nil {
		return err
	}
	b.add(fmt.Sprintf("%d lines written", b.lines), fmt.Sprintf("%.0f /s", float64(b.lines)/time.Since(start).Seconds()), "")
	return nil
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
