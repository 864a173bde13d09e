package dealmap

import (
	"slices"
	"time"
)

// NetworkStatus is where a network stands.
type NetworkStatus string

// NetworkStatuses returns the statuses of networks with their labels.
func NetworkStatuses() []Term {
	return []Term{{"suspected", "Présumé"}, {"active", "Actif"}, {"dormant", "En sommeil"}, {"dismantled", "Démantelé"}}
}

// NetworkActive is the status of a network that is at work.
const NetworkActive NetworkStatus = "active"

// NetworkFacts is what a person states of a distribution network. There is no name in it: a network has a code. The JSON names
// are the API's and the journal's; they only grow.
type NetworkFacts struct {
	// Territory is where it is at home: a département, or what is wider or finer.
	Territory TerritoryCode `json:"territory"`
	Status    NetworkStatus `json:"status"`
	Products  []Product     `json:"products,omitempty"`
	// Since and Until are the first and the last day on which it was at work, unset when unknown.
	Since    Date     `json:"since,omitzero"`
	Until    Date     `json:"until,omitzero"`
	Note     string   `json:"note,omitempty"`
	Owner    Owner    `json:"owner"`
	Grading  Grading  `json:"grading,omitzero"`
	Handling Handling `json:"handling"`
	CaseRefs []string `json:"case_references,omitempty"`
}

// Network is the record of a distribution network. Which places belong to it the places say (Facts.Networks). It is immutable once
// folded and never leaves the server; only what Scope.SeeNetwork makes of it does.
type Network struct {
	ID ID
	// Code is what places and links name it by: R-13-7KQ.
	Code string
	// Revision counts its changes, from 1.
	Revision int
	Facts    NetworkFacts
	// Territories is the chain of Facts.Territory, itself first.
	Territories []TerritoryCode
	By          Author
	Recorded    time.Time
	Changed     time.Time
	// Removed: it had been recorded in error.
	Removed bool
}

// MarshalJSON refuses: outputs are made of NetworkSights.
func (Network) MarshalJSON() ([]byte, error) { return nil, errSealed }

func (n *Network) audience() audience {
	return audience{owner: &n.Facts.Owner, handling: &n.Facts.Handling, territories: n.Territories}
}

// IsNetworkCode reports whether a text has the form of a network's code.
func IsNetworkCode(text string) bool { return networkPattern.MatchString(text) }

// NetworkPrefix begins the codes of networks, and no other reference.
const NetworkPrefix = "R-"

// check judges facts, fills in what may be left out, and returns the chain of the territory.
func (f *NetworkFacts) check(errs *fieldErrors, v Viewer, env Env) []TerritoryCode {
	if f.Owner == (Owner{}) {
		f.Owner = Owner{v.Service, v.Unit}
	}
	if f.Handling.Reach == "" && len(f.Handling.Groups) == 0 {
		f.Handling.Reach = ReachNational
	}
	if f.Handling.Code == "" {
		f.Handling.Code = "H0"
	}
	if f.Status == "" {
		f.Status = "suspected"
	}
	if !known(NetworkStatuses(), string(f.Status)) {
		errs.add("status", "« %s » est inconnu (%s)", clip(string(f.Status)), oneOf(NetworkStatuses()))
	}
	f.Products = sortedProducts(f.Products)
	for _, p := range f.Products {
		if !known(Products(), string(p)) {
			errs.add("products", "« %s » est inconnu (%s)", clip(string(p)), oneOf(Products()))
		}
	}
	f.CaseRefs = sortedUnique(f.CaseRefs)
	if len(f.CaseRefs) > 20 {
		errs.add("case_references", "20 au plus")
	}
	for _, c := range f.CaseRefs {
		checkCode(errs, "case_references", c, 40)
	}
	checkSpan(errs, f.Since, f.Until, env)
	checkText(errs, "note", f.Note, 0, 2000)
	checkHeld(errs, &f.Owner, &f.Handling)
	f.Grading.check(errs)
	chain, ok := env.Gazetteer.Chain(f.Territory)
	switch {
	case f.Territory == "":
		errs.add("territory", "manque")
	case !ok:
		errs.add("territory", "« %s » est un territoire inconnu", clip(string(f.Territory)))
	case chainAt(chain, LevelDepartement) == "":
		errs.add("territory", "le code d’un réseau nomme un département : indiquez le département, l’arrondissement ou la commune")
	}
	return chain
}

// NetworkSight is what one viewer may see of a network: the record, where the tables that decide of places let it be known, and
// nothing of the places that they do not see. Only Scope.SeeNetwork makes one that holds a network.
type NetworkSight struct {
	network *Network
	detail  Detail
}

