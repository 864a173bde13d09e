package tiles

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

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

// judged yields sights that were made before: a map that asks no scope.
type judged struct {
	*fake
	sights []dealmap.Sight
}

func (j *judged) Box(_ dealmap.Scope, _ orb.Bound, yield func(dealmap.Sight) bool) {
	for _, s := range j.sights {
		if !yield(s) {
			return
		}
	}
}

// asking yields what a scope sees of places that are found already.
type asking struct {
	*fake
	places []*dealmap.Place
}

func (a *asking) Box(scope dealmap.Scope, _ orb.Bound, yield func(dealmap.Sight) bool) {
	for _, p := range a.places {
		if s, ok := scope.See(p); ok && !yield(s) {
			return
		}
	}
}

// BenchmarkScopeShare measures what the scope costs in a tile of 20,000 candidates: how much longer it takes to draw the tile
// from places that the scope is asked about than from the same sights made before. Both read each place from memory. The
// quickest of many runs count, since others use the machine too.
func BenchmarkScopeShare(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	tile := maptile.At(orb.Point{5.4, 43.33}, 11)
	box := tile.Bound()
	places := make([]*dealmap.Place, 20_000)
	for i := range places {
		at := orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])}
		places[i] = newPlace(r, uint64(i), at)
	}
	src := newFake(1, places)
	for name, scope := range map[string]dealmap.Scope{"ofast": ofast, "investigator": gendarme, "cross": cross} {
		b.Run(name, func(b *testing.B) {
			d := NewDrawer(nil, Basemap{})
			request := Request{Layers: []Layer{LayerDealPoints}, Tile: tile, Scope: scope}
			without, with := &judged{fake: src}, &asking{fake: src}
			src.index.Box(box, func(p *dealmap.Place) bool { // as the index yields them
				with.places = append(with.places, p)
				if s, ok := scope.See(p); ok {
					without.sights = append(without.sights, s)
				}
				return true
			})
			quickest := func(best time.Duration, from Source) time.Duration {
				begin := time.Now()
				if _, err := d.Draw(context.Background(), from, request); err != nil {
					b.Fatal(err)
				}
				if took := time.Since(begin); best == 0 || took < best {
					return took
				}
				return best
			}
			var asked, made time.Duration
			for b.Loop() {
				asked, made = quickest(asked, with), quickest(made, without)
			}
			b.ReportMetric(float64((asked-made).Nanoseconds())/float64(len(places)), "ns/See")
			b.ReportMetric(100*float64(asked-made)/float64(asked), "%scope")
			b.ReportMetric(asked.Seconds()*1000, "ms/tile")
		})
	}
}
