package geo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/wroge/wgs84"
)

// Transform brings positions of one coordinate reference system to WGS 84 and back. Make it once with [NewTransform] and
// use it for every row; it is immutable.
type Transform struct {
	system
	epsg int
}

// system is a coordinate reference system: how to compute it and where it is meant to be used.
type system struct {
	name     string
	from, to wgs84.Func // to and from WGS 84 longitude and latitude
	// area is where its coordinates make sense, in WGS 84 degrees.
	area orb.Bound
	// grid is a box around the area in the system's own coordinates, computed when first used.
	grid func() orb.Bound
}

// Areas of use, with some sea around: a coordinate far outside is a mistake of system, of sign or of order.
var (
	world       = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	mercator    = orb.Bound{Min: orb.Point{-180, -85.06}, Max: orb.Point{180, 85.06}}
	metropole   = orb.Bound{Min: orb.Point{-9.9, 41}, Max: orb.Point{10.4, 51.6}}
	antilles    = orb.Bound{Min: orb.Point{-63.7, 14}, Max: orb.Point{-60, 18.6}}
	guyane      = orb.Bound{Min: orb.Point{-54.7, 2}, Max: orb.Point{-51, 6.5}}
	reunion     = orb.Bound{Min: orb.Point{54.9, -21.7}, Max: orb.Point{56.2, -20.5}}
	mayotte     = orb.Bound{Min: orb.Point{44.7, -13.3}, Max: orb.Point{45.6, -12.3}}
	saintPierre = orb.Bound{Min: orb.Point{-57.2, 43.2}, Max: orb.Point{-55.7, 47.6}}
)

var systems = makeSystems()

// makeSystems lists what French services export. RGF93 v2 (9794, 9842 to 9850) differs from RGF93 v1 (2154, 3942 to 3950) by
// less than 2 cm and shares its parameters, as do the overseas reference frames with WGS 84.
func makeSystems() map[int]system {
	known := wgs84.EPSG()
	all := map[int]system{}
	add := func(epsg int, name string, from, to wgs84.Func, area orb.Bound) {
		grid := sync.OnceValue(func() orb.Bound { return gridAround(area, to) })
		all[epsg] = system{name: name, from: from, to: to, area: area, grid: grid}
	}
	projected := func(epsg int, name string, crs wgs84.CoordinateReferenceSystem, area orb.Bound) {
		from, to := wgs84.From(crs), wgs84.To(crs)
		if p, ok := crs.(wgs84.ProjectedReferenceSystem); ok && p.Datum.Transformation == nil && p.Projection != nil {
			// Without a change of datum the way through geocentric coordinates moves nothing and doubles the cost.
			from = func(x, y, h float64) (float64, float64, float64) {
				lon, lat := p.Projection.ToLonLat(x, y, p.Datum)
				return lon, lat, h
			}
		}
		add(epsg, name, from, to, area)
	}
	identity := func(a, b, c float64) (float64, float64, float64) { return a, b, c }
	add(4326, "WGS 84", identity, identity, world)
	add(4258, "ETRS89", identity, identity, world)
	add(4171, "RGF93", identity, identity, world)
	projected(3857, "Web Mercator", known.Code(3857), mercator)
	lambert93 := newConic(wgs84.RGF93(), 3, 46.5, 49, 44, 700000, 6600000)
	projected(2154, "Lambert-93", lambert93, metropole)
	projected(9794, "Lambert-93 v2b", lambert93, metropole)
	for zone := 42; zone <= 50; zone++ {
		lat := float64(zone)
		area := orb.Bound{Min: orb.Point{metropole.Min[0], lat - 1.5}, Max: orb.Point{metropole.Max[0], lat + 1.5}}
		cc := newConic(wgs84.RGF93(), 3, lat, lat-0.75, lat+0.75, 1700000, 1200000+(lat-42)*1000000)
		projected(3900+zone, fmt.Sprintf("RGF93 CC%d", zone), cc, area)
		projected(9800+zone, fmt.Sprintf("RGF93 v2b CC%d", zone), cc, area)
	}
	projected(27572, "NTF Lambert II étendu", lambertIIExtended(), metropole)
	projected(32620, "WGS 84 UTM 20 N", utm(20, true), antilles)
	projected(5490, "RGAF09 UTM 20 N", utm(20, true), antilles)
	projected(4559, "RRAF91 UTM 20 N", utm(20, true), antilles)
	projected(2972, "RGFG95 UTM 22 N", utm(22, true), guyane)
	projected(2975, "RGR92 UTM 40 S", utm(40, false), reunion)
	projected(4471, "RGM04 UTM 38 S", utm(38, false), mayotte)
	projected(4467, "RGSPM06 UTM 21 N", utm(21, true), saintPierre)
	for zone := 30; zone <= 32; zone++ {
		west := float64(zone*6 - 186)
		area := orb.Bound{Min: orb.Point{west - 3, metropole.Min[1]}, Max: orb.Point{west + 9, metropole.Max[1]}}
		projected(32600+zone, fmt.Sprintf("WGS 84 UTM %d N", zone), utm(zone, true), area)
		projected(25800+zone, fmt.Sprintf("ETRS89 UTM %d N", zone), utm(zone, true), area)
	}
	return all
}

