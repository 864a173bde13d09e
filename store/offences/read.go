package offences

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
)

// mostBytes bounds what a file may be once it is unpacked.
const mostBytes = 512 << 20

const (
	ministry = "SSMSI (ministère de l’Intérieur), crimes et délits enregistrés par la police et la gendarmerie"
	licence  = "Licence Ouverte 2.0"
)

// Read reads a file of statistics, JSON or JSON in gzip: {"records": […]} by département or {"communes": {…}} by commune. known
// says which territories there are. Errors are French and name the file, the record and the field; a file is read whole or
// not at all.
func Read(path string, known func(dealmap.TerritoryCode) bool) (Table, error) {
	t, err := read(path, known)
	if err != nil {
		return Table{}, fmt.Errorf("%s : %w", filepath.Base(path), err)
	}
	return t, t.check()
}

func read(path string, known func(dealmap.TerritoryCode) bool) (Table, error) {
	raw, err := unpack(path)
	if err != nil {
		return Table{}, err
	}
	var f struct {
		Meta     json.RawMessage            `json:"meta"`
		Records  []json.RawMessage          `json:"records"`
		Communes map[string]json.RawMessage `json:"communes"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return Table{}, located(raw, err)
	}
	switch {
	case len(f.Records) > 0 && len(f.Communes) > 0:
		return Table{}, errors.New("« records » et « communes » sont dans le même fichier : un seul est attendu")
	case len(f.Records) > 0:
		return readDepartements(f.Meta, f.Records, known)
	case len(f.Communes) > 0:
		return readCommunes(f.Meta, f.Communes)
	}
	return Table{}, errors.New("ni « records » (par département) ni « communes » : ce n’est pas un fichier d’infractions connu")
}

func unpack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var from io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		zipped, err := gzip.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("gzip illisible : %w", err)
		}
		defer zipped.Close()
		from = zipped
	}
	raw, err := io.ReadAll(io.LimitReader(from, mostBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("lecture : %w", err)
	case len(raw) > mostBytes:
		return nil, fmt.Errorf("plus de %d Mo", mostBytes>>20)
	}
	return bytes.TrimPrefix(raw, []byte("\ufeff")), nil
}

// located says where in the text JSON breaks off.
func located(raw []byte, err error) error {
	offset := int64(-1)
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("champ « %s » : une valeur de ce type n’est pas attendue (%s)", e.Field, e.Value)
	}
	if offset < 0 || offset > int64(len(raw)) {
		return fmt.Errorf("JSON illisible : %w", err)
	}
	before := raw[:offset]
	line := bytes.Count(before, []byte("\n")) + 1
	return fmt.Errorf("ligne %d, octet %d : JSON illisible : %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
}

// entry is a record that was read: one figure of one territory.
type entry struct {
	code            dealmap.TerritoryCode
	indicator, unit string
	year            int
	population      int
	number          int
	rate            float64
}

// tabulate orders entries into a dense table; a figure that comes twice, or a population or unit that changes, is an error that
// the place (of an index) names.
func tabulate(t Table, entries []entry, where func(int) string) (Table, error) {
	years, names, codes := map[int]bool{}, map[string]Indicator{}, map[dealmap.TerritoryCode]bool{}
	for i, e := range entries {
		years[e.year], codes[e.code] = true, true
		one := Indicator{Name: e.indicator, Unit: e.unit, PerDwelling: e.indicator == burglary}
		if was, ok := names[e.indicator]; ok && was != one {
			return t, fmt.Errorf("%s, champ « uniteDeCompte » : « %s », mais « %s » ailleurs pour %s", where(i), e.unit, was.Unit, e.indicator)
		}
		names[e.indicator] = one
	}
	if len(entries) == 0 {
		return t, errors.New("aucun chiffre")
	}
	t.Years = sortedKeys(years)
	for _, name := range sortedKeys(names) {
		t.Indicators = append(t.Indicators, names[name])
	}
	cells := len(t.Indicators) * len(t.Years)
	rows := map[dealmap.TerritoryCode]*Row{}
	t.Rows = make([]Row, 0, len(codes))
	for _, code := range sortedKeys(codes) {
		t.Rows = append(t.Rows, Row{
			Code: code, Population: make([]int, len(t.Years)), Numbers: slices.Repeat([]int{absent}, cells), Rates: slices.Repeat([]float64{absent}, cells),
		})
		rows[code] = &t.Rows[len(t.Rows)-1]
	}
	for i, e := range entries {
		row := rows[e.code]
		y, _ := slices.BinarySearch(t.Years, e.year)
		n, _ := slices.BinarySearchFunc(t.Indicators, e.indicator, func(a Indicator, name string) int { return cmp.Compare(a.Name, name) })
		cell := n*len(t.Years) + y
		switch {
		case row.Rates[cell] != absent:
			return t, fmt.Errorf("%s : %s, %s, %d est déjà dit plus haut", where(i), e.code, e.indicator, e.year)
		case row.Population[y] != 0 && row.Population[y] != e.population:
			return t, fmt.Errorf("%s, champ « inseePop » : %d, mais %d plus haut pour %s en %d", where(i), e.population, row.Population[y], e.code, e.year)
		}
		row.Population[y], row.Numbers[cell], row.Rates[cell] = e.population, e.number, e.rate
	}
	return t, nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// french sets the apostrophe that the screens use.
func french(name string) string { return strings.ReplaceAll(name, "'", "’") }
