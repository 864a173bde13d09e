package mapping_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var monthNames = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Every form in which a day may be written reads back as that day.
func TestDatesReadBack(t *testing.T) {
	t.Parallel()
	m, row := mapper(t, mapping.Profile{}, map[string]string{"first_seen": ""})
	american, _ := mapper(t, mapping.Profile{MonthFirst: true}, map[string]string{"first_seen": ""})
	const at = 0
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36500).Draw(t, "day"))
		serial := int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		forms := []string{
			day.Format("02/01/2006"), day.Format("2/1/2006"), day.Format("02-01-2006"), day.Format("2.1.2006"), day.Format("2006-01-02"), day.Format("2006-01-02T15:04:05Z"), day.Format("2006/01/02"),
			day.Format("20060102"), day.Format("02/01/2006 15:04"), fmt.Sprintf("%d %s %d", day.Day(), monthNames[day.Month()-1], day.Year()), strings.ToUpper(day.Format("2-Jan-2006")), fmt.Sprint(serial), fmt.Sprintf("%d.25", serial),
		}
		if day.Year() < 2090 {
			forms = append(forms, day.Format("2/1/06"), day.Format("02.01.06"))
		}
		row := list.Row{Line: 2, Cells: append([]string{}, row.Cells...)}
		for _, cell := range forms {
			row.Cells[at] = cell
			if got := m.Row(row).Place.Facts.FirstSeen; got != dealmap.DateOf(day) {
				t.Fatalf("%q is %q, want %s", cell, got, day.Format(time.DateOnly))
			}
		}
		row.Cells[at] = day.Format("1/2/2006")
		if got := american.Row(row).Place.Facts.FirstSeen; got != dealmap.DateOf(day) {
			t.Fatalf("month first, %q is %q", row.Cells[at], got)
		}
	})
}

// A position in metropolitan France comes back from every system and every way of writing it, within a metre.
func TestPositionsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := orb.Point{rapid.Float64Range(-1, 6).Draw(rt, "lon"), rapid.Float64Range(43.5, 49).Draw(rt, "lat")}
		epsg := rapid.SampledFrom([]int{4326, 2154, 27572, 3857, 32631}).Draw(rt, "epsg")
		transform, err := geo.NewTransform(epsg)
		if err != nil {
			rt.Fatal(err)
		}
		x, y := transform.Project(p)
		swapped := rapid.Bool().Draw(rt, "swapped")
		format := rapid.SampledFrom([]string{"%.7f", "%.7f,"}).Draw(rt, "format")
		write := func(v float64) string {
			text := fmt.Sprintf("%.7f", v)
			if strings.HasSuffix(format, ",") {
				text = strings.Replace(text, ".", ",", 1)
			}
			return text
		}
		cells := map[string]string{"x": write(x), "y": write(y)}
		if swapped {
			cells["x"], cells["y"] = cells["y"], cells["x"]
		}
		r := one(t, mapping.Profile{EPSG: epsg, Swapped: swapped}, cells)
		got := r.Place.Facts.Position
		if got == nil || math.Abs(got[0]-p[0]) > 1e-5 || math.Abs(got[1]-p[1]) > 1e-5 {
			rt.Fatalf("EPSG:%d %v comes back as %v (%s)", epsg, p, got, reasons(r.Problems))
		}
	})
}

