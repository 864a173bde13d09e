package dealmap

import (
	"reflect"
	"slices"
)

// holders keeps both owners, and of both handlings the stricter.
func (c *combination) holders() {
	a, b := &c.into.Facts, &c.from.Facts
	out := slices.Clone(a.CoOwners)
	for _, o := range append([]Owner{b.Owner}, b.CoOwners...) {
		if o != a.Owner && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	c.out.Facts.CoOwners = out
	strict, err := strictest(&c.into, &c.from, c.out.Territories)
	c.errs.addError(err)
	if !reflect.DeepEqual(strict, a.Handling) {
		side := SideBoth
		if reflect.DeepEqual(strict, b.Handling) {
			side = SideFrom
		}
		c.won("handling", side, "la diffusion la plus restreinte")
	}
	c.out.Facts.Handling = strict
}

// width orders reaches, the narrowest first; the members of named groups are no part of another reach.
var width = map[Reach]int{ReachService: 1, ReachDepartement: 2, ReachZone: 3, ReachNational: 4}

// strictest returns the handling that lets nobody know who may not know of both records, which go on in one place of these
// territories and belong to the owners of both. Where none of the handlings that there are says that, the records cannot be
// merged; the narrowest one comes with the error.
func strictest(a, b *Content, at []TerritoryCode) (Handling, error) {
	x, y := a.Facts.Handling, b.Facts.Handling
	out := x
	out.Code = max(x.Code, y.Code)
	out.Blurred = x.Blurred && y.Blurred
	if out.EmbargoUntil.Before(y.EmbargoUntil) {
		out.EmbargoUntil = y.EmbargoUntil
	}
	owners, others := a.Facts.owners(), b.Facts.owners()
	var err error
	if !x.EmbargoUntil.IsZero() && !areAmong(others, owners) || !y.EmbargoUntil.IsZero() && !areAmong(owners, others) {
		err = Invalid("handling", "une fiche sous embargo ne se fusionne pas avec celle d’une autre unité, à qui l’embargo la cacherait")
	}
	switch {
	case x.Reach == ReachGroup && y.Reach == ReachGroup:
		out.Groups = nil
		for _, g := range x.Groups {
			if slices.Contains(y.Groups, g) {
				out.Groups = append(out.Groups, g)
			}
		}
		switch {
		case len(out.Groups) == 0:
			err = Invalid("handling", "les deux fiches sont réservées à des groupes différents : aucune diffusion ne convient aux deux")
		case !sameGroups(x.Groups, y.Groups) && !(areAmong(owners, others) && areAmong(others, owners)):
			err = Invalid("handling", "deux fiches d’unités différentes ne se fusionnent que réservées aux mêmes groupes : leurs propriétaires peuvent en changer la diffusion")
		}
	case x.Reach == ReachGroup || y.Reach == ReachGroup:
		closed, outside := owners, others
		if y.Reach == ReachGroup {
			out.Reach, out.Groups = y.Reach, y.Groups
			closed, outside = others, owners
		}
		switch {
		case x.Reach != ReachNational && y.Reach != ReachNational:
			err = Invalid("handling", "une fiche réservée à un groupe ne se fusionne qu’avec une fiche à diffusion nationale ou du même groupe")
		case !areAmong(outside, closed):
			err = Invalid("handling", "une fiche réservée à un groupe ne se fusionne pas avec celle d’une autre unité qui n’y est pas réservée : son propriétaire peut en changer la diffusion")
		}
	default:
		if width[y.Reach] < width[x.Reach] {
			out.Reach = y.Reach
		}
		switch {
		case out.Reach == ReachService && slices.ContainsFunc(slices.Concat(owners, others), func(o Owner) bool { return o.Service != a.Facts.Owner.Service }):
			err = Invalid("handling", "une fiche réservée à son service ne se fusionne pas avec celle d’un autre service : son propriétaire peut en élargir la diffusion")
		case out.Reach == ReachService && (isLocal(x.Reach) || isLocal(y.Reach)):
			err = Invalid("handling", "une fiche réservée à son service, partout en France, ne se fusionne pas avec une fiche réservée à un département ou à une zone")
		case !staysWithin(a, at) || !staysWithin(b, at):
			err = Invalid("handling", "une fiche réservée à un département ou à une zone ne se fusionne pas avec un point d’un autre")
		}
	}
	return out, err
}

// owners are all that a record belongs to.
func (f *Facts) owners() []Owner { return append([]Owner{f.Owner}, f.CoOwners...) }

func areAmong(some, all []Owner) bool {
	return !slices.ContainsFunc(some, func(o Owner) bool { return !slices.Contains(all, o) })
}

func sameGroups(a, b []string) bool { return slices.Equal(sortedUnique(a), sortedUnique(b)) }

// isLocal reports whether where somebody works decides whether they are within the reach.
func isLocal(r Reach) bool { return r == ReachDepartement || r == ReachZone }

// staysWithin reports whether those who are within the reach of a record are the same in other territories.
func staysWithin(c *Content, at []TerritoryCode) bool {
	level := LevelZone
	switch c.Facts.Handling.Reach {
	case ReachDepartement:
		level = LevelDepartement
	case ReachZone:
	default:
		return true
	}
	return coarseAt(c.Territories, level) == coarseAt(at, level)
}
