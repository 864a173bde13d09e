package intake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// field is one field of a record that a column can fill.
type field struct {
	api string // the name errors of the domain use
	set func(*dealmap.AddPlace, string) error
}

// fieldsByName are the names that a mapping uses on its left side; x and y are taken together, apart from this table.
var fieldsByName = map[string]field{
	"name":            {"name", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Name })},
	"address":         {"address", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Address })},
	"landlord":        {"landlord", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Landlord })},
	"note":            {"note", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Note })},
	"hours":           {"hours", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Hours })},
	"commune":         {"commune", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Commune })},
	"kind":            {"kind", text(func(a *dealmap.AddPlace) *dealmap.Kind { return &a.Facts.Kind })},
	"accuracy":        {"accuracy", text(func(a *dealmap.AddPlace) *dealmap.Accuracy { return &a.Facts.Accuracy })},
	"status":          {"status", text(func(a *dealmap.AddPlace) *dealmap.Status { return &a.Status })},
	"owner_service":   {"owner.service", text(func(a *dealmap.AddPlace) *dealmap.Service { return &a.Facts.Owner.Service })},
	"owner_unit":      {"owner.unit", text(func(a *dealmap.AddPlace) *string { return &a.Facts.Owner.Unit })},
	"reach":           {"handling.reach", text(func(a *dealmap.AddPlace) *dealmap.Reach { return &a.Facts.Handling.Reach })},
	"products":        {"products", list(func(a *dealmap.AddPlace) *[]dealmap.Product { return &a.Facts.Products })},
	"networks":        {"networks", list(func(a *dealmap.AddPlace) *[]string { return &a.Facts.Networks })},
	"case_references": {"case_references", list(func(a *dealmap.AddPlace) *[]string { return &a.Facts.CaseRefs })},
	"intensity":       {"intensity", setIntensity},
	"first_seen":      {"first_seen", date(func(a *dealmap.AddPlace) *dealmap.Date { return &a.Facts.FirstSeen })},
	"last_confirmed":  {"last_confirmed", date(func(a *dealmap.AddPlace) *dealmap.Date { return &a.Facts.LastSeen })},
	"next_review":     {"next_review", date(func(a *dealmap.AddPlace) *dealmap.Date { return &a.Facts.NextReview })},
}

// Fields returns the names that the left side of a mapping may have, sorted.
func Fields() []string {
	return slices.Sorted(maps.Keys(withXY()))
}

func withXY() map[string]field {
	all := maps.Clone(fieldsByName)
	all["x"], all["y"] = field{api: "geometry"}, field{api: "geometry"}
	return all
}

// Mapping turns rows into places.
type Mapping struct {
	columns   map[string]int    // field → column
	defaults  map[string]string // field → value for every row
	header    []string
	transform geo.Transform
	projected bool
}

// NewMapping checks a mapping of fields to columns (by header, case ignored) and values for every row against a header.
// Positions are x (or longitude) and y (or latitude) in the coordinate system of that EPSG code.
func NewMapping(header []string, columns, defaults map[string]string, epsg int) (*Mapping, error) {
	transform, err := geo.NewTransform(epsg)
	if err != nil {
		return nil, err
	}
	m := &Mapping{columns: map[string]int{}, defaults: defaults, header: header, transform: transform, projected: epsg != 4326 && epsg != 4258}
	all := withXY()
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if _, known := all[name]; !known {
			return nil, fmt.Errorf("--map : champ « %s » inconnu (%s)", name, strings.Join(Fields(), ", "))
		}
		at := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, columns[name]) })
		if at < 0 {
			return nil, fmt.Errorf("--map : la colonne « %s » n’est pas dans l’en-tête (%s)", columns[name], strings.Join(header, ", "))
		}
		m.columns[name] = at
	}
	for _, name := range slices.Sorted(maps.Keys(defaults)) {
		if _, known := fieldsByName[name]; !known {
			return nil, fmt.Errorf("--set : champ « %s » inconnu (%s)", name, strings.Join(Fields(), ", "))
		}
	}
	_, x := m.columns["x"]
	_, y := m.columns["y"]
	_, commune := m.columns["commune"]
	switch {
	case x != y:
		return nil, errors.New("--map : x et y vont ensemble")
	case !x && !commune:
		return nil, errors.New("--map : il faut x et y, ou commune")
	}
	if _, name := m.columns["name"]; !name && defaults["name"] == "" {
		return nil, errors.New("--map : il faut une colonne pour name (le nom du lieu)")
	}
	return m, nil
}

