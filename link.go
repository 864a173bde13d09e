package dealmap

import (
	"fmt"
	"slices"
	"time"
)

// LinkKind says how two places hang together.
type LinkKind string

// Means is how what flows along a link is carried.
type Means string

// The kinds of link. The first three and the fourth lead somewhere; the others say the same read from either end.
const (
	Supplies    LinkKind = "supplies"     // goods go from From to To
	StoresFor   LinkKind = "stores_for"   // From keeps what To sells
	DisplacedTo LinkKind = "displaced_to" // the trade of From goes on at To
	SameNetwork LinkKind = "same_network"
	Rival       LinkKind = "rival"
)

// LinkKinds returns the kinds of link with their labels.
func LinkKinds() []Term {
	return []Term{
		{"supplies", "Approvisionne"}, {"stores_for", "Stocke pour"}, {"displaced_to", "Déplacé vers"}, {"same_network", "Même réseau"},
		{"rival", "Rival"},
	}
}

// LinkMeans returns the means of transport with their labels.
func LinkMeans() []Term {
	return []Term{
		{"road", "Route"}, {"sea", "Mer"}, {"air", "Air"}, {"rail", "Rail"}, {"post", "Courrier et colis"}, {"foot", "À pied"},
	}
}

// Directed reports whether a link of this kind leads from one place to another, as opposed to saying the same from both ends.
func (k LinkKind) Directed() bool { return k == Supplies || k == StoresFor || k == DisplacedTo }

// Carries reports whether goods move along links of this kind.
func (k LinkKind) Carries() bool { return k == Supplies || k == StoresFor }

// against reports whether two places cannot be tied in both ways at once.
func (k LinkKind) against(other LinkKind) bool {
	return k == Rival && other != Rival && other != DisplacedTo || other == Rival && k != Rival && k != DisplacedTo
}

// mostStrength is the greatest strength that a link may state.
const mostStrength = 1_000_000

// LinkFacts is what a person states of a link between two places. The JSON names are the API's and the journal's; they only grow.
type LinkFacts struct {
	From ID       `json:"from"`
	To   ID       `json:"to"`
	Kind LinkKind `json:"kind"`
	// Means is how goods are carried, empty when unknown.
	Means Means `json:"means,omitempty"`
	// Strength weighs the link against others, from 1: how often, how much. It has no unit. Analysis takes its inverse as a distance.
	Strength int `json:"strength,omitempty"`
	// Since and Until are the first and the last day on which it held; unset when unknown, or when it still holds.
	Since Date `json:"since,omitzero"`
	Until Date `json:"until,omitzero"`
	// Network is the code of the network that it belongs to, empty when that is unknown.
	Network      string   `json:"network,omitempty"`
	Note         string   `json:"note,omitempty"`
	Owner        Owner    `json:"owner"`
	Grading      Grading  `json:"grading,omitzero"`
	Handling     Handling `json:"handling"`
	SourceRecord string   `json:"source_record,omitempty"`
}

// Link is the record of a link. From and To are the records that it was stated of; what was merged since stands for them. It is
// immutable once folded and never leaves the server; only what Scope.SeeLink makes of it does.
type Link struct {
	ID ID
	// Revision counts its changes, from 1.
	Revision  int
	Facts     LinkFacts
	By        Author
	Recorded  time.Time
	Changed   time.Time
	Synthetic bool
	// Removed: it had been recorded in error.
	Removed bool
}

// MarshalJSON refuses: outputs are made of LinkSights.
func (Link) MarshalJSON() ([]byte, error) { return nil, errSealed }

// holdsWith reports whether two links hold on some day both.
func (f *LinkFacts) holdsWith(other *LinkFacts) bool {
	return (f.Until.IsZero() || !f.Until.Before(other.Since)) && (other.Until.IsZero() || !other.Until.Before(f.Since))
}

// orient puts the ends of a link that reads the same from both in one order, so that it is known again.
func (f *LinkFacts) orient() {
	if !f.Kind.Directed() && slices.Compare(f.To[:], f.From[:]) < 0 {
		f.From, f.To = f.To, f.From
	}
}

// check judges facts but for the ends, and fills in what may be left out.
func (f *LinkFacts) check(errs *fieldErrors, v Viewer, env Env) {
	if f.Owner == (Owner{}) {
		f.Owner = Owner{v.Service, v.Unit}
	}
	if f.Handling.Reach == "" && len(f.Handling.Groups) == 0 {
		f.Handling.Reach = ReachNational
	}
	if f.Handling.Code == "" {
		f.Handling.Code = "H0"
	}
	if f.Strength == 0 {
		f.Strength = 1
	}
	if !known(LinkKinds(), string(f.Kind)) {
		errs.add("kind", "« %s » est inconnu (%s)", clip(string(f.Kind)), oneOf(LinkKinds()))
	}
	switch {
	case f.Means == "":
	case !known(LinkMeans(), string(f.Means)):
		errs.add("means", "« %s » est inconnu (%s)", clip(string(f.Means)), oneOf(LinkMeans()))
	case f.Kind == Rival || f.Kind == SameNetwork:
		errs.add("means", "rien n’est transporté le long d’un lien « %s »", Label(LinkKinds(), string(f.Kind)))
	}
	if f.Strength < 1 || f.Strength > mostStrength {
		errs.add("strength", "un nombre entier de 1 à %d est attendu", mostStrength)
	}
	checkSpan(errs, f.Since, f.Until, env)
	if f.Network != "" && !networkPattern.MatchString(f.Network) {
		errs.add("network", "« %s » n’est pas un code de réseau (par exemple R-13-7KQ)", clip(f.Network))
	}
	checkText(errs, "note", f.Note, 0, 2000)
	checkText(errs, "source_record", f.SourceRecord, 0, 200)
	checkHeld(errs, &f.Owner, &f.Handling)
	f.Grading.check(errs)
}

