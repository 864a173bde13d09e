package store

import "github.com/mesure5/dealmap"

// gradings are those that stored forms name by their place in this list, from 1. It only grows.
var gradings = listGradings()

var gradingNumbers = func() map[dealmap.Grading]uint64 {
	numbers := map[dealmap.Grading]uint64{}
	for i, g := range gradings {
		numbers[g] = uint64(i + 1)
	}
	return numbers
}()

func listGradings() []dealmap.Grading {
	list := []dealmap.Grading{{}}
	for _, scheme := range []struct {
		name                 string
		sources, information []string
	}{
		{"europol", []string{"A", "B", "C", "X"}, []string{"1", "2", "3", "4"}},
		{"admiralty", []string{"A", "B", "C", "D", "E", "F"}, []string{"1", "2", "3", "4", "5", "6"}},
	} {
		for _, source := range scheme.sources {
			for _, information := range scheme.information {
				list = append(list, dealmap.Grading{Scheme: scheme.name, Source: source, Information: information})
			}
		}
	}
	return list
}

// grading writes the number of a grading, or 0 and its texts.
func (w *placeWriter) grading(g dealmap.Grading) {
	n := gradingNumbers[g]
	if w.uint(n); n == 0 {
		w.own(g.Scheme)
		w.own(g.Source)
		w.own(g.Information)
	}
}

func (h *headScanner) grading() dealmap.Grading {
	n := h.uint()
	switch {
	case n == 0:
		return dealmap.Grading{Scheme: h.own(), Source: h.own(), Information: h.own()}
	case n > uint64(len(gradings)):
		h.fail()
		return dealmap.Grading{}
	}
	return gradings[n-1]
}
