package main

import (
	"context"
	"fmt"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/offences"
)

type offencesCmd struct {
	Import offencesImportCmd `cmd:"" help:"Importer des statistiques d’infractions (JSON, .gz)."`
}

type offencesImportCmd struct {
	Files []string `arg:"" name:"fichier" help:"Fichiers JSON, gzip ou non : par département ou par commune." type:"existingfile"`
}

// Help is shown by dealmap offences import --help.
func (offencesImportCmd) Help() string {
	return `Les crimes et délits enregistrés (SSMSI) se regardent à côté de la carte ; ils n’en font pas partie. Un fichier par département tient dans
{"records": […]} (codeDepartement, annee, indicateur, uniteDeCompte, nombre, tauxPourMille, inseePop), un fichier par commune dans
{"communes": {…}} (pop, ind). Chaque fichier remplace ce qui était connu de son niveau ; à la première faute, rien n’est changé. Le serveur les prend à
son démarrage.`
}

// Run reads every file before anything is replaced.
func (c *offencesImportCmd) Run(_ context.Context, g *Globals, out *output) error {
	territories, err := loadTerritories(g.Data)
	if err != nil {
		return err
	}
	known := func(code dealmap.TerritoryCode) bool {
		_, ok := territories.Get(code)
		return ok
	}
	from := map[dealmap.Level]string{}
	var tables []offences.Table
	for _, name := range c.Files {
		table, err := offences.Read(name, known)
		if err != nil {
			return fmt.Errorf("%w : rien n’est changé", err)
		}
		if other, twice := from[table.Level]; twice {
			return fmt.Errorf("%s et %s sont du même niveau (%s) : rien n’est changé", other, name, table.Level)
		}
		from[table.Level] = name
		tables = append(tables, table)
	}
	if err := offences.Save(g.Data, tables); err != nil {
		return err
	}
	for i := range tables {
		t := &tables[i]
		fmt.Fprintf(out.stdout, "%s : %d territoires (niveau %s), %d indicateurs, de %d à %d.\n",
			from[t.Level], len(t.Rows), t.Level, len(t.Indicators), t.Years[0], t.Years[len(t.Years)-1])
	}
	return nil
}
