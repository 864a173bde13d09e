package seeds

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Pair is a prediction: two records that a matcher holds for one place, with its score. The order of the two does not matter.
type Pair struct {
	A, B  RecordKey
	Score float64
}

func (p Pair) ordered() [2]RecordKey {
	if cmp.Or(cmp.Compare(p.A.List, p.B.List), cmp.Compare(p.A.Line, p.B.Line)) > 0 {
		return [2]RecordKey{p.B, p.A}
	}
	return [2]RecordKey{p.A, p.B}
}

// Relation is how two records stand to each other in truth.
type Relation string

// Relations.
const (
	SamePlace        Relation = "même lieu"
	ToldNeighbours   Relation = "voisins, le texte les distingue"
	UntoldNeighbours Relation = "voisins, rien dans le texte ne les distingue"
	Strangers        Relation = "lieux éloignés"
)

// Relate says how two records stand to each other. Neighbours are points of one estate, or within 60 metres. The text tells them apart
// when both records say something of a kind and say it differently: building, hall, number in the street, network, own name, or that one
// sells and the other does not. Where it does not, no reader of the two rows could tell but by the coordinates.
func Relate(a, b *TruthRow) Relation {
	switch {
	case a.Point == b.Point:
		return SamePlace
	case a.Estate != b.Estate && geo.Distance(a.At, b.At) > farNeighbour:
		return Strangers
	}
	differ := func(x, y string) bool { return x != "" && y != "" && x != y }
	sells := func(r *TruthRow) bool { return dealmap.Kind(r.Kind).IsDealPoint() }
	if differ(a.Building, b.Building) || differ(a.Hall, b.Hall) || differ(a.Number, b.Number) || differ(a.Network, b.Network) ||
		differ(a.Called, b.Called) || sells(a) != sells(b) || !sells(a) && a.Kind != b.Kind {
		return ToldNeighbours
	}
	return UntoldNeighbours
}

// Tally counts pairs: predicted and true, predicted and false, true and not predicted.
type Tally struct{ Right, Wrong, Missed int }

// Precision is the share of what was predicted that is true, 1 when nothing was.
func (t Tally) Precision() float64 { return share(t.Right, t.Right+t.Wrong) }

// Recall is the share of what is true that was predicted, 1 when nothing is.
func (t Tally) Recall() float64 { return share(t.Right, t.Right+t.Missed) }

