package list

import (
	"fmt"
	"strings"
	"testing"
)

func TestGeoJSON(t *testing.T) {
	t.Parallel()
	collection := func(members string, features ...string) string {
		return `{"type":"FeatureCollection",` + members + `"features":[` + strings.Join(features, ",\n") + `]}`
	}
	point := func(properties, coordinates string) string {
		return `{"type":"Feature","properties":` + properties + `,"geometry":{"type":"Point","coordinates":` + coordinates + `}}`
	}
	shape := func(geometry string) string {
		return `{"type":"Feature","properties":{"a":1},"geometry":` + geometry + `}`
	}
	many := make([]string, geoJSONSample+2)
	for i := range many {
		many[i] = point(`{"a":1}`, "[2,48]")
	}
	many[len(many)-1] = point(`{"a":1,"tardive":"x","vide":null}`, "[2,48]")
	for _, c := range []struct {
		name, text string
		header     string
		rows       []string
		errors     []string
		epsg       int
		note       string
	}{
		{name: "order and types", text: collection("", point(`{"z":"été","a":1.50,"o":{"k": [1, 2]},"b":true}`, "[2.5,48.25,7]"), point(`{"n":null,"a":-3e2,"z":null}`, "[-1,0]")),
			header: "z|a|o|b|n", rows: []string{`1|été|1.50|{"k":[1,2]}|VRAI||2.5|48.25`, "2||-3e2||||-1|0"}, epsg: 4326},
		{name: "mark and identifiers", text: utf8Mark + "\n " + collection("", `{"type":"Feature","id":7,"properties":{"id":"x"},"geometry":null}`), header: "id|id (2)", rows: []string{"1|x|7||"}, epsg: 4326,
			note: "1 ligne n’a pas de position"},
		{name: "taken names", text: collection("", point(`{"géométrie x":"1","":"2"}`, "[2,48]")), header: "géométrie x (2)|Colonne B", rows: []string{"1|1|2|2|48"}, epsg: 4326},
		{name: "old crs", text: collection(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},`, point(`{"a":1}`, "[650000,6860000]")), header: "a", rows: []string{"1|1|650000|6860000"}, epsg: 2154},
		{name: "crs 84", text: collection(`"name":"x","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`, point(`{"a":1}`, "[2,48]")), header: "a", rows: []string{"1|1|2|48"}, epsg: 4326},
		{name: "crs behind", text: strings.TrimSuffix(collection("", point(`{"a":1}`, "[650000,6860000]")), "}") + `,"crs":{"properties":{"name":"EPSG:3857"}}}`, header: "a", rows: []string{"1|1|650000|6860000"}, epsg: 3857},
		{name: "unknown crs", text: collection(`"crs":{"type":"name","properties":{"name":"maison"}},`, point(`{"a":1}`, "[2,48]")), header: "a", rows: []string{"1|1|2|48"}, note: "« maison »"},
		{name: "metres without crs", text: collection("", point(`{"a":1}`, "[650000,6860000]")), header: "a", rows: []string{"1|1|650000|6860000"}, note: "pas des degrés"},
		{name: "no features", text: collection(""), header: ""},
		{name: "geometries", text: collection("",
			shape(`{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[3,1],[3,3],[1,3],[1,1]]]}`),
			shape(`{"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,0],[0,0]]],[[[10,0],[20,0],[20,10],[10,10],[10,0]]]]}`),
			shape(`{"type":"LineString","coordinates":[[0,0],[1,1],[2,2]]}`),
			shape(`{"type":"MultiPoint","coordinates":[[5,5]]}`),
			shape(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[9,9]},{"type":"LineString","coordinates":[[0,0],[1,1],[2,2]]}]}`),
			shape(`{"type":"Point","coordinates":[]}`),
		), header: "a", rows: []string{"1|1|0.5|2", "2|1|15|5", "3|1|1|1", "4|1|5|5", "5|1|1|1", "6|1||"}, epsg: 4326, note: "4 géométries ne sont pas des points"},
		{name: "bad features", text: collection("", `7`, `{"properties":[1]}`, shape(`{"type":"Cercle"}`), shape(`{"type":"Point","coordinates":["a","b"]}`), shape(`{"type":"LineString","coordinates":[[1]]}`), point(`{"a":"\u0000"}`, "[1,2]"),
			point("{\"a\":\"\xe9\"}", "[1,2]"), point(`{"a":1}`, "[1,2]")), header: "a", rows: []string{"8|1|1|2"}, epsg: 4326,
			errors: []string{"ligne 1 : ce n’est pas un objet GeoJSON", "ligne 2 : « properties » n’est pas un objet", "ligne 3 : géométrie illisible", "ligne 4 : géométrie illisible",
				"ligne 5 : géométrie illisible", "ligne 6 : la cellule contient un octet nul", "ligne 7 : l’objet n’est pas en UTF-8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, write(t, "l.json", []byte(c.text)), Options{})
			must(t, err)
			want := GeometryX + "|" + GeometryY
			if c.header != "" {
				want = c.header + "|" + want
			}
			if strings.Join(got.header, "|") != want {
				t.Errorf("header %q, want %q", got.header, want)
			}
			same(t, "rows", got.rows, c.rows)
			same(t, "errors", got.errors, c.errors)
			if c.name != "no features" && got.found.EPSG != c.epsg || got.found.Format != GeoJSON {
				t.Errorf("found %+v, want EPSG %d", got.found, c.epsg)
			}
			if c.note != "" && !noted(got.found, c.note) {
				t.Errorf("notes %q, want one with %q", got.found.Notes, c.note)
			}
		})
	}
	t.Run("late properties", func(t *testing.T) {
		t.Parallel()
		got, err := read(t, write(t, "l.json", []byte(collection("", many...))), Options{})
		must(t, err)
		if len(got.rows) != len(many) || !noted(got.found, "« tardive »") || noted(got.found, "vide") {
			t.Errorf("%d rows, notes %q", len(got.rows), got.found.Notes)
		}
	})
	good := collection(`"bbox":[1,2],`, many...)
	for _, c := range []struct{ name, text, want string }{
		{"cut early", good[:100], "tronqué"},
		{"cut late", good[:len(good)-30], "tronqué"},
		{"cut before the end", good[:len(good)-1], "tronqué"},
		{"two files", good + good, "autre chose"},
		{"no list", `{"type":"Feature","geometry":null}`, "features"},
		{"features is no list", `{"features":{}}`, "n’est pas une liste"},
		{"two lists", strings.TrimSuffix(good, "}") + `,"features":[]}`, "plusieurs listes"},
		{"damaged", strings.Replace(good, `"Feature"`, `"Feat`+"\n", 1), "abîmé"},
		{"crs behind and far", strings.TrimSuffix(good, "}") + `,"crs":{"properties":{"name":"EPSG:2154"}},"x":"` + strings.Repeat("x", 5000) + `"}`, "à la fin"},
		{"deep", collection("", shape(strings.Repeat(`{"a":`, 20000)+"1"+strings.Repeat("}", 20000))), "GeoJSON"},
		{"deep list", collection(`"a":` + strings.Repeat("[", 1000000)), "GeoJSON"},
		{"one feature without end", `{"features":[{"properties":{"a":"` + strings.Repeat("x", maxFeature+1<<20), "fait plus de"},
		{"many properties", collection("", point(properties(1001), "[1,2]")), "1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, write(t, "l.json", []byte(c.text)), Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func properties(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`"p%d":1`, i))
	}
	return "{" + strings.Join(out, ",") + "}"
}
