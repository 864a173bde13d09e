package dealmap

import "time"

// TallyQuestion says what is to be counted.
type TallyQuestion struct {
	Rule CountingRule
	// Day is the last day counted: freshness, overdue reviews and flows are told of it.
	Day Date
	// Months is how many months of flows, that of Day included.
	Months int
	// Since is the day after which Flow counts, up to Day; zero counts none.
	Since Date
	// Parts is the number of sub-territories.
	Parts int
}

// Tally counts observations. The zero Tally counts nothing; make one with [NewTally]. Tallies of the same question add up.
type Tally struct {
	question TallyQuestion
	calendar calendar
	// Counted is by the rule, Total all that was observed.
	Counted, Total int
	Fresh          Freshness
	Parts          []PartTally // the last is of what lies in none of the parts
	Services       [maxServices]ServiceTally
	Months         []MonthTally
	Flow           FlowTally
	features       []featureTally
	services       []uint16 // by number of Held: one more than a set of services
	ended, running []int32  // by days of life
	since          int32    // days of the question's Since
}

// Freshness tells how recently living places were confirmed.
type Freshness struct {
	// Living are not closed. Of them: confirmed within 30 and 90 days, never, and past their review date.
	Living, Within30, Within90, Never, Overdue int
}

// PartTally is what is counted in one sub-territory.
type PartTally struct {
	Counted, Total int
	Fresh          Freshness
	Status         [maxStatuses]int // in the order of Statuses
	Service        [maxServices]int // in the order of Services
}

// ServiceTally is what is counted of one service's records; a place of several services counts for each.
type ServiceTally struct {
	Total int
	Fresh Freshness
}

const (
	maxServices = 16
	maxStatuses = 8
	maxReasons  = 8
	// longestLife bounds the days of life that are told apart: 40 years.
	longestLife = 40 * 366
)

// featureTally also keeps what is asked of the same features again and again.
type featureTally struct {
	shared  *Shared[Features]
	count   int
	counted bool
	status  uint8
	// counts says in which statuses places of this kind are counted, by their marks.
	counts [maxStatuses + 2]bool
}

// NewTally makes an empty tally.
func NewTally(q TallyQuestion) *Tally {
	return &Tally{
		question: q, calendar: newCalendar(q.Day, q.Months), since: q.Since.Days(), Parts: make([]PartTally, q.Parts+1), Months: make([]MonthTally, q.Months),
		ended: make([]int32, longestLife+1), running: make([]int32, longestLife+1),
	}
}

// Add counts one observation.
func (t *Tally) Add(o *Observation) {
	f := t.feature(o.Features)
	part := &t.Parts[len(t.Parts)-1]
	if o.Part >= 0 {
		part = &t.Parts[o.Part]
	}
	t.Total++
	part.Total++
	f.count++
	if f.counted {
		t.Counted++
		part.Counted++
	}
	part.Status[f.status-1]++
	services := t.servicesOf(o.Held)
	fresh := t.freshness(o, f.status == closedMark)
	t.Fresh.add(&fresh)
	part.Fresh.add(&fresh)
	for i := 0; services>>i != 0; i++ {
		if services>>i&1 != 0 {
			part.Service[i]++
			t.Services[i].Total++
			t.Services[i].Fresh.add(&fresh)
		}
	}
	t.live(o, f)
}

func (t *Tally) feature(f *Shared[Features]) *featureTally {
	for int(f.Number) >= len(t.features) {
		t.features = append(t.features, make([]featureTally, 64+len(t.features))...)
	}
	known := &t.features[f.Number]
	if known.shared == nil {
		*known = featureTally{shared: f, counted: t.question.Rule.Counts(f.Value.Kind, f.Value.Status), status: statusMark(f.Value.Status)}
		for i, s := range statusList {
			known.counts[i+1] = t.question.Rule.Counts(f.Value.Kind, s)
		}
	}
	return known
}

func (t *Tally) servicesOf(h *Shared[Held]) uint16 {
	for int(h.Number) >= len(t.services) {
		t.services = append(t.services, make([]uint16, 64+len(t.services))...)
	}
	known := &t.services[h.Number]
	if *known == 0 {
		set := uint16(1) << serviceNumber(h.Value.Owner.Service)
		for _, o := range h.Value.CoOwners {
			set |= 1 << serviceNumber(o.Service)
		}
		*known = set + 1
	}
	return *known - 1
}

func (t *Tally) freshness(o *Observation, closed bool) (f Freshness) {
	if closed {
		return f
	}
	f.Living = 1
	if !o.Dated {
		return f
	}
	today := t.calendar.last
	switch {
	case o.Seen == 0:
		f.Never = 1
	case o.Seen >= today-90:
		f.Within90 = 1
		if o.Seen >= today-30 {
			f.Within30 = 1
		}
	}
	if o.Review != 0 && o.Review < today {
		f.Overdue = 1
	}
	return f
}

