package mapping

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
)

// findCoordinates finds the two columns of the position: those that the format has, those that the headers name, or two
// side by side that lie in France when read together.
func (s *suggester) findCoordinates() {
	x, y := slices.Index(s.header, list.GeometryX), slices.Index(s.header, list.GeometryY)
	if x >= 0 && y >= 0 && s.contents[x].share(s.contents[x].coordinates) >= 50 && s.contents[y].share(s.contents[y].coordinates) >= 50 {
		s.use("x", x, "la géométrie du fichier")
		s.use("y", y, "la géométrie du fichier")
		return
	}
	if x, y, ok := s.namedPair(); ok {
		s.use("x", x, "son en-tête le dit et elle va avec « "+s.header[y]+" »")
		s.use("y", y, "son en-tête le dit et elle va avec « "+s.header[x]+" »")
		return
	}
	if slices.ContainsFunc(s.contents, func(c content) bool { return c.share(c.pairs) >= 80 }) {
		return
	}
	if x, y, ok := s.silentPair(); ok {
		why := "lue avec « %s », elle donne des positions en France"
		s.use("x", x, fmt.Sprintf(why, s.header[y]))
		s.use("y", y, fmt.Sprintf(why, s.header[x]))
	}
}

// namedPair chooses among the columns that headers call x and y the two that belong together.
func (s *suggester) namedPair() (bestX, bestY int, ok bool) {
	best := 0
	for x := range s.header {
		for y := range s.header {
			if x == y || s.taken[x] || s.taken[y] {
				continue
			}
			score := s.axisScore(x, "x") + s.axisScore(y, "y")
			if s.axisScore(x, "x") < enough || s.axisScore(y, "y") < enough {
				continue
			}
			if family(s.header[x]) == family(s.header[y]) {
				score += 30
			}
			if x-y == 1 || y-x == 1 {
				score += 10
			}
			if score > best {
				best, bestX, bestY, ok = score, x, y, true
			}
		}
	}
	return bestX, bestY, ok
}

func (s *suggester) axisScore(column int, field string) int {
	named := s.scores[column][field]
	if named == 0 {
		return 0
	}
	return named + s.contents[column].fits(field, specOf(field))
}

// family tells the headers of degrees from those of metres, and one system from another.
func family(header string) string {
	words := headerWords(header)
	for _, w := range words {
		if strings.HasPrefix(w, "lon") || strings.HasPrefix(w, "lat") || w == "lng" {
			return "degrees"
		}
	}
	for _, w := range words {
		if epsg := systemWords[w]; epsg != 0 {
			return fmt.Sprint(epsg)
		}
	}
	return ""
}

// silentPair looks for coordinates among neighbouring columns of numbers that no header names.
func (s *suggester) silentPair() (x, y int, ok bool) {
	const most = 30
	tried := 0
	for i := 0; i+1 < len(s.header) && tried < most; i++ {
		if s.taken[i] || s.taken[i+1] || !s.contents[i].measures() || !s.contents[i+1].measures() {
			continue
		}
		tried++
		if found := findSystem(s.spots(i, i+1, -1), s.m.communes.terr); found.inFrance >= 80 {
			if found.swapped {
				return i + 1, i, true
			}
			return i, i + 1, true
		}
	}
	return 0, 0, false
}

// measures reports whether a column holds what no counter or code does: numbers with decimals, or large ones that vary.
func (c *content) measures() bool {
	if c.filled == 0 || c.share(c.coordinates) < 90 || c.distinct < 2 && c.filled > 2 {
		return false
	}
	exact := 0
	for _, v := range c.values {
		if n, _, ok := parseCoordinate(v, ""); ok && (n != math.Trunc(n) || math.Abs(n) > 100_000) {
			exact++
		}
	}
	return c.share(exact) >= 80
}

