package tiles

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// following is a snapshot that knows the changes that led to it, and counts how often everything is read.
type following struct {
	*fake
	changes []dealmap.Change // change seq is at seq-1
	read    *int
}

func (f *following) Since(after dealmap.Seq) ([]dealmap.Change, bool) {
	return f.changes[after:f.seq], true
}

func (f *following) Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool) {
	*f.read++
	f.fake.Anchors(scope, box, yield)
}

// TestFollowingIsGathering changes a map step by step and draws now and then: what follows the changes must be what is
// gathered anew, and everything is to be read once only.
func TestFollowingIsGathering(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := world(t, 80)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "changes"), 3))
		scope := rapid.SampledFrom([]dealmap.Scope{ofast, gendarme, prefet, cross}).Draw(t, "scope")
		request := Request{
			Layers: []Layer{LayerClusters}, Scope: scope, Filter: anyFilter(t),
			Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(4, 12).Draw(t, "zoom"))),
		}
		d := NewDrawer(nil, Basemap{})
		var changes []dealmap.Change
		read := 0
		draw(t, d, &following{newFake(0, places), changes, &read}, request)
		for range 10 {
			for range r.IntN(4) {
				var before, after *dealmap.Place
				if i := r.IntN(len(places) + 1); i < len(places) && r.IntN(4) > 0 {
					before = places[i]
					places = slices.Delete(slices.Clone(places), i, i+1)
				}
				if before == nil || r.IntN(3) > 0 {
					after = newPlace(r, r.Uint64(), orb.Point{5.37 + r.NormFloat64()*0.05, 43.3})
					places = append(places, after)
				}
				changes = append(changes, dealmap.NewChange(dealmap.Seq(len(changes)+1), before, after))
			}
			src := &following{newFake(dealmap.Seq(len(changes)), places), changes, &read}
			got := draw(t, d, src, request)
			if want := draw(t, NewDrawer(nil, Basemap{}), src.fake, request); string(got) != string(want) {
				t.Fatalf("after %d changes: not what is gathered anew", len(changes))
			}
		}
		if read != 1 {
			t.Fatalf("everything was read %d times", read)
		}
	})
}

// TestWhatCannotBeFollowedIsGathered draws an older snapshot, one after too many changes, and one whose changes do not fit.
func TestWhatCannotBeFollowedIsGathered(t *testing.T) {
	t.Parallel()
	places := france(4, 400)
	request := Request{Layers: []Layer{LayerClusters}, Scope: ofast, Tile: maptile.At(orb.Point{2.35, 48.86}, 7)}
	read := 0
	d := NewDrawer(nil, Basemap{})
	var changes []dealmap.Change
	for i := range 2 * mostChanges {
		changes = append(changes, dealmap.NewChange(dealmap.Seq(i+1), nil, places[200+i%200]))
	}
	at := func(seq dealmap.Seq, n int) *following { return &following{newFake(seq, places[:n]), changes, &read} }
	stranger := dealmap.NewChange(200, newPlace(rand.New(rand.NewPCG(3, 3)), 9, orb.Point{2, 48}), nil)
	for i, c := range []struct {
		src  *following
		read int
	}{
		{at(10, 210), 1}, {at(5, 205), 2}, {at(10, 210), 2}, {at(10+mostChanges+1, 350), 3},
	} {
		got := draw(t, d, c.src, request)
		if want := draw(t, NewDrawer(nil, Basemap{}), c.src.fake, request); string(got) != string(want) || read != c.read {
			t.Errorf("step %d: read %d times, want %d; right: %v", i, read, c.read, string(got) == string(want))
		}
	}
	changes[199] = stranger
	src := at(200, 400)
	if got, want := draw(t, d, src, request), draw(t, NewDrawer(nil, Basemap{}), src.fake, request); string(got) != string(want) {
		t.Error("a change of a place that was not there is believed")
	}
}
