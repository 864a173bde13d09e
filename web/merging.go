package web

import (
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// MergeDealPoint merges another record into a deal point.
func (s *Server) MergeDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.MergeDealPointParams) {
	var in api.MergeDealPointJSONBody
	s.step(w, r, id, &in, func(v *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		if revision == 0 {
			return nil, refuse(kindPreconditionRequired, "envoyez l’ETag de la fiche où vous fusionnez dans If-Match")
		}
		other, err := findStanding(v, in.With)
		if err != nil {
			return nil, asField("with", err)
		}
		return dealmap.MergePlaces{
			Into: id, From: other.ID(), IntoRevision: revision, FromRevision: int(value(in.WithRevision)), Take: sides(in.Take),
		}, nil
	})
}

// SplitDealPoint takes a record out of a deal point again.
func (s *Server) SplitDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.SplitDealPointParams) {
	var in api.SplitDealPointJSONBody
	s.step(w, r, id, &in, func(v *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		if revision == 0 {
			return nil, refuse(kindPreconditionRequired, "envoyez l’ETag de la fiche dans If-Match")
		}
		for _, source := range v.snap.Sources(v.scope, id) {
			if isNamed(in.Member, source.Sight) {
				return dealmap.SplitPlace{ID: id, Revision: revision, Member: source.Sight.ID(), Assign: sides(in.Assign)}, nil
			}
		}
		return nil, dealmap.Invalid("member", "« "+clip(in.Member)+" » n’est pas une fiche fusionnée dans celle-ci")
	})
}

// isNamed reports whether a text is the id or the reference of what is seen.
func isNamed(text string, sight dealmap.Sight) bool {
	if id, err := dealmap.ParseID(text); err == nil {
		return id == sight.ID()
	}
	reference, err := dealmap.ParseReference(text)
	return err == nil && reference == sight.Reference()
}

// asField names the field that held the id or reference of something that is not found.
func asField(field string, err error) error {
	if dealmap.KindOf(err) != dealmap.KindNotFound {
		return err
	}
	return dealmap.Invalid(field, "aucun lieu de votre périmètre ne porte cet identifiant ou cette référence")
}

func sides(in *map[string]string) map[string]dealmap.Side {
	if in == nil || len(*in) == 0 {
		return nil
	}
	out := map[string]dealmap.Side{}
	for field, side := range *in {
		out[field] = dealmap.Side(side)
	}
	return out
}

// GetSources lists the records that are merged into a deal point, and its neighbours.
func (s *Server) GetSources(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		sight, err := findPlace(v, id)
		if err != nil {
			return reply{}, err
		}
		out := api.Sources{Sources: []api.SourceRecord{}, Neighbours: []api.DealPoint{}}
		shown := []dealmap.ID{sight.ID()}
		for _, source := range v.snap.Sources(v.scope, sight.ID()) {
			record := api.SourceRecord{
				Point: s.feature(v, source.Sight), MergedAt: source.At.UTC(), Service: some(string(source.By.Service)), Unit: some(source.By.Unit),
				Winners: []api.SourceWinner{}, Changed: list(source.Changed),
			}
			for _, won := range source.Winners {
				record.Winners = append(record.Winners, api.SourceWinner{Field: won.Field, Side: api.SourceWinnerSide(won.Side), Reason: won.Reason})
			}
			out.Sources = append(out.Sources, record)
			shown = append(shown, source.Sight.ID())
		}
		for _, other := range v.snap.Neighbours(v.scope, sight.ID()) {
			out.Neighbours = append(out.Neighbours, s.feature(v, other))
			shown = append(shown, other.ID())
		}
		return reply{body: out, line: v.line(dealmap.WhatSheet, "", shown...)}, nil
	})
}

// SettlePair remembers that two records are two places, or takes that back.
func (s *Server) SettlePair(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.PairVerdict
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		a, err := findAnyStanding(v, in.A)
		if err != nil {
			return reply{}, asField("a", err)
		}
		b, err := findAnyStanding(v, in.B)
		if err != nil {
			return reply{}, asField("b", err)
		}
		_, err = s.fulfil(r, v, dealmap.SettlePair{A: a.ID(), B: b.ID(), Verdict: dealmap.Verdict(in.Verdict)})
		return reply{status: http.StatusNoContent}, err
	})
}

// ListNotices lists what others did to records of the viewer's unit.
func (s *Server) ListNotices(w http.ResponseWriter, r *http.Request, in api.ListNoticesParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "since", "limit"); err != nil {
			return reply{}, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return reply{}, err
		}
		since := v.at.AddDate(0, 0, -noticeDays)
		if in.Since != nil {
			since = *in.Since
		}
		out := struct {
			Notices []api.Notice `json:"notices"`
		}{[]api.Notice{}}
		var shown []dealmap.ID
		for _, notice := range v.snap.Notices(v.scope, since, limit) {
			out.Notices = append(out.Notices, api.Notice{
				At: notice.At.UTC(), Service: string(notice.By.Service), Unit: notice.By.Unit, Undone: notice.Undone,
				Point: s.feature(v, notice.Place), Member: s.feature(v, notice.Member),
			})
			for _, id := range []dealmap.ID{notice.Place.ID(), notice.Member.ID()} {
				if !slices.Contains(shown, id) {
					shown = append(shown, id)
				}
			}
		}
		return reply{body: out, line: v.line(dealmap.WhatNotices, "", shown...)}, nil
	})
}

// noticeDays is how far back notices go unless asked otherwise.
const noticeDays = 90
