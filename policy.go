package dealmap

import "slices"

// This file is the policy: who sees what of a place. It is five tables and the few lines that read them; policy.md is
// printed from the same tables (Policy), for those who judge whether it is lawful.

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

// rule is one line of the first table: for these roles, when the condition holds, the place is seen so.
type rule struct {
	roles []Role
	when  condition
	sees  Detail
	// because is the reason, as the person reads it on the sheet.
	because string
}

// condition is what a rule asks of a viewer and a place.
type condition uint8

const (
	always    condition = iota
	offToken            // asked with a token that is limited to other territories
	embargoed           // under embargo that day
	owned               // the record of the viewer's own unit
	inside              // in one of the viewer's territories
	reached             // within the reach of its handling (reaches)
	blurrable           // its handling lets it be known outside the reach, blurred
)

var (
	workers   = []Role{RoleInvestigator, RoleCross, RoleOfast}
	services  = []Role{RoleInvestigator, RoleCross}
	clct      = []Role{RolePrefet, RoleProcureur}
	everybody = []Role{RoleInvestigator, RoleCross, RoleOfast, RolePrefet, RoleProcureur, RolePartner, RoleAuditor, RoleAdmin}
)

// rules is the first table. For each role it is read from the top; the first line that fits decides, and where none fits
// nothing is seen.
var rules = []rule{
	{everybody, offToken, Nothing, "le jeton est limité à d’autres territoires"},
	{[]Role{RolePrefet}, embargoed, Nothing, "un embargo du procureur court"},
	{clct, inside, Tallied, "le CLCT voit les agrégats de son territoire"},
	{workers, owned, Whole, "cette fiche appartient à votre unité"},
	{workers, embargoed, Nothing, "un embargo du procureur court"},
	{[]Role{RoleOfast}, always, Whole, "l’Ofast voit tout ce qui n’est pas sous embargo"},
	{[]Role{RoleCross}, inside, Whole, "votre Cross est compétente sur ce territoire"},
	{services, reached, Shown, "la diffusion de cette fiche s’étend jusqu’à vous"},
	{services, blurrable, Blurred, "hors de sa diffusion, cette fiche n’est connue qu’à la commune"},
}

// reaches is the second table: whom the reach of a handling takes in.
var reaches = map[Reach]struct {
	holds   func(*Scope, audience) bool // by value, so that See takes nothing from the heap
	meaning string
}{
	ReachService: {
		func(s *Scope, a audience) bool { return s.viewer.Service != "" && s.viewer.Service == a.owner.Service },
		"le service propriétaire, partout en France",
	},
	ReachDepartement: {
		func(s *Scope, a audience) bool { return a.to(s, sameDepartement) },
		"tous les services qui travaillent dans le département du point",
	},
	ReachZone: {
		func(s *Scope, a audience) bool { return a.to(s, sameZone) },
		"tous les services qui travaillent dans la zone de défense du point",
	},
	ReachNational: {func(*Scope, audience) bool { return true }, "tous les services, partout en France"},
	ReachGroup: {
		func(s *Scope, a audience) bool {
			return slices.ContainsFunc(a.handling.Groups, func(g string) bool { return slices.Contains(s.viewer.Groups, g) })
		},
		"les membres des groupes nommés",
	},
}

// uses is the third table: what Europol's handling code lets those do who see a place, but not whole. Whoever sees it
// whole answers for its handling.
var uses = map[string]struct {
	disclose bool   // may leave in an export with named recipients
	keep     fields // withheld beyond the fourth table
	meaning  string
}{
	"H0": {true, 0, "usage de police courant"},
	"H1": {true, 0, "pas d’usage comme preuve en justice sans l’accord du service propriétaire ; la mention suit toute sortie"},
	"H2": {false, 0, "ne sort dans aucun export : pas de transmission sans l’accord du service propriétaire"},
	"H3": {false, fieldNote | fieldWatch, "autre restriction : remarques et surveillance retenues, aucun export ; s’adresser au service propriétaire"},
}

