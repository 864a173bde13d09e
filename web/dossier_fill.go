package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/mesure5/dealmap/web/dossier"
	"github.com/paulmach/orb"
)

// dossier fills the dossier of a territory with the very numbers that the calls give.
func (s *Server) dossier(r *http.Request, v *visit, c *counting, since dealmap.Date) (*dossier.Report, error) {
	stats := s.statistics(v, c, since, defaultMonths)
	level, err := s.cellLevel(c, "")
	if err != nil {
		return nil, err
	}
	heat, err := s.heat(v, c, heatAsked{mode: modeCells, level: level})
	if err != nil {
		return nil, err
	}
	parts, err := s.heat(v, c, heatAsked{mode: modeParts})
	if err != nil {
		return nil, err
	}
	t, _ := s.Territories.Get(c.territory)
	out := &dossier.Report{
		Territory: dossier.Territory{
			Code: c.territory, Name: stats.Territory.Name, Level: levelLabel(c.territory.Level()),
			Population: value(stats.Territory.Population), Area: t.AreaKM2, Indicative: t.Indicative,
		},
		AsOf: c.day, Previous: since, Handling: "DIFFUSION RESTREINTE", Synthetic: v.snap.Synthetic(), Rule: c.rule.Text(),
		Made: dossier.Making{
			At: s.now(), By: dealmap.Label(dealmap.Roles(), string(v.viewer.Role)), Service: dealmap.Label(dealmap.Services(), string(v.viewer.Service)),
			For: audienceName(c),
		},
		Suppression: dossier.Suppression{Applied: c.wider, Threshold: s.SuppressBelow},
		Outline:     t.Outline, PartsLabel: partsLabels[c.partLevel], Notes: stats.Method[1:],
	}
	fillFigures(out, &stats)
	s.fillParts(out, c, &stats, &parts)
	fillHeat(out, &heat)
	s.fillOperations(out, v, c)
	s.fillOffences(out, c)
	if !c.wider {
		s.fillHotSpots(r, out, v, c)
	}
	return out, nil
}

var partsLabels = map[dealmap.Level]string{
	dealmap.LevelRegion: "Régions", dealmap.LevelDepartement: "Départements", dealmap.LevelArrondissement: "Arrondissements", dealmap.LevelCommune: "Communes",
}

func figureOf(n *int) dossier.Figure {
	if n == nil {
		return dossier.Figure{}
	}
	return dossier.Count(*n)
}

func rateOf(x *float64) dossier.Rate {
	if x == nil {
		return dossier.Rate{}
	}
	return dossier.Measure(*x)
}

// shareOf is a share from 0 to 1, not known when either number is not, or of nothing.
func shareOf(n, of *int) dossier.Rate {
	if n == nil || of == nil || *of == 0 {
		return dossier.Rate{}
	}
	return dossier.Measure(float64(*n) / float64(*of))
}

func fillFigures(out *dossier.Report, stats *api.Statistics) {
	before := stats.Before
	if before == nil {
		before = &api.Stock{}
	}
	now := &stats.Stock
	f := &out.Figures
	f.Counted = dossier.Change{Now: figureOf(now.Counted), Before: figureOf(before.Counted)}
	f.Total = dossier.Change{Now: figureOf(now.Total), Before: figureOf(before.Total)}
	f.Rate = dossier.RateChange{Now: rateOf(now.Rate), Before: rateOf(before.Rate)}
	for _, b := range []struct {
		title, note string
		terms       []dealmap.Term
		now, before api.Numbers
	}{
		{"État", "", dealmap.Statuses(), now.Status, before.Status}, {"Type", "", dealmap.Kinds(), now.Kind, before.Kind},
		{"Produit", "Un point compte une fois pour chacun de ses produits : les lignes ne s’additionnent pas.", dealmap.Products(), now.Product, before.Product},
		{"Service", "Un point compte une fois pour chacun de ses services.", dealmap.Services(), now.Service, before.Service},
	} {
		rows := dossier.Breakdown{Title: b.title, Note: b.note}
		for _, term := range b.terms {
			_, known := b.now[term.Value]
			_, was := b.before[term.Value]
			if known || was {
				rows.Rows = append(rows.Rows, dossier.BreakdownRow{Label: term.Label, Change: dossier.Change{
					Now: numberOf(b.now, term.Value), Before: numberOf(b.before, term.Value)}})
			}
		}
		f.Breakdowns = append(f.Breakdowns, rows)
	}
	for _, reason := range dealmap.ClosingReasons() {
		out.Flows.Reasons = append(out.Flows.Reasons, reason.Label)
	}
	for _, m := range stats.Months {
		first, _ := dealmap.ParseDate(m.Month + "-01")
		month := dossier.Month{First: first, Reported: figureOf(m.Reported), Opened: figureOf(m.Opened), Reopened: figureOf(m.Reopened), Stock: figureOf(m.Stock)}
		for _, reason := range dealmap.ClosingReasons() {
			month.Closed = append(month.Closed, numberOf(m.Closed, reason.Value))
		}
		out.Flows.Months = append(out.Flows.Months, month)
	}
	l := &stats.Life
	out.Lifetime = dossier.Lifetime{Ended: figureOf(l.Ended), Running: figureOf(l.Running), Quarter: daysOf(l.Quarter), Median: daysOf(l.Median)}
	fresh := &stats.Freshness
	out.Freshness = dossier.Freshness{
		Within30: dossier.RateChange{Now: shareOf(fresh.Within30, fresh.Living)}, Within90: dossier.RateChange{Now: shareOf(fresh.Within90, fresh.Living)},
		Overdue: dossier.Change{Now: figureOf(fresh.Overdue)},
	}
	for _, service := range stats.Coverage {
		parts := 0
		for i := range stats.Parts {
			if n, has := stats.Parts[i].Service[service.Service]; has && (n == nil || *n > 0) {
				parts++
			}
		}
		out.Coverage = append(out.Coverage, dossier.Coverage{
			Service: dealmap.Label(dealmap.Services(), service.Service), Counted: figureOf(service.Places), Overdue: figureOf(service.Overdue),
			Parts: dossier.Count(parts), Confirmed90: shareOf(service.Within90, service.Places),
		})
	}
}

