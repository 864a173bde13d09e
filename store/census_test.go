package store

import (
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

func censusViewer(r *rand.Rand) dealmap.Viewer {
	v := dealmap.Viewer{
		Subject: "x", Role: one_(r, dealmap.RolePrefet, dealmap.RoleProcureur, dealmap.RoleOfast, dealmap.RoleCross, dealmap.RoleInvestigator, dealmap.RoleAuditor),
		Service: one_(r, dealmap.ServicePN, dealmap.ServiceGN, dealmap.ServiceDGDDI), Unit: one_(r, "Cross 13", "BR Aubagne"),
		Territories: []dealmap.TerritoryCode{one_[dealmap.TerritoryCode](r, "dep:13", "dep:59", "reg:93", "fr")},
	}
	v.Chains = [][]dealmap.TerritoryCode{{v.Territories[0]}}
	return v
}

// numbers is what a tally tells, in a form that compares.
type numbers struct {
	Counted, Total int
	Fresh          dealmap.Freshness
	Status         map[dealmap.Status]int
	Kind           map[dealmap.Kind]int
	Product        map[dealmap.Product]int
	Service        map[dealmap.Service]int
	Parts          []int
	Flow           dealmap.FlowTally
	Months         []dealmap.FlowTally
	Stocks         []int
	Cells          map[dealmap.Cell]dealmap.CellCount
	Placed         int
}

// TestCensusCountsWhatSightsTell counts random maps, of the present and as of past days, in two ways: by census, and place by place
// with the sights that the map of that day gave and that of today still gives.
func TestCensusCountsWhatSightsTell(t *testing.T) {
	t.Parallel()
	seed := uint64(20261128)
	if text := os.Getenv("SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("SEED=%d replays", seed)
	counted := 0
	for round := range 60 {
		r := rand.New(rand.NewPCG(seed, uint64(round)))
		c := newChronicle(t, r, 160)
		now := c.past[len(c.past)-1]
		today := dealmap.DateOf(c.at)
		for range 12 {
			scope := dealmap.NewScope(censusViewer(r), today)
			census := &dealmap.Census{Parts: []dealmap.TerritoryCode{"com:13055", "com:13001", "com:84007"}, Filter: dealmap.Filter{DealPoints: true}}
			if r.IntN(2) == 0 {
				census.Filter.Products = []dealmap.Product{one_[dealmap.Product](r, "cannabis", "crack")}
			}
			if r.IntN(3) == 0 {
				census.Filter.Services = []dealmap.Service{dealmap.ServicePN}
			}
			if r.IntN(2) == 0 {
				census.Filter.Territory = one_[dealmap.TerritoryCode](r, "dep:13", "com:13055", "fr", "zone:sud")
			}
			then, day := now, today
			if r.IntN(4) > 0 {
				i := r.IntN(len(c.past))
				then, day = c.past[i], dealmap.DateOf(c.times[i])
				census.AsOf, census.Day = c.times[i], day
			}
			question := dealmap.TallyQuestion{Rule: dealmap.MinistryRule(), Day: day, Months: 6, Since: day.AddDays(-100)}
			tally := now.Tally(scope, census, question)
			cells := now.Cells(scope, census, 3, question.Rule)
			got, want := told(tally, cells), naive(now, then, scope, census, question)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("round %d, %+v, %+v as of %v:\ncensus %+v\nsights %+v", round, scope.Viewer(), census.Filter, census.AsOf, got, want)
			}
			counted += got.Total
			question.Parts = len(census.Parts)
			shared := observe(now.columns, 3, &scope, census, func() *dealmap.Tally { return dealmap.NewTally(question) })
			if again := told(shared, cells); !reflect.DeepEqual(again, got) {
				t.Fatalf("round %d: three workers count %+v, one counts %+v", round, again, got)
			}
			if one, three := countedBy(now, 1, &scope, &census.Filter), countedBy(now, 3, &scope, &census.Filter); !reflect.DeepEqual(one, three) {
				t.Fatalf("round %d: three workers count at %d positions, one counts at %d", round, len(three), len(one))
			}
		}
	}
	if counted < 1000 {
		t.Errorf("only %d observations: the test shows little", counted)
	}
}

// countedBy returns what some workers count where.
func countedBy(s *Snapshot, workers int, scope *dealmap.Scope, filter *dealmap.Filter) map[[2]uint32]geo.Counts {
	all := map[[2]uint32]geo.Counts{}
	var mu sync.Mutex
	s.count(s.plots.within([][2]uint64{{0, math.MaxUint64}}), workers, func() *counting {
		return newCounting(s, scope, filter, geo.Squares{}, 12, func(x, y uint32, n *geo.Counts) {
			mu.Lock()
			defer mu.Unlock()
			sum := all[[2]uint32{x, y}]
			sum.Add(n)
			all[[2]uint32{x, y}] = sum
		})
	})
	return all
}

func told(t *dealmap.Tally, cells *dealmap.CellTally) numbers {
	n := numbers{
		Counted: t.Counted, Total: t.Total, Fresh: t.Fresh, Status: t.ByStatus(), Kind: t.ByKind(), Product: t.ByProduct(), Service: t.ByService(), Flow: t.Flow,
		Stocks: t.Stocks(), Cells: cells.Cells, Placed: cells.N - cells.Unplaced,
	}
	for i := range t.Parts {
		n.Parts = append(n.Parts, t.Parts[i].Counted)
	}
	for i := range t.Months {
		n.Months = append(n.Months, t.Months[i].FlowTally)
	}
	return n
}

// naive counts as somebody would who had all the lists of that day and of today.
func naive(now, then *Snapshot, scope dealmap.Scope, c *dealmap.Census, q dealmap.TallyQuestion) numbers {
	n := numbers{
		Status: map[dealmap.Status]int{}, Kind: map[dealmap.Kind]int{}, Product: map[dealmap.Product]int{}, Service: map[dealmap.Service]int{},
		Parts: make([]int, len(c.Parts)+1), Months: make([]dealmap.FlowTally, q.Months), Stocks: make([]int, q.Months), Cells: map[dealmap.Cell]dealmap.CellCount{},
	}
	scopeThen := scope
	if !c.AsOf.IsZero() {
		scopeThen = dealmap.NewScope(scope.Viewer(), c.Day)
	}
	ofThen := map[dealmap.ID]*dealmap.Place{}
	then.places.Scan(func(r *record) bool { ofThen[r.id] = r.place(); return true })
	ids := []dealmap.ID{}
	for id := range ofThen {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b dealmap.ID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range ids {
		p := ofThen[id]
		sight, ok := scopeThen.See(p)
		if !ok {
			continue
		}
		if then != now {
			present := getRecord(now.places, id)
			if present == nil {
				continue
			}
			seen, still := scope.SeeSource(present.place())
			if !still {
				continue
			}
			if seen.Detail() < sight.Detail() {
				lower := *p // what is shown of it today: as if it had been restricted so then
				lower.Facts.Handling = present.place().Facts.Handling
				lower.Facts.Owner, lower.Territories = p.Facts.Owner, p.Territories
				if sight, ok = lowered(&scope, &lower, seen.Detail()); !ok {
					continue
				}
			}
		}
		n.add(sight, c, q, p)
	}
	months := starts(q)
	for i, from := range months {
		_ = from
		if i > 0 {
			n.Stocks[i] += n.Stocks[i-1]
		}
	}
	return n
}

// lowered is the sight of a place in a lower detail than its own handling gives.
func lowered(scope *dealmap.Scope, p *dealmap.Place, d dealmap.Detail) (dealmap.Sight, bool) {
	if d == dealmap.Blurred {
		p.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachGroup, Blurred: true, Code: "H0"}
		p.Facts.CoOwners = nil
		v := scope.Viewer()
		v.Role, v.Unit, v.Territories, v.Chains = dealmap.RoleInvestigator, "", nil, nil
		low := dealmap.NewScope(v, scope.Day())
		return low.See(p)
	}
	v := scope.Viewer()
	v.Role, v.Unit, v.Territories = dealmap.RoleInvestigator, "", nil
	p.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}
	low := dealmap.NewScope(v, scope.Day())
	return low.See(p)
}

