package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/offences"
	"github.com/mesure5/dealmap/web"
)

type offenceAnswer struct {
	Source, Licence, Note string
	Missing               []string
	Indicators            []struct {
		Name, Per string
		Years     []struct {
			Year        int
			Number      *int
			PerThousand *float64 `json:"per_thousand"`
		}
	}
}

// offencesRecorded are two départements of one région, and a commune.
func offencesRecorded(o *web.Options) {
	indicators := []offences.Indicator{{Name: "Cambriolages de logement", Unit: "Infraction", PerDwelling: true}, {Name: "Trafic de stupéfiants", Unit: "Mis en cause"}}
	row := func(code dealmap.TerritoryCode, people, burglaries, dealing int) offences.Row {
		return offences.Row{Code: code, Population: []int{people}, Numbers: []int{burglaries, dealing}, Rates: []float64{5, 1000 * float64(dealing) / float64(people)}}
	}
	o.Offences = offences.NewBook([]offences.Table{
		{Level: dealmap.LevelDepartement, Source: "SSMSI", Licence: "Licence Ouverte 2.0", Indicators: indicators, Years: []int{2024},
			Rows: []offences.Row{row("dep:13", 2_000_000, 100, 4000), row("dep:83", 1_000_000, 50, 500)}},
		{Level: dealmap.LevelCommune, Source: "SSMSI, communes", Licence: "Licence Ouverte 2.0", Indicators: indicators[1:], Years: []int{2024},
			Rows: []offences.Row{{Code: "com:13055", Population: []int{870_000}, Rates: []float64{3.5}}}},
	})
}

func TestOffencesOfATerritory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, offencesRecorded)
	for _, name := range []string{"cross13", "prefet13", "partenaire13", "auditeur"} {
		u := w.as(name)
		lines := len(w.log.lines)
		ask := func(code string) (a offenceAnswer) {
			t.Helper()
			u.get("/api/v1/territories/" + code + "/offences").want(http.StatusOK).json(&a)
			return a
		}
		figure := func(a offenceAnswer, i, number int, rate float64) {
			t.Helper()
			if len(a.Indicators) <= i {
				t.Fatalf("%s: %+v", name, a)
			}
			y := a.Indicators[i].Years[0]
			if y.Year != 2024 || (y.Number == nil) != (number < 0) || y.Number != nil && *y.Number != number || (y.PerThousand == nil) != (rate < 0) || y.PerThousand != nil && *y.PerThousand != rate {
				t.Errorf("%s: %+v, want %d, %v", name, a.Indicators[i], number, rate)
			}
		}
		own := ask("dep:13")
		figure(own, 0, 100, 5)
		figure(own, 1, 4000, 2)
		if own.Indicators[0].Per != "dwellings" || own.Indicators[1].Per != "inhabitants" || own.Source != "SSMSI" || own.Licence == "" || own.Note != "" {
			t.Errorf("%+v", own)
		}
		for _, code := range []string{"reg:93", "zone:sud", "fr"} {
			sum := ask(code)
			figure(sum, 0, 150, -1)
			figure(sum, 1, 4500, 1.5)
			if !slices.Contains(sum.Missing, "dep:06") || !strings.Contains(sum.Note, "dep:06") {
				t.Errorf("%s does not say what it leaves out: %+v", code, sum)
			}
		}
		figure(ask("com:13055"), 0, -1, 3.5)
		for _, code := range []string{"dep:59", "reg:32", "arr:133", "com:13001"} {
			if a := ask(code); len(a.Indicators) != 0 || a.Note == "" || a.Source != "" {
				t.Errorf("%s: %+v", code, a)
			}
		}
		u.get("/api/v1/territories/dep:99/offences").problem(http.StatusNotFound, "not-found")
		if len(w.log.lines) != lines {
			t.Error("public statistics are logged as a consultation of the map")
		}
	}
	w.anonymous().get("/api/v1/territories/dep:13/offences").problem(http.StatusUnauthorized, "not-signed-in")
	var a offenceAnswer
	newWorld(t).as("pn").get("/api/v1/territories/fr/offences").want(http.StatusOK).json(&a)
	if len(a.Indicators) != 0 || !strings.Contains(a.Note, "offences import") {
		t.Errorf("nothing imported: %+v", a)
	}
}
