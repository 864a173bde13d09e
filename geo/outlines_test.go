package geo

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// sharedTerritories is where the real data lie beside a checkout.
const sharedTerritories = "../../shared/data/territories"

func realFile(tb testing.TB, name string) {
	tb.Helper()
	if _, err := os.Stat(filepath.Join(sharedTerritories, name)); err != nil {
		tb.Skipf("real data are not here: %v", err)
	}
}

// reading is one call of ReadOutlines on a real file.
type reading struct {
	list     []Territory
	report   OutlineReport
	progress int
	err      error
}

func read(file string, level dealmap.Level) reading {
	var r reading
	r.list, r.report, r.err = ReadOutlines([]string{filepath.Join(sharedTerritories, file)}, OutlineOptions{Level: level, Progress: func(string, int) { r.progress++ }})
	return r
}

// readCommunes is shared by the tests that need the communes, seconds to read under the race detector.
var readCommunes = sync.OnceValue(func() reading { return read("communes2018.tgz", dealmap.LevelCommune) })

func TestReadRealOutlines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file            string
		level           dealmap.Level
		files, features int
		repaired        int
		some            Territory // one that must be there
	}{
		{"regions.geojson", dealmap.LevelRegion, 1, 18, 0, Territory{Code: "reg:01", Name: "Guadeloupe"}},
		{"departements.geojson", dealmap.LevelDepartement, 1, 101, 0, Territory{Code: "dep:2A", Name: "Corse-du-Sud"}},
		{"arrondissements.geojson", dealmap.LevelArrondissement, 1, 333, 0, Territory{Code: "arr:011", Name: "Belley"}},
		{"qpv2024.json.gz", dealmap.LevelQPV, 1, 1584, 586, Territory{Code: "qpv:QN00101M", Name: "Grande Reyssouze Terre Des Fleurs", Year: 2024, Parent: "com:01053"}},
		{"qrr.json.gz", dealmap.LevelQRR, 1, 62, 28, Territory{Code: "qrr:16-1", Name: "Angoulême/Soyaux - le champs de Manœuvre, Bel-Air/La Grand-Font/Basseau, La Grande Garenne"}},
		{"communes2018.tgz", dealmap.LevelCommune, 101, 35357, 1, Territory{Code: "com:13055", Name: "Marseille", Year: 2018}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			realFile(t, c.file)
			var r reading
			if c.level == dealmap.LevelCommune {
				r = readCommunes()
			} else {
				r = read(c.file, c.level)
			}
			if r.err != nil {
				t.Fatal(r.err)
			}
			list, report := r.list, r.report
			if report.Files != c.files || r.progress != c.files || report.Features != c.features || len(list) != c.features {
				t.Errorf("%d files (%d announced), %d features, %d territories; want %d files and %d", report.Files, r.progress, report.Features, len(list), c.files, c.features)
			}
			if report.Valid != c.features-c.repaired || len(report.Repaired) != c.repaired || len(report.Refused) != 0 {
				t.Errorf("%d valid, %d repaired, refused %v; want %d repaired", report.Valid, len(report.Repaired), report.Refused, c.repaired)
			}
			for _, note := range report.Repaired {
				i := slices.IndexFunc(list, func(e Territory) bool { return e.Code == note.Code })
				if err := validate(list[i].Outline); err != nil {
					t.Errorf("%s: still invalid: %v", note, err)
				}
			}
			if c.level == dealmap.LevelCommune && report.Repaired[0].Code != "com:14174" {
				t.Errorf("repaired %s, want com:14174", report.Repaired[0])
			}
			i := slices.IndexFunc(list, func(e Territory) bool { return e.Code == c.some.Code })
			if i < 0 {
				t.Fatalf("%s is missing", c.some.Code)
			}
			got := list[i]
			if got.Name != c.some.Name || got.Year != c.some.Year || got.Parent != c.some.Parent {
				t.Errorf("%s: %q %d %q, want %+v", got.Code, got.Name, got.Year, got.Parent, c.some)
			}
			if !got.HasCentre || got.AreaKM2 <= 0 {
				t.Errorf("%s: centre %v, area %v", got.Code, got.Centre, got.AreaKM2)
			}
		})
	}
}

