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

// live counts what happened in the place's life.
func (t *Tally) live(o *Observation, counted bool) {
	f := &o.Features.Value
	rule := &t.question.Rule
	switch {
	case len(o.Past) > 0:
		last := o.phase()
		for turn := range turns(o.Past, &last) {
			t.turn(turn.Date.Days(), turn.From, turn.To, turn.Reason, turn.From != "" && rule.Counts(f.Kind, turn.From), rule.Counts(f.Kind, turn.To))
		}
	case f.Status == Closed: // as turns has it, without the phases
		active := rule.Counts(f.Kind, Active)
		t.turn(o.First, "", Active, "", false, active)
		t.turn(o.Turned, Active, Closed, o.Reason, active, counted)
	default:
		t.turn(o.First, "", f.Status, "", false, counted)
	}
	t.age(o)
}

func (t *Tally) turn(day int32, from, to Status, reason ClosingReason, was, is bool) {
	t.Flow.turn(day > t.question.Since.Days() && day <= t.calendar.last && !t.question.Since.IsZero(), from, to, reason)
	month := t.calendar.of(day)
	if len(t.Months) > 0 && month < len(t.Months) {
		m := &t.Months[max(0, month)]
		m.turn(month >= 0, from, to, reason)
		switch {
		case is && !was:
			m.change++
		case was && !is:
			m.change--
		}
	}
}

func (f *FlowTally) turn(within bool, from, to Status, reason ClosingReason) {
	switch {
	case !within:
	case to == Closed:
		f.Closed[reasonNumber(reason)]++
	case from == "" && to == Reported:
		f.Reported++
	case from == "" || from == Reported:
		f.Opened++
	case from == Closed:
		f.Reopened++
	}
}

// age counts how long the place has lived: to its closing when dealers left, to the day when they have not.
func (t *Tally) age(o *Observation) {
	if o.First == 0 || o.Features.Value.Status == Reported {
		return
	}
	if o.Features.Value.Status != Closed {
		t.running[min(longestLife, max(0, t.calendar.last-o.First))]++
		return
	}
	switch o.Reason {
	case Dismantled, Displaced, Faded:
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
