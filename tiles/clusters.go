package tiles

import "context"

func (d *Drawer) drawClusters(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if !r.Scope.SeesAggregates() {
		return tile, nil
	}
	count, err := d.counter(ctx, src, r)
	if err != nil {
		return nil, err
	}
	g := newGrid(count, r.Scope.SeesPoints(), r.Tile.Z)
	around, err := d.region(ctx, src, r, g)
	if err != nil {
		return nil, err
	}
	f := newField(g, around, r.Tile)
	defer f.release()
	e := newLayerEncoder()
	defer e.release()
	for _, c := range f.clusters(r.Tile) {
		at := c.unit(r.Tile)
		if !within(at.x, at.y, clusterBuffer) {
			continue
		}
		e.begin(c.number(r.Tile.Z), typePoint)
		e.number("count", uint64(c.All))
		for k, n := range c.ByStatus {
			e.number(string(statusKeys[k]), uint64(n))
		}
		e.point(at.x, at.y)
		e.end()
	}
	return e.append(tile, LayerClusters), nil
}