// square is the GeoJSON of a square of one degree.
func square(west, south float64) string {
	return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}`,
		west, south, west+1, south, west+1, south+1, west, south+1, west, south)
}

func feature(properties, geometry string) string {
	return `{"type":"Feature","properties":` + properties + `,"geometry":` + geometry + `}`
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content)
	w.Close()
	return b.Bytes()
}

func archive(files map[string]string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range files {
			if !yield(name) {
				return
			}
		}
	}) {
		w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(files[name])), Typeflag: tar.TypeReg})
		w.Write([]byte(files[name]))
	}
	w.Close()
	return gzipped(b.Bytes())
}

func TestPropertyNamesAreRecognised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		level            dealmap.Level
		properties, code string
		name             string
	}{
		{dealmap.LevelCommune, `{"INSEE_COM":"13055","NOM":"Marseille","INSEE_ARR":"3","INSEE_DEP":"13"}`, "com:13055", "Marseille"},
		{dealmap.LevelCommune, `{"code":"2a004","nom":"Ajaccio"}`, "com:2A004", "Ajaccio"},
		{dealmap.LevelCommune, `{"code_insee":"97411","nom_officiel":"Saint-Denis"}`, "com:97411", "Saint-Denis"},
		{dealmap.LevelArrondissement, `{"INSEE_ARR":"3","INSEE_DEP":"13","NOM":"Marseille"}`, "arr:133", "Marseille"},
		{dealmap.LevelDepartement, `{"insee_dep":"974","lib_dep":"La Réunion"}`, "dep:974", "La Réunion"},
		{dealmap.LevelRegion, `{"INSEE_REG":"93","NOM_REG":"PACA"}`, "reg:93", "PACA"},
		{dealmap.LevelQPV, `{"CODE_QP":"QN01307M","LIB_QP":"Les Flamants"}`, "qpv:QN01307M", "Les Flamants"},
		{dealmap.LevelQRR, `{"code_qrr":"13_1","nom":"Marseille Nord"}`, "qrr:13-1", "Marseille Nord"},
	} {
		path := write(t, "a.geojson", []byte(collection(feature(c.properties, square(5, 43)))))
		list, _, err := ReadOutlines([]string{path}, OutlineOptions{Level: c.level})
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %v", c.properties, err)
			continue
		}
		if string(list[0].Code) != c.code || list[0].Name != c.name {
			t.Errorf("%s: %s %q, want %s %q", c.properties, list[0].Code, list[0].Name, c.code, c.name)
		}
	}
}

func TestProjectedOutlinesComeBackToDegrees(t *testing.T) {
	t.Parallel()
	text := `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[` +
		feature(`{"code":"75056","nom":"Paris"}`, `{"type":"Polygon","coordinates":[[[649242.57,6861355.85],[650242.57,6861355.85],[650242.57,6862355.85],[649242.57,6861355.85]]]}`) + `]}`
	list, _, err := ReadOutlines([]string{write(t, "a.json", []byte(text))}, OutlineOptions{Level: dealmap.LevelCommune})
	if err != nil {
		t.Fatal(err)
	}
	if d := Distance(list[0].Outline[0][0][0], orb.Point{2.308310, 48.850244}); d > 0.01 {
		t.Errorf("first corner is %.3f m from its place", d)
	}
}

func TestEachBadFeatureIsRefusedAlone(t *testing.T) {
	t.Parallel()
	good := feature(`{"code":"13055"}`, square(5, 43))
	for _, c := range []struct{ name, feature, says string }{
		{"no code", feature(`{"nom":"Marseille"}`, square(5, 43)), "n’est pas un code de niveau com"},
		{"code of another level", feature(`{"code":"13"}`, square(5, 43)), "n’est pas un code de niveau com"},
		{"a point", feature(`{"code":"13001"}`, `{"type":"Point","coordinates":[5,43]}`), "Point"},
		{"no geometry", feature(`{"code":"13001"}`, `null`), "contour vide"},
		{"no ring", feature(`{"code":"13001"}`, `{"type":"Polygon","coordinates":[]}`), "contour vide"},
		{"not numbers", feature(`{"code":"13001"}`, `{"type":"Polygon","coordinates":[[["5","43"]]]}`), "illisibles"},
		{"metres without crs", feature(`{"code":"13001"}`, `{"type":"Polygon","coordinates":[[[900000,6200000],[900001,6200000],[900001,6200001],[900000,6200000]]]}`), "n’est pas une longitude"},
		{"the same code again", good, "déjà été lu"},
		{"a bow tie that cancels out", feature(`{"code":"13001"}`, `{"type":"Polygon","coordinates":[[[5,43],[6,44],[6,43],[5,44],[5,43]]]}`), "changerait la surface"},
	} {
		path := write(t, "a.geojson", []byte(collection(good, c.feature)))
		list, report, err := ReadOutlines([]string{path}, OutlineOptions{Level: dealmap.LevelCommune})
		if err != nil || len(list) != 1 || len(report.Refused) != 1 {
			t.Errorf("%s: %d read, refused %v, error %v", c.name, len(list), report.Refused, err)
			continue
		}
		note := report.Refused[0]
		if note.Feature != 2 || note.File != "a.geojson" || !strings.Contains(note.String(), c.says) {
			t.Errorf("%s: %s, want object 2 saying %q", c.name, note, c.says)
		}
	}
}

func TestUnreadableFilesAreNamed(t *testing.T) {
	t.Parallel()
	good := collection(feature(`{"code":"13055"}`, square(5, 43)))
	for _, c := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"truncated.geojson", []byte(good[:len(good)-30]), "truncated.geojson, objet 1: fichier tronqué"},
		{"empty.geojson", nil, "empty.geojson, objet 0: fichier tronqué"},
		{"text.geojson", []byte(`"hello"`), "ni un objet ni une liste"},
		{"other.geojson", []byte(`{"type":"FeatureCollection"}`), "aucune liste"},
		{"member.geojson", []byte(`{"features":3}`), "n’est pas une liste"},
		{"none.geojson", []byte(collection()), "aucun contour"},
		{"wrong.geojson", []byte(collection(feature(`{"code":"13"}`, square(5, 43)))), "aucun contour utilisable"},
		{"crs.geojson", []byte(`{"crs":{"properties":{"name":"EPSG:31467"}},"features":[]}`), "31467"},
		{"cut.tgz", archive(map[string]string{"a.geojson": good})[:60], "cut.tgz"},
		{"inside.tgz", archive(map[string]string{"dir/b.geojson": "{"}), "inside.tgz/b.geojson"},
	} {
		_, _, err := ReadOutlines([]string{write(t, c.name, c.content)}, OutlineOptions{Level: dealmap.LevelCommune})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	if _, _, err := ReadOutlines([]string{filepath.Join(t.TempDir(), "absent.tgz")}, OutlineOptions{Level: dealmap.LevelCommune}); err == nil || !strings.Contains(err.Error(), "absent.tgz") {
		t.Errorf("absent file: %v", err)
	}
	_, _, err := ReadOutlines(nil, OutlineOptions{Level: dealmap.LevelZone})
	checkInvalid(t, "zones have no outlines", err, "level", "zone")
}

func TestArchivesThatUnpackTooMuchAreRefused(t *testing.T) {
	t.Parallel()
	good := collection(feature(`{"code":"13055"}`, square(5, 43)))
	bomb := gzipped([]byte(`{"padding":"` + strings.Repeat(" ", 1<<20) + `","features":[]}`))
	_, _, err := ReadOutlines([]string{write(t, "bomb.json.gz", bomb)}, OutlineOptions{Level: dealmap.LevelCommune, limits: limits{total: 1 << 16}})
	if err == nil || !strings.Contains(err.Error(), "trop volumineux") {
		t.Errorf("bomb: %v", err)
	}
	_, _, err = ReadOutlines([]string{write(t, "member.json.gz", bomb)}, OutlineOptions{Level: dealmap.LevelCommune, limits: limits{value: 1 << 16}})
	if err == nil || !strings.Contains(err.Error(), "trop volumineux") {
		t.Errorf("one huge member: %v", err)
	}
	many := write(t, "many.tgz", archive(map[string]string{"a.json": good, "b.json": good, "c.json": good}))
	_, _, err = ReadOutlines([]string{many}, OutlineOptions{Level: dealmap.LevelCommune, limits: limits{entries: 2}})
	if err == nil || !strings.Contains(err.Error(), "trop de fichiers") {
		t.Errorf("many files: %v", err)
	}
}

func TestFormerCommunesAreReported(t *testing.T) {
	t.Parallel()
	current := south(t)
	path := write(t, "communes2018.geojson", []byte(collection(
		feature(`{"code":"13055","nom":"Marseille"}`, square(5, 43)), feature(`{"code":"83999","nom":"Ancienne"}`, square(6, 43)))))
	list, report, err := ReadOutlines([]string{path}, OutlineOptions{Level: dealmap.LevelCommune, Current: current})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(report.Former, []dealmap.TerritoryCode{"com:83999"}) || len(list) != 2 || list[1].Year != 2018 {
		t.Errorf("former %v, %d read: %+v", report.Former, len(list), list)
	}
}
