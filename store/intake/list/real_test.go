package list

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const data = "../../../../shared/data"

// TestRealData reads files as they were published.
func TestRealData(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(data); err != nil {
		t.Skip("../shared/data is absent")
	}
	semicolon := Options{Format: CSV, Encoding: utf8Name, Separator: ";", HeaderRow: 1}
	comma := semicolon
	comma.Separator = ","
	london := "Crime ID|Month|Reported by|Falls within|Longitude|Latitude|Location|LSOA code|LSOA name|Crime type|Last outcome category|Context"
	cases := []struct {
		name    string
		options Options
		epsg    int
		rows    int
		header  string
		first   string
	}{
		{"points/lambert93_77k.csv", semicolon, 0, 77148, "Operateur|x|y|2G|3G|4G", "2|20801|102980|6847973|1|1|0"},
		{"statistics/departements_2023_french_csv.csv", semicolon, 0, 0, "classe|annee|Code.département|Code.région|unité.de.compte|millPOP|millLOG|faits|POP|LOG|tauxpourmille",
			"2|Coups et blessures volontaires|16|01|84|victime|16|16|1437|638425|308491,1600513844|2,25085170536868073"},
		{"territories/commune_centres.csv", comma, 0, 35014, "insee|dept|lon|lat|name", "2|01001|01|4.93060|46.15170|L'Abergement-Clémenciat"},
		{"territories/regions.geojson", Options{Format: GeoJSON, Encoding: utf8Name}, 4326, 18, "insee_reg|lib_reg|géométrie x|géométrie y", "1|01|Guadeloupe|"},
		{"territories/departements.geojson", Options{Format: GeoJSON, Encoding: utf8Name}, 4326, 101, "", ""},
	}
	for month := range 12 {
		cases = append(cases, cases[0])
		c := &cases[len(cases)-1]
		c.name, c.options, c.rows, c.header, c.first = fmt.Sprintf("points/london2017/2017-%02d-city-of-london-street.csv", month+1), comma, 0, london, ""
	}
	for _, c := range cases {
		t.Run(filepath.Base(c.name), func(t *testing.T) {
			t.Parallel()
			got, err := read(t, filepath.Join(data, c.name), Options{})
			must(t, err)
			if got.found.Options != c.options || got.found.EPSG != c.epsg {
				t.Errorf("found %+v", got.found)
			}
			if len(got.errors) > 0 || len(got.rows) == 0 || c.rows > 0 && len(got.rows) != c.rows {
				t.Errorf("%d rows, want %d; errors %q", len(got.rows), c.rows, got.errors)
			}
			if h := strings.Join(got.header, "|"); c.header != "" && h != c.header {
				t.Errorf("header %q", h)
			}
			if !strings.HasPrefix(got.rows[0], c.first) {
				t.Errorf("first row %q", got.rows[0])
			}
		})
	}
}