// lambertIIExtended is EPSG:27572: Clarke 1880 IGN, Paris meridian 2°20′14.025″ E, the two standard parallels that IGN
// publishes as equal to its scale factor 0.99987742 at 52 gr, and the translation NTF → WGS 84 (-168, -60, 320), good to
// about 2 m (IGN, NTG_71 and NTG_88).
func lambertIIExtended() wgs84.CoordinateReferenceSystem {
	ntf := wgs84.Helmert(6378249.2, 293.4660212936269, -168, -60, 320, 0, 0, 0, 0)
	paris := 2 + 20./60 + 14.025/3600
	first, second := 45+53./60+56.108/3600, 47+41./60+45.652/3600
	return ntf.LambertConformalConic2SP(paris, 46.8, first, second, 600000, 2200000)
}

// ParseCRS reads "EPSG:2154", "2154" or "urn:ogc:def:crs:EPSG::2154" and returns the code of a system that is known.
func ParseCRS(text string) (int, error) {
	name := strings.ToUpper(strings.TrimSpace(text))
	for _, prefix := range []string{"URN:OGC:DEF:CRS:EPSG:", "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/", "EPSG:"} {
		name = strings.TrimPrefix(name, prefix)
	}
	epsg, err := strconv.Atoi(strings.TrimLeft(name, ":"))
	if err != nil {
		return 0, dealmap.Invalid("crs", fmt.Sprintf("« %.40s » n’est pas un système de coordonnées (par exemple EPSG:2154)", text))
	}
	if _, ok := systems[epsg]; !ok {
		return 0, dealmap.Invalid("crs", fmt.Sprintf("EPSG:%d n’est pas pris en charge (par exemple EPSG:2154 pour Lambert-93, EPSG:4326 pour WGS 84)", epsg))
	}
	return epsg, nil
}

// NewTransform returns the transform of a coordinate reference system, or an error on field crs when it is not known.
func NewTransform(epsg int) (Transform, error) {
	if _, err := ParseCRS(strconv.Itoa(epsg)); err != nil {
		return Transform{}, err
	}
	return Transform{system: systems[epsg], epsg: epsg}, nil
}

// Reproject brings one position to WGS 84; with many, make a [Transform] once.
func Reproject(epsg int, x, y float64) (orb.Point, error) {
	t, err := NewTransform(epsg)
	if err != nil {
		return orb.Point{}, err
	}
	return t.WGS84(x, y)
}

// Name returns the name of the system for people, such as Lambert-93.
func (t Transform) Name() string { return t.name }

// WGS84 returns the position of coordinates x (east, or longitude) and y (north, or latitude). Coordinates that are not
// numbers or outside the system's area are an error on field x or y, which says so when they seem swapped.
func (t Transform) WGS84(x, y float64) (orb.Point, error) {
	for _, c := range []struct {
		field string
		value float64
	}{{"x", x}, {"y", y}} {
		if math.IsNaN(c.value) || math.IsInf(c.value, 0) {
			return orb.Point{}, dealmap.Invalid(c.field, "la coordonnée n’est pas un nombre")
		}
	}
	if p, ok := t.inside(x, y); ok {
		return p, nil
	}
	field, grid := "x", t.grid()
	if x >= grid.Min[0] && x <= grid.Max[0] {
		field = "y"
	}
	message := fmt.Sprintf("x = %s et y = %s sont hors de la zone de %s (EPSG:%d)", number(x), number(y), t.name, t.epsg)
	if world.Contains(orb.Point{x, y}) {
		return orb.Point{}, dealmap.Invalid("x", message+" : ce sont sans doute des degrés (EPSG:4326)")
	}
	if _, ok := t.inside(y, x); ok {
		message += " : les deux coordonnées semblent inversées"
	}
	return orb.Point{}, dealmap.Invalid(field, message)
}

// inside looks at the grid before it computes: far outside its area the inverse of a projection may fold back into it.
func (t Transform) inside(x, y float64) (orb.Point, bool) {
	if !t.grid().Contains(orb.Point{x, y}) {
		return orb.Point{}, false
	}
	lon, lat, _ := t.from(x, y, 0)
	return orb.Point{lon, lat}, t.area.Contains(orb.Point{lon, lat})
}

// gridAround projects the border and the middle lines of an area, with a margin because the extremes may lie between the
// samples.
func gridAround(area orb.Bound, to wgs84.Func) orb.Bound {
	const steps = 32
	grid := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for i := range steps + 1 {
		lon := area.Min[0] + (area.Max[0]-area.Min[0])*float64(i)/steps
		for j := range steps + 1 {
			if i%(steps/2) != 0 && j%(steps/2) != 0 {
				continue
			}
			x, y, _ := to(lon, area.Min[1]+(area.Max[1]-area.Min[1])*float64(j)/steps, 0)
			grid = grid.Extend(orb.Point{x, y})
		}
	}
	if grid == area {
		return grid // degrees: the border is exact
	}
	return grid.Pad(0.02 * math.Min(grid.Max[0]-grid.Min[0], grid.Max[1]-grid.Min[1]))
}

// Project returns the coordinates of a WGS 84 position in the system, without checking its area.
func (t Transform) Project(p orb.Point) (x, y float64) {
	x, y, _ = t.to(p[0], p[1], 0)
	return x, y
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