// numberOf is a number of a group: what is not listed is none, what is null is withheld.
func numberOf(by api.Numbers, name string) dossier.Figure {
	n, listed := by[name]
	if !listed {
		if by == nil {
			return dossier.Figure{}
		}
		return dossier.Count(0)
	}
	return figureOf(n)
}

func daysOf(n *int) dossier.Rate {
	if n == nil {
		return dossier.Rate{}
	}
	return dossier.Measure(float64(*n))
}

func (s *Server) fillParts(out *dossier.Report, c *counting, stats *api.Statistics, heat *api.Heat) {
	for _, class := range heat.Legend {
		out.Rates = append(out.Rates, dossier.RateClass{From: class.From, To: class.To})
	}
	for i := 1; i < len(out.Rates); i++ {
		out.Rates[i-1].To = out.Rates[i].From
	}
	counted := map[string]*api.StatisticsPart{}
	for i := range stats.Parts {
		counted[stats.Parts[i].Territory.Code] = &stats.Parts[i]
	}
	for i := range c.parts {
		t := &c.parts[i]
		n := counted[string(t.Code)]
		if n == nil && len(t.Outline) == 0 {
			continue
		}
		part := dossier.Part{Name: t.Name, Population: t.Population, Counted: dossier.Count(0), Total: dossier.Count(0)}
		if len(t.Outline) > 0 {
			part.Outline = geo.Simplify(t.Outline, partTolerance(len(c.parts)))
		}
		if t.HasCentre {
			part.Centre = &orb.Point{t.Centre[0], t.Centre[1]}
		}
		if n != nil {
			part.Counted, part.Total, part.Rate, part.Overdue = figureOf(n.Counted), figureOf(n.Total), rateOf(n.Rate), figureOf(n.Overdue)
			part.Confirmed90 = shareOf(n.Within90, n.Living)
			if n.CountedBefore != nil && n.Counted != nil {
				part.Since = dossier.Delta(dossier.Count(*n.Counted - *n.CountedBefore))
			}
		}
		out.Parts = append(out.Parts, part)
	}
}

func fillHeat(out *dossier.Report, heat *api.Heat) {
	h := &out.Heat
	h.CellWidth, h.Weight, h.N, h.WithoutPosition = float64(heat.Cell.Width), "points", figureOf(heat.N), figureOf(heat.WithoutPosition)
	for _, class := range heat.Legend {
		h.Classes = append(h.Classes, dossier.CountClass{From: int(class.From), To: int(class.To)})
	}
	for i := range heat.Features {
		f := &heat.Features[i]
		if f.Properties.Class < 0 {
			continue // withheld: it does not even say that there is something
		}
		h.Cells = append(h.Cells, dossier.Cell{Area: areaOf(f.Geometry), Class: f.Properties.Class})
	}
}

func areaOf(g *api.MultiPolygon) orb.MultiPolygon {
	var area orb.MultiPolygon
	for _, polygon := range g.Coordinates {
		var rings orb.Polygon
		for _, ring := range polygon {
			points := make(orb.Ring, len(ring))
			for i, p := range ring {
				points[i] = orb.Point{p[0], p[1]}
			}
			rings = append(rings, points)
		}
		area = append(area, rings)
	}
	return area
}

// mostPrinted is how many operations a dossier tells, the latest first.
const mostPrinted = 40