func (f *Freshness) add(o *Freshness) {
	f.Living += o.Living
	f.Within30 += o.Within30
	f.Within90 += o.Within90
	f.Never += o.Never
	f.Overdue += o.Overdue
}

// Merge adds what another tally of the same question counted of other places.
func (t *Tally) Merge(o *Tally) {
	t.Counted += o.Counted
	t.Total += o.Total
	t.Fresh.add(&o.Fresh)
	for i := range o.Parts {
		t.Parts[i].add(&o.Parts[i])
	}
	for i := range o.Services {
		t.Services[i].Total += o.Services[i].Total
		t.Services[i].Fresh.add(&o.Services[i].Fresh)
	}
	for i := range o.Months {
		t.Months[i].FlowTally.add(&o.Months[i].FlowTally)
		t.Months[i].change += o.Months[i].change
	}
	t.Flow.add(&o.Flow)
	for _, f := range o.features {
		if f.count > 0 {
			t.feature(f.shared).count += f.count
		}
	}
	for i, n := range o.ended {
		t.ended[i] += n
		t.running[i] += o.running[i]
	}
}

func (p *PartTally) add(o *PartTally) {
	p.Counted += o.Counted
	p.Total += o.Total
	p.Fresh.add(&o.Fresh)
	for i, n := range o.Status {
		p.Status[i] += n
	}
	for i, n := range o.Service {
		p.Service[i] += n
	}
}

// ByStatus, ByKind, ByProduct and ByService count all that was observed; a place counts once for each of its products and of
// its services.
func (t *Tally) ByStatus() map[Status]int {
	return countBy(t, func(f *Features, add func(Status)) { add(f.Status) })
}

// ByKind counts by kind.
func (t *Tally) ByKind() map[Kind]int {
	return countBy(t, func(f *Features, add func(Kind)) { add(f.Kind) })
}

// ByProduct counts by product.
func (t *Tally) ByProduct() map[Product]int {
	return countBy(t, func(f *Features, add func(Product)) {
		for _, p := range f.Products {
			add(p)
		}
	})
}

// ByService counts by service.
func (t *Tally) ByService() map[Service]int {
	by := map[Service]int{}
	for i, s := range serviceList {
		if n := t.Services[i].Total; n > 0 {
			by[s] = n
		}
	}
	return by
}

func countBy[K comparable](t *Tally, each func(*Features, func(K))) map[K]int {
	by := map[K]int{}
	for _, f := range t.features {
		if f.count > 0 {
			each(&f.shared.Value, func(k K) { by[k] += f.count })
		}
	}
	return by
}

var (
	statusList  = valuesOf[Status](Statuses())
	serviceList = valuesOf[Service](Services())
	reasonList  = valuesOf[ClosingReason](ClosingReasons())
)

func valuesOf[T ~string](terms []Term) []T {
	list := make([]T, len(terms))
	for i, term := range terms {
		list[i] = T(term.Value)
	}
	return list
}

// numberOf is the index of a value in its vocabulary, one past the end for others.
func numberOf[T comparable](list []T, value T) int {
	for i, v := range list {
		if v == value {
			return i
		}
	}
	return len(list)
}

func statusNumber(s Status) int        { return numberOf(statusList, s) }
func serviceNumber(s Service) int      { return numberOf(serviceList, s) }
func reasonNumber(r ClosingReason) int { return numberOf(reasonList, r) }

// calendar finds the month of a day fast.
type calendar struct {
	first, last int32   // days of the first month's first and of the last day counted
	month       []int16 // by day from first
	Starts      []Date
}

func newCalendar(day Date, months int) calendar {
	c := calendar{last: day.Days()}
	start := time.Date(int(day.Year), time.Month(int(day.Month)-(max(months, 1)-1)), 1, 0, 0, 0, 0, time.UTC)
	c.first = DateOf(start).Days()
	c.month = make([]int16, max(0, c.last-c.first+1))
	for i := range months {
		from := DateOf(start.AddDate(0, i, 0))
		c.Starts = append(c.Starts, from)
		for d := from.Days(); d <= c.last && d < DateOf(start.AddDate(0, i+1, 0)).Days(); d++ {
			c.month[d-c.first] = int16(i)
		}
	}
	return c
}

// of returns the month that holds a day, -1 before the first and len after the last.
func (c *calendar) of(day int32) int {
	switch {
	case day < c.first:
		return -1
	case day > c.last:
		return len(c.Starts)
	}
	return int(c.month[day-c.first])
}
