package graph

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// said is what a file says of one tie, field by field, before it is judged.
type said struct {
	line, column int               // of the tie
	values       map[string]string // by field, those that are not blank
	columns      map[string]int    // by field, from 1; nil where there are no columns
	directed     bool
}

// blank tells what lists write where they know nothing.
func blank(cell string) bool {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "", "-", "–", "—", "na", "n/a", "#n/a", "null", "none", "inconnu", "inconnue":
		return true
	}
	return false
}

// judge makes a tie of what is said between two nodes, or sets it aside.
func (b *builder) judge(s said, from, to int) error {
	t := dealmap.ListedTie{From: from, To: to, Line: s.line, Column: s.column, Directed: s.directed, Strength: 1, Note: s.values[fieldNote]}
	field, err := fieldStrength, error(nil)
	if text := s.values[field]; text != "" {
		t.Strength, err = strength(text)
	}
	for _, of := range []struct {
		field string
		words vocabulary
		into  *string
	}{{fieldKind, b.kinds, &t.Kind}, {fieldMeans, b.means, &t.Means}} {
		if text := s.values[of.field]; err == nil && text != "" {
			field = of.field
			*of.into, err = of.words.find(text)
		}
	}
	for _, of := range []struct {
		field string
		into  *dealmap.Date
	}{{fieldSince, &t.Since}, {fieldUntil, &t.Until}} {
		if err == nil {
			field = of.field
			*of.into, err = mapping.Day(s.values[of.field])
		}
	}
	if err == nil && !t.Until.IsZero() && t.Until.Before(t.Since) {
		err = fmt.Errorf("la fin (%s) précède le début (%s)", t.Until, t.Since)
	}
	if err != nil {
		b.list.Refuse(dealmap.ListProblem{Line: s.line, Column: max(s.columns[field], s.column), Field: field, Value: s.values[field], Reason: err.Error()})
		return nil
	}
	return b.tie(t)
}

// strength reads the weight of a tie.
func strength(text string) (float64, error) {
	n, ok := mapping.Number(text)
	switch {
	case !ok || math.IsNaN(n) || math.IsInf(n, 0):
		return 0, fmt.Errorf("%s n’est pas un nombre", shown(text))
	case n < 0:
		return 0, fmt.Errorf("la force %s est négative", shown(text))
	case n == 0:
		return 0, fmt.Errorf("une force nulle ne fait pas un lien")
	}
	return n, nil
}

// vocabulary holds the terms of one vocabulary by value and label, folded.
type vocabulary struct {
	terms  []dealmap.Term
	values map[string]string
}

func newVocabulary(terms []dealmap.Term) vocabulary {
	v := vocabulary{terms: terms, values: map[string]string{}}
	for _, t := range terms {
		short, _, _ := strings.Cut(t.Label, " (")
		for _, name := range []string{short, t.Label, t.Value} {
			v.values[geo.Fold(name)] = t.Value
		}
	}
	return v
}

// find returns the value of a word; whatever is written is one where there are no terms.
func (v vocabulary) find(text string) (string, error) {
	if len(v.terms) == 0 {
		return text, nil
	}
	if value, ok := v.values[geo.Fold(text)]; ok {
		return value, nil
	}
	labels := make([]string, len(v.terms))
	for i, t := range v.terms {
		labels[i] = t.Label
	}
	return "", fmt.Errorf("%s est inconnu : %s", shown(text), strings.Join(labels, ", "))
}

// has reports whether this is a word of the vocabulary.
func (v vocabulary) has(text string) bool {
	_, ok := v.values[geo.Fold(text)]
	return ok
}

// position reads longitude and latitude in degrees of WGS 84.
func position(lon, lat string) (*orb.Point, error) {
	x, okX := mapping.Number(lon)
	y, okY := mapping.Number(lat)
	switch {
	case !okX || !okY:
		return nil, fmt.Errorf("la position %s n’est pas faite de deux nombres", shown(lon+" ; "+lat))
	case math.Abs(x) > 180 || math.Abs(y) > 90:
		return nil, fmt.Errorf("la position %s n’est pas en degrés (longitude, latitude)", shown(lon+" ; "+lat))
	}
	return &orb.Point{x, y}, nil
}
