package web

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetHistory shows what changed in a deal point, newest first.
func (s *Server) GetHistory(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		record, err := findRecord(v, id)
		if err != nil {
			return reply{}, err
		}
		past, err := s.Map.History(r.Context(), v.scope, record)
		if err != nil {
			return reply{}, err
		}
		return reply{body: v.history(past), line: v.line(dealmap.WhatHistory, "", record)}, nil
	})
}

// findRecord returns the id of a deal point, or of a record that was merged into one: each has a history of its own.
func findRecord(v *visit, text string) (dealmap.ID, error) {
	sight, moved, err := follow(v, text)
	if err != nil || !moved {
		return sight.ID(), err
	}
	for id := range v.snap.MergedInto(v.scope, sight.ID()) {
		if source, ok := v.snap.Source(v.scope, id); ok && isNamed(text, source) {
			return id, nil
		}
	}
	return dealmap.ID{}, dealmap.NotFound()
}

// history is a record's past, the newest entry first.
func (v *visit) history(past []dealmap.HistoryEntry) api.History {
	out := api.History{Entries: make([]api.HistoryEntry, 0, len(past))}
	for _, e := range slices.Backward(past) {
		out.Entries = append(out.Entries, v.historyEntry(e))
	}
	return out
}

func (v *visit) historyEntry(e dealmap.HistoryEntry) api.HistoryEntry {
	out := api.HistoryEntry{
		At: e.Time.UTC(), Kind: string(e.Kind), Label: eventLabel(e), Revision: int64(e.Revision), Author: e.Author.Subject,
		Role: some(api.Role(e.Author.Role)), Service: string(e.Author.Service), Unit: e.Author.Unit,
		From: some(api.Status(e.From)), To: some(api.Status(e.To)), Date: date(e.Date), Closing: v.closing(e.Closing),
		Note: some(e.Note), Member: v.member(e.Member), Erased: some(e.Erased), Changes: make([]api.FieldChange, len(e.Fields)),
	}
	for i, f := range e.Fields {
		out.Changes[i] = api.FieldChange{Field: f.Field, Before: raw(f.Before), After: raw(f.After)}
	}
	return out
}

// member is the reference of a record that was merged or taken out, or of the place that it went into, as far as it is seen.
func (v *visit) member(id dealmap.ID) *string {
	source, ok := v.snap.Source(v.scope, id)
	if id.IsZero() || !ok || source.Reference() == "" {
		return nil
	}
	v.told = append(v.told, id)
	return new(source.Reference())
}

// raw is a JSON value as it is, absent when there is none.
func raw(value json.RawMessage) any {
	if value == nil {
		return nil
	}
	return value
}

// eventLabel names an entry in French.
func eventLabel(e dealmap.HistoryEntry) string {
	switch {
	case e.Erased:
		return "Entrée effacée"
	case e.Kind == dealmap.EventPlaceAdded:
		return "Ajout"
	case e.Kind == dealmap.EventPlaceChanged:
		return "Modification"
	case e.Kind == dealmap.EventPlaceConfirmed:
		return "Confirmation"
	case e.Kind == dealmap.EventPlaceStepped:
		return stepLabel(e.From, e.To, true)
	case e.Kind == dealmap.EventPlaceMerged:
		return "Fusion d’une fiche"
	case e.Kind == dealmap.EventPlaceSplit:
		return "Séparation d’une fiche"
	case e.Kind == dealmap.EventPlaceFiled && e.Member.IsZero():
		return "Redevient une fiche à part"
	case e.Kind == dealmap.EventPlaceFiled:
		return "Fusion dans une autre fiche"
	}
	return dealmap.Label(dealmap.EventKinds(), string(e.Kind))
}
