package consultations

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
)

// Figure is a number of lines.
type Figure struct {
	Key   string
	Lines int64
}

// Day is the number of lines of a day (in Paris), by operation.
type Day struct {
	Date       dealmap.Date
	Lines      int64
	Operations map[dealmap.Operation]int64
}

// Summary is how many lines there are, counted in several ways.
type Summary struct {
	Lines int64
	Days  []Day // in order, those with lines
	// Operations, Whats, Services and Subjects are by number of lines, the largest first.
	Operations, Whats, Services, Subjects []Figure
}

// Summary counts the lines of the times from..to, to excluded; zero: no bound. Erased lines do not count.
func (l *Log) Summary(ctx context.Context, from, to time.Time) (Summary, error) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return Summary{}, fmt.Errorf("summary of the consultation log: %w", err)
	}
	t := tally{
		zone: paris, days: map[dealmap.Date]map[dealmap.Operation]int64{},
		operations: map[string]int64{}, whats: map[string]int64{}, services: map[string]int64{}, subjects: map[string]int64{},
	}
	err = l.matches(ctx, Query{From: from, To: to}, t.add)
	t.flush()
	if err != nil {
		return Summary{}, err
	}
	return t.summary(), nil
}

// tally counts. Rows are counted by entry of their segment's dictionaries, which is quick, and turned into names when the
// segment or the day changes.
type tally struct {
	zone *time.Location
	days map[dealmap.Date]map[dealmap.Operation]int64

	operations, whats, services, subjects map[string]int64

	segment    *segment
	whos       []int64
	whichs     []int64
	begin, end int64 // of the day
	day        dealmap.Date
}

func (t *tally) add(s *segment, i int, c *dealmap.Consultation) bool {
	if c != nil {
		t.count(dealmap.DateOf(c.Time.In(t.zone)), string(c.Operation), c.What, 1)
		t.subjects[c.Subject]++
		t.services[string(c.Service)]++
		return true
	}
	if s != t.segment {
		t.flush()
		t.segment, t.whos, t.whichs = s, make([]int64, s.whos.len()), make([]int64, s.whichs.len())
	}
	if at := s.time(i); at < t.begin || at >= t.end {
		t.flushDay()
		local := time.Unix(0, at).In(t.zone)
		y, m, d := local.Date()
		t.day = dealmap.DateOf(local)
		t.begin, t.end = time.Date(y, m, d, 0, 0, 0, 0, t.zone).UnixNano(), time.Date(y, m, d+1, 0, 0, 0, 0, t.zone).UnixNano()
	}
	t.whos[s.whoOf(i)]++
	t.whichs[s.whichOf(i)]++
	return true
}

func (t *tally) count(day dealmap.Date, operation, what string, n int64) {
	if operation == "" {
		operation = string(dealmap.OpConsultation)
	}
	if t.days[day] == nil {
		t.days[day] = map[dealmap.Operation]int64{}
	}
	t.days[day][dealmap.Operation(operation)] += n
	t.operations[operation] += n
	t.whats[what] += n
}

func (t *tally) flushDay() {
	for id, n := range t.whichs {
		if n > 0 {
			w := readWhich(t.segment.whichs.at(id))
			t.count(t.day, w.Operation, w.What, n)
			t.whichs[id] = 0
		}
	}
}

func (t *tally) flush() {
	t.flushDay()
	for id, n := range t.whos {
		if n > 0 {
			w := readWho(t.segment.whos.at(id))
			t.subjects[w.Subject] += n
			t.services[w.Service] += n
			t.whos[id] = 0
		}
	}
}

func (t *tally) summary() (s Summary) {
	for date, operations := range t.days {
		day := Day{Date: date, Operations: operations}
		for _, n := range operations {
			day.Lines += n
		}
		s.Lines += day.Lines
		s.Days = append(s.Days, day)
	}
	slices.SortFunc(s.Days, func(a, b Day) int { return cmp.Compare(a.Date.Number(), b.Date.Number()) })
	s.Operations, s.Whats = figures(t.operations), figures(t.whats)
	s.Services, s.Subjects = figures(t.services), figures(t.subjects)
	return s
}

func figures(of map[string]int64) (list []Figure) {
	for key, n := range of {
		list = append(list, Figure{key, n})
	}
	slices.SortFunc(list, func(a, b Figure) int { return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Key, b.Key)) })
	return list
}
