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

// audience is all of a place that the policy may read: what else it holds never decides who sees it.
type audience struct {
	owner       *Owner
	handling    *Handling
	territories []TerritoryCode
}

func (p *Place) audience() audience {
	return audience{&p.Facts.Owner, &p.Facts.Handling, p.Territories}
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
		if hidden || !v.Covers(a.territories) {
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
	case v.Role == RoleCross && v.Covers(a.territories):
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
		return v.shares(a.territories, LevelZone)
	case ReachDepartement:
		return v.shares(a.territories, LevelDepartement)
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
