package mapping_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

var gazetteer = sync.OnceValues(seeds.Gazetteer)

func territories(t testing.TB) *geo.Territories {
	t.Helper()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return terr
}

// table makes a header and rows of lines with cells parted by bars.
func table(text string) (header []string, rows []list.Row) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		cells := strings.Split(line, "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if i == 0 {
			header = cells
			continue
		}
		rows = append(rows, list.Row{Line: i + 1, Cells: cells})
	}
	return header, rows
}

// one reads a single row of the fields given.
func one(t *testing.T, p mapping.Profile, cells map[string]string) mapping.Result {
	t.Helper()
	m, row := mapper(t, p, cells)
	return m.Row(row)
}

// mapper makes a mapper whose columns are called as their fields, and the row with those cells.
func mapper(t *testing.T, p mapping.Profile, cells map[string]string) (*mapping.Mapper, list.Row) {
	t.Helper()
	var header []string
	row := list.Row{Line: 2}
	p.Columns = map[string]string{}
	for _, f := range mapping.Fields() {
		if cell, ok := cells[f.Name]; ok {
			header, row.Cells = append(header, f.Label), append(row.Cells, cell)
			p.Columns[f.Name] = f.Label
		}
	}
	for _, needed := range [][2]string{{"name", "Les Ifs"}, {"commune", "13055"}} {
		if _, ok := p.Columns[needed[0]]; !ok && p.Defaults[needed[0]] == "" && !(needed[0] == "commune" && p.Columns["commune_name"]+p.Columns["postcode"]+p.Columns["x"]+p.Columns["position"]+p.Columns["address"] != "") {
			header, row.Cells = append(header, needed[0]), append(row.Cells, needed[1])
			p.Columns[needed[0]] = needed[0]
		}
	}
	if p.Columns["kind"] == "" && p.Defaults["kind"] == "" {
		defaults := map[string]string{"kind": "street"}
		for field, value := range p.Defaults {
			defaults[field] = value
		}
		p.Defaults = defaults
	}
	m, err := mapping.New(p, header, territories(t))
	if err != nil {
		t.Fatal(err)
	}
	return m, row
}

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func env(t testing.TB) dealmap.Env {
	return dealmap.Env{Now: now, Gazetteer: territories(t)}
}

func ofast() dealmap.Viewer { return dealmap.Console("essai", dealmap.RoleOfast) }

func reasons(problems []mapping.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Field+" : "+p.Reason)
	}
	return strings.Join(all, " | ")
}
