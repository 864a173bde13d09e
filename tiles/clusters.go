package tiles

import (
	"context"
	"strconv"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

func (d *Drawer) drawClusters(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if !r.Scope.SeesAggregates() {
		return tile, nil
	}
	c, err := d.clusters(ctx, src, r)
	if err != nil {
		return nil, err
	}
	return c.draw(tile, r), nil
}

// tileClusters is the clusters of a tile, as of the last entry that changed anything of what they depend on.
type tileClusters struct {
	lineage
	around geo.Squares // what they depend on lies in it
	all    []cluster
	err    error
}

func (c *tileClusters) bytes() int { return 160 + 64*cap(c.all) }

// touchedIn returns the last entry that changed anything in a box, as far as a source knows.
func touchedIn(src Source, box geo.Squares) dealmap.Seq {
	if t, ok := src.(Toucher); ok {
		return t.Touched(box)
	}
	return src.Seq()
}

// clusters returns the clusters of a tile. They are kept until something changes in what they depend on, which is a tile's own cells and
// those around it, as far as chains of ever bigger ones lead; so other places of the map may change meanwhile.
func (d *Drawer) clusters(ctx context.Context, src Source, r *Request) (*tileClusters, error) {
	current := func(v sized) bool { c := v.(*tileClusters); return c.of() == touchedIn(src, c.around) }
	_, follows := src.(Renewer)
	var made *tileClusters
	// Equal sequences are equal maps, so that those who ask at the same time may have the same.
	value, _, err := d.aggregates.renew(ctx, tileKey(r, "clusters "+kin(src)+whose(r)), strconv.FormatUint(uint64(src.Seq()), 10), current, func(sized) sized {
		made = d.cluster(context.WithoutCancel(ctx), src, r)
		return made
	}, func(old sized) bool {
		return made.err == nil && (old == nil || !follows || old.(*tileClusters).of() <= made.of())
	})
	if err != nil {
		return nil, err
	}
	c := value.(*tileClusters)
	return c, c.err
}

func (d *Drawer) cluster(ctx context.Context, src Source, r *Request) *tileClusters {
	count, err := d.counter(ctx, src, r)
	if err != nil {
		return &tileClusters{err: err}
	}
	g := newGrid(count, r.Scope.SeesPoints(), r.Tile.Z)
	near, err := d.region(ctx, src, r, g)
	if err != nil {
		return &tileClusters{err: err}
	}
	f := newField(g, near, r.Tile)
	defer f.release()
	all := f.clusters(r.Tile)
	around := f.around.Beside()
	return &tileClusters{lineage{seq: touchedIn(src, around)}, around, all, nil}
}

// draw appends the layer of a tile's clusters to it.
func (c *tileClusters) draw(tile []byte, r *Request) []byte {
	e := newLayerEncoder()
	defer e.release()
	for i := range c.all {
		one := &c.all[i]
		at := one.unit(r.Tile)
		if !within(at.x, at.y, clusterBuffer) {
			continue
		}
		e.begin(one.number(r.Tile.Z), typePoint)
		e.number("count", uint64(one.All))
		for k, n := range one.ByStatus {
			e.number(string(statusKeys[k]), uint64(n))
		}
		e.point(at.x, at.y)
		e.end()
	}
	return e.append(tile, LayerClusters)
}
