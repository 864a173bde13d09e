package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// ListTokens lists the viewer's API tokens, or everybody's for an administrator.
func (s *Server) ListTokens(w http.ResponseWriter, r *http.Request, in api.ListTokensParams) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query(), "everyone"); err != nil {
			return reply{}, err
		}
		var rep reply
		everyone := value(in.Everyone)
		if everyone {
			if err := mayGrant(v); err != nil {
				return reply{}, err
			}
			rep.line = &dealmap.Consultation{What: dealmap.WhatGrants, Detail: "jetons"}
		} else if err := mayToken(v); err != nil {
			return reply{}, err
		}
		out := api.TokenList{Tokens: []api.Token{}}
		for _, token := range v.snap.Tokens() {
			if everyone || token.Subject == v.viewer.Subject {
				out.Tokens = append(out.Tokens, s.token(v, token))
			}
		}
		rep.body = out
		return rep, nil
	})
}

// coarse refuses limits within a commune: by a token for each district its owner would find out in which of them a place lies
// that is shown to them as its commune only.
func coarse(limits []dealmap.TerritoryCode) error {
	for i, code := range limits {
		if level := code.Level(); level == dealmap.LevelQPV || level == dealmap.LevelQRR {
			return dealmap.Invalid(fmt.Sprintf("territories[%d]", i), "un jeton se limite à des communes, ou à plus grand qu’elles")
		}
	}
	return nil
}

func mayToken(v *visit) error {
	if !v.viewer.May(dealmap.ActionToken) {
		return dealmap.Forbidden("votre rôle ne permet pas d’avoir des jetons")
	}
	return nil
}

// AddToken makes an API token: its secret, and then the entry in the journal without which no secret is good for anything.
func (s *Server) AddToken(w http.ResponseWriter, r *http.Request) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := mayToken(v); err != nil {
			return reply{}, err
		}
		var in api.NewToken
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		limits := codes(in.Territories)
		if err := coarse(limits); err != nil {
			return reply{}, err
		}
		motive, caseRef, err := dealmap.StateMotive(in.Motive, value(in.MotiveText), value(in.Case))
		if err != nil {
			return reply{}, err
		}
		id, text, err := s.Accounts.NewToken(r.Context())
		if err != nil {
			return reply{}, err
		}
		token := dealmap.Token{Name: in.Name, Territories: limits, Motive: motive, Case: caseRef, Until: s.endOf(in.Until)}
		if _, err := s.carry(r, v, dealmap.GiveToken{ID: id, Token: token}, ""); err != nil {
			s.forgetToken(r, id)
			return reply{}, err
		}
		v.snap = s.Map.Snapshot()
		made, ok := v.snap.Token(id)
		if !ok {
			return reply{}, dealmap.NotFound()
		}
		return reply{status: http.StatusCreated, body: api.TokenMade{Token: s.token(v, made), Text: text}}, nil
	})
}

// EndToken ends a token: in the journal, which is what counts, and then its secret.
func (s *Server) EndToken(w http.ResponseWriter, r *http.Request, text string) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		id, err := dealmap.ParseID(text)
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		if _, err := s.carry(r, v, dealmap.EndToken{ID: id}, ""); err != nil {
			return reply{}, err
		}
		s.forgetToken(r, id)
		return reply{status: http.StatusNoContent}, nil
	})
}

// forgetToken deletes the secret of a token that the journal no longer, or never, has in force. Left behind it opens nothing.
func (s *Server) forgetToken(r *http.Request, id dealmap.ID) {
	if err := s.Accounts.DeleteToken(context.WithoutCancel(r.Context()), id); err != nil {
		s.log.Error("secret of a token cannot be deleted", "request", requestID(r), "token", id, "error", err)
	}
}

// token is the contract's form of a token. It is active as long as its grant is, too.
func (s *Server) token(v *visit, t *dealmap.Token) api.Token {
	now := s.now()
	out := api.Token{
		Id: types.UUID(t.ID), Name: t.Name, Owner: t.Subject, Territories: s.territories(t.Territories),
		Motive: t.Motive, Case: some(t.Case), From: t.From.UTC(), Until: t.Until.UTC(),
	}
	if grant, ok := v.snap.Grant(t.Grant); ok {
		out.OwnerName = some(grant.Name)
		out.Active = t.Active(now) && grant.Active(now)
	}
	return out
}

// endOf is the end of a day in Paris, the last on which something holds.
func (s *Server) endOf(day types.Date) time.Time {
	year, month, date := day.Date()
	return time.Date(year, month, date+1, 0, 0, 0, 0, s.zone)
}

// codes reads territories as people write them; what is no code is left to the domain to refuse by its place in the list.
func codes(list *[]string) []dealmap.TerritoryCode {
	var out []dealmap.TerritoryCode
	for _, text := range value(list) {
		code, _ := dealmap.ParseTerritoryCode(text)
		out = append(out, cmp.Or(code, dealmap.TerritoryCode(text)))
	}
	return out
}
