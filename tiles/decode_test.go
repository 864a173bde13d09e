package tiles

import (
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
)

// failer is a *testing.T, *testing.B or *rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// decode reads a tile with orb's decoder, the oracle of these tests.
func decode(t failer, tile []byte) map[Layer]*mvt.Layer {
	t.Helper()
	decoded, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatalf("orb does not decode the tile: %v", err)
	}
	byName := map[Layer]*mvt.Layer{}
	for _, l := range decoded {
		if l.Version != 2 || l.Extent != extent {
			t.Fatalf("layer %s: version %d, extent %d", l.Name, l.Version, l.Extent)
		}
		if byName[Layer(l.Name)] != nil {
			t.Fatalf("layer %s is there twice", l.Name)
		}
		byName[Layer(l.Name)] = l
	}
	return byName
}

func decodeLayer(t failer, tile []byte, layer Layer) []*geojson.Feature {
	t.Helper()
	if l := decode(t, tile)[layer]; l != nil {
		return l.Features
	}
	return nil
}
