package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

func exportOf(format string) map[string]any {
	return map[string]any{"format": format, "recipients": []string{"Parquet de Marseille", "=DDSP 13"}, "purpose": "transmission au parquet"}
}

// coded adds a place of the Cross 13 with a handling code, for all services to see.
func (w *world) coded(n byte, code string, change ...func(*dealmap.Facts)) dealmap.Result {
	facts := dealmap.Facts{
		Kind: dealmap.Four, Name: "Tour " + code, Commune: "13055", Position: &orb.Point{5.36 + float64(n)/200, 43.29}, Accuracy: dealmap.AccuracyDoor,
		Owner: dealmap.Owner{Service: "PN", Unit: "Cross 13"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: code},
	}
	for _, c := range change {
		c(&facts)
	}
	return w.do(w.viewer("cross13"), dealmap.AddPlace{ID: dealmap.ID{n, 0xee, 6: 0x40, 8: 0x80}, Status: dealmap.Active, AcceptDuplicates: true, Facts: facts})
}

func TestAnExportHoldsWhatMayLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coded(1, "H0", func(f *dealmap.Facts) { f.Name, f.Note = "=2+3", "ligne 1\nligne 2 ; \"citée\"" })
	w.coded(2, "H1", func(f *dealmap.Facts) { f.Name = "-Tour" })
	w.coded(3, "H2")
	w.coded(4, "H3")
	w.hiddenPlace(5, 5.3698, 43.2965)
	for name, want := range map[string]struct{ exported, left int }{"gn": {2, 2}, "pn": {2, 2}, "cross13": {5, 0}, "ofast": {4, 0}} {
		a := w.as(name).post("/api/v1/exports", exportOf("csv")).want(http.StatusOK)
		rows := rowsOf(t, a.body)
		if got := [2]string{a.header.Get("Dealmap-Exported"), a.header.Get("Dealmap-Left-Out")}; got != [2]string{fmt.Sprint(want.exported), fmt.Sprint(want.left)} || len(rows) != want.exported+1 {
			t.Errorf("%s: %d rows, headers %v, want %+v", name, len(rows)-1, got, want)
		}
	}
	gn := w.as("gn")
	a := gn.post("/api/v1/exports?status=active", exportOf("csv")).want(http.StatusOK)
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.header.Get("Content-Disposition"), `attachment; filename="diffusion-restreinte`) || a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", a.header)
	}
	rows := rowsOf(t, a.body)
	column := func(name string) int {
		i := slices.Index(rows[0], name)
		if i < 0 {
			t.Fatalf("no column %q in %q", name, rows[0])
		}
		return i
	}
	first := rows[1]
	for name, want := range map[string]string{
		"Mention : DIFFUSION RESTREINTE": "DIFFUSION RESTREINTE", "Nom du lieu": "'=2+3", "Code de traitement": "H0", "Longitude": "5,365", "Commune": "Marseille",
		"Remarques": "ligne 1\nligne 2 ; \"citée\"", "Exporté par": "Enquêteur GN, GN BR Aubagne", "Destinataires": "Parquet de Marseille ; =DDSP 13",
		"Objet de la communication": "transmission au parquet", "Vu comme": "montré", "Statut": "Actif",
	} {
		if got := strings.ReplaceAll(first[column(name)], "\r\n", "\n"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if rows[2][column("Nom du lieu")] != "'-Tour" {
		t.Errorf("name %q", rows[2][column("Nom du lieu")])
	}
	lines := w.log.of(dealmap.WhatExport)
	line := lines[len(lines)-1]
	if line.Operation != dealmap.OpDisclosure || !slices.Equal(line.Recipients, []string{"Parquet de Marseille", "=DDSP 13"}) || line.Query != "status=active" ||
		!strings.Contains(line.Detail, "transmission au parquet") || line.Seq == 0 || line.Grant.IsZero() {
		t.Errorf("line: %+v", line)
	}
}

func rowsOf(t *testing.T, data []byte) [][]string {
	t.Helper()
	text, marked := bytes.CutPrefix(data, []byte("\ufeff"))
	if !marked {
		t.Error("no mark of UTF-8")
	}
	if n := bytes.Count(text, []byte("\n")); n == 0 || !bytes.Contains(text, []byte("\r\n")) {
		t.Error("lines do not end as RFC 4180 wants")
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, cell := range row {
			number := strings.HasPrefix(rows[0][i], "Longitude") || strings.HasPrefix(rows[0][i], "Latitude")
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") && !number {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	return rows
}

func TestAGeoJSONExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gn := w.as("gn")
	var file struct {
		Type, Mention, Purpose, Filter string
		Recipients                     []string
		ExportedBy                     string `json:"exported_by"`
		ExportedAt                     string `json:"exported_at"`
		Features                       []point
	}
	gn.post("/api/v1/exports", exportOf("geojson")).want(http.StatusOK).json(&file)
	if file.Type != "FeatureCollection" || file.Features == nil || len(file.Features) != 0 || file.Mention != "DIFFUSION RESTREINTE" {
		t.Errorf("an empty file: %+v", file)
	}
	w.coded(1, "H0")
	hidden := w.hiddenPlace(2, 5.3698, 43.2965).Sight.Reference()
	w.coded(3, "H1")
	closing := dealmap.StepPlace{ID: dealmap.ID{3, 0xee, 6: 0x40, 8: 0x80}, To: dealmap.Closed, Reason: "displaced", Date: dealmap.DateOf(w.clock.now()), DisplacedTo: hidden}
	w.do(w.viewer("cross13"), closing)
	a := w.as("cross13").post("/api/v1/exports?bbox=5.37,43,5.38,44", exportOf("geojson")).want(http.StatusOK)
	a.json(&file)
	if len(file.Features) != 1 || file.Filter != "bbox=5.37%2C43%2C5.38%2C44" || file.ExportedBy != "Cross 13" || file.ExportedAt == "" || file.Purpose == "" || len(file.Recipients) != 2 {
		t.Fatalf("file: %+v", file)
	}
	properties := file.Features[0].Properties
	if properties["handling"].(map[string]any)["code"] != "H1" || properties["closing"].(map[string]any)["displaced_to"] != nil || strings.Contains(string(a.body), hidden) {
		t.Errorf("feature: %v", properties)
	}
}

func TestExportsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coded(1, "H0")
	for _, name := range []string{"prefet13", "partenaire13", "auditeur", "admin"} {
		w.as(name).post("/api/v1/exports", exportOf("csv")).problem(http.StatusForbidden, "forbidden")
	}
	gn := w.as("gn")
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprint("Service ", i)
	}
	for field, body := range map[string]map[string]any{
		"format":        {"format": "xls", "recipients": []string{"Parquet"}, "purpose": "essai"},
		"recipients":    {"format": "csv", "recipients": many, "purpose": "essai"},
		"recipients[1]": {"format": "csv", "recipients": []string{"Parquet", "06 12 34 56 78"}, "purpose": "essai"},
		"purpose":       {"format": "csv", "recipients": []string{"Parquet"}, "purpose": " "},
	} {
		if fields := gn.post("/api/v1/exports", body).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", field, fields)
		}
	}
	gn.post("/api/v1/exports", map[string]any{"format": "csv", "recipients": []string{}, "purpose": "essai"}).problem(http.StatusUnprocessableEntity, "invalid")
	gn.post("/api/v1/exports?limit=3", exportOf("csv")).problem(http.StatusBadRequest, "invalid-parameter")
	if len(w.log.of(dealmap.WhatExport)) != 0 {
		t.Error("what was refused is in the log")
	}
	w.log.break_(errors.New("disk full"))
	if a := gn.post("/api/v1/exports", exportOf("csv")); a.header.Get("Dealmap-Exported") != "" {
		t.Error("numbers leave")
	} else {
		a.problem(http.StatusServiceUnavailable, "unavailable")
	}
}

