package web

import (
	"net/http"
	"net/url"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	openapi_types "github.com/oapi-codegen/runtime/types"
)

const (
	defaultMonths = 24
	mostMonths    = 120
)

// GetStatistics counts a territory.
func (s *Server) GetStatistics(w http.ResponseWriter, r *http.Request, code string, _ api.GetStatisticsParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		c, err := s.parseCounting(v, code, query, "since", "parts", "audience", "months")
		if err != nil {
			return reply{}, err
		}
		months, err := parseWhole(query, "months", defaultMonths, 1, mostMonths)
		if err != nil {
			return reply{}, err
		}
		since, err := s.since(v, &c, query)
		if err != nil {
			return reply{}, err
		}
		done, err := s.turn(r.Context(), v)
		if err != nil {
			return reply{}, err
		}
		defer done()
		return reply{body: s.statistics(v, &c, since, months), line: c.line(v, "statistics", query)}, nil
	})
}

// since is the day to compare with, zero for none.
func (s *Server) since(v *visit, c *counting, query url.Values) (dealmap.Date, error) {
	text := query.Get("since")
	switch {
	case text == "none" || c.wider && text == "":
		return dealmap.Date{}, nil
	case text == "":
		return s.lastMeeting(v, c), nil
	case c.wider:
		return dealmap.Date{}, badParameter("since", "une diffusion élargie ne compare pas deux dates : de petites différences s’y liraient")
	}
	day, err := s.pastDay("since", text)
	if err == nil && !day.Before(c.day) {
		err = badParameter("since", "le %s n’est pas avant la date des chiffres (%s)", day.French(), c.day.French())
	}
	return day, err
}

func dayType(d dealmap.Date) openapi_types.Date { return openapi_types.Date{Time: d.Time()} }

// statistics makes the numbers of a territory.
func (s *Server) statistics(v *visit, c *counting, since dealmap.Date, months int) api.Statistics {
	question := dealmap.TallyQuestion{Rule: c.rule, Day: c.day, Months: months, Since: since}
	t := v.snap.Tally(v.scope, s.census(c, c.day), question)
	people := s.population(c.territory)
	out := api.Statistics{
		Territory: s.territory(c.territory), AsOf: dayType(c.day), Rule: ruleOf(c), Stock: stockOf(t, people), Months: monthsOf(t), Coverage: coverageOf(t),
		PartsLevel: string(c.partLevel), Parts: s.partsIn(c, t), Elsewhere: new(t.Parts[len(c.parts)].Counted),
		Method: method(c),
	}
	if out.Territory.Population == nil {
		out.Territory.Population = some(people)
	}
	f := &out.Freshness
	f.Living, f.Within30, f.Within90, f.Never, f.Overdue = new(t.Fresh.Living), new(t.Fresh.Within30), new(t.Fresh.Within90), new(t.Fresh.Never), new(t.Fresh.Overdue)
	lives(&out, t)
	if !since.IsZero() {
		question.Day, question.Since, question.Months = since, dealmap.Date{}, 1
		before := v.snap.Tally(v.scope, s.census(c, since), question)
		stock := stockOf(before, people)
		out.Since, out.Before, out.FlowSince = new(dayType(since)), &stock, new(flowOf(&t.Flow))
		counted := map[string]int{}
		for i := range c.parts {
			counted[string(c.parts[i].Code)] = before.Parts[i].Counted
		}
		for i := range out.Parts {
			out.Parts[i].CountedBefore = new(counted[out.Parts[i].Territory.Code])
		}
	}
	out.Suppression.Threshold = s.SuppressBelow
	if c.wider {
		out.Suppression.Applied = true
		out.Suppression.Cells = suppress(&out, s.SuppressBelow)
	}
	return out
}

func ruleOf(c *counting) api.CountingRule {
	if c.rule.Ministry {
		return api.CountingRule{Id: "ministry", Text: c.rule.Text()}
	}
	return api.CountingRule{Id: "filter", Text: c.rule.Text()}
}

func numbers[K ~string](by map[K]int) api.Numbers {
	out := api.Numbers{}
	for name, n := range by {
		out[string(name)] = new(n)
	}
	return out
}

// termNumbers are numbers by the terms of a vocabulary, those that are not zero.
func termNumbers(terms []dealmap.Term, by []int) api.Numbers {
	out := api.Numbers{}
	for i, term := range terms {
		if by[i] != 0 {
			out[term.Value] = new(by[i])
		}
	}
	return out
}

