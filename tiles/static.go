package tiles

import (
	"context"
	"fmt"
	"sync"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// Basemap is the ground under the map, WGS 84 (lon, lat). It is shared: neither side modifies it.
type Basemap struct {
	Land, Lakes orb.MultiPolygon
	Rivers      orb.MultiLineString
}

// static draws the layers that do not depend on the viewer. Their bytes are kept, and forgotten when the gazetteer is
// replaced.
type static struct {
	territories func() *geo.Territories
	memory      int

	mu      sync.Mutex
	made    *geo.Territories // what outlines was made of
	outline *sheet

	basemap func() *sheet
	ground  *memo // that of basemap
}

// sheet is a static layer: what can be drawn of it at a zoom, from the bottom to the top, and what was drawn.
type sheet struct {
	strata  []*stratum
	names   *labels
	encoded *memo
}

func newStatic(territories func() *geo.Territories, basemap Basemap, memory int) *static {
	ground := newMemo(memory)
	return &static{
		territories: territories, memory: memory, ground: ground,
		basemap: sync.OnceValue(func() *sheet {
			return &sheet{strata: basemapStrata(basemap), encoded: ground}
		}),
	}
}

// sheet returns what a layer is drawn from, nil when there is nothing. Territories are prepared when they are first drawn
// and again when the gazetteer has been replaced.
func (s *static) sheet(layer Layer) *sheet {
	if layer == LayerBasemap {
		return s.basemap()
	}
	if s.territories == nil {
		return nil
	}
	t := s.territories()
	if t == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made != t {
		s.made = t
		s.outline = &sheet{strata: territoryStrata(t), names: newLabels(t), encoded: newMemo(s.memory)}
	}
	return s.outline
}

// encodedLayer is the bytes of one layer of one tile.
type encodedLayer []byte

func (e encodedLayer) bytes() int { return cap(e) }

func (s *static) draw(ctx context.Context, tile []byte, layer Layer, t maptile.Tile) ([]byte, error) {
	from := s.sheet(layer)
	if from == nil {
		return tile, nil
	}
	value, err := from.encoded.do(ctx, fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y), func() sized {
		e := newLayerEncoder()
		defer e.release()
		for _, s := range from.strata {
			s.draw(e, t)
		}
		from.names.draw(e, t)
		return encodedLayer(e.append(nil, layer))
	})
	if err != nil {
		return nil, err
	}
	return append(tile, value.(encodedLayer)...), nil
}

// bytes is the memory of all tiles that are kept.
func (s *static) bytes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.ground.bytes()
	if s.outline != nil {
		total += s.outline.encoded.bytes()
	}
	return total
}
