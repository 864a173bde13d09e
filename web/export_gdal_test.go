package web_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGDALReadsExports has the library that GIS programs read with open the files, and count what it finds.
func TestGDALReadsExports(t *testing.T) {
	t.Parallel()
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed: make gdal (Debian’s gdal-bin)")
	}
	w := newWorld(t)
	w.assorted()
	for _, filter := range []string{"", "?status=active", "?bbox=0,0,1,1"} {
		want := w.as("cross13").post("/api/v1/exports"+filter, exportOf("csv")).want(http.StatusOK).header.Get("Dealmap-Exported")
		for _, format := range []string{"gpkg", "geojson"} {
			path := filepath.Join(t.TempDir(), "points_de_deal."+format)
			if err := os.WriteFile(path, w.as("cross13").post("/api/v1/exports"+filter, exportOf(format)).want(http.StatusOK).body, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), ogrinfo, "-ro", "-al", "-so", path, "points_de_deal").CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", format, err, out)
			}
			count := regexp.MustCompile(`Feature Count: (\d+)`).FindStringSubmatch(string(out))
			if count == nil || count[1] != want || strings.Contains(string(out), "Warning") || strings.Contains(string(out), "ERROR") {
				t.Errorf("%s of %q: want %s features in\n%s", format, filter, want, out)
			}
			if format == "gpkg" {
				validate(t, path)
			}
		}
	}
}

// validate tries GDAL's own judgement of the standard, where its examples are installed.
func validate(t *testing.T, path string) {
	t.Helper()
	const script = "/usr/share/doc/python3-gdal/examples/validate_gpkg.py"
	if _, err := os.Stat(script); err != nil {
		t.Log("validate_gpkg.py is not installed (Debian’s python3-gdal): not tried")
		return
	}
	if out, err := exec.CommandContext(t.Context(), "/usr/bin/python3", script, "--extra", "--warning-as-error", path).CombinedOutput(); err != nil {
		t.Errorf("not a valid GeoPackage: %v\n%s", err, out)
	}
}
