package graph

import (
	"encoding/xml"
	"maps"
	"slices"

	"github.com/mesure5/dealmap"
)

// key takes the declaration of an attribute.
func (g *graphML) key(e xml.StartElement) error {
	k := &graphKey{name: attribute(e, "attr.name"), of: attribute(e, "for")}
	id := attribute(e, "id")
	switch kind := attribute(e, "yfiles.type"); {
	case kind == "nodegraphics", kind == "edgegraphics":
		k.name, k.drawn = fieldLabel, true
	case k.name == "":
		k.name = id
	}
	fallback, err := g.content(func(element string) bool { return element == "default" })
	if err != nil {
		return err
	}
	if !k.drawn {
		k.fallback = fallback
	}
	g.keys[id] = k
	if k.fallback != "" {
		g.fallBack(k)
	}
	return nil
}

// data takes the value of an attribute.
func (g *graphML) data(e xml.StartElement) error {
	id := attribute(e, "key")
	k := g.keys[id]
	if k == nil {
		k = &graphKey{name: id}
	}
	text, err := g.content(func(element string) bool {
		if k.drawn {
			return element == "NodeLabel" || element == "EdgeLabel"
		}
		return element == ""
	})
	if err != nil || len(g.open) == 0 || text == "" {
		return err
	}
	var values *map[string]string
	switch within := g.open[len(g.open)-1]; {
	case within.node >= 0:
		values = &g.nodes[within.node].values
	case within.edge >= 0:
		values = &g.edges[within.edge].values
	default:
		return nil
	}
	if *values == nil {
		*values = map[string]string{}
	}
	if _, said := (*values)[k.name]; !said || !k.drawn {
		(*values)[k.name] = text
	}
	return nil
}

// finish makes nodes and ties of what was read, now that all of it is known.
func (g *graphML) finish() error {
	drawing := g.drawing()
	references := map[string]int{}
	for i, n := range g.list.Nodes {
		if n.Reference != "" {
			references[n.Reference] = i
		}
	}
	for _, n := range g.nodes {
		g.describe(&g.list.Nodes[n.index], n.index, n.values, drawing, references)
	}
	if g.o.Directed != nil {
		g.list.Directed = *g.o.Directed
	}
	for _, e := range g.edges {
		if err := g.edge(e); err != nil {
			return err
		}
	}
	return nil
}

// fallBack keeps a default where its name says something, once for each field: a file may declare any number of others, which
// every node would have to hold.
func (g *graphML) fallBack(k *graphKey) {
	for of, names := range map[string]map[string]string{"node": nodeNames, "edge": tieNames} {
		field := fieldOf(names, k.name)
		if field == "" || k.of != of && k.of != "all" && k.of != "" {
			continue
		}
		if g.defaults[of] == nil {
			g.defaults[of] = map[string]string{}
		}
		if g.defaults[of][field] == "" {
			g.defaults[of][field] = tidy(k.fallback)
		}
	}
}

// fields sorts values into the fields that their names tell, defaults where they say nothing; others are what is left.
func (g *graphML) fields(values map[string]string, of string, names map[string]string, takes func(field, value string) bool) (given, others map[string]string) {
	given = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, field := tidy(values[name]), fieldOf(names, name)
		switch {
		case blank(value):
		case field == "" || given[field] != "" || !takes(field, value):
			if others == nil {
				others = map[string]string{}
			}
			others[name] = value
		default:
			given[field] = value
		}
	}
	for field, value := range g.defaults[of] {
		if given[field] == "" && !blank(value) && takes(field, value) {
			given[field] = value
		}
	}
	return given, others
}

// edge makes a tie of an edge.
func (g *graphML) edge(e graphEdge) error {
	s := said{line: e.line, column: e.column, directed: e.directed}
	if g.o.Directed != nil {
		s.directed = *g.o.Directed
	}
	s.values, _ = g.fields(e.values, "edge", tieNames, func(field, value string) bool {
		return field != fieldKind || !isDirection(value) // Gephi's type of an edge
	})
	ends := [2]int{}
	for i, end := range []struct{ field, key string }{{fieldFrom, e.from}, {fieldTo, e.to}} {
		id, _ := identity(end.key)
		node, ok := g.builder.nodes[id]
		if !ok {
			reason := "le nœud " + shown(end.key) + " n’est pas dans le fichier"
			if end.key == "" {
				reason = "l’arête ne nomme pas ce bout"
			}
			g.list.Refuse(dealmap.ListProblem{Line: e.line, Column: e.column, Field: end.field, Value: end.key, Reason: reason})
			return nil
		}
		ends[i] = node
	}
	return g.judge(s, ends[0], ends[1])
}

// drawing reports whether x and y are where a node is drawn, and not where it is: beside sizes and colours, or beyond degrees.
func (g *graphML) drawing() bool {
	for _, n := range g.nodes {
		for name := range n.values {
			switch fieldOf(nodeNames, name) {
			case fieldLon, fieldLat:
				return true
			}
			switch name {
			case "r", "g", "b", "size":
				return true
			}
		}
		if x, y := n.values["x"], n.values["y"]; x != "" || y != "" {
			if _, err := position(x, y); err != nil {
				return true
			}
		}
	}
	return false
}

// describe gives a node what its attributes say.
func (g *graphML) describe(n *dealmap.ListedNode, index int, values map[string]string, drawing bool, references map[string]int) {
	given, others := g.fields(values, "node", nodeNames, func(field, value string) bool {
		return !((field == fieldX || field == fieldY) && drawing || field == fieldKind && !g.places.has(value))
	})
	n.Attributes = others
	if label := given[fieldLabel]; label != n.Key {
		n.Label = label
	}
	if kind, err := g.places.find(given[fieldKind]); err == nil {
		n.Kind = dealmap.Kind(kind)
	}
	if text := given[fieldReference]; text != "" {
		reference, err := dealmap.ParseReference(text)
		reason := ""
		if err != nil {
			reason = shown(text) + " n’est pas une référence (par exemple 13-K7QF3) ou comporte une faute de frappe"
		} else if other, taken := references[reference]; taken && other != index {
			reason = "la référence est déjà celle du nœud " + shown(g.list.Nodes[other].Key)
		}
		if reason != "" {
			g.list.Refuse(dealmap.ListProblem{Line: n.Line, Field: fieldReference, Value: text, Reason: reason})
		} else {
			n.Reference, references[reference] = reference, index
		}
	}
	lon, lat := given[fieldLon], given[fieldLat]
	if lon == "" && lat == "" {
		lon, lat = given[fieldX], given[fieldY]
	}
	if lon != "" || lat != "" {
		var err error
		if n.Position, err = position(lon, lat); err != nil {
			g.list.Refuse(dealmap.ListProblem{Line: n.Line, Field: "position", Value: lon + " ; " + lat, Reason: err.Error()})
		}
	}
}
