package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// TestMatchesFollowTheMap: a snapshot finds by position and by words in the commune, as the map is, after a move, an erasure and
// a new start; older snapshots stay as they were.
func TestMatchesFollowTheMap(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	scope := scopeOf(ofast)
	find := func(snapshot *store.Snapshot, f dealmap.Facts) (ids []dealmap.ID) {
		d := dealmap.Describe(&f)
		for _, m := range snapshot.Matches(scope, &d, 0.3, 10, dealmap.ID{}) {
			ids = append(ids, m.Sight.ID())
		}
		return ids
	}
	one := add(r, "Résidence des Œillets, hall 3")
	one.Facts.Commune = "13055"
	id := must(t, s, ofast, one, "").Subject
	unplaced := dealmap.AddPlace{ID: newID(r), AcceptDuplicates: true, Facts: dealmap.Facts{Kind: dealmap.Four, Name: "Cité des Pervenches, bâtiment B",
		Address: "7 rue Berlioz", Commune: "13055", Accuracy: dealmap.AccuracyCommune}}
	must(t, s, ofast, unplaced, "")
	for i := range 50 {
		other := add(r, fmt.Sprintf("Cité n° %d", i))
		other.Facts.Commune = "13055"
		must(t, s, ofast, other, "")
	}
	before := s.Snapshot()
	words := dealmap.Facts{Kind: dealmap.Street, Name: "OEILLETS ENTREE 3", Commune: "13055", Accuracy: dealmap.AccuracyCommune}
	moved := one.Facts
	pervenches := one.Facts
	pervenches.Name, pervenches.Address = "Pervenches bât B", "7, rue Berlioz"
	for what, f := range map[string]dealmap.Facts{"where it is": moved, "by words": words} {
		if got := find(before, f); !slices.Equal(got, []dealmap.ID{id}) {
			t.Errorf("%s: %v, want %v", what, got, id)
		}
	}
	if got := find(before, pervenches); !slices.Equal(got, []dealmap.ID{unplaced.ID}) {
		t.Errorf("one without a position, from one with: %v", got)
	}
	must(t, s, ofast, dealmap.ChangePlace{ID: id, Patch: []byte(`{"commune":"59350","position":[3.06,50.63]}`)}, "")
	must(t, s, ofast, dealmap.ErasePlace{ID: unplaced.ID, Reason: "retention"}, "")
	check := func(after *store.Snapshot) {
		t.Helper()
		if got := find(after, words); len(got) != 0 {
			t.Errorf("it went to Lille and is found in Marseille: %v", got)
		}
		words := words
		words.Commune = "59350"
		if got := find(after, words); !slices.Equal(got, []dealmap.ID{id}) {
			t.Errorf("it went to Lille: %v", got)
		}
		if got := find(after, pervenches); len(got) != 0 {
			t.Errorf("it was erased: %v", got)
		}
	}
	check(s.Snapshot())
	if got := find(before, words); !slices.Equal(got, []dealmap.ID{id}) {
		t.Errorf("the older snapshot changed: %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check(open(t, store.Options{Dir: dir}).Snapshot())
}
