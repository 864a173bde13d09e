package seeds

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

func TestFieldTellsOnlyWhatCouldBeWritten(t *testing.T) {
	t.Parallel()
	list, err := Territories()
	if err != nil {
		t.Fatal(err)
	}
	terr, err := geo.NewTerritories(list)
	if err != nil {
		t.Fatal(err)
	}
	asOf := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	today := dealmap.DateOf(asOf)
	places := slices.Collect(Places(1500, 7, terr, asOf))
	departement := func(p *dealmap.AddPlace) string {
		chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + p.Facts.Commune))
		for _, code := range chain {
			if code.Level() == dealmap.LevelDepartement {
				return code.ID()
			}
		}
		return ""
	}
	notes := Field(places, departement, today, 7)
	if again := Field(places, departement, today, 7); !reflect.DeepEqual(again, notes) {
		t.Error("the same seed gives others")
	}
	byID := map[dealmap.ID]*dealmap.AddPlace{}
	for i := range places {
		byID[places[i].ID] = &places[i]
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
