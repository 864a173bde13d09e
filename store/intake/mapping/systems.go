package mapping

import (
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// candidates are the systems that positions are tried in, the likeliest first: their order decides between those that fit
// equally well. Systems that share their parameters with one of these (RGF93 v2, ETRS89, RGAF09) are told by the file alone.
var candidates = []int{
	4326, 2154, 3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950, 27572, 32620, 2972, 2975, 4471, 4467, 32631, 32632, 32630, 3857,
}

// spot is a position of the sample as the list writes it, with the département that the row states.
type spot struct {
	x, y        float64
	departement string
}

// system is what the positions of a list are written in.
type system struct {
	epsg     int
	swapped  bool
	inFrance int // of a hundred positions
	agree    int // of a hundred whose row states its département
	stated   int // rows that state it
}

// findSystem tries the positions in every system known and both orders. preferred are tried as well, and win where others
// fit no better.
func findSystem(spots []spot, terr *geo.Territories, preferred ...int) (best system) {
	tried := slices.Concat(preferred, candidates)
	for i, epsg := range tried {
		if slices.Contains(tried[:i], epsg) {
			continue
		}
		transform, err := geo.NewTransform(epsg)
		if err != nil {
			continue
		}
		for _, swapped := range []bool{false, true} {
			if s := try(spots, terr, transform, epsg, swapped); s.better(best) {
				best = s
			}
		}
	}
	return best
}

// better compares by what rows state where enough of them do, then by how many positions lie in France. A small lead is
// chance: the earlier candidate stays.
func (s system) better(than system) bool {
	if s.inFrance == 0 {
		return false
	}
	if s.stated > 0 && abs(s.agree-than.agree) > 5 {
		return s.agree > than.agree
	}
	return s.inFrance > than.inFrance+5
}

func abs(n int) int { return max(n, -n) }

func try(spots []spot, terr *geo.Territories, transform geo.Transform, epsg int, swapped bool) system {
	s := system{epsg: epsg, swapped: swapped}
	within, agree := 0, 0
	for _, at := range spots {
		if at.departement != "" {
			s.stated++
		}
		x, y := at.x, at.y
		if swapped {
			x, y = y, x
		}
		p := orb.Point{x, y}
		if !isDegrees(epsg) {
			var err error
			if p, err = transform.WGS84(x, y); err != nil {
				continue
			}
		}
		if dealmap.CheckPosition("geometry", p) != nil {
			continue
		}
		chain := terr.Locate(p)
		if terr.Len() > 0 && len(chain) == 0 {
			continue
		}
		within++
		for _, code := range chain {
			if at.departement != "" && code.Level() == dealmap.LevelDepartement && code.ID() == at.departement {
				agree++
			}
		}
	}
	if len(spots) > 0 {
		s.inFrance = 100 * within / len(spots)
	}
	if s.stated > 0 {
		s.agree = 100 * agree / s.stated
	}
	return s
}

// why says in French how the system was found.
func (s system) why(count int) string {
	transform, err := geo.NewTransform(s.epsg)
	if err != nil {
		return ""
	}
	text := fmt.Sprintf("coordonnées lues en %s (EPSG:%d) : %d %% des %d positions de l’échantillon tombent en France", transform.Name(), s.epsg, s.inFrance, count)
	if s.stated > 0 {
		text += fmt.Sprintf(", %d %% dans le département que dit la ligne", s.agree)
	}
	if s.swapped {
		text += " ; les deux colonnes sont inversées"
	}
	return text
}
