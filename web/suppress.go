package web

import (
	"cmp"
	"slices"

	"github.com/mesure5/dealmap/web/api"
)

// DefaultSuppressBelow is the number below which a count is suppressed for a wider audience.
const DefaultSuppressBelow = 5

// suppress takes small numbers out of statistics, and as many others as it takes that none can be told by subtraction. It
// returns how many numbers it took out. Numbers of months are taken out with their stock: neighbouring stocks differ by them.
func suppress(out *api.Statistics, below int) int {
	e := &eraser{below: below}
	counted, totals := []**int{&out.Elsewhere}, []**int{}
	for i := range out.Parts {
		counted, totals = append(counted, &out.Parts[i].Counted), append(totals, &out.Parts[i].Total)
	}
	e.group(&out.Stock.Counted, counted)
	e.group(&out.Stock.Total, totals)
	for i := range out.Parts {
		e.part(&out.Parts[i])
	}
	e.stock(&out.Stock)
	f := &out.Freshness
	e.within(&f.Living, &f.Within90, &f.Within30, &f.Never, &f.Overdue)
	e.within(&out.Life.Ended)
	e.within(&out.Life.Running)
	if out.Life.Ended == nil || out.Life.Running == nil {
		out.Life.Median, out.Life.Quarter = nil, nil
	}
	var services []**int
	for i := range out.Coverage {
		services = append(services, &out.Coverage[i].Places)
	}
	e.group(nil, services)
	for i := range out.Coverage {
		c := &out.Coverage[i]
		e.within(&c.Places, &c.Within90, &c.Overdue)
	}
	for i := range out.Months {
		m := &out.Months[i]
		e.within(&m.Reported)
		e.within(&m.Opened)
		e.within(&m.Reopened)
		e.numbers(&m.ClosedTotal, m.Closed)
		if i < len(out.Months)-1 {
			e.take(&m.Stock)
		} else {
			m.Stock = out.Stock.Counted
		}
	}
	return e.taken
}

// eraser takes numbers out and counts them.
type eraser struct{ below, taken int }

func (e *eraser) take(n **int) {
	if *n != nil {
		*n, e.taken = nil, e.taken+1
	}
}

func (e *eraser) small(n *int) bool { return n != nil && *n > 0 && *n < e.below }

// group takes small numbers out of those that add up to a total (nil: to one that is not told). When one alone is taken out, or the ones
// taken out add up to a small number, the smallest of the others goes too, and when there is none left, the total.
func (e *eraser) group(total **int, members []**int) {
	taken, sum := 0, 0
	var rest []**int
	for _, n := range members {
		switch {
		case *n == nil:
			taken++
		case e.small(*n):
			taken, sum = taken+1, sum+**n
			e.take(n)
		case **n > 0:
			rest = append(rest, n)
		}
	}
	if total != nil && e.small(*total) {
		e.take(total)
	}
	if total == nil || *total == nil {
		return
	}
	slices.SortStableFunc(rest, func(a, b **int) int { return cmp.Compare(**a, **b) })
	for taken > 0 && (taken < 2 || sum < e.below) {
		if len(rest) == 0 {
			e.take(total)
			return
		}
		taken, sum = taken+1, sum+*(*rest[0])
		e.take(rest[0])
		rest = rest[1:]
	}
}

// within takes out numbers that are part of another: all when that is taken out, and those from which a small remainder follows.
func (e *eraser) within(whole **int, parts ...**int) {
	if e.small(*whole) {
		e.take(whole)
	}
	for _, n := range parts {
		if *whole == nil || e.small(*n) || *n != nil && **whole-**n > 0 && **whole-**n < e.below {
			e.take(n)
		}
	}
}

func (e *eraser) numbers(total **int, by api.Numbers) {
	cells, keys := cellsOf(by)
	e.group(total, cells)
	if total != nil && *total == nil {
		for _, n := range cells {
			e.take(n)
		}
	}
	for i, key := range keys {
		by[key] = *cells[i]
	}
}

func cellsOf(by api.Numbers) (cells []**int, keys []string) {
	for key := range by {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		n := by[key]
		cells = append(cells, &n)
	}
	return cells, keys
}

func (e *eraser) part(p *api.StatisticsPart) {
	whole := p.Total
	e.within(&whole, &p.Counted)
	if p.Counted == nil {
		p.Rate = nil
	}
	e.within(&whole, &p.Living)
	e.within(&p.Living, &p.Within90, &p.Overdue)
	e.numbers(&whole, p.Status)
	p.Total = whole
	e.numbers(&p.Total, p.Service)
}

func (e *eraser) stock(stock *api.Stock) {
	if stock.Counted == nil {
		stock.Rate = nil
	}
	e.numbers(&stock.Total, stock.Status)
	e.numbers(&stock.Total, stock.Kind)
	e.numbers(&stock.Total, stock.Product)
	e.numbers(&stock.Total, stock.Service)
}
