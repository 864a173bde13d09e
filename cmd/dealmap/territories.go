package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/outlines"
)

type territoriesCmd struct {
	Import territoriesImportCmd `cmd:"" help:"Importer des contours officiels (GeoJSON, .gz, .tgz)."`
	List   territoriesListCmd   `cmd:"" help:"Dire, par niveau, ce qui est connu et d’où viennent les contours."`
}

type territoriesImportCmd struct {
	Files []string `arg:"" name:"fichier" help:"Fichiers GeoJSON, .json.gz ou archives .tgz." type:"existingfile"`
	Level string   `help:"Niveau : com, arr, dep, reg, qpv ou qrr." enum:"com,arr,dep,reg,qpv,qrr" required:"" placeholder:"NIVEAU"`
	Year  int      `help:"Millésime des codes ; lu dans le nom du fichier s’il y est." placeholder:"ANNÉE"`
}

// Help is shown by dealmap territories import --help.
func (territoriesImportCmd) Help() string {
	return `Les contours embarqués sont indicatifs (Natural Earth) ; les contours officiels (ADMIN EXPRESS, QPV) les remplacent, niveau par
niveau. Un polygone mal formé est réparé ou refusé seul, avec son code ; les autres sont gardés. Le serveur les prend à son
démarrage.`
}

// Run imports outlines and says what became of each invalid one.
func (c *territoriesImportCmd) Run(_ context.Context, g *Globals, out *output) error {
	current, err := loadTerritories(g.Data)
	if err != nil {
		return err
	}
	level := dealmap.Level(c.Level)
	bars := newBars(g, out)
	read, report, err := geo.ReadOutlines(c.Files, geo.OutlineOptions{
		Level: level, Year: c.Year, Current: current,
		Progress: func(file string, features int) { bars.show(uint64(features), 0, "contours") },
	})
	bars.finish()
	if err != nil {
		return err
	}
	if len(read) == 0 {
		return fmt.Errorf("aucun contour utilisable (%d refusés) : rien n’est changé", len(report.Refused))
	}
	if _, err := current.With(read); err != nil {
		return fmt.Errorf("contours : %w", err)
	}
	if err := outlines.Save(g.Data, level, read); err != nil {
		return err
	}
	for _, note := range report.Repaired {
		fmt.Fprintf(out.stdout, "réparé : %s\n", note)
	}
	for _, note := range report.Refused {
		fmt.Fprintf(out.stdout, "refusé : %s\n", note)
	}
	fmt.Fprintf(out.stdout, "%d contours importés (niveau %s) de %d fichiers : %d bons, %d réparés, %d refusés, %d d’anciennes communes.\n",
		len(read), c.Level, report.Files, report.Valid, len(report.Repaired), len(report.Refused), len(report.Former))
	return nil
}

type territoriesListCmd struct{}

// Run lists how many territories of each level are known.
func (territoriesListCmd) Run(g *Globals, out *output) error {
	territories, err := loadTerritories(g.Data)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "niveau\tconnus\tcontours officiels\tcontours indicatifs\tcentre seul\t")
	for _, level := range append([]dealmap.Level{dealmap.LevelZone}, levels...) {
		all := territories.Level(level)
		count := func(is func(geo.Territory) bool) int {
			return len(slices.Collect(func(yield func(geo.Territory) bool) {
				for _, t := range all {
					if is(t) && !yield(t) {
						return
					}
				}
			}))
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", level, len(all),
			count(func(t geo.Territory) bool { return t.Outline != nil && !t.Indicative }),
			count(func(t geo.Territory) bool { return t.Outline != nil && t.Indicative }),
			count(func(t geo.Territory) bool { return t.Outline == nil && t.HasCentre }))
	}
	return w.Flush()
}
