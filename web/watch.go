package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

const (
	leastBuffer, mostBuffer, defaultBuffer = 100, 20_000, 500
	mostRing                               = 50_000
	leastDays, mostDays, defaultDays       = 7, 730, 90
	// tallyMetres is how coarse the places are whose aggregates a viewer sees, and so the least that a buffer tells them.
	tallyMetres = 2000
	// mostOpened bounds how many new points a watch names.
	mostOpened = 200
)

// watchAsk is what a watch is asked with.
type watchAsk struct {
	buffer, ring, days int
	control            dealmap.TerritoryCode
}

func (s *Server) watchAsk(v *visit, query url.Values) (ask watchAsk, err error) {
	if err := checkNames(query, "buffer", "ring", "days", "control"); err != nil {
		return ask, err
	}
	least, fallback := leastBuffer, defaultBuffer
	if !v.scope.SeesPoints() {
		least, fallback = tallyMetres, tallyMetres
	}
	if ask.buffer, err = whole(query, "buffer", fallback); err != nil {
		return ask, err
	}
	switch {
	case ask.buffer < least && least == tallyMetres:
		return ask, badParameter("buffer", "2 000 m au moins : vous voyez des agrégats, et un rayon plus petit dirait où sont les points")
	case ask.buffer < least || ask.buffer > mostBuffer:
		return ask, badParameter("buffer", "un nombre de mètres de %d à %d est attendu", least, mostBuffer)
	}
	if ask.ring, err = whole(query, "ring", min(3*ask.buffer, mostRing)); err != nil {
		return ask, err
	}
	switch {
	case ask.ring <= ask.buffer || ask.ring > mostRing:
		return ask, badParameter("ring", "un nombre de mètres de plus de %d (« buffer ») à %d est attendu", ask.buffer, mostRing)
	case least == tallyMetres && ask.ring < ask.buffer+tallyMetres:
		return ask, badParameter("ring", "2 000 m de plus que « buffer » au moins : vous voyez des agrégats, et une couronne plus mince dirait où sont les points")
	}
	if ask.days, err = whole(query, "days", defaultDays); err != nil {
		return ask, err
	}
	if ask.days < leastDays || ask.days > mostDays {
		return ask, badParameter("days", "un nombre de jours de %d à %d est attendu", leastDays, mostDays)
	}
	if text := query.Get("control"); text != "" {
		if ask.control, err = s.knownTerritory("control", text); err != nil {
			return ask, err
		}
		if level := ask.control.Level(); least == tallyMetres && (level == dealmap.LevelQPV || level == dealmap.LevelQRR) {
			return ask, badParameter("control", "une commune au moins : vous voyez des agrégats, et un quartier dirait où sont les points")
		}
	}
	return ask, nil
}

func whole(query url.Values, name string, fallback int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, badParameter(name, "« %s » n’est pas un nombre entier", clip(text))
	}
	return n, nil
}

// WatchOperation shows what happened around an operation before and after it.
func (s *Server) WatchOperation(w http.ResponseWriter, r *http.Request, text string, _ api.WatchOperationParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		ask, err := s.watchAsk(v, r.URL.Query())
		if err != nil {
			return reply{}, err
		}
		o, err := v.findOperation(text)
		if err != nil {
			return reply{}, err
		}
		return s.watch(v, sceneOf(v, o), ask, r.URL.Query(), o.Reference()), nil
	})
}

// sceneOf is where an operation took place, as far as the viewer may count it.
func sceneOf(v *visit, o dealmap.OperationSight) watchScene {
	scene := watchScene{from: o.From(), until: o.Until(), territory: o.Territory()}
	if departement := levelIn(o.Territories(), dealmap.LevelDepartement); departement != "" {
		scene.territory = departement
	}
	for _, id := range o.Places() {
		if sight, ok := v.snap.Countable(v.scope, id); ok {
			scene.add(sight)
		}
	}
	return scene
}

// WatchSite is WatchDealPoint for support sites.
func (s *Server) WatchSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.WatchSiteParams) {
	s.WatchDealPoint(w, r, id, api.WatchDealPointParams{})
}

// WatchDealPoint shows what happened around a deal point before and after it was last closed.
func (s *Server) WatchDealPoint(w http.ResponseWriter, r *http.Request, text string, _ api.WatchDealPointParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		ask, err := s.watchAsk(v, r.URL.Query())
		if err != nil {
			return reply{}, err
		}
		sight, _, err := follow(v, text)
		if err != nil {
			return reply{}, err
		}
		if sight.Detail() < dealmap.Shown {
			return reply{}, dealmap.Forbidden("ce lieu n’est diffusé que flouté à votre service : ses dates sont retenues")
		}
		scene := watchScene{territory: sight.At(dealmap.LevelDepartement)}
		scene.add(sight)
		for turn := range sight.Turns() {
			if turn.To == dealmap.Closed {
				scene.from, scene.until = turn.Date, turn.Date
			}
		}
		if scene.from.IsZero() {
			return reply{}, refuse(dealmap.KindConflict, "ce lieu n’a jamais été fermé : il n’y a pas de suite à observer")
		}
		return s.watch(v, scene, ask, r.URL.Query(), sight.Reference(), sight), nil
	})
}

