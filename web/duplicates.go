package web

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

const (
	// lookPage bounds the records that one page of pairs looks at, lookAccept those that one call to merge looks at.
	lookPage, lookAccept = 2000, 200_000
	defaultPairs         = 20
)

// ListDuplicates lists pairs of records that look like one place.
func (s *Server) ListDuplicates(w http.ResponseWriter, r *http.Request, _ api.ListDuplicatesParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "territory", "import", "least", "limit", "cursor"); err != nil {
			return reply{}, err
		}
		if !v.viewer.May(dealmap.ActionMerge) {
			return reply{}, dealmap.Forbidden("votre rôle ne permet pas de décider des doublons")
		}
		ask, err := s.duplicateQuery(v, query.Get("territory"), query.Get("import"))
		if err != nil {
			return reply{}, parameterErrors(err)
		}
		if ask.Limit, err = parseLimit(query, defaultPairs, defaultLimit); err != nil {
			return reply{}, err
		}
		ask.Least, ask.Look = dealmap.ProposeFrom, lookPage
		if text := query.Get("least"); text != "" {
			if ask.Least, err = strconv.ParseFloat(text, 64); err != nil || !(ask.Least >= 0 && ask.Least <= 1) {
				return reply{}, badParameter("least", "un nombre de 0 à 1 est attendu")
			}
		}
		if cursor := query.Get("cursor"); cursor != "" {
			id, err := s.keys.open(cursorPurpose(r, v), cursor)
			if err != nil || len(id) != len(ask.After) {
				return reply{}, badParameter("cursor", "ce curseur n’est pas d’une page de cette liste : reprenez depuis la première page")
			}
			ask.After = dealmap.ID(id)
		}
		found := v.snap.Duplicates(v.scope, ask)
		out := api.PairList{Pairs: []api.DuplicatePair{}, Looked: found.Looked}
		var shown []dealmap.ID
		slices.SortStableFunc(found.Pairs, func(a, b dealmap.PossibleDuplicate) int {
			if a.Score == b.Score {
				return 0
			}
			if a.Score > b.Score {
				return -1
			}
			return 1
		})
		for _, pair := range found.Pairs {
			if !v.decides(pair) {
				continue
			}
			out.Pairs = append(out.Pairs, s.pair(v, pair))
			for _, sight := range []dealmap.Sight{pair.A, pair.B} {
				if !slices.Contains(shown, sight.ID()) {
					shown = append(shown, sight.ID())
				}
			}
		}
		if found.More {
			query.Set("cursor", s.keys.close(cursorPurpose(r, v), found.Last[:]))
			out.Next = new((&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String())
		}
		return reply{body: out, line: v.line(dealmap.WhatDuplicates, canonical(query), shown...)}, nil
	})
}

// duplicateQuery reads where pairs are looked for: by default where the viewer works.
func (s *Server) duplicateQuery(v *visit, territory, list string) (ask dealmap.DuplicateQuery, err error) {
	if !slices.Contains(v.viewer.Territories, dealmap.France) {
		ask.Territories = v.viewer.Territories
	}
	if territory != "" {
		code, err := dealmap.ParseTerritoryCode(territory)
		if err != nil {
			return ask, err
		}
		if _, known := s.Territories.Chain(code); !known && code != dealmap.France {
			return ask, dealmap.Invalid("territory", "« "+clip(territory)+" » est un territoire inconnu")
		}
		ask.Territories = []dealmap.TerritoryCode{code}
	}
	if list != "" {
		if ask.Import, err = dealmap.ParseID(list); err != nil {
			return ask, dealmap.Invalid("import", "n’est pas un identifiant d’import")
		}
		if _, ok := v.snap.Import(v.scope, ask.Import); !ok {
			return ask, dealmap.NotFound()
		}
	}
	return ask, nil
}

// decides reports whether a pair is for the viewer to decide.
func (v *visit) decides(pair dealmap.PossibleDuplicate) bool {
	return v.viewer.MayAt(dealmap.ActionMerge, pair.A.Territories()) || v.viewer.MayAt(dealmap.ActionMerge, pair.B.Territories())
}