// place makes the wish that a row stands for, or says what is wrong with its cells.
func (m *Mapping) place(row Row) (dealmap.AddPlace, []Rejection) {
	add := dealmap.AddPlace{Facts: dealmap.Facts{Kind: dealmap.Street, Accuracy: dealmap.AccuracyBuilding}}
	var bad []Rejection
	for _, name := range slices.Sorted(maps.Keys(m.defaults)) {
		if err := fieldsByName[name].set(&add, m.defaults[name]); err != nil {
			bad = append(bad, Rejection{Line: row.Line, Column: name, Value: m.defaults[name], Reason: reason(err)})
		}
	}
	for _, name := range Fields() {
		at, mapped := m.columns[name]
		set := fieldsByName[name].set
		if !mapped || set == nil {
			continue
		}
		if cell := strings.TrimSpace(row.Cells[at]); cell != "" {
			if err := set(&add, cell); err != nil {
				bad = append(bad, Rejection{Line: row.Line, Column: m.header[at], Value: cell, Reason: reason(err)})
			}
		}
	}
	if _, located := m.columns["x"]; located {
		bad = append(bad, m.locate(row, &add)...)
	}
	if add.Facts.Position == nil && len(bad) == 0 {
		add.Facts.Accuracy = dealmap.AccuracyCommune
	}
	return add, bad
}

// locate reads and reprojects the position. Both cells empty leave it to the commune, where one is mapped.
func (m *Mapping) locate(row Row, add *dealmap.AddPlace) []Rejection {
	atX, atY := m.columns["x"], m.columns["y"]
	textX, textY := strings.TrimSpace(row.Cells[atX]), strings.TrimSpace(row.Cells[atY])
	if textX == "" && textY == "" && add.Facts.Commune != "" {
		return nil
	}
	x, err := number(textX)
	if err != nil {
		return []Rejection{{row.Line, m.header[atX], textX, err.Error()}}
	}
	y, err := number(textY)
	if err != nil {
		return []Rejection{{row.Line, m.header[atY], textY, err.Error()}}
	}
	position := orb.Point{x, y}
	if m.projected {
		if position, err = m.transform.WGS84(x, y); err != nil {
			return []Rejection{{row.Line, m.header[atX] + ", " + m.header[atY], textX + " ; " + textY, reason(err)}}
		}
	}
	add.Facts.Position = &position
	return nil
}

// explain says in terms of the list what the domain refused of a row.
func (m *Mapping) explain(row Row, err error) []Rejection {
	wrong, ok := errors.AsType[*dealmap.Error](err)
	if !ok || len(wrong.Fields) == 0 {
		return []Rejection{{Line: row.Line, Reason: err.Error()}}
	}
	rejections := make([]Rejection, 0, len(wrong.Fields))
	for _, f := range wrong.Fields {
		r := Rejection{Line: row.Line, Reason: f.Message}
		base, _, _ := strings.Cut(f.Field, "[")
		for name, known := range withXY() {
			if at, mapped := m.columns[name]; mapped && known.api == base && (r.Column == "" || m.header[at] < r.Column) {
				r.Column, r.Value = m.header[at], row.Cells[at]
			}
		}
		if r.Column == "" {
			r.Reason = f.Field + " : " + f.Message
		}
		rejections = append(rejections, r)
	}
	return rejections
}

func reason(err error) string {
	if wrong, ok := errors.AsType[*dealmap.Error](err); ok && len(wrong.Fields) > 0 {
		return wrong.Fields[0].Message
	}
	return err.Error()
}

// number reads a number with a decimal point or comma, with or without spaces between thousands.
func number(text string) (float64, error) {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(text)
	if plain == "" {
		return 0, errors.New("manque")
	}
	n, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return 0, fmt.Errorf("« %s » n’est pas un nombre", text)
	}
	return n, nil
}

func text[T ~string](of func(*dealmap.AddPlace) *T) func(*dealmap.AddPlace, string) error {
	return func(a *dealmap.AddPlace, cell string) error {
		*of(a) = T(cell)
		return nil
	}
}

func list[T ~string](of func(*dealmap.AddPlace) *[]T) func(*dealmap.AddPlace, string) error {
	return func(a *dealmap.AddPlace, cell string) error {
		for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ',' || r == '|' || r == ';' || r == '/' }) {
			*of(a) = append(*of(a), T(strings.TrimSpace(part)))
		}
		return nil
	}
}

func date(of func(*dealmap.AddPlace) *dealmap.Date) func(*dealmap.AddPlace, string) error {
	return func(a *dealmap.AddPlace, cell string) error {
		if len(cell) == len("02/01/2006") && cell[2] == '/' && cell[5] == '/' {
			cell = cell[6:] + "-" + cell[3:5] + "-" + cell[:2]
		}
		day, err := dealmap.ParseDate(cell)
		*of(a) = day
		return err
	}
}

func setIntensity(a *dealmap.AddPlace, cell string) error {
	n, err := strconv.Atoi(cell)
	if err != nil {
		return fmt.Errorf("« %s » n’est pas un nombre entier", cell)
	}
	a.Facts.Intensity = n
	return nil
}
