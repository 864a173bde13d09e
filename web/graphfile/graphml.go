package graphfile

import (
	"bufio"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
)

// attributes are those of the file in the order of their declarations: the name, the type, and what they are of.
var attributes = []struct{ id, of, name, kind string }{
	{"label", "node", "label", "string"}, {"reference", "node", "reference", "string"}, {"kind", "node", "kind", "string"},
	{"status", "node", "status", "string"}, {"commune", "node", "commune", "string"}, {"longitude", "node", "longitude", "double"},
	{"latitude", "node", "latitude", "double"}, {"withheld", "node", "withheld", "boolean"},
	{"edge_kind", "edge", "kind", "string"}, {"means", "edge", "means", "string"}, {"weight", "edge", "weight", "double"},
	{"grading", "edge", "grading", "string"}, {"since", "edge", "since", "string"}, {"until", "edge", "until", "string"},
	{"networks", "edge", "networks", "string"}, {"note", "edge", "note", "string"}, {"link", "edge", "link", "string"},
}

// WriteGraphML writes the graph as directed GraphML (http://graphml.graphdrawing.org): values of the vocabularies, the strength as
// "weight", positions as "longitude" and "latitude" in degrees of WGS 84.
func WriteGraphML(w io.Writer, g Graph) error {
	if _, err := g.nodes(); err != nil {
		return err
	}
	x := &markup{out: bufio.NewWriter(w)}
	x.text(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
		`xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n")
	if desc := strings.Trim(g.Name+" · "+g.Mention, " ·"); desc != "" {
		x.text("  <desc>").escaped(desc).text("</desc>\n")
	}
	for _, a := range attributes {
		x.text(`  <key id="` + a.id + `" for="` + a.of + `" attr.name="` + a.name + `" attr.type="` + a.kind + `"/>` + "\n")
	}
	x.text(`  <graph id="G" edgedefault="directed">` + "\n")
	for _, n := range g.Nodes {
		x.node(n)
	}
	for _, t := range g.Ties {
		x.edge(t)
	}
	x.text("  </graph>\n</graphml>\n")
	if x.err != nil {
		return x.err
	}
	return x.out.Flush()
}

// markup writes XML and keeps the first error.
type markup struct {
	out *bufio.Writer
	err error
}

func (x *markup) text(text string) *markup {
	if x.err == nil {
		_, x.err = x.out.WriteString(text)
	}
	return x
}

// escaped writes what people wrote; characters that XML cannot hold become �.
func (x *markup) escaped(text string) *markup {
	if x.err == nil {
		x.err = xml.EscapeText(x.out, []byte(text))
	}
	return x
}

// data writes an attribute that says something.
func (x *markup) data(key, value string) {
	if value != "" {
		x.text(`      <data key="` + key + `">`).escaped(value).text("</data>\n")
	}
}

func (x *markup) node(n Node) {
	x.text(`    <node id="`).escaped(n.ID).text("\">\n")
	x.data("label", n.label())
	x.data("reference", n.Reference)
	x.data("kind", string(n.Kind))
	x.data("status", string(n.Status))
	x.data("commune", n.Commune)
	if n.Position != nil {
		x.data("longitude", number(n.Position[0]))
		x.data("latitude", number(n.Position[1]))
	}
	if n.Withheld {
		x.data("withheld", "true")
	}
	x.text("    </node>\n")
}

func (x *markup) edge(t Tie) {
	x.text(`    <edge source="`).escaped(t.From).text(`" target="`).escaped(t.To).text("\">\n")
	x.data("edge_kind", t.Kind)
	x.data("means", t.Means)
	if t.Strength != 0 {
		x.data("weight", number(t.Strength))
	}
	x.data("grading", t.Grading)
	x.data("since", t.Since.String())
	x.data("until", t.Until.String())
	x.data("networks", strings.Join(t.Networks, " "))
	x.data("note", t.Note)
	x.data("link", t.Reference)
	x.text("    </edge>\n")
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func finite(n float64) bool { return !math.IsNaN(n) && !math.IsInf(n, 0) }