func starts(q dealmap.TallyQuestion) []dealmap.Date {
	var list []dealmap.Date
	for i := range q.Months {
		list = append(list, dealmap.DateOf(time.Date(int(q.Day.Year), time.Month(int(q.Day.Month)-(q.Months-1-i)), 1, 0, 0, 0, 0, time.UTC)))
	}
	return list
}

func (n *numbers) add(s dealmap.Sight, c *dealmap.Census, q dealmap.TallyQuestion, p *dealmap.Place) {
	if !c.Filter.Match(s) {
		return
	}
	n.Total++
	n.Status[s.Status()]++
	n.Kind[s.Kind()]++
	for _, product := range s.CountedProducts() {
		n.Product[product]++
	}
	for _, service := range s.CountedServices() {
		n.Service[service]++
	}
	dated := s.Detail() != dealmap.Blurred
	counts := q.Rule.Counts(s.Kind(), s.Status())
	if counts {
		n.Counted++
		at := len(c.Parts)
		for i, part := range c.Parts {
			if s.Within(part) {
				at = i
			}
		}
		n.Parts[at]++
		if anchor, ok := s.Anchor(); ok {
			cell := dealmap.CellOf(anchor).At(3)
			w := 0
			if dated {
				if w = p.Facts.Intensity; w == 0 {
					w = 3
				}
			}
			count := n.Cells[cell]
			n.Cells[cell] = dealmap.CellCount{Count: count.Count + 1, Weight: count.Weight + w}
			n.Placed++
		}
	}
	if s.Status() != dealmap.Closed {
		n.Fresh.Living++
		if dated {
			since := q.Day.Days() - p.Facts.LastSeen.Days()
			if since <= 90 {
				n.Fresh.Within90++
			}
			if since <= 30 {
				n.Fresh.Within30++
			}
			if p.Facts.NextReview.Before(q.Day) {
				n.Fresh.Overdue++
			}
		}
	}
	if !dated {
		if counts {
			n.Stocks[0]++
		}
		return
	}
	n.live(p, q)
}

