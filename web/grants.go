package web

import (
	"net/http"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

func mayGrant(v *visit) error {
	if !v.viewer.May(dealmap.ActionGrant) {
		return dealmap.Forbidden("votre rôle ne permet pas de gérer les habilitations")
	}
	return nil
}

// ListGrants lists who may do what; that it was read is a line of the consultation log.
func (s *Server) ListGrants(w http.ResponseWriter, r *http.Request, in api.ListGrantsParams) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := mayGrant(v); err != nil {
			return reply{}, err
		}
		if err := checkNames(r.URL.Query(), "subject"); err != nil {
			return reply{}, err
		}
		subject := value(in.Subject)
		out := api.GrantList{Grants: []api.Grant{}}
		for _, grant := range v.snap.Grants() {
			if subject == "" || grant.Subject == subject {
				out.Grants = append(out.Grants, s.grant(grant))
			}
		}
		return reply{body: out, line: &dealmap.Consultation{What: dealmap.WhatGrants, Query: subject, Detail: "habilitations"}}, nil
	})
}

// AddGrant gives a person the right to work on the map.
func (s *Server) AddGrant(w http.ResponseWriter, r *http.Request) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := mayGrant(v); err != nil {
			return reply{}, err
		}
		var in api.NewGrant
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		grant := dealmap.Grant{
			Subject: in.Subject, Name: in.Name, Role: dealmap.Role(in.Role), Service: dealmap.Service(value(in.Service)), Unit: value(in.Unit),
			Territories: codes(in.Territories), Groups: value(in.Groups),
		}
		// Of today: from now on. A grant that ended this morning would overlap with one from midnight.
		if from := dayOf(in.From); !from.IsZero() && from != s.today() {
			grant.From = time.Date(int(from.Year), time.Month(from.Month), int(from.Day), 0, 0, 0, 0, s.zone)
		}
		if in.Until != nil {
			grant.Until = s.endOf(*in.Until)
		}
		return s.doGrant(r, v, dealmap.GiveGrant{ID: drawID(), Grant: grant}, http.StatusCreated)
	})
}

// EndGrant ends a grant at once. Whoever works by it finds out on the next request, and live streams at once.
func (s *Server) EndGrant(w http.ResponseWriter, r *http.Request, text string) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := mayGrant(v); err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(text)
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		return s.doGrant(r, v, dealmap.EndGrant{ID: id}, http.StatusOK)
	})
}

func (s *Server) doGrant(r *http.Request, v *visit, cmd dealmap.Command, status int) (reply, error) {
	key, err := idempotencyKey(r)
	if err != nil {
		return reply{}, err
	}
	result, err := s.carry(r, v, cmd, key)
	if err != nil {
		return reply{}, err
	}
	grant, ok := s.Map.Snapshot().Grant(result.Subject)
	if !ok {
		return reply{}, dealmap.NotFound()
	}
	return reply{status: status, body: s.grant(grant)}, nil
}

func (s *Server) grant(g *dealmap.Grant) api.Grant {
	out := api.Grant{
		Id: types.UUID(g.ID), Subject: g.Subject, Name: g.Name, Role: api.Role(g.Role),
		RoleLabel: dealmap.Label(dealmap.Roles(), string(g.Role)), Service: string(g.Service), Unit: g.Unit,
		Territories: s.territories(g.Territories), Groups: list(g.Groups), From: g.From.UTC(), Until: moment(g.Until), By: g.By,
		State: "ended",
	}
	switch now := s.now(); {
	case g.Active(now):
		out.State = "active"
	case now.Before(g.From) && (g.Until.IsZero() || g.From.Before(g.Until)):
		out.State = "coming"
	}
	return out
}

// moment is the contract's form of a moment that may be missing.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
