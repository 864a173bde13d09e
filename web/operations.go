package web

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// ListOperations lists the operations that the viewer may know of.
func (s *Server) ListOperations(w http.ResponseWriter, r *http.Request, in api.ListOperationsParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "territory", "type", "from", "until", "place", "limit"); err != nil {
			return reply{}, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return reply{}, err
		}
		ask := dealmap.OperationQuery{Types: convert[dealmap.OperationType](values(query, "type"))}
		for _, kind := range ask.Types {
			if dealmap.Label(dealmap.OperationTypes(), string(kind)) == string(kind) {
				return reply{}, badParameter("type", "« %s » est inconnu (%s)", clip(string(kind)), namesOf(dealmap.OperationTypes()))
			}
		}
		if text := value(in.Territory); text != "" {
			if ask.Territory, err = s.knownTerritory("territory", text); err != nil {
				return reply{}, err
			}
		}
		for name, into := range map[string]*dealmap.Date{"from": &ask.From, "until": &ask.To} {
			if *into, err = dealmap.ParseDate(query.Get(name)); err != nil {
				return reply{}, asParameter(name, err)
			}
		}
		if !ask.From.IsZero() && !ask.To.IsZero() && ask.To.Before(ask.From) {
			return reply{}, badParameter("until", "précède « from » (%s)", ask.From)
		}
		concerned, asked := dealmap.ID{}, value(in.Place) != ""
		if asked {
			sight, _, _ := resolve(v, *in.Place) // a place that is not seen concerns no operation
			concerned = sight.ID()
		}
		out := api.OperationList{Operations: []api.FieldOperation{}}
		var shown []dealmap.ID
		v.snap.Operations(v.scope, ask, func(o dealmap.OperationSight) bool {
			if asked && !slices.ContainsFunc(v.placesOf(o), func(p dealmap.Sight) bool { return p.ID() == concerned }) {
				return true
			}
			if out.Total++; len(out.Operations) < limit {
				out.Operations = append(out.Operations, s.operation(v, o))
				shown = appendIDs(shown, v.placesOf(o))
			}
			return true
		})
		line := v.line(dealmap.WhatOperations, canonical(query), shown...)
		line.Detail = fmt.Sprintf("n=%d", len(out.Operations))
		return reply{body: out, line: line}, nil
	})
}

// placesOf are the places that an operation concerned, as far as the viewer sees them as themselves; what was merged since is the
// place that it went into.
func (v *visit) placesOf(o dealmap.OperationSight) (seen []dealmap.Sight) {
	if !o.Told() {
		return nil
	}
	for _, id := range o.Places() {
		sight, _, ok := v.snap.Resolve(v.scope, id)
		if ok && !slices.ContainsFunc(seen, func(p dealmap.Sight) bool { return p.ID() == sight.ID() }) {
			seen = append(seen, sight)
		}
	}
	return seen
}

func appendIDs(ids []dealmap.ID, sights []dealmap.Sight) []dealmap.ID {
	for _, sight := range sights {
		if !holds(ids, sight.ID()) {
			ids = append(ids, sight.ID())
		}
	}
	return ids
}

var operationSeenAs = map[dealmap.Detail]api.FieldOperationSeenAs{
	dealmap.Tallied: api.FieldOperationSeenAsTallied, dealmap.Shown: api.FieldOperationSeenAsShown, dealmap.Whole: api.FieldOperationSeenAsWhole,
}

func (s *Server) operation(v *visit, o dealmap.OperationSight) api.FieldOperation {
	out := api.FieldOperation{
		Id: types.UUID(o.ID()), Reference: o.Reference(), Type: api.OperationType(o.Type()), From: types.Date{Time: o.From().Time()},
		Until: types.Date{Time: o.Until().Time()}, Territory: string(o.Territory()), TerritoryName: s.territory(o.Territory()).Name,
		Results: results(o.Results()), SeenAs: operationSeenAs[o.Detail()], Places: []api.NamedPlace{}, Note: some(o.Note()),
		Handling: handling(o.Handling()), Recorded: moment(o.Recorded()), Changed: moment(o.Changed()), Revision: some(o.Revision()),
		Withheld: list(o.Withheld()), MayChange: o.Told() && v.viewer.MayAt(dealmap.ActionOperate, o.Territories()),
	}
	if owner := o.Owner(); owner != (dealmap.Owner{}) {
		out.Owner = &api.Owner{Service: string(owner.Service), Unit: owner.Unit}
	}
	for _, place := range v.placesOf(o) {
		out.Places = append(out.Places, named(place, dealmap.Date{}))
	}
	return out
}

// named is a place as other records name it.
func named(sight dealmap.Sight, day dealmap.Date) api.NamedPlace {
	return api.NamedPlace{
		Id: types.UUID(sight.ID()), Reference: sight.Reference(), Name: some(sight.Name()), Kind: api.Kind(sight.Kind()), Status: api.Status(sight.Status()),
		Date: date(day),
	}
}

func results(r dealmap.Results) api.OperationResults {
	return api.OperationResults{
		Arrests: some(r.Arrests), Custody: some(r.Custody), Fines: some(r.Fines), Checks: some(r.Checks), CannabisG: some(r.CannabisGrams),
		CocaineG: some(r.CocaineGrams), HeroinG: some(r.HeroinGrams), OtherDrugsG: some(r.OtherDrugsGrams), CashEur: some(r.CashEuros),
		Weapons: some(r.Weapons), Vehicles: some(r.Vehicles), PlacesClosed: some(r.PlacesClosed),
	}
}

