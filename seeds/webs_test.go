package seeds

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

func TestWebsTieOnlyWhatIsThere(t *testing.T) {
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
	places := slices.Collect(Places(4000, 7, terr, asOf))
	departement := func(p *dealmap.AddPlace) string {
		chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + p.Facts.Commune))
		for _, code := range chain {
			if code.Level() == dealmap.LevelDepartement {
				return code.ID()
			}
		}
		return ""
	}
	notes := Webs(places, departement, today, 7)
	if again := Webs(places, departement, today, 7); !reflect.DeepEqual(again, notes) {
		t.Error("the same seed gives others")
	}
	byID := map[dealmap.ID]*dealmap.AddPlace{}
	for i := range places {
		byID[places[i].ID] = &places[i]
	}
	recorded, kinds, ended, last := map[dealmap.ID]bool{}, map[dealmap.LinkKind]int{}, 0, dealmap.Date{}
	for _, n := range notes {
		if n.Day.Before(last) || !n.Day.Before(today) {
			t.Fatalf("a note of %s comes after one of %s", n.Day, last)
		}
		last = n.Day
		switch cmd := n.Command.(type) {
		case dealmap.RecordNetwork:
			recorded[cmd.ID] = true
		case Assignment:
			if !recorded[cmd.Network] || len(cmd.Places) < 10 {
				t.Errorf("%d places of network %s", len(cmd.Places), cmd.Network)
			}
		case Tie:
			from, to := byID[cmd.Facts.From], byID[cmd.Facts.To]
			if from == nil || to == nil || from == to || from.Facts.Handling.UnderEmbargo(today) || to.Facts.Handling.UnderEmbargo(today) ||
				n.Day.Before(from.Facts.FirstSeen) || n.Day.Before(to.Facts.FirstSeen) || n.Day.Before(cmd.Facts.Until) {
				t.Errorf("a link of %s that cannot be: %+v", n.Day, cmd.Facts)
			}
			if kinds[cmd.Facts.Kind]++; !cmd.Facts.Until.IsZero() {
				ended++
			}
		}
	}
	if len(recorded) < 12 || kinds[dealmap.Supplies] < 100 || kinds[dealmap.StoresFor] < 150 || kinds[dealmap.Rival] == 0 || kinds[dealmap.DisplacedTo] == 0 || ended == 0 {
		t.Errorf("%d networks, links %v, %d ended", len(recorded), kinds, ended)
	}
}
