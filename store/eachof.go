package store

import (
	"bytes"
	"slices"

	"github.com/mesure5/dealmap"
)

// commonShare is such that a territory with more than one in so many of all places is walked through like the whole map: a page is soon full.
const commonShare = 16

// EachOf yields what Each yields of the places of a territory, and may pass over others.
func (s *Snapshot) EachOf(scope dealmap.Scope, territory dealmap.TerritoryCode, after dealmap.ID, yield func(dealmap.Sight) bool) {
	if territory == "" || territory == dealmap.France {
		s.Each(scope, after, yield)
		return
	}
	g := newGathering(s.columns.classes, &scope, &dealmap.Filter{Territory: territory})
	var places []*dealmap.Place
	for _, part := range s.columns.chunks {
		for i, place := range part.places {
			if place == nil || g.outside(part.grounds[i]) || bytes.Compare(place.ID[:], after[:]) <= 0 {
				continue
			}
			if places = append(places, place); commonShare*len(places) > int(s.columns.next) && len(places) > chunkSize {
				s.Each(scope, after, yield)
				return
			}
		}
	}
	slices.SortFunc(places, func(a, b *dealmap.Place) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	for _, place := range places {
		if sight, ok := scope.See(place); ok && !yield(sight) {
			return
		}
	}
}
