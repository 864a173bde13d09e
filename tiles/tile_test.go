package tiles

import (
	"bytes"
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// toucher is a source whose places were last touched by an entry.
type toucher struct {
	plotter
	touched dealmap.Seq
	erased  dealmap.Seq
	asked   *atomic.Int32
	begin   func()
}

func (t *toucher) Touched(geo.Squares) dealmap.Seq { return t.touched }

func (t *toucher) Erased() dealmap.Seq { return t.erased }

func (t *toucher) Points(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, yield func(x, y uint32, s *dealmap.PointSight) bool) {
	t.asked.Add(1)
	if t.begin != nil {
		t.begin()
	}
	t.plotter.Points(scope, filter, box, yield)
}

// TestKeptTiles asks for tiles as several people, before and after changes, and counts how often they are drawn.
func TestKeptTiles(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	at := func(n int, touched dealmap.Seq) *toucher {
		return &toucher{plotter{newFake(touched, france(7, n))}, touched, 0, &asked, nil}
	}
	d := NewDrawer(nil, Basemap{}, Memory(1<<20))
	marseille := maptile.At(orb.Point{5.38, 43.31}, 9)
	ask := func(src Source, r Request) *Tile {
		t.Helper()
		tile, err := d.Tile(context.Background(), src, r)
		if err != nil {
			t.Fatal(err)
		}
		want, err := NewDrawer(nil, Basemap{}).Draw(context.Background(), src.(*toucher).fake, r)
		if err != nil || !bytes.Equal(tile.Data, want) {
			t.Fatalf("%d bytes instead of %d: %v", len(tile.Data), len(want), err)
		}
		return tile
	}
	drawn := func(what string, times int32, ask func()) {
		t.Helper()
		before := asked.Load()
		ask()
		if got := asked.Load() - before; got != times {
			t.Errorf("%s: drawn %d times, want %d", what, got, times)
		}
	}
	all := Request{Layers: []Layer{LayerDealPoints}, Tile: marseille, Scope: ofast}
	old, fresh := at(300, 5), at(400, 6)
	drawn("first", 1, func() { ask(old, all) })
	drawn("again", 0, func() { ask(old, all) })
	drawn("another map in which nothing here was touched", 0, func() { ask(at(300, 5), all) })
	for what, change := range map[string]func(*Request){
		"another viewer": func(r *Request) { r.Scope = gendarme },
		"another filter": func(r *Request) { r.Filter.Statuses = []dealmap.Status{dealmap.Active} },
		"another tile":   func(r *Request) { r.Tile.X++ },
		"another layer":  func(r *Request) { r.Layers = []Layer{LayerSites} },
	} {
		r := all
		change(&r)
		drawn(what, 1, func() { ask(old, r) })
		drawn(what+", again", 0, func() { ask(old, r) })
	}
	drawn("after a change", 1, func() { ask(fresh, all) })
	drawn("an older map", 1, func() { ask(old, all) })
	drawn("the newest is what is kept", 0, func() { ask(fresh, all) })
	if none := ask(fresh, Request{Layers: all.Layers, Tile: marseille, Scope: prefet}); len(none.Data) != 0 {
		t.Errorf("a préfet is given %d bytes of points", len(none.Data))
	}

	other := all
	other.Tile.X++
	drawn("before an erasure", 1, func() { ask(fresh, other) })
	fresh.erased = 6
	drawn("after an erasure somewhere", 1, func() { ask(fresh, all) })
	drawn("after an erasure, elsewhere", 1, func() { ask(fresh, other) })
	drawn("after an erasure, again", 0, func() { ask(fresh, all) })

	before := at(400, 9)
	drawn("a map from before the erasure", 1, func() { ask(before, all) })
	drawn("a map from before the erasure is not kept", 1, func() { ask(before, all) })

	tile, zipped := ask(fresh, all), 0
	for range 3 {
		tile.Zipped(func(room, data []byte) []byte { zipped++; return append(room, data[0]) })
	}
	if zipped != 1 {
		t.Errorf("zipped %d times", zipped)
	}
	for x := range uint32(3000) {
		r := all
		r.Tile = maptile.New(x, 100, 12)
		ask(fresh, r)
	}
	if k := d.Kept(); k.Bytes > 1<<20 || k.Asked <= k.Made || k.Made < 3000 {
		t.Errorf("kept: %+v", k)
	}
}

// TestOneTileForMany asks for a tile from many sides at once: it is drawn once, and a defect is told to all.
func TestOneTileForMany(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	const many = 20
	d := NewDrawer(nil, Basemap{})
	r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{5.38, 43.31}, 9), Scope: ofast}
	release := make(chan struct{})
	src := &toucher{plotter{newFake(1, france(7, 300))}, 1, 0, &asked, func() { <-release }}
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			if tile, err := d.Tile(context.Background(), src, r); err != nil || len(tile.Data) == 0 {
				t.Errorf("%v", err)
			}
		})
	}
	for d.Kept().Asked < many || d.Kept().Made < 1 {
		runtime.Gosched()
	}
	close(release)
	all.Wait()
	if got := asked.Load(); got > 2 { // who asks between counting and looking comes late, and finds it kept
		t.Errorf("drawn %d times", got)
	}

	defect := &toucher{src.plotter, 2, 0, &asked, func() { panic("a defect") }}
	if tile, err := d.Tile(context.Background(), defect, r); err == nil || !strings.Contains(err.Error(), "a defect") {
		t.Errorf("a defect gives %v, %v", tile, err)
	}
}
