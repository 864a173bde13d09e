package dealmap

import (
	"slices"
	"strings"
)

// CountingRule says which deal points a published number counts. Every published number is a function of a rule, a date and a
// territory.
type CountingRule struct {
	Kinds    []Kind
	Statuses []Status
	// Ministry says that it is the ministry's own.
	Ministry bool
}

// MinistryRule counts places of sale on the public way with dealers there daily.
func MinistryRule() CountingRule {
	return CountingRule{Kinds: []Kind{Street, Four, Drive}, Statuses: []Status{Active, Disrupted}, Ministry: true}
}

// RuleOf is the rule of a filter: the ministry's, its kinds and statuses replaced by those that the filter names.
func RuleOf(f *Filter) CountingRule {
	r := MinistryRule()
	if len(f.Kinds) > 0 {
		r.Kinds, r.Ministry = f.Kinds, false
	}
	if len(f.Statuses) > 0 {
		r.Statuses, r.Ministry = f.Statuses, false
	}
	return r
}

// Counts reports whether the rule counts a kind of place in a status.
func (r *CountingRule) Counts(k Kind, s Status) bool {
	return slices.Contains(r.Kinds, k) && slices.Contains(r.Statuses, s)
}

// Text says the rule in a French sentence, to be printed beside the numbers.
func (r *CountingRule) Text() string {
	if r.Ministry {
		return "Règle du ministère : lieux de vente sur la voie publique où des vendeurs sont présents chaque jour " +
			"(points de rue, fours et drives, actifs ou perturbés)."
	}
	return "Règle choisie : type " + listed(Kinds(), convertAll(r.Kinds)) + " ; état " + listed(Statuses(), convertAll(r.Statuses)) + "."
}

func convertAll[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// listed names terms in the order of their vocabulary: « a, b ou c ».
func listed(terms []Term, values []string) string {
	var labels []string
	for _, term := range terms {
		if slices.Contains(values, term.Value) {
			labels = append(labels, strings.ToLower(term.Label))
		}
	}
	if n := len(labels); n > 1 {
		return strings.Join(labels[:n-1], ", ") + " ou " + labels[n-1]
	}
	return strings.Join(labels, "")
}

// Observation is what is counted of one place at one moment, as one scope may count it. It is no output: numbers made of many
// are ([Tally], heat).
type Observation struct {
	// Part is which of the sub-territories asked for holds it, -1 for none of them.
	Part     int
	Features *Shared[Features]
	Held     *Shared[Held]
	// Dated: First, Seen, Review, Turned, Reason and Marks are known to who counts; otherwise they are zero.
	Dated bool
	// First, Seen, Review and Turned are as in Phase.
	First, Seen, Review, Turned int32
	Intensity                   uint8
	Reason                      uint8 // place of a closing's in ClosingReasons
	// Marks are the turns of its life, those that led to phases after Phase not yet made.
	Marks []TurnMark
	Phase int
	// Cell is where it counts on the map, of level 0, or of TallyLevel for those who see aggregates only; Placed is false when it
	// is on no map.
	Cell   Cell
	Placed bool
	// Block is the part of the map in which a place that is on it now lies, for who counts again part by part.
	Block uint32
}

// Weight is what the place weighs by its intensity, 3 when that is unknown.
func (o *Observation) Weight() int {
	if o.Intensity == 0 {
		return 3
	}
	return int(o.Intensity)
}
