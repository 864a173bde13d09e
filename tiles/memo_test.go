package tiles

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

func TestMemoStaysWithinItsBound(t *testing.T) {
	t.Parallel()
	const most = 10 * (100 + perEntry)
	m := newMemo(most)
	for i := range 100 {
		m.put(fmt.Sprintf("%03d", i), encodedLayer(make([]byte, 97)), always)
		if _, ok := m.get("000"); !ok {
			t.Fatalf("what is used most has left after %d", i)
		}
		if m.size > most || m.recent.Len() != len(m.byKey) {
			t.Fatalf("%d bytes, %d entries, %d keys", m.size, m.recent.Len(), len(m.byKey))
		}
	}
	if len(m.byKey) != 10 {
		t.Errorf("%d entries", len(m.byKey))
	}
	m.put("large", encodedLayer(make([]byte, most)), always)
	if _, ok := m.get("large"); ok || len(m.byKey) != 10 {
		t.Error("a value larger than the bound was kept")
	}
}

func TestMemoDoesTheSameWorkOnce(t *testing.T) {
	t.Parallel()
	m := newMemo(1000)
	var times atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			value, err := m.do(context.Background(), "key", func() sized {
				times.Add(1)
				return encodedLayer("made")
			})
			if err != nil || string(value.(encodedLayer)) != "made" {
				t.Errorf("%v, %v", value, err)
			}
		})
	}
	all.Wait()
	if n := times.Load(); n != 1 {
		t.Errorf("worked %d times", n)
	}
}

// TestAggregatesNeverCross draws for several viewers and filters, and of several snapshots, from one Drawer, twice, and
// compares with a Drawer of their own.
func TestAggregatesNeverCross(t *testing.T) {
	t.Parallel()
	snapshots := []*fake{newFake(1, france(1, 500)), newFake(2, france(2, 500))}
	shared := NewDrawer(nil, Basemap{})
	different := map[string]bool{}
	filters := []dealmap.Filter{{}, {Services: services[:1]}, {Services: services[1:3]}, {Text: "1"}, {Territory: "dep:83"}}
	for round := range 2 {
		for _, src := range snapshots {
			for _, scope := range everyScope {
				for _, filter := range filters {
					r := Request{Layers: []Layer{LayerClusters}, Tile: maptile.At(orb.Point{5.38, 43.3}, 8), Scope: scope, Filter: filter}
					got := string(draw(t, shared, src, r))
					if want := string(draw(t, NewDrawer(nil, Basemap{}), src, r)); got != want {
						t.Errorf("round %d, snapshot %d, %s, %+v: not what is drawn alone", round, src.seq, scope.Viewer().Role, filter)
					}
					different[got] = true
				}
			}
		}
	}
	if len(different) < 10 {
		t.Errorf("%d different tiles: too few to say", len(different))
	}
}

// TestAggregatesStayWithinTheirBound: what is said to be kept is what is kept, and no more than may be.
func TestAggregatesStayWithinTheirBound(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	src := newFake(1, france(1, 3000))
	d := NewDrawer(nil, Basemap{}, AggregateMemory(most))
	for n := range 60 {
		for z := maptile.Zoom(0); z <= MaxZoom; z++ {
			draw(t, d, src, Request{
				Layers: []Layer{LayerClusters}, Tile: maptile.At(orb.Point{5.38, 43.3}, z), Scope: everyScope[0],
				Filter: dealmap.Filter{ConfirmedBefore: dealmap.Date{Year: int16(2100 + n), Month: 1, Day: 1}},
			})
		}
		held := 0
		for key, e := range d.aggregates.byKey {
			held += e.Value.(*remembered).value.bytes() + len(key) + perEntry
		}
		if said := d.Kept().Aggregates.Bytes; said != held || said > most {
			t.Fatalf("after %d filters: %d bytes are said to be kept, %d are, %d may be", n+1, said, held, most)
		}
	}
	if len(d.aggregates.byKey) < 2 {
		t.Errorf("%d are kept", len(d.aggregates.byKey))
	}
}
