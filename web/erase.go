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
			return reply{}, refuse(kindPreconditionRequired, "envoyez l’ETag du point que vous effacez dans If-Match")
		}
		var in api.EraseDealPointJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		sight, err := findPlace(v, id)
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
		_, err = s.fulfil(r, v, dealmap.PutEmbargo{Reference: reference, Until: dayOf(in.Until)})
		return reply{status: http.StatusNoContent}, err
	})
}

// fulfil has a command done and puts the map as it then stands under the visit. What an error shows is logged first.
func (s *Server) fulfil(r *http.Request, v *visit, cmd dealmap.Command) (dealmap.Result, error) {
	key, err := idempotencyKey(r)
	if err != nil {
		return dealmap.Result{}, err
	}
	result, err := s.Map.Do(r.Context(), v.viewer, cmd, key)
	v.renew(s.Map.Snapshot())
	if err != nil {
		err = s.consultError(r, v, err)
	}
	return result, err
}
