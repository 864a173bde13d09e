package addresses

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// Query is an address as a list gives it; any part may be empty. A part that is given is never crossed: no hit lies in another commune or
// has another postcode.
type Query struct {
	Text        string // the whole address; the other parts go before what is read in it
	Number      string // 12, 12 bis, 12-14, 3 à 7
	Street      string // a street, an estate or a named place; it may begin with the number
	Postcode    string
	Commune     string // INSEE code, also of a former commune or of Paris, Lyon, Marseille whole
	CommuneName string
}

// Hit is where an address may be.
type Hit struct {
	Label    string // as the BAN writes it
	Position orb.Point
	Commune  string           // INSEE code of today; arrondissements have their own
	Accuracy dealmap.Accuracy // door, building, street or estate
	Score    float64          // at most 1; see [Best]
	Why      string           // in French, for people
}

const (
	// Threshold is the least likeness (0 to 1) of two names of streets; below it a name is another name. It is set so that in one commune
	// "rue Jaurès" is rue Jean-Jaurès and "rue Pierre Curie" is not rue Marie-Curie: a wrong position on the map is worse than none.
	Threshold = 0.8
	// Margin is how much better than its rivals a hit must score to be taken.
	Margin = 0.05
	// sameSpot is how far apart, in metres, two hits of one commune may be and still be one place.
	sameSpot = 500
	// certain is the likeness from which nothing better is looked for.
	certain = 0.95
	maxHits = 10
)

// Best returns the hit to take: the first one, unless another in another commune, or far from it, is nearly as good.
func Best(hits []Hit) (Hit, bool) {
	if len(hits) == 0 {
		return Hit{}, false
	}
	for _, rival := range hits[1:] {
		if rival.Score > hits[0].Score-Margin && (rival.Commune != hits[0].Commune || geo.Distance(rival.Position, hits[0].Position) > sameSpot) {
			return Hit{}, false
		}
	}
	return hits[0], true
}

// Locate finds an address; the best hit comes first, and there is none when nothing is near enough. Without commune and postcode only a
// name that is written as the BAN writes it counts, and [Best] must still be asked whether it is the only one.
func (g *Gazetteer) Locate(ctx context.Context, q Query) ([]Hit, error) {
	asked := read(q)
	if len(asked.lines) == 0 {
		return nil, nil
	}
	// One transaction, so that an import that ends meanwhile is seen whole or not at all.
	tx, err := g.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, g.explain(err)
	}
	defer tx.Rollback()
	s := &search{g: g, ctx: ctx, tx: tx, postcode: asked.where.postcode}
	hits, err := s.locate(asked)
	if err != nil {
		return nil, g.explain(err)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Label, b.Label)) })
	hits = slices.CompactFunc(hits, func(a, b Hit) bool { return a.Label == b.Label && a.Position == b.Position })
	return hits[:min(len(hits), maxHits)], nil
}

// search is one look-up.
type search struct {
	g   *Gazetteer
	ctx context.Context
	tx  *sql.Tx
	// postcode is the one that the query states.
	postcode string
}

func (s *search) locate(asked asked) ([]Hit, error) {
	within, ok, err := s.narrow(asked.where)
	if err != nil || !ok {
		return nil, err
	}
	if within.match != "" {
		hits, err := s.lines(asked.lines, within)
		if err != nil || len(hits) > 0 && hits[0].Score >= certain {
			return hits, err
		}
		// "12 rue Foch Marseille" in a list that states the commune as well.
		trimmed, err := s.trimmed(asked, within)
		return append(hits, trimmed...), err
	}
	hits, err := s.trimmed(asked, within)
	if err != nil || len(hits) > 0 {
		return hits, err
	}
	return s.lines(asked.lines, within)
}

// lines looks for each line of the address; a line with a number says more than one without.
func (s *search) lines(lines []line, within area) ([]Hit, error) {
	numbered := slices.ContainsFunc(lines, func(l line) bool { return len(l.numbers) > 0 })
	var all []Hit
	for _, l := range lines {
		found, err := s.streets(l.name, within.match)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if may, err := s.mayHave(c); err != nil {
				return nil, err
			} else if !may {
				continue
			}
			h, err := s.hit(c, l, within)
			if err != nil {
				return nil, err
			}
			if numbered && len(l.numbers) == 0 {
				h.Score *= 0.9
			}
			if within.match == "" {
				h.Score *= 0.9
				h.Why += " ; commune non dite"
			}
			all = append(all, h)
		}
	}
	slices.SortStableFunc(all, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return all, nil
}

// trimmed reads the end of a line, or a line of its own, as the name of a commune.
func (s *search) trimmed(asked asked, within area) ([]Hit, error) {
	var all []Hit
	for i, l := range asked.lines {
		endings := l.endings(len(asked.lines) > 1)
		if len(endings) == 0 {
			continue
		}
		for _, e := range endings {
			places, err := s.placesNamed(e.commune)
			if err != nil {
				return nil, err
			}
			if len(places) == 0 {
				continue
			}
			rest := slices.Clone(asked.lines)
			if e.line.name.empty() {
				rest = slices.Delete(rest, i, i+1)
			} else {
				rest[i] = e.line
			}
			hits, err := s.lines(rest, within.and(places))
			if err != nil {
				return nil, err
			}
			if all = append(all, hits...); len(hits) > 0 {
				break
			}
		}
	}
	return all, nil
}