// spots reads the positions of the sample from two columns, or from one with both.
func (s *suggester) spots(x, y, both int) []spot {
	const most = 100
	var spots []spot
	for _, row := range s.sample {
		var at spot
		if both >= 0 {
			p, ok := parsePair(cellAt(row, both), "")
			if !ok {
				continue
			}
			at.x, at.y = p.first, p.second
			if p.order == byCustom && math.Abs(p.first) <= 180 && math.Abs(p.second) <= 180 {
				at.x, at.y = p.second, p.first
			}
		} else {
			var okX, okY bool
			var wayX, wayY axis
			at.x, wayX, okX = parseCoordinate(strings.TrimSpace(bounded(cellAt(row, x))), "")
			at.y, wayY, okY = parseCoordinate(strings.TrimSpace(bounded(cellAt(row, y))), "")
			if !okX || !okY {
				continue
			}
			if wayX == northward && wayY == eastward {
				at.x, at.y = at.y, at.x
			}
		}
		if at.x == 0 && at.y == 0 {
			continue
		}
		at.departement = s.departementOf(row)
		if spots = append(spots, at); len(spots) == most {
			break
		}
	}
	return spots
}

// departementOf is the département that a row states by its commune or its postal code, empty when it states none.
func (s *suggester) departementOf(row list.Row) string {
	cell := func(field string) string {
		if at, ok := s.columns[field]; ok {
			return strings.TrimSpace(bounded(cellAt(row, at)))
		}
		return ""
	}
	postcode := digitsOf(cell("postcode"))
	if len(postcode) == 4 {
		postcode = "0" + postcode
	}
	read := s.m.communes.find(locality{cell("commune"), postcode, cell("departement")})
	if read.code != "" {
		if chain, ok := s.m.communes.terr.Chain(dealmap.TerritoryCode("com:" + read.code)); ok {
			for _, code := range chain {
				if code.Level() == dealmap.LevelDepartement {
					return code.ID()
				}
			}
		}
	}
	return ""
}

// findSystem finds the system of the coordinates, from what the file declares, what headers say and where positions lie.
func (s *suggester) findSystem() {
	x, located := s.columns["x"]
	y := s.columns["y"]
	both, paired := s.columns["position"]
	if !located && !paired {
		return
	}
	if located {
		both = -1
	}
	spots := s.spots(x, y, both)
	if len(spots) == 0 {
		return
	}
	terr := s.m.communes.terr
	var preferred []int
	declared := s.findings.EPSG
	if declared != 0 && (paired || s.header[x] == list.GeometryX) {
		preferred = append(preferred, declared)
	}
	for _, column := range []int{x, y, both} {
		if column < 0 {
			continue
		}
		for _, w := range headerWords(s.header[column]) {
			if epsg := systemWords[w]; epsg != 0 {
				preferred = append(preferred, epsg)
			}
		}
	}
	found := findSystem(spots, terr, preferred...)
	switch {
	case found.inFrance > 0:
		s.out.EPSG, s.out.Swapped = found.epsg, found.swapped
		s.out.Why["epsg"] = found.why(len(spots))
		if declared == found.epsg {
			s.out.Why["epsg"] += " ; c’est ce que le fichier déclare"
		} else if len(preferred) > 0 && preferred[0] == declared && declared != 0 {
			s.out.Why["epsg"] += fmt.Sprintf(" ; le fichier déclare pourtant EPSG:%d", declared)
		}
	case slices.ContainsFunc(spots, func(at spot) bool { return math.Abs(at.x) > 180 || math.Abs(at.y) > 180 }):
		s.out.Why["epsg"] = "aucun système connu ne met ces coordonnées en France : indiquez-le"
		if len(preferred) > 0 {
			s.out.EPSG = preferred[0]
		}
	default:
		s.out.EPSG = 4326
		s.out.Swapped = !slices.ContainsFunc(spots, func(at spot) bool { return math.Abs(at.x) > 90 }) && slices.ContainsFunc(spots, func(at spot) bool { return math.Abs(at.y) > 90 })
		s.out.Why["epsg"] = fmt.Sprintf("des degrés, mais hors de France (par exemple longitude %g, latitude %g) : un décalage peut les y mettre pour un exercice", spots[0].x, spots[0].y)
	}
	if s.out.Swapped {
		s.out.Why["swapped"] = "les deux coordonnées sont inversées dans la liste"
	}
}
