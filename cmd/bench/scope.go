package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// candidates is how many places lie in the tile by which the share of the scope check is measured.
const candidates = 20_000

// scopeShare measures which share of a tile's time goes into finding its places and asking, for every candidate, what the viewer may see
// of it: the tile without writing a byte. Finding them is in it, so the share of the check alone is less.
func (b *bench) scopeShare() (err error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return err
	}
	s, err := store.Open(b.ctx, store.Options{Engine: memjournal.New(), Territories: territories})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tile := maptile.At(cities[1], 9)
	if err := fillTile(b.ctx, s, territories, tile); err != nil {
		return err
	}
	around := geo.Squares{
		Level: uint(tile.Z), West: int64(tile.X), East: int64(tile.X), North: int64(tile.Y), South: int64(tile.Y),
	}
	drawer := tiles.NewDrawer(func() *geo.Territories { return territories }, tiles.Basemap{})
	for _, account := range seeds.DemoAccounts {
		if !slices.Contains([]string{"gn", "cross13", "ofast"}, account.Username) {
			continue
		}
		if _, err := s.Do(b.ctx, dealmap.Console("bench", dealmap.RoleAdmin), dealmap.GiveGrant{ID: newID(), Grant: account.Grant()}, ""); err != nil {
			return err
		}
		viewer, ok := s.Snapshot().Viewer(account.Username, time.Now())
		if !ok {
			return fmt.Errorf("%s has no grant", account.Username)
		}
		scope := dealmap.NewScope(viewer, dealmap.DateOf(time.Now()))
		var drawing, checking []time.Duration
		shown := 0
		for range 60 {
			start := time.Now()
			if _, err := drawer.Draw(b.ctx, s.Snapshot(), tiles.Request{Layers: []tiles.Layer{tiles.LayerDealPoints}, Tile: tile, Scope: scope}); err != nil {
				return err
			}
			drawing = append(drawing, time.Since(start))
			start, shown = time.Now(), 0
			s.Snapshot().Points(scope, &dealmap.Filter{DealPoints: true}, around, func(uint32, uint32, *dealmap.PointSight) bool {
				shown++
				return true
			})
			checking = append(checking, time.Since(start))
		}
		slices.Sort(drawing)
		slices.Sort(checking)
		whole, check := drawing[len(drawing)/2], checking[len(checking)/2]
		b.add(fmt.Sprintf("finding and scope check in a tile of %d candidates, %s (%d shown)", candidates, account.Username, shown),
			fmt.Sprintf("%.1f %% of the tile: %.2f of %.1f ms", 100*check.Seconds()/whole.Seconds(), 1000*check.Seconds(), 1000*whole.Seconds()), "< 10 %")
	}
	return nil
}

// fillTile puts synthetic places of the whole country, with their mixture of owners and handlings, into one tile.
func fillTile(ctx context.Context, s *store.Store, territories *geo.Territories, tile maptile.Tile) error {
	author := dealmap.Console("bench", dealmap.RoleOfast)
	env := dealmap.Env{Now: time.Now(), Gazetteer: territories}
	random := rand.New(rand.NewPCG(5, 2019))
	box := tile.Bound()
	var batch []dealmap.AddPlace
	for add := range seeds.Places(4*candidates, 2019, territories, env.Now) {
		if add.Facts.Position == nil {
			continue
		}
		at := orb.Point{box.Min[0] + random.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + random.Float64()*(box.Max[1]-box.Min[1])}
		add.Facts.Position, add.Facts.Commune, add.Facts.CommuneYear = &at, "", 0
		if _, err := add.Check(author, env); err != nil {
			continue // at sea, or out of the country
		}
		if batch = append(batch, add); len(batch) == candidates {
			break
		}
	}
	if len(batch) < candidates {
		return fmt.Errorf("only %d places fit into the tile", len(batch))
	}
	for group := range slices.Chunk(batch, 2000) {
		if _, err := s.Do(ctx, author, dealmap.ImportPlaces{Places: group}, ""); err != nil {
			return err
		}
	}
	return nil
}

func newID() dealmap.ID { return dealmap.ID(uuid.New()) }
