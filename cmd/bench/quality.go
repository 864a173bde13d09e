package main

import (
	"fmt"
	"math"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
)

// compared is a pair of records that matching looked at.
type compared struct {
	a, b *seeds.ServiceRecord
	dealmap.Likeness
}

// floor is the least score of pairs that are kept, and the least threshold that is looked at.
const floor = min(0.05, dealmap.ProposeFrom)

// comparedPairs compares every pair of records that may be of one place, within a list and across: those within reach of each other, and
// those of one commune where one has no position. Pairs of a deal point and a support site are left out, as matching does.
func comparedPairs(lists []seeds.ServiceList, terr *geo.Territories) []compared {
	type described struct {
		record *seeds.ServiceRecord
		dealmap.Description
		reach float64
	}
	var all []described
	for _, l := range lists {
		for i := range l.Records {
			d := described{record: &l.Records[i]}
			d.Description = dealmap.Describe(&d.record.Add.Facts)
			d.reach = d.Description.Reach()
			all = append(all, d)
		}
	}
	type cell struct{ x, y int }
	const perDegree = 150 // cells wider than the widest reach, up to 51 degrees north
	grid, communes := map[cell][]int{}, map[string][]int{}
	cellOf := func(d *described) cell {
		p := d.record.Add.Facts.Position
		return cell{int(math.Floor(p[0] * perDegree)), int(math.Floor(p[1] * perDegree))}
	}
	var pairs []compared
	compare := func(i, j int) {
		a, b := &all[i], &all[j]
		if a.record.Add.Facts.Kind.IsDealPoint() == b.record.Add.Facts.Kind.IsDealPoint() {
			if l := dealmap.Compare(&a.Description, &b.Description); l.Score >= floor {
				pairs = append(pairs, compared{a.record, b.record, l})
			}
		}
	}
	for i := range all {
		d := &all[i]
		whole := wholeCommune(d.record.Add.Facts.Commune, terr)
		if at := d.record.Add.Facts.Position; at != nil {
			c := cellOf(d)
			for k := range 9 {
				for _, j := range grid[cell{c.x + k%3 - 1, c.y + k/3 - 1}] {
					if geo.Distance(*at, *all[j].record.Add.Facts.Position) <= max(d.reach, all[j].reach) {
						compare(i, j)
					}
				}
			}
			grid[c] = append(grid[c], i)
		}
		for _, j := range communes[whole] {
			if d.reach == 0 || all[j].reach == 0 {
				compare(i, j)
			}
		}
		if whole != "" {
			communes[whole] = append(communes[whole], i)
		}
	}
	return pairs
}

// wholeCommune is the commune of a municipal arrondissement, the code itself for others.
func wholeCommune(code string, terr *geo.Territories) string {
	if t, ok := terr.Get(dealmap.TerritoryCode("com:" + code)); ok && t.Parent.Level() == dealmap.LevelCommune {
		return t.Parent.ID()
	}
	return code
}

// predictions of a matcher: those of all pairs, and of those that may be merged in bulk at some score.
func predictions(pairs []compared) (all, bulk []seeds.Pair) {
	for _, p := range pairs {
		pair := seeds.Pair{A: p.a.Truth.Key(), B: p.b.Truth.Key(), Score: p.Score}
		all = append(all, pair)
		if p.Blocked == "" {
			bulk = append(bulk, pair)
		}
	}
	return all, bulk
}

// matching is what the quality of matching was measured to be.
type matching struct {
	points, records int
	// propose and accept judge what is shown to a person and what may be merged in bulk; merged what comes together when it is.
	propose, accept, merged *seeds.Quality
	thresholds              []threshold
}

// threshold is what matching is worth from one score on.
type threshold struct {
	from            float64
	propose, accept *seeds.Quality
}

// servicesDay is the day that the lists are made as of.
var servicesDay = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)

// measureMatching makes three services' lists of n true places and judges what matching finds in them.
func measureMatching(n int, seed uint64) (*matching, error) {
	embedded, err := seeds.Territories()
	if err != nil {
		return nil, err
	}
	terr, err := geo.NewTerritories(embedded)
	if err != nil {
		return nil, err
	}
	lists := seeds.Services(n, seed, terr, servicesDay)
	truth := seeds.TruthOf(lists)
	all, bulk := predictions(comparedPairs(lists, terr))
	judge := func(pairs []seeds.Pair, from float64) *seeds.Quality {
		q, wrong := truth.Evaluate(pairs, from)
		if err == nil {
			err = wrong
		}
		return q
	}
	m := &matching{points: n, records: truth.Len(), propose: judge(all, dealmap.ProposeFrom), accept: judge(bulk, dealmap.AcceptFrom)}
	m.merged = judge(seeds.Merged(bulk, dealmap.AcceptFrom), 0)
	for _, from := range []float64{floor, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99} {
		m.thresholds = append(m.thresholds, threshold{from, judge(all, from), judge(bulk, from)})
	}
	return m, err
}

// quality measures how well matching finds the same places in three services' lists.
func (b *bench) quality() error {
	if b.services == 0 {
		return nil
	}
	m, err := measureMatching(b.services, 2019)
	if err != nil {
		return err
	}
	b.matching = m
	b.add(fmt.Sprintf("matching, precision of what is bulk-accepted (%d records of %d places)", m.records, m.points),
		fmt.Sprintf("%.4f, neighbours whom no text tells apart left out %.4f", m.accept.All.Precision(), m.accept.Told().Precision()), "≥ 0.99")
	b.add("matching, recall of what is proposed", fmt.Sprintf("%.4f", m.propose.All.Recall()), "≥ 0.95")
	return nil
}
