package tiles

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Toucher is a Source that knows when what lies in a part of the map changed last.
type Toucher interface {
	Plotter
	// Touched returns the last entry of the journal that changed anything about a place that lies, or lay before that entry, in a box,
	// whoever may see it. It may be later than it need be; where there was none for long it may be 0.
	Touched(box geo.Squares) dealmap.Seq
	// Erased returns the last entry that erased a record for good: what was drawn before may bear its words.
	Erased() dealmap.Seq
}

// Kept counts what is kept between requests.
type Kept struct {
	// Asked and Made count requests for tiles of individual places or clusters, and those for which a tile was drawn. Bytes is memory, about.
	Asked, Made uint64
	Bytes       int
	// Aggregates counts what heat and clusters are made of; clusters themselves are kept beside it, and asked for first.
	Aggregates struct {
		// Asked counts requests, Renewed those that counted again where the map had changed, Whole those that counted all of it.
		Asked, Renewed, Whole uint64
		Bytes                 int // of all that is aggregated
	}
	// Ground is the memory, about, of the tiles of basemap and territories.
	Ground int
}

// counting counts aggregates as Kept tells.
type counting struct{ asked, renewed, whole atomic.Uint64 }

type kept struct {
	memo        *memo
	asked, made atomic.Uint64
	erased      atomic.Uint64 // up to here nothing of erased records is kept
}

// Kept returns the counts since the Drawer was made.
func (d *Drawer) Kept() Kept {
	k := Kept{Asked: d.kept.asked.Load(), Made: d.kept.made.Load(), Bytes: d.kept.memo.bytes(), Ground: d.static.bytes()}
	a, c := &k.Aggregates, &d.counting
	a.Asked, a.Renewed, a.Whole, a.Bytes = c.asked.Load(), c.renewed.Load(), c.whole.Load(), d.aggregates.bytes()
	return k
}

// Tile is Draw that keeps tiles of individual places and of clusters. What is kept is found again only for the same layer, tile and filter,
// by a scope that sees the same of every map, and as long as no entry of the journal touched the tile; for clusters, what they depend on
// around it. See Tile.GiveBack.
func (d *Drawer) Tile(ctx context.Context, src Source, r Request) (*Tile, error) {
	from, ok := src.(Toucher)
	clusters := len(r.Layers) == 1 && r.Layers[0] == LayerClusters && r.Scope.SeesAggregates()
	if !ok || len(r.Layers) != 1 || !clusters && !d.DrawsPlaces(r) {
		b := newBuffer()
		data, err := d.draw(ctx, b.bytes, src, &r)
		return (&drawn{data: data, room: b}).handle(true), err
	}
	if _, err := CheckTile(uint64(r.Tile.Z), uint64(r.Tile.X), uint64(r.Tile.Y)); err != nil {
		return nil, err
	}
	r.about(r.Layers[0])
	d.kept.asked.Add(1)
	d.forget(uint64(from.Erased()))
	// What clusters depend on is known once they are drawn: they are told apart by the whole map meanwhile.
	around, version := squares(r.Tile), from.Seq()
	if !clusters {
		version = from.Touched(around)
	}
	current := func(v sized) bool { t := v.(*drawn); return t.touched == from.Touched(t.around) }
	key := tileKey(&r, string(r.Layers[0])+" "+whose(&r))
	touched := version
	var failed error
	value, held, err := d.kept.memo.renew(ctx, key, strconv.FormatUint(uint64(version), 10), current, func(sized) sized {
		d.kept.made.Add(1)
		b := newBuffer()
		var data []byte
		ctx := context.WithoutCancel(ctx) // others may wait for it
		if clusters {
			var c *tileClusters
			if c, failed = d.clusters(ctx, src, &r); failed == nil {
				data, around, touched = c.draw(b.bytes, &r), c.around, c.of()
			}
		} else {
			data, failed = d.draw(ctx, b.bytes, src, &r)
		}
		t := &drawn{data: data, room: b, around: around, touched: touched, err: failed}
		if d.kept.memo.fits(key, t) {
			t.data, t.room = fitted(data, b)
			t.kept = true
		}
		return t
	}, func(old sized) bool {
		before, _ := old.(*drawn)
		// An older map is drawn now and then; the newest one is what others will ask for.
		return failed == nil && (before == nil || before.touched < touched) && uint64(from.Erased()) >= d.kept.erased.Load()
	})
	if err != nil {
		return nil, fmt.Errorf("tiles: %s of %d/%d/%d: %w", r.Layers[0], r.Tile.Z, r.Tile.X, r.Tile.Y, err)
	}
	tile := value.(*drawn)
	return tile.handle(held), tile.err
}

// tileKey is the key of what is made for a tile: what it is and who sees it.
func tileKey(r *Request, what string) string {
	key := make([]byte, 0, 32+len(what))
	key = append(strconv.AppendUint(key, uint64(r.Tile.Z), 10), '/')
	key = append(strconv.AppendUint(key, uint64(r.Tile.X), 10), '/')
	key = append(strconv.AppendUint(key, uint64(r.Tile.Y), 10), ' ')
	return string(append(key, what...))
}

// forget lets go of everything that was drawn or counted before an entry that erased a record for good.
func (d *Drawer) forget(erased uint64) {
	for {
		before := d.kept.erased.Load()
		if erased <= before {
			return
		}
		if d.kept.erased.CompareAndSwap(before, erased) {
			d.kept.memo.clear()
			d.aggregates.clear()
			return
		}
	}
}
