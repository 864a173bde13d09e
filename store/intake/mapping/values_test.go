package mapping_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cell, want string }{
		{"03/12/2025", "2025-12-03"}, {"3/1/26", "2026-01-03"}, {"3/1/98", "1998-01-03"}, {"03-12-2025", "2025-12-03"}, {"03.12.2025", "2025-12-03"},
		{"2025-12-03", "2025-12-03"}, {"2025/12/3", "2025-12-03"}, {"2025-12-03T23:30:00Z", "2025-12-03"}, {"2025-12-03 23:30:00", "2025-12-03"},
		{"03/12/2025 14:05", "2025-12-03"}, {"3 mars 2026", "2026-03-03"}, {"1er août 2025", "2025-08-01"}, {"mardi 3 février 2026", "2026-02-03"},
		{"3 mars 2026 à 14h30", "2026-03-03"}, {"DÉC. 2025", "2025-12-01"}, {"Mar 3, 2026", "2026-03-03"}, {"3-Mar-26", "2026-03-03"},
		{"20251203", "2025-12-03"}, {"45994", "2025-12-03"}, {"45994.73", "2025-12-03"}, {"45994,73", "2025-12-03"}, {"32874", "1990-01-01"}, {"2017-01", "2017-01-01"}, {"01/2017", "2017-01-01"},
		{"29/02/2024", "2024-02-29"},
		{"", ""}, {"-", ""}, {"inconnu", ""}, {"00/00/0000", ""},
	} {
		r := one(t, mapping.Profile{}, map[string]string{"first_seen": c.cell})
		if got := r.Place.Facts.FirstSeen.String(); got != c.want || len(r.Problems) > 0 {
			t.Errorf("%q is %q, want %q (%s)", c.cell, got, c.want, reasons(r.Problems))
		}
	}
	for cell, reason := range map[string]string{
		"31/02/2026": "ce jour n’existe pas", "29/02/2025": "ce jour n’existe pas", "12/31/2025": "inversés", "2019": "n’est pas une date", "32873": "n’est pas une date",
		"60": "n’est pas une date", "demain": "n’est pas une date", "03/12/0026": "plausible", "20261340": "le mois 13", "1/2/3/4/5/6": "n’est pas une date",
	} {
		if r := one(t, mapping.Profile{}, map[string]string{"first_seen": cell}); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Reason, reason) || r.Problems[0].Value != cell || r.Problems[0].Line != 2 {
			t.Errorf("%q: %+v, want %q", cell, r.Problems, reason)
		}
	}
	if r := one(t, mapping.Profile{MonthFirst: true}, map[string]string{"first_seen": "12/31/2025"}); r.Place.Facts.FirstSeen.String() != "2025-12-31" {
		t.Errorf("month first: %+v", r.Problems)
	}
}

