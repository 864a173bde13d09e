package store

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/mesure5/dealmap"
)

// filled makes a map of places at once.
func filled(records []*record) *state {
	slices.SortFunc(records, func(x, y *record) int { return bytes.Compare(x.id[:], y.id[:]) })
	s := newState()
	f := newFilling(s, len(records))
	for _, r := range records {
		f.add(r, r.place())
	}
	f.end()()
	return s
}

// TestIndexesKeepNoTextsOfPlaces fills a map with places that are packed, changes one, and wants no index to hold on to the memory of their texts,
// which would stay when they are gone.
func TestIndexesKeepNoTextsOfPlaces(t *testing.T) {
	t.Parallel()
	records := someRecords(rand.New(rand.NewPCG(1, 2)), 50)
	s := newState()
	s.vault = newVault(s.columns.classes, 1)
	c, f := newLoading(), newFilling(s, len(records))
	for _, r := range records {
		c.keys, c.values = append(c.keys, r.id[:]), append(c.values, written(t, r.place()))
	}
	if err := c.read(newPlaceReader(s.vault)); err != nil {
		t.Fatal(err)
	}
	if err := c.handOut(f.add); err != nil {
		t.Fatal(err)
	}
	f.end()()
	before := s.Place(records[7].id)
	after := *before
	after.Facts.Name, after.Facts.Networks = "Autre", append(slices.Clone(before.Facts.Networks), "R-13-XYZ")
	s.put(before, &after)
	within := func(text string) bool {
		at := uintptr(unsafe.Pointer(unsafe.StringData(text)))
		for _, r := range c.records {
			own := r.packed.Load().own
			if first := uintptr(unsafe.Pointer(unsafe.StringData(own))); at >= first && at < first+uintptr(len(own)) {
				return true
			}
		}
		return false
	}
	if !within(before.Reference) {
		t.Fatal("this test does not know how texts lie in memory")
	}
	codes, plots := 0, 0
	s.webbing.codes.Scan(func(code string, _ uint32) bool {
		if codes++; within(code) {
			t.Errorf("code %s is a part of the texts of a place", code)
		}
		return true
	})
	s.plots.in([][2]uint64{{0, math.MaxUint64}}, func(l *leaf, i int) bool {
		plots++
		p := l.plot(i)
		sight := s.columns.classes.outlooks.all()[p.terms][dealmap.Whole].See(&p.Plot, s.columns.classes.attributes.all()[p.traits].look)
		if within(sight.Reference()) || sight.Reference() == "" {
			t.Errorf("words of plot %d are a part of the texts of a place", p.at)
		}
		return true
	})
	if members := s.webbing.members.Len(); members != len(records)+1 || codes == 0 || plots == 0 {
		t.Errorf("%d members, %d codes, %d plots", members, codes, plots)
	}
}
