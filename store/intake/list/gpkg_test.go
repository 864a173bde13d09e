package list

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// geoPackage makes a GeoPackage with the tables that the standard asks for and runs statements on it.
func geoPackage(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "é ?#liste.gpkg")
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("?", "%3f", "#", "%23").Replace(path))
	must(t, err)
	db.SetMaxOpenConns(1)
	for _, s := range append([]string{
		`CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT)`,
		`INSERT INTO gpkg_spatial_ref_sys VALUES ('Lambert', 2154, 'EPSG', 2154, ''), ('WGS', 4326, 'epsg', 4326, ''), ('indéfini', -1, 'NONE', -1, 'undefined'),
			('maison', 100000, 'NONE', 100000, 'PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0]]'),
			('lune', 100001, 'NONE', 100001, 'GEOGCS["Moon"]')`,
		`CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER)`,
		`CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER)`,
	}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	must(t, db.Close())
	return path
}

// blob writes a GeoPackage geometry; nested values are counted lists.
func blob(envelope int, wkb ...any) string {
	var out bytes.Buffer
	out.WriteString("GP\x00")
	out.WriteByte(byte(envelope<<1 | 1))
	out.Write(make([]byte, 4+[]int{0, 32, 48, 48, 64}[envelope]))
	for _, v := range wkb {
		switch v := v.(type) {
		case int:
			out.Write(binary.LittleEndian.AppendUint32(nil, uint32(v)))
		case string:
			out.WriteString(v)
		case float64:
			out.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
	}
	const digits = "0123456789abcdef"
	hex := []byte("x'")
	for _, b := range out.Bytes() {
		hex = append(hex, digits[b>>4], digits[b&15])
	}
	return string(append(hex, '\''))
}

func TestGeoPackage(t *testing.T) {
	t.Parallel()
	path := geoPackage(t,
		`CREATE TABLE "points ""x""" (fid INTEGER PRIMARY KEY, Nom TEXT, "vu le" DATE, maj DATETIME, ok BOOLEAN, n REAL, geom BLOB, photo BLOB, calcul TEXT AS (upper(Nom)) VIRTUAL)`,
		`INSERT INTO "points ""x""" VALUES (3, 'L’Étoile', '2024-03-01', '2024-03-01T10:00:00Z', 1, 48.856614, `+blob(0, "\x01", 1, 650000.5, 6860000.0)+`, NULL)`,
		`INSERT INTO "points ""x""" VALUES (5, 'a', 'hier', NULL, 0, 1e-7, `+blob(1, "\x01", 1001, 1.0, 2.0, 3.0)+`, x'ff')`,
		`INSERT INTO "points ""x""" VALUES (6, 'b', NULL, NULL, NULL, NULL, `+blob(0, "\x01", 3, 1, 5, 0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0, 0.0, 0.0)+`, NULL)`,
		`INSERT INTO "points ""x""" VALUES (7, 'c', NULL, NULL, NULL, 12, NULL, NULL)`,
		`INSERT INTO "points ""x""" VALUES (8, 'd', NULL, NULL, NULL, NULL, `+blob(0, "\x01", 2, 1<<30, 1.0)+`, NULL)`,
		`INSERT INTO "points ""x""" VALUES (9, 'e', NULL, NULL, NULL, NULL, 'texte', NULL)`,
		`INSERT INTO "points ""x""" VALUES (10, 'f', NULL, NULL, NULL, NULL, `+blob(0, "\x01", 4, 1, "\x01", 1, 7.0, 8.0)+`, NULL)`,
		`INSERT INTO "points ""x""" VALUES (11, 'g', NULL, NULL, NULL, NULL, `+blob(0, "\x01", 1, math.NaN(), math.NaN())+`, NULL)`,
		`CREATE TABLE notes (id INTEGER PRIMARY KEY, texte TEXT)`, `INSERT INTO notes VALUES (1, 'x')`,
		`CREATE TABLE secret (id INTEGER PRIMARY KEY, texte TEXT)`,
		`CREATE VIEW vue AS SELECT randomblob(1000000000) AS texte`,
		`CREATE TABLE lune (id INTEGER PRIMARY KEY, geom BLOB)`, `CREATE TABLE maison (id INTEGER PRIMARY KEY, geom BLOB)`,
		`INSERT INTO gpkg_contents VALUES ('points "x"', 'features', 2154), ('vue', 'features', 4326), ('notes', 'attributes', 0), ('absente', 'features', 4326), ('lune', 'features', 100001), ('maison', 'features', 100000)`,
		`INSERT INTO gpkg_geometry_columns VALUES ('points "x"', 'geom', 'POINT', 2154), ('vue', 'texte', 'POINT', 4326), ('lune', 'geom', 'POINT', 100001), ('maison', 'geom', 'POINT', 100000)`,
	)
	before, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	got, err := read(t, path, Options{})
	must(t, err)
	same(t, "header", got.header, []string{"fid", "Nom", "vu le", "maj", "ok", "n", "photo", GeometryX, GeometryY})
	same(t, "rows", got.rows, []string{
		"1|3|L’Étoile|2024-03-01|2024-03-01T10:00:00Z|VRAI|48.856614||650000.5|6860000",
		"2|5|a|hier||FAUX|0.0000001||1|2",
		"3|6|b||||||2|2",
		"4|7|c||||12|||",
		"7|10|f||||||7|8",
		"8|11|g|||||||",
	})
	same(t, "errors", got.errors, []string{"ligne 5 : géométrie illisible", "ligne 6 : géométrie illisible"})
	f := got.found
	if f.Format != GeoPackage || f.EPSG != 2154 || f.Sheet != `points "x"` || strings.Join(f.Sheets, ",") != `points "x",lune,maison,notes` {
		t.Errorf("found %+v", f)
	}
	for _, note := range []string{"4 couches", "« calcul »", "1 cellule contient des octets", "1 géométrie n’est pas un point", "2 lignes n’ont pas de position"} {
		if !noted(f, note) {
			t.Errorf("notes %q, want one with %q", f.Notes, note)
		}
	}
	got, err = read(t, path, Options{Sheet: "notes"})
	must(t, err)
	same(t, "attributes", append(got.header, got.rows...), []string{"id", "texte", "1|1|x"})
	for sheet, want := range map[string]int{"lune": 0, "maison": 2154} {
		got, err := read(t, path, Options{Sheet: sheet})
		must(t, err)
		if got.found.EPSG != want || (want == 0) != noted(got.found, "« lune »") {
			t.Errorf("%s: %+v", sheet, got.found)
		}
	}
	for _, sheet := range []string{"secret", "vue", "absente"} {
		if _, err := read(t, path, Options{Sheet: sheet}); err == nil || !strings.Contains(err.Error(), "n’a pas de couche") {
			t.Errorf("table %s: %v", sheet, err)
		}
	}
	after, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(after) != len(before) {
		t.Errorf("files beside the list: %v, %v before", after, before)
	}
}

func TestGeoPackageRefused(t *testing.T) {
	t.Parallel()
	table := []string{
		`CREATE TABLE p (fid INTEGER PRIMARY KEY, nom TEXT)`,
		`WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 2000) INSERT INTO p SELECT v, 'nom ' || v || hex(zeroblob(200)) FROM n`,
		`INSERT INTO gpkg_contents VALUES ('p', 'attributes', 0)`,
	}
	whole, err := os.ReadFile(geoPackage(t, table...))
	must(t, err)
	plain := filepath.Join(t.TempDir(), "plain.db")
	db, err := sql.Open("sqlite", plain)
	must(t, err)
	_, err = db.Exec(`CREATE TABLE p (a)`)
	must(t, err)
	must(t, db.Close())
	// Every branch of the table's tree leads to its first leaf.
	looped := bytes.Clone(whole)
	for at := 4096; at < len(looped); at += 4096 {
		if page := looped[at : at+4096]; page[0] == 5 {
			first := int(binary.BigEndian.Uint16(page[12:]))
			for i := range int(binary.BigEndian.Uint16(page[3:])) {
				copy(page[int(binary.BigEndian.Uint16(page[12+2*i:])):][:4], page[first:first+4])
			}
		}
	}
	if bytes.Equal(looped, whole) {
		t.Fatal("no tree to spoil")
	}
	file := func(data []byte) string { return write(t, "l.gpkg", data) }
	for _, c := range []struct{ name, path, want string }{
		{"plain SQLite", plain, "pas un GeoPackage"},
		{"header only", file(whole[:100]), "tronqué"},
		{"less than a header", file(whole[:50]), "tronqué"},
		{"cut", file(whole[:len(whole)-4096]), "tronqué"},
		{"looped", file(looped), "après"},
		{"no layers", geoPackage(t), "aucune couche"},
		{"views only", geoPackage(t, `CREATE VIEW v AS SELECT 1`, `INSERT INTO gpkg_contents VALUES ('v', 'attributes', 0)`), "aucune couche"},
		{"contents is a view", geoPackage(t, `DROP TABLE gpkg_contents`, `CREATE VIEW gpkg_contents AS SELECT 'sqlite_master' AS table_name, 'attributes' AS data_type, 0 AS srs_id`), "pas un GeoPackage"},
		{"systems are a view", geoPackage(t, append(table, `DROP TABLE gpkg_spatial_ref_sys`, `CREATE VIEW gpkg_spatial_ref_sys AS SELECT 1 AS srs_id`)...), "abîmé"},
		{"without row numbers", geoPackage(t, `CREATE TABLE p (id TEXT PRIMARY KEY) WITHOUT ROWID`, `INSERT INTO gpkg_contents VALUES ('p', 'attributes', 0)`), "abîmé"},
		{"a value beyond all", geoPackage(t, table[0], table[2], `INSERT INTO p VALUES (1, zeroblob(30000000))`), "abîmé"},
		{"no geometry column", geoPackage(t, table[0], `INSERT INTO gpkg_contents VALUES ('p', 'features', 0)`, `INSERT INTO gpkg_geometry_columns VALUES ('p', 'geom', 'POINT', 0)`), "abîmé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, c.path, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	got, err := read(t, file(whole), Options{})
	must(t, err)
	if len(got.rows) != 2000 {
		t.Errorf("%d rows", len(got.rows))
	}
}

// TestGeoPackageDamaged changes bytes at random: reading must end, with rows or an error.
func TestGeoPackageDamaged(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(geoPackage(t, `CREATE TABLE p (fid INTEGER PRIMARY KEY, nom TEXT, geom BLOB)`,
		`WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 500) INSERT INTO p SELECT v, 'nom ' || v, `+blob(0, "\x01", 1, 2.0, 48.0)+` FROM n`,
		`INSERT INTO gpkg_contents VALUES ('p', 'features', 4326)`, `INSERT INTO gpkg_geometry_columns VALUES ('p', 'geom', 'POINT', 4326)`))
	must(t, err)
	const seed = 4
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	refused := 0
	for range 25 {
		data := bytes.Clone(whole)
		for range 1 + random.IntN(20) {
			data[16+random.IntN(len(data)-16)] = byte(random.Uint32())
		}
		r, err := Open(write(t, "l.gpkg", data), Options{})
		if err != nil {
			refused++
			continue
		}
		for rows := 0; ; rows++ {
			if rows > 1e6 {
				t.Fatal("no end")
			}
			if _, err := r.Next(); err != nil {
				if _, ok := errors.AsType[*RowError](err); !ok {
					break
				}
			}
		}
		must(t, r.Close())
	}
	if refused == 0 {
		t.Error("no damage was noticed on opening")
	}
}
