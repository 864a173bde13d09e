package addresses_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/addresses"
	"github.com/paulmach/orb"
)

func TestImport(t *testing.T) {
	t.Parallel()
	g := open(t)
	var bytesSeen, rowsSeen int64
	file := gzipped(t, "\ufeff"+strings.ReplaceAll(marseille(), "\n", "\r\n"))
	s, err := g.Import(t.Context(), bytes.NewReader(file), func(b, r int64) { bytesSeen, rowsSeen = b, r })
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Count(marseille(), "\n") - 1
	if s.Title != "adresses de la BAN" || s.Rows != rows || s.Addresses != rows || s.Bad != 0 {
		t.Errorf("%+v", s)
	}
	if bytesSeen != int64(len(file)) || rowsSeen != int64(rows) {
		t.Errorf("progress ended at %d bytes, %d rows", bytesSeen, rowsSeen)
	}
	if len(s.Departements) != 1 || s.Departements[0] != (addresses.Replaced{Departement: "13", Communes: 8, After: rows}) {
		t.Errorf("%+v", s.Departements)
	}
	s = load(t, g, marseillePlaces())
	if s.Title != "lieux-dits de la BAN" || s.Departements[0] != (addresses.Replaced{Departement: "13", Communes: 3, After: 3}) {
		t.Errorf("%+v", s)
	}
	info, err := g.Info(t.Context())
	if err != nil || len(info) != 1 || info[0].Addresses != rows || info[0].Places != 3 || info[0].Code != "13" || info[0].Imported.IsZero() {
		t.Errorf("%+v, %v", info, err)
	}
}

// one is a file of one address in each commune given.
func one(street string, communes ...string) string {
	var b strings.Builder
	b.WriteString(banHeader)
	for i, c := range communes {
		b.WriteString(ban(address{number: "1", street: street, postcode: c[:2] + "000", commune: c, city: "Commune " + c, lon: 5 + float64(i), lat: 44}))
	}
	return b.String()
}

// TestReplace imports anew: a département is replaced whole, the others and the other layer stay.
func TestReplace(t *testing.T) {
	t.Parallel()
	g := open(t)
	load(t, g, one("Rue Ancienne", "84001", "84002", "83001"), marseillePlaces(), marseille())
	s := load(t, g, one("Rue Nouvelle", "84001"))
	if len(s.Departements) != 1 || s.Departements[0] != (addresses.Replaced{Departement: "84", Communes: 1, Before: 2, After: 1}) {
		t.Errorf("%+v", s.Departements)
	}
	for q, want := range map[addresses.Query]int{
		{Street: "1 rue Ancienne", Commune: "84001"}: 0, {Street: "1 rue Ancienne", Commune: "84002"}: 0, {Street: "1 rue Nouvelle", Commune: "84001"}: 1,
		{Street: "1 rue Ancienne", Commune: "83001"}: 1, {Street: "La Castellane", Commune: "13215"}: 1, {Street: "1 bd Baille", Commune: "13205"}: 1,
	} {
		if hits := locate(t, g, q); len(hits) != want {
			t.Errorf("%+v: %s", q, list(hits))
		}
	}
}

