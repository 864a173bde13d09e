package dealmap

import "slices"

// Span is some days in a row, both ends included; it is empty when To is before From.
type Span struct{ From, To Date }

// Holds reports whether a day is one of the span.
func (s Span) Holds(day Date) bool { return !day.Before(s.From) && !s.To.Before(day) }

// lived is the place for those who may count its dates and closings; false for who may not, and for records that were closed
// because they should not have been there.
func (s Sight) lived() (*Place, bool) {
	if !s.counts(fieldDates | fieldClosing) {
		return nil, false
	}
	if c := s.place.Closing; c != nil && (c.Reason == Mistake || c.Reason == Duplicate) {
		return nil, false
	}
	return s.place, true
}

// Stirred counts the days of two spans on which the place is known to have been at work: first seen, reopened or seen again. A
// day counts once, whatever was noted on it.
func (s Sight) Stirred(before, after Span) (n, m int) {
	life, ok := s.lived()
	if !ok {
		return 0, 0
	}
	var days []Date
	for turn := range life.turns() {
		if turn.From == "" || turn.From == Closed {
			days = append(days, turn.Date)
		}
	}
	days = append(days, life.sightings()...)
	for i, day := range days {
		if slices.Contains(days[:i], day) {
			continue
		}
		if before.Holds(day) {
			n++
		}
		if after.Holds(day) {
			m++
		}
	}
	return n, m
}

// Opened reports whether the place was first seen in a span.
func (s Sight) Opened(span Span) bool {
	life, ok := s.lived()
	return ok && span.Holds(life.Facts.FirstSeen)
}

// Closed returns the first day of a span on which the place was closed, zero when it was not, and the first day after that on
// which it was reopened, zero when it was not in the span.
func (s Sight) Closed(span Span) (closed, reopened Date) {
	life, ok := s.lived()
	if !ok {
		return Date{}, Date{}
	}
	for turn := range life.turns() {
		switch {
		case !span.Holds(turn.Date):
		case turn.To == Closed && closed.IsZero():
			closed = turn.Date
		case turn.From == Closed && !closed.IsZero() && reopened.IsZero():
			reopened = turn.Date
		}
	}
	return closed, reopened
}
