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

// scopeShare measures which share of a tile's time goes into asking, for every candidate, what the viewer may see of it. The
// check is measured on its own over the same places: there it waits for memory that drawing would have to wait for anyway,
// so the share is rather too high than too low.
func (b *bench) scopeShare() (err error) {
	embedded, err := seeds.Territories()
	if err != nil {
		return err
	}
	territories, err := geo.NewTerritories(embedded)
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), store.Options{Engine: memjournal.New(), Territories: territories})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tile := maptile.At(cities[1], 9)
	places, err := fillTile(s, territories, tile)
	if err != nil {
		return err
	}
	drawer := tiles.NewDrawer(func() *geo.Territories { return territories }, tiles.Basemap{})
	for _, account := range seeds.DemoAccounts {
		if !slices.Contains([]string{"gn", "cross13", "ofast"}, account.Username) {
			continue
		}
		if _, err := s.Do(context.Background(), dealmap.Console("bench", dealmap.RoleAdmin), dealmap.GiveGrant{ID: newID(), Grant: account.Grant()}, ""); err != nil {
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
			if _, err := drawer.Draw(context.Background(), s.Snapshot(), tiles.Request{Layers: []tiles.Layer{tiles.LayerDealPoints}, Tile: tile, Scope: scope}); err != nil {
				return err
			}
			drawing = append(drawing, time.Since(start))
			start, shown = time.Now(), 0
			for _, p := range places {
				if sight, ok := scope.See(p); ok && sight.Showable() {
					shown++
				}
			}
			checking = append(checking, time.Since(start))
		}
		slices.Sort(drawing)
		slices.Sort(checking)
		whole, check := drawing[len(drawing)/2], checking[len(checking)/2]
		b.add(fmt.Sprintf("scope check in a tile of %d candidates, %s (%d shown)", len(places), account.Username, shown),
			fmt.Sprintf("%.1f %% of the tile: %.2f of %.1f ms", 100*check.Seconds()/whole.Seconds(), 1000*check.Seconds(), 1000*whole.Seconds()), "< 10 %")
	}
	return nil
}

// fillTile puts synthetic places of the whole country, with their mixture of owners and handlings, into one tile. It returns
// them as the store holds them.
func fillTile(s *store.Store, territories *geo.Territories, tile maptile.Tile) ([]*dealmap.Place, error) {
	author := dealmap.Console("bench", dealmap.RoleOfast)
	env := dealmap.Env{Now: time.Now(), Gazetteer: territories}
	random := rand.New(rand.NewPCG(5, 2019))
	box := tile.Bound()
	var places []*dealmap.Place
	var batch []dealmap.AddPlace
	for add := range seeds.Places(4*candidates, 2019, territories, env.Now) {
		if add.Facts.Position == nil {
			continue
		}
		at := orb.Point{box.Min[0] + random.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + random.Float64()*(box.Max[1]-box.Min[1])}
		add.Facts.Position, add.Facts.Commune, add.Facts.CommuneYear = &at, "", 0
		opening, err := add.Check(author, env)
		if err != nil {
			continue // at sea, or out of the country
		}
		opening.Reference = fmt.Sprint(len(places))
		place, err := dealmap.Fold(nil, dealmap.Event{Time: env.Now, Kind: dealmap.EventPlaceAdded, Subject: add.ID, Body: opening})
		if err != nil {
			return nil, err
		}
		places, batch = append(places, place), append(batch, add)
		if len(places) == candidates {
			break
		}
	}
	if len(places) < candidates {
		return nil, fmt.Errorf("only %d places fit into the tile", len(places))
	}
	for group := range slices.Chunk(batch, 2000) {
		if _, err := s.Do(context.Background(), author, dealmap.ImportPlaces{Places: group}, ""); err != nil {
			return nil, err
		}
	}
	return places, nil
}

func newID() dealmap.ID { return dealmap.ID(uuid.New()) }
