package web_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
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

// TestClustersFollowPlacesAcrossBlocks adds places that a prefect is told of in a hexagon whose middle lies in another block of the map than they do, and
// wants the clusters there that sights counted one by one give.
func TestClustersFollowPlacesAcrossBlocks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(seedOf(t), 5100))
	m := newRandomMap(t, r, 20)
	viewer, ok := m.store.Snapshot().Viewer("prefet13", m.clock.now())
	if !ok {
		t.Fatal("nobody is prefet13")
	}
	d := tiles.NewDrawer(nil, tiles.Basemap{})
	block := func(p orb.Point) geo.Block { return geo.BlockOf(geo.ZOrder(geo.Fixed(p))) }
	for n := 0; n < 20; {
		at := orb.Point{5.2 + r.Float64()*0.4, 43.25 + r.Float64()*0.2}
		told := dealmap.CellOf(at).At(dealmap.TallyLevel).Centre()
		if block(at) == block(told) {
			continue
		}
		n++
		request := tiles.Request{
			Layers: []tiles.Layer{tiles.LayerClusters}, Scope: dealmap.NewScope(viewer, dealmap.DateOf(m.clock.now())), Tile: maptile.At(told, maptile.Zoom(8+r.IntN(7))),
		}
		draw := func() []byte {
			t.Helper()
			src := m.store.Snapshot()
			got, err := d.Draw(t.Context(), src, request)
			if err != nil {
				t.Fatal(err)
			}
			want, err := tiles.NewDrawer(nil, tiles.Basemap{}).Draw(t.Context(), anchored{src}, request)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("tile %v: %d bytes, %d of sights counted one by one (%v)", request.Tile, len(got), len(want), err)
			}
			return got
		}
		before := draw()
		place := m.place()
		place.Facts.Kind, place.Facts.Commune, place.Facts.Position, place.Facts.Accuracy = dealmap.Street, "", &at, dealmap.AccuracyBuilding
		place.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}
		m.add(place)
		if bytes.Equal(draw(), before) {
			t.Errorf("tile %v does not show what was added at %v", request.Tile, at)
		}
	}
}