func levelIn(chain []dealmap.TerritoryCode, level dealmap.Level) dealmap.TerritoryCode {
	for _, code := range chain {
		if code.Level() == level {
			return code
		}
	}
	return ""
}

// watch counts, and says so. about are places that the answer is about.
func (s *Server) watch(v *visit, scene watchScene, ask watchAsk, query url.Values, called string, about ...dealmap.Sight) reply {
	if ask.control == "" {
		ask.control = scene.territory
	}
	spans := spansOf(scene.from, scene.until, ask.days, s.today())
	counted := s.countAround(v, &scene, ask, spans)
	weight := 1.0
	scaled := counted.treated.Before > 0 && counted.control.Before > 0
	if scaled {
		weight = float64(counted.treated.Before) / float64(counted.control.Before)
	}
	wdd := geo.WeightedDisplacement(counted.treated, counted.control, counted.ring, geo.BeforeAfter{}, [4]float64{1, weight, 1, 1})
	out := api.Watch{
		Buffer: ask.buffer, Ring: ask.ring, Days: ask.days, Elapsed: spans.elapsed, Partial: spans.elapsed < ask.days, Centres: scene.placed,
		Treated: watchCount(counted.treated), Displacement: watchCount(counted.ring), Control: watchCount(counted.control),
		ControlTerritory: s.territory(ask.control), ControlWeight: weight,
		Difference: api.WatchDifference{Known: wdd.Known, Difference: wdd.Difference, StandardError: wdd.StandardError, Z: wdd.Z},
		Opened:     len(counted.opened), Rule: watchRule, Notes: watchNotes(v, &scene, ask, spans, scaled, weight),
	}
	if spans.elapsed > 0 {
		out.Before, out.After = watchSpan(spans.before), watchSpan(spans.after)
	}
	var reopened, opened []api.NamedPlace
	shown := appendIDs(nil, about)
	for _, sight := range scene.sights {
		closed, again := sight.Closed(spans.since)
		if !closed.IsZero() {
			out.Closed++
		}
		if !again.IsZero() {
			out.Reopened++
			if sight.Showable() {
				reopened = append(reopened, named(sight, again))
				shown = appendIDs(shown, []dealmap.Sight{sight})
			}
		}
	}
	slices.SortFunc(counted.opened, func(a, b dealmap.Sight) int {
		if a.FirstSeen() != b.FirstSeen() {
			return int(a.FirstSeen().Number() - b.FirstSeen().Number())
		}
		return strings.Compare(a.Reference(), b.Reference())
	})
	for _, sight := range counted.opened[:min(mostOpened, len(counted.opened))] {
		if sight.Showable() {
			opened = append(opened, named(sight, sight.FirstSeen()))
			shown = appendIDs(shown, []dealmap.Sight{sight})
		}
	}
	if v.scope.SeesPoints() {
		out.ReopenedPlaces, out.OpenedPlaces = new(all(reopened)), new(all(opened))
	}
	line := v.line(dealmap.WhatWatch, canonical(query), shown...)
	line.Detail = called
	return reply{body: out, line: line}
}

// all is never nil, so that it is [] and not null in JSON.
func all(places []api.NamedPlace) []api.NamedPlace {
	if places == nil {
		return []api.NamedPlace{}
	}
	return places
}

func watchCount(n geo.BeforeAfter) api.WatchCount {
	return api.WatchCount{Before: n.Before, After: n.After}
}

func watchSpan(s dealmap.Span) *api.WatchSpan {
	return &api.WatchSpan{From: types.Date{Time: s.From.Time()}, Until: types.Date{Time: s.To.Time()}}
}

const watchRule = "Un jour compte une fois par point où l’on sait qu’il a fonctionné : première observation, réouverture ou confirmation. " +
	"Une distance est celle du plus proche des lieux concernés. Les sites de soutien, les points floutés ou connus à la commune près, et ceux fermés comme doublons ou erreurs " +
	"ne comptent pas. L’écart est celui de Wheeler et Ratcliffe (2018), déplacement compris."

func watchNotes(v *visit, scene *watchScene, ask watchAsk, spans watchSpans, scaled bool, weight float64) []string {
	notes := []string{}
	if len(scene.centres) == 0 {
		notes = append(notes, "Aucun des lieux concernés n’a de position que vous puissiez compter : rien n’est compté autour d’eux.")
	}
	if !v.scope.SeesPoints() {
		notes = append(notes, "Les distances sont mesurées entre les centres de mailles de 2 km.")
	}
	switch {
	case spans.elapsed == 0:
		notes = append(notes, "La période qui suit commence demain : il n’y a encore rien à comparer.")
	case spans.elapsed < ask.days:
		notes = append(notes, fmt.Sprintf("La période qui suit court encore : %d jours sur %d ; celle qui précède est raccourcie d’autant.", spans.elapsed, ask.days))
	}
	if scaled {
		notes = append(notes, "Le témoin compte avec le poids "+strings.Replace(strconv.FormatFloat(weight, 'f', 4, 64), ".", ",", 1)+
			", pour que son décompte d’avant égale celui de la zone traitée.")
	} else {
		notes = append(notes, "Un décompte d’avant est nul : le témoin compte avec le poids 1.")
	}
	return notes
}
