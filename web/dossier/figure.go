package dossier

// Figure is a count. The zero value is one that is withheld, shown « n. c. »: what nobody fills in is not shown as a nought.
type Figure struct {
	Value int
	Known bool
}

// Count makes a figure that is shown.
func Count(n int) Figure { return Figure{Value: n, Known: true} }

// Rate is a measure, with the same rule.
type Rate struct {
	Value float64
	Known bool
}

// Measure makes a measure that is shown.
func Measure(x float64) Rate { return Rate{Value: x, Known: true} }

// Delta is a difference: a figure that may be negative.
type Delta Figure

// Change is a figure now and at the last meeting.
type Change struct{ Now, Before Figure }

// RateChange is a measure now and at the last meeting.
type RateChange struct{ Now, Before Rate }

// delta is withheld when one of the two is, as the other would give it away.
func (c Change) delta() Delta {
	if !c.Now.Known || !c.Before.Known {
		return Delta{}
	}
	return Delta(Count(c.Now.Value - c.Before.Value))
}

func (c RateChange) delta() Rate {
	if !c.Now.Known || !c.Before.Known {
		return Rate{}
	}
	return Measure(c.Now.Value - c.Before.Value)
}
