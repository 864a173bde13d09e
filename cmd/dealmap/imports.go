package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/staging"
)

type importsCmd struct {
	List importsListCmd `cmd:"" help:"Lister les imports."`
	Undo importsUndoCmd `cmd:"" help:"Annuler un import en entier."`
}

type importsListCmd struct{}

// Run lists the imports.
func (importsListCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withDesk(ctx, g, out, func(desk *staging.Desk, author dealmap.Viewer) error {
		lists, err := desk.Lists(author)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "IMPORT\tLISTE\tUNITÉ\tÉTAT\tLIGNES\tAJOUTÉES\tFUSIONNÉES\tDE CÔTÉ")
		for _, l := range lists {
			var counts dealmap.ImportCounts
			if l.Import != nil {
				counts = l.Import.Counts
			}
			fmt.Fprintf(w, "%s\t%s\t%s %s\t%s\t%d\t%d\t%d\t%d\n", l.ID, l.Name, l.By.Service, l.By.Unit, stageNames[l.Stage], l.Rows, counts.Added, counts.Merged,
				max(counts.Quarantined, l.Counts[dealmap.RowQuarantined]))
		}
		return w.Flush()
	})
}

var stageNames = map[dealmap.ImportStage]string{
	dealmap.StageUploaded: "reçue", dealmap.StageStaging: "en préparation", dealmap.StageStaged: "prête", dealmap.StageCommitting: "en validation",
	dealmap.StageCommitted: "validée", dealmap.StageUndoing: "en annulation", dealmap.StageUndone: "annulée", dealmap.StageFailed: "en échec",
}

type importsUndoCmd struct {
	ID             string `arg:"" name:"import" help:"Identifiant de l’import (dealmap imports list)."`
	WithdrawEdited bool   `help:"Retirer aussi ce que des personnes ont modifié depuis."`
}

// Run takes an import off the map.
func (c *importsUndoCmd) Run(ctx context.Context, g *Globals, out *output) error {
	id, err := dealmap.ParseID(c.ID)
	if err != nil {
		return fmt.Errorf("import : %w", err)
	}
	return withDesk(ctx, g, out, func(desk *staging.Desk, author dealmap.Viewer) error {
		if _, err := desk.Undo(ctx, author, id, !c.WithdrawEdited); err != nil {
			return err
		}
		bars := newBars(g, out)
		done, err := settled(ctx, desk, author, id, bars)
		bars.finish()
		if err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "%s : annulé, %d fiches laissées sur la carte.\n", done.Name, done.Import.Counts.Kept)
		return nil
	})
}

// withDesk runs a command's work at the desk of a stopped server, in Ofast's name.
func withDesk(ctx context.Context, g *Globals, out *output, work func(*staging.Desk, dealmap.Viewer) error) (err error) {
	if err := offline(g); err != nil {
		return err
	}
	m := &machine{globals: g, out: out}
	defer func() { err = errors.Join(err, m.Close()) }()
	desk, err := m.Desk(ctx)
	if err != nil {
		return err
	}
	return work(desk, dealmap.Console(operator(), dealmap.RoleOfast))
}
