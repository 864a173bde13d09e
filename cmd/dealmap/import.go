package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/intake"
)

type importCmd struct {
	File      string            `arg:"" name:"liste" help:"Liste CSV avec en-tête, séparée par ; , ou tabulation." type:"existingfile"`
	CRS       string            `help:"Système de coordonnées de x et y, par exemple EPSG:2154 (Lambert-93)." default:"EPSG:4326"`
	Map       map[string]string `help:"Champs et colonnes : x=x,y=y,name=Nom,…" mapsep:"," placeholder:"CHAMP=COLONNE,…" required:""`
	Set       map[string]string `help:"Valeur d’un champ pour toutes les lignes : kind=street,status=active,…" mapsep:"," placeholder:"CHAMP=VALEUR,…"`
	Separator string            `help:"Séparateur ; trouvé tout seul par défaut." placeholder:"CARACTÈRE"`
	As        string            `help:"Compte au nom duquel importer ; par défaut l’Ofast, depuis la console." placeholder:"COMPTE"`
	Rejects   string            `help:"Fichier où écrire les lignes mises de côté ; par défaut à l’écran." placeholder:"FICHIER"`
}

// Help is shown by dealmap import --help.
func (importCmd) Help() string {
	return `Chaque ligne devient un point ; une ligne mauvaise est mise de côté avec son numéro, sa colonne et la raison, et n’arrête pas
les autres. Relancer le même import (même liste, mêmes options), même interrompu, n’ajoute rien deux fois ; une liste corrigée
fait d’autres points : n’y laissez que les lignes qui manquent. Le serveur doit être arrêté.

Exemple : dealmap import liste.csv --crs EPSG:2154 --map x=x,y=y,name=Operateur --set kind=street,status=active`
}

// Run imports the list.
func (c *importCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	separator, size := utf8.DecodeRuneInString(c.Separator)
	if size != len(c.Separator) {
		return fmt.Errorf("--separator : « %s » n’est pas un caractère", c.Separator)
	}
	if c.Separator == "" {
		separator = 0
	}
	epsg, err := geo.ParseCRS(c.CRS)
	if err != nil {
		return fmt.Errorf("--crs : %w", err)
	}
	list, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer list.Close()
	info, err := list.Stat()
	if err != nil {
		return err
	}
	rows, err := intake.Read(list, separator)
	if err != nil {
		return fmt.Errorf("%s : %w", c.File, err)
	}
	mapping, err := intake.NewMapping(rows.Header, c.Map, c.Set, epsg)
	if err != nil {
		return fmt.Errorf("%s : %w", c.File, err)
	}
	rejects := out.stderr
	if c.Rejects != "" {
		file, err := os.Create(c.Rejects)
		if err != nil {
			return fmt.Errorf("--rejects : %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		rejects = file
	}
	if err := offline(g); err != nil {
		return err
	}
	m := &machine{globals: g, out: out}
	defer func() { err = errors.Join(err, m.Close()) }()
	s, err := m.Store(ctx)
	if err != nil {
		return err
	}
	author, err := c.author(s)
	if err != nil {
		return err
	}
	report, err := c.run(ctx, g, out, s, m.territories, author, rows, mapping, info.Size(), rejects)
	fmt.Fprintf(out.stdout, "%s : %d lignes, %d importées, %d déjà connues, %d mises de côté.\n",
		c.File, report.Rows, report.Imported, report.Known, report.Rejected)
	return err
}

func (c *importCmd) run(ctx context.Context, g *Globals, out *output, s *store.Store, territories *geo.Territories, author dealmap.Viewer,
	rows *intake.Rows, mapping *intake.Mapping, size int64, rejects io.Writer) (intake.Report, error) {
	bars := newBars(g, out)
	defer bars.finish()
	var unwritten error
	job := intake.Job{
		Source: filepath.Base(c.File), Mapping: mapping, Viewer: author, NewID: newID,
		NewDraw: func() [16]byte { return [16]byte(uuid.New()) },
		Env:     dealmap.Env{Now: time.Now(), Gazetteer: territories},
		Sink: func(ctx context.Context, places dealmap.ImportPlaces, key string) (bool, error) {
			result, err := s.Do(ctx, author, places, key)
			return result.Replayed, err
		},
		Reject: func(r intake.Rejection) {
			bars.finish()
			_, err := fmt.Fprintf(rejects, "ligne %d%s : %s\n", r.Line, cell(r), r.Reason)
			unwritten = errors.Join(unwritten, err)
		},
		Advance: func(bytes, rows int) { bars.show(uint64(bytes), uint64(size), "import") },
	}
	report, err := job.Run(ctx, rows)
	return report, errors.Join(err, unwritten)
}

func cell(r intake.Rejection) string {
	switch {
	case r.Column == "":
		return ""
	case r.Value == "":
		return fmt.Sprintf(", colonne %s", r.Column)
	}
	return fmt.Sprintf(", colonne %s « %s »", r.Column, r.Value)
}

func (c *importCmd) author(s *store.Store) (dealmap.Viewer, error) {
	if c.As == "" {
		return dealmap.Console(operator(), dealmap.RoleOfast), nil
	}
	viewer, ok := s.Snapshot().Viewer(c.As, time.Now())
	if !ok {
		return dealmap.Viewer{}, fmt.Errorf("--as : « %s » n’a pas d’habilitation en cours", c.As)
	}
	if !viewer.May(dealmap.ActionImport) {
		return dealmap.Viewer{}, fmt.Errorf("--as : « %s » n’a pas le droit d’importer une liste", c.As)
	}
	viewer.Motive = "import " + filepath.Base(c.File)
	return viewer, nil
}