// detail reads the first table: what a scope sees of a place, and by which of the rules, nil when none fits.
func detail(s *Scope, a *audience) (Detail, *rule) {
	for _, r := range s.rules {
		if r.when == always || a.meets(r.when, s) {
			return r.sees, r
		}
	}
	return Nothing, nil
}

func (a *audience) meets(when condition, s *Scope) bool {
	switch when {
	case offToken:
		return len(s.viewer.Limits) > 0 && !a.to(s, withinLimits)
	case embargoed:
		return a.handling.UnderEmbargo(s.day)
	case owned:
		return s.viewer.Owns(*a.owner) || slices.ContainsFunc(a.coOwners, s.viewer.Owns)
	case inside:
		return a.to(s, covered)
	case reached:
		reach, ok := reaches[a.handling.Reach]
		return ok && reach.holds(s, *a)
	case blurrable:
		return a.handling.Blurred
	}
	return false
}

// rulesFor returns a role's lines of the first table, in order.
func rulesFor(role Role) []*rule { return rulesByRole[role] }

var rulesByRole = func() map[Role][]*rule {
	by := map[Role][]*rule{}
	for i := range rules {
		for _, role := range rules[i].roles {
			by[role] = append(by[role], &rules[i])
		}
	}
	return by
}()

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
	fieldGroups // who else is in the handling's groups
	fieldSource
)

// reserved is the fourth table: which fields each detail keeps back.
var reserved = [...]fields{
	Nothing: ^fields(0),
	Tallied: ^fields(0),
	Blurred: fieldName | fieldAddress | fieldPosition | fieldProducts | fieldHours | fieldIntensity | fieldWatch | fieldLandlord |
		fieldNote | fieldGrading | fieldCaseRefs | fieldNetworks | fieldDates | fieldClosing | fieldGroups | fieldSource,
	Shown: fieldCaseRefs | fieldGroups | fieldSource,
	Whole: 0,
}

// counted is the fifth table: which of the fields that a detail keeps back are still counted, and filtered by, in numbers about many
// places.
var counted = [...]fields{
	Tallied: fieldProducts | fieldIntensity | fieldOwner | fieldDates | fieldClosing,
	Whole:   0,
}

// withheld is what a detail and a handling code keep back.
func withheld(d Detail, code string) fields {
	if d == Whole || d <= Tallied { // which keep back nothing, and everything
		return reserved[d]
	}
	return reserved[d] | uses[code].keep
}

// fieldNames are the API's names of what a set of fields stands for, in the order shown, with a label.
var fieldNames = []struct {
	field fields
	label string
	names []string
}{
	{fieldReference, "référence", []string{"reference"}},
	{fieldName, "nom du lieu", []string{"name"}},
	{fieldAddress, "adresse", []string{"address"}},
	{fieldPosition, "position exacte", []string{"geometry", "accuracy"}},
	{fieldProducts, "produits", []string{"products"}},
	{fieldHours, "horaires", []string{"hours"}},
	{fieldIntensity, "intensité", []string{"intensity"}},
	{fieldWatch, "guetteurs, obstacles, caméras", []string{"lookouts", "obstacles", "cameras"}},
	{fieldLandlord, "bailleur", []string{"landlord"}},
	{fieldNote, "remarques", []string{"note"}},
	{fieldOwner, "service et unité propriétaires", []string{"owner", "co_owners"}},
	{fieldGrading, "cotation", []string{"grading"}},
	{fieldHandling, "diffusion", []string{"handling"}},
	{fieldGroups, "groupes de diffusion", []string{"handling.groups"}},
	{fieldCaseRefs, "références de procédure", []string{"case_references"}},
	{fieldNetworks, "réseaux", []string{"networks"}},
	{fieldDates, "dates (première vue, confirmation, revue)", []string{"first_seen", "last_confirmed", "next_review"}},
	{fieldClosing, "fermeture", []string{"closing"}},
	{fieldSource, "ligne de la liste d’origine", []string{"source_record"}},
}
