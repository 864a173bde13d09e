package dealmap

// Detail is how much of a place a viewer may see.
type Detail int

// The details, from nothing to everything.
const (
	// Nothing: the place does not exist for this viewer.
	Nothing Detail = iota
	// Tallied: the place counts in aggregates and is never shown: no reference, no name, no exact position.
	Tallied
	// Blurred: kind, status and commune, nothing finer.
	Blurred
	// Shown: everything but what is reserved to those who work the case.
	Shown
	// Whole: everything.
	Whole
)

// Standing is how a viewer stands to the territories of a place: a set of the three values below.
type Standing uint8

const (
	covered         Standing = 1 << iota // works in one of them
	sameDepartement                      // works in the same département
	sameZone                             // works in the same zone
)

func (v *Viewer) stands(chain []TerritoryCode, how Standing) bool {
	switch how {
	case covered:
		return v.Covers(chain)
	case sameDepartement:
		return v.shares(chain, LevelDepartement)
	}
	return v.shares(chain, LevelZone)
}

func (v *Viewer) standing(chain []TerritoryCode) (all Standing) {
	if v.stands(chain, covered) {
		return covered | sameDepartement | sameZone // see shares
	}
	for _, how := range []Standing{sameDepartement, sameZone} {
		if v.stands(chain, how) {
			all |= how
		}
	}
	return all
}

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

// to reports whether a viewer stands so to the place. It asks no more than is needed: See is called for every place.
func (a *audience) to(v *Viewer, how Standing) bool {
	if a.judged {
		return a.standing&how != 0
	}
	return v.stands(a.territories, how)
}

// detail is the policy: what a viewer sees of a place on a day. It reads from the top; the first line that fits decides.
//
//	Role           | where                     | sees
//	---------------+---------------------------+------------------------------------------------------------
//	partner, auditor, admin                    | nothing
//	préfet         | own territory             | tallied, unless under embargo
//	procureur      | own territory             | tallied, embargo or not
//	any other      | record of the own unit    | whole, embargo or not
//	any other      | under embargo             | nothing
//	Ofast          | everywhere                | whole
//	Cross          | own territory             | whole
//	Cross, investigator | within the reach     | shown
//	Cross, investigator | outside the reach    | blurred where the handling says so, else nothing
func detail(v *Viewer, a audience, day Date) Detail {
	switch v.Role {
	case RolePrefet, RoleProcureur:
		hidden := v.Role == RolePrefet && a.handling.UnderEmbargo(day)
		if hidden || !a.to(v, covered) {
			return Nothing
		}
		return Tallied
	case RoleOfast, RoleCross, RoleInvestigator:
	default:
		return Nothing
	}
	switch {
	case v.Owns(*a.owner):
		return Whole
	case a.handling.UnderEmbargo(day):
		return Nothing
	case v.Role == RoleOfast:
		return Whole
	case v.Role == RoleCross && a.to(v, covered):
		return Whole
	case reaches(v, a):
		return Shown
	case a.handling.Blurred:
		return Blurred
	}
	return Nothing
}

// reaches reports whether the handling's reach takes in the viewer.
func reaches(v *Viewer, a audience) bool {
	switch a.handling.Reach {
	case ReachNational:
		return true
	case ReachZone:
		return a.to(v, sameZone)
	case ReachDepartement:
		return a.to(v, sameDepartement)
	case ReachService:
		return v.Service != "" && v.Service == a.owner.Service
	case ReachGroup:
		for _, g := range a.handling.Groups {
			for _, own := range v.Groups {
				if g == own {
					return true
				}
			}
		}
	}
	return false
}

// fields is a set of fields that a sight withholds.
type fields uint32

const (
	fieldName fields = 1 << iota
	fieldAddress
	fieldPosition
	fieldProducts
	fieldHours
	fieldIntensity
	fieldWatch // lookouts, obstacles, cameras
	fieldLandlord
	fieldNote
	fieldOwner
	fieldGrading
	fieldCaseRefs
	fieldNetworks
	fieldDates
	fieldClosing
	fieldReference
	fieldHandling
	fieldSource
)

// withheld is the second table: which fields each detail keeps back.
func withheld(d Detail) fields {
	switch d {
	case Whole:
		return 0
	case Shown:
		return fieldCaseRefs | fieldSource
	case Blurred:
		return fieldName | fieldAddress | fieldPosition | fieldProducts | fieldHours | fieldIntensity | fieldWatch |
			fieldLandlord | fieldNote | fieldGrading | fieldCaseRefs | fieldNetworks | fieldDates | fieldClosing | fieldSource
	}
	return ^fields(0)
}

// fieldNames are the API's names of what a set of fields stands for, in the order shown.
var fieldNames = []struct {
	field fields
	names []string
}{
	{fieldReference, []string{"reference"}},
	{fieldName, []string{"name"}},
	{fieldAddress, []string{"address"}},
	{fieldPosition, []string{"geometry", "accuracy"}},
	{fieldProducts, []string{"products"}},
	{fieldHours, []string{"hours"}},
	{fieldIntensity, []string{"intensity"}},
	{fieldWatch, []string{"lookouts", "obstacles", "cameras"}},
	{fieldLandlord, []string{"landlord"}},
	{fieldNote, []string{"note"}},
	{fieldOwner, []string{"owner"}},
	{fieldGrading, []string{"grading"}},
	{fieldHandling, []string{"handling"}},
	{fieldCaseRefs, []string{"case_references"}},
	{fieldNetworks, []string{"networks"}},
	{fieldDates, []string{"first_seen", "last_confirmed", "next_review"}},
	{fieldClosing, []string{"closing"}},
	{fieldSource, []string{"source_record"}},
}