// TestBaseAdresseLocale replaces its communes only, has no postcode and may name the commune in cle_interop only.
func TestBaseAdresseLocale(t *testing.T) {
	t.Parallel()
	g := open(t)
	load(t, g, one("Rue Ancienne", "84001", "84002"))
	s := load(t, g, balHeader+
		" @c:1;84001_0010_00012_bis;84001;Avignon;84990;Montfavet;Rue des Teinturiers;;12;bis;entrée;846000;6317000;4.8095;43.9455;;commune;2024-01-02;1\n"+
		";84001_0010_00014;84001;Avignon;;;Rue des Teinturiers;Le Moulin;14;;segment;;;4,8097;43,9456;;commune;2024-01-02;1\n"+
		";84001_0011_99999;84001;Avignon;;;Les Sources;;99999;;segment;;;4.82;43.95;;commune;2024-01-02;1\n"+
		";84001_0012_00001;84001;Avignon;;;Place Pie;;1;;segment;846000;6317000;;;;commune;2024-01-02;1\n")
	if s.Title != "Base adresse locale" || s.Addresses != 4 || s.Departements[0] != (addresses.Replaced{Departement: "84", Communes: 1, Before: 1, After: 4}) {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		q        addresses.Query
		accuracy dealmap.Accuracy
	}{
		{addresses.Query{Text: "12 bis rue des Teinturiers", Commune: "84001"}, dealmap.AccuracyDoor},
		{addresses.Query{Text: "12 bis rue des Teinturiers", Commune: "84990"}, dealmap.AccuracyDoor},
		{addresses.Query{Text: "14 rue des Teinturiers 84000 Avignon"}, dealmap.AccuracyBuilding}, // the BAN gave 84001 its postcode
		{addresses.Query{Text: "14 rue des Teinturiers", Postcode: "84000"}, dealmap.AccuracyBuilding},
		{addresses.Query{Text: "Les Sources, Avignon"}, dealmap.AccuracyEstate},
		{addresses.Query{Text: "Le Moulin, Avignon"}, dealmap.AccuracyEstate},
		{addresses.Query{Text: "1 rue Ancienne", Commune: "84002"}, dealmap.AccuracyBuilding},
	} {
		if best, ok := addresses.Best(locate(t, g, c.q)); !ok || best.Accuracy != c.accuracy {
			t.Errorf("%+v: %+v", c.q, best)
		}
	}
	load(t, g, one("Rue du Bout", "83001"))
	for q, want := range map[addresses.Query]int{
		{Text: "1 place Pie", Commune: "84001", Postcode: "83000"}:       0, // the postcode of another commune
		{Text: "1 place Pie", CommuneName: "Avignon", Postcode: "84123"}: 0,
		{Text: "1 place Pie", CommuneName: "Avignon", Postcode: "84000"}: 1,
	} {
		if hits := locate(t, g, q); len(hits) != want {
			t.Errorf("%+v: %s", q, list(hits))
		}
	}
	want, err := geo.Reproject(2154, 846000, 6317000)
	if err != nil {
		t.Fatal(err)
	}
	if best, _ := addresses.Best(locate(t, g, addresses.Query{Text: "1 place Pie", Commune: "84001"})); geo.Distance(best.Position, want) > 0.1 {
		t.Errorf("without longitude and latitude it is at %v, want %v", best.Position, want)
	}
	old := "cle_interop;uid_adresse;voie_nom;numero;suffixe;commune_nom;position;x;y;long;lat;source;date_der_maj\n" +
		"2A004_0010_00003;;Cours Napoléon;3;;Ajaccio;entrée;;;8.7369;41.9212;commune;2019-01-01\n"
	load(t, g, old)
	if best, ok := addresses.Best(locate(t, g, addresses.Query{Text: "3 crs Napoleon", Commune: "2a004"})); !ok || best.Commune != "2A004" {
		t.Errorf("%+v", best)
	}
}

func TestBadLines(t *testing.T) {
	t.Parallel()
	g := open(t)
	good := strings.TrimPrefix(one("Rue Bonne", "84001", "84002", "84003", "84004", "84005", "84006", "84007", "84008", "84009", "84010", "84011"), banHeader)
	line := func(change func(*address)) string {
		a := address{number: "1", street: "Rue Mauvaise", postcode: "84000", commune: "84001", city: "Avignon", lon: 4.8, lat: 43.9}
		change(&a)
		return ban(a)
	}
	bad := []struct{ line, reason string }{
		{line(func(a *address) { a.number = "douze" }), "numéro « douze » non valable"},
		{line(func(a *address) { a.commune = "8400" + "X" }), "code de commune « 8400X » non valable"},
		{line(func(a *address) { a.street = "" }), "pas de nom (nom_voie)"},
		{line(func(a *address) { a.street = "…" }), "n’a ni lettre ni chiffre"},
		{line(func(a *address) { a.lat = 143 }), "position « 4.800000 ; 143.000000 » non valable"},
		{line(func(a *address) { a.postcode = "8400A" }), "code postal « 8400A » non valable"},
		{line(func(a *address) { a.former = "ancien" }), "code d’ancienne commune"},
		{"84001;trop;court\n", "pas de nom"},
		{"\xe9t\xe9;;;\n", "pas en UTF-8"},
		{strings.Repeat("x", 200_000) + "\n", "trop longue"},
	}
	for _, b := range bad {
		s, err := g.Import(t.Context(), strings.NewReader(banHeader+good+b.line+one("Rue de la Fin", "84012")[len(banHeader):]), nil)
		if err != nil || s.Bad != 1 || s.Addresses != 12 || len(s.BadLines) != 1 || s.BadLines[0].Line != 13 || !strings.Contains(s.BadLines[0].Reason, b.reason) {
			t.Errorf("%q: %+v, %v", b.line[:min(len(b.line), 60)], s, err)
		}
	}
	many, err := g.Import(t.Context(), strings.NewReader(banHeader+good+strings.Repeat(bad[0].line, 10)), nil)
	if err != nil || many.Bad != 10 || len(many.BadLines) != 5 {
		t.Errorf("%+v, %v", many, err)
	}
	if _, err := g.Import(t.Context(), strings.NewReader(banHeader+strings.Repeat(bad[0].line, 10)), nil); err == nil || !strings.Contains(err.Error(), "rien n’est changé") {
		t.Errorf("a file of bad lines: %v", err)
	}
	if hits := locate(t, g, addresses.Query{Text: "1 rue Bonne", Commune: "84011"}); len(hits) != 1 {
		t.Error("a refused file took away what was there")
	}
}

