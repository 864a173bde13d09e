package addresses

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"
)

// An expression narrows a full-text search to a commune, a postcode, a département. It is made of words of [words] and of codes checked
// by isInsee and digits only: nothing that a list says reaches the query language of the index in another form.
type expression = string

const (
	namedQuery = `SELECT place FROM names WHERE name = ? LIMIT 100`
	nearQuery  = `SELECT DISTINCT word FROM typos WHERE short = ? LIMIT 50`
	// A street without postcode lies in one that its commune has, or may have when none is known of the commune.
	maybeQuery    = `SELECT count(*) = 0 OR sum(postcode = ?2) > 0 FROM postcodes WHERE commune = ?1`
	communesQuery = `SELECT n.name, n.place FROM postcodes p JOIN names n ON n.place = p.commune WHERE p.postcode = ? LIMIT 500`
)

// area is where a query says to look.
type area struct {
	match expression // empty: anywhere
	// one says that it is one commune. Otherwise that a house number is known in one commune and not in another says nothing of which is meant.
	one bool
}

// and narrows an area to places, the codes of communes.
func (a area) and(places []string) area {
	cities := map[string]bool{}
	for _, p := range places {
		code := strings.ToUpper(p[1:])
		cities[cmp.Or(cityOf(code), code)] = true
	}
	return area{both(a.match, anyOf(places)), a.one || len(cities) == 1}
}

func anyOf(tokens []string) expression {
	return `place : ("` + strings.Join(tokens, `" OR "`) + `")`
}

func both(a, b expression) expression {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") AND (" + b + ")"
}

// narrow says where to look; ok is false when what the query says of the place is nowhere.
func (s *search) narrow(w where) (within area, ok bool, err error) {
	if w.code != "" {
		if !isInsee(w.code) {
			return area{}, false, nil
		}
		within = within.and([]string{"c" + strings.ToLower(w.code)})
	}
	// The code of a commune says it better than its name.
	if known := communeName(w.name); known != "" && w.code == "" {
		places, err := s.places(known, w.postcode)
		if err != nil || len(places) == 0 {
			return area{}, false, err
		}
		within = within.and(places)
	}
	if w.postcode != "" {
		if len(w.postcode) != 5 || !digits(w.postcode) {
			return area{}, false, nil
		}
		by, err := s.byPostcode(w.postcode, within.match != "")
		if err != nil {
			return area{}, false, err
		}
		within.match = both(within.match, by)
	}
	if w.departement != "" {
		within.match = both(within.match, anyOf([]string{"d" + w.departement}))
	}
	return within, true, nil
}

// byPostcode takes in the streets of a Base adresse locale, which have no postcode, where the commune is known otherwise to have it.
func (s *search) byPostcode(code string, stated bool) (expression, error) {
	if stated {
		return anyOf([]string{"p" + code, "p0"}), nil
	}
	known, err := s.ofPostcode(code)
	if err != nil {
		return "", err
	}
	communes := make([]string, 0, len(known))
	for _, k := range known {
		communes = append(communes, k.place)
	}
	slices.Sort(communes)
	communes = slices.Compact(communes)
	if len(communes) == 0 {
		return anyOf([]string{"p" + code}), nil
	}
	return anyOf([]string{"p" + code}) + " OR (" + both(anyOf([]string{"p0"}), anyOf(communes)) + ")", nil
}

type namedPlace struct{ name, place string }

func (s *search) ofPostcode(code string) ([]namedPlace, error) {
	rows, err := s.tx.StmtContext(s.ctx, s.g.communes).QueryContext(s.ctx, code)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(p *namedPlace) []any { return []any{&p.name, &p.place} })
}

// places finds the communes that a name may mean: of that name, without the number of an arrondissement, of nearly that name; with a
// postcode also one of its communes whose name is the longer or shorter ("St-Denis" for Saint-Denis-sur-Loire, "Marseille Nord" for its 14e Arrondissement).
func (s *search) places(known, postcode string) ([]string, error) {
	for _, name := range []string{known, strings.TrimRight(known, " 0123456789")} {
		if places, err := s.placesNamed(name); err != nil || len(places) > 0 {
			return places, err
		}
	}
	if postcode != "" {
		of, err := s.ofPostcode(postcode)
		if err != nil {
			return nil, err
		}
		var places []string
		for _, p := range of {
			base := strings.TrimRight(p.name, " 0123456789")
			if withinWords(known, base) || edits(known, base, 2) <= 2 {
				places = append(places, p.place)
			}
		}
		return places, nil
	}
	near, err := s.nearWords(known)
	if err != nil {
		return nil, err
	}
	var places []string
	for _, word := range near {
		more, err := s.placesNamed(word)
		if err != nil {
			return nil, err
		}
		places = append(places, more...)
	}
	return places[:min(len(places), 100)], nil
}

func (s *search) placesNamed(name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	rows, err := s.tx.StmtContext(s.ctx, s.g.named).QueryContext(s.ctx, name)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(p *string) []any { return []any{p} })
}

// withinWords reports whether the words of the one name are all among those of the other.
func withinWords(a, b string) bool {
	short, long := strings.Fields(a), strings.Fields(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	return !slices.ContainsFunc(short, func(word string) bool { return !slices.Contains(long, word) })
}

// mayHave reports whether a street may have the postcode that the query states.
func (s *search) mayHave(c street) (may bool, err error) {
	if s.postcode == "" || c.postcode != "" {
		return true, nil
	}
	err = s.tx.StmtContext(s.ctx, s.g.maybe).QueryRowContext(s.ctx, "c"+strings.ToLower(c.commune), s.postcode).Scan(&may)
	return may, err
}

// nearWords are the known words that differ from a word by one letter, itself among them when it is known.
func (s *search) nearWords(word string) ([]string, error) {
	if len(word) < minTypo || len(word) > 60 {
		return nil, nil
	}
	var near []string
	for _, short := range shortened(word) {
		rows, err := s.tx.StmtContext(s.ctx, s.g.near).QueryContext(s.ctx, short)
		if err != nil {
			return nil, err
		}
		words, err := collect(rows, func(w *string) []any { return []any{w} })
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if edits(word, w, 1) <= 1 && !slices.Contains(near, w) {
				near = append(near, w)
			}
		}
	}
	return near[:min(len(near), 20)], nil
}

// collect reads all rows.
func collect[T any](rows *sql.Rows, into func(*T) []any) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(into(&v)...); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