func (s *Server) fillOperations(out *dossier.Report, v *visit, c *counting) {
	from := c.day.AddDays(-365)
	q := dealmap.OperationQuery{Territory: c.territory, From: from, To: c.day}
	v.snap.Operations(v.scope, q, func(o dealmap.OperationSight) bool {
		results := o.Results()
		op := dossier.Operation{On: o.From(), Type: dealmap.Label(dealmap.OperationTypes(), string(o.Type())), Place: s.territory(o.Territory()).Name}
		for _, term := range dealmap.ResultCounts() {
			n := results.Count(term.Value)
			if n == 0 {
				continue
			}
			result := dossier.Result{Label: term.Label, Count: dossier.Count(n)}
			if c.wider && n < s.SuppressBelow {
				result.Count = dossier.Figure{}
			}
			op.Results = append(op.Results, result)
		}
		if !c.wider && len(o.Places()) > 0 {
			op.Watch = s.printedWatch(v, o)
		}
		out.Operations = append(out.Operations, op)
		return len(out.Operations) < mostPrinted
	})
}

func (s *Server) printedWatch(v *visit, o dealmap.OperationSight) *dossier.Watch {
	ask, err := s.watchAsk(v, nil)
	if err != nil {
		return nil
	}
	w, ok := s.watch(v, sceneOf(v, o), ask, nil, o.Reference()).body.(api.Watch)
	if !ok || w.Elapsed == 0 {
		return nil
	}
	change := func(n api.WatchCount) dossier.Change {
		return dossier.Change{Now: dossier.Count(n.After), Before: dossier.Count(n.Before)}
	}
	out := &dossier.Watch{
		Days: w.Elapsed, Buffer: float64(w.Buffer), Target: change(w.Treated), Ring: change(w.Displacement), Control: change(w.Control),
		Reading: "Trop peu de faits pour conclure.",
	}
	if w.Difference.Known {
		out.Difference, out.StandardErr, out.Z = dossier.Measure(w.Difference.Difference), dossier.Measure(w.Difference.StandardError), dossier.Measure(w.Difference.Z)
		switch {
		case w.Difference.Z <= -1.96:
			out.Reading = "La baisse, déplacement compris, est plus forte que dans la zone témoin : ce n’est sans doute pas un effet du hasard."
		case w.Difference.Z >= 1.96:
			out.Reading = "L’activité, déplacement compris, augmente plus que dans la zone témoin."
		default:
			out.Reading = "L’écart avec la zone témoin ne se distingue pas du hasard."
		}
	}
	return out
}

func (s *Server) fillOffences(out *dossier.Report, c *counting) {
	offences := s.offencesOf(c.territory)
	i := slices.IndexFunc(offences.Indicators, func(o api.OffenceIndicator) bool { return strings.HasPrefix(o.Name, "Trafic de stup") })
	if i < 0 {
		return
	}
	o := &offences.Indicators[i]
	out.Offences = &dossier.Offences{Label: o.Name, Source: offences.Source}
	for _, year := range o.Years {
		y := dossier.OffenceYear{Year: year.Year, Number: figureOf(year.Number)}
		if year.PerThousand != nil {
			y.Rate = dossier.Measure(*year.PerThousand * 10)
		}
		out.Offences.Years = append(out.Offences.Years, y)
	}
}

func (s *Server) fillHotSpots(r *http.Request, out *dossier.Report, v *visit, c *counting) {
	if c.territory.Level() == dealmap.LevelCommune || c.territory == dealmap.France {
		return
	}
	communes := *c
	communes.partLevel, communes.parts = dealmap.LevelCommune, s.partsOf(c.territory, dealmap.LevelCommune)
	options := geo.HotSpotOptions{Permutations: 9999, Seed: 1}
	if len(communes.parts) > 1000 {
		options.Permutations = 999 // a dossier is to be there within seconds
	}
	found, err := s.hotSpots(r.Context(), v, &communes, hotSpotsAsked{method: "gi", units: "communes", measure: "count", options: options})
	if err != nil {
		out.HotSpots = &dossier.HotSpots{Refusal: refusalText(err)}
		return
	}
	out.HotSpots = &dossier.HotSpots{Method: "Gi* de Getis et Ord sur les communes. " + found.Neighbours + " " + strings.Join(found.Notes, " "), Seed: found.Seed}
	for i := range found.Spots {
		if spot := &found.Spots[i]; spot.Kind == "hot" {
			out.HotSpots.Spots = append(out.HotSpots.Spots, dossier.Spot{Label: value(spot.Name), Counted: dossier.Count(spot.Count), Z: dossier.Measure(spot.Z), Q: dossier.Measure(spot.Q)})
		}
	}
}

func refusalText(err error) string {
	text := "le calcul a échoué"
	if e, ok := errors.AsType[*dealmap.Error](err); ok {
		text = e.Message
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

func levelLabel(level dealmap.Level) string {
	i := slices.IndexFunc(levels, func(t api.Term) bool { return t.Value == string(level) })
	return levels[max(0, i)].Label
}