// slowReader takes the beginning of a file and then has the reader's grant end.
type slowReader struct {
	*httptest.ResponseRecorder
	after func()
}

func (s *slowReader) Write(data []byte) (int, error) {
	if s.after != nil {
		s.after()
		s.after = nil
	}
	return s.ResponseRecorder.Write(data)
}

func TestAnExportEndsWithTheGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	places := make([]dealmap.AddPlace, 3000)
	for i := range places {
		at := orb.Point{5.3 + float64(i%100)/1000, 43.2 + float64(i/100)/1000}
		places[i] = dealmap.AddPlace{ID: dealmap.ID{byte(i), byte(i >> 8), 6: 0x40, 8: 0x80}, Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: dealmap.Four, Name: fmt.Sprint("Tour ", i), Commune: "13055", Position: &at, Accuracy: dealmap.AccuracyDoor, Note: strings.Repeat("hall ", 20),
			Owner: dealmap.Owner{Service: "PN", Unit: "Cross 13"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
		}}
	}
	w.do(w.viewer("ofast"), dealmap.ImportPlaces{Places: places})
	gn := w.as("gn")
	whole := gn.post("/api/v1/exports", exportOf("geojson")).want(http.StatusOK)
	if !json.Valid(whole.body) || whole.header.Get("Dealmap-Exported") != "3000" {
		t.Fatalf("the whole file: %s", whole.header.Get("Dealmap-Exported"))
	}
	m := &randomMap{world: w}
	body, err := json.Marshal(exportOf("geojson"))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/exports", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", m.cookie("gn"))
	cut := &slowReader{ResponseRecorder: httptest.NewRecorder(), after: func() { w.endGrants("gn") }}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("half a file looks whole")
		}
		if n := cut.Body.Len(); n == 0 || n > len(whole.body)/2 {
			t.Errorf("%d of %d bytes left", n, len(whole.body))
		}
	}()
	w.server.Handler().ServeHTTP(cut, r)
}