// findOperation finds an operation by id or reference. Absent and hidden are the same.
func (v *visit) findOperation(text string) (found dealmap.OperationSight, err error) {
	ok := false
	if id, err := dealmap.ParseID(strings.ToLower(text)); err == nil {
		found, ok = v.snap.Operation(v.scope, id)
	} else if reference, err := dealmap.ParseOperationReference(text); err == nil {
		v.snap.Operations(v.scope, dealmap.OperationQuery{}, func(o dealmap.OperationSight) bool {
			if ok = o.Reference() == reference; ok {
				found = o
			}
			return !ok
		})
	}
	if !ok {
		return found, dealmap.NotFound()
	}
	return found, nil
}

// GetOperation shows one operation.
func (s *Server) GetOperation(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		o, err := v.findOperation(text)
		if err != nil {
			return reply{}, err
		}
		rep := s.operationReply(v, o)
		rep.line = v.operationLine(o)
		return rep, nil
	})
}

func (s *Server) operationReply(v *visit, o dealmap.OperationSight) reply {
	rep := reply{body: s.operation(v, o), header: map[string]string{}}
	if o.Told() {
		rep.header["ETag"] = revisionTag(o.Revision())
	}
	return rep
}

func (v *visit) operationLine(o dealmap.OperationSight) *dealmap.Consultation {
	line := v.line(dealmap.WhatOperations, "", appendIDs(nil, v.placesOf(o))...)
	line.Detail = o.Reference()
	return line
}

// RecordOperation records an operation.
func (s *Server) RecordOperation(w http.ResponseWriter, r *http.Request, _ api.RecordOperationParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.NewOperation
		data, err := readJSON(w, r, &in)
		if err != nil {
			return reply{}, err
		}
		if err := checkIDs("places", value(in.Places)); err != nil {
			return reply{}, err
		}
		record := dealmap.RecordOperation{ID: drawID()}
		_, _ = rand.Read(record.Draw[:]) // never fails (crypto/rand)
		if err := json.Unmarshal(data, &record.Facts); err != nil {
			return reply{}, factsError(err)
		}
		if record.Facts.Territory, err = territoryOf(in.Territory); err != nil {
			return reply{}, err
		}
		rep, result, err := s.doOperation(r, v, record)
		if err != nil {
			return reply{}, err
		}
		rep.status = http.StatusCreated
		rep.header["Location"] = "/api/v1/operations/" + rep.body.(api.FieldOperation).Id.String()
		if result.Events > 0 && !result.Replayed {
			rep.line = nil // its author sees nothing but what they wrote
		}
		return rep, nil
	})
}

// territoryOf reads a territory in a body, whose case does not matter.
func territoryOf(text string) (dealmap.TerritoryCode, error) {
	if text == "" {
		return "", nil
	}
	return dealmap.ParseTerritoryCode(text)
}

// checkIDs names the member of a list that is no id.
func checkIDs(field string, texts []string) error {
	for i, text := range texts {
		if _, err := dealmap.ParseID(text); err != nil {
			return dealmap.Invalid(fmt.Sprintf("%s[%d]", field, i), "« "+clip(text)+" » n’est pas un identifiant")
		}
	}
	return nil
}

// ChangeOperation changes what an operation says.
func (s *Server) ChangeOperation(w http.ResponseWriter, r *http.Request, text string, _ api.ChangeOperationParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, given, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		if !given {
			return reply{}, refuse(kindPreconditionRequired, "envoyez l’ETag de l’opération que vous modifiez dans If-Match")
		}
		var in api.OperationPatch
		data, err := readJSON(w, r, &in, "application/merge-patch+json")
		if err != nil {
			return reply{}, err
		}
		if err := checkIDs("places", value(in.Places)); err != nil {
			return reply{}, err
		}
		o, err := v.findOperation(text)
		if err != nil {
			return reply{}, err
		}
		rep, _, err := s.doOperation(r, v, dealmap.ChangeOperation{ID: o.ID(), Revision: revision, Patch: data})
		return rep, err
	})
}

// doOperation fulfils a command about an operation and shows it as it then stands.
func (s *Server) doOperation(r *http.Request, v *visit, cmd dealmap.Command) (reply, dealmap.Result, error) {
	result, err := s.fulfil(r, v, cmd)
	if err != nil {
		return reply{}, result, err
	}
	o, ok := v.snap.Operation(v.scope, result.Subject)
	if !ok {
		return reply{}, result, dealmap.NotFound()
	}
	rep := s.operationReply(v, o)
	rep.line = v.operationLine(o)
	return rep, result, nil
}

// RemoveOperation takes an operation away.
func (s *Server) RemoveOperation(w http.ResponseWriter, r *http.Request, text string, _ api.RemoveOperationParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, _, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(strings.ToLower(text))
		if err != nil {
			o, err := v.findOperation(text)
			if err != nil {
				return reply{}, err
			}
			id = o.ID()
		}
		// A retry finds it gone: the idempotency key tells that it was this request.
		_, err = s.fulfil(r, v, dealmap.RemoveOperation{ID: id, Revision: revision})
		return reply{status: http.StatusNoContent}, err
	})
}
