package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/mesure5/dealmap/store/staging"
)

type importCmd struct {
	File      string            `arg:"" name:"liste" help:"Liste : CSV, XLSX, GeoJSON, GeoPackage ou Shapefile zippé." type:"existingfile"`
	CRS       string            `help:"Système de coordonnées de x et y, par exemple EPSG:2154 (Lambert-93) ; trouvé tout seul par défaut." placeholder:"EPSG:…"`
	Map       map[string]string `help:"Champs et colonnes : x=x,y=y,name=Nom,… ; proposés d’après l’en-tête et les premières lignes par défaut." mapsep:"," placeholder:"CHAMP=COLONNE,…"`
	Set       map[string]string `help:"Valeur d’un champ pour les lignes qui n’en disent rien : kind=street,status=active,…" mapsep:"," placeholder:"CHAMP=VALEUR,…"`
	Profile   string            `help:"Profil gardé par le service, à la place de --map." placeholder:"NOM"`
	Encoding  string            `help:"Encodage ; trouvé tout seul par défaut." placeholder:"utf-8|windows-1252"`
	Separator string            `help:"Séparateur ; trouvé tout seul par défaut." placeholder:"CARACTÈRE"`
	Sheet     string            `help:"Feuille du classeur, ou couche." placeholder:"NOM"`
	HeaderRow int               `help:"Ligne de l’en-tête, à partir de 1 ; -1 : il n’y en a pas." placeholder:"LIGNE"`
	Accept    float64           `help:"Fusionner d’office les lignes qui ressemblent à un point au moins à ce degré, de 0,5 à 1 ; 1 : aucune." default:"${accept}"`
	DryRun    bool              `help:"Dire ce qui se passerait, et ne rien mettre sur la carte."`
	As        string            `help:"Compte au nom duquel importer ; par défaut l’Ofast, depuis la console." placeholder:"COMPTE"`
	Rejects   string            `help:"Fichier CSV où écrire les lignes mises de côté, avec la raison ; par défaut à l’écran." placeholder:"FICHIER"`
}

// Help is shown by dealmap import --help.
func (importCmd) Help() string {
	return `Les mêmes étapes qu’à l’écran : lecture, sens des colonnes, localisation, rapprochement avec la carte, validation. Une ligne mauvaise
est mise de côté avec son numéro, sa colonne et la raison, et n’arrête pas les autres ; une ligne déjà importée n’est pas ajoutée
deux fois. Une ligne qui ressemble à un point sans que ce soit sûr devient un point, proposé ensuite comme doublon possible. Un
import s’annule en entier : dealmap imports undo. Le serveur doit être arrêté.

Champs de --map et --set : ` + strings.Join(fieldNames(), ", ") + "."
}

func fieldNames() []string {
	var names []string
	for _, f := range mapping.Fields() {
		names = append(names, f.Name)
	}
	return names
}

