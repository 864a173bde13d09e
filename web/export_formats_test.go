package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"
)

// hostile are texts that a spreadsheet might take for formulas, that XML or SQL might stumble over, and that might get lost.
var hostile = []string{
	"=HYPERLINK(\"http://exemple.invalid\";\"clic\")", "+1+1", "-2+3", "@ SOMME(A1)", "＝1+1", "＋2", "－3", "＠ A1", "x'); DROP TABLE points_de_deal; --",
	"<b>gras</b> & ]]> \"cité\"", "_x0041_ _x005F_", "01001", "1e5", "VRAI", "a;b,c", "Cité de l’Étoile · n° 3",
}

// assorted fills a map with hostile names, with every status, with places of which little is known and with such as must not leave.
func (w *world) assorted() {
	for i, name := range hostile {
		w.coded(byte(i+1), []string{"H0", "H1", "H2", "H3"}[i%4], func(f *dealmap.Facts) {
			f.Name, f.Note, f.Landlord = name, name+"\nligne 2", name
			f.Products = []dealmap.Product{"cannabis", "crack"}
			f.FirstSeen, f.Intensity, f.Lookouts = dealmap.Date{Year: 2024, Month: 2, Day: 29}, i%6, i%2 == 0
			f.Grading = dealmap.Grading{Scheme: "europol", Source: "B", Information: "2"}
			if i%5 == 0 {
				f.Position, f.Accuracy = nil, dealmap.AccuracyCommune
			}
		})
	}
	w.coded(60, "H0", func(f *dealmap.Facts) { f.Handling.Reach, f.Handling.Blurred = dealmap.ReachService, true })
	w.hiddenPlace(61, 5.3698, 43.2965)
	steps := []dealmap.StepPlace{{To: dealmap.Disrupted}, {To: dealmap.Closed, Reason: dealmap.Faded, Date: dealmap.DateOf(w.clock.now())}}
	for i, step := range steps {
		step.ID = dealmap.ID{byte(i + 1), 0xee, 6: 0x40, 8: 0x80}
		w.do(w.viewer("cross13"), step)
	}
}

func TestEveryFormatHoldsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assorted()
	for name, least := range map[string]int{"gn": 5, "pn": 5, "cross13": len(hostile), "ofast": len(hostile)} {
		for _, filter := range []string{"", "?status=closed", "?bbox=0,0,1,1", "?product=crack&bbox=5,43,6,44"} {
			of := map[string]*answer{}
			for _, format := range []string{"csv", "geojson", "xlsx", "gpkg"} {
				of[format] = w.as(name).post("/api/v1/exports"+filter, exportOf(format)).want(http.StatusOK)
			}
			want := commonRows(t, "csv", of["csv"].body)
			if filter == "" && len(want)-1 < least || filter == "?bbox=0,0,1,1" && len(want) != 1 {
				t.Fatalf("%s %s: %d rows", name, filter, len(want)-1)
			}
			for _, format := range []string{"xlsx", "gpkg"} {
				got := commonRows(t, format, of[format].body)
				if len(got) != len(want) {
					t.Errorf("%s %s: %d rows in %s, %d in csv", name, filter, len(got)-1, format, len(want)-1)
					continue
				}
				for i := range want {
					if !slices.Equal(got[i], want[i]) {
						t.Errorf("%s %s: row %d\n%s %q\ncsv  %q", name, filter, i, format, got[i], want[i])
					}
				}
			}
			var file struct{ Features []point }
			of["geojson"].json(&file)
			for i, f := range file.Features {
				if row := want[i+1]; f.Properties["reference"] != row[1] || f.Properties["name"] != row[8] {
					t.Errorf("%s %s: feature %d is %v, row %q", name, filter, i, f.Properties["reference"], row[1])
				}
			}
			for format, a := range of {
				if got := a.header.Get("Dealmap-Exported"); got != fmt.Sprint(len(want)-1) || len(file.Features) != len(want)-1 {
					t.Errorf("%s %s %s: %s places are told, %d features, %d rows", name, filter, format, got, len(file.Features), len(want)-1)
				}
			}
		}
	}
}

// TestOneMapGivesOneFile: what differs between two files made from one map is when they were made, nothing else.
func TestOneMapGivesOneFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assorted()
	gn := w.as("gn")
	for format, text := range map[string]func(testing.TB, []byte) string{"xlsx": archiveText, "gpkg": databaseText} {
		first := gn.post("/api/v1/exports", exportOf(format)).want(http.StatusOK)
		w.clock.advance(time.Second)
		second := gn.post("/api/v1/exports", exportOf(format)).want(http.StatusOK)
		if a, b := text(t, first.body), text(t, second.body); a != b || bytes.Equal(first.body, second.body) {
			t.Errorf("%s: the same map, another file, or the same time of export (%d and %d bytes)", format, len(a), len(b))
		}
	}
}