func TestForeignFiles(t *testing.T) {
	t.Parallel()
	g := open(t)
	for file, says := range map[string]string{
		"":                          "vide",
		"nom;x;y\nA;1;2\n":          "il manque nom_voie, code_insee, nom_commune, lon, lat, numero, code_postal",
		"nom_voie;lon;lat\nA;1;2\n": "il manque code_insee, nom_commune, numero, code_postal",
		"voie_nom;cle_interop;numero;commune_nom;long\n": "(Base adresse locale) : il manque lat",
		"\x1f\x8bnot gzip":                    "gzip",
		"PK\x03\x04\xff\xff\xff":              "en-tête",
		strings.Repeat("a", 100_000) + "\n":   "en-tête",
		string(gzipped(t, marseille())[:400]): "coupé",
	} {
		if _, err := g.Import(t.Context(), strings.NewReader(file), nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v", file, err)
		}
	}
	if info, err := g.Info(t.Context()); err != nil || len(info) != 0 {
		t.Errorf("after refused files: %+v, %v", info, err)
	}
}

// TestInterrupted imports that end too early leave what was there, and the next one clears what they left.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	g := open(t)
	g.KeepLittle()
	load(t, g, one("Rue Ancienne", "84001"))
	broken := errors.New("câble débranché")
	if _, err := g.Import(t.Context(), io.MultiReader(strings.NewReader(one("Rue Nouvelle", "84001")), failing{broken}), nil); !errors.Is(err, broken) {
		t.Errorf("a broken file: %v", err)
	}
	// Far more than waits in memory, so that much is on the disk when it is interrupted.
	big := new(strings.Builder)
	if _, err := newCountry(2).write(big, 84, 6_000); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	half := big.Len() / 2
	_, err := g.Import(ctx, io.MultiReader(strings.NewReader(big.String()[:half]), calling(cancel), strings.NewReader(big.String()[half:])), nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled import: %v", err)
	}
	if hits := locate(t, g, addresses.Query{Text: "1 rue Ancienne", Commune: "84001"}); len(hits) != 1 {
		t.Error("an interrupted import took away what was there")
	}
	if info, err := g.Info(t.Context()); err != nil || len(info) != 1 || info[0].Addresses != 1 {
		t.Errorf("%+v, %v", info, err)
	}
	if _, streets := g.Rows(t); streets < 100 {
		t.Errorf("nothing was interrupted: %d streets", streets)
	}
	load(t, g, one("Rue du Var", "83001"))
	if _, streets := g.Rows(t); streets != 2 {
		t.Errorf("%d streets are left in the file", streets)
	}
}

// calling is an empty file that calls something when it is read.
type calling func()

