package graph

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/mesure5/dealmap"
)

// mostDepth is how deep the elements of a file may be nested: yEd's groups within groups stay far below.
const mostDepth = 100

// graphML reads a file of GraphML, element by element. Edges may come before their nodes, so that they wait.
type graphML struct {
	*builder
	d    *xml.Decoder
	keys map[string]*graphKey
	// defaults are values by field, of "node" and of "edge".
	defaults map[string]map[string]string
	open     []openElement
	edges    []graphEdge
	nodes    []graphNode
	depth    int
	root     bool
}

// graphKey declares an attribute.
type graphKey struct {
	name     string
	of       string // "node", "edge", "all", …
	fallback string
	drawn    bool // by yEd: its content is a drawing, of which the label is read
}

// openElement is an element that goes on; node and edge are indices, -1 for none.
type openElement struct {
	name       string
	node, edge int
	undirected bool // of a graph
}

type graphNode struct {
	index  int
	values map[string]string // by the name of the attribute
}

type graphEdge struct {
	from, to     string
	line, column int
	directed     bool
	values       map[string]string
}

func (b *builder) readGraphML(text []byte) error {
	switch lower := bytes.ToLower(text[:min(len(text), 64<<10)]); {
	case bytes.Contains(lower, []byte("<gexf")):
		return wrong("c’est du GEXF : exportez-le de Gephi en GraphML")
	case bytes.Contains(lower, []byte("<html")), bytes.Contains(lower, []byte("<table")):
		return wrong("c’est une page web, même si son nom dit autre chose : enregistrez le réseau en CSV ou en GraphML")
	case !bytes.Contains(lower, []byte("<graphml")) && !bytes.Contains(lower, []byte(":graphml")):
		return wrong("c’est du XML, mais pas du GraphML : enregistrez le réseau en CSV ou en GraphML")
	}
	b.list.Form = dealmap.FormGraphML
	g := &graphML{builder: b, d: xml.NewDecoder(bytes.NewReader(text)), keys: map[string]*graphKey{}, defaults: map[string]map[string]string{}}
	g.d.CharsetReader = charset
	for {
		line, column := g.d.InputPos()
		token, err := g.d.Token()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = g.take(token, line, column)
		}
		if err != nil {
			return g.failed(err)
		}
	}
	if !g.root {
		return wrong("le fichier n’a pas d’élément « graphml »")
	}
	return g.finish()
}

// charset reads the encodings that files declare; UTF-16 was brought to UTF-8 before.
func charset(label string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return in, nil
	}
	encoding, err := htmlindex.Get(label)
	if err != nil {
		return nil, wrong("l’encodage %s n’est pas pris en charge : enregistrez le fichier en UTF-8", shown(label))
	}
	return encoding.NewDecoder().Reader(in), nil
}

// failed makes an error of whoever reads XML one about the file, with the line.
func (g *graphML) failed(err error) error {
	if ours, ok := errors.AsType[*dealmap.Error](err); ok {
		return ours
	}
	line, column := g.d.InputPos()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return wrong("ligne %d : le XML est mal formé ou tronqué, ou se sert d’une entité qui n’existe pas (%s)", syntax.Line, syntax.Msg)
	}
	return wrong("ligne %d, colonne %d : le XML ne se lit pas", line, column)
}

func (g *graphML) take(token xml.Token, line, column int) error {
	switch token := token.(type) {
	case xml.Directive:
		// A declaration of the document type with content could declare entities; one that only names it is passed over, and
		// what it names is never fetched.
		if bytes.ContainsAny(token, "[") || bytes.Contains(bytes.ToUpper(token), []byte("ENTITY")) {
			return wrong("ligne %d : le fichier déclare des entités (DTD), ce qui est refusé : enregistrez-le sans", line)
		}
	case xml.StartElement:
		if g.depth++; g.depth > mostDepth {
			return wrong("ligne %d : plus de %d éléments l’un dans l’autre", line, mostDepth)
		}
		return g.start(token, line, column)
	case xml.EndElement:
		g.depth--
		if n := len(g.open); n > 0 {
			g.open = g.open[:n-1]
		}
	}
	return nil
}

