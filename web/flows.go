package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

const (
	usualQuarters = 8
	mostQuarters  = 40
)

// flowsAsked is which flows are asked for.
type flowsAsked struct {
	territory   dealmap.TerritoryCode
	first, last quarter
	filter      dealmap.LinkFilter
}

// GetFlows counts the links that goods move along across the border of a territory, and within it.
func (s *Server) GetFlows(w http.ResponseWriter, r *http.Request, code string, _ api.GetFlowsParams) {
	table := acceptsTable(r)
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		a, err := s.parseFlows(v, code, query)
		if err != nil {
			return reply{}, err
		}
		line := v.line(dealmap.WhatFlows, canonical(query))
		line.Detail = string(a.territory)
		body := s.flows(v, a)
		if table {
			return flowsTable(&body, line)
		}
		return reply{body: body, line: line}, nil
	})
}

func (s *Server) parseFlows(v *visit, code string, query url.Values) (a flowsAsked, err error) {
	if err := checkNames(query, "from", "until", "means"); err != nil {
		return a, err
	}
	if a.territory, err = s.countable(v, code); err != nil {
		return a, err
	}
	if a.filter, err = parseLinkFilter(only(query, "means")); err != nil {
		return a, err
	}
	today := quarterOf(s.today())
	if a.last, err = parseQuarter(query, "until", today); err != nil {
		return a, err
	}
	if a.first, err = parseQuarter(query, "from", a.last-usualQuarters+1); err != nil {
		return a, err
	}
	switch {
	case a.last > today:
		return a, badParameter("until", "%s est dans l’avenir", a.last)
	case a.last < a.first:
		return a, badParameter("until", "précède « from » (%s)", a.first)
	case a.last-a.first >= mostQuarters:
		return a, badParameter("from", "%d trimestres au plus", mostQuarters)
	}
	for _, kind := range dealmap.LinkKinds() {
		if dealmap.LinkKind(kind.Value).Carries() {
			a.filter.Kinds = append(a.filter.Kinds, dealmap.LinkKind(kind.Value))
		}
	}
	a.filter.From, a.filter.To, a.filter.Territory = a.first.first(), a.last.last(), a.territory
	return a, nil
}

// flowKey is what the links of one row have in common.
type flowKey struct {
	quarter   quarter
	direction api.FlowsRowsDirection
	partner   dealmap.TerritoryCode
	means     dealmap.Means
}

// flowRow is an element of what the contract calls rows.
type flowRow = struct {
	Direction api.FlowsRowsDirection `json:"direction"`
	Links     int                    `json:"links"`

	// Means Empty when unknown
	Means string `json:"means"`

	// Partner Code of the territory of the same level at the other end; absent for `within`, and for ends in none
	Partner     *string `json:"partner,omitempty"`
	PartnerName *string `json:"partner_name,omitempty"`
	Quarter     string  `json:"quarter"`
	Strength    int     `json:"strength"`
}

func (s *Server) flows(v *visit, a flowsAsked) api.Flows {
	out := api.Flows{
		Territory: string(a.territory), TerritoryName: s.territory(a.territory).Name, Rows: []flowRow{}, Quarters: []string{}, Notes: []string{
			"Liens connus le long desquels la marchandise circule (« Approvisionne », « Stocke pour »), comptés dans chaque trimestre où ils ont tenu : des liens, non des quantités.",
		},
	}
	for q := a.first; q <= a.last; q++ {
		out.Quarters = append(out.Quarters, q.String())
	}
	rows, undated := map[flowKey]*flowRow{}, 0
	v.snap.Links(v.scope, &a.filter, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		if l.Since().IsZero() {
			undated++
		}
		a.count(l, rows)
		return true
	})
	switch {
	case undated == 1:
		out.Notes = append(out.Notes, "Le début d’un lien est inconnu : il compte depuis le premier trimestre demandé.")
	case undated > 1:
		out.Notes = append(out.Notes, fmt.Sprintf("Le début de %d liens est inconnu : ils comptent depuis le premier trimestre demandé.", undated))
	}
	if !v.scope.SeesPoints() {
		out.Notes = append(out.Notes, "Seuls comptent les liens dont les deux lieux sont dans le territoire de votre CLCT.")
	}
	for key, row := range rows {
		row.Quarter, row.Direction, row.Means = key.quarter.String(), key.direction, string(key.means)
		if key.partner != "" {
			row.Partner, row.PartnerName = new(string(key.partner)), some(s.territory(key.partner).Name)
		}
		out.Rows = append(out.Rows, *row)
	}
	slices.SortFunc(out.Rows, func(a, b flowRow) int {
		return cmp.Or(cmp.Compare(a.Quarter, b.Quarter), cmp.Compare(a.Direction, b.Direction), cmp.Compare(value(a.Partner), value(b.Partner)), cmp.Compare(a.Means, b.Means))
	})
	return out
}

// count adds a link to the rows of all quarters in which it held.
func (a *flowsAsked) count(l dealmap.LinkSight, rows map[flowKey]*flowRow) {
	key := flowKey{means: l.Means(), direction: api.Within}
	level := a.territory.Level()
	switch from, to := l.From(), l.To(); {
	case !from.Within(a.territory):
		key.direction, key.partner = api.In, from.At(level)
	case !to.Within(a.territory):
		key.direction, key.partner = api.Out, to.At(level)
	}
	for q := a.first; q <= a.last; q++ {
		if !l.HoldsWithin(q.first(), q.last()) {
			continue
		}
		key.quarter = q
		row := rows[key]
		if row == nil {
			row = &flowRow{}
			rows[key] = row
		}
		row.Links++
		row.Strength += l.Strength()
	}
}
