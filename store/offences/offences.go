// Package offences keeps statistics of recorded offences that were imported (SSMSI, ministère de l’Intérieur), by département
// and by commune, in one file of the data folder that is replaced whole. They are a layer for comparison and no part of the map.
package offences

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fxamacker/cbor/v2"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/wholefile"
)

// FileName is the file's name in the data folder.
const FileName = "offences.cbor"

// version is the first thing in the file; another one is refused.
const version = "dealmap offences 1"

// Table is one file of statistics: figures of all territories of one level. Figures are dense, by indicator and then by year.
type Table struct {
	Level           dealmap.Level `cbor:"l"`
	Source, Licence string
	Indicators      []Indicator `cbor:"i"`
	Years           []int       `cbor:"y"`
	Rows            []Row       `cbor:"r"` // by code
}

// Indicator is one kind of offence.
type Indicator struct {
	Name        string `cbor:"n"`
	Unit        string `cbor:"u"`
	PerDwelling bool   `cbor:"d"`
}

// Row is one territory. Figures that the source does not have are -1; Numbers is nil when it has none at all.
type Row struct {
	Code       dealmap.TerritoryCode `cbor:"c"`
	Population []int                 `cbor:"p"` // by year
	Numbers    []int                 `cbor:"n"`
	Rates      []float64             `cbor:"r"` // per thousand
}

// absent stands for a figure that the source does not have.
const absent = -1

type file struct {
	Version string  `cbor:"v"`
	Tables  []Table `cbor:"t"` // one for each level, by its name
}

// Save replaces the tables of the levels that are given and keeps those of the others: all or, on an error, none.
func Save(data string, tables []Table) (err error) {
	kept, err := load(data)
	if err != nil {
		return err
	}
	f := file{Version: version}
	for _, level := range []dealmap.Level{dealmap.LevelCommune, dealmap.LevelDepartement} {
		for _, list := range [][]Table{tables, kept} {
			if i := indexOf(list, level); i >= 0 {
				f.Tables = append(f.Tables, list[i])
				break
			}
		}
	}
	raw, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("save offences: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("save offences: %w", err)
	}
	if err := wholefile.Write(filepath.Join(data, FileName), wholefile.Bytes(raw)); err != nil {
		return fmt.Errorf("save offences: %w", err)
	}
	return nil
}

func indexOf(list []Table, level dealmap.Level) int {
	for i := range list {
		if list[i].Level == level {
			return i
		}
	}
	return -1
}

func load(data string) ([]Table, error) {
	name := filepath.Join(data, FileName)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load offences: %w", err)
	}
	var f file
	if err := cbor.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("le fichier d’infractions %s est illisible (supprimez-le et importez à nouveau) : %w", name, err)
	}
	if f.Version != version {
		return nil, fmt.Errorf("le fichier d’infractions %s est d’une autre version : supprimez-le et importez à nouveau", name)
	}
	for _, t := range f.Tables {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("le fichier d’infractions %s est endommagé (supprimez-le et importez à nouveau) : %w", name, err)
		}
	}
	return f.Tables, nil
}

// check holds the shape of a table, on which reading it relies.
func (t *Table) check() error {
	cells := len(t.Indicators) * len(t.Years)
	for _, r := range t.Rows {
		if len(r.Population) != len(t.Years) || len(r.Rates) != cells || r.Numbers != nil && len(r.Numbers) != cells {
			return fmt.Errorf("la ligne de %s n’a pas la forme de la table", r.Code)
		}
	}
	return nil
}
