package graph

import (
	"errors"
	"io"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
)

// readEdges reads one tie a row.
func (b *builder) readEdges(text *list.Text, t *table) error {
	found, header := b.edgeColumns(t)
	b.list.Header = header
	if b.o.Separator == "" && !header && t.width == 2 {
		b.note("Aucune ligne ne nomme les colonnes : la première est le départ, la seconde l’arrivée.")
	}
	ways := map[bool]bool{}
	for skip := header; ; {
		row, err := text.Next()
		if rowError, ok := errors.AsType[*list.RowError](err); ok {
			b.list.Refuse(dealmap.ListProblem{Line: rowError.Line, Field: "tie", Value: rowError.Value, Reason: rowError.Reason})
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return wrong("%s", err)
		}
		if skip {
			skip = false
			continue
		}
		before := len(b.list.Ties)
		if err := b.edge(row, found); err != nil {
			return err
		}
		if len(b.list.Ties) > before {
			ways[b.list.Ties[before].Directed] = true
		}
	}
	b.list.Directed = !ways[false] || ways[true]
	if len(ways) == 0 && b.o.Directed != nil {
		b.list.Directed = *b.o.Directed
	}
	return nil
}

// edge reads one row.
func (b *builder) edge(row list.Row, found columns) error {
	s := said{line: row.Line, values: map[string]string{}, columns: make(map[string]int, len(found)), directed: true}
	for i, field := range found {
		if field == "" {
			continue
		}
		s.columns[field] = i + 1
		if i < len(row.Cells) && (!blank(row.Cells[i]) || field == fieldFrom || field == fieldTo) {
			s.values[field] = tidy(unguarded(strings.TrimSpace(row.Cells[i])))
		}
	}
	if way := s.values[fieldDirection]; way != "" {
		directed, known := directions[geo.Fold(way)]
		s.directed = directed || !known
	}
	if b.o.Directed != nil {
		s.directed = *b.o.Directed
	}
	for _, field := range []string{fieldFrom, fieldTo} {
		problem := dealmap.ListProblem{Line: row.Line, Column: s.columns[field], Field: field, Value: s.values[field]}
		switch key := s.values[field]; {
		case key == "" && field == fieldFrom:
			problem.Reason = "le départ du lien manque"
		case key == "":
			problem.Reason = "l’arrivée du lien manque"
		case longKey(key):
			problem.Reason = "le nom est trop long"
		default:
			continue
		}
		b.list.Refuse(problem)
		return nil
	}
	from, err := b.end(s, fieldFrom, fieldFromName, fieldFromLon, fieldFromLat)
	if err != nil {
		return err
	}
	to, err := b.end(s, fieldTo, fieldToName, fieldToLon, fieldToLat)
	if err != nil {
		return err
	}
	return b.judge(s, from, to)
}

// end finds the node of one end of a tie, and what the row says of it.
func (b *builder) end(s said, field, name, lon, lat string) (int, error) {
	i, err := b.node(s.values[field], s.line)
	if err != nil {
		return 0, err
	}
	node := &b.list.Nodes[i]
	if label := s.values[name]; node.Label == "" && label != node.Key {
		node.Label = label
	}
	if x, y := s.values[lon], s.values[lat]; node.Position == nil && (x != "" || y != "") {
		if node.Position, err = position(x, y); err != nil {
			b.list.Refuse(dealmap.ListProblem{Line: s.line, Column: s.columns[lon], Field: "position", Value: x + " ; " + y, Reason: err.Error()})
		}
	}
	return i, nil
}
