package tiles

import (
	"bytes"
	"context"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// TestPlacesAreWrittenLikeFeatures holds what is written of places in one pass to what the encoder writes of the same, part by part.
func TestPlacesAreWrittenLikeFeatures(t *testing.T) {
	t.Parallel()
	src := newFake(1, france(1, 2000))
	for name, scope := range map[string]dealmap.Scope{"ofast": ofast, "investigator": gendarme, "cross": cross} {
		for z := maptile.Zoom(0); z <= 14; z += 2 {
			d, written := NewDrawer(nil, Basemap{}, PointsFrom(0)), 0
			r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{5.4, 43.33}, z), Scope: scope, Filter: dealmap.Filter{DealPoints: true}}
			e := newLayerEncoder()
			err := d.eachPoint(context.Background(), src, &r, func(at unit, s *dealmap.PointSight) {
				e.begin(s.Number(), typePoint)
				if ref := s.Reference(); ref != "" {
					e.tag("ref", e.newText(ref))
				}
				if text := s.Name(); text != "" {
					e.tag("name", e.local(text))
				}
				e.number("intensity", uint64(s.Intensity()))
				e.text("status", string(s.Status()))
				e.text("kind", string(s.Kind()))
				e.text("product", string(s.Product()))
				e.text("service", string(s.Service()))
				e.point(at.x, at.y)
				e.end()
				written++
			})
			if err != nil {
				t.Fatal(err)
			}
			want := e.append(nil, LayerDealPoints)
			e.release()
			got, err := d.Draw(context.Background(), src, r)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%s, zoom %d: %d places are %d bytes, part by part %d others", name, z, written, len(got), len(want))
			}
			if z == 0 && written == 0 {
				t.Errorf("%s sees nothing", name)
			}
		}
	}
}
