package store

import (
	"bytes"
	"strings"

	"github.com/mesure5/dealmap"
)

// Search returns at most limit sights for a text: first those whose reference is the text or begins with it, then those
// in which every word begins a word of name, address, reference or commune code, then those that hold every word anywhere;
// each group in the order of ids. What a sight withholds is not searched.
func (s *Snapshot) Search(scope dealmap.Scope, text string, limit int) []dealmap.Sight {
	words := bytes.Fields(dealmap.AppendSearchKey(nil, text))
	if len(words) == 0 || limit <= 0 {
		return nil
	}
	found := s.byReferencePrefix(scope, text, limit)
	taken := make(map[dealmap.ID]bool, len(found))
	for _, sight := range found {
		taken[sight.ID()] = true
	}
	var loose []dealmap.Sight
	var key []byte
	needed := lettersOf(bytes.Join(words, nil))
	s.places.Scan(func(r *record) bool {
		if r.hints&needed != needed {
			return true
		}
		key = r.appendKey(key[:0])
		match := matchWords(key, words)
		if match == noMatch || match == looseMatch && len(loose) >= limit {
			return true
		}
		sight, ok := scope.See(r.glance())
		if !ok || !sight.Showable() || taken[sight.ID()] {
			return true
		}
		if sight.Detail() < dealmap.Shown {
			match = matchWords([]byte(sightKey(sight)), words)
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
	s.refs.from(prefix, func(r *record) bool {
		reference := r.reference()
		if !strings.HasPrefix(reference, prefix) {
			return false
		}
		if sight, ok := s.Place(scope, r.id); ok && sight.Reference() == reference {
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

func matchWords(key []byte, words [][]byte) match {
	best := goodMatch
	for _, word := range words {
		at := bytes.Index(key, word)
		if at < 0 {
			return noMatch
		}
		if at > 0 && key[at-1] != ' ' && !bytes.Contains(key[at:], append([]byte{' '}, word...)) {
			best = looseMatch
		}
	}
	return best
}
