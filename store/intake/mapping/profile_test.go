package mapping_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	header := []string{"Nom", "X", "Statut"}
	for name, c := range map[string]struct {
		profile mapping.Profile
		fields  []string
	}{
		"empty": {mapping.Profile{}, []string{"columns.commune", "columns.kind", "columns.name"}},
		"everything": {mapping.Profile{
			Name: strings.Repeat("n", 81), Columns: map[string]string{"name": "Libellé", "x": "X", "colour": "Nom"}, Defaults: map[string]string{"kind": "castle", "x": "3", "shape": "round", "commune": "99999"},
			Vocabulary: map[string]map[string]string{"status": {"ouvert": "open", "x": "active,closed", "!": "active", "OUVERT": "active"}, "name": {"a": "b"}}, EPSG: 1, Decimal: ";", Only: map[string][]string{"Type": {"a"}, "Nom": nil},
			Shift: &[2]float64{math.NaN(), 0},
		}, []string{
			"columns.colour", "columns.name", "columns.y", "decimal", "defaults.commune", "defaults.kind", "defaults.shape", "defaults.x", "epsg", "name", "only.Nom", "only.Type", "shift",
			"vocabulary.name", "vocabulary.status.!", "vocabulary.status.ouvert", "vocabulary.status.ouvert", "vocabulary.status.x",
		}},
		"y alone": {mapping.Profile{Columns: map[string]string{"name": "Nom", "y": "X"}, Defaults: map[string]string{"kind": "rue"}}, []string{"columns.x"}},
	} {
		_, err := mapping.New(c.profile, header, territories(t))
		wrong, ok := errors.AsType[*dealmap.Error](err)
		if !ok || wrong.Kind != dealmap.KindInvalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var fields []string
		for _, f := range wrong.Fields {
			fields = append(fields, f.Field)
		}
		if slices.Sort(fields); !slices.Equal(fields, c.fields) {
			t.Errorf("%s: %q, want %q", name, fields, c.fields)
		}
	}
}

func TestProfileIsData(t *testing.T) {
	t.Parallel()
	p := mapping.Profile{
		Name: "BST", Columns: map[string]string{"name": "Nom"}, Defaults: map[string]string{"kind": "street"}, Vocabulary: map[string]map[string]string{"status": {"liquidé": "closed"}},
		EPSG: 2154, Swapped: true, Decimal: ",", MonthFirst: true, Only: map[string][]string{"Type": {"Stup"}}, Shift: &[2]float64{1, 2},
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back mapping.Profile
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("%s reads back as %+v (%v)", data, back, err)
	}
}

func TestHeaderIsFoundWhateverItsCase(t *testing.T) {
	t.Parallel()
	header := []string{"NOM DU LIEU", "Code_INSEE"}
	m, err := mapping.New(mapping.Profile{Columns: map[string]string{"name": "Nom du lieu", "commune": "code insee"}, Defaults: map[string]string{"kind": "street"}}, header, territories(t))
	if err != nil {
		t.Fatal(err)
	}
	if r := m.Row(list.Row{Line: 2, Cells: []string{"Les Ifs", "13055"}}); r.Place.Facts.Name != "Les Ifs" || r.Place.Facts.Commune != "13055" {
		t.Errorf("%+v", r.Place.Facts)
	}
}

func TestDefaultsFillEmptyCells(t *testing.T) {
	t.Parallel()
	p := mapping.Profile{Defaults: map[string]string{"kind": "four", "status": "active", "products": "cocaine", "owner_service": "GN", "owner_unit": "BR Aubagne", "reach": "departement"}}
	r := one(t, p, map[string]string{"kind": "", "status": "en sommeil", "products": ""})
	f := r.Place.Facts
	if f.Kind != dealmap.Four || r.Place.Status != dealmap.Dormant || !slices.Equal(f.Products, []dealmap.Product{"cocaine"}) || f.Owner != (dealmap.Owner{Service: "GN", Unit: "BR Aubagne"}) || f.Handling.Reach != "departement" {
		t.Errorf("%+v %s", f, r.Place.Status)
	}
	r = one(t, mapping.Profile{}, map[string]string{"owner_service": "BR Aubagne"})
	if r.Place.Facts.Owner != (dealmap.Owner{Service: "GN", Unit: "BR Aubagne"}) {
		t.Errorf("unit from the service: %+v", r.Place.Facts.Owner)
	}
	r = one(t, mapping.Profile{}, map[string]string{"owner_unit": "COB Martigues"})
	if r.Place.Facts.Owner != (dealmap.Owner{Service: "GN", Unit: "COB Martigues"}) {
		t.Errorf("service from the unit: %+v", r.Place.Facts.Owner)
	}
}