func stockOf(t *dealmap.Tally, people int) api.Stock {
	stock := api.Stock{
		Counted: new(t.Counted), Total: new(t.Total), Status: numbers(t.ByStatus()), Kind: numbers(t.ByKind()), Product: numbers(t.ByProduct()),
		Service: numbers(t.ByService()),
	}
	stock.Rate = perTenThousand(stock.Counted, people)
	return stock
}

func flowOf(f *dealmap.FlowTally) api.Flow {
	return api.Flow{
		Reported: new(f.Reported), Opened: new(f.Opened), Reopened: new(f.Reopened), ClosedTotal: new(f.ClosedTotal()),
		Closed: termNumbers(dealmap.ClosingReasons(), f.Closed[:]),
	}
}

func monthsOf(t *dealmap.Tally) []api.MonthFlow {
	out := make([]api.MonthFlow, len(t.Months))
	stocks := t.Stocks()
	for i, start := range t.MonthStarts() {
		f := flowOf(&t.Months[i].FlowTally)
		out[i] = api.MonthFlow{
			Month: start.String()[:7], Stock: new(stocks[i]), Reported: f.Reported, Opened: f.Opened, Reopened: f.Reopened, Closed: f.Closed, ClosedTotal: f.ClosedTotal,
		}
	}
	return out
}

func coverageOf(t *dealmap.Tally) []api.Coverage {
	out := []api.Coverage{}
	for i, term := range dealmap.Services() {
		if n := &t.Services[i]; n.Total > 0 {
			out = append(out, api.Coverage{Service: term.Value, Places: new(n.Fresh.Living), Within90: new(n.Fresh.Within90), Overdue: new(n.Fresh.Overdue)})
		}
	}
	return out
}

// partsIn are the sub-territories: of communes those that hold something.
func (s *Server) partsIn(c *counting, t *dealmap.Tally) []api.StatisticsPart {
	out := []api.StatisticsPart{}
	for i := range c.parts {
		n := &t.Parts[i]
		if n.Total == 0 && c.partLevel == dealmap.LevelCommune {
			continue
		}
		part := api.StatisticsPart{
			Territory: describe(c.parts[i]), Counted: new(n.Counted), Total: new(n.Total), Living: new(n.Fresh.Living), Within90: new(n.Fresh.Within90),
			Overdue: new(n.Fresh.Overdue), Status: termNumbers(dealmap.Statuses(), n.Status[:]), Service: termNumbers(dealmap.Services(), n.Service[:]),
		}
		part.Rate = perTenThousand(part.Counted, c.parts[i].Population)
		out = append(out, part)
	}
	return out
}

func lives(out *api.Statistics, t *dealmap.Tally) {
	var days, counts []int
	var ended []bool
	finished, running := 0, 0
	t.Lives(func(long int, over bool, n int) {
		days, ended, counts = append(days, long), append(ended, over), append(counts, n)
		if over {
			finished += n
		} else {
			running += n
		}
	})
	curve := geo.SurvivalOf(days, ended, counts)
	out.Life.Ended, out.Life.Running = new(finished), new(running)
	if n, ok := curve.Quantile(0.5); ok {
		out.Life.Median = new(n)
	}
	if n, ok := curve.Quantile(0.25); ok {
		out.Life.Quarter = new(n)
	}
}

// method says in French what must be known to read the numbers, and to have them again.
func method(c *counting) []string {
	lines := []string{
		c.rule.Text(),
		"Situation au " + c.day.French() + ", telle qu’elle était connue ce jour-là ; ce qui a été restreint ou effacé depuis n’est plus compté.",
		"Les points signalés mesurent aussi l’effort de recherche des services : lire les chiffres avec la couverture.",
		"Durée de vie : estimateur de Kaplan-Meier, de la première observation à la fermeture (démantelé, déplacé, éteint) ; les points ouverts comptent comme non terminés.",
		"Un point compte une fois pour chacun de ses produits et de ses services.",
		"Les mouvements (signalés, ouverts, fermés, rouverts) sont ceux des points de tous types ; l’effectif compté suit la règle, et change aussi quand un point passe en sommeil ou en sort.",
	}
	if c.wider {
		lines = append(lines, "Diffusion élargie : les petits effectifs sont supprimés (n. c.), ainsi que ceux qui permettraient de les retrouver par différence.")
	}
	return lines
}

// lastMeeting is the day of the last meeting of the territory before the day of the numbers, zero when none is recorded.
func (s *Server) lastMeeting(v *visit, c *counting) dealmap.Date {
	for _, m := range v.snap.Meetings(v.scope, c.territory) {
		if m.Date().Before(c.day) {
			return m.Date()
		}
	}
	return dealmap.Date{}
}
