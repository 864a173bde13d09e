package dealmap

// audience is all of a place that the policy may read: what else it holds never decides who sees it.
type audience struct {
	owner       *Owner
	handling    *Handling
	territories []TerritoryCode
	// standing replaces the territories when it has been judged before.
	standing Standing
	judged   bool
}

func (p *Place) audience() audience {
	return audience{owner: &p.Facts.Owner, handling: &p.Facts.Handling, territories: p.Territories}
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

func (v *Viewer) stands(chain []TerritoryCode, how Standing) bool {
	switch how {
	case covered:
		return v.Covers(chain)
	case withinLimits:
		return v.unlimited(chain)
	case sameDepartement:
		return v.shares(chain, LevelDepartement)
	}
	return v.shares(chain, LevelZone)
}

func (v *Viewer) standing(chain []TerritoryCode) (all Standing) {
	if v.unlimited(chain) {
		all = withinLimits
	}
	if v.stands(chain, covered) {
		return all | covered | sameDepartement | sameZone // see shares
	}
	for _, how := range []Standing{sameDepartement, sameZone} {
		if v.stands(chain, how) {
			all |= how
		}
	}
	return all
}

// to reports whether a viewer stands so to the place. It asks no more than is needed: See is called for every place.
func (a *audience) to(v *Viewer, how Standing) bool {
	if a.judged {
		return a.standing&how != 0
	}
	return v.stands(a.territories, how)
}
