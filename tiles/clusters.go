package tiles

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

func (d *Drawer) drawClusters(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if !r.Scope.SeesAggregates() {
		return tile, nil
	}
	g, err := d.grid(ctx, src, r)
	if err != nil {
		return nil, err
	}
	f := newField(g, r.Tile)
	defer f.release()
	e := newLayerEncoder()
	defer e.release()
	for _, c := range f.clusters(r.Tile) {
		at := c.unit(r.Tile)
		if !within(at.x, at.y, clusterBuffer) {
			continue
		}
		e.begin(c.number(r.Tile.Z), typePoint)
		e.number("count", uint64(c.all))
		for k, n := range c.byStatus {
			e.number(string(statusKeys[k]), uint64(n))
		}
		e.point(at.x, at.y)
		e.end()
	}
	return e.append(tile, LayerClusters), nil
}

// whose is the key of everything that is derived for a scope and a filter.
func whose(r *Request) (string, error) {
	f := r.Filter
	f.Statuses, f.Kinds = sorted(f.Statuses), sorted(f.Kinds)
	f.Products, f.Services = sorted(f.Products), sorted(f.Services)
	filter, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("key of filter %+v: %w", r.Filter, err)
	}
	fingerprint := r.Scope.Fingerprint()
	return string(append(fingerprint[:], filter...)), nil
}

func sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