func (c calling) Read([]byte) (int, error) {
	c()
	return 0, io.EOF
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestAnotherProcess has a reader that was open before an import see what it brought, and two imports exclude each other.
func TestAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dossier à 100 % #1", addresses.FileName)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	reader, err := addresses.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	q := addresses.Query{Text: "12 rue de la République 13001"}
	if hits := locate(t, reader, q); len(hits) != 0 {
		t.Errorf("an empty gazetteer finds %s", list(hits))
	}
	writer, err := addresses.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Import(t.Context(), strings.NewReader(marseille()), func(_, rows int64) {
		if rows > 0 {
			return
		}
		if _, err := reader.Import(t.Context(), strings.NewReader(marseille()), nil); !errors.Is(err, addresses.ErrBusy) {
			t.Errorf("two imports at once: %v", err)
		}
		if hits := locate(t, reader, q); len(hits) != 0 {
			t.Errorf("during the import it finds %s", list(hits))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if hits := locate(t, reader, q); len(hits) == 0 {
		t.Error("the reader does not see what was imported")
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is elsewhere: %v", err)
	}
}

// TestWhileImporting looks addresses up while the département is imported again and again: they are always there, in the one or the other
// state.
func TestWhileImporting(t *testing.T) {
	t.Parallel()
	g := open(t)
	load(t, g, marseille())
	done := make(chan error, 1)
	go func() {
		for range 3 {
			if _, err := g.Import(t.Context(), strings.NewReader(marseille()), nil); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for i := 0; ; i++ {
		if hits := locate(t, g, addresses.Query{Text: "12 rue de la République 13001 Marseille"}); len(hits) == 0 || hits[0].Accuracy != dealmap.AccuracyDoor {
			t.Fatalf("look-up %d: %s", i, list(hits))
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

func TestUnusableFiles(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(t *testing.T, path string){
		"not a database": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"another version":     func(t *testing.T, path string) { addresses.Exec(t, path, "PRAGMA user_version = 99") },
		"another application": func(t *testing.T, path string) { addresses.Exec(t, path, "PRAGMA application_id = 7") },
		"half of it": func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), addresses.FileName)
			g, err := addresses.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			load(t, g, marseille())
			if err := g.Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, path)
			q := addresses.Query{Text: "12 rue de la République 13001"}
			g, err = addresses.Open(path)
			if err == nil { // damage further on shows when it is read
				_, err = g.Locate(t.Context(), q)
				g.Close()
			}
			if !errors.Is(err, addresses.ErrUnusable) || !strings.Contains(err.Error(), path) {
				t.Fatalf("%v", err)
			}
			if err := addresses.Remove(path); err != nil {
				t.Fatal(err)
			}
			if g, err = addresses.Open(path); err != nil {
				t.Fatal(err)
			}
			defer g.Close()
			load(t, g, marseille())
			if len(locate(t, g, q)) == 0 {
				t.Error("imported again, it finds nothing")
			}
		})
	}
}

// TestShuffled imports lines in any order: a street whose numbers are scattered over a file larger than memory is still one.
func TestShuffled(t *testing.T) {
	t.Parallel()
	g := open(t)
	g.KeepLittle()
	r, w := io.Pipe()
	go func() {
		fmt.Fprint(w, banHeader)
		for i := range 7_000 {
			fmt.Fprint(w, ban(address{number: fmt.Sprint(i%250 + 1), street: fmt.Sprintf("Rue Numéro %c%c", 'A'+i/250%26, 'A'+i%7), postcode: "84000", commune: "84007",
				city: "Avignon", lon: 4.8 + float64(i%250)/5e4, lat: 43.9}))
		}
		w.Close()
	}()
	s, err := g.Import(t.Context(), r, nil)
	if err != nil || s.Bad != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, streets := g.Rows(t); streets != 26*7 {
		t.Errorf("%d streets", streets)
	}
	for i := range 100 {
		row := i * 69
		q := addresses.Query{Number: fmt.Sprint(row%250 + 1), Street: fmt.Sprintf("Rue Numéro %c%c", 'A'+row/250%26, 'A'+row%7), Commune: "84007"}
		if best, ok := addresses.Best(locate(t, g, q)); !ok || best.Accuracy != dealmap.AccuracyBuilding {
			t.Errorf("%+v: %+v", q, best)
		}
	}
	if at := locate(t, g, addresses.Query{Street: "Rue Numéro CA", Commune: "84007"}); len(at) == 0 || geo.Distance(at[0].Position, orb.Point{4.8025, 43.9}) > 50 {
		t.Errorf("the middle of the street: %s", list(at))
	}
}
