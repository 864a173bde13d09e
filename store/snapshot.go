package store

import (
	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Snapshot is the map after one entry of the journal. It never changes, and reading it takes no lock. It answers with
// Sights: what the scope may not see is not there.
type Snapshot struct {
	seq      dealmap.Seq
	places   *recordTree
	refs     references
	communes *recordTree
	columns  *columns
	plots    *plots
	shelves
	ties      ties
	webbing   webbing
	strands   *strands
	granted   dealmap.Seq
	erased    dealmap.Seq
	synthetic bool
}

// snapshot publishes the state as it stands.
func (s *state) snapshot() *Snapshot {
	return &Snapshot{
		seq: s.seq, places: s.places.Copy(), refs: s.refs.copy(), communes: s.communes.Copy(), columns: s.columns.copy(), plots: s.plots.copy(),
		shelves: s.show(), ties: s.ties.copy(), webbing: s.webbing.copy(), strands: s.strands.copy(),
		granted: s.granted, erased: s.erased, synthetic: s.synthetic > 0,
	}
}

// Seq is the entry after which the map looks like this.
func (s *Snapshot) Seq() dealmap.Seq { return s.seq }

// Len is the number of places, hidden ones included: for internal metrics only.
func (s *Snapshot) Len() int { return s.places.Len() }

// Synthetic reports whether the map holds demonstration records.
func (s *Snapshot) Synthetic() bool { return s.synthetic }

// Place returns what a scope sees of a place; false when it is absent, hidden, or only counted.
func (s *Snapshot) Place(scope dealmap.Scope, id dealmap.ID) (dealmap.Sight, bool) {
	r := getRecord(s.places, id)
	if r == nil {
		return dealmap.Sight{}, false
	}
	sight, ok := scope.See(r.place())
	if !ok || !sight.Showable() {
		return dealmap.Sight{}, false
	}
	return sight, true
}

// ByReference returns what a scope sees of the place with a reference in its stored form (dealmap.ParseReference).
func (s *Snapshot) ByReference(scope dealmap.Scope, reference string) (dealmap.Sight, bool) {
	r := s.refs.get(reference)
	if r == nil {
		return dealmap.Sight{}, false
	}
	sight, ok := s.Place(scope, r.id)
	if !ok || sight.Reference() != reference {
		return dealmap.Sight{}, false
	}
	return sight, true
}

// Each yields all sights, those that are only counted included, in the order of ids, strictly after one (the zero ID:
// from the first), until yield returns false.
func (s *Snapshot) Each(scope dealmap.Scope, after dealmap.ID, yield func(dealmap.Sight) bool) {
	s.places.Ascend(&record{id: after}, func(r *record) bool {
		if r.id == after {
			return true
		}
		sight, ok := scope.See(r.glance())
		return !ok || yield(sight)
	})
}

func (s *Snapshot) spots() spots { return spots{s.plots, s.columns} }

// drawn passes on the sights that are drawn as points.
func drawn(scope *dealmap.Scope, p *dealmap.Place) (dealmap.Sight, bool) {
	sight, ok := scope.See(p)
	if !ok {
		return dealmap.Sight{}, false
	}
	_, ok = sight.Position()
	return sight, ok
}

// Box yields the sights that are drawn as points in a box, its border included, in no order.
func (s *Snapshot) Box(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight) bool) {
	s.spots().placesIn(box, (*record).place, func(p *dealmap.Place) bool {
		sight, ok := drawn(&scope, p)
		return !ok || yield(sight)
	})
}

// Anchors yields the sights that count in aggregates in a box, its border included, and where, in no order. The box is
// that of the anchors: it may be told from it where a place is only as exactly as its anchor tells.
func (s *Snapshot) Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool) {
	s.spots().placesIn(box.Pad(dealmap.AnchorReach), (*record).glance, func(p *dealmap.Place) bool {
		sight, ok := scope.See(p)
		if !ok {
			return true
		}
		anchor, ok := sight.Anchor()
		return !ok || !box.Contains(anchor) || yield(sight, anchor)
	})
}

// Radius yields the sights that are drawn as points within metres of a centre, with their distance, in no order.
func (s *Snapshot) Radius(scope dealmap.Scope, centre orb.Point, metres float64, yield func(dealmap.Sight, float64) bool) {
	s.spots().radius(centre, metres, func(p *dealmap.Place, metres float64) bool {
		sight, ok := drawn(&scope, p)
		return !ok || yield(sight, metres)
	})
}

// Nearest yields the sights that are drawn as points in increasing distance from a centre, with the metres.
func (s *Snapshot) Nearest(scope dealmap.Scope, centre orb.Point, yield func(dealmap.Sight, float64) bool) {
	s.spots().nearest(centre, func(p *dealmap.Place, metres float64) bool {
		sight, ok := drawn(&scope, p)
		return !ok || yield(sight, metres)
	})
}

// Within yields the sights that are drawn as points inside an area, in no order.
func (s *Snapshot) Within(scope dealmap.Scope, area orb.MultiPolygon, yield func(dealmap.Sight) bool) {
	s.spots().within(area, func(p *dealmap.Place) bool {
		sight, ok := drawn(&scope, p)
		return !ok || yield(sight)
	})
}
