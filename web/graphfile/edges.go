package graphfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/cells"
)

// edgeColumns are the columns of an edge list. The mention is a column, so that no row loses it when rows are sorted or copied.
var edgeColumns = []string{
	"Mention", "De", "De nom", "Vers", "Vers nom", "Nature", "Moyen", "Force", "Cotation", "Depuis", "Jusqu’au", "Réseaux", "Note", "Référence",
}

// WriteEdges writes the ties as CSV that spreadsheets in French open: UTF-8 with its mark, semicolons, decimal commas, labels of
// the vocabularies, no cell that is taken for a formula. Nodes without ties are not in it.
func WriteEdges(w io.Writer, g Graph) error {
	nodes, err := g.nodes()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	rows := csv.NewWriter(w)
	rows.Comma, rows.UseCRLF = ';', true
	heading := append([]string(nil), edgeColumns...)
	if g.Mention != "" {
		heading[0] += " : " + g.Mention
	}
	if err := rows.Write(heading); err != nil {
		return err
	}
	for _, t := range g.Ties {
		from, to := nodes[t.From], nodes[t.To]
		row := []string{
			g.Mention, from.ID, from.Name, to.ID, to.Name, dealmap.Label(g.Kinds, t.Kind), dealmap.Label(g.Means, t.Means), "", t.Grading,
			t.Since.String(), t.Until.String(), strings.Join(t.Networks, " "), t.Note, t.Reference,
		}
		for i, cell := range row {
			row[i] = cells.Guarded(cell)
		}
		if t.Strength != 0 {
			row[7] = cells.Decimal(t.Strength)
		}
		if err := rows.Write(row); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

// nodes are the nodes by ID; they are held to what both formats need.
func (g Graph) nodes() (map[string]Node, error) {
	nodes := make(map[string]Node, len(g.Nodes))
	for _, n := range g.Nodes {
		if _, twice := nodes[n.ID]; twice || n.ID == "" {
			return nil, fmt.Errorf("node %q is without a name or there twice", n.ID)
		}
		if n.Position != nil && !(finite(n.Position[0]) && finite(n.Position[1])) {
			return nil, fmt.Errorf("node %q is at no position", n.ID)
		}
		nodes[n.ID] = n
	}
	for _, t := range g.Ties {
		_, from := nodes[t.From]
		_, to := nodes[t.To]
		switch {
		case !from || !to:
			return nil, fmt.Errorf("tie %q is between %q and %q, which are not both nodes", t.Reference, t.From, t.To)
		case !finite(t.Strength):
			return nil, fmt.Errorf("tie %q has no finite strength", t.Reference)
		}
	}
	return nodes, nil
}