func TestCommunes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		commune, postcode, departement string
		want, note                     string
	}{
		{"13055", "", "", "13055", ""}, {"1004", "", "", "01004", ""}, {"1004.0", "", "", "01004", ""}, {"2a004", "", "", "2A004", ""},
		{"75118", "", "", "75118", ""}, {"13213", "", "", "13213", ""}, {"69381", "", "", "69381", ""},
		{"01091", "", "", "01033", "ancien code"}, {"20004", "", "", "2A004", "ancien code"}, {"1091", "", "", "01033", "ancien code"},
		{"Marseille", "", "", "13055", ""}, {"MARSEILLE 13EME", "", "", "13213", ""}, {"Paris 18e", "", "", "75118", ""}, {"Paris 1er arrondissement", "", "", "75101", ""},
		{"LYON 03", "", "", "69383", ""}, {"Paris 18 ème", "", "", "75118", ""}, {"Marseille", "13013", "", "13213", ""}, {"PARIS", "75018", "", "75118", ""},
		{"St Etienne", "42000", "", "42218", ""}, {"ST-ETIENNE", "", "42", "42218", ""}, {"Saint-Denis", "", "93", "93066", ""}, {"Saint-Denis", "", "Réunion", "", ""},
		{"Saint Denis", "97400", "", "97411", ""}, {"Saint-Denis (974)", "", "", "97411", ""}, {"93200 ST DENIS", "", "", "93066", ""}, {"Saint-Denis 93200", "", "", "93066", ""},
		{"L’Haÿ-les-Roses", "", "", "94038", ""}, {"HAY LES ROSES (L')", "", "", "94038", ""}, {"Havre (Le)", "", "", "76351", ""}, {"Chalon s/ Saône", "", "", "71076", ""},
		{"MARSEILLE CEDEX 03", "", "", "13055", ""}, {"ville de Lille", "", "", "59350", ""}, {"", "42800", "", "", ""}, {"", "69200", "", "69259", ""}, {"AJACCIO", "20000", "", "2A004", ""},
		{"Ajaccio", "", "20", "", ""},
	} {
		cells := map[string]string{"commune": c.commune, "postcode": c.postcode, "departement": c.departement}
		r := one(t, mapping.Profile{}, cells)
		if c.want == "" {
			continue // looked at below, or left to the address
		}
		if got := r.Place.Facts.Commune; got != c.want || r.Address.Code != c.want || len(r.Problems) > 0 {
			t.Errorf("%+v is %q (%s)", c, got, reasons(r.Problems))
		}
		if c.note != "" && !strings.Contains(strings.Join(r.Notes, " "), c.note) {
			t.Errorf("%+v: notes %q", c, r.Notes)
		}
	}
	for cell, reason := range map[string]string{
		"Saint-Denis": "Saint-Denis (974, code 97411), Saint-Denis (93, code 93066)", "99999": "n’est pas un code INSEE", "Nulleville": "n’est pas une commune connue", "93200": "code postal",
		"Marseille (75)": "aucune commune de ce nom", "130551": "n’est pas un code INSEE", "Paris 21e": "n’est pas une commune connue",
	} {
		if r := one(t, mapping.Profile{}, map[string]string{"commune": cell}); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Reason, reason) || r.Problems[0].Field != "commune" {
			t.Errorf("%q: %s, want %q", cell, reasons(r.Problems), reason)
		}
	}
	// A position tells homonyms apart; the name of the commune stands in for a code that is missing.
	r := one(t, mapping.Profile{}, map[string]string{"commune": "Saint-Denis", "x": "55.4504", "y": "-20.8823"})
	if r.Place.Facts.Commune != "97411" || len(r.Problems) > 0 {
		t.Errorf("told by position: %q (%s)", r.Place.Facts.Commune, reasons(r.Problems))
	}
	r = one(t, mapping.Profile{}, map[string]string{"commune": "", "commune_name": "Lille"})
	if r.Place.Facts.Commune != "59350" || r.Place.Facts.Accuracy != dealmap.AccuracyCommune {
		t.Errorf("by name: %+v", r.Place.Facts)
	}
	r = one(t, mapping.Profile{}, map[string]string{"address": "12 rue des Lilas, 13013 Marseille"})
	if want := (mapping.Address{Whole: "12 rue des Lilas, 13013 Marseille", Postcode: "13013", Commune: "Marseille", Code: "13213"}); r.Address != want || r.Place.Facts.Name != "Les Ifs" {
		t.Errorf("address %+v, want %+v", r.Address, want)
	}
	r = one(t, mapping.Profile{}, map[string]string{"name": "", "number": "12 bis", "street": "rue des Lilas"})
	if r.Place.Facts.Address != "12 bis rue des Lilas" || r.Place.Facts.Name != "12 bis rue des Lilas" || len(r.Notes) != 1 {
		t.Errorf("name from the address: %q, %q", r.Place.Facts.Name, r.Notes)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	const lon, lat = 2.308310, 48.850244
	for name, c := range map[string]struct {
		profile mapping.Profile
		cells   map[string]string
	}{
		"degrees":                  {mapping.Profile{}, map[string]string{"x": "2.308310", "y": "48.850244"}},
		"decimal comma":            {mapping.Profile{}, map[string]string{"x": "2,308310", "y": "48,850244"}},
		"swapped":                  {mapping.Profile{Swapped: true}, map[string]string{"x": "48.850244", "y": "2.308310"}},
		"Lambert-93":               {mapping.Profile{EPSG: 2154}, map[string]string{"x": "649242.57", "y": "6861355.85"}},
		"Lambert-93 with spaces":   {mapping.Profile{EPSG: 2154}, map[string]string{"x": "649 242,57", "y": "6\u202f861\u00a0355,85"}},
		"Lambert-93 in thousands":  {mapping.Profile{EPSG: 2154, Decimal: ","}, map[string]string{"x": "649.242,57", "y": "6.861.355,85"}},
		"English thousands":        {mapping.Profile{EPSG: 2154, Decimal: "."}, map[string]string{"x": "649,242.57", "y": "6,861,355.85"}},
		"minutes and seconds":      {mapping.Profile{}, map[string]string{"x": "2°18'29.916\"E", "y": "48°51'0.8784\"N"}},
		"one column":               {mapping.Profile{}, map[string]string{"position": "48.850244, 2.308310"}},
		"one column with commas":   {mapping.Profile{}, map[string]string{"position": "48,850244 ; 2,308310"}},
		"one column, east first":   {mapping.Profile{Swapped: true}, map[string]string{"position": "2.308310 48.850244"}},
		"well-known text":          {mapping.Profile{}, map[string]string{"position": "POINT (2.308310 48.850244)"}},
		"well-known text, swapped": {mapping.Profile{Swapped: true}, map[string]string{"position": "POINT (48.850244 2.308310)"}},
		"GeoJSON":                  {mapping.Profile{}, map[string]string{"position": `{"type":"Point","coordinates":[2.308310,48.850244]}`}},
		"one column of angles":     {mapping.Profile{}, map[string]string{"position": "48°51′0.8784″N 2°18′29.916″E"}},
		"angles, prefixed":         {mapping.Profile{}, map[string]string{"position": "N 48°51.01464' E 2°18.4986'"}},
		"one column of Lambert-93": {mapping.Profile{EPSG: 2154}, map[string]string{"position": "649242,57 6861355,85"}},
	} {
		r := one(t, c.profile, c.cells)
		p := r.Place.Facts.Position
		if p == nil || math.Abs(p[0]-lon) > 1e-6 || math.Abs(p[1]-lat) > 1e-6 {
			t.Errorf("%s: %v (%s)", name, p, reasons(r.Problems))
		}
	}
	r := one(t, mapping.Profile{Shift: &[2]float64{1, -2}}, map[string]string{"x": "-0.1", "y": "51.5"})
	if p := r.Place.Facts.Position; p == nil || math.Abs(p[0]-0.9) > 1e-9 || math.Abs(p[1]-49.5) > 1e-9 || !r.Place.Synthetic {
		t.Errorf("shifted to %v", p)
	}
	if r := one(t, mapping.Profile{}, map[string]string{"x": "0", "y": "0.0"}); r.Place.Facts.Position != nil || len(r.Notes) != 1 {
		t.Errorf("0, 0 is a position: %+v", r)
	}
	for name, c := range map[string]struct {
		cells  map[string]string
		field  string
		reason string
	}{
		"x alone":      {map[string]string{"x": "649242", "y": "#N/A"}, "y", "manque"},
		"text":         {map[string]string{"x": "ouest", "y": "6861355"}, "x", "n’est pas une coordonnée"},
		"out of range": {map[string]string{"x": "6492420", "y": "6861355"}, "x", "hors de la zone"},
		"one of two":   {map[string]string{"position": "649242"}, "position", "n’est pas une paire"},
		"not a number": {map[string]string{"x": "NaN", "y": "0x1p4"}, "x", "n’est pas une coordonnée"},
	} {
		r := one(t, mapping.Profile{EPSG: 2154}, c.cells)
		if name == "not a number" { // NaN is how programs say that they know nothing
			if len(r.Problems) != 1 || r.Problems[0].Field != "x" {
				t.Errorf("%s: %s", name, reasons(r.Problems))
			}
			continue
		}
		if len(r.Problems) != 1 || r.Problems[0].Field != c.field || !strings.Contains(r.Problems[0].Reason, c.reason) {
			t.Errorf("%s: %s", name, reasons(r.Problems))
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	facts := func(f dealmap.Facts) map[string]string {
		return map[string]string{"kind": string(f.Kind), "owner_service": string(f.Owner.Service), "accuracy": string(f.Accuracy), "reach": string(f.Handling.Reach),
			"handling_code": f.Handling.Code, "intensity": string(rune('0' + f.Intensity)), "grading": f.Grading.Scheme + " " + f.Grading.Source + f.Grading.Information}
	}
	for field, words := range map[string]map[string]string{
		"kind": {"Rue": "street", "HALLS": "four", "hall d'immeuble n°3": "four", "Drive": "drive", "ubershit": "delivery", "Livraison à domicile": "delivery", "nourrice": "stash_flat", "Entrepôt": "warehouse",
			"Point d’entrée": "entry_point", "épicerie de nuit": "business", "growing_site": "growing_site", "Four (hall d’immeuble)": "four"},
		"owner_service": {"Police nationale": "PN", "DDSP 13": "PN", "DIPN": "PN", "PJ": "PN", "Gendarmerie": "GN", "BR Aubagne": "GN", "SR Marseille": "GN", "Douanes": "DGDDI", "dgddi": "DGDDI", "Préfecture de police": "PP", "PP": "PP", "OFAST": "OFAST"},
		"reach":         {"Nationale": "national", "départementale": "departement", "zone": "zone"},
		"handling_code": {"h1": "H1", "H2": "H2"},
		"intensity":     {"faible": "2", "Moyenne": "3", "très fort": "5", "4": "4", "3/5": "3", "5.0": "5"},
		"grading":       {"A1": "europol A1", "b-2": "europol B2", "Amirauté F6": "admiralty F6", "X / 4": "europol X4"},
	} {
		for word, want := range words {
			cells := map[string]string{field: word}
			if field == "reach" && want == "group" {
				cells["groups"] = "G1"
			}
			r := one(t, mapping.Profile{}, cells)
			if got := facts(r.Place.Facts)[field]; got != want || len(r.Problems) > 0 {
				t.Errorf("%s %q is %q, want %q (%s)", field, word, got, want, reasons(r.Problems))
			}
		}
	}
	for word, want := range map[string]dealmap.Status{"ACTIF": "active", "ouvert": "active", "En sommeil": "dormant", "perturbée": "disrupted", "à vérifier": "reported", "signalé": "reported"} {
		if r := one(t, mapping.Profile{}, map[string]string{"status": word}); r.Place.Status != want || len(r.Problems) > 0 {
			t.Errorf("%q is %q (%s)", word, r.Place.Status, reasons(r.Problems))
		}
	}
	for field, words := range map[string][]string{
		"status": {"plus actif", "pas fermé", "ancien"}, "kind": {"drive devant un hall", "licorne"}, "owner_service": {"police municipale", "PM"}, "intensity": {"0", "6"}, "lookouts": {"peut-être"},
	} {
		for _, word := range words {
			r := one(t, mapping.Profile{}, map[string]string{field: word})
			if len(r.Problems) != 1 || r.Problems[0].Field != field || r.Problems[0].Word != word {
				t.Errorf("%s %q: %+v", field, word, r.Problems)
			}
		}
	}
	for _, word := range []string{"oui", "OUI", "x", "1", "vrai", "2", "✓", "o"} {
		if r := one(t, mapping.Profile{}, map[string]string{"cameras": word}); !r.Place.Facts.Cameras || len(r.Problems) > 0 {
			t.Errorf("%q is no", word)
		}
	}
	for _, word := range []string{"non", "0", "N", "aucun", "Faux", "", "-"} {
		if r := one(t, mapping.Profile{}, map[string]string{"cameras": word}); r.Place.Facts.Cameras || len(r.Problems) > 0 {
			t.Errorf("%q is yes", word)
		}
	}
}

func TestProducts(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]dealmap.Product{
		"herbe": {"cannabis"}, "Résine, herbe": {"cannabis"}, "shit ; C": {"cannabis", "cocaine"}, "beuh/coke | héro": {"cannabis", "cocaine", "heroin"}, "coke + ecsta & crack": {"cocaine", "mdma", "crack"},
		"cannabis et cocaïne": {"cannabis", "cocaine"}, "résine de cannabis (barrettes)": {"cannabis"}, "3-MMC": {"nps"}, "Héroïne\ncrack": {"heroin", "crack"}, "kétamine, GHB": {"ketamine", "other"}, "MDMA - LSD": {"mdma", "other"},
	} {
		if r := one(t, mapping.Profile{}, map[string]string{"products": cell}); !slices.Equal(r.Place.Facts.Products, want) || len(r.Problems) > 0 {
			t.Errorf("%q is %q (%s)", cell, r.Place.Facts.Products, reasons(r.Problems))
		}
	}
	r := one(t, mapping.Profile{}, map[string]string{"products": "herbe, potion, élixir"})
	if len(r.Problems) != 2 || r.Problems[0].Word != "potion" || r.Problems[1].Word != "élixir" {
		t.Errorf("unknown products: %+v", r.Problems)
	}
	p := mapping.Profile{Vocabulary: map[string]map[string]string{"products": {"POTION": "cannabis, mdma", "elixir": ""}}}
	if r := one(t, p, map[string]string{"products": "potion, Élixir"}); !slices.Equal(r.Place.Facts.Products, []dealmap.Product{"cannabis", "mdma"}) || len(r.Problems) > 0 {
		t.Errorf("the profile's words: %q (%s)", r.Place.Facts.Products, reasons(r.Problems))
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"12h-22h": "12:00-22:00", "lundi au samedi 14h à 23h30": "Mo-Sa 14:00-23:30", "tous les jours": "Mo-Su", "7j/7": "Mo-Su", "soir": "18:00-24:00", "7j/7 24h/24": "24/7", "H24": "24/7",
		"du lundi au vendredi de 12h à 14h et de 18h à 22h, samedi 10h-23h": "Mo-Fr 12:00-14:00,18:00-22:00; Sa 10:00-23:00", "14h30-minuit": "14:30-24:00", "midi à minuit": "12:00-24:00",
		"à partir de 14h": "14:00+", "dès 15h jusqu’à 23h": "15:00-23:00", "entre 12h et 22h": "12:00-22:00", "12h-22h sauf dimanche": "Mo-Sa 12:00-22:00", "week-end soir": "Sa,Su 18:00-24:00", "22h-4h": "22:00-04:00",
		"ven-lun 20h-2h": "Mo,Fr-Su 20:00-02:00", "Mo-Fr 12:00-22:00; Sa,Su 10:00-24:00": "Mo-Fr 12:00-22:00; Sa,Su 10:00-24:00", "24/7": "24/7", "12 h 30 - 22 h": "12:30-22:00", "après-midi": "12:00-18:00",
	} {
		m, row := mapper(t, mapping.Profile{}, map[string]string{"hours": cell})
		r := m.Row(row)
		if r.Place.Facts.Hours != want {
			t.Errorf("%q is %q, want %q", cell, r.Place.Facts.Hours, want)
		}
		if h, err := dealmap.ParseHours(want); err != nil || h.Known() == (want == "Mo-Su") || h.Partial() != strings.HasSuffix(want, "+") {
			t.Errorf("%q is not read again: known %v, in part %v, %v", want, h.Known(), h.Partial(), err)
		}
		if problems := m.Check(r.Place, ofast(), env(t)); len(problems) > 0 {
			t.Errorf("%q: %s", cell, reasons(problems))
		}
	}
	for _, cell := range []string{"ça dépend", "12h", "25h-26h", "12h 22h", "lundi mardi peut-être", "14h-22h si pas de pluie", "12h-12h"} {
		r := one(t, mapping.Profile{}, map[string]string{"hours": cell, "note": "Deux accès."})
		if r.Place.Facts.Hours != "" || r.Place.Facts.Note != "Deux accès.\nHoraires : "+cell || len(r.Notes) != 1 || len(r.Problems) > 0 {
			t.Errorf("%q: hours %q, note %q, %q", cell, r.Place.Facts.Hours, r.Place.Facts.Note, r.Notes)
		}
	}
}

func TestClosing(t *testing.T) {
	t.Parallel()
	closed := func(cells, defaults map[string]string) (*dealmap.Closing, string) {
		r := one(t, mapping.Profile{Defaults: defaults}, cells)
		return r.Place.Closing, reasons(r.Problems)
	}
	if c, wrong := closed(map[string]string{"status": "démantelé", "closing_date": "01/02/2026"}, nil); c == nil || c.Reason != dealmap.Dismantled || c.Date.String() != "2026-02-01" {
		t.Errorf("reason from the status: %+v %s", c, wrong)
	}
	if c, wrong := closed(map[string]string{"status": "démantelé", "closing_date": "01/02/2026", "closing_reason": "déplacé"}, nil); c == nil || c.Reason != dealmap.Displaced {
		t.Errorf("reason from its column: %+v %s", c, wrong)
	}
	if c, wrong := closed(map[string]string{"status": "fermé", "closing_date": "01/02/2026"}, map[string]string{"closing_reason": "faded"}); c == nil || c.Reason != dealmap.Faded {
		t.Errorf("reason from the profile: %+v %s", c, wrong)
	}
	if c, wrong := closed(map[string]string{"status": "", "closing_date": "01/02/2026", "closing_reason": "doublon"}, nil); c == nil || c.Reason != dealmap.Duplicate {
		t.Errorf("closed by its date: %+v %s", c, wrong)
	}
	if _, wrong := closed(map[string]string{"status": "fermé"}, nil); !strings.Contains(wrong, "closing_reason") || !strings.Contains(wrong, "closing_date") {
		t.Errorf("closed without reason and date: %s", wrong)
	}
	if _, wrong := closed(map[string]string{"status": "actif", "closing_date": "01/02/2026"}, nil); !strings.Contains(wrong, "n’est pas fermé") {
		t.Errorf("open with a date of closing: %q", wrong)
	}
	if c, wrong := closed(map[string]string{"status": "actif", "closing_date": ""}, nil); c != nil || wrong != "" {
		t.Errorf("open: %+v %s", c, wrong)
	}
}
