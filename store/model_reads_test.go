package store_test

import (
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// checkViewer compares every way of reading places with the model, for one scope.
func (m *machine) checkViewer(snapshot *store.Snapshot, scope dealmap.Scope, sees func(*known) bool) {
	shown := map[dealmap.ID]bool{}
	var last dealmap.ID
	snapshot.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool {
		if slices.Compare(last[:], idOf(s)) >= 0 {
			m.t.Fatalf("%s comes after %s", s.ID(), last)
		}
		if last = s.ID(); s.Detail() >= dealmap.Shown {
			shown[last] = true
		}
		return true
	})
	centre, box := orb.Point{5.1, 43.5}, orb.Bound{Min: orb.Point{4.8, 43.3}, Max: orb.Point{5.4, 43.7}}
	inBox, inRadius, nearest := map[dealmap.ID]bool{}, map[dealmap.ID]bool{}, []float64{}
	snapshot.Box(scope, box, func(s dealmap.Sight) bool { inBox[s.ID()] = true; return true })
	snapshot.Radius(scope, centre, 20_000, func(s dealmap.Sight, _ float64) bool { inRadius[s.ID()] = true; return true })
	snapshot.Nearest(scope, centre, func(s dealmap.Sight, metres float64) bool { nearest = append(nearest, metres); return true })
	visible := 0
	for id, p := range m.places {
		if shown[id] != sees(p) {
			m.t.Fatalf("%s: listed %v, to be seen %v", id, shown[id], sees(p))
		}
		s, ok := snapshot.Place(scope, id)
		if !sees(p) {
			if ok && (s.Name() != "" || s.Detail() != dealmap.Blurred) || inBox[id] || inRadius[id] {
				m.t.Fatalf("%s is shown to one who must not see it", id)
			}
			for _, hit := range snapshot.Search(scope, p.name, 10) {
				if hit.ID() == id {
					m.t.Fatalf("%s is found by a name that is withheld", id)
				}
			}
			continue
		}
		visible++
		if !ok || s.Name() != p.name || s.Status() != p.status || s.Revision() != p.revision {
			m.t.Fatalf("%s reads %q %s %d, want %+v", id, s.Name(), s.Status(), s.Revision(), p)
		}
		if r, ok := snapshot.ByReference(scope, s.Reference()); !ok || r.ID() != id {
			m.t.Fatalf("%s is not found by %s", id, s.Reference())
		}
		// The number in the name may be in the reference of another.
		hits := snapshot.Search(scope, strings.ToUpper(p.name), 10)
		if !slices.ContainsFunc(hits, func(s dealmap.Sight) bool { return s.ID() == id }) {
			m.t.Fatalf("search for %q does not find it", p.name)
		}
		if inBox[id] != box.Contains(p.position) || inRadius[id] != (geo.Distance(centre, p.position) <= 20_000) {
			m.t.Fatalf("%s at %v: in box %v, in radius %v", id, p.position, inBox[id], inRadius[id])
		}
	}
	if len(nearest) != visible || !slices.IsSorted(nearest) {
		m.t.Fatalf("nearest gives %d of %d: %v", len(nearest), visible, nearest)
	}
}

func idOf(s dealmap.Sight) []byte {
	id := s.ID()
	return id[:]
}
