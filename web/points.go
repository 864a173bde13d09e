package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetDealPoint shows one deal point.
func (s *Server) GetDealPoint(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		sight, moved, err := follow(v, id)
		if err != nil {
			return reply{}, err
		}
		rep, err := s.placeReply(v, sight)
		if err != nil {
			return reply{}, err
		}
		if moved {
			rep.header["Content-Location"] = v.placePath(sight.ID())
		}
		rep.line = v.line(dealmap.WhatSheet, "", sight.ID())
		return rep, nil
	})
}

func (s *Server) placeReply(v *visit, sight dealmap.Sight) (reply, error) {
	body, err := s.sheet(v, sight)
	return reply{body: body, mediaType: geoJSON, header: map[string]string{"ETag": revisionTag(sight.Revision())}, place: sight.ID()}, err
}

// AddDealPoint adds a deal point.
func (s *Server) AddDealPoint(w http.ResponseWriter, r *http.Request, _ api.AddDealPointParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "duplicates"); err != nil {
			return reply{}, err
		}
		accepted := query.Get("duplicates")
		if accepted != "" && accepted != "accepted" {
			return reply{}, badParameter("duplicates", "la seule valeur est « accepted »")
		}
		var in api.NewDealPoint
		data, err := readJSON(w, r, &in, geoJSON)
		if err != nil {
			return reply{}, err
		}
		add, err := addPlace(v, in, data)
		if err != nil {
			return reply{}, err
		}
		add.AcceptDuplicates = accepted == "accepted"
		add.Synthetic = v.snap.Synthetic()
		rep, err := s.do(r, v, add)
		if err != nil {
			return reply{}, err
		}
		rep.status = http.StatusCreated
		rep.header["Location"] = v.placePath(rep.place)
		return rep, nil
	})
}

// addPlace makes the command of a body that was read into in without error.
func addPlace(v *visit, in api.NewDealPoint, data []byte) (dealmap.AddPlace, error) {
	if err := checkGeometry(in.Geometry); err != nil {
		return dealmap.AddPlace{}, err
	}
	patch, err := factsPatch(data, "status")
	if err != nil {
		return dealmap.AddPlace{}, err
	}
	add := dealmap.AddPlace{ID: drawID()}
	_, _ = rand.Read(add.Draw[:]) // never fails (crypto/rand)
	if err := json.Unmarshal(patch, &add.Facts); err != nil {
		return dealmap.AddPlace{}, factsError(err)
	}
	if err := v.checkKind(add.Facts.Kind); err != nil {
		return dealmap.AddPlace{}, err
	}
	if in.Properties.Status != nil {
		add.Status = dealmap.Status(*in.Properties.Status)
		if !slices.Contains([]dealmap.Status{dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant}, add.Status) {
			return dealmap.AddPlace{}, dealmap.Invalid("status", "un lieu s’ajoute signalé, actif, perturbé ou en sommeil")
		}
	}
	return add, nil
}

// ChangeDealPoint changes facts of a deal point.
func (s *Server) ChangeDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ChangeDealPointParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, given, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		if !given {
			return reply{}, refuse(kindPreconditionRequired, "envoyez l’ETag de la fiche que vous modifiez dans If-Match")
		}
		var in api.DealPointPatch
		data, err := readJSON(w, r, &in, "application/merge-patch+json")
		if err != nil {
			return reply{}, err
		}
		if err := checkGeometry(in.Geometry); err != nil {
			return reply{}, err
		}
		if in.Properties != nil && in.Properties.Kind != nil {
			if err := v.checkKind(dealmap.Kind(*in.Properties.Kind)); err != nil {
				return reply{}, err
			}
		}
		patch, err := factsPatch(data)
		if err != nil {
			return reply{}, err
		}
		sight, err := s.findToChange(r, v, id)
		if err != nil {
			return reply{}, err
		}
		return s.do(r, v, dealmap.ChangePlace{ID: sight.ID(), Revision: revision, Patch: patch})
	})
}

