package store

import (
	"fmt"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestLenses judges classes for more scopes than are kept, from many sides, while there come to be more classes.
func TestLenses(t *testing.T) {
	t.Parallel()
	c := newColumns().classes
	add := func(n int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		departement := fmt.Sprintf("%02d", 1+n%20)
		c.ground([]dealmap.TerritoryCode{dealmap.TerritoryCode(fmt.Sprintf("com:%s%03d", departement, n)), dealmap.TerritoryCode("dep:" + departement), "zone:sud"})
		c.held(dealmap.Held{Owner: dealmap.Owner{Service: dealmap.ServiceGN, Unit: fmt.Sprint("unit ", n%7)}, Handling: dealmap.Handling{Code: fmt.Sprint(n % 4), Reach: "unit"}})
	}
	viewer := func(n int) dealmap.Viewer {
		return dealmap.Viewer{
			Subject: fmt.Sprint("s", n), Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: fmt.Sprint("unit ", n%7),
			Territories: []dealmap.TerritoryCode{dealmap.TerritoryCode(fmt.Sprintf("com:%02d%03d", 1+n%20, n))},
		}
	}
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			for n := range mostLenses + 50 {
				add(reader*1000 + n)
				scope := dealmap.NewScope(viewer(n), dealmap.Date{Year: 2026, Month: 11, Day: 28})
				sieve := dealmap.NewSieve(&scope, &dealmap.Filter{})
				lens := c.lenses.of(&scope, c)
				lens.views.of([]*leaf{{serial: uint64(n)}}, 1, func(*leaf) leafView { return leafView{same: dealmap.Whole} })
				for i, ground := range lens.grounds {
					want := sieve.Standing(ground.Value)
					if got := lens.standing(sieve, uint32(i)); got != want {
						t.Errorf("scope %d stands to %v: %v, want %v", n, ground.Value, got, want)
					}
					terms := uint32(i % len(lens.terms))
					if got, want := lens.detail(sieve, terms, want), sieve.Detail(&lens.terms[terms].Value, want); got != want {
						t.Errorf("scope %d sees %+v in %v, want %v", n, lens.terms[terms].Value, got, want)
					}
				}
			}
		})
	}
	readers.Wait()
	if kept := len(c.lenses.byScope); kept != mostLenses || c.lenses.recent.Len() != kept {
		t.Errorf("%d and %d lenses are kept, want %d", kept, c.lenses.recent.Len(), mostLenses)
	}
	viewed := 0
	for _, e := range c.lenses.byScope {
		if e.Value.(*keptLens).lens.views.byLeaf != nil {
			viewed++
		}
	}
	if viewed == 0 || viewed > mostViews+4 { // whoever was looking when theirs were let go of keeps them
		t.Errorf("%d scopes have views, want %d at most", viewed, mostViews)
	}
}
