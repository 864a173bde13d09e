package store

import (
	"strings"

	"github.com/mesure5/dealmap"
)

// Search returns at most limit sights for a text: first those whose reference is the text or begins with it, then those
// in which every word begins a word of name, address, reference or commune code, then those that hold every word anywhere;
// each group in the order of ids. What a sight withholds is not searched.
func (s *Snapshot) Search(scope dealmap.Scope, text string, limit int) []dealmap.Sight {
	words := strings.Fields(dealmap.SearchKey(text))
	if len(words) == 0 || limit <= 0 {
		return nil
	}
	found := s.byReferencePrefix(scope, text, limit)
	taken := make(map[dealmap.ID]bool, len(found))
	for _, sight := range found {
		taken[sight.ID()] = true
	}
	var loose []dealmap.Sight
	s.places.Scan(func(r *record) bool {
		match := matchWords(r.key, words)
		if match == noMatch || match == looseMatch && len(loose) >= limit {
			return true
		}
		sight, ok := scope.See(r.place)
		if !ok || !sight.Showable() || taken[sight.ID()] {
			return true
		}
		if sight.Detail() < dealmap.Shown {
			match = matchWords(sightKey(sight), words)
		}
		switch match {
		case goodMatch:
			found = append(found, sight)
		case looseMatch:
			loose = append(loose, sight)
		}
		return len(found) < limit
	})
	found = append(found, loose...)
	return found[:min(limit, len(found))]
}

func (s *Snapshot) byReferencePrefix(scope dealmap.Scope, text string, limit int) []dealmap.Sight {
	prefix := strings.ToUpper(strings.TrimSpace(text))
	if exact, err := dealmap.ParseReference(text); err == nil {
		prefix = exact
	}
	if !strings.Contains(prefix, "-") {
		return nil
	}
	var found []dealmap.Sight
	s.refs.Ascend(prefix, func(reference string, id dealmap.ID) bool {
		if !strings.HasPrefix(reference, prefix) {
			return false
		}
		if sight, ok := s.Place(scope, id); ok && sight.Reference() == reference {
			found = append(found, sight)
		}
		return len(found) < limit
	})
	return found
}

func sightKey(s dealmap.Sight) string {
	return dealmap.SearchKey(s.Name() + " " + s.Address() + " " + s.Reference() + " " + s.Commune())
}

type match int

const (
	noMatch match = iota
	looseMatch
	goodMatch
)

func matchWords(key string, words []string) match {
	best := goodMatch
	for _, word := range words {
		at := strings.Index(key, word)
		if at < 0 {
			return noMatch
		}
		if at > 0 && key[at-1] != ' ' && !strings.Contains(key[at:], " "+word) {
			best = looseMatch
		}
	}
	return best
}
