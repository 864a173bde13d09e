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
	if s.columns == nil || territory == "" {
		s.Each(scope, after, yield)
		return
	}
	g := newGathering(s.columns.classes, &scope, &dealmap.Filter{Territory: territory})
	var places []*dealmap.Place
	for _, part := range s.columns.chunks {
		for i, place := range part.places {
			if place == nil || g.outside(part.grounds[i]) {
				continue
			}
			if places = append(places, place); commonShare*len(places) > int(s.columns.next) && len(places) > chunkSize {
				s.Each(scope, after, yield)
				return
			}
		}
	}
	slices.SortFunc(places, func(a, b *dealmap.Place) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	first, is := slices.BinarySearchFunc(places, after, func(p *dealmap.Place, id dealmap.ID) int { return bytes.Compare(p.ID[:], id[:]) })
	if is {
		first++
	}
	for _, place := range places[first:] {
		if sight, ok := scope.See(place); ok && !yield(sight) {
			return
		}
	}
}
