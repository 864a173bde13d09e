package seeds

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

//go:embed data/basemap.bin.gz
var packedBasemap []byte

// Background is the map under the map for machines without internet: Natural Earth, WGS 84, public domain. It covers five windows
// (metropole, antilles, guyane, reunion, mayotte) and nothing outside them.
type Background struct {
	Windows []Window
	// Land is the land of each country in each window, clipped to it.
	Land   []Land
	Lakes  orb.MultiPolygon
	Rivers orb.MultiLineString
}

// Window is a part of the world that the basemap covers.
type Window struct {
	Name  string
	Bound orb.Bound
}

// Land is the part of a country that lies in a window. Country is the ISO 3166-1 code of two letters, "-99" for a territory
// without one.
type Land struct {
	Window, Country string
	Shape           orb.MultiPolygon
}

// Basemap decodes the embedded background.
func Basemap() (Background, error) {
	var b Background
	var unknown error
	err := eachShape(packedBasemap, func(key string, g geom.Geometry) {
		layer, rest, _ := strings.Cut(key, ":")
		window, country, _ := strings.Cut(rest, ":")
		switch layer {
		case "window":
			b.Windows = append(b.Windows, Window{window, toMultiPolygon(g).Bound()})
		case "land":
			b.Land = append(b.Land, Land{window, country, toMultiPolygon(g)})
		case "lakes":
			b.Lakes = append(b.Lakes, toMultiPolygon(g)...)
		case "rivers":
			for _, part := range g.Dump() {
				b.Rivers = append(b.Rivers, toLine(part.MustAsLineString()))
			}
		default:
			unknown = fmt.Errorf("seeds: basemap layer %q is unknown", key)
		}
	})
	if err == nil {
		err = unknown
	}
	return b, err
}

// GeoJSON returns the background as a FeatureCollection; the property "layer" is land, lakes or rivers, and land has
// "country" too.
func (b Background) GeoJSON() ([]byte, error) {
	features := make([]feature, 0, len(b.Land)+2)
	for _, l := range b.Land {
		features = append(features, newFeature(l.Shape, map[string]string{"layer": "land", "country": l.Country}))
	}
	features = append(features, newFeature(b.Lakes, map[string]string{"layer": "lakes"}),
		newFeature(b.Rivers, map[string]string{"layer": "rivers"}))
	data, err := json.Marshal(struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}{"FeatureCollection", features})
	if err != nil {
		return nil, fmt.Errorf("seeds: background as GeoJSON: %w", err)
	}
	return data, nil
}

// feature is written here because orb's own GeoJSON package brings a database driver into the server.
type feature struct {
	Type       string            `json:"type"`
	Properties map[string]string `json:"properties"`
	Geometry   struct {
		Type        string       `json:"type"`
		Coordinates orb.Geometry `json:"coordinates"`
	} `json:"geometry"`
}

func newFeature(shape orb.Geometry, properties map[string]string) feature {
	f := feature{Type: "Feature", Properties: properties}
	f.Geometry.Type, f.Geometry.Coordinates = shape.GeoJSONType(), shape
	return f
}
