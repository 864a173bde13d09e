package web

import (
	"context"
	"net/url"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// lookBack puts the map of a past day under a visit when its query asks for one.
func (s *Server) lookBack(ctx context.Context, v *visit, query url.Values) error {
	text := query.Get("as_of")
	if text == "" {
		return nil
	}
	day, err := dealmap.ParseDate(text)
	if err != nil {
		return asParameter("as_of", err)
	}
	if !day.Before(s.today()) {
		return nil
	}
	if !v.scope.SeesPoints() {
		return refuse(dealmap.KindForbidden, "la carte d’une date passée est réservée à ceux qui voient les points")
	}
	end := s.lastMoment(day)
	done, err := s.looking.wait(ctx, v.viewer.Subject)
	if err != nil {
		return err
	}
	defer done()
	then, err := s.Map.SnapshotAt(ctx, end)
	if err != nil {
		return err
	}
	v.snap = past{Snapshot: then, now: v.snap, moment: end, day: day}
	return nil
}

// past is a map of the past as it may be shown now: a place that has since been hidden, restricted, erased or taken out of
// the viewer's sight stays out of it.
type past struct {
	Snapshot // then
	now      Snapshot
	moment   time.Time // of then, and its day
	day      dealmap.Date
}

// Seq tells apart what is drawn from the same past at different times: what may be shown of it changes. The first bit
// keeps it apart from the sequences of the present. It is no position in the journal.
func (p past) Seq() dealmap.Seq { return 1<<63 | p.Snapshot.Seq()<<32 | p.now.Seq()&(1<<32-1) }

func (p past) keeps(scope dealmap.Scope, sight dealmap.Sight) bool {
	if !sight.Showable() {
		return false
	}
	now, ok := p.now.Place(scope, sight.ID())
	return ok && keepsThrough(sight, now)
}

func (p past) Place(scope dealmap.Scope, id dealmap.ID) (dealmap.Sight, bool) {
	return p.one(scope)(p.Snapshot.Place(scope, id))
}

func (p past) ByReference(scope dealmap.Scope, reference string) (dealmap.Sight, bool) {
	return p.one(scope)(p.Snapshot.ByReference(scope, reference))
}

func (p past) one(scope dealmap.Scope) func(dealmap.Sight, bool) (dealmap.Sight, bool) {
	return func(sight dealmap.Sight, ok bool) (dealmap.Sight, bool) {
		if !ok || !p.keeps(scope, sight) {
			return dealmap.Sight{}, false
		}
		return sight, true
	}
}

// each and eachWith put the check before yield.
func (p past) each(scope dealmap.Scope, yield func(dealmap.Sight) bool) func(dealmap.Sight) bool {
	return func(sight dealmap.Sight) bool { return !p.keeps(scope, sight) || yield(sight) }
}

func eachWith[T any](p past, scope dealmap.Scope, yield func(dealmap.Sight, T) bool) func(dealmap.Sight, T) bool {
	return func(sight dealmap.Sight, extra T) bool { return !p.keeps(scope, sight) || yield(sight, extra) }
}

func (p past) Each(scope dealmap.Scope, after dealmap.ID, yield func(dealmap.Sight) bool) {
	p.Snapshot.Each(scope, after, p.each(scope, yield))
}

func (p past) ListOf(scope dealmap.Scope, filter *dealmap.Filter, after dealmap.ID, yield func(dealmap.Sight) bool) {
	p.Snapshot.ListOf(scope, filter, after, p.each(scope, yield))
}

func (p past) ListBox(scope dealmap.Scope, filter *dealmap.Filter, box orb.Bound, after dealmap.ID, likely int, yield func(dealmap.Sight) bool) {
	p.Snapshot.ListBox(scope, filter, box, after, likely, p.each(scope, yield))
}

func (p past) Box(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight) bool) {
	p.Snapshot.Box(scope, box, p.each(scope, yield))
}

func (p past) Radius(scope dealmap.Scope, centre orb.Point, metres float64, yield func(dealmap.Sight, float64) bool) {
	p.Snapshot.Radius(scope, centre, metres, eachWith(p, scope, yield))
}

func (p past) Nearest(scope dealmap.Scope, centre orb.Point, yield func(dealmap.Sight, float64) bool) {
	p.Snapshot.Nearest(scope, centre, eachWith(p, scope, yield))
}

func (p past) Within(scope dealmap.Scope, area orb.MultiPolygon, yield func(dealmap.Sight) bool) {
	p.Snapshot.Within(scope, area, p.each(scope, yield))
}

func (p past) Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool) {
	p.Snapshot.Anchors(scope, box, eachWith(p, scope, yield))
}

// Tally and Cells look back by themselves, each place through the present.
func (p past) Tally(scope dealmap.Scope, c *dealmap.Census, q dealmap.TallyQuestion) *dealmap.Tally {
	return p.now.Tally(scope, p.asOf(c), q)
}

// Cells is as Tally.
func (p past) Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally {
	return p.now.Cells(scope, p.asOf(c), level, rule)
}

func (p past) asOf(c *dealmap.Census) *dealmap.Census {
	if !c.AsOf.IsZero() {
		return c
	}
	then := *c
	then.AsOf, then.Day = p.moment, p.day
	return &then
}

// Search is of the present only: no call that searches looks back.
func (p past) Search(scope dealmap.Scope, text string, limit int) []dealmap.Sight {
	return p.now.Search(scope, text, limit)
}

func (p past) Viewer(subject string, at time.Time) (dealmap.Viewer, bool) {
	return p.now.Viewer(subject, at)
}
