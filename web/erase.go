package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// EraseDealPoint erases the record of a deal point for good.
func (s *Server) EraseDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.EraseDealPointParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, given, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		if !given {
			return reply{}, refuse(kindPreconditionRequired, "envoyez l’ETag de la fiche que vous effacez dans If-Match")
		}
		var in api.EraseDealPointJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		sight, err := s.findToChange(r, v, id)
		if err != nil {
			return reply{}, err
		}
		erase := dealmap.ErasePlace{
			ID: sight.ID(), Revision: revision, Reason: dealmap.ErasureReason(in.Reason), Decision: value(in.Decision),
		}
		_, err = s.fulfil(r, v, erase)
		return reply{status: http.StatusNoContent}, err
	})
}

// PutEmbargo puts a place under embargo, or lifts it, without showing it.
func (s *Server) PutEmbargo(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.PutEmbargoJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		reference, err := dealmap.ParseReference(in.Reference)
		if err != nil {
			return reply{}, dealmap.Invalid("reference", "« "+clip(in.Reference)+" » n’est pas une référence (par exemple 13-K7QF3)")
		}
		result, err := s.fulfil(r, v, dealmap.PutEmbargo{Reference: reference, Until: dayOf(in.Until)})
		if result.Events == 0 || result.Replayed {
			there := err == nil || dealmap.KindOf(err) == dealmap.KindInvalid
			if unlogged := s.consultReference(r, v, reference, there); unlogged != nil {
				return reply{}, unlogged
			}
		}
		return reply{status: http.StatusNoContent}, err
	})
}

// consultReference puts on record that somebody asked for a reference whose place they are not shown, where the journal does not:
// the answer tells whether it is there, and who tries many must be found.
func (s *Server) consultReference(r *http.Request, v *visit, reference string, there bool) error {
	if !v.viewer.May(dealmap.ActionEmbargo) {
		return nil // told nothing
	}
	line := v.line(dealmap.WhatSearch, reference)
	line.Detail = "embargo"
	if sight, ok := v.snap.ByReference(everyEye(), reference); ok && there {
		line.Places = append(line.Places, sight.ID())
	}
	return s.consult(r, v, *line)
}

// fulfil has a command done and puts the map as it then stands under the visit. What an error shows is logged first.
func (s *Server) fulfil(r *http.Request, v *visit, cmd dealmap.Command) (dealmap.Result, error) {
	key, err := idempotencyKey(r)
	if err != nil {
		return dealmap.Result{}, err
	}
	result, err := s.carry(r, v, cmd, key)
	v.renew(s.Map.Snapshot())
	s.records.forget(v.snap.Erased())
	if err != nil {
		err = s.consultError(r, v, err)
	}
	return result, err
}