// F1 is the harmonic mean of both.
func (t Tally) F1() float64 { return share(2*t.Right, 2*t.Right+t.Wrong+t.Missed) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Quality is what predictions are worth against the truth.
type Quality struct {
	All Tally
	// Classes counts the pairs of which a record at least is of a class; a pair is of several.
	Classes map[Class]Tally
	// Crossed counts each pair once, under the worse position class and the worse name class of its two records.
	Crossed map[[2]string]Tally
	// Wrong counts the false pairs by how their records stand to each other.
	Wrong map[Relation]int
}

// Told is the tally without the neighbours that nothing in the text tells apart.
func (q *Quality) Told() Tally {
	t := q.All
	t.Wrong -= q.Wrong[UntoldNeighbours]
	return t
}

// Class is one noise class: a family (« position », « nom », …) and a class of it.
type Class struct{ Family, Name string }

// Evaluate judges the pairs that score at least as much as from. All pairs of records that are true of one point count, within a list
// as across lists. A pair that comes twice counts once; one of a record with itself, or with a record that the truth does not
// know, is an error.
func (t *Truth) Evaluate(pairs []Pair, from float64) (*Quality, error) {
	q := &Quality{Classes: map[Class]Tally{}, Crossed: map[[2]string]Tally{}, Wrong: map[Relation]int{}}
	predicted := map[[2]RecordKey]bool{}
	for _, p := range pairs {
		key := p.ordered()
		a, b := t.rows[key[0]], t.rows[key[1]]
		if a == nil || b == nil || a == b {
			return nil, fmt.Errorf("seeds: the truth has no pair of line %d of %q and line %d of %q", p.A.Line, p.A.List, p.B.Line, p.B.List)
		}
		if p.Score < from || predicted[key] {
			continue
		}
		predicted[key] = true
		relation := Relate(a, b)
		if relation == SamePlace {
			q.count(a, b, Tally{Right: 1})
			continue
		}
		q.Wrong[relation]++
		q.count(a, b, Tally{Wrong: 1})
	}
	for _, rows := range t.points {
		for i, a := range rows {
			for _, b := range rows[:i] {
				if !predicted[Pair{A: a.Key(), B: b.Key()}.ordered()] {
					q.count(a, b, Tally{Missed: 1})
				}
			}
		}
	}
	return q, nil
}

func (t *Tally) add(one Tally) {
	t.Right += one.Right
	t.Wrong += one.Wrong
	t.Missed += one.Missed
}

func (q *Quality) count(a, b *TruthRow, one Tally) {
	q.All.add(one)
	for _, class := range classesOf(a, b) {
		tally := q.Classes[class]
		tally.add(one)
		q.Classes[class] = tally
	}
	cross := [2]string{worse(positionOrder, a.Position, b.Position), worse(nameOrder, slices.Concat(a.Name, b.Name)...)}
	tally := q.Crossed[cross]
	tally.add(one)
	q.Crossed[cross] = tally
}

// classesOf lists the classes of a pair, each once.
func classesOf(a, b *TruthRow) []Class {
	lists := []string{a.List, b.List}
	slices.Sort(lists)
	classes := []Class{{"listes", lists[0] + " × " + lists[1]}}
	for _, r := range []*TruthRow{a, b} {
		classes = append(classes, Class{"position", r.Position}, Class{"adresse", r.Address}, Class{"voisins", yes(a.Neighbour || b.Neighbour)},
			Class{"vie antérieure", yes(a.Past || b.Past)})
		for _, name := range r.Name {
			classes = append(classes, Class{"nom", name})
		}
		for _, field := range r.Missing {
			classes = append(classes, Class{"manque", field})
		}
	}
	slices.SortFunc(classes, func(x, y Class) int { return cmp.Or(cmp.Compare(x.Family, y.Family), cmp.Compare(x.Name, y.Name)) })
	return slices.Compact(classes)
}

// positionOrder and nameOrder rank the classes, the mildest first.
var (
	positionOrder = []string{PositionDoor, PositionBuilding, PositionStreet, PositionEstate, PositionHeavy, PositionMiddle, PositionNone}
	nameOrder     = []string{NameExact, NameShort, NameOrder, NameTypo, NameSynonym, NameCut, NameNoUnit, NameBare, NameStreet, NameWrongUnit, NameMissing}
)

func worse(order []string, classes ...string) string {
	return slices.MaxFunc(classes, func(a, b string) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
}

// Merged returns the pairs that come together when every pair from a score on is merged: what is merged with one record is merged with all that
// this one was merged with. Their score is 1.
func Merged(pairs []Pair, from float64) []Pair {
	root := map[RecordKey]RecordKey{}
	find := func(k RecordKey) RecordKey {
		for {
			up, ok := root[k]
			if !ok || up == k {
				return k
			}
			if above, ok := root[up]; ok {
				root[k] = above
			}
			k = up
		}
	}
	for _, p := range pairs {
		if p.Score >= from {
			a, b := find(p.A), find(p.B)
			root[b], root[a] = b, b
		}
	}
	clusters := map[RecordKey][]RecordKey{}
	for k := range root {
		clusters[find(k)] = append(clusters[find(k)], k)
	}
	var all []Pair
	for _, members := range clusters {
		for i, a := range members {
			for _, b := range members[:i] {
				all = append(all, Pair{a, b, 1})
			}
		}
	}
	return all
}