// checkSpan judges the days between which something held.
func checkSpan(errs *fieldErrors, since, until Date, env Env) {
	tomorrow := env.Today().AddDays(1) // it is tomorrow already overseas
	if tomorrow.Before(since) {
		errs.add("since", "est dans l’avenir")
	}
	switch {
	case until.IsZero():
	case until.Before(since):
		errs.add("until", "précède le début (%s)", since)
	case tomorrow.Before(until):
		errs.add("until", "est dans l’avenir : un lien se termine le jour où on le sait")
	}
}

// checkHeld judges who something belongs to and how it is handled.
func checkHeld(errs *fieldErrors, owner *Owner, handling *Handling) {
	checkText(errs, "owner.unit", owner.Unit, 1, 80)
	if !known(Services(), string(owner.Service)) {
		errs.add("owner.service", "« %s » est inconnu (%s)", clip(string(owner.Service)), oneOf(Services()))
	}
	handling.check(errs)
}

// ends judges the two places of a link as the author sees them, and returns what they see of them; false when one of them is not
// theirs to tie.
func (f *LinkFacts) ends(errs *fieldErrors, s State, scope Scope) (from, to Sight, ok bool) {
	from, okFrom := end(errs, "from", f.From, s, scope)
	to, okTo := end(errs, "to", f.To, s, scope)
	if !okFrom || !okTo {
		return from, to, false
	}
	if from.ID() == to.ID() {
		errs.add("to", "un lieu n’est pas lié à lui-même (%s)", to.Reference())
		return from, to, false
	}
	f.checkClosedEnd(errs, "from", from)
	f.checkClosedEnd(errs, "to", to)
	return from, to, true
}

func end(errs *fieldErrors, field string, id ID, s State, scope Scope) (Sight, bool) {
	sight, ok := scope.See(whereItWent(s, scope, id))
	switch {
	case id.IsZero():
		errs.add(field, "manque")
	case !ok || !sight.Showable():
		errs.add(field, "lieu introuvable, ou hors de votre périmètre")
	case sight.Detail() == Blurred:
		errs.add(field, "ce lieu n’est diffusé que flouté à votre service")
	default:
		return sight, true
	}
	return Sight{}, false
}

// checkClosedEnd refuses a link that goes on at a place that is closed. Trade that was displaced leads away from one.
func (f *LinkFacts) checkClosedEnd(errs *fieldErrors, field string, at Sight) {
	closing := at.Closing()
	if closing == nil || f.Kind == DisplacedTo && field == "from" {
		return
	}
	switch {
	case f.Until.IsZero():
		errs.add(field, "le lieu %s est fermé depuis le %s : donnez la fin du lien (« until »)", at.Reference(), closing.Date.French())
	case closing.Date.Before(f.Until):
		errs.add("until", "le lieu %s est fermé depuis le %s : le lien ne dure pas au-delà", at.Reference(), closing.Date.French())
	}
}

// clash returns the links between the same two places, of those that the author sees, that this one repeats or contradicts.
func (f *LinkFacts) clash(s State, scope Scope, from, to Sight, except ID) (repeats, contradicts []LinkSight) {
	for _, l := range linksBetween(s, from.place, to.place) {
		other, ok := scope.SeeLink(l, sightOf(s, scope, l.Facts.From), sightOf(s, scope, l.Facts.To))
		if !ok || !other.Told() || l.ID == except || !f.holdsWith(&l.Facts) || !other.joins(from, to) {
			continue
		}
		switch {
		case l.Facts.Kind == f.Kind && l.Facts.Means == f.Means && (!f.Kind.Directed() || other.From().ID() == from.ID()):
			repeats = append(repeats, other)
		case f.Kind.against(l.Facts.Kind):
			contradicts = append(contradicts, other)
		}
	}
	return repeats, contradicts
}

// linksBetween are the links between two places, or between records that went into them.
func linksBetween(s State, a, b *Place) (list []*Link) {
	others := recordsOf(s, b)
	for _, one := range recordsOf(s, a) {
		for _, other := range others {
			list = append(list, s.LinksBetween(one, other)...)
		}
	}
	return list
}

// recordsOf are a place and all records that went into it.
func recordsOf(s State, p *Place) []ID {
	list := []ID{p.ID}
	for _, id := range p.Members() {
		if member := s.Place(id); member != nil {
			list = append(list, recordsOf(s, member)...)
		}
	}
	return list
}

func sightOf(s State, scope Scope, id ID) Sight {
	sight, _ := scope.See(whereItWent(s, scope, id))
	return sight
}

// linkConflict says that a link repeats or contradicts others.
func linkConflict(f *LinkFacts, from, to Sight, repeats, contradicts []LinkSight) error {
	if len(repeats) > 0 {
		return &Error{Kind: KindConflict, Message: fmt.Sprintf("%s et %s sont déjà liés ainsi (« %s », même moyen) à ces dates",
			from.Reference(), to.Reference(), Label(LinkKinds(), string(f.Kind)))}
	}
	if len(contradicts) > 0 {
		return &Error{Kind: KindConflict, Message: fmt.Sprintf("contradiction : %s et %s sont déjà liés comme « %s » à ces dates ; terminez ce lien d’abord",
			from.Reference(), to.Reference(), Label(LinkKinds(), string(contradicts[0].Kind())))}
	}
	return nil
}