// start takes an element. Those that are read whole here close themselves.
func (g *graphML) start(e xml.StartElement, line, column int) error {
	name := e.Name.Local
	if !g.root {
		if name != "graphml" {
			return wrong("le fichier commence par l’élément « %s », non par « graphml »", name)
		}
		g.root = true
	}
	opened := openElement{name: name, node: -1, edge: -1}
	if n := len(g.open); n > 0 {
		opened.undirected = g.open[n-1].undirected
	}
	switch name {
	case "key":
		return g.key(e)
	case "data":
		return g.data(e)
	case "hyperedge":
		g.list.Refuse(dealmap.ListProblem{Line: line, Column: column, Field: "tie", Value: attribute(e, "id"), Reason: "un lien à plus de deux bouts n’est pas pris en charge"})
		return g.skip()
	case "desc", "locator", "default":
		return g.skip()
	case "graph":
		opened.undirected = attribute(e, "edgedefault") == "undirected"
		if len(g.nodes) == 0 && len(g.edges) == 0 {
			g.list.Directed = !opened.undirected
		}
	case "node":
		node, err := g.node(e, line, column)
		if err != nil {
			return err
		}
		opened.node = node
	case "edge":
		if len(g.edges) > g.o.MostTies {
			return wrong("plus de %d liens : partagez le réseau en plusieurs fichiers", g.o.MostTies)
		}
		directed := !opened.undirected
		switch attribute(e, "directed") {
		case "true", "1":
			directed = true
		case "false", "0":
			directed = false
		}
		opened.edge = len(g.edges)
		g.edges = append(g.edges, graphEdge{from: tidy(attribute(e, "source")), to: tidy(attribute(e, "target")), line: line, column: column, directed: directed})
	}
	g.open = append(g.open, opened)
	return nil
}

// node makes a node; a second of the same name is an error, because nobody can tell which one an edge means.
func (g *graphML) node(e xml.StartElement, line, column int) (int, error) {
	key := tidy(attribute(e, "id"))
	switch {
	case key == "":
		return 0, wrong("ligne %d, colonne %d : un nœud n’a pas d’identifiant", line, column)
	case longKey(key):
		return 0, wrong("ligne %d, colonne %d : l’identifiant d’un nœud fait plus de %d caractères", line, column, mostKey)
	}
	before := len(g.list.Nodes)
	index, err := g.builder.node(key, line)
	if err == nil && index < before {
		err = wrong("ligne %d, colonne %d : le nœud %s est déjà à la ligne %d", line, column, shown(key), g.list.Nodes[index].Line)
	}
	if err != nil {
		return 0, err
	}
	g.nodes = append(g.nodes, graphNode{index: index})
	return len(g.nodes) - 1, nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// skip passes over an element without recursion, whatever its depth.
func (g *graphML) skip() error {
	_, err := g.content(func(string) bool { return false })
	return err
}

// content reads an element to its end, and returns the texts within the elements that are wanted: the one begun is "".
func (g *graphML) content(want func(element string) bool) (string, error) {
	var text strings.Builder
	names := []string{""}
	for len(names) > 0 {
		token, err := g.d.Token()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if names = append(names, token.Name.Local); g.depth+len(names) > mostDepth {
				line, _ := g.d.InputPos()
				return "", wrong("ligne %d : plus de %d éléments l’un dans l’autre", line, mostDepth)
			}
		case xml.EndElement:
			names = names[:len(names)-1]
		case xml.CharData:
			if want(names[len(names)-1]) {
				text.Write(token)
			}
		case xml.Directive:
			return "", fmt.Errorf("directive within an element")
		}
	}
	g.depth--
	return strings.TrimSpace(text.String()), nil
}
