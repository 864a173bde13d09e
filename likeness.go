package dealmap

import (
	"math"
	"slices"
)

// Likeness is how likely two records describe one place, and why.
type Likeness struct {
	// Score is the probability, 0 to 1, that both are one place. Pair is that by the two records alone, without their rivals.
	Score, Pair float64
	// Metres is between the positions; -1 when one has none.
	Metres float64
	// Reasons are the most telling first.
	Reasons []Reason
	// Blocked says in French why the two must not be merged whatever the score; empty when they may.
	Blocked string
}

// Reason is what one field says for or against.
type Reason struct {
	// Field is the API's name of the field.
	Field string
	// Text is French: « à 18 m, pour une précision de 35 m ».
	Text string
	// Weight is the log-odds (natural logarithm) that it adds, below zero when it speaks against.
	Weight float64
}

// Compare tells how likely two descriptions are of one place. It is symmetric.
//
// The model is that of Fellegi and Sunter, A Theory for Record Linkage (1969): each field adds the logarithm of how much more
// often it looks like this in two records of one place than in records of two. Names are compared as Winkler has it (String
// Comparator Metrics and Enhanced Decision Rules, 1990): by likeness of spelling, and agreeing on what is rare tells more than
// agreeing on what is common. One thing is added. Two records of different places are of strangers or of neighbours: points of
// one estate, which share its name, street, landlord and network, and lie 20 to 60 m apart. Every field is weighed against
// both, and the score is the odds against either. So what a whole estate shares, however much of it agrees, leaves two
// neighbours in doubt; only what tells points of one estate apart (position within both accuracies, building, hall, number)
// settles it.
func Compare(a, b *Description) Likeness {
	e := weigh(a, b)
	return Likeness{Score: e.score(), Pair: e.score(), Metres: e.metres, Reasons: e.reasons(a, b), Blocked: blocked(a, b)}
}

// against is a weight of evidence, in natural logarithms, against each kind of difference.
type against struct {
	stranger, neighbour float64
}

func (w against) times(share float64) against {
	return against{w.stranger * share, w.neighbour * share}
}

// finding is what one field says.
type finding struct {
	field string
	// text is a key of the words (likeness_text.go); x and y are what it names.
	text finder
	x, y string
	against
}

// evidence is all that two descriptions say.
type evidence struct {
	list   [16]finding
	n      int
	sum    against
	metres float64
}

func (e *evidence) add(field string, text finder, x, y string, w against) {
	if w == (against{}) || e.n == len(e.list) {
		return
	}
	if y != "" && y < x {
		x, y = y, x
	}
	e.list[e.n] = finding{field, text, x, y, w}
	e.n++
	e.sum.stranger += w.stranger
	e.sum.neighbour += w.neighbour
}

// score is the probability that both are one place: one against the odds of strangers and of neighbours.
func (e *evidence) score() float64 {
	return 1 / (1 + math.Exp(-e.sum.stranger) + math.Exp(-e.sum.neighbour))
}

// reasons puts the findings into words. What one adds to the log-odds is its weight against strangers and against neighbours,
// in the shares that they have in the doubt that is left.
func (e *evidence) reasons(a, b *Description) []Reason {
	share := 1 / (1 + math.Exp(e.sum.stranger-e.sum.neighbour))
	reasons := make([]Reason, 0, e.n)
	for i := range e.n {
		f := &e.list[i]
		r := Reason{Field: f.field, Text: f.words(e, a, b), Weight: share*f.stranger + (1-share)*f.neighbour}
		at := len(reasons)
		for at > 0 && math.Abs(reasons[at-1].Weight) < math.Abs(r.Weight) {
			at--
		}
		reasons = slices.Insert(reasons, at, r)
	}
	return reasons
}

// blocked says why two records must not be merged.
func blocked(a, b *Description) string {
	switch {
	case a.kind != "" && b.kind != "" && a.kind.IsDealPoint() != b.kind.IsDealPoint():
		return "l’un est un point de deal, l’autre un site de soutien"
	case len(a.networks) > 0 && len(b.networks) > 0 && shared(a.networks, b.networks) == "":
		x, y := a.networks[0], b.networks[0]
		if y < x {
			x, y = y, x
		}
		return "réseaux différents : " + x + " et " + y
	}
	return ""
}

// shared returns the first of one list that the other has too, by the order of the texts, empty when there is none.
func shared(a, b []string) (first string) {
	for _, x := range a {
		if slices.Contains(b, x) && (first == "" || x < first) {
			first = x
		}
	}
	return first
}