// The system of coordinates is found whatever it is, when rows say their commune.
func TestSystemsAreFound(t *testing.T) {
	t.Parallel()
	terr := territories(t)
	places := []string{"13055", "59350", "35238", "67482", "33063", "69123", "31555", "06088", "29019", "75056"}
	for _, c := range []struct {
		epsg     int
		communes []string
	}{
		{4326, places}, {2154, places}, {27572, places}, {3857, places}, {3943, []string{"13055", "31555", "34172"}}, {3946, []string{"69123", "38185", "63113"}}, {3950, []string{"59350", "59183", "62193"}},
		{32631, []string{"59350", "69123", "31555"}}, {2975, []string{"97411", "97415", "97416"}}, {2972, []string{"97302", "97311"}}, {4471, []string{"97608", "97611"}}, {32620, []string{"97105", "97120", "97209"}},
	} {
		for _, swapped := range []bool{false, true} {
			transform, err := geo.NewTransform(c.epsg)
			if err != nil {
				t.Fatal(err)
			}
			header := []string{"Nom", "X", "Y", "Code INSEE"}
			var rows []list.Row
			for i, code := range c.communes {
				commune, ok := terr.Get(dealmap.TerritoryCode("com:" + code))
				if !ok || !commune.HasCentre {
					t.Logf("no centre for %s", code)
					continue
				}
				x, y := transform.Project(commune.Centre)
				if swapped {
					x, y = y, x
				}
				rows = append(rows, list.Row{Line: i + 2, Cells: []string{"Lieu", fmt.Sprintf("%.5f", x), fmt.Sprintf("%.5f", y), code}})
			}
			s := mapping.Suggest(list.Findings{}, header, rows, terr)
			if s.EPSG != c.epsg || s.Swapped != swapped {
				t.Errorf("EPSG:%d, swapped %t, is found as EPSG:%d, %t (%s)", c.epsg, swapped, s.EPSG, s.Swapped, s.Why["epsg"])
			}
		}
	}
}

// FuzzRow reads any cells with a profile that reads every field; nothing panics and problems stay within their values.
func FuzzRow(f *testing.F) {
	for _, cell := range []string{"", "12h-22h", "POINT(2 48)", "43°17'52\"N 5°22'10\"E", "03/12/2025", "=1+1", "\x00\xff", "Saint-Denis (93)", "coke + shit", "\u202e\u200b", strings.Repeat("9", 400), "B2", "1e308", "(", ")", "°", "N", "NS", "'''"} {
		f.Add(cell, cell, uint8(3))
	}
	terr := territories(f)
	columns := map[string]string{}
	var header []string
	for _, field := range mapping.Fields() {
		columns[field.Name] = field.Name
		header = append(header, field.Name)
	}
	var mappers []*mapping.Mapper
	for _, p := range []mapping.Profile{{}, {EPSG: 2154, Decimal: ","}, {Swapped: true, MonthFirst: true, Decimal: "."}} {
		p.Columns = columns
		m, err := mapping.New(p, header, terr)
		if err != nil {
			f.Fatal(err)
		}
		mappers = append(mappers, m)
	}
	f.Fuzz(func(t *testing.T, a, b string, turn uint8) {
		row := list.Row{Line: 7}
		for i := range header {
			row.Cells = append(row.Cells, []string{a, b, ""}[(i*int(turn)+int(turn>>4))%3])
		}
		if turn == 255 {
			row.Cells = row.Cells[:len(a)%len(row.Cells)]
		}
		for _, m := range mappers {
			r := m.Row(row)
			again := m.Row(row)
			if len(r.Problems) != len(again.Problems) {
				t.Fatal("what is kept of a row changes how it is read")
			}
			for _, p := range append(r.Problems, append(m.CheckRow(row, r.Place, ofast(), env(t)), m.Check(r.Place, ofast(), env(t))...)...) {
				if p.Reason == "" || p.Start < 0 || p.Start > p.End || p.End > len(p.Value) || len(p.Value) > 4096 {
					t.Fatalf("%+v", p)
				}
			}
		}
	})
}

// FuzzSuggest makes a suggestion of any table; it is a profile that the same list can be read with, or says what is missing.
func FuzzSuggest(f *testing.F) {
	for _, l := range lists {
		f.Add(strings.ReplaceAll(l.text, ";", "|"), l.findings.EPSG)
	}
	f.Add("X|Y|x|X||\n1|2|3\n\xff|\x00", 99)
	terr := territories(f)
	f.Fuzz(func(t *testing.T, text string, epsg int) {
		header, rows := table(text)
		s := mapping.Suggest(list.Findings{EPSG: epsg}, header, rows, terr)
		m, err := mapping.New(s.Profile, header, terr)
		if err != nil {
			for _, part := range []string{"columns.", "epsg"} {
				if strings.Contains(err.Error(), part) {
					return
				}
			}
			t.Fatalf("a suggestion is refused: %v", err)
		}
		for _, row := range rows {
			m.Row(row)
		}
	})
}