func checkGeometry(p *api.Point) error {
	if p == nil {
		return nil
	}
	if p.Type != "Point" {
		return dealmap.Invalid("geometry.type", "« Point » est attendu")
	}
	if len(p.Coordinates) != 2 {
		return dealmap.Invalid("geometry.coordinates", "deux nombres sont attendus : longitude, latitude")
	}
	return nil
}

// factsPatch turns the merge patch of a Feature into one of the domain's facts, whose names are the same except for the
// position. The data have been decoded against the contract, so every name in them is known. leaveOut names properties
// that are no facts.
func factsPatch(data []byte, leaveOut ...string) (json.RawMessage, error) {
	var feature struct {
		Geometry   json.RawMessage            `json:"geometry"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(data, &feature); err != nil {
		return nil, refuse(kindMalformed, "le JSON n’est pas valable")
	}
	patch := map[string]json.RawMessage{}
	for name, value := range feature.Properties {
		if !slices.Contains(leaveOut, name) {
			patch[name] = value
		}
	}
	if feature.Geometry != nil {
		var point *struct {
			Coordinates json.RawMessage `json:"coordinates"`
		}
		if err := json.Unmarshal(feature.Geometry, &point); err != nil {
			return nil, dealmap.Invalid("geometry", "un point GeoJSON est attendu")
		}
		patch["position"] = json.RawMessage("null")
		if point != nil {
			patch["position"] = point.Coordinates
		}
	}
	return json.Marshal(patch)
}

// factsError keeps the field of a domain error met while decoding.
func factsError(err error) error {
	if dealmap.KindOf(err) != "" {
		return err
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return dealmap.Invalid(wrong.Field, "une valeur de ce type n’est pas admise ici")
	}
	return refuse(kindMalformed, "le JSON n’est pas valable")
}

// do fulfils a command and shows the place as it then stands.
func (s *Server) do(r *http.Request, v *visit, cmd dealmap.Command) (reply, error) {
	result, err := s.fulfil(r, v, cmd)
	if err != nil {
		return reply{}, err
	}
	sight := result.Sight
	if sight.IsZero() { // nothing changed: the place as it stands
		var ok bool
		if sight, ok = v.snap.Place(v.scope, result.Subject); !ok {
			return reply{}, dealmap.NotFound()
		}
	}
	rep, err := s.placeReply(v, sight)
	if err != nil {
		return reply{}, err
	}
	// The answer shows the place, and perhaps to who had not read it before. Only who has just added it saw nothing but what they wrote.
	if _, added := cmd.(dealmap.AddPlace); !added || result.Events == 0 || result.Replayed || len(v.told) > 0 {
		rep.line = v.line(dealmap.WhatSheet, "", sight.ID())
	}
	return rep, nil
}

// consultError logs that an error shows places (candidates, the current state) before it does.
func (s *Server) consultError(r *http.Request, v *visit, err error) error {
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok {
		return err
	}
	for what, shown := range map[string][]dealmap.Sight{dealmap.WhatDuplicates: e.Candidates, dealmap.WhatSheet: {e.Current}} {
		var ids []dealmap.ID
		for _, sight := range shown {
			if !sight.IsZero() {
				v.closing(sight.Closing()) // for what it names
				ids = append(ids, sight.ID())
			}
		}
		if len(ids) == 0 {
			continue
		}
		if failed := s.consult(r, v, *v.line(what, "", ids...)); failed != nil {
			return failed
		}
	}
	return err
}

// idempotencyKey reads the request's key, empty when it has none.
func idempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return "", nil
	}
	printable := strings.IndexFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) < 0
	if len(key) > 200 || !printable {
		return "", badParameter("Idempotency-Key", "200 caractères ASCII visibles au plus")
	}
	return key, nil
}

// drawID draws a random UUID, version 4.
func drawID() dealmap.ID {
	var id dealmap.ID
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}
