package geo

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

func polygonText(rings string) string { return `{"type":"Polygon","coordinates":` + rings + `}` }

const unit = `[[0,0],[1,0],[1,1],[0,1],[0,0]]`

func TestParsePolygonAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		rings      []int // of each polygon
	}{
		{"a polygon", polygonText("[" + unit + "]"), []int{1}},
		{"with a hole", polygonText("[" + unit + ",[[0.2,0.2],[0.4,0.2],[0.4,0.4],[0.2,0.2]]]"), []int{2}},
		{"a hole that touches the border in one point", polygonText("[" + unit + ",[[0,0.5],[0.4,0.2],[0.4,0.4],[0,0.5]]]"), []int{2}},
		{"two polygons", `{"type":"MultiPolygon","coordinates":[[` + unit + `],[[[3,3],[4,3],[4,4],[3,3]]]]}`, []int{1, 1}},
		{"a feature", `{"type":"Feature","properties":{"x":1},"geometry":` + polygonText("["+unit+"]") + `}`, []int{1}},
		{"clockwise", polygonText("[[[0,0],[0,1],[1,1],[1,0],[0,0]]]"), []int{1}},
		{"with a height", polygonText("[[[0,0,9],[1,0,9],[1,1,9],[0,0,9]]]"), []int{1}},
		{"with a position twice in a row", polygonText("[[[0,0],[1,0],[1,0],[1,1],[0,0]]]"), []int{1}},
		{"up to the limits of the world", polygonText("[[[0,-90],[180,-90],[180,90],[0,90],[0,-90]]]"), []int{1}},
	} {
		area, err := ParsePolygon([]byte(c.text))
		if err != nil || len(area) != len(c.rings) {
			t.Errorf("%s: %v, %v", c.name, area, err)
			continue
		}
		for i, n := range c.rings {
			if len(area[i]) != n {
				t.Errorf("%s: polygon %d has %d rings, want %d", c.name, i, len(area[i]), n)
			}
		}
	}
}

func TestParsePolygonRefusesClearly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"a null longitude", polygonText("[[[null,0],[1,0],[1,1],[null,0]]]"), "listes de positions"},
		{"nothing", ``, "pas du GeoJSON"},
		{"truncated", `{"type":"Polygon","coordinates":[[[0,`, "pas du GeoJSON lisible"},
		{"not an object", `[1,2]`, "pas du GeoJSON lisible : valeur inattendue"},
		{"no type", `{}`, "« type » manque"},
		{"a point", `{"type":"Point","coordinates":[5,43]}`, "« Point »"},
		{"a collection", `{"type":"FeatureCollection","features":[]}`, "« FeatureCollection »"},
		{"a feature of nothing", `{"type":"Feature","geometry":null}`, "pas de géométrie"},
		{"no coordinates", `{"type":"Polygon"}`, "ne sont pas des listes"},
		{"text for numbers", polygonText(`[[["0","0"],["1","0"],["1","1"],["0","0"]]]`), "ne sont pas des listes"},
		{"no polygon", `{"type":"MultiPolygon","coordinates":[]}`, "vide"},
		{"no ring", polygonText(`[]`), "pas de contour"},
		{"one number", polygonText(`[[[0],[1,0],[1,1],[0,0]]]`), "position 1"},
		{"three positions", polygonText(`[[[0,0],[1,0],[0,0]]]`), "au moins 4"},
		{"open", polygonText(`[[[0,0],[1,0],[1,1],[0,1]]]`), "pas fermé"},
		{"all in one place", polygonText(`[[[0,0],[0,0],[0,0],[0,0]]]`), "moins de trois"},
		{"longitude", polygonText(`[[[0,0],[181,0],[1,1],[0,0]]]`), "position 2 : longitude 181"},
		{"latitude, swapped", polygonText(`[[[43.3,5.3],[43.4,95.3],[43.3,5.4],[43.3,5.3]]]`), "position 2 : latitude 95.3"},
		{"antimeridian", polygonText(`[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]`), "180ᵉ méridien"},
		{"bow tie", polygonText(`[[[0,0],[2,2],[2,0],[0,2],[0,0]]]`), "près de latitude 1,00000, longitude 1,00000"},
		{"touches itself in a corner", polygonText(`[[[0,0],[1,1],[2,0],[2,2],[1,1],[0,2],[0,0]]]`), "latitude 1,00000, longitude 1,00000"},
		{"a corner on a side", polygonText(`[[[0,0],[4,0],[4,2],[2,0],[0,2],[0,0]]]`), "latitude 0,00000, longitude 2,00000"},
		{"turns back", polygonText(`[[[0,0],[3,0],[1,0],[1,1],[0,0]]]`), "latitude 0,00000"},
		{"flat", polygonText(`[[[0,0],[1,0],[2,0],[0,0]]]`), "se croise ou se touche"},
		{"a hole across the border", polygonText("[" + unit + ",[[0.5,0.5],[1.5,0.5],[0.5,0.7],[0.5,0.5]]]"), "longitude 1,00000"},
		{"a hole outside", polygonText("[" + unit + ",[[3,3],[4,3],[4,4],[3,3]]]"), "un trou sort"},
		{"a hole in a hole", polygonText("[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]],[[3,3],[4,3],[4,4],[3,3]]]"), "un trou en contient un autre"},
		{"polygons one in the other", `{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]]],[[[3,3],[4,3],[4,4],[3,3]]]]}`, "recouvrent"},
		{"polygons that cross", `{"type":"MultiPolygon","coordinates":[[` + unit + `],[[[0.5,0.5],[2,0.5],[2,2],[0.5,0.5]]]]}`, "près de"},
		{"too many vertices", polygonText("[" + ringText(circle(5, 43, 0.1, MaxPolygonVertices+1)) + "]"), "plus de 10000 sommets"},
		{"too long", polygonText("[" + unit + "]" + strings.Repeat(" ", 1<<20)), "dépasse 1024 Kio"},
	} {
		_, err := ParsePolygon([]byte(c.text))
		checkInvalid(t, c.name, err, "polygon", c.says)
	}
}

