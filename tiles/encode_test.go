package tiles

import (
	"bytes"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func drawnInt(low, high int32) *rapid.Generator[unit] {
	return rapid.Custom(func(t *rapid.T) unit {
		return unit{rapid.Int32Range(low, high).Draw(t, "x"), rapid.Int32Range(low, high).Draw(t, "y")}
	})
}

func toPoints(units []unit) []orb.Point {
	points := make([]orb.Point, len(units))
	for i, u := range units {
		points[i] = orb.Point{float64(u.x), float64(u.y)}
	}
	return points
}

func TestEncoderAgreesWithOrb(t *testing.T) {
	t.Parallel()
	rapid.Check(t, agreesWithOrb)
}

func FuzzEncoderAgreesWithOrb(f *testing.F) { f.Fuzz(rapid.MakeFuzz(agreesWithOrb)) }

// agreesWithOrb writes a random layer and reads it with orb's decoder.
func agreesWithOrb(t *rapid.T) {
	type feature struct {
		id         uint64
		properties map[string]any
		geometry   orb.Geometry
	}
	e := newLayerEncoder()
	defer e.release()
	var written []feature
	for range rapid.IntRange(1, 20).Draw(t, "features") {
		f := feature{id: rapid.Uint64Range(1, 1<<53-1).Draw(t, "id"), properties: map[string]any{}}
		shape := rapid.SampledFrom([]int{typePoint, typeLine, typePolygon}).Draw(t, "shape")
		e.begin(f.id, uint64(shape))
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "name", "count"}), 0, 4, rapid.ID).Draw(t, "keys") {
			switch rapid.IntRange(0, 2).Draw(t, "type") {
			case 0:
				v := rapid.String().Draw(t, "text")
				set := rapid.SampledFrom([]func(key, value string){
					e.text,
					func(key, value string) { e.tag(key, e.newText(value)) },
					func(key, value string) { e.tag(key, e.local(value)) },
				}).Draw(t, "set")
				if v != "" {
					set(key, v)
					f.properties[key] = v
				}
			case 1:
				v := rapid.Uint64Range(0, 1<<53).Draw(t, "number")
				if e.number(key, v); v != 0 {
					f.properties[key] = float64(v)
				}
			case 2:
				e.flag(key, true)
				f.properties[key] = true
			}
		}
		units := drawnInt(-5000, 9000)
		switch shape {
		case typePoint:
			u := units.Draw(t, "point")
			e.point(u.x, u.y)
			f.geometry = toPoints([]unit{u})[0]
		case typeLine:
			line := rapid.SliceOfN(units, 2, 30).Draw(t, "line")
			e.line(line)
			f.geometry = orb.LineString(toPoints(line))
		case typePolygon:
			ring := rapid.SliceOfN(units, 3, 30).Filter(func(r []unit) bool { return twiceArea(r) > 0 && r[0] != r[len(r)-1] }).Draw(t, "ring")
			e.ring(ring)
			f.geometry = orb.Polygon{append(toPoints(ring), toPoints(ring[:1])...)}
		}
		e.end()
		written = append(written, f)
	}
	tile := e.append(nil, "some")
	read := decodeLayer(t, tile, "some")
	if len(read) != len(written) {
		t.Fatalf("%d features written, %d read", len(written), len(read))
	}
	for i, w := range written {
		r := read[i]
		if r.ID != float64(w.id) {
			t.Fatalf("id %v, want %d", r.ID, w.id)
		}
		if !orb.Equal(r.Geometry, w.geometry) {
			t.Fatalf("geometry %v, want %v", r.Geometry, w.geometry)
		}
		if len(r.Properties) != len(w.properties) {
			t.Fatalf("properties %v, want %v", r.Properties, w.properties)
		}
		for k, v := range w.properties {
			if r.Properties[k] != v {
				t.Fatalf("property %s is %v, want %v", k, r.Properties[k], v)
			}
		}
	}
}

func TestEncoderReusesNothing(t *testing.T) {
	t.Parallel()
	write := func() []byte {
		e := newLayerEncoder()
		defer e.release()
		e.begin(7, typePoint)
		e.text("name", "Cité")
		e.number("count", 3)
		e.flag("label", true)
		e.point(1, 2)
		e.end()
		return e.append(nil, "some")
	}
	first := write()
	for range 3 {
		e := newLayerEncoder()
		e.begin(1, typePoint)
		e.text("autre", "valeur")
		e.flag("vrai", true)
		e.point(9, 9)
		e.end()
		e.release()
		if again := write(); !bytes.Equal(first, again) {
			t.Fatalf("the second time: %x, the first: %x", again, first)
		}
	}
}

func TestEmptyLayersAreOmitted(t *testing.T) {
	t.Parallel()
	e := newLayerEncoder()
	defer e.release()
	e.begin(1, typePolygon)
	e.text("name", "rien")
	e.end()
	if tile := e.append(nil, "some"); len(tile) != 0 {
		t.Errorf("a layer whose only feature has no geometry is %x", tile)
	}
}
