package dealmap

// FlowTally counts what happened in a time, on the days on which it is said to have happened.
type FlowTally struct {
	// Reported became known and was not verified; Opened was found at work for the first time, or was verified.
	Reported, Opened, Reopened int
	// Closed is by reason, in the order of ClosingReasons.
	Closed [maxReasons]int
}

// ClosedTotal is all that closed, for whatever reason.
func (f *FlowTally) ClosedTotal() (n int) {
	for _, c := range f.Closed {
		n += c
	}
	return n
}

func (f *FlowTally) add(o *FlowTally) {
	f.Reported += o.Reported
	f.Opened += o.Opened
	f.Reopened += o.Reopened
	for i, n := range o.Closed {
		f.Closed[i] += n
	}
}

// MonthTally is one month of flows.
type MonthTally struct {
	FlowTally
	// change is by how much what the rule counts grew in the month; all that was before counts to the first.
	change int
}

var (
	activeMark, reportedMark, closedMark = statusMark(Active), statusMark(Reported), statusMark(Closed)
	// lifeEnders are the reasons for closing that end a life, as opposed to a record.
	lifeEnders = func() (is [maxReasons]bool) {
		for _, r := range []ClosingReason{Dismantled, Displaced, Faded} {
			is[reasonNumber(r)] = true
		}
		return is
	}()
)

// live counts what happened in the place's life.
func (t *Tally) live(o *Observation, f *featureTally) {
	switch {
	case !o.Dated: // it counts as if it had always been there
		if f.counted && len(t.Months) > 0 {
			t.Months[0].change++
		}
		return
	case len(o.Marks) > 0:
		for i := range o.Marks {
			m := &o.Marks[i]
			if int(m.Phase) > o.Phase {
				break
			}
			day := m.Day
			if m.From == 0 {
				day = o.First
			}
			t.turn(day, m.From, m.To, m.Reason, f)
		}
	case f.status == closedMark: // a place without a past
		t.turn(o.First, 0, activeMark, 0, f)
		t.turn(o.Turned, activeMark, closedMark, o.Reason, f)
	default:
		t.turn(o.First, 0, f.status, 0, f)
	}
	t.age(o, f)
}

func (t *Tally) turn(day int32, from, to, reason uint8, f *featureTally) {
	if t.since != 0 && day > t.since && day <= t.calendar.last {
		t.Flow.turn(from, to, reason)
	}
	if len(t.Months) == 0 {
		return
	}
	month := t.calendar.of(day)
	if month >= len(t.Months) {
		return
	}
	m := &t.Months[max(0, month)]
	if month >= 0 {
		m.turn(from, to, reason)
	}
	if was, is := f.counts[from], f.counts[to]; is != was {
		if m.change++; was {
			m.change -= 2
		}
	}
}

func (f *FlowTally) turn(from, to, reason uint8) {
	switch {
	case to == closedMark:
		f.Closed[reason]++
	case from == 0 && to == reportedMark:
		f.Reported++
	case from == 0 || from == reportedMark:
		f.Opened++
	case from == closedMark:
		f.Reopened++
	}
}

// age counts how long the place has lived: to its closing when dealers left, to the day when they have not.
func (t *Tally) age(o *Observation, f *featureTally) {
	switch {
	case o.First == 0 || f.status == reportedMark:
	case f.status != closedMark:
		t.running[min(longestLife, max(0, t.calendar.last-o.First))]++
	case lifeEnders[o.Reason]:
		t.ended[min(longestLife, max(0, o.Turned-o.First))]++
	}
}

// Lives returns the days that places lived, and whether they had ended, each length once with how many lived so long.
func (t *Tally) Lives(yield func(days int, ended bool, count int)) {
	for days := range t.ended {
		if n := t.ended[days]; n > 0 {
			yield(days, true, int(n))
		}
		if n := t.running[days]; n > 0 {
			yield(days, false, int(n))
		}
	}
}

// Stocks are what the rule counts at the end of each month, as the lives tell it.
func (t *Tally) Stocks() []int {
	stocks, n := make([]int, len(t.Months)), 0
	for i := range t.Months {
		n += t.Months[i].change
		stocks[i] = n
	}
	return stocks
}

// MonthStarts are the first days of the months.
func (t *Tally) MonthStarts() []Date { return t.calendar.Starts }
