package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

// print writes the table by noise class, position by name, and by threshold.
func (m *matching) print(out io.Writer) error {
	t := &qualityTable{w: tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)}
	fmt.Fprintf(t.w, "Matching of three services' lists: %d records of %d places; proposed from %g, accepted in bulk from %g. A pair is of a class when one of its records is.\n\n",
		m.records, m.points, dealmap.ProposeFrom, dealmap.AcceptFrom)
	t.heading("Family", "Class")
	t.line("all", "", m.propose.All, m.accept.All)
	t.line("all", "neighbours whom no text tells apart left out", m.propose.Told(), m.accept.Told())
	t.line("all", "accepted with all that comes along when merged", m.propose.All, m.merged.All)
	for _, relation := range []seeds.Relation{seeds.ToldNeighbours, seeds.UntoldNeighbours, seeds.Strangers} {
		fmt.Fprintf(t.w, "| false pairs\t| %s\t| \t| \t| \t| \t| %d\t| \t| \t| \t| %d\t|\n", relation, m.propose.Wrong[relation], m.accept.Wrong[relation])
	}
	for _, class := range slices.SortedFunc(maps.Keys(m.propose.Classes), func(a, b seeds.Class) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Name, b.Name))
	}) {
		t.line(class.Family, class.Name, m.propose.Classes[class], m.accept.Classes[class])
	}
	fmt.Fprintln(t.w)
	t.heading("Worse position", "Worse name")
	for _, c := range slices.SortedFunc(maps.Keys(m.propose.Crossed), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}) {
		t.line(c[0], c[1], m.propose.Crossed[c], m.accept.Crossed[c])
	}
	fmt.Fprintln(t.w)
	t.heading("From", "")
	for _, from := range m.thresholds {
		t.line(fmt.Sprint(from.from), "", from.propose.All, from.accept.All)
		t.line(fmt.Sprint(from.from), "untold neighbours left out", from.propose.Told(), from.accept.Told())
	}
	return t.w.Flush()
}

type qualityTable struct{ w *tabwriter.Writer }

func (t *qualityTable) heading(first, second string) {
	fmt.Fprintf(t.w, "| %s\t| %s\t| True pairs\t| Proposed: precision\t| recall\t| F1\t| false\t| Accepted: precision\t| recall\t| F1\t| false\t|\n", first, second)
	fmt.Fprint(t.w, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|\n")
}

func (t *qualityTable) line(family, class string, propose, accept seeds.Tally) {
	fmt.Fprintf(t.w, "| %s\t| %s\t| %d\t%s%s|\n", family, class, propose.Right+propose.Missed, figures(propose), figures(accept))
}

func figures(t seeds.Tally) string {
	return fmt.Sprintf("| %.4f\t| %.4f\t| %.4f\t| %d\t", t.Precision(), t.Recall(), t.F1(), t.Wrong)
}
