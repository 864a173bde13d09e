package dealmap

// audience is all of a place that the policy may read: what else it holds never decides who sees it.
type audience struct {
	owner       *Owner
	coOwners    []Owner
	handling    *Handling
	territories []TerritoryCode
	// standing replaces the territories when it has been judged before.
	standing Standing
	judged   bool
}

func (p *Place) audience() audience {
	return audience{owner: &p.Facts.Owner, coOwners: p.Facts.CoOwners, handling: &p.Facts.Handling, territories: p.Territories}
}

// Standing is how a viewer stands to the territories of a place: a set of the values below.
type Standing uint8

const (
	covered         Standing = 1 << iota // works in one of them
	sameDepartement                      // works in the same département
	sameZone                             // works in the same zone
	withinLimits                         // the token, if there is one, reaches them
)

// Standings is how many values Standing has.
const Standings = 1 << 4

func (s *Scope) stands(chain []TerritoryCode, how Standing) bool {
	switch how {
	case covered:
		return s.viewer.Covers(chain)
	case withinLimits:
		return s.viewer.unlimited(chain)
	case sameDepartement:
		return s.viewer.Covers(chain) || holds(s.departements, coarseAt(chain, LevelDepartement))
	}
	return s.viewer.Covers(chain) || holds(s.zones, coarseAt(chain, LevelZone))
}

func (s *Scope) standing(chain []TerritoryCode) (all Standing) {
	for _, how := range []Standing{covered, sameDepartement, sameZone, withinLimits} {
		if s.stands(chain, how) {
			all |= how
		}
	}
	return all
}

// to reports whether the scope's viewer stands so to the place. It asks no more than is needed: See is called for every place.
func (a *audience) to(s *Scope, how Standing) bool {
	if a.judged {
		return a.standing&how != 0
	}
	return s.stands(a.territories, how)
}

// workplaces are the territories of a level that the viewer works in.
func workplaces(v *Viewer, level Level) (list []TerritoryCode) {
	for _, chain := range v.Chains {
		if at := coarseAt(chain, level); at != "" && !holds(list, at) {
			list = append(list, at)
		}
	}
	return list
}

func holds(list []TerritoryCode, code TerritoryCode) bool {
	for _, c := range list {
		if c == code {
			return true
		}
	}
	return false
}
