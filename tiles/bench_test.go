package tiles

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

var hundredThousand = sync.OnceValue(func() *fake { return newFake(1, france(1, 100_000)) })

func benchDraw(b *testing.B, d *Drawer, src Source, r Request) {
	b.ReportAllocs()
	tile, err := d.Draw(context.Background(), src, r)
	if err != nil {
		b.Fatal(err)
	}
	size := len(tile)
	for b.Loop() {
		if _, err := d.Draw(context.Background(), src, r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size), "bytes/tile")
}

func BenchmarkPoints(b *testing.B) {
	src := hundredThousand()
	for _, z := range []maptile.Zoom{9, 10, 12, 14} {
		r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{5.4, 43.33}, z), Scope: ofast}
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			d := NewDrawer(nil, Basemap{})
			tile, err := d.Draw(context.Background(), src, r)
			if err != nil {
				b.Fatal(err)
			}
			features := len(decodeLayer(b, tile, LayerDealPoints))
			benchDraw(b, d, src, r)
			b.ReportMetric(float64(features), "features")
		})
	}
}

// BenchmarkClustersCold draws each time from a snapshot that was not seen before.
func BenchmarkClustersCold(b *testing.B) {
	src := *hundredThousand()
	for _, z := range []maptile.Zoom{5, 6, 8, 10, 14} {
		for name, scope := range map[string]dealmap.Scope{"ofast": ofast, "prefet": prefet} {
			r := Request{Layers: []Layer{LayerClusters}, Tile: maptile.At(orb.Point{5.4, 43.33}, z), Scope: scope}
			b.Run(fmt.Sprintf("z%d/%s", z, name), func(b *testing.B) {
				d := NewDrawer(nil, Basemap{})
				b.ReportAllocs()
				for b.Loop() {
					src.seq++
					if _, err := d.Draw(context.Background(), &src, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkClustersKept(b *testing.B) {
	for _, z := range []maptile.Zoom{5, 6, 8} {
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			r := Request{Layers: []Layer{LayerClusters}, Tile: maptile.At(orb.Point{5.4, 43.33}, z), Scope: ofast}
			benchDraw(b, NewDrawer(nil, Basemap{}), hundredThousand(), r)
		})
	}
}
