package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// TestImportLambert brings 77,148 real positions in and finds them in place.
func TestImportLambert(t *testing.T) {
	t.Parallel()
	list := shared(t, "points/lambert93_77k.csv")
	plainly(t)
	data := t.TempDir()
	args := []string{"import", list, "--data", data, "--quiet", "--crs", "EPSG:2154", "--map", "x=x,y=y,name=Operateur", "--set", "status=active"}
	out, errs, status := command(t, args...)
	if status != 0 || !strings.Contains(out, "77148 lignes, 77147 importées, 0 déjà connues, 1 mises de côté") {
		t.Fatalf("import: %d %s%s", status, out, errs)
	}
	if !strings.Contains(errs, "ligne 77149, colonne x « #N/A »") {
		t.Errorf("the bad line is not named: %s", errs)
	}
	if out, errs, status = command(t, args...); status != 0 || !strings.Contains(out, "0 importées, 77147 déjà connues") {
		t.Errorf("import again: %d %s%s", status, out, errs)
	}
	addOfast(t, data)
	p := serve(t, data)
	b := p.as("chef")
	// The second row of the list, by hand through the projection's library: 20801;102980;6847973.
	at, err := geo.Reproject(2154, 102980, 6847973)
	if err != nil {
		t.Fatal(err)
	}
	near := b.list(url.Values{"near": {fmt.Sprintf("%.7f,%.7f", at[0], at[1])}, "radius": {"5"}, "limit": {"10"}})
	if len(near) == 0 || geo.Distance(near[0].Geometry.Coordinates, at) > 1 {
		t.Errorf("nothing at %v: %+v", at, near)
	}
	golden, err := geo.Reproject(2154, 649242.57, 6861355.85)
	if err != nil || geo.Distance(golden, orb.Point{2.308310, 48.850244}) > 0.1 {
		t.Errorf("the golden point is at %v, %v", golden, err)
	}
	if places := b.tile(maptile.At(golden, 12), "status=active"); len(places) < 10 {
		t.Errorf("%d places in the tile of Paris", len(places))
	}
}

func TestImportCommunes(t *testing.T) {
	t.Parallel()
	archive := shared(t, "territories/communes2018.tgz")
	plainly(t)
	data := t.TempDir()
	out, errs, status := command(t, "territories", "import", archive, "--data", data, "--level", "com", "--quiet")
	if status != 0 || !strings.Contains(out, "35357 contours importés") || !strings.Contains(out, "com:14174") {
		t.Fatalf("import of communes: %d %.2000s%s", status, out, errs)
	}
	out, errs, status = command(t, "territories", "list", "--data", data)
	if status != 0 || !strings.Contains(out, "com") {
		t.Errorf("list: %d %s%s", status, out, errs)
	}
	addOfast(t, data)
	p := serve(t, data)
	b := p.as("chef")
	added := b.add("Passage du Lavoir", 5.4012, 43.2701)
	commune := get[struct {
		Properties struct {
			Commune string `json:"commune"`
		} `json:"properties"`
	}](b, "/api/v1/deal-points/"+added.ID).Properties.Commune
	if !strings.HasPrefix(commune, "13") {
		t.Errorf("the outlines put a point of Marseille into commune %q", commune)
	}
}

func TestImportTerritoriesOfEveryLevel(t *testing.T) {
	t.Parallel()
	plainly(t)
	data := t.TempDir()
	for level, file := range map[string]string{
		"reg": "regions.geojson", "dep": "departements.geojson", "arr": "arrondissements.geojson", "qpv": "qpv2024.json.gz", "qrr": "qrr.json.gz",
	} {
		out, errs, status := command(t, "territories", "import", shared(t, "territories/"+file), "--data", data, "--level", level, "--quiet")
		if status != 0 || !strings.Contains(out, "contours importés") {
			t.Errorf("%s: %d %.1000s%s", file, status, out, errs)
		}
	}
	addOfast(t, data)
	serve(t, data).as("chef").add("Passage du Lavoir", 5.4012, 43.2701)
}

