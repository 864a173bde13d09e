package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetMe says who the viewer is.
func (s *Server) GetMe(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if token, ok := v.snap.Token(v.viewer.Token); ok {
			me := s.me(v, session{username: v.viewer.Subject, motive: token.Motive, caseRef: token.Case, began: token.From})
			me.ExpiresAt = token.Until.UTC()
			return reply{body: me}, nil
		}
		return reply{body: s.me(v, v.who.session)}, nil
	})
}

func (s *Server) me(v *visit, current session) api.Me {
	me := api.Me{
		Username: current.username, Name: v.viewer.Name, Role: api.Role(v.viewer.Role),
		RoleLabel: dealmap.Label(dealmap.Roles(), string(v.viewer.Role)), Service: string(v.viewer.Service),
		ServiceLabel: dealmap.Label(dealmap.Services(), string(v.viewer.Service)), Unit: v.viewer.Unit,
		Territories: s.territories(v.viewer.Territories), Allowed: []api.Action{}, SeesPoints: v.scope.SeesPoints(),
		SeesAggregates: v.scope.SeesAggregates(), Synthetic: v.snap.Synthetic(), Motive: current.motive, Case: current.caseRef,
		Local: new(current.local), SignedInAt: current.began.UTC(), ExpiresAt: current.began.Add(s.SessionLife).UTC(),
	}
	if s.Node != nil {
		me.Node = new(apiStanding(s.Node.Standing()))
	}
	if len(v.viewer.Groups) > 0 {
		me.Groups = new(v.viewer.Groups)
	}
	if grant, ok := v.snap.Grant(v.viewer.Grant); ok {
		me.GrantUntil = moment(grant.Until)
	}
	for _, action := range actions {
		if v.viewer.May(action) {
			me.Allowed = append(me.Allowed, api.Action(action))
		}
	}
	return me
}

// actions are all actions, in the order in which the screen offers them.
var actions = []dealmap.Action{
	dealmap.ActionAdd, dealmap.ActionEdit, dealmap.ActionConfirm, dealmap.ActionStep, dealmap.ActionClose,
	dealmap.ActionReopen, dealmap.ActionMerge, dealmap.ActionImport, dealmap.ActionErase, dealmap.ActionEmbargo, dealmap.ActionExport, dealmap.ActionToken,
	dealmap.ActionReport, dealmap.ActionSettle, dealmap.ActionGrant, dealmap.ActionAudit,
	dealmap.ActionOperate, dealmap.ActionMeet, dealmap.ActionLink, dealmap.ActionNetwork,
}

// territories describes territories by their codes.
func (s *Server) territories(codes []dealmap.TerritoryCode) []api.Territory {
	out := make([]api.Territory, len(codes))
	for i, code := range codes {
		out[i] = s.territory(code)
	}
	return out
}
