package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// Offences are statistics of recorded offences by département and by commune.
type Offences interface {
	// Any reports whether there are any at all.
	Any() bool
	// Figures returns those of one territory, or of several of one level together, and names those that it has none of.
	Figures(codes ...dealmap.TerritoryCode) dealmap.OffenceFigures
}

// GetOffences shows the recorded offences of a territory. They are public and of no place, so that no consultation is logged.
func (s *Server) GetOffences(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(*visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		code, err := dealmap.ParseTerritoryCode(text)
		if err != nil {
			return reply{}, asParameter("code", err)
		}
		if _, ok := s.Territories.Get(code); !ok && code != dealmap.France {
			return reply{}, refuse(dealmap.KindNotFound, "le territoire « %s » est inconnu", clip(text))
		}
		return reply{body: s.offencesOf(code), shared: true}, nil
	})
}

func (s *Server) offencesOf(code dealmap.TerritoryCode) api.Offences {
	out := api.Offences{Territory: s.territory(code), Indicators: []api.OffenceIndicator{}}
	if s.Offences == nil || !s.Offences.Any() {
		out.Note = new("aucune statistique d’infractions n’a été importée (dealmap offences import)")
		return out
	}
	parts, added := s.countedIn(code)
	if len(parts) == 0 {
		out.Note = new("les infractions sont connues par commune et par département, non à ce niveau")
		return out
	}
	figures := s.Offences.Figures(parts...)
	out.Source, out.Licence = figures.Source, figures.Licence
	for _, indicator := range figures.Indicators {
		out.Indicators = append(out.Indicators, offenceIndicator(indicator))
	}
	switch {
	case len(out.Indicators) == 0:
		out.Note = new("aucune infraction n’est connue pour ce territoire dans les statistiques importées")
	case added:
		note := "somme des départements ; les taux par logement ne s’additionnent pas"
		if len(figures.Missing) > 0 {
			missing := make([]string, len(figures.Missing))
			for i, m := range figures.Missing {
				missing[i] = string(m)
			}
			out.Missing = &missing
			note += " ; sans " + strings.Join(missing, ", ")
		}
		out.Note = &note
	}
	return out
}

// countedIn are the territories whose figures are those of another, and whether they are to be added up.
func (s *Server) countedIn(code dealmap.TerritoryCode) (parts []dealmap.TerritoryCode, added bool) {
	switch code.Level() {
	case dealmap.LevelDepartement, dealmap.LevelCommune:
		return []dealmap.TerritoryCode{code}, false
	case dealmap.LevelRegion, dealmap.LevelZone, dealmap.LevelCountry:
	default:
		return nil, false
	}
	for _, t := range s.Territories.Level(dealmap.LevelDepartement) {
		chain, _ := s.Territories.Chain(t.Code)
		if code == dealmap.France || slices.Contains(chain, code) {
			parts = append(parts, t.Code)
		}
	}
	return parts, true
}

func offenceIndicator(from dealmap.OffenceIndicator) api.OffenceIndicator {
	out := api.OffenceIndicator{Name: from.Name, Unit: some(from.Unit), Per: api.Inhabitants, Years: make([]api.OffenceYear, len(from.Years))}
	if from.PerDwelling {
		out.Per = api.Dwellings
	}
	for i, year := range from.Years {
		out.Years[i] = api.OffenceYear{Year: year.Year, Number: year.Number, PerThousand: year.PerThousand}
	}
	return out
}
