package addresses

import (
	"cmp"
	"slices"
	"strings"
)

// street is a street or place that may be the one.
type street struct {
	id                          int64
	isPlace                     bool
	name, alias, postcode, city string
	commune                     string
	likeness                    likeness
}

const (
	streetColumns = `s.id, s.place, s.name, s.alias, s.postcode, s.city, p.commune`
	matchingQuery = `SELECT ` + streetColumns + ` FROM words w JOIN streets s ON s.id = w.rowid JOIN parts p ON p.id = s.part
		WHERE words MATCH ? AND p.live LIMIT ?`
	keyedQuery  = `SELECT ` + streetColumns + ` FROM streets s JOIN parts p ON p.id = s.part WHERE s.key = ? AND p.live LIMIT ?`
	pointsQuery = `SELECT points FROM streets WHERE id = ?`
)

const (
	// mostStreets bounds what one look-up compares: within a commune it is never reached.
	mostStreets = 400
	// mostWords is how many words of a name are looked for.
	mostWords = 12
	// mostKept is how many streets of one line become hits.
	mostKept = 6
)

// streets finds the streets of a name, best first, in steps that cost more and more: all words as they stand; any of the words; words with a
// wrong letter or cut short.
func (s *search) streets(n name, within expression) ([]street, error) {
	wanted := n.core
	if len(wanted) == 0 {
		wanted = strings.Fields(n.kind)
	}
	wanted = wanted[:min(len(wanted), mostWords)]
	if within == "" {
		return s.anywhere(n, wanted)
	}
	long := slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return len(w) == 1 && !digits(w) }) // initials
	if len(long) == 0 {
		long = wanted
	}
	var best []street
	for step := range 3 {
		var match expression
		switch step {
		case 0:
			match = `name : ("` + strings.Join(long, `" AND "`) + `")`
		case 1:
			if len(long) == 1 {
				continue
			}
			match = `name : ("` + strings.Join(long, `" OR "`) + `")`
		case 2:
			var err error
			if match, err = s.spelled(long); err != nil {
				return nil, err
			}
		}
		found, err := s.matching(both(match, within), mostStreets)
		if err != nil {
			return nil, err
		}
		best = rank(append(best, found...), n, Threshold)
		if len(best) > 0 && best[0].likeness.score >= certain {
			break
		}
	}
	return best, nil
}

// anywhere looks for a name in all of France: only the very same name counts.
func (s *search) anywhere(n name, wanted []string) ([]street, error) {
	rows, err := s.tx.StmtContext(s.ctx, s.g.keyed).QueryContext(s.ctx, n.key(), 2*mostKept)
	if err != nil {
		return nil, err
	}
	found, err := collect(rows, (*street).columns)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if found, err = s.matching(`name : ("`+strings.Join(wanted, `" AND "`)+`")`, mostStreets); err != nil {
			return nil, err
		}
	}
	return rank(found, n, certain), nil
}

// spelled asks for each word as it stands, with one letter otherwise, or with another end.
func (s *search) spelled(wanted []string) (expression, error) {
	var all []string
	for _, word := range wanted {
		near, err := s.nearWords(word)
		if err != nil {
			return "", err
		}
		all = append(all, `"`+word+`"`)
		for _, w := range near {
			if !strings.Contains(w, " ") {
				all = append(all, `"`+w+`"`)
			}
		}
		if len(word) >= minTypo && !digits(word) {
			all = append(all, `"`+word[:max(minTypo, len(word)*2/3)]+`" *`)
		}
	}
	return `name : (` + strings.Join(all, ` OR `) + `)`, nil
}

func (s *search) matching(match expression, most int) ([]street, error) {
	rows, err := s.tx.StmtContext(s.ctx, s.g.matching).QueryContext(s.ctx, match, most)
	if err != nil {
		return nil, err
	}
	return collect(rows, (*street).columns)
}

func (c *street) columns() []any {
	return []any{&c.id, &c.isPlace, &c.name, &c.alias, &c.postcode, &c.city, &c.commune}
}

// rank keeps the streets whose name is like enough, best first.
func rank(found []street, n name, least float64) []street {
	kept := make([]street, 0, len(found))
	for _, c := range found {
		if slices.ContainsFunc(kept, func(k street) bool { return k.id == c.id }) {
			continue
		}
		c.likeness = like(n, nameOf(c.name))
		if c.alias != "" {
			if other := like(n, nameOf(c.alias)); other.score > c.likeness.score {
				c.likeness = other
			}
		}
		if c.likeness.score >= least {
			kept = append(kept, c)
		}
	}
	slices.SortStableFunc(kept, func(a, b street) int {
		return cmp.Or(cmp.Compare(b.likeness.score, a.likeness.score), cmp.Compare(a.name, b.name), cmp.Compare(a.commune, b.commune), cmp.Compare(a.id, b.id))
	})
	return kept[:min(len(kept), mostKept)]
}