func (v *visit) mayMerge(pair dealmap.PossibleDuplicate) bool {
	return v.viewer.MayAt(dealmap.ActionMerge, pair.A.Territories()) && v.viewer.MayAt(dealmap.ActionMerge, pair.B.Territories())
}

func (s *Server) pair(v *visit, pair dealmap.PossibleDuplicate) api.DuplicatePair {
	like := likeness(pair.Likeness)
	return api.DuplicatePair{
		A: s.feature(v, pair.A), B: s.feature(v, pair.B), Score: like.Score, Metres: like.Metres, Reasons: like.Reasons, Blocked: like.Blocked,
		Differing: list(dealmap.Differing(pair.A, pair.B)), MayMerge: v.mayMerge(pair) && pair.Blocked == "",
	}
}

// likeness is the contract's form of how like two records are. Scores are given to a thousandth, never rounded up to certainty.
func likeness(l dealmap.Likeness) api.Likeness {
	out := api.Likeness{Score: math.Floor(l.Score*1000) / 1000, Reasons: make([]api.MatchReason, len(l.Reasons)), Blocked: some(l.Blocked)}
	if l.Metres >= 0 {
		out.Metres = new(math.Round(l.Metres*10) / 10)
	}
	for i, reason := range l.Reasons {
		out.Reasons[i] = api.MatchReason{Field: reason.Field, Text: reason.Text, Weight: math.Round(reason.Weight*100) / 100}
	}
	return out
}

// AcceptDuplicates merges all pairs that are at least as sure as a threshold.
func (s *Server) AcceptDuplicates(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.AcceptDuplicatesJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		if !v.viewer.May(dealmap.ActionMerge) {
			return reply{}, dealmap.Forbidden("votre rôle ne permet pas de décider des doublons")
		}
		if !(in.Threshold >= leastThreshold && in.Threshold <= 1) {
			return reply{}, dealmap.Invalid("threshold", "de 0,5 à 1")
		}
		ask, err := s.duplicateQuery(v, value(in.Territory), value(in.Import))
		if err != nil {
			return reply{}, err
		}
		ask.Least, ask.Limit, ask.Look = in.Threshold, lookAccept, lookAccept
		merged, left, err := s.accept(r, v, ask, value(in.DryRun))
		if err != nil {
			return reply{}, err
		}
		return reply{body: map[string]int{"merged": merged, "left": left}, line: v.line(dealmap.WhatCounts, "duplicates")}, nil
	})
}

// leastThreshold is the least score from which pairs may be merged unseen.
const leastThreshold = 0.5

// accept merges the pairs of a query, the surest first; a record that has just been merged is left for the next time.
func (s *Server) accept(r *http.Request, v *visit, ask dealmap.DuplicateQuery, dry bool) (merged, left int, err error) {
	pairs := v.snap.Duplicates(v.scope, ask).Pairs
	slices.SortStableFunc(pairs, func(a, b dealmap.PossibleDuplicate) int { return compareScores(b.Score, a.Score) })
	touched := map[dealmap.ID]bool{}
	for _, pair := range pairs {
		a, b := pair.A, pair.B
		switch {
		case !v.decides(pair):
			continue
		case pair.Blocked != "", !v.mayMerge(pair), touched[a.ID()], touched[b.ID()]:
			left++
			continue
		}
		touched[a.ID()], touched[b.ID()] = true, true
		if dry {
			merged++
			continue
		}
		into, from := elder(a, b)
		cmd := dealmap.MergePlaces{Into: into.ID(), From: from.ID(), IntoRevision: into.Revision(), FromRevision: from.Revision()}
		_, err := s.carry(r, v, cmd, "")
		switch dealmap.KindOf(err) {
		case "":
			if err != nil {
				return merged, left, err
			}
			merged++
		case dealmap.KindUnavailable:
			return merged, left, err
		default:
			left++
		}
	}
	v.renew(s.Map.Snapshot())
	return merged, left, nil
}

func compareScores(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// elder returns first the record that goes on: the one with the longer life, whose reference is the better known.
func elder(a, b dealmap.Sight) (into, from dealmap.Sight) {
	if b.Revision() > a.Revision() || b.Revision() == a.Revision() && b.FirstSeen().Before(a.FirstSeen()) {
		return b, a
	}
	return a, b
}
