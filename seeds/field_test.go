package seeds_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

func TestFieldTellsOnlyWhatCouldBeWritten(t *testing.T) {
	t.Parallel()
	made, terr := places(t, 1500, seed)
	all, today := slices.Collect(made), dealmap.DateOf(asOf)
	departement := func(p *dealmap.AddPlace) string { return departementOf(t, terr, *p).ID() }
	notes := seeds.Field(all, departement, today, seed)
	if again := seeds.Field(all, departement, today, seed); !reflect.DeepEqual(again, notes) {
		t.Error("the same seed gives others")
	}
	byID := map[dealmap.ID]*dealmap.AddPlace{}
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	meetings, operations, last := 0, 0, dealmap.Date{}
	for _, n := range notes {
		if n.Day.Before(last) || today.Before(n.Day) {
			t.Fatalf("a note of %s comes after one of %s", n.Day, last)
		}
		last = n.Day
		switch cmd := n.Command.(type) {
		case dealmap.HoldMeeting:
			meetings++
		case dealmap.RecordOperation:
			operations++
			if len(cmd.Facts.Places) == 0 {
				t.Errorf("an operation nowhere: %+v", cmd.Facts)
			}
			for _, id := range cmd.Facts.Places {
				p := byID[id]
				if p.Facts.Handling.UnderEmbargo(today) || !p.Facts.FirstSeen.Before(cmd.Facts.From) {
					t.Errorf("an operation of %s names a place first seen on %s, embargo %s", cmd.Facts.From, p.Facts.FirstSeen, p.Facts.Handling.EmbargoUntil)
				}
				if departement(p) != departement(byID[cmd.Facts.Places[0]]) {
					t.Errorf("an operation in two départements")
				}
			}
		}
	}
	if meetings < 200 || operations < 50 {
		t.Errorf("%d meetings, %d operations", meetings, operations)
	}
}
