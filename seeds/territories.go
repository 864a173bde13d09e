package seeds

import (
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

var (
	//go:embed data/territories.tsv.gz
	packedTerritories []byte
	//go:embed data/outlines.bin.gz
	packedOutlines []byte
)

// Gazetteer returns the embedded territories as they are looked up; official outlines can be added to it.
func Gazetteer() (*geo.Territories, error) {
	list, err := Territories()
	if err != nil {
		return nil, err
	}
	return geo.NewTerritories(list)
}

// Territories returns the embedded territories, the coarse levels first: zones de défense, régions, départements,
// arrondissements, communes, municipal arrondissements (children of their commune). Zones, régions and départements have an
// indicative outline (Natural Earth, 1:10,000,000), an area measured from it and a centre inside it; most communes of more than 1,000
// inhabitants have a centre (GeoNames). Communes of the collectivités d'outre-mer are children of their zone, those of
// Saint-Pierre-et-Miquelon and Clipperton of nothing.
func Territories() ([]geo.Territory, error) {
	outlines := map[dealmap.TerritoryCode]orb.MultiPolygon{}
	err := eachShape(packedOutlines, func(key string, g geom.Geometry) {
		outlines[dealmap.TerritoryCode(key)] = toMultiPolygon(g)
	})
	if err != nil {
		return nil, err
	}
	data, err := unzip(packedTerritories)
	if err != nil {
		return nil, err
	}
	first, text, _ := strings.Cut(string(data), "\n")
	year, err := strconv.Atoi(first)
	if err != nil {
		return nil, fmt.Errorf("seeds: vintage of the territories: %w", err)
	}
	list := make([]geo.Territory, 0, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		t, err := parseTerritory(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("seeds: territory %q: %w", line, err)
		}
		t.Year = year
		t.Outline = outlines[t.Code]
		t.Indicative = t.Outline != nil
		list = append(list, t)
	}
	return list, nil
}

// parseTerritory reads one line as the generator's writeTerritories wrote it.
func parseTerritory(line string) (t geo.Territory, err error) {
	f := strings.Split(line, "\t")
	if len(f) != 9 {
		return t, errors.New("not nine fields")
	}
	var bad error
	number := func(text string) float64 {
		if text == "" {
			return 0
		}
		v, err := strconv.ParseFloat(text, 64)
		bad = errors.Join(bad, err)
		return v
	}
	t = geo.Territory{
		Code: dealmap.TerritoryCode(f[0]), Name: f[1], Parent: dealmap.TerritoryCode(f[2]),
		Population: int(number(f[3])), AreaKM2: number(f[4]),
		Centre: orb.Point{number(f[5]), number(f[6])}, HasCentre: f[5] != "",
	}
	if f[7] != "" {
		t.PostalCodes = strings.Split(f[7], ",")
	}
	if f[8] != "" {
		t.Former = strings.Split(f[8], ",")
	}
	return t, bad
}
