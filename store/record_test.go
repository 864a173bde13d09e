package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
)

// someRecords makes records of places, some of which have a past.
func someRecords(r *rand.Rand, n int) []*record {
	records := make([]*record, n)
	for i := range records {
		at := orb.Point{5 + r.Float64(), 43 + r.Float64()}
		p := &dealmap.Place{
			ID: dealmap.ID{byte(i >> 8), byte(i), 6: 0x40, 8: 0x80}, Reference: fmt.Sprintf("13-%04d", i), Status: dealmap.Active,
			Territories: []dealmap.TerritoryCode{"com:13055", "dep:13"}, Added: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC),
		}
		p.Facts = dealmap.Facts{
			Name: fmt.Sprint("Cité n° ", i), Address: "3, rue de l’Évêché", Commune: "13055", Kind: dealmap.Street, Accuracy: dealmap.AccuracyBuilding,
			Owner: dealmap.Owner{Service: dealmap.ServicePN, Unit: fmt.Sprint("Unité ", r.IntN(5))}, Networks: []string{fmt.Sprint("R-13-", r.IntN(9))},
		}
		if i%4 > 0 {
			p.Facts.Position = &at
		}
		if i%3 == 0 {
			day := dealmap.Date{Year: 2026, Month: 2, Day: 1}
			after, err := dealmap.Fold(p, dealmap.Event{Time: p.Added.AddDate(0, 1, 0), Kind: dealmap.EventPlaceStepped, Body: dealmap.PlaceStepped{To: dealmap.Dormant, Date: day}})
			if err != nil {
				panic(err)
			}
			p = after
		}
		records[i] = newRecord(p)
	}
	return records
}

// TestPackedPlacesAreThePlaces packs places, reads them from many sides while others are let go of, and wants what they were.
func TestPackedPlacesAreThePlaces(t *testing.T) {
	t.Parallel()
	const places, whole = 300, 20
	records := someRecords(rand.New(rand.NewPCG(1, 2)), places)
	s := filled(records)
	v := newVault(s.columns.classes, whole)
	want, forms := make([]*dealmap.Place, places), make([][]byte, places)
	keys := make([][]byte, places)
	for i, r := range records {
		want[i], keys[i] = r.place(), r.appendKey(nil)
		forms[i] = written(t, want[i])
		if err := v.pack(r, forms[i]); err != nil {
			t.Fatal(err)
		}
	}
	var sides sync.WaitGroup
	for side := range 4 {
		sides.Go(func() {
			random := rand.New(rand.NewPCG(3, uint64(side)))
			for range 5000 {
				i := random.IntN(places)
				r := records[i]
				read := r.place
				if random.IntN(2) == 0 {
					read = r.glance
				}
				if p := read(); !bytes.Equal(written(t, p), forms[i]) {
					t.Errorf("place %d is\n%+v\nand was\n%+v", i, p, want[i])
				}
				at, found := r.Spot()
				wanted, spotted := want[i].Spot()
				if !bytes.Equal(r.appendKey(nil), keys[i]) || r.reference() != want[i].Reference || r.commune() != want[i].Facts.Commune ||
					at != wanted || found != spotted || (r.hints&placed != 0) != want[i].HasPosition() || r.Identity() != want[i].ID {
					t.Errorf("record %d does not tell of its place", i)
				}
			}
		})
	}
	sides.Wait()
	kept := 0
	for _, r := range records {
		if r.whole.Load() != nil {
			kept++
		}
	}
	for i, r := range records {
		for n := range r.place().Past {
			if now, was := &r.place().Past[n], &want[i].Past[n]; now.Ground != was.Ground || now.Held != was.Held || now.Traits != was.Traits {
				t.Errorf("the past of place %d is not of the classes of its map", i)
			}
		}
	}
	if kept == 0 || kept > whole {
		t.Errorf("%d places are whole, want %d at most", kept, whole)
	}
	if a, b := records[7].place(), records[7].place(); a != b {
		t.Error("a place that was just asked for is another")
	}
}

// holds reports whether a place is kept whole.
func (v *vault) holds(id dealmap.ID) bool {
	for i := range v.whole {
		if r := v.whole[i].Load(); r != nil && r.id == id {
			return true
		}
	}
	return false
}

