package seeds_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

func TestWebsTieOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	made, terr := places(t, 4000, seed)
	all, today := slices.Collect(made), dealmap.DateOf(asOf)
	departement := func(p *dealmap.AddPlace) string { return departementOf(t, terr, *p).ID() }
	notes := seeds.Webs(all, departement, today, seed)
	if again := seeds.Webs(all, departement, today, seed); !reflect.DeepEqual(again, notes) {
		t.Error("the same seed gives others")
	}
	byID := map[dealmap.ID]*dealmap.AddPlace{}
	for i := range all {
		byID[all[i].ID] = &all[i]
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
		case seeds.Assignment:
			if !recorded[cmd.Network] || len(cmd.Places) < 10 {
				t.Errorf("%d places of network %s", len(cmd.Places), cmd.Network)
			}
		case seeds.Tie:
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
