package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/mesure5/dealmap/store"
)

type checkCmd struct{}

// Run verifies the journal's chain and everything made from it.
func (checkCmd) Run(ctx context.Context, g *Globals, out *output) error {
	if err := offline(g); err != nil {
		return err
	}
	engine, err := (&machine{globals: g, out: out}).shared(ctx)
	if err != nil {
		return err
	}
	bars := newBars(g, out)
	report, err := store.Check(ctx, g.Data, engine, bars.show)
	bars.finish()
	if err != nil {
		return fmt.Errorf("vérification de %s : %w", g.Data, err)
	}
	if !report.OK() {
		for _, problem := range report.Problems {
			fmt.Fprintln(out.stdout, "!", problem)
		}
		return fmt.Errorf("vérification de %s : %w", g.Data, errors.New(report.Problems[0]))
	}
	fmt.Fprintf(out.stdout, "%s : journal de %d entrées intact (%d corps effacés), %d lieux, état conforme.\n",
		g.Data, report.Entries, report.Erased, report.Places)
	return nil
}

type rebuildCmd struct{}

// Run makes the state anew.
func (rebuildCmd) Run(ctx context.Context, g *Globals, out *output) error {
	if err := offline(g); err != nil {
		return err
	}
	engine, err := (&machine{globals: g, out: out}).shared(ctx)
	if err != nil {
		return err
	}
	bars := newBars(g, out)
	err = store.Rebuild(ctx, g.Data, engine, bars.show)
	bars.finish()
	if err != nil {
		return fmt.Errorf("reconstruction de %s : %w", g.Data, err)
	}
	fmt.Fprintf(out.stdout, "%s : état reconstruit depuis le journal.\n", g.Data)
	return nil
}