// TestErasedPlacesAreLetGoOf erases places while they are packed, and asked for by those who look at a map from before.
func TestErasedPlacesAreLetGoOf(t *testing.T) {
	t.Parallel()
	const places = 400
	records := someRecords(rand.New(rand.NewPCG(1, 2)), places)
	v := newVault(newColumns().classes, 2*places) // nothing else is in the way of what is kept
	names, forms := make([]string, places), make([][]byte, places)
	for i, r := range records {
		names[i], forms[i] = r.place().Facts.Name, written(t, r.place())
		if i%2 > 0 {
			continue // packed below, as by a checkpoint that began before
		}
		if err := v.pack(r, forms[i]); err != nil {
			t.Fatal(err)
		}
		if r.whole.Store(nil); i%4 == 0 { // or it is packed only
			r.place()
		}
	}
	if !v.holds(records[0].id) {
		t.Fatal("there is nothing to let go of")
	}
	var sides sync.WaitGroup
	sides.Go(func() {
		for _, r := range records {
			v.forget(r.id)
		}
	})
	for range 3 {
		sides.Go(func() {
			for i, r := range records {
				if err := v.pack(r, forms[i]); err != nil || r.place().Facts.Name != names[i] {
					t.Errorf("place %d: %v", i, err)
				}
			}
		})
	}
	sides.Wait()
	for i, r := range records {
		if v.holds(r.id) {
			t.Errorf("erased place %d is still held", i)
		}
		if r.place().Facts.Name != names[i] {
			t.Errorf("place %d is another to those who look at a map from before", i)
		}
	}
}

// TestPlacesThatCannotBeReadStayWhole packs places in forms that hold less than them, or more, among others.
func TestPlacesThatCannotBeReadStayWhole(t *testing.T) {
	t.Parallel()
	records := someRecords(rand.New(rand.NewPCG(1, 2)), 30)
	v, forms := newVault(newColumns().classes, 1), map[*record][]byte{}
	for i, r := range records {
		form := written(t, r.place())
		forms[r] = [][]byte{form, form[:len(form)-1], append(form, ' '), nil, {placeForm}}[i%5]
	}
	if err := v.packAll(forms); !errors.Is(err, errStateCheck) {
		t.Errorf("%v", err)
	}
	for i, r := range records {
		name := r.place().Facts.Name
		for _, other := range records { // which takes all the room there is
			other.place()
		}
		if packed := r.packed.Load() != nil; packed != (i%5 == 0) || r.place().Facts.Name != name {
			t.Errorf("place %d: packed %v", i, packed)
		}
	}
}

// TestGlancesLeaveWholeWhatIsAskedFor goes through a map of more places than are kept whole.
func TestGlancesLeaveWholeWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	records := someRecords(rand.New(rand.NewPCG(1, 2)), 100)
	v := newVault(newColumns().classes, 10)
	for _, r := range records {
		if err := v.pack(r, written(t, r.place())); err != nil {
			t.Fatal(err)
		}
	}
	asked := records[3].place()
	for _, r := range records {
		r.glance()
	}
	if records[3].place() != asked {
		t.Error("going through the map let go of a place that was asked for")
	}
}

// TestFilledTreesAreWhole compares trees that were filled with what went in, before and after changes, and wants copies to stay as they are.
func TestFilledTreesAreWhole(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 31, 127, 128, 255, 256, 1000, 40_000} {
		empty := btree.NewBTreeGOptions(func(a, b int) bool { return a < b }, btree.Options{NoLocks: true, Degree: 16})
		tree := fillTree(empty, n, func(i int) int { return 2 * i })
		before := tree.Copy()
		want := make([]int, n)
		for i := range want {
			want[i] = 2 * i
		}
		if !slices.Equal(tree.Items(), want) || tree.Len() != n {
			t.Fatalf("%d items are %d others", n, tree.Len())
		}
		for i := range n {
			tree.Set(2*i + 1)
		}
		if tree.Len() != 2*n || !slices.IsSorted(tree.Items()) || !slices.Equal(before.Items(), want) {
			t.Errorf("after changes: %d items of %d, %d in the copy", tree.Len(), 2*n, before.Len())
		}
	}
}
