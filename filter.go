package dealmap

import (
	"bytes"
	"slices"
	"strings"
)

// Filter narrows what is listed, drawn and counted. It looks at sights, never at places, so that no filter can tell
// anything of a field that is withheld. The zero Filter lets everything through.
type Filter struct {
	Territory       TerritoryCode
	Statuses        []Status
	Kinds           []Kind
	Products        []Product // any of them
	Services        []Service
	Network         string
	Text            string // every word must occur in name, address, reference or commune code
	ConfirmedBefore Date   // last confirmed on an earlier day
	ConfirmedAfter  Date   // last confirmed on that day or later
	Due             Date   // a look is due on that day or before (Sight.Due)
	DealPoints      bool   // deal points only, no support sites
	Sites           bool   // support sites only, no deal points
}

// Match reports whether a sight passes the filter.
func (f *Filter) Match(s Sight) bool {
	if !f.matchGround(s.Territories()) { // what most places fail where it is asked for
		return false
	}
	// What the filter does not ask for is not read from the place.
	if f.narrowsTraits() && !f.matchTraits(s.countedFeatures()) {
		return false
	}
	if len(f.Services) > 0 {
		if owner, others := s.countedOwners(); !f.matchTerms(owner, others) {
			return false
		}
	}
	return f.matchSingle(s)
}

func (f *Filter) narrowsTraits() bool {
	return len(f.Statuses) > 0 || len(f.Kinds) > 0 || len(f.Products) > 0 || f.DealPoints || f.Sites
}

// matchTraits looks at what Traits names, and at nothing else of a place; products that are withheld are none.
func (f *Filter) matchTraits(of Features) bool {
	return f.matchStatus(of.Status) && f.matchKind(of.Kind) && f.matchProducts(of.Products)
}

func (f *Filter) matchStatus(status Status) bool {
	return len(f.Statuses) == 0 || slices.Contains(f.Statuses, status)
}

func (f *Filter) matchKind(kind Kind) bool {
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, kind)) && !(f.DealPoints && !kind.IsDealPoint()) && !(f.Sites && kind.IsDealPoint())
}

func (f *Filter) matchProducts(products []Product) bool {
	return len(f.Products) == 0 || slices.ContainsFunc(products, func(p Product) bool { return slices.Contains(f.Products, p) })
}

func (f *Filter) matchGround(territories []TerritoryCode) bool {
	return f.Territory == "" || chainHolds(territories, f.Territory)
}

// matchTerms is given the empty owner when the owner is withheld.
func (f *Filter) matchTerms(owner Owner, others []Owner) bool {
	return len(f.Services) == 0 || slices.Contains(f.Services, owner.Service) ||
		slices.ContainsFunc(others, func(o Owner) bool { return slices.Contains(f.Services, o.Service) })
}

// matchSingle looks at what differs from place to place.
func (f *Filter) matchSingle(s Sight) bool {
	if f.isDated() {
		last := s.LastConfirmed()
		switch {
		case last.IsZero(),
			!f.ConfirmedBefore.IsZero() && !last.Before(f.ConfirmedBefore),
			!f.ConfirmedAfter.IsZero() && last.Before(f.ConfirmedAfter):
			return false
		}
	}
	if !f.Due.IsZero() && !s.Due(f.Due) {
		return false
	}
	return (f.Network == "" || slices.Contains(s.Networks(), f.Network)) && (f.Text == "" || matchesText(s, f.Text))
}

func (f *Filter) isDated() bool { return !f.ConfirmedBefore.IsZero() || !f.ConfirmedAfter.IsZero() }

func matchesText(s Sight, text string) bool {
	var room [256]byte
	key := AppendSearchKey(room[:0], s.Name())
	key = AppendSearchKey(append(key, ' '), s.Address())
	key = AppendSearchKey(append(key, ' '), s.Reference())
	key = AppendSearchKey(append(key, ' '), s.Commune())
	for _, word := range strings.Fields(SearchKey(text)) {
		if !bytes.Contains(key, []byte(word)) {
			return false
		}
	}
	return true
}

// Check refuses values that are not of the vocabularies, naming the query's field and the first such value of each.
func (f *Filter) Check(g Gazetteer) error {
	var errs fieldErrors
	checkTerms(&errs, "status", Statuses(), f.Statuses)
	checkTerms(&errs, "kind", Kinds(), f.Kinds)
	checkTerms(&errs, "product", Products(), f.Products)
	checkTerms(&errs, "service", Services(), f.Services)
	if f.Territory != "" && f.Territory != France {
		if _, ok := g.Chain(f.Territory); !ok {
			errs.add("territory", "« %s » est un territoire inconnu", clip(string(f.Territory)))
		}
	}
	if f.Network != "" && !networkPattern.MatchString(f.Network) {
		errs.add("network", "« %s » n’est pas un code de réseau (par exemple R-13-7KQ)", clip(f.Network))
	}
	if len(f.Text) > 200 {
		errs.add("q", "200 caractères au plus")
	}
	return errs.err()
}

// checkTerms names the first unknown value only: an address may hold thousands.
func checkTerms[T ~string](errs *fieldErrors, field string, terms []Term, values []T) {
	for _, value := range values {
		if !known(terms, string(value)) {
			errs.add(field, "« %s » est inconnu (%s)", clip(string(value)), oneOf(terms))
			return
		}
	}
}
