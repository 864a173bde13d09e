package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
)

// trading is a world in which goods come to Marseille from Lyon, go on to Lille, and are moved within Marseille.
func trading(t testing.TB) *world {
	w := newWorld(t)
	ofast := w.viewer("ofast")
	place := func(n byte, commune string, lon, lat float64, change ...func(*dealmap.Facts)) dealmap.ID {
		facts := dealmap.Facts{
			Kind: dealmap.Four, Name: "Tour", Commune: commune, Position: &orb.Point{lon, lat}, Accuracy: dealmap.AccuracyDoor,
			Owner: dealmap.Owner{Service: "PN", Unit: "Cross 13"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
		}
		for _, c := range change {
			c(&facts)
		}
		add := dealmap.AddPlace{ID: dealmap.ID{n, 0xee, 6: 0x40, 8: 0x80}, Status: dealmap.Active, Facts: facts}
		w.do(ofast, dealmap.ImportPlaces{Places: []dealmap.AddPlace{add}})
		return add.ID
	}
	embargo := func(f *dealmap.Facts) { f.Handling.EmbargoUntil = dealmap.DateOf(w.clock.now()).AddDays(30) }
	lyon, lille := place(1, "69123", 4.83, 45.76), place(2, "59350", 3.06, 50.63)
	one, two, hidden := place(3, "13055", 5.37, 43.30), place(4, "13055", 5.38, 43.31), place(5, "13055", 5.39, 43.30, embargo)
	n := byte(0)
	tie := func(v dealmap.Viewer, facts dealmap.LinkFacts) {
		n++
		w.do(v, dealmap.RecordLink{ID: dealmap.ID{n, 0xdd, 6: 0x40, 8: 0x80}, Facts: facts})
	}
	day := func(text string) (d dealmap.Date) {
		d, err := dealmap.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tie(ofast, dealmap.LinkFacts{From: lyon, To: one, Kind: dealmap.Supplies, Means: "road", Strength: 3, Since: day("2026-02-10")})
	tie(ofast, dealmap.LinkFacts{From: lyon, To: two, Kind: dealmap.Supplies, Means: "rail", Strength: 2, Since: day("2026-04-01"), Until: day("2026-06-30")})
	tie(ofast, dealmap.LinkFacts{From: one, To: lille, Kind: dealmap.StoresFor, Until: day("2026-05-15")})
	tie(ofast, dealmap.LinkFacts{From: one, To: two, Kind: dealmap.Supplies, Means: "road", Strength: 5, Since: day("2026-01-05")})
	tie(ofast, dealmap.LinkFacts{From: one, To: two, Kind: dealmap.SameNetwork})
	tie(w.viewer("cross13"), dealmap.LinkFacts{From: lyon, To: hidden, Kind: dealmap.Supplies, Means: "road"})
	return w
}

func rowsOfFlows(f api.Flows) (rows []string) {
	for _, r := range f.Rows {
		partner := ""
		if r.Partner != nil {
			partner = *r.Partner
		}
		rows = append(rows, fmt.Sprintf("%s %s %s %s %d/%d", r.Quarter, r.Direction, partner, r.Means, r.Links, r.Strength))
	}
	return rows
}

func TestFlows(t *testing.T) {
	t.Parallel()
	w := trading(t)
	inside := []string{"2026-Q1 within  road 1/5", "2026-Q2 within  road 1/5", "2026-Q3 within  road 1/5", "2026-Q4 within  road 1/5"}
	departement := []string{
		"2026-Q1 in dep:69 road 1/3", "2026-Q1 out dep:59  1/1", inside[0],
		"2026-Q2 in dep:69 rail 1/2", "2026-Q2 in dep:69 road 1/3", "2026-Q2 out dep:59  1/1", inside[1],
		"2026-Q3 in dep:69 road 1/3", inside[2], "2026-Q4 in dep:69 road 1/3", inside[3],
	}
	var zone []string
	for _, row := range departement {
		zone = append(zone, strings.NewReplacer("dep:69", "zone:sud-est", "dep:59", "zone:nord").Replace(row))
	}
	for _, c := range []struct {
		who, path string
		want      []string
	}{
		{"gn", "dep:13/flows?from=2026-Q1&until=2026-Q4", departement},
		{"gn", "zone:sud/flows?from=2026-Q1&until=2026-Q4", zone},
		{"ofast", "dep:13/flows?from=2026-q1", departement},
		{"prefet13", "dep:13/flows?from=2026-Q1", inside},
		{"gn", "dep:13/flows?from=2026-Q2&until=2026-Q2&means=rail", []string{departement[3]}},
		{"gn", "dep:69/flows?from=2026-Q3&until=2026-Q3", []string{"2026-Q3 out dep:13 road 1/3"}},
		{"gn", "fr/flows?from=2026-Q2&until=2026-Q2", []string{"2026-Q2 within   1/1", "2026-Q2 within  rail 1/2", "2026-Q2 within  road 2/8"}},
		{"gn", "dep:13/flows?from=2025-Q1&until=2025-Q2", []string{"2025-Q1 out dep:59  1/1", "2025-Q2 out dep:59  1/1"}},
		{"gn", "dep:84/flows", nil},
		{"cross13", "dep:13/flows?from=2026-Q3&until=2026-Q3", []string{"2026-Q3 in dep:69 road 2/4", inside[2]}},
	} {
		var f api.Flows
		w.as(c.who).get("/api/v1/territories/" + c.path).want(http.StatusOK).json(&f)
		if got := rowsOfFlows(f); !slices.Equal(got, c.want) {
			t.Errorf("%s %s:\n%s\nwant\n%s", c.who, c.path, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	var f api.Flows
	w.as("gn").get("/api/v1/territories/dep:13/flows").want(http.StatusOK).json(&f)
	if len(f.Quarters) != 8 || f.Quarters[0] != "2025-Q1" || f.Quarters[7] != "2026-Q4" || f.TerritoryName != "Bouches-du-Rhône" || !strings.Contains(strings.Join(f.Notes, " "), "Le début d’un lien est inconnu") {
		t.Errorf("%+v", f)
	}
	if row := f.Rows[0]; row.PartnerName == nil || *row.PartnerName != "Nord" {
		t.Errorf("row %+v", row)
	}
	for _, line := range w.log.of(dealmap.WhatFlows) {
		if len(line.Places) > 0 || line.Detail == "" {
			t.Errorf("logged %+v", line)
		}
	}
}

func TestFlowsAsATable(t *testing.T) {
	t.Parallel()
	w := trading(t)
	a := w.as("gn").get("/api/v1/territories/dep:13/flows?from=2026-Q2&until=2026-Q3", header{"Accept": "text/csv"}).want(http.StatusOK)
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="flux-dep-13-2026-Q2-2026-Q3.csv"` || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Errorf("%v", a.header)
	}
	text, marked := strings.CutPrefix(string(a.body), "\ufeff")
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma = ';'
	table, err := rows.ReadAll()
	if err != nil || !marked || len(table) != 7 {
		t.Fatalf("%v %q", err, text)
	}
	for i, want := range map[int]string{
		0: "Trimestre : DIFFUSION RESTREINTE|Territoire|Code du territoire|Sens|Territoire partenaire|Code du partenaire|Moyen|Liens|Force",
		1: "2026-Q2|Bouches-du-Rhône|dep:13|Entrant|Rhône|dep:69|Rail|1|2", 3: "2026-Q2|Bouches-du-Rhône|dep:13|Sortant|Nord|dep:59|Inconnu|1|1",
		4: "2026-Q2|Bouches-du-Rhône|dep:13|Interne|||Route|1|5",
	} {
		if got := strings.Join(table[i], "|"); got != want {
			t.Errorf("row %d: %s", i, got)
		}
	}
}

func TestFlowsAreNotShownUnlogged(t *testing.T) {
	t.Parallel()
	w := trading(t)
	gn := w.as("gn")
	w.log.break_(fmt.Errorf("the disk is full"))
	gn.get("/api/v1/territories/dep:13/flows").want(http.StatusServiceUnavailable)
	gn.get("/api/v1/territories/dep:13/flows", header{"Accept": "text/csv"}).want(http.StatusServiceUnavailable)
}

func TestBadFlows(t *testing.T) {
	t.Parallel()
	w := trading(t)
	gn := w.as("gn")
	for query, field := range map[string]string{"from=2026": "from", "until=2026-Q5": "until", "until=2027-Q1": "until", "from=2026-Q2&until=2026-Q1": "until", "from=1999-Q1": "from",
		"until=0001-Q1": "until", "means=camel": "means", "odd=1": "odd"} {
		if a := gn.get("/api/v1/territories/dep:13/flows?" + query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"`+field+`"`) {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	gn.get("/api/v1/territories/dep:99/flows").want(http.StatusNotFound)
	gn.get("/api/v1/territories/x/flows").want(http.StatusBadRequest)
	w.as("prefet13").get("/api/v1/territories/dep:69/flows").want(http.StatusForbidden)
	w.as("partenaire13").get("/api/v1/territories/dep:13/flows").want(http.StatusForbidden)
}

// TestFlowsAreOnRecordAsNumbers: the auditor reads of flows that they were numbers and showed no place.
func TestFlowsAreOnRecordAsNumbers(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	w.as("prefet13").get("/api/v1/territories/dep:13/flows").want(http.StatusOK)
	var what struct {
		Aggregates bool `json:"aggregates_only"`
		Places     []struct{ ID string }
	}
	if w.as("auditeur").get("/api/v1/audit/consultations/1/places").want(http.StatusOK).json(&what); !what.Aggregates || len(what.Places) != 0 {
		t.Errorf("recalled as %+v", what)
	}
}
