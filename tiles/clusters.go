package tiles

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap/geo"
)

func (d *Drawer) drawClusters(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if !r.Scope.SeesAggregates() {
		return tile, nil
	}
	set, err := d.clusters(ctx, src, r)
	if err != nil {
		return nil, err
	}
	e := newLayerEncoder()
	defer e.release()
	for _, i := range set.in(r.Tile) {
		g := &set.groups[i]
		at := g.unit(r.Tile)
		if !within(at.x, at.y, clusterBuffer) {
			continue
		}
		e.begin(set.number(g), typePoint)
		e.number("count", uint64(g.count))
		for k, n := range g.byStatus {
			e.number(string(statusKeys[k]), uint64(n))
		}
		e.point(at.x, at.y)
		e.end()
	}
	return e.append(tile, LayerClusters), nil
}

// clusters returns the clusters of a snapshot, scope, filter and zoom.
func (d *Drawer) clusters(ctx context.Context, src Source, r *Request) (*clusterSet, error) {
	who, err := whose(r)
	if err != nil {
		return nil, err
	}
	seq := src.Seq()
	current := func(v sized) bool { return v.(*clusterSet).seq == seq }
	value, err := d.aggregates.renew(ctx, fmt.Sprintf("%d %s", r.Tile.Z, who), fmt.Sprint(seq), current, func(old sized) (sized, bool) {
		g := newGrid(r.Tile.Z, r.Scope.SeesPoints())
		var shares []*grid
		eachSpot(src, r.Scope, &r.Filter, func() func([]geo.Spot) {
			share := newGrid(r.Tile.Z, r.Scope.SeesPoints())
			shares = append(shares, share)
			return share.add
		})
		for _, share := range shares {
			g.join(share)
		}
		before, _ := old.(*clusterSet)
		// An older snapshot is drawn now and then; the newest one is what others will ask for.
		return newClusterSet(g, r.Tile.Z, seq), before == nil || before.seq < seq
	})
	if err != nil {
		return nil, err
	}
	return value.(*clusterSet), nil
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
