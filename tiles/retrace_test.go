package tiles

import (
	"context"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// TestWhatIsSaidToBeDrawnIsDrawn draws random tiles and wants Draws, Drawn and Around to say of every place whether it is in
// them, judged by the features that orb's decoder finds.
func TestWhatIsSaidToBeDrawnIsDrawn(t *testing.T) {
	t.Parallel()
	shown, hidden := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := NewDrawer(nil, Basemap{}, PointsFrom(maptile.Zoom(rapid.IntRange(7, 11).Draw(t, "pointsFrom"))))
		places := world(t, 60)
		src := newFake(1, places)
		r := Request{
			Layers: rapid.SampledFrom([][]Layer{
				{LayerDealPoints}, {LayerDealPoints, LayerClusters}, {LayerDealPoints}, {LayerClusters}, {LayerSites}, {LayerSites, LayerDealPoints}, {LayerClusters, LayerSites},
			}).Draw(t, "layers"),
			Scope: rapid.SampledFrom(append([]dealmap.Scope{ofast, cross, gendarme}, everyScope...)).Draw(t, "scope"), Filter: anyFilter(t),
		}
		// A tile at or beside a place, so that edges and buffers are met often.
		centre := orb.Point{5.38, 43.3}
		if len(places) > 0 {
			centre = places[rapid.IntRange(0, len(places)-1).Draw(t, "near")].Position()
		}
		r.Tile = maptile.At(centre, maptile.Zoom(rapid.SampledFrom([]int{7, 9, 10, 11, 11, 12, 12, 13, 15, MaxZoom}).Draw(t, "zoom")))
		step := rapid.SampledFrom([]uint32{0, 0, 0, 1, ^uint32(0)})
		r.Tile.X += step.Draw(t, "dx")
		r.Tile.Y += step.Draw(t, "dy")

		drawn := map[uint64]bool{}
		tile := draw(t, d, src, r)
		for _, layer := range []Layer{LayerDealPoints, LayerSites} {
			for _, f := range decodeLayer(t, tile, layer) {
				drawn[uint64(f.ID.(float64))] = true
			}
		}
		said, err := d.Drawn(context.Background(), src, r)
		if err != nil {
			t.Fatal(err)
		}
		if len(said) != len(drawn) {
			t.Fatalf("%d places said, %d drawn", len(said), len(drawn))
		}
		for _, s := range said {
			if !drawn[s.ID().Number()] {
				t.Fatalf("%s is said to be drawn and is not", s.Reference())
			}
		}
		for _, p := range places {
			s, ok := r.Scope.See(p)
			is := drawn[p.ID.Number()]
			if got := ok && d.Draws(r, s); got != is {
				t.Fatalf("%s in %v: said %v, drawn %v", p.Reference, r.Tile, got, is)
			}
			around := p.HasPosition() && slices.Contains(d.Around(p.Position()), r.Tile)
			if is && !around {
				t.Fatalf("%s is drawn in %v, which is not around it", p.Reference, r.Tile)
			}
			if around && ok && slices.Contains(r.Layers, LayerOf(s.Kind())) && r.Filter.Match(s) && d.DrawsPlaces(r) && s.Showable() {
				if _, seen := s.Position(); seen != is {
					t.Fatalf("%s is in sight and around %v: position %v, drawn %v", p.Reference, r.Tile, seen, is)
				}
			}
			if is {
				shown++
			} else {
				hidden++
			}
		}
	})
	if shown < 20 || hidden < 100 {
		t.Errorf("%d shown, %d hidden: the test shows nothing", shown, hidden)
	}
}

func TestAroundIsSmall(t *testing.T) {
	t.Parallel()
	d := NewDrawer(nil, Basemap{})
	for _, p := range france(3, 200) {
		tiles := d.Around(p.Position())
		zooms := int(MaxZoom - d.pointsFrom + 1)
		if len(tiles) < zooms || len(tiles) > 4*zooms {
			t.Fatalf("%d tiles draw one place at %d zooms", len(tiles), zooms)
		}
	}
	if d.Draws(Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.New(0, 0, 12), Scope: ofast}, dealmap.Sight{}) {
		t.Error("nothing is drawn")
	}
}
