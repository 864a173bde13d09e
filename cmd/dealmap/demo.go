package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/secrets"
)

// fillDemonstration makes the synthetic map, with three years of its past, and its accounts on the first start. It touches no map that holds anything else.
func fillDemonstration(ctx context.Context, m *machine, s *store.Store, places int, seed uint64) error {
	if snapshot := s.Snapshot(); snapshot.Len() > 0 {
		if !snapshot.Synthetic() {
			return fmt.Errorf("le dossier %s contient une vraie carte : --demo n’y touche pas", m.globals.Data)
		}
	} else if err := tellStory(ctx, m, s, places, seed, time.Now()); err != nil {
		return err
	}
	vault, err := m.Secrets()
	if err != nil {
		return err
	}
	return demoAccounts(ctx, s, vault)
}

// demoAccounts gives each demonstration account its password and its grant, once.
func demoAccounts(ctx context.Context, s *store.Store, vault *secrets.Secrets) error {
	for _, account := range seeds.DemoAccounts {
		if _, ok := s.Snapshot().Viewer(account.Username, time.Now()); ok {
			continue
		}
		if err := addAccount(ctx, s, vault, dealmap.Console(operator(), dealmap.RoleAdmin), account.Grant(), seeds.DemoPassword); err != nil {
			return fmt.Errorf("compte de démonstration %s : %w", account.Username, err)
		}
	}
	return nil
}

func printDemoAccounts(out *output) {
	fmt.Fprintf(out.stdout, "Données fictives. Comptes de démonstration, mot de passe « %s » :\n", seeds.DemoPassword)
	w := tabwriter.NewWriter(out.stdout, 0, 0, 3, ' ', 0)
	for _, a := range seeds.DemoAccounts {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", a.Username, dealmap.Label(dealmap.Roles(), string(a.Role)), a.Name)
	}
	w.Flush()
}

func newID() dealmap.ID { return dealmap.ID(uuid.New()) }
