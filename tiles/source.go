package tiles

import (
	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Source is what is drawn from: one immutable snapshot of the map.
type Source interface {
	// Seq tells snapshots of one journal apart: equal sequences, equal snapshots.
	Seq() dealmap.Seq
	// Box yields, in any order, what the scope sees of every place whose position it sees (Sight.Position) and that lies
	// in the box (WGS 84, borders included), until yield returns false.
	Box(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight) bool)
	// Anchors yields, in any order, what the scope may count (Sight.Anchor) with its anchor in the box, until yield
	// returns false.
	Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool)
}

// Follower is a Source that may know what led to it from an earlier snapshot of the same journal. Aggregates then follow
// the changes instead of being gathered anew after each.
type Follower interface {
	Source
	// Since returns the changes with after < sequence <= Seq, in order; false when they are not at hand.
	Since(after dealmap.Seq) ([]dealmap.Change, bool)
}

// everywhere is a box that holds all anchors.
var everywhere = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
