package tiles

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb/maptile"
)

func TestParseLayers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]Layer{
		"deal_points,clusters": {LayerClusters, LayerDealPoints},
		"territories,basemap":  {LayerBasemap, LayerTerritories},
		"clusters":             {LayerClusters},
	} {
		if got, err := ParseLayers(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("ParseLayers(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "clusters,", "hitze", "clusters,clusters", "Clusters", strings.Repeat("x", 1000), "\xff"} {
		got, err := ParseLayers(text)
		checkInvalid(t, err, "layers")
		if got != nil || len(err.Error()) > 300 {
			t.Errorf("ParseLayers(%q) = %v, %v", text, got, err)
		}
	}
}

func TestCheckTile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		z, x, y uint64
		field   string
	}{
		{0, 0, 0, ""}, {22, 1<<22 - 1, 1<<22 - 1, ""}, {12, 2109, 1499, ""},
		{23, 0, 0, "z"}, {1 << 63, 0, 0, "z"}, {0, 1, 0, "x"}, {0, 0, 1, "y"}, {3, 8, 0, "x"}, {3, 0, 1 << 40, "y"},
	} {
		tile, err := CheckTile(c.z, c.x, c.y)
		if c.field != "" {
			checkInvalid(t, err, c.field)
		} else if want := maptile.New(uint32(c.x), uint32(c.y), maptile.Zoom(c.z)); err != nil || tile != want {
			t.Errorf("CheckTile(%d, %d, %d) = %v, %v", c.z, c.x, c.y, tile, err)
		}
	}
}

func TestDrawRefusesWhatIsNoTileOrLayer(t *testing.T) {
	t.Parallel()
	d := NewDrawer(nil, Basemap{})
	_, err := d.Draw(context.Background(), newFake(1, nil), Request{Layers: layers, Tile: maptile.New(4, 0, 2)})
	checkInvalid(t, err, "x")
	_, err = d.Draw(context.Background(), newFake(1, nil), Request{Layers: []Layer{"hitze"}})
	checkInvalid(t, err, "layers")
}

func TestDrawStopsWithItsContext(t *testing.T) {
	t.Parallel()
	src := newFake(1, france(3, 2*checkEvery))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, layer := range []Layer{LayerDealPoints, LayerClusters} {
		d := NewDrawer(nil, Basemap{}, PointsFrom(0))
		_, err := d.Draw(ctx, src, Request{Layers: []Layer{layer}, Scope: ofast})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", layer, err)
		}
	}
}

func checkInvalid(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok || e.Kind != dealmap.KindInvalid || len(e.Fields) != 1 || e.Fields[0].Field != field {
		t.Errorf("error %v is not about the field %s", err, field)
	}
}
