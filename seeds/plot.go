package seeds

import (
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/mesure5/dealmap"
)

// The shares of places, in a hundred, by which lives differ.
const (
	reportedFirst = 32 // of those that were at work for a while, and were first seen in the story
	closedOnce    = 10 // of those that had time for it
	resting       = 45 // of those in a département with a season
)

const (
	// mostConfirmations bounds how often a place is confirmed between its entry and the last time that it was seen.
	mostConfirmations = 5
	// confirmedEvery is how many days lie between two confirmations on average.
	confirmedEvery = 95
	storyStream    = 4 << 56
)

// moment is one thing that happened at a place: a step when to is set, a sighting otherwise.
type moment struct {
	day     int32
	written int32 // the day on which it came to be known, not before day
	to      dealmap.Status
	closing *dealmap.Closing
	note    string
}

// seen reports whether dealers were seen at the place.
func (m *moment) seen() bool {
	return m.to == "" || m.to == dealmap.Active || m.to == dealmap.Disrupted
}

// order is that of what is written on one day: nobody is seen where nobody is left.
func (m *moment) order() int {
	if m.seen() {
		return 0
	}
	return 1
}

func (m *moment) command(id dealmap.ID) dealmap.Command {
	day := dealmap.DateOfDays(m.day)
	switch {
	case m.to == "":
		return dealmap.ConfirmPlace{ID: id, Date: day, Note: m.note}
	case m.closing != nil:
		return dealmap.StepPlace{ID: id, To: m.to, Date: day, Reason: m.closing.Reason, Operation: m.closing.Operation, DisplacedTo: m.closing.DisplacedTo, Note: m.note}
	}
	return dealmap.StepPlace{ID: id, To: m.to, Date: day, Note: m.note}
}

// plotter makes up what happened at one place between the dates that its record tells.
type plotter struct {
	*teller
	rng         *rand.Rand
	departement string
	first, last int32 // when it was first and last seen
	steps       []moment
	away        [][2]int32 // from when to when nobody was there
}

// plot is the life of a place that ends as its record says, in the order in which it is written; it begins with the entry.
func plot(end *dealmap.AddPlace, t *teller) []moment {
	p := &plotter{
		teller: t, rng: rand.New(rand.NewPCG(t.seed^binary.LittleEndian.Uint64(end.ID[:8]), storyStream^binary.LittleEndian.Uint64(end.ID[8:]))),
		departement: numberOf(end.Facts.Commune), first: end.Facts.FirstSeen.Days(), last: end.Facts.LastSeen.Days(),
	}
	entry := moment{day: p.first, written: p.first, to: dealmap.Active}
	from := p.first
	switch {
	case end.Status == dealmap.Reported:
		entry.to = dealmap.Reported
	case end.Status == dealmap.Disrupted && p.first == p.last:
		entry.to = dealmap.Disrupted
	case p.first > p.begin && p.last-p.first >= 10 && p.chance(reportedFirst):
		entry.to = dealmap.Reported
		from += p.between(3, min(60, p.last-p.first-1))
		p.step(from, from, dealmap.Active, "Vérifié sur place.")
	}
	until := p.last
	switch {
	case end.Status == dealmap.Disrupted && until > from:
		until -= p.between(0, min(90, until-from-1))
		p.step(until, until, dealmap.Disrupted, "")
	case end.Status == dealmap.Dormant:
		p.step(until, min(p.today, until+p.between(30, 120)), dealmap.Dormant, "")
	case end.Status == dealmap.Closed:
		day := end.Closing.Date.Days()
		p.steps = append(p.steps, moment{day: day, written: day, to: dealmap.Closed, closing: end.Closing})
	}
	if end.Status != dealmap.Reported {
		if end.Status != dealmap.Closed {
			p.operation(from, until-1)
		}
		p.rests(from, until-1)
	}
	p.confirm()
	slices.SortStableFunc(p.steps, func(a, b moment) int {
		if a.written == b.written {
			return cmp.Compare(a.order(), b.order())
		}
		return cmp.Compare(a.written, b.written)
	})
	return append([]moment{entry}, p.steps...)
}

func (p *plotter) chance(share int) bool { return p.rng.IntN(100) < share }

// between draws from least to most, both included.
func (p *plotter) between(least, most int32) int32 { return least + p.rng.Int32N(most-least+1) }

func (p *plotter) step(day, written int32, to dealmap.Status, note string) {
	p.steps = append(p.steps, moment{day: day, written: written, to: to, note: note})
}

// leave has the place left on one day and taken again on another.
func (p *plotter) leave(gone moment, back int32, note string) {
	p.steps = append(p.steps, gone)
	p.step(back, back, dealmap.Active, note)
	p.away = append(p.away, [2]int32{gone.day, back})
}

// operation closes some places once between two days, and has dealers come back 20 to 200 days later. Where there is a season,
// operations come before it.
func (p *plotter) operation(from, until int32) {
	earliest, latest := max(from, p.begin)+20, until-20
	if latest < earliest || !p.chance(closedOnce) {
		return
	}
	day := p.between(earliest, latest)
	if s, ok := seasons[p.departement]; ok {
		for range 3 {
			if s.before(day) {
				break
			}
			day = p.between(earliest, latest)
		}
	}
	closing := &dealmap.Closing{Reason: dealmap.Dismantled, Operation: opaque("OP", p.departement, digits, 4, p.rng), Date: dealmap.DateOfDays(day)}
	back := day + p.between(20, min(200, until-day))
	p.leave(moment{day: day, written: day, to: dealmap.Closed, closing: closing, note: "Fermé par une opération."}, back, "Reprise constatée après opération.")
}

// rests puts some places to sleep out of season.
func (p *plotter) rests(from, until int32) {
	s, ok := seasons[p.departement]
	if !ok || !p.chance(resting) {
		return
	}
	for _, rest := range s.rests(max(from, p.begin), until) {
		gone, back := rest[0]+p.between(-15, 15), rest[1]+p.between(-25, 25)
		if gone < max(from, p.begin)+20 || back > until || slices.ContainsFunc(p.away, func(a [2]int32) bool { return gone < a[1]+20 && a[0] < back+20 }) {
			continue
		}
		p.leave(moment{day: gone, written: gone, to: dealmap.Dormant, note: "Hors saison."}, back, "")
	}
}

// confirm has the place seen every 40 to 150 days while dealers are there, less often when that would be too often in all, and on the day
// on which it was last seen.
func (p *plotter) confirm() {
	start := p.first
	if start < p.begin && p.last > p.begin {
		start = p.begin - p.between(0, min(confirmedEvery, p.begin-start))
	}
	anchors := []int32{start}
	if start > p.first {
		p.sight(start)
	}
	for i := range p.steps {
		if p.steps[i].seen() {
			anchors = append(anchors, p.steps[i].day)
		}
	}
	stretch := max(1, float64(p.last-start)/(confirmedEvery*mostConfirmations))
	day := start
	for range mostConfirmations - 1 {
		gap := stretch * float64(p.between(40, 150)) * seasons[p.departement].pace(day)
		if day += int32(gap); day > p.last-20 {
			break
		}
		if !slices.ContainsFunc(p.away, func(a [2]int32) bool { return a[0] <= day && day <= a[1] }) && !slices.Contains(anchors, day) {
			p.sight(day)
		}
	}
	if !slices.Contains(anchors, p.last) {
		p.sight(p.last)
	}
}

func (p *plotter) sight(day int32) { p.steps = append(p.steps, moment{day: day, written: day}) }
