package seeds_test

import (
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

type noGrants struct{ dealmap.State }

func (noGrants) Grant(dealmap.ID) *dealmap.Grant { return nil }

func (noGrants) GrantsOf(string) []*dealmap.Grant { return nil }

func TestDemoAccountsCanBeGranted(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	env := dealmap.Env{Now: asOf, Gazetteer: terr}
	roles := map[dealmap.Role]bool{}
	for i, a := range seeds.DemoAccounts {
		give := dealmap.GiveGrant{ID: dealmap.ID{15: byte(i + 1)}, Grant: a.Grant()}
		if _, err := give.Decide(noGrants{}, dealmap.Console("test", dealmap.RoleAdmin), env); err != nil {
			t.Errorf("%s: %v", a.Username, err)
		}
		roles[a.Role] = true
	}
	if len(seeds.DemoAccounts) != 11 || len(roles) != len(dealmap.Roles()) {
		t.Errorf("%d accounts with %d roles, want 11 with every role", len(seeds.DemoAccounts), len(roles))
	}
}

// TestDemoAccountsOwnPlaces: the demonstration shows what owning a record means.
func TestDemoAccountsOwnPlaces(t *testing.T) {
	t.Parallel()
	stream, _ := places(t, 3952, seed)
	owned := map[dealmap.Owner]int{}
	for p := range stream {
		owned[p.Facts.Owner]++
	}
	for _, a := range seeds.DemoAccounts {
		if a.Role == dealmap.RoleInvestigator && owned[dealmap.Owner{Service: a.Service, Unit: a.Unit}] == 0 {
			t.Errorf("seed %d: %s (%s) owns no place", seed, a.Username, a.Unit)
		}
	}
}
