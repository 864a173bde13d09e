package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
)

// TestTouched changes a map at random and wants of every box that what anybody sees in it differs from before only when the box was
// touched since; and that what happens far away does not touch it.
func TestTouched(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	boxes := []geo.Squares{{Level: 13, West: 4200, East: 4212, North: 2985, South: 3000}, {Level: 9, West: 261, East: 264, North: 186, South: 187}, {Level: 16, West: 33720, East: 33760, North: 23940, South: 23980}}
	far := geo.Squares{Level: 9, West: 250, East: 254, North: 170, South: 174}
	look := func(snapshot *store.Snapshot, box geo.Squares) (all []string) {
		for _, viewer := range []dealmap.Viewer{gn, cross13, ofast} {
			snapshot.Points(scopeOf(viewer), &dealmap.Filter{}, box, func(x, y uint32, p *dealmap.PointSight) bool {
				all = append(all, fmt.Sprint(viewer.Subject, x, y, p.Number(), p.Reference(), p.Name(), p.Status(), p.Kind(), p.Product(), p.Service(), p.Intensity()))
				return true
			})
		}
		return all
	}
	// byBlock counts what the viewers' aggregates are made of.
	byBlock := func(snapshot *store.Snapshot) map[geo.Block]map[string]int {
		all := map[geo.Block]map[string]int{}
		for _, viewer := range []dealmap.Viewer{gn, cross13, prefet13, ofast} {
			for _, status := range dealmap.Statuses() {
				rule := dealmap.CountingRule{Kinds: []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive}, Statuses: []dealmap.Status{dealmap.Status(status.Value)}}
				for _, bin := range snapshot.CellBins(scopeOf(viewer), &dealmap.Census{}, dealmap.TallyLevel, rule) {
					if all[bin.Block] == nil {
						all[bin.Block] = map[string]int{}
					}
					all[bin.Block][fmt.Sprint(viewer.Subject, status.Value, bin.Cell, bin.Weight)] += bin.Count
				}
			}
		}
		return all
	}
	var ids []dealmap.ID
	var snapshots []*store.Snapshot
	changed, still, erasures, blocks, blocksLeft := 0, 0, 0, 0, 0
	for n := range 400 {
		before := s.Snapshot()
		var c dealmap.Command
		switch kind := r.IntN(7); {
		case kind < 2 || len(ids) < 5:
			one := add(r, fmt.Sprint("Point ", n))
			ids, c = append(ids, one.ID), one
		case kind < 3:
			c = dealmap.StepPlace{ID: ids[r.IntN(len(ids))], To: []dealmap.Status{dealmap.Dormant, dealmap.Active, dealmap.Disrupted}[r.IntN(3)]}
		case kind < 4:
			c = dealmap.MergePlaces{Into: ids[r.IntN(len(ids))], From: ids[r.IntN(len(ids))]}
		case kind < 5:
			c = dealmap.ErasePlace{ID: ids[r.IntN(len(ids))], Reason: "order", Decision: "2026-1"}
		default:
			patch := []string{
				`{"position":[5.1,43.4]}`, `{"position":[4.5,43.3]}`, `{"accuracy":"commune"}`, `{"name":"Autre"}`, `{"handling":{"reach":"unit"}}`, `{"handling":{"reach":"national"}}`,
			}[r.IntN(6)]
			c = dealmap.ChangePlace{ID: ids[r.IntN(len(ids))], Patch: json.RawMessage(patch)}
		}
		_, _ = s.Do(context.Background(), ofast, c, "") // what may not be done changes nothing
		after := s.Snapshot()
		switch _, erases := c.(dealmap.ErasePlace); {
		case erases && after.Seq() > before.Seq():
			if erasures++; after.Erased() <= before.Seq() {
				t.Fatalf("entry %d erased a place, the last that did is said to be %d", after.Seq(), after.Erased())
			}
		case after.Erased() != before.Erased():
			t.Fatalf("%T is said to have erased something, entry %d", c, after.Erased())
		}
		for i, box := range boxes {
			was, is := before.Touched(box), after.Touched(box)
			if is < was || is > after.Seq() {
				t.Fatalf("box %d was touched by entry %d, and now by %d of %d", i, was, is, after.Seq())
			}
			if slices.Equal(look(before, box), look(after, box)) {
				if is == was {
					still++
				}
			} else if changed++; is <= before.Seq() {
				t.Fatalf("%T %+v: box %d looks otherwise and was last touched by entry %d, before %d", c, c, i, is, before.Seq())
			}
		}
		snapshots = append(snapshots, after)
		earlier := snapshots[r.IntN(len(snapshots))]
		touched, was := after.TouchedAfter(earlier.Seq()), byBlock(earlier)
		for block, is := range byBlock(after) {
			if slices.Contains(touched, block) {
				blocks++
			} else if blocksLeft++; !maps.Equal(is, was[block]) {
				t.Fatalf("block %d differs between entries %d and %d and is not said to have been touched", block, earlier.Seq(), after.Seq())
			}
			delete(was, block)
		}
		for block := range was {
			if !slices.Contains(touched, block) {
				t.Fatalf("block %d is empty since entry %d and is not said to have been touched", block, earlier.Seq())
			}
		}
		if last := after.Touched(far); last != 0 {
			t.Fatalf("a box far away was touched by entry %d", last)
		}
	}
	if changed < 50 || still < 20 || erasures < 10 || blocks < 50 || blocksLeft < 50 {
		t.Errorf("%d boxes changed, %d stayed as they were, %d places were erased, %d blocks were touched, %d not", changed, still, erasures, blocks, blocksLeft)
	}
}
