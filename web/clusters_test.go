package web_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb/maptile"
)

// anchored is a map that is asked for sights only: what it is drawn from is what Scope.See gives, one place after the other.
type anchored struct{ tiles.Source }

// TestKeptClustersAreWhatSightsSay draws clusters for random people and filters, from one Drawer that keeps what it counted, while the map
// changes and people's rights do, of the map as it is and as it was; and wants the bytes that sights counted one by one give.
func TestKeptClustersAreWhatSightsSay(t *testing.T) {
	t.Parallel()
	seed, worlds, rounds := seedOf(t), 3, 60
	if underRace {
		worlds, rounds = 1, 60
	}
	drawn, different := 0, map[string]bool{}
	for i := range worlds {
		r := rand.New(rand.NewPCG(seed, uint64(5000+i)))
		m := newRandomMap(t, r, 60)
		readers := map[string]*reader{}
		for _, name := range slices.Sorted(maps.Keys(people)) {
			readers[name] = m.person(name)
		}
		d := tiles.NewDrawer(nil, tiles.Basemap{})
		day := dealmap.DateOf(m.clock.now())
		filters := []dealmap.Filter{
			{}, {}, {Statuses: []dealmap.Status{dealmap.Active, dealmap.Closed}}, {Products: []dealmap.Product{"cannabis", "crack"}}, {Kinds: []dealmap.Kind{dealmap.Street}},
			{Services: []dealmap.Service{dealmap.ServiceGN}}, {Territory: "dep:13"}, {Territory: "com:13055", Products: []dealmap.Product{"cocaine"}},
			{ConfirmedAfter: day.AddDays(-1)}, {ConfirmedBefore: day.AddDays(1), Statuses: []dealmap.Status{dealmap.Active}}, {Text: "secrete 1"}, {Network: "R-13-7KQ"}, {Due: day},
		}
		kept := []tiles.Source{m.store.Snapshot()}
		for range rounds {
			m.turnRound(readers)
			kept = append(kept, m.store.Snapshot())
			for range 12 {
				src := kept[len(kept)-1]
				if r.IntN(4) == 0 {
					src = pick(r, kept)
				}
				p := readers[pick(r, slices.Sorted(maps.Keys(readers)))]
				request := tiles.Request{
					Layers: []tiles.Layer{tiles.LayerClusters}, Scope: dealmap.NewScope(p.viewer, dealmap.DateOf(m.clock.now())), Filter: pick(r, filters),
					Tile: maptile.At(pick(r, towns).centre, maptile.Zoom(4+r.IntN(12))),
				}
				got, err := d.Draw(t.Context(), src, request)
				if err != nil {
					t.Fatal(err)
				}
				tile, err := d.Tile(t.Context(), src, request)
				if err != nil || !bytes.Equal(tile.Data, got) {
					t.Fatalf("%s, %+v, tile %v: %d bytes are kept, %d drawn (%v)", p.viewer.Role, request.Filter, request.Tile, len(tile.Data), len(got), err)
				}
				want, err := tiles.NewDrawer(nil, tiles.Basemap{}).Draw(t.Context(), anchored{src}, request)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%s, %+v, tile %v: %d bytes, %d of sights counted one by one (%v)", p.viewer.Role, request.Filter, request.Tile, len(got), len(want), err)
				}
				if len(got) > 0 {
					drawn++
					different[string(got)] = true
				}
			}
		}
	}
	if drawn < 100 || len(different) < 50 {
		t.Errorf("%d tiles with clusters, %d of them different: the test shows little", drawn, len(different))
	}
}