func TestAWorkbook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assorted()
	a := w.as("cross13").post("/api/v1/exports?status=active,closed&kind=four", exportOf("xlsx")).want(http.StatusOK)
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="diffusion-restreinte-points-de-deal-2026-11-23.xlsx"` {
		t.Errorf("name %s", got)
	}
	if text := archiveText(t, a.body); strings.Contains(text, "<f>") || strings.Contains(text, "<hyperlink") || strings.Contains(text, "externalLink") {
		t.Error("the workbook has a formula or a link")
	}
	book := openWorkbook(t, a.body)
	defer func() { _ = book.Close() }()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"À lire", "Points de deal"}) {
		t.Fatalf("sheets %q", got)
	}
	cover, err := book.GetRows("À lire")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, row := range cover[1:] {
		if len(row) == 2 {
			told[row[0]] = row[1]
		}
	}
	for label, want := range map[string]string{
		"Exporté par": "Cross 13, PN Cross 13", "Destinataires": "Parquet de Marseille ; =DDSP 13", "Objet de la communication": "transmission au parquet",
		"Filtre": "nature : Four (hall d’immeuble) ; statut : Actif, Fermé", "Nombre de points": a.header.Get("Dealmap-Exported"),
	} {
		if told[label] != want {
			t.Errorf("%s: %q, want %q", label, told[label], want)
		}
	}
	if cover[0][0] != "DIFFUSION RESTREINTE" || !strings.HasPrefix(told["Exporté le"], "2026-11-23 10:") {
		t.Errorf("cover %q", cover)
	}
	for _, sheet := range book.GetSheetList() {
		if printed, err := book.GetHeaderFooter(sheet); err != nil || !strings.Contains(printed.OddHeader, "DIFFUSION RESTREINTE") {
			t.Errorf("%s: header %+v, %v", sheet, printed, err)
		}
	}
	properties, err := book.GetDocProps()
	if err != nil || properties.Subject != "DIFFUSION RESTREINTE" || properties.Creator != "Cross 13, PN Cross 13" || !strings.HasPrefix(properties.Created, "2026-11-23T09:") {
		t.Errorf("properties %+v, %v", properties, err)
	}
	const sheet = "Points de deal"
	if panes, err := book.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	last, err := excelize.CoordinatesToCellName(40, len(hostile)+2) // a heading; two places more, and one less, which is disrupted
	if err != nil {
		t.Fatal(err)
	}
	names := book.GetDefinedName()
	if !slices.ContainsFunc(names, func(n excelize.DefinedName) bool {
		return n.Name == "_xlnm._FilterDatabase" && strings.HasSuffix(strings.ReplaceAll(n.RefersTo, "$", ""), "!A1:"+last)
	}) {
		t.Errorf("no filter down to %s: %+v", last, names)
	}
	for cell, want := range map[string]struct {
		of   excelize.CellType
		text string
	}{
		"I2": {excelize.CellTypeInlineString, "+1+1"}, "L2": {excelize.CellTypeInlineString, "13055"}, "S2": {excelize.CellTypeUnset, "1"},
		"N2": {excelize.CellTypeUnset, "5.370000"}, "AD2": {excelize.CellTypeUnset, "29/02/2024"}, "T2": {excelize.CellTypeInlineString, "non"},
	} {
		of, err := book.GetCellType(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		text, err := book.GetCellValue(sheet, cell)
		if err != nil || of != want.of || text != want.text {
			t.Errorf("%s: %q of type %d, want %+v, %v", cell, text, of, want, err)
		}
	}
}

// many adds places for all to see and communicate, with notes that do not compress well.
func (w *world) many(n int) {
	random, places := seeded(w.t), make([]dealmap.AddPlace, n)
	for i := range places {
		note := make([]byte, 300)
		for j := range note {
			note[j] = "abcdefghijklmnopqrstuvwxyz      "[random.IntN(32)]
		}
		at := orb.Point{5.3 + float64(i%100)/1000, 43.2 + float64(i/100)/1000}
		places[i] = dealmap.AddPlace{ID: dealmap.ID{byte(i), byte(i >> 8), 6: 0x40, 8: 0x80}, Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: dealmap.Four, Name: fmt.Sprint("Tour ", i), Commune: "13055", Position: &at, Accuracy: dealmap.AccuracyDoor, Note: "hall" + string(bytes.TrimSpace(note)),
			Owner: dealmap.Owner{Service: "PN", Unit: "Cross 13"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
		}}
	}
	w.do(w.viewer("ofast"), dealmap.ImportPlaces{Places: places})
}