// Run brings a list onto the map.
func (c *importCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	if c.CRS != "" {
		if _, err := geo.ParseCRS(c.CRS); err != nil {
			return fmt.Errorf("--crs : %w", err)
		}
	}
	if !(c.Accept >= 0.5 && c.Accept <= 1) {
		return fmt.Errorf("--accept : %g n’est pas entre 0,5 et 1", c.Accept)
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
	keeper, err := m.Keeper(ctx)
	if err != nil {
		return err
	}
	author, err := importAuthor(s, c.As, filepath.Base(c.File))
	if err != nil {
		return err
	}
	desk, err := m.Desk(ctx)
	if err != nil {
		return err
	}
	bars := newBars(g, out)
	defer bars.finish()
	staged, err := c.stage(ctx, desk, author, bars)
	if err != nil {
		return fmt.Errorf("%s : %w", c.File, err)
	}
	bars.finish()
	if err := c.reject(desk, author, staged, out); err != nil {
		return err
	}
	counts := staged.Counts
	if coming := counts[dealmap.RowNew] + counts[dealmap.RowReview] + counts[dealmap.RowMerge]; c.DryRun || coming == 0 {
		fmt.Fprintf(out.stdout, "%s : %d lignes, %d importées, %d déjà connues, %d mises de côté.\n",
			c.File, staged.Rows, 0, counts[dealmap.RowKnown], counts[dealmap.RowQuarantined])
		if c.DryRun {
			fmt.Fprintf(out.stdout, "Essai : %d points nouveaux, %d fusions sûres, %d lignes qui ressemblent à un point. Rien n’a été mis sur la carte.\n",
				counts[dealmap.RowNew], counts[dealmap.RowMerge], counts[dealmap.RowReview])
		}
		return desk.Drop(author, staged.ID)
	}
	if _, err := desk.Commit(ctx, author, staged.ID, c.Accept); err != nil {
		return fmt.Errorf("%s : %w", c.File, err)
	}
	done, err := settled(ctx, desk, author, staged.ID, bars)
	if err != nil {
		return fmt.Errorf("%s : %w", c.File, err)
	}
	bars.finish()
	if err := keeper.Checkpoint(ctx); err != nil {
		return err
	}
	waiting, err := desk.Waiting(author, staged.ID)
	if err != nil {
		return err
	}
	i := done.Import.Counts
	fmt.Fprintf(out.stdout, "%s : %d lignes, %d importées, %d déjà connues, %d mises de côté.\n", c.File, i.Rows, i.Added+i.Merged, i.Known, i.Quarantined)
	fmt.Fprintf(out.stdout, "%d points nouveaux, %d lignes fusionnées, %d à rapprocher (doublons possibles). Import %s : dealmap imports undo l’annule.\n",
		i.Added, i.Merged, waiting, staged.ID)
	return nil
}

// stage takes the list in, says what its columns mean, and waits until all rows are staged.
func (c *importCmd) stage(ctx context.Context, desk *staging.Desk, author dealmap.Viewer, bars *bars) (dealmap.StagedList, error) {
	file, err := os.Open(c.File)
	if err != nil {
		return dealmap.StagedList{}, err
	}
	defer file.Close()
	staged, err := desk.Add(ctx, author, filepath.Base(c.File), -1, file)
	if err != nil {
		return staged, err
	}
	forget := func(err error) (dealmap.StagedList, error) {
		return staged, errors.Join(err, desk.Drop(author, staged.ID))
	}
	options := list.Options{Encoding: c.Encoding, Separator: c.Separator, Sheet: c.Sheet, HeaderRow: c.HeaderRow}
	if options != (list.Options{}) {
		if staged, err = desk.Read(ctx, author, staged.ID, options); err != nil {
			return forget(err)
		}
	}
	profile, err := c.profile(desk, author, staged)
	if err != nil {
		return forget(err)
	}
	if _, err := desk.Map(author, staged.ID, profile, ""); err != nil {
		return forget(err)
	}
	done, err := settled(ctx, desk, author, staged.ID, bars)
	if err != nil {
		return forget(err)
	}
	return done, nil
}

// profile is what the columns mean: what was asked for, what the service keeps, or what they seem to mean.
func (c *importCmd) profile(desk *staging.Desk, author dealmap.Viewer, staged dealmap.StagedList) (mapping.Profile, error) {
	suggested, err := desk.Suggested(author, staged.ID)
	if err != nil {
		return suggested, err
	}
	p := suggested
	switch {
	case c.Profile != "":
		kept, err := desk.Profiles(author)
		if err != nil {
			return p, err
		}
		at := slices.IndexFunc(kept, func(k mapping.Profile) bool { return k.Name == c.Profile })
		if at < 0 {
			return p, fmt.Errorf("--profile : le service ne garde pas de profil « %s »", c.Profile)
		}
		p = kept[at]
	case len(c.Map) > 0:
		p = mapping.Profile{Columns: map[string]string{}, Defaults: map[string]string{"kind": "street", "accuracy": "building"}}
		for field, column := range c.Map {
			p.Columns[field] = column
			if at := slices.IndexFunc(staged.Header, func(h string) bool { return strings.EqualFold(h, column) }); at >= 0 {
				p.Columns[field] = staged.Header[at]
			}
		}
		if p.Columns["x"] == suggested.Columns["x"] && p.Columns["y"] == suggested.Columns["y"] {
			p.EPSG, p.Swapped, p.Decimal = suggested.EPSG, suggested.Swapped, suggested.Decimal
		}
	}
	if p.Defaults == nil {
		p.Defaults = map[string]string{}
	}
	maps.Copy(p.Defaults, c.Set)
	if c.CRS != "" {
		if p.EPSG, err = geo.ParseCRS(c.CRS); err != nil {
			return p, fmt.Errorf("--crs : %w", err)
		}
		p.Swapped = false
	}
	return p, nil
}

// settled waits until nothing is under way on a list, with progress, and says why it failed.
func settled(ctx context.Context, desk *staging.Desk, author dealmap.Viewer, id dealmap.ID, bars *bars) (dealmap.StagedList, error) {
	err := desk.Wait(ctx, id, func(p dealmap.Progress) { bars.show(uint64(p.Done), uint64(p.Total), p.What) })
	if err != nil {
		return dealmap.StagedList{}, err
	}
	l, err := desk.Get(author, id)
	if err == nil && l.Stage == dealmap.StageFailed {
		err = errors.New(l.Error)
	}
	return l, err
}

// reject writes the rows that are set aside: to a file as a sheet, or to the screen as sentences.
func (c *importCmd) reject(desk *staging.Desk, author dealmap.Viewer, staged dealmap.StagedList, out *output) (err error) {
	if c.Rejects != "" {
		file, err := os.Create(c.Rejects)
		if err != nil {
			return fmt.Errorf("--rejects : %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		if _, err := io.WriteString(file, "\ufeff"); err != nil {
			return fmt.Errorf("--rejects : %w", err)
		}
		sheet := csv.NewWriter(file)
		sheet.Comma = ';'
		if err := desk.Quarantine(author, staged.ID, sheet.Write); err != nil {
			return fmt.Errorf("--rejects : %w", err)
		}
		sheet.Flush()
		return sheet.Error()
	}
	for after := 0; ; {
		rows, more, err := desk.Rows(author, staged.ID, []dealmap.RowState{dealmap.RowQuarantined}, after, 1000)
		if err != nil {
			return err
		}
		for _, row := range rows {
			after = row.Line
			for _, p := range row.Problems {
				fmt.Fprintf(out.stderr, "ligne %d%s : %s\n", row.Line, cell(p), p.Reason)
			}
		}
		if !more {
			return nil
		}
	}
}

func cell(p dealmap.RowProblem) string {
	switch {
	case p.Column == "":
		return ""
	case p.Value == "":
		return fmt.Sprintf(", colonne %s", p.Column)
	}
	return fmt.Sprintf(", colonne %s « %s »", p.Column, p.Value)
}

// importAuthor is in whose name a list comes: an account's, or Ofast's, from the console.
func importAuthor(s *store.Store, account, what string) (dealmap.Viewer, error) {
	if account == "" {
		return dealmap.Console(operator(), dealmap.RoleOfast), nil
	}
	viewer, ok := s.Snapshot().Viewer(account, time.Now())
	if !ok {
		return dealmap.Viewer{}, fmt.Errorf("--as : « %s » n’a pas d’habilitation en cours", account)
	}
	if !viewer.May(dealmap.ActionImport) {
		return dealmap.Viewer{}, fmt.Errorf("--as : « %s » n’a pas le droit d’importer une liste", account)
	}
	viewer.Motive = "import " + what
	return viewer, nil
}
