package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// TestNoOutputTellsOfWhatIsHidden makes, for each person, a map of only what this person may see and one that also holds
// what is hidden, which is then moved, changed, closed and confirmed. Every output must be the same, byte for byte.
func TestNoOutputTellsOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	for name := range people {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, uint64(len(name))))
			plain, full := newWorld(t), newWorld(t)
			scope := dealmap.NewScope(plain.viewer(name), dealmap.DateOf(plain.clock.now()))
			var shown, hidden []dealmap.ID
			for i := range 60 {
				add := randomPlace(random, byte(i+1))
				visible := seen(&scope, add)
				full.do(full.viewer("ofast"), dealmap.ImportPlaces{Places: []dealmap.AddPlace{add}})
				if visible {
					shown = append(shown, add.ID)
					plain.do(plain.viewer("ofast"), dealmap.ImportPlaces{Places: []dealmap.AddPlace{add}})
				} else {
					hidden = append(hidden, add.ID)
				}
			}
			for _, id := range hidden {
				full.stir(random, id)
			}
			if len(hidden) == 0 {
				t.Error("nothing is hidden: the test shows nothing")
			}
			plain.clock.advance(24 * time.Hour)
			full.clock.advance(24 * time.Hour)
			a, b := plain.as(name), full.as(name)
			paths := outputs("13-K7QF", "00000000-0000-4000-8000-000000000000")
			for _, box := range []string{"5,43,6,44", "4.5,45.5,5.2,46", "-5,41,10,51"} {
				paths = append(paths, "/api/v1/sites?limit=1000&bbox="+box, "/api/v1/sites/counts?bbox="+box, "/api/v1/sites?limit=1000&as_of=2026-11-23&bbox="+box)
				paths = append(paths, "/api/v1/deal-points?limit=1000&bbox="+box, "/api/v1/deal-points/counts?status=closed&bbox="+box,
					"/api/v1/deal-points?limit=1000&as_of=2026-11-23&bbox="+box, "/api/v1/deal-points/counts?as_of=2026-11-23&bbox="+box)
			}
			for _, tile := range []string{"5/16/11", "8/131/93", "9/263/187", "9/262/182", "11/1054/750", "12/2109/1500"} {
				paths = append(paths, "/tiles/sites,deal_points/"+tile+".mvt", "/tiles/sites/"+tile+".mvt?as_of=2026-11-23")
				paths = append(paths, "/tiles/deal_points,clusters/"+tile+".mvt", "/tiles/clusters/"+tile+".mvt?status=active&product=crack",
					"/tiles/deal_points,clusters/"+tile+".mvt?as_of=2026-11-23")
			}
			for _, id := range shown {
				paths = append(paths, "/api/v1/deal-points/"+id.String(), "/api/v1/deal-points/"+id.String()+"/history",
					"/api/v1/sites/"+id.String(), "/api/v1/sites/"+id.String()+"/history")
			}
			for _, id := range hidden {
				paths = append(paths, "/api/v1/deal-points/"+id.String(), "/api/v1/sites/"+id.String())
			}
			for _, path := range paths {
				want, got := a.get(path), b.get(path)
				if want.status != got.status || lasting(string(want.body)) != lasting(string(got.body)) {
					t.Errorf("%s tells of what is hidden (SEED=%d):\n%d %.600s\n%d %.600s", path, seed, want.status, want.body, got.status, got.body)
				}
			}
		})
	}
}

func randomPlace(random *rand.Rand, n byte) dealmap.AddPlace {
	centre, commune := orb.Point{5.38, 43.30}, "13055"
	if random.IntN(3) == 0 {
		centre, commune = orb.Point{4.83, 45.76}, "69123"
	}
	position := orb.Point{centre[0] + random.Float64()*0.06 - 0.03, centre[1] + random.Float64()*0.06 - 0.03}
	owners := []dealmap.Owner{{Service: "PN", Unit: "Cross 13"}, {Service: "PN", Unit: "BSU Lyon"}, {Service: "GN", Unit: "BR Aubagne"}, {Service: "DGDDI", Unit: "DR Lyon"}}
	reaches := []dealmap.Reach{dealmap.ReachService, dealmap.ReachDepartement, dealmap.ReachZone, dealmap.ReachNational}
	handling := dealmap.Handling{Reach: reaches[random.IntN(4)], Code: "H0", Blurred: random.IntN(3) == 0}
	if random.IntN(3) == 0 {
		handling.EmbargoUntil = dealmap.Date{Year: 2030, Month: 1, Day: 1}
	}
	kinds := []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery, dealmap.StashFlat}
	products := []dealmap.Product{"cannabis", "cocaine", "crack"}
	return dealmap.AddPlace{
		ID: dealmap.ID{n, byte(random.Uint32()), 7: 0x40, 15: n}, Status: dealmap.Active, AcceptDuplicates: true,
		Facts: dealmap.Facts{
			Kind: kinds[random.IntN(5)], Name: fmt.Sprintf("Tour secrète %d", n), Commune: commune, Position: &position,
			Accuracy: dealmap.AccuracyBuilding, Products: products[:1+random.IntN(3)], Owner: owners[random.IntN(4)], Handling: handling,
			Networks: []string{"R-13-7KQ"},
		},
	}
}

// seen reports whether a scope is to see anything of a place that is about to be added: by the sight of a place made alike.
func seen(scope *dealmap.Scope, add dealmap.AddPlace) bool {
	terr, err := territories()
	if err != nil {
		panic(err)
	}
	chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + add.Facts.Commune))
	_, ok := scope.See(&dealmap.Place{ID: add.ID, Status: add.Status, Facts: add.Facts, Territories: chain})
	return ok
}

// stir changes a place in every way that keeps it as hidden as it is.
func (w *world) stir(random *rand.Rand, id dealmap.ID) {
	ofast := w.viewer("ofast")
	owner := ofast
	for _, v := range []string{"cross13", "pn", "gn"} { // only its owner may touch a place under embargo
		u := w.viewer(v)
		scope := dealmap.NewScope(u, dealmap.DateOf(w.clock.now()))
		if sight, ok := w.store.Snapshot().Place(scope, id); ok && u.Owns(sight.Owner()) {
			owner = u
		}
	}
	patch, err := json.Marshal(map[string]any{"name": "Tour secrète déplacée", "intensity": 1 + random.IntN(5)})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, cmd := range []dealmap.Command{
		dealmap.ConfirmPlace{ID: id}, dealmap.ChangePlace{ID: id, Patch: patch},
		dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded},
	} {
		if _, err := w.store.Do(w.t.Context(), owner, cmd, ""); err != nil && dealmap.KindOf(err) == "" {
			w.t.Fatal(err)
		}
	}
}