func ringText(ring orb.Ring) string {
	text, err := json.Marshal(ring)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// The longest polygons allowed are read in a time that a request may take, the awkward ones too.
func TestLargestPolygons(t *testing.T) {
	t.Parallel()
	var comb orb.Ring
	for i := range 4990 {
		comb = append(comb, orb.Point{float64(i) / 1e4, 0}, orb.Point{float64(i)/1e4 + 0.5e-4, 1})
	}
	comb = append(comb, orb.Point{1, -1}, comb[0])
	var holes strings.Builder
	holes.WriteString("[[[0,0],[1,0],[1,1],[0,1],[0,0]]")
	for i := range 2400 {
		x, y := 0.01+float64(i%49)/50, 0.01+float64(i/49)/50
		fmt.Fprintf(&holes, ",[[%.4f,%.4f],[%.4f,%.4f],[%.4f,%.4f],[%.4f,%.4f]]", x, y, x+0.01, y, x, y+0.01, x, y)
	}
	holes.WriteString("]")
	for name, rings := range map[string]string{
		"circle": "[" + ringText(circle(5, 43, 0.1, 9990)) + "]", "comb": "[" + ringText(comb) + "]", "holes": holes.String(),
	} {
		start := time.Now()
		_, err := ParsePolygon([]byte(polygonText(rings)))
		t.Logf("%s: %v", name, time.Since(start))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParsePolygon(f *testing.F) {
	for _, seed := range []string{
		polygonText("[" + unit + "]"), polygonText(`[[[0,0],[2,2],[2,0],[0,2],[0,0]]]`), polygonText("[" + unit + ",[[0.2,0.2],[0.4,0.2],[0.4,0.4],[0.2,0.2]]]"),
		`{"type":"MultiPolygon","coordinates":[[` + unit + `],[[[3,3],[4,3],[4,4],[3,3]]]]}`, `{"type":"Feature","geometry":null}`, `{"type":"Polygon","coordinates":[[[1e-320,1e300],[null],[],{}]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		area, err := ParsePolygon(data)
		if err != nil {
			if dealmap.KindOf(err) != dealmap.KindInvalid {
				t.Fatalf("%q: %v is not of kind invalid", data, err)
			}
			return
		}
		// What was accepted is accepted again as it is written out, and can be searched.
		text, err := json.Marshal(geojson.NewGeometry(area))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePolygon(text); err != nil {
			t.Fatalf("%q was accepted, but not as %s: %v", data, text, err)
		}
		(&Index[*dealmap.Place]{}).Within(area, func(*dealmap.Place) bool { return true })
	})
}
