package web

import (
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
)

// levelOrder is from the country down; lists of several levels follow it.
var levelOrder = []dealmap.Level{
	dealmap.LevelZone, dealmap.LevelRegion, dealmap.LevelDepartement, dealmap.LevelArrondissement, dealmap.LevelCommune,
	dealmap.LevelQPV, dealmap.LevelQRR,
}

// ListTerritories lists territories by level, parent or name.
func (s *Server) ListTerritories(w http.ResponseWriter, r *http.Request, in api.ListTerritoriesParams) {
	s.answer(w, r, func(*visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "level", "parent", "q", "limit"); err != nil {
			return reply{}, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return reply{}, err
		}
		level := dealmap.Level(value(in.Level))
		if level != "" && !slices.Contains(levelOrder, level) {
			return reply{}, badParameter("level", "« %s » est inconnu (zone, reg, dep, arr, com, qpv, qrr)", clip(string(level)))
		}
		parent := dealmap.TerritoryCode("")
		if text := value(in.Parent); text != "" {
			if parent, err = s.knownTerritory("parent", text); err != nil {
				return reply{}, err
			}
		}
		out := api.TerritoryList{Territories: []api.Territory{}}
		for _, t := range s.candidates(level, parent, strings.TrimSpace(value(in.Q))) {
			if len(out.Territories) == limit {
				break
			}
			if level != "" && t.Code.Level() != level || parent != "" && !s.isChild(t, parent) {
				continue
			}
			out.Territories = append(out.Territories, describe(t))
		}
		return reply{body: out, shared: true}, nil
	})
}

// mostSearched is how many hits of a name are looked at before level and parent are judged.
const mostSearched = 5000

// candidates is the narrowest ready list that holds everything asked for.
func (s *Server) candidates(level dealmap.Level, parent dealmap.TerritoryCode, text string) []geo.Territory {
	switch {
	case text != "":
		return s.Territories.Search(text, mostSearched)
	case parent != "":
		return s.Territories.Children(parent)
	case level != "":
		return s.Territories.Level(level)
	}
	var all []geo.Territory
	for _, level := range levelOrder {
		all = append(all, s.Territories.Level(level)...)
	}
	return all
}

func (s *Server) isChild(t geo.Territory, parent dealmap.TerritoryCode) bool {
	return t.Parent == parent || parent == dealmap.France && t.Parent == ""
}

// knownTerritory reads a code of a territory that exists.
func (s *Server) knownTerritory(name, text string) (dealmap.TerritoryCode, error) {
	code, err := dealmap.ParseTerritoryCode(text)
	if err != nil {
		return "", asParameter(name, err)
	}
	if _, ok := s.Territories.Get(code); !ok && code != dealmap.France {
		return "", badParameter(name, "« %s » est un territoire inconnu", clip(text))
	}
	return code, nil
}

// GetTerritory shows one territory with its outline and its ancestors.
func (s *Server) GetTerritory(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(*visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		code, err := dealmap.ParseTerritoryCode(text)
		if err != nil {
			return reply{}, asParameter("code", err)
		}
		t, ok := s.Territories.Get(code)
		if !ok && code != dealmap.France {
			return reply{}, refuse(dealmap.KindNotFound, "le territoire « %s » est inconnu", clip(text))
		}
		out := api.TerritoryFeature{Type: "Feature", Id: string(code), Properties: s.territory(code), Ancestors: []api.Territory{}}
		if len(t.Outline) > 0 {
			out.Geometry = outline(t.Outline)
		}
		chain, _ := s.Territories.Chain(code)
		for _, ancestor := range chain {
			if ancestor != code {
				out.Ancestors = append(out.Ancestors, s.territory(ancestor))
			}
		}
		return reply{body: out, mediaType: geoJSON, shared: true}, nil
	})
}

// territory describes the territory of a code; the country, which is in no gazetteer, has its name.
func (s *Server) territory(code dealmap.TerritoryCode) api.Territory {
	if code == dealmap.France {
		return api.Territory{
			Code: string(code), Level: api.Level(dealmap.LevelCountry), Name: "France", Bbox: &api.Bounds{-5.2, 41.3, 9.6, 51.1},
			Centre: &api.Position{2.5, 46.6},
		}
	}
	t, ok := s.Territories.Get(code)
	if !ok {
		return api.Territory{Code: string(code), Level: api.Level(code.Level()), Name: string(code)}
	}
	return describe(t)
}

func describe(t geo.Territory) api.Territory {
	out := api.Territory{
		Code: string(t.Code), Level: api.Level(t.Code.Level()), Name: t.Name, Parent: some(string(t.Parent)),
		Population: some(t.Population), Year: some(t.Year), Indicative: some(t.Indicative), AreaKm2: some(math.Round(t.AreaKM2*100) / 100),
	}
	if t.HasCentre {
		out.Centre = &api.Position{t.Centre[0], t.Centre[1]}
	}
	if len(t.Outline) > 0 {
		b := t.Outline.Bound()
		out.Bbox = &api.Bounds{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	return out
}

func outline(area orb.MultiPolygon) *api.MultiPolygon {
	out := &api.MultiPolygon{Type: "MultiPolygon", Coordinates: make([][][]api.Position, len(area))}
	for i, polygon := range area {
		out.Coordinates[i] = make([][]api.Position, len(polygon))
		for j, ring := range polygon {
			positions := make([]api.Position, len(ring))
			for k, p := range ring {
				positions[k] = api.Position{p[0], p[1]}
			}
			out.Coordinates[i][j] = positions
		}
	}
	return out
}

const (
	defaultHits = 8
	maxHits     = 50
)

// Search finds communes, other territories and places.
func (s *Server) Search(w http.ResponseWriter, r *http.Request, in api.SearchParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "q", "limit"); err != nil {
			return reply{}, err
		}
		text := strings.TrimSpace(in.Q)
		if n := len([]rune(text)); n < 1 || n > 100 {
			return reply{}, badParameter("q", "de 1 à 100 caractères")
		}
		limit, err := parseLimit(query, defaultHits, maxHits)
		if err != nil {
			return reply{}, err
		}
		out := api.SearchResult{Communes: []api.Territory{}, Territories: []api.Territory{}, Places: []api.DealPoint{}, Sites: []api.DealPoint{}}
		for _, t := range s.Territories.Search(text, 20*limit) {
			group := &out.Territories
			if t.Code.Level() == dealmap.LevelCommune {
				group = &out.Communes
			}
			if len(*group) < limit {
				*group = append(*group, describe(t))
			}
		}
		var shown []dealmap.ID
		for _, sight := range v.snap.Search(v.scope, text, 2*limit) {
			group := &out.Places
			if !sight.Kind().IsDealPoint() {
				group = &out.Sites
			}
			if len(*group) < limit && sight.Showable() {
				*group = append(*group, s.feature(v, sight))
				shown = append(shown, sight.ID())
			}
		}
		return reply{body: out, line: v.line(dealmap.WhatSearch, text, shown...)}, nil
	})
}
