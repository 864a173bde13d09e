package addresses

import (
	"fmt"
	"strings"

	"github.com/mesure5/dealmap"
)

// longStreet is the distance in metres between the middle and the end of a street from which the hit says so.
const longStreet = 500

// hit places an address on a street: at its number, or at the middle.
func (s *search) hit(c street, l line, within area) (Hit, error) {
	var packed []byte
	if err := s.tx.StmtContext(s.ctx, s.g.points).QueryRowContext(s.ctx, c.id).Scan(&packed); err != nil {
		return Hit{}, err
	}
	points, err := unpack(packed)
	if err != nil {
		return Hit{}, err
	}
	h := Hit{Commune: c.commune, Score: c.likeness.score, Accuracy: dealmap.AccuracyStreet}
	place, what := c.isPlace || nameOf(c.name).estate() || nameOf(c.name).kind == "" && !numbered(points), "rue trouvée"
	if place {
		h.Accuracy, what = dealmap.AccuracyEstate, "lieu-dit ou ensemble trouvé"
	}
	why := []string{}
	street := strings.TrimSpace(c.name)
	if found, exact, ok := pick(points, l.numbers); ok && !c.isPlace {
		h.Position, h.Accuracy = found.at, dealmap.AccuracyBuilding
		if found.door {
			h.Accuracy = dealmap.AccuracyDoor
		}
		if c.likeness.otherKind {
			h.Accuracy = dealmap.AccuracyStreet
		}
		why = append(why, "numéro trouvé")
		if !exact {
			why[0] = fmt.Sprintf("numéro %s trouvé pour « %s »", found.number, l.numbers[0])
			h.Score *= 0.98
		}
		street = found.number.String() + " " + street
	} else {
		var extent float64
		h.Position, extent = middle(points)
		why = append(why, without(&h, what, points, l, within))
		if extent > longStreet {
			why = append(why, fmt.Sprintf("elle s’étend à plus de %d m de là", int(extent/100)*100))
		}
	}
	if c.likeness.otherKind {
		why = append(why, "type de voie autre")
	}
	if c.likeness.score < certain {
		why = append(why, fmt.Sprintf("nom approché : « %s »", c.name))
	}
	h.Why = strings.Join(why, " ; ")
	h.Label = strings.Join(strings.Fields(street+" "+c.postcode+" "+c.city), " ")
	return h, nil
}

// without explains a position that is not that of a number. When only the suffix is unknown, the number itself is nearer than the middle.
func without(h *Hit, what string, points []point, l line, within area) string {
	if len(l.numbers) == 0 {
		return what + ", sans numéro : sa position"
	}
	if within.one {
		h.Score *= 0.93
	}
	n := l.numbers[0]
	if n.suffix != "" {
		if base, _, ok := pick(points, []number{{n: n.n}}); ok {
			h.Position = base.at
			return fmt.Sprintf("%s, numéro %s absent : position du %d", what, n, n.n)
		}
	}
	return fmt.Sprintf("%s, numéro %s absent : position de la rue", what, n)
}

func numbered(points []point) bool {
	for _, p := range points {
		if p.n > 0 {
			return true
		}
	}
	return false
}
