package tiles

import "context"

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
