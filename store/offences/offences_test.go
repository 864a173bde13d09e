package offences_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/offences"
)

// shared returns the path of real data beside the project, or skips.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "statistics", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data are absent: %v", err)
	}
	return path
}

func everywhere(dealmap.TerritoryCode) bool { return true }

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	data := []byte(text)
	if strings.HasSuffix(name, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// year returns a figure of an indicator, zero values when there is none.
func year(f dealmap.OffenceFigures, name string, year int) (number int, rate float64, ok bool) {
	for _, indicator := range f.Indicators {
		for _, y := range indicator.Years {
			if indicator.Name != name || y.Year != year {
				continue
			}
			if y.Number != nil {
				number = *y.Number
			}
			if y.PerThousand != nil {
				rate = *y.PerThousand
			}
			return number, rate, true
		}
	}
	return 0, 0, false
}

// TestRealFiguresOfDepartements holds what is read of the real file to the file itself, read another way.
func TestRealFiguresOfDepartements(t *testing.T) {
	t.Parallel()
	path := shared(t, "drug_offences_departements_2016_2025.json")
	table, err := offences.Read(path, everywhere)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 101 || len(table.Indicators) != 18 || len(table.Years) != 10 {
		t.Fatalf("%d rows, %d indicators, %d years", len(table.Rows), len(table.Indicators), len(table.Years))
	}
	data := t.TempDir()
	if err := offences.Save(data, []offences.Table{table}); err != nil {
		t.Fatal(err)
	}
	book, err := offences.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	f := book.Figures("dep:13")
	if n, rate, ok := year(f, "Trafic de stupéfiants", 2024); !ok || n != 4320 || rate != 2.0693045 {
		t.Errorf("trafficking in Bouches-du-Rhône in 2024: %d, %v", n, rate)
	}
	if !strings.Contains(f.Source, "fichier du 01/04/2026") || f.Licence != "Licence Ouverte 2.0" {
		t.Errorf("source %q, licence %q", f.Source, f.Licence)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Records []struct {
			CodeDepartement, Indicateur string
			Annee, Nombre, InseePop     int
			TauxPourMille               float64
		}
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	total, people := map[string]int{}, map[string]int{}
	var codes []dealmap.TerritoryCode
	for _, row := range table.Rows {
		codes = append(codes, row.Code)
	}
	for _, r := range all.Records {
		name := strings.ReplaceAll(r.Indicateur, "'", "’")
		if n, rate, ok := year(book.Figures(dealmap.TerritoryCode("dep:"+r.CodeDepartement)), name, r.Annee); !ok || n != r.Nombre || rate != r.TauxPourMille {
			t.Fatalf("%+v was read as %d, %v (%v)", r, n, rate, ok)
		}
		if r.Annee == 2025 {
			total[name] += r.Nombre
			people[name] += r.InseePop
		}
	}
	country := book.Figures(codes...)
	for name, want := range total {
		n, rate, ok := year(country, name, 2025)
		per := 1000 * float64(want) / float64(people[name])
		if name == "Cambriolages de logement" {
			per = 0
		}
		if !ok || n != want || math.Abs(rate-per) > 1e-6 {
			t.Errorf("%s in the country: %d, %v; want %d, %v", name, n, rate, want, per)
		}
	}
}

func TestRealFiguresOfCommunes(t *testing.T) {
	t.Parallel()
	table, err := offences.Read(shared(t, "offences_communes_2024.json.gz"), everywhere)
	if err != nil {
		t.Fatal(err)
	}
	book := offences.NewBook([]offences.Table{table})
	if _, rate, ok := year(book.Figures("com:13201"), "Trafic de stupéfiants", 2024); !ok || rate != 22.1814 || len(table.Rows) != 34917 {
		t.Errorf("%v, %v, %d communes", rate, ok, len(table.Rows))
	}
	for _, indicator := range book.Figures("com:13201").Indicators {
		if y := indicator.Years[0]; y.Number != nil || y.PerThousand == nil {
			t.Errorf("%s: %+v", indicator.Name, y)
		}
	}
}

const one = `{"codeDepartement":"13","annee":2024,"indicateur":"Vols d'essai","uniteDeCompte":"Victime","nombre":100,"tauxPourMille":2,"inseePop":50000}`

func with(from, to string) string { return strings.Replace(one, from, to, 1) }

func records(list ...string) string {
	return `{"meta":{"generatedAt":"2026-04-01T09:07:26Z"},` + "\n" + `"records":[` + strings.Join(list, ",\n") + `]}`
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	known := func(code dealmap.TerritoryCode) bool { return code != "dep:99" }
	for text, want := range map[string][]string{
		"":                           {"JSON illisible"},
		"a;b":                        {"ligne 1, octet 1", "JSON illisible"},
		"[]":                         {"une valeur de ce type n’est pas attendue (array)"},
		"{}":                         {"ce n’est pas un fichier d’infractions connu"},
		`{"records":[],"meta":{}}`:   {"ce n’est pas un fichier d’infractions connu"},
		"{\"meta\":{},\n\"records\"": {"ligne 2", "JSON illisible"},
		`{"records":[{}],"communes":{"13055":{}}}`:                                         {"un seul est attendu"},
		`{"meta":{"generatedAt":"hier"},"records":[` + one + `]}`:                          {"meta.generatedAt"},
		records(one, with(`"nombre":100`, `"nombre":"cent"`)):                              {"enregistrement 2", "nombre"},
		records(one, with(`"nombre":100,`, "")):                                            {"enregistrement 2", "« nombre » : manque"},
		records(with(`"nombre":100`, `"nombre":null`)):                                     {"enregistrement 1", "« nombre » : manque"},
		records(with(`"nombre":100`, `"nombre":-1`)):                                       {"« nombre » : -1"},
		records(with(`"13"`, `"99"`)):                                                      {"« 99 » est un département inconnu"},
		records(with(`"13"`, `"Bouches"`)):                                                 {"« Bouches » est un département inconnu"},
		records(with(`2024`, `24`)):                                                        {"« annee » : 24"},
		records(with(`50000`, `0`)):                                                        {"« inseePop » : 0"},
		records(with(`"tauxPourMille":2`, `"tauxPourMille":-2`)):                           {"« tauxPourMille » : -2"},
		records(with(`"tauxPourMille":2`, `"tauxPourMille":20`)):                           {"« tauxPourMille » : 20, mais nombre et inseePop donnent 2.0000"},
		records(with(`"tauxPourMille":2`, `"tauxPourMille":1e999`)):                        {"enregistrement 1", "tauxPourMille"},
		records(one, one):                                                                  {"enregistrement 2", "déjà dit plus haut"},
		records(one, with("essai", "usage"), with("Victime", "Véhicule")):                  {"enregistrement 3", "uniteDeCompte"},
		records(one, strings.Replace(with("essai", "usage"), "50000", "50010", 1)):         {"enregistrement 2", "inseePop"},
		`{"meta":{},"communes":{"13055":{"pop":1,"ind":{}}}}`:                              {"meta.data_year"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"pop":1,"ind":{}}}}`:              {"aucun chiffre"},
		`{"meta":{"data_year":2024},"communes":{"13":{"pop":1,"ind":{}}}}`:                 {"« 13 »", "code INSEE"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"ind":{}}}}`:                      {"commune 13055", "« pop »"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"pop":1}}}`:                       {"commune 13055", "« ind »"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"pop":1,"ind":{"magic":1}}}}`:     {"« ind.magic » : indicateur inconnu"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"pop":1,"ind":{"fraud":null}}}}`:  {"« ind.fraud »"},
		`{"meta":{"data_year":2024},"communes":{"13055":{"pop":1,"ind":{"fraud":"peu"}}}}`: {"commune 13055", "ind"},
	} {
		for _, name := range []string{"chiffres.json", "chiffres.json.gz"} {
			_, err := offences.Read(write(t, name, text), known)
			for _, part := range append(want, name) {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("%s: %v does not say %q", text, err, part)
				}
			}
		}
	}
	if _, err := offences.Read(write(t, "chiffres.json", "\ufeff"+records(one)), known); err != nil {
		t.Errorf("a byte order mark: %v", err)
	}
	packed := write(t, "chiffres.json.gz", records(one))
	whole, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{whole[:len(whole)-9], []byte("pas gzip"), nil} {
		if err := os.WriteFile(packed, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := offences.Read(packed, known); err == nil {
			t.Errorf("%d bytes of a packed file were read", len(damaged))
		}
	}
}

func TestSavingReplacesALevelAndKeepsTheOther(t *testing.T) {
	t.Parallel()
	read := func(text string) offences.Table {
		t.Helper()
		table, err := offences.Read(write(t, "chiffres.json", text), everywhere)
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	data := filepath.Join(t.TempDir(), "données")
	save := func(tables ...offences.Table) []byte {
		t.Helper()
		if err := offences.Save(data, tables); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(data, offences.FileName))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	departements := read(records(one, with("13", "83")))
	communes := read(`{"meta":{"data_year":2024},"communes":{"13055":{"pop":9,"ind":{"fraud":1.5}}}}`)
	first := save(departements)
	if again := save(departements); !bytes.Equal(first, again) {
		t.Error("the same import gives another file")
	}
	both := save(communes)
	if !bytes.Equal(both, save(communes, departements)) || !bytes.Equal(both, save(departements)) {
		t.Error("the order of imports tells in the file")
	}
	book, err := offences.Load(data)
	if err != nil || !book.Any() {
		t.Fatal(err)
	}
	if n, rate, _ := year(book.Figures("dep:13", "dep:83"), "Vols d’essai", 2024); n != 200 || rate != 2 {
		t.Errorf("two départements: %d, %v", n, rate)
	}
	if f := book.Figures("dep:13", "dep:976"); len(f.Missing) != 1 || f.Missing[0] != "dep:976" || len(f.Indicators) != 1 {
		t.Errorf("one that is missing: %+v", f)
	}
	if f := book.Figures("com:13055"); len(f.Indicators) != 1 || *f.Indicators[0].Years[0].PerThousand != 1.5 {
		t.Errorf("a commune: %+v", f)
	}
	save(read(records(with("13", "2A"))))
	if book, err = offences.Load(data); err != nil || len(book.Figures("dep:13").Indicators) != 0 || len(book.Figures("dep:2A").Indicators) != 1 {
		t.Errorf("what was imported before is not replaced: %v", err)
	}

	name := filepath.Join(data, offences.FileName)
	for _, damaged := range [][]byte{both[:len(both)/2], []byte("autre chose"), {0xa0}} {
		if err := os.WriteFile(name, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := offences.Load(data); err == nil || !strings.Contains(err.Error(), offences.FileName) {
			t.Errorf("a damaged file: %v", err)
		}
		if err := offences.Save(data, []offences.Table{communes}); err == nil {
			t.Error("a damaged file is replaced in silence")
		}
	}
	var none *offences.Book
	if empty, err := offences.Load(t.TempDir()); err != nil || empty.Any() || none.Any() || len(none.Figures("dep:13").Missing) != 1 {
		t.Errorf("nothing imported: %v", err)
	}
}

// TestAYearThatOneLacksIsNotAddedUp: a sum over some of the départements would look like one over all.
func TestAYearThatOneLacksIsNotAddedUp(t *testing.T) {
	t.Parallel()
	table, err := offences.Read(write(t, "c.json", records(one, with("13", "83"), with("2024", "2025"))), everywhere)
	if err != nil {
		t.Fatal(err)
	}
	book := offences.NewBook([]offences.Table{table})
	both := book.Figures("dep:13", "dep:83")
	if _, _, ok := year(both, "Vols d’essai", 2025); ok || len(both.Indicators[0].Years) != 1 {
		t.Errorf("%+v", both)
	}
	if _, _, ok := year(book.Figures("dep:13"), "Vols d’essai", 2025); !ok {
		t.Error("its own figure is gone")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(records(one))
	f.Add(`{"meta":{"data_year":2024},"communes":{"13055":{"pop":9,"ind":{"fraud":1.5}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		table, err := offences.Read(write(t, "c.json", text), everywhere)
		if err != nil {
			return
		}
		book := offences.NewBook([]offences.Table{table})
		var codes []dealmap.TerritoryCode
		for _, row := range table.Rows {
			codes = append(codes, row.Code)
		}
		for _, figures := range []dealmap.OffenceFigures{book.Figures(codes...), book.Figures(codes[0])} {
			if _, err := json.Marshal(figures); err != nil {
				t.Fatal(err)
			}
		}
	})
}
