package seeds

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// WriteServices writes the lists, their truth and a README into a folder that does not exist yet or is empty. It appears as a
// whole or not at all.
func WriteServices(ctx context.Context, folder string, lists []ServiceList) (err error) {
	if entries, err := os.ReadDir(folder); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s n’est pas vide", folder)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	folder = filepath.Clean(folder)
	if err := os.MkdirAll(filepath.Dir(folder), 0o777); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(draft))
		}
	}()
	if err := os.Chmod(draft, 0o755); err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"police.csv", func(w io.Writer) error { return writePolice(w, lists[0].Records) }},
		{"gendarmerie.csv", func(w io.Writer) error { return writeGendarmerie(w, lists[1].Records) }},
		{"douanes.xlsx", func(w io.Writer) error { return writeDouanes(w, lists[2].Records) }},
		{"truth.csv", func(w io.Writer) error { return writeTruth(w, lists) }},
		{"README.txt", func(w io.Writer) error { return writeReadme(w, lists) }},
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(draft, file.name), file.write); err != nil {
			return fmt.Errorf("%s : %w", file.name, err)
		}
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(draft, folder)
}

func writeFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return write(file)
}

const readme = `DONNÉES FICTIVES. Ces listes sont inventées par « dealmap seed --services » : aucun lieu, nom, réseau ou service n’y est réel.

Trois services tiennent chacun sa liste des mêmes lieux, à leur manière ; truth.csv dit quelles lignes parlent du même lieu.

police.csv       %d lignes. CSV « ; », UTF-8 avec marque (BOM), virgule décimale, longitude et latitude WGS 84, dates jj/mm/aaaa.
gendarmerie.csv  %d lignes. CSV « ; », Windows-1252, Lambert-93 (EPSG:2154) en mètres entiers, majuscules sans accents et abréviations
                 dans les noms et les adresses, codes INSEE sans leur zéro initial, dates jj/mm/aa. Sans l’outre-mer, que Lambert-93
                 ne couvre pas.
douanes.xlsx     %d lignes. Classeur Excel, WGS 84 en degrés décimaux, dates en numéros de jour d’Excel, argot des produits, en-têtes
                 courts ; une ligne sur cinq ou six n’a pas de coordonnées, d’autres n’ont pas de commune.
truth.csv        La vérité, une ligne par ligne des listes. « ligne » se compte dans le fichier, en-tête compris (la première est 1).
                 « point » est le lieu vrai, « cité » l’ensemble où il se trouve, « voisin » dit qu’un autre lieu vrai est à moins de 60 m.
                 « position » est la classe de bruit (porte 4 m, bâtiment 10 m, rue 25 m d’écart type sur chaque axe ; cité : autour
                 du milieu de l’ensemble ; queue : écarts à queue lourde ; milieu : milieu de la rue ; aucune), « écart » ce qu’il en
                 est. « nom » et « adresse » disent ce qu’il leur est arrivé ; les colonnes « écrit » ce que la ligne dit encore, à tort ou à
                 raison, de ce qui distingue des voisins. « encore » : la liste a déjà ce lieu ; « vie antérieure » : la ligne parle d’une
                 période d’activité plus ancienne du même lieu.

Des lieux voisins de 20 à 60 m sont DIFFÉRENTS. Certains ne se distinguent par aucun texte : rien ne les sépare d’un doublon que leur
position.
`

func writeReadme(w io.Writer, lists []ServiceList) error {
	_, err := fmt.Fprintf(w, readme, len(lists[0].Records), len(lists[1].Records), len(lists[2].Records))
	return err
}

// writePolice writes police.csv, as French Excel saves a list.
func writePolice(w io.Writer, records []ServiceRecord) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	return writeCSV(w, policeColumns, records)
}

// writeGendarmerie writes gendarmerie.csv, as an old application exports it.
func writeGendarmerie(w io.Writer, records []ServiceRecord) error {
	encoded := charmap.Windows1252.NewEncoder().Writer(w)
	return writeCSV(encoded, gendarmerieColumns, records)
}

// column is one column of a list: its header and what it says of a record.
type column[Cell any] struct {
	header string
	cell   func(*ServiceRecord) Cell
}

func writeCSV(w io.Writer, columns []column[string], records []ServiceRecord) error {
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.header
	}
	if err := out.Write(cells); err != nil {
		return err
	}
	for k := range records {
		for i, c := range columns {
			cells[i] = c.cell(&records[k])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// listed joins what a word each says of the members of a list.
func listed[T any](members []T, comma string, word func(T) string) string {
	words := make([]string, len(members))
	for i, m := range members {
		words[i] = word(m)
	}
	return strings.Join(words, comma)
}
