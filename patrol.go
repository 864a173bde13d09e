package dealmap

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// PatrolQuestion asks where to go on a day, between two times of it (Mesure 18: presence where and when dealing goes on).
type PatrolQuestion struct {
	Date   Date
	Window MinuteSpan
	// Filter narrows by territory, kind and product.
	Filter Filter
	// Limit is how many stops are wanted.
	Limit int
}

// Check refuses what cannot be asked, naming the field of the query.
func (q *PatrolQuestion) Check(g Gazetteer) error {
	var errs fieldErrors
	errs.addError(q.Filter.Check(g))
	if q.Filter.Territory == "" {
		errs.add("territory", "manque")
	}
	for _, kind := range q.Filter.Kinds {
		if known(Kinds(), string(kind)) && !kind.onTheWay() {
			errs.add("kind", "une tournée va aux points de la voie publique (%s, %s, %s)", Street, Four, Drive)
		}
	}
	if q.Date.IsZero() {
		errs.add("date", "manque")
	}
	switch w := q.Window; {
	case w.From < 0 || w.From >= dayMinutes:
		errs.add("from", "une heure de 00:00 à 23:59 est attendue")
	case w.Until > dayMinutes:
		errs.add("until", "une heure de 00:01 à 24:00 est attendue")
	case w.Length() == 0:
		errs.add("until", "la fin (%s) n’est pas après le début (%s) ; une tournée de nuit se demande jour par jour", FormatClock(w.Until), FormatClock(w.From))
	}
	return errs.err()
}

// PatrolPlan answers a PatrolQuestion.
type PatrolPlan struct {
	// Stops are the first places, best first; Candidates is how many there were to choose from.
	Stops      []PatrolStop
	Candidates int
	// OpenAt counts, for each hour of the weekday, the candidates known to be open during some of it; Unknown those whose hours
	// of that day are not known.
	OpenAt  [24]int
	Unknown int
}

// PatrolStop is a place to pass by.
type PatrolStop struct {
	Rank  int // from 1
	Sight Sight
	// Score is 0 to 100, the sum of the points of the reasons.
	Score   int
	Reasons []PatrolReason
	// Best is the longest time within the window during which the place is known to be open, the earliest of equals; empty when
	// none is known.
	Best MinuteSpan
}

// Patrol ranks the places to pass by. It is given sights and looks at nothing else: what a viewer may not see counts as
// unknown. Candidates are those that may be shown and that the ministry's rule counts (street, four, drive; active or disrupted).
//
// The score is a sum of four parts, 100 points at most:
//
//   - intensity, 40: eight points a level; unknown counts as level 2;
//   - hours, 30: the share of the window during which the place is known to be open; unknown counts half;
//   - confirmation, 20: all of them when dealers were seen within 30 days, none after 180, in between by the day: who goes there finds
//     what the record says. Unknown counts half;
//   - review, 10: when the record's review has come due.
//
// Two wishes pull in opposite directions: to go where dealing surely is, and to look where nobody has looked for long. A
// fresh confirmation serves the first and an overdue review the second, each once and not by the same field. Equal scores are in
// the order of the references.
func Patrol(sights iter.Seq[Sight], q PatrolQuestion) PatrolPlan {
	p := patrol{question: q, day: q.Date.Time().Weekday(), today: dayNumber(q.Date), read: map[string]*openDay{}}
	var plan PatrolPlan
	var found []weighedStop
	limit := max(0, q.Limit)
	for s := range sights {
		if !s.Showable() || !s.Counted() || !q.Filter.Match(s) {
			continue
		}
		plan.Candidates++
		hours := p.hours(s)
		for hour, open := range hours.openAt {
			plan.OpenAt[hour] += open
		}
		if !hours.told {
			plan.Unknown++
		}
		found = append(found, weighedStop{s, s.Reference(), p.weigh(s).sum()})
		if len(found) >= 8*(limit+8) { // the order is only known at the end; keep what can still be a stop
			found = best(found, limit)
		}
	}
	for i, stop := range best(found, limit) {
		w := p.weigh(stop.sight)
		plan.Stops = append(plan.Stops, PatrolStop{Rank: i + 1, Sight: stop.sight, Score: w.sum(), Reasons: w.reasons(), Best: w.hours.best})
	}
	return plan
}

type weighedStop struct {
	sight     Sight
	reference string
	score     int
}

// best cuts a list down to the first of it.
func best(found []weighedStop, limit int) []weighedStop {
	slices.SortFunc(found, func(a, b weighedStop) int {
		return cmp.Or(b.score-a.score, cmp.Compare(a.reference, b.reference))
	})
	return found[:min(len(found), limit)]
}

// patrol is a question under way; few places have a timetable of their own, so each is read once.
type patrol struct {
	question PatrolQuestion
	day      time.Weekday
	today    int // dayNumber of the question's date
	read     map[string]*openDay
}

// openDay is what a timetable says of the day and of the window.
type openDay struct {
	told    bool // the day's own hours are known
	partial bool
	openAt  [24]int // 1 where it is open during some of the hour
	minutes int     // open within the window
	best    MinuteSpan
}

func (p *patrol) hours(s Sight) *openDay {
	text := s.Hours()
	if d, ok := p.read[text]; ok {
		return d
	}
	h, err := ParseHours(text)
	if err != nil {
		h = Hours{} // what cannot be read is unknown
	}
	d := &openDay{partial: h.Partial()}
	p.read[text] = d
	var spans []MinuteSpan
	spans, d.told = h.Spans(p.day)
	for _, span := range spans {
		for hour := range d.openAt {
			if span.Overlap(MinuteSpan{hour * 60, hour*60 + 60}).Length() > 0 {
				d.openAt[hour] = 1
			}
		}
		within := span.Overlap(p.question.Window)
		d.minutes += within.Length()
		if within.Length() > d.best.Length() {
			d.best = within
		}
	}
	return d
}