func TestBadStarts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := t.TempDir()
	running := serve(t, data, "--demo", "--places", "10")
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "journal.db"), []byte(strings.Repeat("not a journal ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(list, []byte("nom;x;y\nA;1;2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "dealmap.toml")
	if err := os.WriteFile(config, []byte("data = [[["), 0o600); err != nil {
		t.Fatal(err)
	}
	misspelt := filepath.Join(t.TempDir(), "dealmap.toml")
	if err := os.WriteFile(misspelt, []byte("quiet = true\n[serve]\nlistn = \"localhost:0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		args []string
		says string
	}{
		{"profiles for all", []string{"serve", "--data", t.TempDir(), "--listen", "localhost:0", "--metrics", "0.0.0.0:0", "--profile"}, "--profile n’écoute que sur la machine locale, pas sur 0.0.0.0:0"},
		{"profiles nowhere", []string{"serve", "--data", t.TempDir(), "--listen", "localhost:0", "--metrics", "", "--profile"}, "--profile"},
		{"no such zoom", []string{"serve", "--data", t.TempDir(), "--listen", "localhost:0", "--metrics", "", "--points-from", "23"}, "--points-from : 23"},
		{"negative memory", []string{"serve", "--data", t.TempDir(), "--listen", "localhost:0", "--metrics", "", "--tile-memory=-1"}, "--tile-memory : -1"},
		{"too much memory", []string{"serve", "--data", t.TempDir(), "--listen", "localhost:0", "--metrics", "", "--aggregate-memory=2000000"}, "--aggregate-memory : 2000000"},
		{"port in use", []string{"serve", "--data", t.TempDir(), "--listen", taken.Addr().String(), "--metrics", ""}, taken.Addr().String() + " : ce port est déjà pris"},
		{"second process", []string{"check", "--data", data, "--quiet"}, "journal.db"},
		{"second server", []string{"serve", "--data", data, "--listen", "localhost:0", "--metrics", ""}, "journal.db"},
		{"foreign file", []string{"check", "--data", foreign, "--quiet"}, "journal.db"},
		{"demonstration beyond this machine", []string{"serve", "--demo", "--data", t.TempDir(), "--listen", "0.0.0.0:0"}, "machine locale"},
		{"unknown system", []string{"import", list, "--data", t.TempDir(), "--crs", "EPSG:1", "--map", "x=x,y=y,name=nom"}, "--crs"},
		{"unknown column", []string{"import", list, "--data", t.TempDir(), "--map", "x=lon,y=y,name=nom"}, "lon"},
		{"no such list", []string{"import", "absent.csv", "--data", t.TempDir(), "--map", "x=x,y=y,name=nom"}, "absent.csv"},
		{"not a separator", []string{"import", list, "--data", t.TempDir(), "--separator", "\"", "--map", "x=x,y=y,name=nom"}, "ne sépare pas"},
		{"not outlines", []string{"territories", "import", list, "--data", t.TempDir(), "--level", "com"}, "liste.csv"},
		{"half a certificate", []string{"serve", "--data", t.TempDir(), "--tls-cert", list}, "--tls-key"},
		{"bad certificate", []string{"serve", "--data", filepath.Join(foreign, "new"), "--tls-cert", list, "--tls-key", list}, "liste.csv"},
		{"unreadable configuration", []string{"version", "--config", config}, "configuration, ligne 1"},
		{"misspelt option in the configuration", []string{"version", "--config", misspelt}, "option « listn » inconnue dans [serve]"},
		{"unknown command", []string{"sell"}, "« sell » n’est pas attendu"},
		{"unknown option", []string{"serve", "--lisen", "x"}, "option --lisen inconnue ; vouliez-vous dire \"--listen\" ?"},
		{"no data", []string{"check", "--data", filepath.Join(foreign, "absent")}, "fichier ou dossier introuvable"},
	} {
		out, errs, status := command(t, c.args...)
		if status == 0 || !strings.Contains(errs, c.says) {
			t.Errorf("%s: status %d, error %q does not say %q (output %q)", c.what, status, errs, c.says, out)
		}
	}
	if _, err := os.Stat(filepath.Join(foreign, "new")); err == nil {
		t.Error("a server that cannot start has made a data folder")
	}
	if content, err := os.ReadFile(filepath.Join(foreign, "journal.db")); err != nil || !strings.HasPrefix(string(content), "not a journal") {
		t.Error("a foreign file was written over")
	}
	if status := running.stop(); status != 0 {
		t.Errorf("the first server was disturbed: %d", status)
	}
}

func TestConfigurationByFlagEnvironmentAndFile(t *testing.T) {
	data := t.TempDir()
	config := filepath.Join(t.TempDir(), "dealmap.toml")
	if err := os.WriteFile(config, fmt.Appendf(nil, "data = %q\nquiet = true\n[seed]\nplaces = 30\n", data), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := command(t, "seed", "--config", config); status != 0 || !strings.Contains(out, "30 points fictifs") {
		t.Fatalf("by file: %d %s%s", status, out, errs)
	}
	t.Setenv("DEALMAP_DATA", t.TempDir())
	if out, errs, status := command(t, "seed", "--config", config, "--places", "20"); status != 0 || !strings.Contains(out, "20 points fictifs") {
		t.Fatalf("the environment wins over the file, the flag over both: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "seed", "--data", data, "--quiet"); status == 0 || !strings.Contains(errs, "pas vide") {
		t.Errorf("seeding a map that is not empty: %d %s%s", status, out, errs)
	}
}

func TestCheckAndRebuild(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, args := range [][]string{{"seed", "--places", "500"}, {"check"}, {"rebuild"}, {"check"}, {"version"}} {
		if out, errs, status := command(t, append(args, "--data", data, "--quiet")...); status != 0 {
			t.Fatalf("%v: %d %s%s", args, status, out, errs)
		}
	}
	if err := os.Remove(filepath.Join(data, "state.db")); err != nil {
		t.Fatal(err)
	}
	addOfast(t, data)
	p := serve(t, data)
	if got := len(p.as("chef").list(url.Values{"limit": {"1000"}})); got < 300 {
		t.Errorf("%d places after the state was lost", got)
	}
	p.stop()
	flipByte(t, filepath.Join(data, "journal.db"), "Clos ")
	if out, errs, status := command(t, "check", "--data", data, "--quiet"); status == 0 || !strings.Contains(errs, "après l’écriture n°") {
		t.Errorf("a changed byte in the journal: %d %s%s", status, out, errs)
	}
}

// flipByte changes one byte where a text stands in a file.
func flipByte(t *testing.T, path, text string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(content), text)
	if at < 0 {
		t.Fatalf("%s does not hold %q", path, text)
	}
	content[at] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// addOfast makes the account chef with the tests' password, as an administrator would.
func addOfast(t *testing.T, data string) {
	t.Helper()
	out, errs, status := commandWithInput(t, "demonstration\n", "user", "add", "chef", "--role", "ofast", "--service", "OFAST", "--unit", "Ofast",
		"--territory", "fr", "--data", data, "--quiet")
	if status != 0 {
		t.Fatalf("user add: %d %s%s", status, out, errs)
	}
}

func TestImportsNeedTheRight(t *testing.T) {
	t.Parallel()
	data, list := t.TempDir(), filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(list, []byte("nom;x;y\nPassage du Lavoir;5.37;43.3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := commandWithInput(t, "demonstration\n", "user", "add", "pn", "--role", "investigator", "--service", "PN", "--unit", "SR", "--data", data); status != 0 {
		t.Fatalf("user add: %d %s%s", status, out, errs)
	}
	out, errs, status := command(t, "import", list, "--map", "x=x,y=y,name=nom", "--as", "pn", "--data", data, "--quiet")
	if status != 1 || !strings.Contains(errs, "n’a pas le droit d’importer") {
		t.Errorf("import as an investigator: %d %s%s", status, out, errs)
	}
}

// TestUntilIsTheLastDay: what --until says is what the list shows, by French days.
func TestUntilIsTheLastDay(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	out, errs, status := commandWithInput(t, "demonstration\n", "user", "add", "pn", "--role", "investigator", "--service", "PN", "--unit", "SR",
		"--until", "2031-01-31", "--data", data)
	if status != 0 {
		t.Fatalf("user add: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "user", "list", "--data", data); status != 0 || !strings.Contains(out, "2031-01-31") {
		t.Errorf("user list: %d %s%s", status, out, errs)
	}
}
