package web

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/mesure5/dealmap"
)

const (
	// qgisVersion is the version of QGIS whose styles these are; later ones read them too.
	qgisVersion = "3.22.16-Białowieża"
	qgisDoctype = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
)

// marker is how places of one status are drawn. As on the map, each status has a shape, so that nothing depends on colour alone.
// Lengths are in millimetres, colours as CSS writes them.
type marker struct {
	status          dealmap.Status
	Shape           string // of QGIS, which takes these names in SLD too
	Fill, Line      string
	Size, LineWidth float64
	Index           int
}

// markers are in the shapes and colours of the application (web/app/map/shapes.ts and theme.ts). The last is for a status that
// someone writes by hand.
var markers = []marker{
	{dealmap.Reported, "diamond", "#ffffff", "#0063a8", 3.8, 0.8, 0},
	{dealmap.Active, "circle", "#c24100", "#ffffff", 3.4, 0.4, 1},
	{dealmap.Disrupted, "square", "#00725a", "#ffffff", 3.2, 0.4, 2},
	{dealmap.Dormant, "triangle", "#7b3fa0", "#ffffff", 3.8, 0.4, 3},
	{dealmap.Closed, "cross2", "#5c6070", "#5c6070", 2.8, 0.8, 4},
	{"", "star", "#50546b", "#ffffff", 4, 0.4, 5},
}

// Label is the value of the column that the marker stands for.
func (m marker) Label() string { return dealmap.Label(dealmap.Statuses(), string(m.status)) }

// Legend is what the legend calls it.
func (m marker) Legend() string {
	if m.status == "" {
		return "Autre"
	}
	return m.Label()
}

// Pixels turns millimetres into the pixels of SLD, of 0.28 mm.
func (m marker) Pixels(millimetres float64) string {
	return strconv.FormatFloat(millimetres/0.28, 'f', 1, 64)
}

type markerProperty struct{ Name, Value string }

// Properties are those of a simple marker of QGIS, in its order and with its own values where they are not ours.
func (m marker) Properties() []markerProperty {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	const noScale = "3x:0,0,0,0,0,0"
	return []markerProperty{
		{"angle", "0"}, {"cap_style", "round"}, {"color", qgisColour(m.Fill)}, {"horizontal_anchor_point", "1"}, {"joinstyle", "miter"},
		{"name", m.Shape}, {"offset", "0,0"}, {"offset_map_unit_scale", noScale}, {"offset_unit", "MM"}, {"outline_color", qgisColour(m.Line)},
		{"outline_style", "solid"}, {"outline_width", number(m.LineWidth)}, {"outline_width_map_unit_scale", noScale},
		{"outline_width_unit", "MM"}, {"scale_method", "diameter"}, {"size", number(m.Size)}, {"size_map_unit_scale", noScale},
		{"size_unit", "MM"}, {"vertical_anchor_point", "1"},
	}
}

// qgisColour is a colour as QGIS writes it: "194,65,0,255".
func qgisColour(css string) string {
	var red, green, blue uint8
	if _, err := fmt.Sscanf(css, "#%02x%02x%02x", &red, &green, &blue); err != nil {
		panic(fmt.Sprintf("web: colour %q: %v", css, err)) // they are constants
	}
	return fmt.Sprintf("%d,%d,%d,255", red, green, blue)
}

//go:embed export_style.qml.tmpl
var qmlTemplate string

//go:embed export_style.sld.tmpl
var sldTemplate string

// layerStyle is how QGIS and others draw a layer.
type layerStyle struct{ qml, sld string }

// gpkgStyle returns the styles of a layer, which are the same in every file.
func gpkgStyle(layer string) layerStyle {
	return layerStyle{qgisDoctype + rendered(qmlTemplate, layer), rendered(sldTemplate, layer)}
}

// rendered fills in a template of ours for a layer, which a test does too.
func rendered(text, layer string) string {
	type column struct{ Name, Heading string }
	columns := make([]column, len(exportColumns))
	for i, c := range exportColumns {
		columns[i] = column{c.name, c.heading}
	}
	t := template.Must(template.New("style").Funcs(template.FuncMap{"xml": escaped, "inc": func(i int) int { return i + 1 }}).Parse(text))
	var out strings.Builder
	if err := t.Execute(&out, map[string]any{"Version": qgisVersion, "Layer": layer, "Markers": markers, "Columns": columns}); err != nil {
		panic(fmt.Sprintf("web: style of the geopackage: %v", err))
	}
	return out.String()
}

func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a strings.Builder takes everything
	return out.String()
}
