package web

import (
	"net/http"
	"net/url"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

const (
	defaultStops = 20
	maxStops     = 100
)

// patrolRule says how the score is made to who reads the list; dealmap.Patrol is the rule.
const patrolRule = "Note sur 100 : intensité 40 (8 par degré ; inconnue, elle compte comme 2), part du créneau où le point est ouvert d’après ses horaires 30 " +
	"(inconnus, ils comptent pour moitié), dernière confirmation 20 (entière jusqu’à 30 jours, nulle à 180 ; inconnue, elle compte pour moitié), revue échue 10. " +
	"Les points sont ceux de la voie publique, actifs ou perturbés, que vous voyez ; ce qui vous est retenu compte comme inconnu."

var frenchWeekdays = [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// PlanPatrol ranks the places and hours of a territory.
func (s *Server) PlanPatrol(w http.ResponseWriter, r *http.Request, _ api.PlanPatrolParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if !v.scope.SeesPoints() {
			return reply{}, dealmap.Forbidden("une tournée montre les points un à un : votre rôle ne les voit pas")
		}
		query := r.URL.Query()
		question, err := s.patrolQuestion(query, v.scope.Day())
		if err != nil {
			return reply{}, err
		}
		done, err := s.turn(r.Context(), v)
		if err != nil {
			return reply{}, err
		}
		defer done()
		plan := dealmap.Patrol(func(yield func(dealmap.Sight) bool) { v.snap.Each(v.scope, dealmap.ID{}, yield) }, question)
		shown := make([]dealmap.ID, len(plan.Stops))
		for i, stop := range plan.Stops {
			shown[i] = stop.Sight.ID()
		}
		body := s.patrol(v, question, plan)
		return reply{body: body, line: v.line(dealmap.WhatPatrol, canonical(query), shown...)}, nil
	})
}

func (s *Server) patrolQuestion(query url.Values, day dealmap.Date) (dealmap.PatrolQuestion, error) {
	var q dealmap.PatrolQuestion
	err := checkNames(query, "territory", "date", "from", "until", "limit", "kind", "product")
	if err != nil {
		return q, err
	}
	if q.Filter, err = readFilter(query, day); err != nil {
		return q, err
	}
	if q.Date, err = dealmap.ParseDate(query.Get("date")); err != nil {
		return q, asParameter("date", err)
	}
	for name, into := range map[string]*int{"from": &q.Window.From, "until": &q.Window.Until} {
		if *into, err = dealmap.ParseClock(name, query.Get(name)); err != nil {
			return q, parameterErrors(err)
		}
	}
	if q.Limit, err = parseLimit(query, defaultStops, maxStops); err != nil {
		return q, err
	}
	return q, parameterErrors(q.Check(s.Territories))
}

func (s *Server) patrol(v *visit, q dealmap.PatrolQuestion, plan dealmap.PatrolPlan) api.Patrol {
	out := api.Patrol{
		Territory: s.territory(q.Filter.Territory), Date: types.Date{Time: q.Date.Time()}, Weekday: frenchWeekdays[q.Date.Time().Weekday()],
		From: dealmap.FormatClock(q.Window.From), Until: dealmap.FormatClock(q.Window.Until), Candidates: plan.Candidates,
		Stops: make([]api.PatrolStop, len(plan.Stops)), Hours: api.PatrolHours{Open: plan.OpenAt[:], Unknown: plan.Unknown}, Rule: patrolRule,
	}
	for i, stop := range plan.Stops {
		one := api.PatrolStop{Rank: stop.Rank, Score: stop.Score, Place: s.feature(v, stop.Sight), Reasons: make([]api.PatrolReason, len(stop.Reasons))}
		for j, reason := range stop.Reasons {
			one.Reasons[j] = api.PatrolReason{Part: api.PatrolReasonPart(reason.Part), Points: reason.Points, Most: reason.Most, Text: reason.Text}
		}
		if best := stop.Best; best.Length() > 0 {
			one.Best = &struct {
				From  string `json:"from"`
				Text  string `json:"text"`
				Until string `json:"until"`
			}{dealmap.FormatClock(best.From), dealmap.FrenchSpan(best), dealmap.FormatClock(best.Until)}
		}
		out.Stops[i] = one
	}
	return out
}