// live reads the life off the record itself.
func (n *numbers) live(p *dealmap.Place, q dealmap.TallyQuestion) {
	months := starts(q)
	for turn := range turnsOf(p.Past, lastPhase(p)) {
		month := -1
		for i, from := range months {
			if !turn.Date.Before(from) {
				month = i
			}
		}
		note := func(f *dealmap.FlowTally) {
			switch {
			case turn.To == dealmap.Closed:
				f.Closed[slices.IndexFunc(dealmap.ClosingReasons(), func(term dealmap.Term) bool { return term.Value == string(turn.Reason) })]++
			case turn.From == "" && turn.To == dealmap.Reported:
				f.Reported++
			case turn.From == "" || turn.From == dealmap.Reported:
				f.Opened++
			case turn.From == dealmap.Closed:
				f.Reopened++
			}
		}
		if !q.Since.IsZero() && q.Since.Before(turn.Date) {
			note(&n.Flow)
		}
		if month >= 0 {
			note(&n.Months[month])
		}
		was := turn.From != "" && q.Rule.Counts(p.Facts.Kind, turn.From)
		if is := q.Rule.Counts(p.Facts.Kind, turn.To); is != was {
			if is {
				n.Stocks[max(0, month)]++
			} else {
				n.Stocks[max(0, month)]--
			}
		}
	}
}

// turnsOf reads a life off phases one after the other, independently of the marks that counting uses.
func turnsOf(past dealmap.Past, last *dealmap.Phase) iter.Seq[dealmap.Turn] {
	return func(yield func(dealmap.Turn) bool) {
		from := dealmap.Status("")
		for i := range len(past) + 1 {
			f := last
			if i < len(past) {
				f = &past[i]
			}
			to := f.Traits.Value.Status
			if f.Aside || to == from {
				continue
			}
			if from == "" {
				first := to
				if to == dealmap.Closed {
					first = dealmap.Active
				}
				if !yield(dealmap.Turn{Date: dealmap.DateOfDays(last.First), To: first}) {
					return
				}
				if from = first; to == from {
					continue
				}
			}
			turn := dealmap.Turn{Date: dealmap.DateOfDays(f.Turned), From: from, To: to}
			if to == dealmap.Closed {
				turn.Reason = f.Reason
			}
			if !yield(turn) {
				return
			}
			from = to
		}
	}
}

func lastPhase(p *dealmap.Place) *dealmap.Phase {
	f := &dealmap.Phase{
		Traits: &dealmap.Shared[dealmap.Features]{Value: p.Features()}, First: p.Facts.FirstSeen.Days(), Seen: p.Facts.LastSeen.Days(), Turned: p.Turned.Days(),
	}
	if p.Closing != nil {
		f.Reason = p.Closing.Reason
	}
	return f
}
