package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
)

// mostStoryPlaces bounds the memory: a story is made as a whole, and what its first day holds is decided at once.
const mostStoryPlaces = 100_000

// tellStory fills an empty map with synthetic places as if services had entered and kept them over the last three years: what the
// journal says of each day was written on it.
func tellStory(ctx context.Context, m *machine, s *store.Store, places int, seed uint64, asOf time.Time) error {
	if places > mostStoryPlaces {
		return fmt.Errorf("%d points : une histoire en raconte %d au plus", places, mostStoryPlaces)
	}
	bars := newBars(m.globals, m.out)
	defer bars.finish()
	author := dealmap.Console(operator(), dealmap.RoleOfast)
	list := slices.Collect(seeds.Places(places, seed, m.territories, asOf))
	today := dealmap.DateOf(asOf.UTC()) // as Places has it
	defer m.clock.release()
	notes := append(seeds.Field(list, m.departementOf, today, seed), seeds.Webs(list, m.departementOf, today, seed)...)
	slices.SortStableFunc(notes, func(a, b seeds.FieldNote) int { return cmp.Compare(a.Day.Days(), b.Day.Days()) })
	begin := int32(0)
	for day, commands := range seeds.Story(list, today, seed) {
		m.clock.tell(day)
		if _, err := s.Do(ctx, author, dealmap.Batch{Commands: commands}, ""); err != nil {
			return fmt.Errorf("points fictifs, %s : %w", day.French(), err)
		}
		for len(notes) > 0 && !day.Before(notes[0].Day) {
			wait, err := tell(ctx, s, author, notes[0])
			if err != nil {
				return fmt.Errorf("opérations, réunions et réseaux fictifs, %s : %w", day.French(), err)
			}
			if notes = notes[1:]; wait != nil {
				at, _ := slices.BinarySearchFunc(notes, wait.Day.Days(), func(n seeds.FieldNote, day int32) int { return cmp.Compare(n.Day.Days(), day) })
				notes = slices.Insert(notes, at, *wait)
			}
		}
		if begin == 0 {
			begin = day.Days()
		}
		bars.show(uint64(day.Days()-begin), uint64(today.Days()-begin), "histoire fictive, en jours")
	}
	return nil
}

// postponed is how many days a link waits whose place is closed for a while.
const postponed = 30

// tell writes one note of a story. What cannot be written yet waits.
func tell(ctx context.Context, s *store.Store, author dealmap.Viewer, note seeds.FieldNote) (wait *seeds.FieldNote, err error) {
	cmd := note.Command
	codeOf := func(id dealmap.ID) string {
		record, ok := s.Snapshot().Network(dealmap.NewScope(author, note.Day), id)
		if !ok {
			return ""
		}
		return record.Code()
	}
	switch c := cmd.(type) {
	case seeds.Assignment:
		cmd = dealmap.AssignNetwork{Code: codeOf(c.Network), Add: c.Places}
	case seeds.Tie:
		c.Facts.Network = codeOf(c.Network)
		cmd = c.RecordLink
	}
	_, err = s.Do(ctx, author, cmd, "")
	if _, link := cmd.(dealmap.RecordLink); link && dealmap.KindOf(err) == dealmap.KindInvalid {
		return &seeds.FieldNote{Day: note.Day.AddDays(postponed), Command: note.Command}, nil
	}
	return nil, err
}

// departementOf is the code of the département that a synthetic place lies in, empty when it is not known.
func (m *machine) departementOf(p *dealmap.AddPlace) string {
	chain, _ := m.territories.Chain(dealmap.TerritoryCode("com:" + p.Facts.Commune))
	for _, code := range chain {
		if code.Level() == dealmap.LevelDepartement {
			return code.ID()
		}
	}
	return ""
}
