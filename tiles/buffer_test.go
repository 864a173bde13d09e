package tiles

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// lent reports whether a tile is for its caller alone.
func (t *Tile) lent() bool { return t.held && !t.made.kept }

// TestLentTilesAreOfNobodyElse asks from many sides for tiles that are not kept, reads them, and gives them back at once.
func TestLentTilesAreOfNobodyElse(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	src := &toucher{plotter{newFake(1, france(7, 3000))}, 1, 0, &asked, nil}
	d := NewDrawer(nil, Basemap{}, Memory(0), PointsFrom(0))
	type wanted struct {
		Request
		data []byte
	}
	var all []wanted
	for _, scope := range []dealmap.Scope{ofast, gendarme, cross, prefet} {
		for _, layer := range [][]Layer{{LayerDealPoints}, {LayerSites}, {LayerClusters}, {LayerClusters, LayerDealPoints}} {
			for z := maptile.Zoom(5); z <= 9; z += 2 {
				r := Request{Layers: layer, Tile: maptile.At(orb.Point{5.38, 43.31}, z), Scope: scope}
				data, err := NewDrawer(nil, Basemap{}, PointsFrom(0)).Draw(context.Background(), src.fake, r)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, wanted{r, data})
			}
		}
	}
	var lent atomic.Int32
	var sides sync.WaitGroup
	for range 4 {
		sides.Go(func() {
			for range 5 {
				for _, w := range all {
					tile, err := d.Tile(context.Background(), src, w.Request)
					if err != nil || !bytes.Equal(tile.Data, w.data) {
						t.Errorf("%v of %s: %d bytes instead of %d, %v", w.Layers, w.Scope.Viewer().Role, len(tile.Data), len(w.data), err)
						return
					}
					if tile.lent() {
						lent.Add(1)
					}
					tile.GiveBack()
				}
			}
		})
	}
	sides.Wait()
	if lent.Load() == 0 {
		t.Error("nothing was lent")
	}
}

// TestKeptTilesAreUsedAgain asks from many sides, as several people, for tiles of maps that follow each other, more than may be kept. Everybody holds
// a few of them for a while, and they must be what they were until they are given back, although what was kept is used again meanwhile.
func TestKeptTilesAreUsedAgain(t *testing.T) {
	t.Parallel()
	const maps, sides, steps, mostHeld = 10, 4, 100, 5
	scopes, layers := []dealmap.Scope{ofast, gendarme}, []Layer{LayerDealPoints, LayerClusters}
	type wanted struct {
		src *toucher
		Request
		data []byte
	}
	var all [maps][]wanted
	var asked atomic.Int32
	for i := range maps {
		seq := dealmap.Seq(i + 1)
		src := &toucher{plotter{newFake(seq, france(7, 3000+20*i))}, seq, 0, &asked, nil}
		for _, scope := range scopes {
			for _, layer := range layers {
				r := Request{Layers: []Layer{layer}, Tile: maptile.At(orb.Point{2.35, 48.86}, 3), Scope: scope}
				data, err := NewDrawer(nil, Basemap{}, PointsFrom(0)).Draw(context.Background(), src.fake, r)
				if err != nil {
					t.Fatal(err)
				}
				all[i] = append(all[i], wanted{src, r, data})
			}
		}
	}
	d := NewDrawer(nil, Basemap{}, PointsFrom(0), Memory(5*len(all[maps-1][0].data)))
	var made sync.Map // of *drawn
	var working sync.WaitGroup
	for side := range sides {
		working.Go(func() {
			random := rand.New(rand.NewPCG(7, uint64(side)))
			type inHand struct {
				*Tile
				wanted
			}
			var hand []inHand
			giveBack := func(i int) {
				h := hand[i]
				if !bytes.Equal(h.Data, h.wanted.data) {
					t.Errorf("%v of %s at entry %d became another while it was held", h.Layers, h.Scope.Viewer().Role, h.src.touched)
				}
				h.GiveBack()
				hand = slices.Delete(hand, i, i+1)
			}
			for step := range steps {
				newest := step * maps / steps
				w := all[max(0, newest-random.IntN(3))][random.IntN(len(all[0]))]
				tile, err := d.Tile(context.Background(), w.src, w.Request)
				if err != nil || !bytes.Equal(tile.Data, w.data) {
					t.Errorf("%v of %s at entry %d: %v, or another tile", w.Layers, w.Scope.Viewer().Role, w.src.touched, err)
					return
				}
				made.Store(tile.made, nil)
				if hand = append(hand, inHand{tile, w}); len(hand) > mostHeld {
					giveBack(random.IntN(len(hand)))
				}
			}
			for len(hand) > 0 {
				giveBack(0)
			}
		})
	}
	working.Wait()
	d.kept.memo.clear()
	left := 0
	made.Range(func(one, _ any) bool {
		if one.(*drawn).more.Load() >= 0 {
			left++ // of those that several asked for at the same time
		}
		return true
	})
	if n := int(d.Kept().Made); left > n/2 {
		t.Errorf("%d tiles of %d are left to the garbage collector", left, n)
	}
}

