package dealmap

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"
)

// Scope is a viewer's eyes on a given day: See is the only way from a Place to something that may leave the server. The
// zero Scope sees nothing.
type Scope struct {
	viewer Viewer
	rules  []*rule
	day    Date
	// departements and zones are those that the viewer works in.
	departements, zones []TerritoryCode
	fingerprint         *fingerprint
}

// fingerprint is made when it is first asked for, once for all copies of a scope.
type fingerprint struct {
	once sync.Once
	sum  [32]byte
}

// NewScope makes the scope of a viewer on a day (embargoes end).
func NewScope(v Viewer, day Date) Scope {
	return Scope{
		viewer: v, rules: rulesFor(v.Role), day: day,
		departements: workplaces(&v, LevelDepartement), zones: workplaces(&v, LevelZone),
		fingerprint: new(fingerprint),
	}
}

// See returns what this scope may see of a place, and false when that is nothing. A record that was merged into another, or
// withdrawn with its import, is no place.
func (s *Scope) See(p *Place) (Sight, bool) {
	if p == nil || !p.Stands() {
		return Sight{}, false
	}
	return s.judge(p)
}

// SeeSource returns what this scope may see of a record that stands for itself or was merged into a place: as much as if it
// stood.
func (s *Scope) SeeSource(p *Place) (Sight, bool) {
	if p == nil || p.Cluster != nil && p.Cluster.Withdrawn {
		return Sight{}, false
	}
	return s.judge(p)
}

// SeeWithdrawn returns what this scope would see of a record that was withdrawn with its import. It is on no map and in no list;
// it is still kept, and so must be there for who erases it.
func (s *Scope) SeeWithdrawn(p *Place) (Sight, bool) {
	if p == nil || p.Cluster == nil || !p.Cluster.Withdrawn {
		return Sight{}, false
	}
	return s.judge(p)
}

func (s *Scope) judge(p *Place) (Sight, bool) {
	a := p.audience()
	d, by := detail(s, &a)
	if d == Nothing {
		if d = leak(p); d == Nothing {
			return Sight{}, false
		}
	}
	sight := seen(p, d)
	sight.by = by
	return sight, true
}

// seen is a place in a detail that the policy gave.
func seen(p *Place, d Detail) Sight {
	return Sight{place: p, detail: d, withheld: withheld(d, p.Facts.Handling.Code)}
}

// Viewer returns whose eyes these are.
func (s *Scope) Viewer() Viewer { return s.viewer }

// Day returns the day for which embargoes are judged.
func (s *Scope) Day() Date { return s.day }

// SeesPoints reports whether the role may see individual places at all, as opposed to aggregates or nothing.
func (s *Scope) SeesPoints() bool {
	return slices.Contains(workers, s.viewer.Role)
}

// SeesAggregates reports whether the role may see counts at all.
func (s *Scope) SeesAggregates() bool {
	return s.SeesPoints() || slices.Contains(clct, s.viewer.Role)
}

// Fingerprint is equal for two scopes exactly when they see the same of every map. Caches are keyed by it.
func (s *Scope) Fingerprint() [32]byte {
	if s.fingerprint == nil {
		return s.summarize()
	}
	s.fingerprint.once.Do(func() { s.fingerprint.sum = s.summarize() })
	return s.fingerprint.sum
}

func (s *Scope) summarize() [32]byte {
	v := s.viewer
	// Every text and every list begins with its length, so that different ones never give the same bytes.
	key := make([]byte, 0, 512)
	key = AppendKey(AppendKey(AppendKey(key, v.Role), v.Service), v.Unit)
	key = AppendKeys(key, sortedCodes(v.Territories))
	key = binary.AppendUvarint(key, uint64(len(v.Chains)))
	for _, chain := range v.Chains {
		key = AppendKeys(key, chain)
	}
	key = AppendKeys(key, sortedUnique(v.Groups))
	key = AppendKeys(key, sortedCodes(v.Limits))
	return sha256.Sum256(AppendKeyDate(key, s.day))
}

func sortedCodes(list []TerritoryCode) []TerritoryCode {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
