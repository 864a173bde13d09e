package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// countingNames are the parameters of every number about a territory.
var countingNames = []string{"status", "kind", "product", "service", "as_of"}

// counting is what a number about a territory is asked for: a rule, a date, a territory, and for whom.
type counting struct {
	territory dealmap.TerritoryCode
	day       dealmap.Date
	rule      dealmap.CountingRule
	filter    dealmap.Filter
	partLevel dealmap.Level
	parts     []geo.Territory
	wider     bool
}

// parseCounting reads what is asked for and refuses territories that the viewer has no numbers of.
func (s *Server) parseCounting(v *visit, code string, query url.Values, names ...string) (c counting, err error) {
	if err := checkNames(query, append(names, countingNames...)...); err != nil {
		return c, err
	}
	if c.territory, err = s.countable(v, code); err != nil {
		return c, err
	}
	if c.day, err = s.pastDay("as_of", query.Get("as_of")); err != nil {
		return c, err
	}
	if c.day.IsZero() {
		c.day = s.today()
	}
	if c.filter, err = parseFilter(only(query, "status", "kind", "product", "service"), c.day, s.Territories); err != nil {
		return c, err
	}
	c.rule = dealmap.RuleOf(&c.filter)
	c.filter.Territory, c.filter.Statuses = c.territory, nil
	switch audience := query.Get("audience"); audience {
	case "", "clct":
	case "wider":
		c.wider = true
	default:
		return c, badParameter("audience", "« %s » est inconnu (clct, wider)", clip(audience))
	}
	c.partLevel, err = partLevel(c.territory, query.Get("parts"))
	c.parts = s.partsOf(c.territory, c.partLevel)
	return c, err
}

func only(query url.Values, names ...string) url.Values {
	out := url.Values{}
	for _, name := range names {
		if given, ok := query[name]; ok {
			out[name] = given
		}
	}
	return out
}

// countable reads the code of a territory that the viewer may have numbers of. Who sees places has them of all; what they may
// not see does not count.
func (s *Server) countable(v *visit, text string) (dealmap.TerritoryCode, error) {
	code, err := dealmap.ParseTerritoryCode(text)
	if err != nil {
		return "", asParameter("code", err)
	}
	if !v.scope.SeesAggregates() {
		return "", refuse(dealmap.KindForbidden, "votre rôle ne donne pas accès aux chiffres de la carte")
	}
	chain, known := s.Territories.Chain(code)
	if !known && code != dealmap.France {
		return "", refuse(dealmap.KindNotFound, "le territoire « %s » est inconnu", clip(text))
	}
	if known {
		code = chain[0] // of a former commune, its successor
	}
	if !v.scope.SeesPoints() && !v.viewer.Covers(chain) && !slices.Contains(v.viewer.Territories, code) {
		return "", refuse(dealmap.KindForbidden, "ce territoire n’est pas celui de votre CLCT : ses chiffres ne vous sont pas ouverts")
	}
	return code, nil
}

// pastDay reads a day that is not in the future.
func (s *Server) pastDay(name, text string) (dealmap.Date, error) {
	day, err := dealmap.ParseDate(text)
	if err != nil {
		return day, asParameter(name, err)
	}
	if s.today().Before(day) {
		return day, badParameter(name, "le %s est dans l’avenir", day.French())
	}
	return day, nil
}

// lastMoment is the last moment of a day, in French time.
func (s *Server) lastMoment(day dealmap.Date) time.Time {
	return time.Date(int(day.Year), time.Month(day.Month), int(day.Day)+1, 0, 0, 0, 0, s.zone).Add(-time.Nanosecond)
}

// census is what is counted as of a day.
func (s *Server) census(c *counting, day dealmap.Date) *dealmap.Census {
	out := &dealmap.Census{Filter: c.filter}
	for i := range c.parts {
		out.Parts = append(out.Parts, c.parts[i].Code)
	}
	if day != s.today() {
		out.AsOf, out.Day = s.lastMoment(day), day
	}
	return out
}

// partLevels are the levels into which territories of a level may be taken apart, the usual one first.
var partLevels = map[dealmap.Level][]dealmap.Level{
	dealmap.LevelCountry:        {dealmap.LevelDepartement, dealmap.LevelRegion},
	dealmap.LevelZone:           {dealmap.LevelDepartement, dealmap.LevelRegion},
	dealmap.LevelRegion:         {dealmap.LevelDepartement, dealmap.LevelArrondissement, dealmap.LevelCommune},
	dealmap.LevelDepartement:    {dealmap.LevelCommune, dealmap.LevelArrondissement},
	dealmap.LevelArrondissement: {dealmap.LevelCommune},
}

func partLevel(code dealmap.TerritoryCode, asked string) (dealmap.Level, error) {
	possible := partLevels[code.Level()]
	if asked == "" {
		if len(possible) == 0 {
			return "", nil
		}
		return possible[0], nil
	}
	if !slices.Contains(possible, dealmap.Level(asked)) {
		names := make([]string, len(possible))
		for i, level := range possible {
			names[i] = string(level)
		}
		if len(names) == 0 {
			return "", badParameter("parts", "ce territoire ne se divise pas")
		}
		return "", badParameter("parts", "« %s » n’est pas une division de ce territoire (%s)", clip(asked), strings.Join(names, ", "))
	}
	return dealmap.Level(asked), nil
}

// partsOf are the territories of a level in another, former communes left out, by code.
func (s *Server) partsOf(code dealmap.TerritoryCode, level dealmap.Level) []geo.Territory {
	if level == "" {
		return nil
	}
	return s.Territories.In(code, level)
}

// perTenThousand is a rate per 10,000 inhabitants with two decimals, nil without population.
func perTenThousand(n *int, population int) *float64 {
	if n == nil || population <= 0 {
		return nil
	}
	rate := float64(*n) * 10_000 / float64(population)
	return new(float64(int(rate*100+0.5)) / 100)
}

// population is that of a territory: its own, or that of its parts.
func (s *Server) population(code dealmap.TerritoryCode) int {
	if t, ok := s.Territories.Get(code); ok && t.Population > 0 {
		return t.Population
	}
	sum := 0
	for _, t := range s.partsOf(code, dealmap.LevelDepartement) {
		sum += t.Population
	}
	return sum
}

// line begins the line of the log for numbers about a territory.
func (c *counting) line(v *visit, what string, query url.Values) *dealmap.Consultation {
	line := v.line(dealmap.WhatCounts, canonical(query))
	line.Detail = what + " " + string(c.territory)
	return line
}

func parseWhole(query url.Values, name string, fallback, least, most int) (int, error) {
	if query.Get(name) == "" {
		return fallback, nil
	}
	n, err := numberIn(query, name, int64(least), int64(most))
	return int(n), err
}
