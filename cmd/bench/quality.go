package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// compared is a pair of records that matching found.
type compared struct {
	a, b *seeds.ServiceRecord
	dealmap.Likeness
}

// floor is the least score of pairs that are kept, and the least threshold that is looked at.
const floor = min(0.05, dealmap.ProposeFrom)

// mostMatches bounds the candidates of one record; the screen shows far fewer.
const mostMatches = 200

// matchAll puts all lists on one empty map and asks it, for every record, for the others that may be the same place, as an import and an entry
// by hand do. A record without a name takes its address for one; without either it has no place on the map, and its pairs are missed.
func matchAll(ctx context.Context, lists []seeds.ServiceList, terr *geo.Territories) (pairs []compared, err error) {
	s, err := store.Open(ctx, store.Options{Engine: memjournal.New(), Territories: terr})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	author := dealmap.Console("bench", dealmap.RoleOfast)
	records := map[dealmap.ID]*seeds.ServiceRecord{}
	var batch []dealmap.AddPlace
	for _, l := range lists {
		for i := range l.Records {
			r := &l.Records[i]
			add := r.Add
			if add.Facts.Name = cmp.Or(add.Facts.Name, add.Facts.Address); add.Facts.Name != "" {
				records[add.ID] = r
				batch = append(batch, add)
			}
		}
	}
	for group := range slices.Chunk(batch, 2000) {
		if _, err := s.Do(ctx, author, dealmap.ImportPlaces{Places: group}, ""); err != nil {
			return nil, err
		}
	}
	snapshot, scope := s.Snapshot(), dealmap.NewScope(author, dealmap.DateOf(servicesDay))
	for _, add := range batch {
		d := dealmap.Describe(&add.Facts)
		for _, m := range snapshot.Matches(scope, &d, floor, mostMatches, add.ID) {
			pairs = append(pairs, compared{records[add.ID], records[m.Sight.ID()], m.Likeness})
		}
	}
	return pairs, nil
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
func measureMatching(ctx context.Context, n int, seed uint64) (*matching, error) {
	terr, err := seeds.Gazetteer()
	if err != nil {
		return nil, err
	}
	lists := seeds.Services(n, seed, terr, servicesDay)
	truth := seeds.TruthOf(lists)
	pairs, err := matchAll(ctx, lists, terr)
	if err != nil {
		return nil, err
	}
	all, bulk := predictions(pairs)
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
	m, err := measureMatching(b.ctx, b.services, 2019)
	if err != nil {
		return err
	}
	b.matching = m
	b.add(fmt.Sprintf("matching, precision of what is bulk-accepted (%d records of %d places)", m.records, m.points),
		fmt.Sprintf("%.4f, neighbours whom no text tells apart left out %.4f", m.accept.All.Precision(), m.accept.Told().Precision()), "≥ 0.99")
	b.add("matching, recall of what is proposed", fmt.Sprintf("%.4f", m.propose.All.Recall()), "≥ 0.95")
	return nil
}
