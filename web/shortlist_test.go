package web

import (
	"bytes"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

// TestShortlistsComeInTheOrderOfIds sorts lists of ids that often begin alike, as the order of bytes and a cursor have it.
func TestShortlistsComeInTheOrderOfIds(t *testing.T) {
	t.Parallel()
	id := rapid.Custom(func(r *rapid.T) (id dealmap.ID) {
		id[0], id[7], id[8], id[15] = rapid.ByteMax(1).Draw(r, "a"), rapid.ByteMax(1).Draw(r, "b"), rapid.ByteRange(1, 2).Draw(r, "c"), rapid.Byte().Draw(r, "d")
		return id
	})
	rapid.Check(t, func(r *rapid.T) {
		var l shortlist
		var page []found
		var want []dealmap.ID
		after := rapid.SampledFrom([]dealmap.ID{{}, id.Draw(r, "after")}).Draw(r, "cursor")
		for i, id := range rapid.SliceOfNDistinct(id, 0, 60, rapid.ID).Draw(r, "ids") {
			page = append(page, found{sight: sightOf(t, &dealmap.Place{ID: id}), metres: float64(i)})
			if bytes.Compare(id[:], after[:]) > 0 {
				want = append(want, id)
			}
		}
		slices.SortFunc(want, func(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) })
		var got []dealmap.ID
		for _, one := range l.sort(page, after) {
			if got = append(got, one.id); one.sight.ID() != one.id {
				r.Fatalf("the place of %v stands at %v", one.sight.ID(), one.id)
			}
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%v, want %v", got, want)
		}
	})
}