// TestRoomsAreUsedAgain draws a large tile anew for each of many entries. It runs alone, so that nobody else takes its rooms.
func TestRoomsAreUsedAgain(t *testing.T) {
	var asked atomic.Int32
	src := &toucher{plotter{newFake(1, france(7, 3000))}, 1, 0, &asked, nil}
	d := NewDrawer(nil, Basemap{}, PointsFrom(0))
	r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{2.35, 48.86}, 3), Scope: ofast}
	const times = 40
	rooms := map[*byte]bool{}
	for range times {
		src.touched++
		tile, err := d.Tile(context.Background(), src, r)
		if err != nil || len(tile.Data) < usualTile {
			t.Fatalf("%d bytes, %v", len(tile.Data), err)
		}
		rooms[&tile.Data[0]] = true
		tile.GiveBack()
	}
	if len(rooms) > times*3/4 { // with the race detector, a pool loses a quarter of what it is given
		t.Errorf("%d tiles lay in %d rooms", times, len(rooms))
	}
}

// TestATileThatWasGivenBack wants whoever reads a tile after giving it back to be given nothing, rather than somebody else's.
func TestATileThatWasGivenBack(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	src := &toucher{plotter{newFake(1, france(7, 3000))}, 1, 0, &asked, nil}
	d := NewDrawer(nil, Basemap{}, PointsFrom(0))
	r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{2.35, 48.86}, 3), Scope: ofast}
	ask := func() *Tile {
		tile, err := d.Tile(context.Background(), src, r)
		if err != nil {
			t.Fatal(err)
		}
		return tile
	}
	mine, other := ask(), ask()
	made, want := mine.made, bytes.Clone(mine.Data)
	mine.GiveBack()
	mine.GiveBack() // a second time changes nothing
	src.touched++
	ask().GiveBack() // what was kept leaves
	if mine.Data != nil || !bytes.Equal(other.Data, want) {
		t.Errorf("%d bytes of what was given back; what somebody else has is as before: %v", len(mine.Data), bytes.Equal(other.Data, want))
	}
	if held := made.more.Load(); held != 0 {
		t.Errorf("%d hold the tile beside the one who does", held)
	}
	other.GiveBack()
	if made.more.Load() != -1 || made.room == nil {
		t.Error("the room of a tile that nobody has is not used again")
	}
	for what, misused := range map[string]func(){
		"something was made of a tile that was given back": func() {
			mine.Zipped(func(room, data []byte) []byte { return append(room, data...) })
		},
		"a tile was given back once too often": made.letGo,
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(what)
				}
			}()
			misused()
		}()
	}
}

// TestKeptTilesAreNotLent wants what is kept to stay as it is when somebody gives it back.
func TestKeptTilesAreNotLent(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	src := &toucher{plotter{newFake(1, france(7, 3000))}, 1, 0, &asked, nil}
	d := NewDrawer(nil, Basemap{}, PointsFrom(0))
	for _, layer := range []Layer{LayerDealPoints, LayerClusters} {
		r := Request{Layers: []Layer{layer}, Tile: maptile.At(orb.Point{5.38, 43.31}, 6), Scope: ofast}
		want, err := d.Draw(context.Background(), src.fake, r)
		if err != nil || len(want) == 0 {
			t.Fatalf("%d bytes, %v", len(want), err)
		}
		before := d.Kept().Made
		for range 3 {
			tile, err := d.Tile(context.Background(), src, r)
			if err != nil || tile.lent() || !bytes.Equal(tile.Data, want) {
				t.Fatalf("%s: lent %v, %d bytes instead of %d, %v", layer, tile.lent(), len(tile.Data), len(want), err)
			}
			tile.GiveBack()
		}
		if made := d.Kept().Made - before; made != 1 {
			t.Errorf("%s: drawn %d times", layer, made)
		}
		src.touched, src.seq = src.touched+1, src.seq+1
		if _, err := d.Tile(context.Background(), src, r); err != nil || d.Kept().Made-before != 2 {
			t.Errorf("%s after another entry: drawn %d times, %v", layer, d.Kept().Made-before, err)
		}
	}
}

// TestTilesAreKeptForMany asks from many sides for tiles that nobody asked for yet, which the first of them draws and the others find kept at
// once. The race detector tells whether anybody writes to what others read.
func TestTilesAreKeptForMany(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	src := &toucher{plotter{newFake(1, france(7, 300))}, 1, 0, &asked, nil}
	d := NewDrawer(nil, Basemap{}, PointsFrom(0))
	const rounds = 400
	for i := range rounds {
		r := Request{Layers: []Layer{LayerDealPoints}, Tile: maptile.At(orb.Point{-3 + 0.03*float64(i), 47}, 14), Scope: ofast}
		var sides sync.WaitGroup
		for range 4 {
			sides.Go(func() {
				tile, err := d.Tile(context.Background(), src, r)
				if err != nil || tile.lent() {
					t.Errorf("lent %v, %v", err == nil && tile.lent(), err)
					return
				}
				tile.GiveBack()
			})
		}
		sides.Wait()
	}
	if made := d.Kept().Made; made != rounds {
		t.Errorf("%d tiles were drawn of %d", made, rounds)
	}
}
