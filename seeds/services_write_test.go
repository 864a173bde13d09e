package seeds_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// written writes a few lists and returns the folder with them.
func written(t *testing.T) (string, []seeds.ServiceList) {
	t.Helper()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	made := seeds.Services(800, seed, terr, asOf)
	folder := filepath.Join(t.TempDir(), "new", "lists")
	if err := seeds.WriteServices(t.Context(), folder, made); err != nil {
		t.Fatal(err)
	}
	return folder, made
}

// table reads CSV as rows by header.
func table(t *testing.T, r io.Reader) []map[string]string {
	t.Helper()
	in := csv.NewReader(r)
	in.Comma = ';'
	all, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return byHeader(all)
}

func byHeader(all [][]string) []map[string]string {
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func decimal(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPoliceFile(t *testing.T) {
	t.Parallel()
	folder, made := written(t)
	content, err := os.ReadFile(filepath.Join(folder, "police.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, marked := bytes.CutPrefix(content, []byte("\ufeff"))
	if !marked || !utf8.Valid(text) {
		t.Errorf("byte order mark %v, UTF-8 %v", marked, utf8.Valid(text))
	}
	rows := table(t, bytes.NewReader(text))
	if len(rows) != len(made[0].Records) {
		t.Fatalf("%d rows, want %d", len(rows), len(made[0].Records))
	}
	for i, row := range rows {
		f := made[0].Records[i].Add.Facts
		if row["Dénomination"] != f.Name || row["Adresse"] != f.Address || row["Code INSEE"] != f.Commune || row["Fictif"] != "oui" {
			t.Fatalf("line %d: %v is not %+v", i+2, row, f)
		}
		if p := f.Position; p != nil && (decimal(t, row["Longitude"]) != p[0] || decimal(t, row["Latitude"]) != p[1] || !strings.Contains(row["Latitude"], ",")) {
			t.Fatalf("line %d: %v is not at %v", i+2, row, *p)
		}
		if d := f.LastSeen; !d.IsZero() && row["Dernière constatation"] != d.Time().Format("02/01/2006") {
			t.Fatalf("line %d: %v was not seen on %s", i+2, row, d)
		}
	}
}

func TestGendarmerieFile(t *testing.T) {
	t.Parallel()
	folder, made := written(t)
	content, err := os.ReadFile(filepath.Join(folder, "gendarmerie.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if utf8.Valid(content) {
		t.Error("the file is UTF-8")
	}
	rows := table(t, charmap.Windows1252.NewDecoder().Reader(bytes.NewReader(content)))
	if len(rows) != len(made[1].Records) {
		t.Fatalf("%d rows, want %d", len(rows), len(made[1].Records))
	}
	short := 0
	for i, row := range rows {
		f := made[1].Records[i].Add.Facts
		if row["LIBELLE"] != f.Name || strings.ToUpper(f.Name) != f.Name || strings.ContainsAny(f.Name, "ÉÈÎ’,") || row["OBSERVATIONS"] != f.Note {
			t.Fatalf("line %d: %v is not %+v", i+2, row, f)
		}
		if code := row["INSEE"]; len(code) == 4 && "0"+code == f.Commune {
			short++
		} else if code != f.Commune {
			t.Fatalf("line %d: %q is not the code of %s", i+2, code, f.Commune)
		}
		if f.Position == nil {
			continue
		}
		p, err := geo.Reproject(2154, decimal(t, row["X_L93"]), decimal(t, row["Y_L93"]))
		if err != nil || geo.Distance(p, *f.Position) > 0.01 {
			t.Fatalf("line %d: %v is not at %v (%v, %v)", i+2, row, *f.Position, p, err)
		}
	}
	if short == 0 {
		t.Error("no code has lost its zero")
	}
}

func TestDouanesFile(t *testing.T) {
	t.Parallel()
	folder, made := written(t)
	book, err := excelize.OpenFile(filepath.Join(folder, "douanes.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	all, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	rows := byHeader(all)
	if len(rows) != len(made[2].Records) {
		t.Fatalf("%d rows, want %d", len(rows), len(made[2].Records))
	}
	unplaced := 0
	for i, row := range rows {
		f := made[2].Records[i].Add.Facts
		if row["Spot"] != f.Name || row["Adr"] != f.Address || row["Fictif"] != "oui" {
			t.Fatalf("line %d: %v is not %+v", i+2, row, f)
		}
		if d := f.FirstSeen; !d.IsZero() {
			seen, err := excelize.ExcelDateToTime(decimal(t, row["Vu 1"]), false)
			if err != nil || dealmap.DateOf(seen) != d {
				t.Fatalf("line %d: %v was not first seen on %s", i+2, row, d)
			}
		}
		if f.Position == nil {
			unplaced++
			if row["Lon"]+row["Lat"] != "" {
				t.Fatalf("line %d: %v has coordinates", i+2, row)
			}
			continue
		}
		if math.Abs(decimal(t, row["Lon"])-f.Position[0]) > 1e-9 {
			t.Fatalf("line %d: %v is not at %v", i+2, row, *f.Position)
		}
	}
	if unplaced < len(rows)/10 {
		t.Errorf("%d rows of %d without coordinates", unplaced, len(rows))
	}
}

func TestTruthFile(t *testing.T) {
	t.Parallel()
	folder, made := written(t)
	file, err := os.Open(filepath.Join(folder, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	truth, err := seeds.ReadTruth(file)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range made {
		for _, r := range l.Records {
			n++
			got := truth.Row(r.Truth.Key())
			if got == nil {
				t.Fatalf("line %d of %s is not there", r.Truth.Line, l.Name)
			}
			want := r.Truth
			want.Metres = got.Metres // rounded to the decimetre
			if math.Abs(r.Truth.Metres-got.Metres) > 0.051 || !sameRow(*got, want) {
				t.Fatalf("read %+v, want %+v", *got, r.Truth)
			}
		}
	}
	if truth.Len() != n {
		t.Errorf("%d rows, want %d", truth.Len(), n)
	}
	readme, err := os.ReadFile(filepath.Join(folder, "README.txt"))
	if err != nil || !strings.HasPrefix(string(readme), "DONNÉES FICTIVES") {
		t.Errorf("README: %v", err)
	}
}

func sameRow(a, b seeds.TruthRow) bool {
	join := func(r *seeds.TruthRow) string { return strings.Join(r.Name, "+") + "|" + strings.Join(r.Missing, "+") }
	same := join(&a) == join(&b)
	a.Name, a.Missing, b.Name, b.Missing = nil, nil, nil, nil
	return same && a.Key() == b.Key() && a.Point == b.Point && a.Estate == b.Estate && a.At == b.At && a.Neighbour == b.Neighbour &&
		a.Position == b.Position && a.Address == b.Address && a.Kind == b.Kind && a.Called == b.Called && a.Building == b.Building &&
		a.Hall == b.Hall && a.Number == b.Number && a.Network == b.Network && a.Past == b.Past && a.Again == b.Again
}

func TestTruthRefusesWhatItIsNot(t *testing.T) {
	t.Parallel()
	folder, _ := written(t)
	content, err := os.ReadFile(filepath.Join(folder, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for name, c := range map[string]struct{ text, says string }{
		"empty":      {"", "EOF"},
		"other":      {"a,b\n1,2\n", "columns"},
		"no number":  {strings.Replace(text, "\npolice,2,", "\npolice,deux,", 1), "line 2"},
		"twice":      {strings.Replace(text, "\npolice,3,", "\npolice,2,", 1), "line 2 of police stands twice"},
		"short line": {text + "police,9\n", "fields"},
	} {
		if _, err := seeds.ReadTruth(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestWriteServicesIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	made := seeds.Services(10, seed, terr, asOf)
	parent := t.TempDir()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := seeds.WriteServices(stopped, filepath.Join(parent, "lists"), made); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("stopped, it left %v (%v)", left, err)
	}
	folder := filepath.Join(parent, "lists")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := seeds.WriteServices(t.Context(), folder, made); err != nil {
		t.Errorf("into an empty folder: %v", err)
	}
	if err := seeds.WriteServices(t.Context(), folder, made); err == nil || !strings.Contains(err.Error(), "n’est pas vide") {
		t.Errorf("over other lists: %v", err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 5 {
		t.Errorf("%d files (%v), want 5", len(files), err)
	}
}