// SeeNetwork returns what this scope may see of the record of a network. Who sees aggregates only, or would see it blurred, does
// not see it.
func (s *Scope) SeeNetwork(n *Network) (NetworkSight, bool) {
	if n == nil || n.Removed {
		return NetworkSight{}, false
	}
	a := n.audience()
	d, _ := detail(s, &a)
	if d < Shown {
		return NetworkSight{}, false
	}
	return NetworkSight{n, d}, true
}

// Detail tells how much is seen: Shown or Whole.
func (s NetworkSight) Detail() Detail { return s.detail }

// IsZero reports whether the sight is of nothing.
func (s NetworkSight) IsZero() bool { return s.network == nil }

// ID is the id of the network's record.
func (s NetworkSight) ID() ID { return s.network.ID }

// Code is what places and links name it by.
func (s NetworkSight) Code() string { return s.network.Code }

// Revision counts its changes.
func (s NetworkSight) Revision() int { return s.network.Revision }

// Status is where it stands.
func (s NetworkSight) Status() NetworkStatus { return s.network.Facts.Status }

// Products are those it deals in; the caller must not change the slice.
func (s NetworkSight) Products() []Product { return s.network.Facts.Products }

// Territory is where it is at home.
func (s NetworkSight) Territory() TerritoryCode { return s.network.Facts.Territory }

// Territories is the chain of the territory, itself first; the caller must not change the slice.
func (s NetworkSight) Territories() []TerritoryCode { return s.network.Territories }

// Within reports whether it is at home in a territory.
func (s NetworkSight) Within(code TerritoryCode) bool { return chainHolds(s.network.Territories, code) }

// Since is the first day on which it was at work, zero when unknown.
func (s NetworkSight) Since() Date { return s.network.Facts.Since }

// Until is the last day on which it was at work, zero while it is.
func (s NetworkSight) Until() Date { return s.network.Facts.Until }

// Note is free text; empty where the handling keeps it back.
func (s NetworkSight) Note() string {
	if s.keeps(fieldNote) {
		return ""
	}
	return s.network.Facts.Note
}

// Owner is the service and unit that the record belongs to.
func (s NetworkSight) Owner() Owner { return s.network.Facts.Owner }

// Grading is how far source and information may be trusted.
func (s NetworkSight) Grading() Grading { return s.network.Facts.Grading }

// Handling says who may know of it; its groups are withheld on their own.
func (s NetworkSight) Handling() Handling {
	h := s.network.Facts.Handling
	if s.keeps(fieldGroups) {
		h.Groups = nil
	}
	return h
}

// CaseRefs are opaque references of cases.
func (s NetworkSight) CaseRefs() []string {
	if s.keeps(fieldCaseRefs) {
		return nil
	}
	return s.network.Facts.CaseRefs
}

// Recorded is when it was recorded.
func (s NetworkSight) Recorded() time.Time { return s.network.Recorded }

// Changed is when it was last changed.
func (s NetworkSight) Changed() time.Time { return s.network.Changed }

// Withheld returns the API's names of the fields kept back, nil when there are none.
func (s NetworkSight) Withheld() (names []string) {
	for _, f := range []struct {
		field fields
		name  string
	}{{fieldNote, "note"}, {fieldGroups, "handling.groups"}, {fieldCaseRefs, "case_references"}} {
		if s.keeps(f.field) {
			names = append(names, f.name)
		}
	}
	return names
}

func (s NetworkSight) keeps(f fields) bool {
	return withheld(s.detail, s.network.Facts.Handling.Code)&f != 0
}

// networksOf returns the networks that somebody sees under a code, in the order of their ids. There may be more than one: whoever
// opened the second did not see the first.
func networksOf(s State, scope Scope, code string) (list []NetworkSight) {
	for _, n := range s.NetworksCoded(code) {
		if sight, ok := scope.SeeNetwork(n); ok {
			list = append(list, sight)
		}
	}
	return list
}

// NetworkQuery is what is asked for of networks; zero fields let everything through.
type NetworkQuery struct {
	Statuses  []NetworkStatus
	Products  []Product
	Territory TerritoryCode
}

// Match reports whether a network is asked for.
func (q *NetworkQuery) Match(s NetworkSight) bool {
	return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, s.Status())) && (q.Territory == "" || s.Within(q.Territory)) &&
		(len(q.Products) == 0 || slices.ContainsFunc(q.Products, func(p Product) bool { return slices.Contains(s.Products(), p) }))
}
