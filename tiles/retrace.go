package tiles

import (
	"context"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// What is here says which places a tile disclosed without drawing it again, for those who must account for it later. It is
// held to Draw by tests: the same places, neither more nor fewer.

// DrawsPlaces reports whether a request draws places one by one, as opposed to aggregates and static layers only.
func (d *Drawer) DrawsPlaces(r Request) bool {
	return (slices.Contains(r.Layers, LayerDealPoints) || slices.Contains(r.Layers, LayerSites)) && d.showsPoints(&r)
}

// Draws reports whether Draw shows a sight as a place of its own. The sight must be one of the request's scope.
func (d *Drawer) Draws(r Request, s dealmap.Sight) bool {
	if !r.drawsFamily(s) {
		return false
	}
	r.Filter.DealPoints, r.Filter.Sites = false, false
	position, ok := r.mayDraw(s)
	return ok && d.DrawsPlaces(r) && reaches(r.Tile, position)
}

// Drawn returns the places that Draw shows one by one, in no order.
func (d *Drawer) Drawn(ctx context.Context, src Source, r Request) ([]dealmap.Sight, error) {
	if !d.DrawsPlaces(r) {
		return nil, nil
	}
	r.Filter.DealPoints, r.Filter.Sites = false, false
	var all []dealmap.Sight
	err := d.eachDrawn(ctx, src, &r, func(s dealmap.Sight, _, _ uint32) {
		if r.drawsFamily(s) {
			all = append(all, s)
		}
	})
	return all, err
}

// drawsFamily reports whether one of the layers asked for is that of deal points, or of support sites, whichever a sight is.
func (r *Request) drawsFamily(s dealmap.Sight) bool {
	return slices.Contains(r.Layers, LayerOf(s.Kind()))
}

// Around returns the tiles that draw a place at a position: at every zoom at which places are drawn one by one the tile that
// holds it, and those beside it whose buffer does.
func (d *Drawer) Around(position orb.Point) []maptile.Tile {
	var all []maptile.Tile
	for z := d.pointsFrom; z <= MaxZoom; z++ {
		at, last := maptile.At(position, z), uint32(1)<<z-1
		for x := max(at.X, 1) - 1; x <= min(at.X+1, last); x++ {
			for y := max(at.Y, 1) - 1; y <= min(at.Y+1, last); y++ {
				if t := maptile.New(x, y, z); reaches(t, position) {
					all = append(all, t)
				}
			}
		}
	}
	return all
}

// reaches reports whether a tile with its buffer holds a position.
func reaches(t maptile.Tile, position orb.Point) bool {
	_, _, ok := drawnAt(t, position)
	return ok
}
