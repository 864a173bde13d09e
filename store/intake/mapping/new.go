package mapping

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
)

// New makes the mapper of a profile for a list with this header. What is wrong with the profile is one *dealmap.Error of
// kind invalid that names every part at fault: columns.x, defaults.kind, vocabulary.status.
func New(p Profile, header []string, terr *geo.Territories) (*Mapper, error) {
	m, wrong := compile(p, header, terr)
	wrong = append(wrong, m.incomplete()...)
	if len(wrong) > 0 {
		return nil, &dealmap.Error{Kind: dealmap.KindInvalid, Message: "profil non valable", Fields: wrong}
	}
	return m, nil
}

// faults gathers what is wrong with a profile.
type faults []dealmap.FieldError

func (f *faults) add(field, format string, args ...any) {
	*f = append(*f, dealmap.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// compile makes a mapper of what can be used of a profile, whole or not, and says what cannot.
func compile(p Profile, header []string, terr *geo.Territories) (*Mapper, faults) {
	var wrong faults
	if terr == nil {
		terr, _ = geo.NewTerritories(nil) // no territories are never malformed
	}
	m := &Mapper{
		profile: p, header: header, columns: map[string]int{}, words: map[string]*lexicon{}, communes: communesOf(terr),
		dates: newCache[string, day](strings.Clone), hours: newCache[string, schedule](strings.Clone), products: newCache[string, productsRead](strings.Clone),
		localities: newCache[locality, found](func(l locality) locality {
			return locality{strings.Clone(l.commune), strings.Clone(l.postcode), strings.Clone(l.departement)}
		}),
	}
	if utf8.RuneCountInString(p.Name) > 80 {
		wrong.add("name", "80 caractères au plus")
	}
	if p.Decimal != "" && p.Decimal != "," && p.Decimal != "." {
		wrong.add("decimal", "« , » ou « . »")
	}
	m.mapColumns(&wrong)
	m.mapOnly(&wrong)
	m.mapWords(&wrong)
	m.mapSystem(&wrong)
	m.mapDefaults(&wrong)
	return m, wrong
}

// find returns the column of a header: as it stands, else without regard to case, accents and punctuation.
func findColumn(header []string, name string) int {
	if i := slices.Index(header, name); i >= 0 {
		return i
	}
	folded := geo.Fold(clipped(name, maxWord))
	if folded == "" {
		return -1
	}
	return slices.IndexFunc(header, func(h string) bool { return geo.Fold(clipped(h, maxWord)) == folded })
}

func (m *Mapper) mapColumns(wrong *faults) {
	readers := map[int]int{}
	for _, field := range slices.Sorted(maps.Keys(m.profile.Columns)) {
		name := m.profile.Columns[field]
		at := findColumn(m.header, name)
		switch {
		case specOf(field) == nil:
			wrong.add("columns."+clipped(field, maxWord), "ce champ n’existe pas (%s)", fieldNames())
		case at < 0:
			wrong.add("columns."+field, "la colonne %s n’est pas dans l’en-tête", shown(name))
		default:
			m.columns[field] = at
			readers[at]++
		}
	}
	for i := range specs {
		if at, ok := m.columns[specs[i].Name]; ok {
			m.steps = append(m.steps, step{column: at, spec: &specs[i], own: readers[at] == 1})
		}
	}
}

func fieldNames() string {
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	return strings.Join(names, ", ")
}

// owns reports whether a field has a column that no other field reads.
func (m *Mapper) owns(field string) bool {
	return slices.ContainsFunc(m.steps, func(s step) bool { return s.spec.Name == field && s.own })
}

func (m *Mapper) mapOnly(wrong *faults) {
	for _, name := range slices.Sorted(maps.Keys(m.profile.Only)) {
		at := findColumn(m.header, name)
		if at < 0 {
			wrong.add("only."+clipped(name, maxWord), "cette colonne n’est pas dans l’en-tête")
			continue
		}
		values := map[string]bool{}
		for _, v := range m.profile.Only[name] {
			values[geo.Fold(bounded(v))] = true
		}
		if len(values) == 0 {
			wrong.add("only."+clipped(name, maxWord), "aucune valeur : toutes les lignes seraient écartées")
		}
		m.only = append(m.only, only{at, values})
	}
}

func (m *Mapper) mapWords(wrong *faults) {
	for _, field := range slices.Sorted(maps.Keys(m.profile.Vocabulary)) {
		if s := specOf(field); s == nil || s.Terms == nil {
			wrong.add("vocabulary."+clipped(field, maxWord), "ce champ n’a pas de vocabulaire")
		}
	}
	for _, s := range specs {
		if s.Terms == nil {
			continue
		}
		own, from := map[string]meaning{}, map[string]string{}
		for _, word := range slices.Sorted(maps.Keys(m.profile.Vocabulary[s.Name])) {
			value := m.profile.Vocabulary[s.Name][word]
			key, field := geo.Fold(bounded(word)), "vocabulary."+s.Name+"."+clipped(word, maxWord)
			read := meaning{known: true}
			for one := range strings.SplitSeq(value, ",") {
				if one = strings.TrimSpace(one); one == "" {
					continue
				}
				if !slices.ContainsFunc(s.Terms, func(t dealmap.Term) bool { return t.Value == one }) {
					wrong.add(field, "%s n’est pas une valeur de « %s » (%s)", shown(one), s.Label, termValues(s.Terms))
				}
				read.values = append(read.values, one)
			}
			switch other, twice := from[key]; {
			case key == "":
				wrong.add(field, "n’est pas un mot")
			case twice && m.profile.Vocabulary[s.Name][other] != value:
				wrong.add(field, "contredit %s : c’est le même mot", shown(other))
			case len(read.values) > 1 && s.Name != "products":
				wrong.add(field, "une seule valeur")
			}
			own[key], from[key] = read, word
		}
		m.words[s.Name] = newLexicon(s.Field, own)
	}
}

func termValues(terms []dealmap.Term) string {
	values := make([]string, len(terms))
	for i, t := range terms {
		values[i] = t.Value
	}
	return strings.Join(values, ", ")
}

func (m *Mapper) mapSystem(wrong *faults) {
	epsg := m.profile.EPSG
	if epsg == 0 {
		epsg = 4326
	}
	transform, err := geo.NewTransform(epsg)
	if err != nil {
		_, reason := fieldAndReason(err)
		wrong.add("epsg", "%s", reason)
	}
	m.transform, m.projected = transform, err == nil && !isDegrees(epsg)
	if s := m.profile.Shift; s != nil && !(math.Abs(s[0]) <= 360 && math.Abs(s[1]) <= 180) {
		wrong.add("shift", "deux nombres de degrés, vers l’est et vers le nord")
	}
}

func isDegrees(epsg int) bool { return epsg == 4326 || epsg == 4258 || epsg == 4171 }

// mapDefaults reads the defaults as if they were cells, so that a row starts from what they say.
func (m *Mapper) mapDefaults(wrong *faults) {
	result := Result{}
	r := reading{m: m, result: &result, column: -1}
	for _, field := range slices.Sorted(maps.Keys(m.profile.Defaults)) {
		if s := specOf(field); s == nil || s.api == "geometry" || s.Name == "source_id" {
			wrong.add("defaults."+clipped(field, maxWord), "ce champ n’a pas de valeur pour toutes les lignes")
		}
	}
	for _, s := range specs {
		value := strings.TrimSpace(m.profile.Defaults[s.Name])
		if value == "" || s.api == "geometry" || s.Name == "source_id" {
			continue
		}
		r.field = s.Name
		s.read(&r, value)
		for _, p := range result.Problems {
			wrong.add("defaults."+s.Name, "%s", p.Reason)
		}
		result.Problems = nil
	}
	if l := (locality{r.parts.commune, r.parts.postcode, r.parts.departement}); l.commune != "" {
		if read := m.communes.find(l); read.wrong != "" {
			wrong.add("defaults.commune", "%s", read.wrong)
		}
	}
	result.Notes = nil
	r.row = list.Row{}
	m.prototype = r
}

// incomplete says what a place needs that neither columns nor defaults give.
func (m *Mapper) incomplete() faults {
	var wrong faults
	has := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(f string) bool {
			_, given := m.profile.Columns[f]
			return given || m.profile.Defaults[f] != ""
		})
	}
	switch x, y := has("x"), has("y"); {
	case x && !y:
		wrong.add("columns.y", "manque : x et y vont ensemble")
	case y && !x:
		wrong.add("columns.x", "manque : x et y vont ensemble")
	case !x && !has("position", "commune", "commune_name", "postcode", "address", "street"):
		wrong.add("columns.commune", "il faut une position (x et y), une commune ou une adresse")
	}
	if !has("name", "address", "street") {
		wrong.add("columns.name", "il faut le nom du lieu, ou son adresse")
	}
	if !has("kind") {
		wrong.add("columns.kind", "il faut la nature, par une colonne ou par une valeur pour toutes les lignes")
	}
	return wrong
}

// fieldAndReason takes an error of the domain apart.
func fieldAndReason(err error) (field, reason string) {
	if wrong, ok := errors.AsType[*dealmap.Error](err); ok && len(wrong.Fields) > 0 {
		return wrong.Fields[0].Field, wrong.Fields[0].Message
	}
	return "", err.Error()
}