func TestOnlyKeepsWhatItNames(t *testing.T) {
	t.Parallel()
	header := []string{"Nom", "Commune", "Type d’infraction"}
	m, err := mapping.New(mapping.Profile{Columns: map[string]string{"name": "Nom", "commune": "Commune"}, Defaults: map[string]string{"kind": "street"},
		Only: map[string][]string{"Type d’infraction": {"Stupéfiants"}}}, header, territories(t))
	if err != nil {
		t.Fatal(err)
	}
	for kind, skipped := range map[string]bool{"STUPEFIANTS": false, "Vol": true, "": true} {
		if r := m.Row(list.Row{Cells: []string{"A", "nulle part", kind}}); r.Skipped != skipped || skipped && len(r.Problems) > 0 {
			t.Errorf("%q: %+v", kind, r)
		}
	}
}

func TestCheckSpeaksOfColumns(t *testing.T) {
	t.Parallel()
	cells := map[string]string{
		"name": "  Cité A, voir M. Dupont ", "note": "Appeler le 06 12 34 56 78\r\nle soir", "networks": "R-13-7KQ, Les Lilas", "first_seen": "01/01/2190", "case_references": "2026/1; AB-123-CD",
		"number": "12", "street": "rue A", "hours": "demander à Mme Martin", "x": "12", "y": "48",
	}
	m, row := mapper(t, mapping.Profile{}, cells)
	r := m.Row(row)
	if len(r.Problems) > 0 {
		t.Fatal(reasons(r.Problems))
	}
	found := map[string]mapping.Problem{}
	for _, p := range m.CheckRow(row, r.Place, ofast(), env(t)) {
		if p.Line != 2 || p.Reason == "" {
			t.Errorf("%+v", p)
		}
		found[p.Field+" "+p.Value[p.Start:p.End]] = p
	}
	for key, column := range map[string]string{
		"name M. Dupont": "Nom du lieu", "note 06 12 34 56 78": "Observations", "hours Mme Martin": "Horaires", "networks ": "Réseaux", "first_seen ": "Première observation", "case_references AB-123-CD": "Procédures", "x ": "X ou longitude",
	} {
		p, ok := found[key]
		if !ok || p.Column != column {
			t.Errorf("%q: column %q of %v", key, p.Column, found)
			continue
		}
		if at := slices.Index(header(m, cells), column); at >= 0 && p.Value != row.Cells[at] {
			t.Errorf("%q: value %q", key, p.Value)
		}
		delete(found, key)
	}
	for key, p := range found {
		if p.Field != "last_confirmed" {
			t.Errorf("also refused: %q %+v", key, p)
		}
	}
	for _, p := range m.Check(r.Place, ofast(), env(t)) {
		if p.End > len(p.Value) || p.Start > p.End {
			t.Errorf("span outside its value: %+v", p)
		}
	}
}

// header lists the columns that mapper makes for these cells.
func header(_ *mapping.Mapper, cells map[string]string) (labels []string) {
	for _, f := range mapping.Fields() {
		if _, ok := cells[f.Name]; ok {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

func TestCheckSaysWhereOneMayNot(t *testing.T) {
	t.Parallel()
	m, row := mapper(t, mapping.Profile{}, map[string]string{"commune": "59350"})
	cross := dealmap.Viewer{Subject: "c", Role: dealmap.RoleCross, Service: "PN", Unit: "DDSP 13"}
	problems := m.CheckRow(row, m.Row(row).Place, cross, env(t))
	if len(problems) != 1 || !strings.Contains(problems[0].Reason, "Cross") || problems[0].Line != 2 {
		t.Errorf("%+v", problems)
	}
}

func TestFieldsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range mapping.Fields() {
		if f.Name == "" || f.Label == "" || f.Help == "" || seen[f.Name] || seen[f.Label] || mapping.Label(f.Name) != f.Label {
			t.Errorf("%+v", f)
		}
		seen[f.Name], seen[f.Label] = true, true
		for _, term := range f.Terms {
			for _, word := range []string{term.Value, term.Label, strings.ToUpper(term.Label)} {
				cells := map[string]string{f.Name: word}
				if r := one(t, mapping.Profile{}, cells); slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Word != "" }) {
					t.Errorf("%s: %q is unknown", f.Name, word)
				}
			}
		}
	}
	if mapping.Label("colour") != "colour" {
		t.Error("an unknown field has a label")
	}
}
