package main

import (
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
	notes := seeds.Field(list, m.departementOf, today, seed)
	begin := int32(0)
	for day, commands := range seeds.Story(list, today, seed) {
		m.clock.tell(day)
		if _, err := s.Do(ctx, author, dealmap.Batch{Commands: commands}, ""); err != nil {
			return fmt.Errorf("points fictifs, %s : %w", day.French(), err)
		}
		for len(notes) > 0 && !day.Before(notes[0].Day) {
			if _, err := s.Do(ctx, author, notes[0].Command, ""); err != nil {
				return fmt.Errorf("opérations et réunions fictives, %s : %w", day.French(), err)
			}
			notes = notes[1:]
		}
		if begin == 0 {
			begin = day.Days()
		}
		bars.show(uint64(day.Days()-begin), uint64(today.Days()-begin), "histoire fictive, en jours")
	}
	return nil
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
