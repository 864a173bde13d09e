package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// finds is what a state finds of its places, by all that they are found by.
func finds(s *state, references, codes []string) (found []string) {
	s.Near(orb.Point{5.5, 43.5}, 200_000, func(p *dealmap.Place, _ float64) bool {
		found = append(found, "near "+p.Reference+p.Facts.Name)
		return true
	})
	s.Unplaced("13055", func(p *dealmap.Place) bool {
		found = append(found, "unplaced "+p.Reference+p.Facts.Name)
		return true
	})
	s.InCommune("13001", nil, func(p *dealmap.Place) bool {
		found = append(found, "in 13001 "+p.Reference)
		return true
	})
	for _, reference := range references {
		if p := s.ByReference(reference); p != nil {
			found = append(found, reference+" is "+p.ID.String())
		}
		found = append(found, fmt.Sprint(reference, s.Taken(reference)))
	}
	for _, code := range codes {
		found = append(found, fmt.Sprint(code, s.Taken(code)))
	}
	for n := range byte(60) {
		if id, ok := s.Row(dealmap.RowHash{n}); ok {
			found = append(found, fmt.Sprint("row ", n, id))
		}
	}
	slices.Sort(found)
	return found
}

// TestTrialsFindWhatWasDecided changes places in trials that are asked now and then, and in maps of their own: both find the same, and the map that
// a trial was made of finds what it did.
func TestTrialsFindWhatWasDecided(t *testing.T) {
	t.Parallel()
	for round := range uint64(30) {
		random := rand.New(rand.NewPCG(round, 2))
		records := someRecords(random, 40)
		references, codes := []string{"13-9999"}, []string{"R-13-1", "R-13-NEW"}
		for _, r := range records {
			references = append(references, r.reference())
		}
		base, own := filled(slices.Clone(records)), filled(someRecords(rand.New(rand.NewPCG(round, 2)), 40))
		before, trial := finds(base, references, codes), base.try(nil)
		if !slices.Equal(finds(own, references, codes), before) || !slices.Equal(finds(trial, references, codes), before) {
			t.Fatal("two maps of the same places differ")
		}
		for range 12 {
			id := records[random.IntN(len(records))].id
			change := int(random.Uint32())
			for _, s := range []*state{trial, own} {
				if was := s.Place(id); was != nil {
					s.put(was, changed(was, change))
				}
			}
			if random.IntN(3) == 0 && !slices.Equal(finds(trial, references, codes), finds(own, references, codes)) {
				t.Fatalf("round %d: a trial finds\n%q\nwhere its places are\n%q", round, finds(trial, references, codes), finds(own, references, codes))
			}
		}
		if !slices.Equal(finds(trial, references, codes), finds(own, references, codes)) {
			t.Fatalf("round %d: a trial does not find what was decided", round)
		}
		if !slices.Equal(finds(base, references, codes), before) {
			t.Fatalf("round %d: a trial changes the map that it was made of", round)
		}
	}
}

// changed is a place after one of some changes; nil when it was erased.
func changed(was *dealmap.Place, change int) *dealmap.Place {
	after := *was
	switch change % 7 {
	case 0:
		return nil
	case 1:
		after.Facts.Position = &orb.Point{5.2, 43.2 + float64(change%100)/1000}
	case 2:
		after.Facts.Position = nil
	case 3:
		after.Facts.Commune = "13001"
	case 4:
		after.Reference = "13-9999"
	case 5:
		after.Facts.Networks = []string{"R-13-NEW"}
	case 6:
		after.Origin = &dealmap.Origin{Row: dealmap.RowHash{byte(change % 60)}}
	}
	after.Facts.Name += "."
	return &after
}
