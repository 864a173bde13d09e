package list

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	authority  = regexp.MustCompile(`(?:AUTHORITY|ID)\["EPSG",\s*"?(\d{1,6})"?\]\s*\]\s*$`)
	systemName = regexp.MustCompile(`^\s*(PROJCS|PROJCRS|GEOGCS|GEOGCRS)\s*\[\s*"([^"]*)"`)
	plane      = regexp.MustCompile(`(PROJCS|PROJCRS|GEOGCS|GEOGCRS)\s*\[`)
	parameter  = regexp.MustCompile(`PARAMETER\["([^"]+)",\s*([-+0-9.E]+)`)
)

// frames are the reference frames by which the same projection has another code, each with words of its names, in upper case
// without what separates them, and the codes of its UTM zones. Order matters: the first found counts.
var frames = []struct {
	words      []string
	geographic int         // code of its longitudes and latitudes
	zones      map[int]int // zone, negative in the south
	north      int         // code of zone 0 where all zones follow each other
	south      int
}{
	{words: []string{"RGAF09", "ANTILLESFRANCAISES2009"}, geographic: 5489, zones: map[int]int{20: 5490}},
	{words: []string{"RRAF", "REFERENCEDESANTILLES"}, geographic: 4558, zones: map[int]int{20: 4559}},
	{words: []string{"RGFG", "GUYANE"}, geographic: 4624, zones: map[int]int{22: 2972}},
	{words: []string{"RGR1992", "RGR92", "REUNION1992", "DELAREUNION"}, geographic: 4627, zones: map[int]int{-40: 2975}},
	{words: []string{"RGM04", "MAYOTTE2004"}, geographic: 4470, zones: map[int]int{-38: 4471}},
	{words: []string{"RGSPM", "SAINTPIERREETMIQUELON"}, geographic: 4463, zones: map[int]int{21: 4467}},
	{words: []string{"ETRS1989", "ETRS89", "EUROPEANTERRESTRIALREFERENCESYSTEM", "RGF1993", "RGF93", "RESEAUGEODESIQUEFRANCAIS"}, geographic: 4258, north: 25800},
	{words: []string{"WGS1984", "WGS84", "WORLDGEODETICSYSTEM1984"}, geographic: 4326, north: 32600, south: 32700},
}

// horizontal cuts a compound system, with heights, down to its part for the plane.
func horizontal(wkt string) string {
	if !strings.HasPrefix(strings.TrimSpace(wkt), "COMPD") && !strings.HasPrefix(strings.TrimSpace(wkt), "COMPOUND") {
		return wkt
	}
	start := plane.FindStringIndex(wkt)
	if start == nil {
		return wkt
	}
	depth := 0
	for i, c := range wkt[start[0]:] {
		switch c {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return wkt[start[0] : start[0]+i+1]
			}
		}
	}
	return wkt[start[0]:]
}

// epsgOf recognises a system of coordinates by its well-known text, as a .prj file of ESRI or GDAL has it: by the code that it
// carries, else by name and parameters. 0 when it is not one that French services use.
func epsgOf(wkt string) int {
	if len(wkt) > sniffBytes {
		return 0
	}
	wkt = horizontal(strings.ToUpper(wkt))
	if m := authority.FindStringSubmatch(wkt); m != nil {
		code, _ := strconv.Atoi(m[1])
		return code
	}
	m := systemName.FindStringSubmatch(wkt)
	if m == nil {
		return 0
	}
	plain := strings.NewReplacer("_", "", " ", "", "-", "", "/", "", "É", "E").Replace(wkt)
	zones := -1
	for i, f := range frames {
		for _, word := range f.words {
			if zones < 0 && strings.Contains(plain, word) {
				zones = i
			}
		}
	}
	ntf := strings.Contains(plain, "NTF") || strings.Contains(plain, "TRIANGULATIONFRANCAISE")
	if strings.HasPrefix(m[1], "GEOG") {
		switch {
		case zones < 0 || ntf:
			return 0
		case frames[zones].north == 25800 && (strings.Contains(plain, "RGF") || strings.Contains(plain, "GEODESIQUEFRANCAIS")):
			return 4171
		}
		return frames[zones].geographic
	}
	if name := strings.NewReplacer("_", "", " ", "", "-", "").Replace(m[2]); strings.Contains(name, "WEBMERCATOR") || strings.Contains(name, "PSEUDOMERCATOR") ||
		strings.Contains(name, "POPULARVISUALISATION") || name == "GOOGLEMAPSGLOBALMERCATOR" {
		return 3857
	}
	p := map[string]float64{}
	for _, m := range parameter.FindAllStringSubmatch(wkt, -1) {
		if v, err := strconv.ParseFloat(m[2], 64); err == nil {
			p[strings.ReplaceAll(m[1], " ", "_")] = v
		}
	}
	is := func(name string, value float64) bool {
		v, ok := p[name]
		return ok && math.Abs(v-value) < 1e-4*max(1, math.Abs(value)/1000)
	}
	switch {
	case strings.Contains(plain, "LAMBERTCONFORMALCONIC") && ntf:
		if is("FALSE_EASTING", 600000) && is("FALSE_NORTHING", 2200000) {
			return 27572
		}
	case strings.Contains(plain, "LAMBERTCONFORMALCONIC") && zones >= 0 && is("CENTRAL_MERIDIAN", 3):
		if is("FALSE_EASTING", 700000) && is("FALSE_NORTHING", 6600000) {
			return 2154
		}
		zone := math.Round((p["FALSE_NORTHING"]-200000)/1e6) + 41
		if is("FALSE_EASTING", 1700000) && is("FALSE_NORTHING", (zone-41)*1e6+200000) && zone >= 42 && zone <= 50 && is("LATITUDE_OF_ORIGIN", zone) {
			return 3900 + int(zone)
		}
	case strings.Contains(plain, "TRANSVERSEMERCATOR") && zones >= 0 && is("SCALE_FACTOR", 0.9996) && is("FALSE_EASTING", 500000):
		zone := int(math.Round((p["CENTRAL_MERIDIAN"] + 183) / 6))
		if zone < 1 || zone > 60 || !is("CENTRAL_MERIDIAN", float64(zone*6-183)) {
			return 0
		}
		f := frames[zones]
		switch {
		case is("FALSE_NORTHING", 0):
			if f.north > 0 {
				return f.north + zone
			}
			return f.zones[zone]
		case is("FALSE_NORTHING", 1e7):
			if f.south > 0 {
				return f.south + zone
			}
			return f.zones[-zone]
		}
	}
	return 0
}
