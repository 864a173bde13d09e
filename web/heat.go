package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
)

// GetHeat shows where it burns in a territory.
func (s *Server) GetHeat(w http.ResponseWriter, r *http.Request, code string, _ api.GetHeatParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		c, err := s.parseCounting(v, code, query, "parts", "audience", "mode", "weight", "cell", "bandwidth")
		if err != nil {
			return reply{}, err
		}
		how, err := s.parseHeat(&c, query)
		if err != nil {
			return reply{}, err
		}
		done, err := s.turn(r.Context(), v)
		if err != nil {
			return reply{}, err
		}
		defer done()
		body, err := s.heat(v, &c, how)
		return reply{body: body, mediaType: geoJSON, line: c.line(v, "heat", query)}, err
	})
}

// heatAsked is how heat is to be shown.
type heatAsked struct {
	mode      string
	intensity bool
	level     int
	bandwidth float64 // metres
}

const (
	modeCells   = "cells"
	modeParts   = "parts"
	modeDensity = "density"
)

func (s *Server) parseHeat(c *counting, query url.Values) (how heatAsked, err error) {
	how.mode = cmp.Or(query.Get("mode"), modeCells)
	if !slices.Contains([]string{modeCells, modeParts, modeDensity}, how.mode) {
		return how, badParameter("mode", "« %s » est inconnu (cells, parts, density)", clip(how.mode))
	}
	switch weight := query.Get("weight"); weight {
	case "", "count":
	case "intensity":
		how.intensity = true
	default:
		return how, badParameter("weight", "« %s » est inconnu (count, intensity)", clip(weight))
	}
	if c.wider && how.mode == modeDensity {
		return how, badParameter("mode", "une diffusion élargie n’a pas de carte de densité : de petits effectifs s’y liraient")
	}
	if how.level, err = s.cellLevel(c, query.Get("cell")); err != nil {
		return how, err
	}
	how.bandwidth, err = s.bandwidth(c, query.Get("bandwidth"))
	return how, err
}

// mostCells is how many hexagons a territory is cut into, at most, when nobody says how wide they are.
const mostCells = 600

func (s *Server) cellLevel(c *counting, text string) (int, error) {
	const least = dealmap.TallyLevel // finer, a hexagon would be a consultation of the place that is alone in it
	if text == "" {
		level := least
		for level < dealmap.MaxCellLevel && s.area(c.territory)/dealmap.CellArea(level) > mostCells {
			level++
		}
		return level, nil
	}
	width, err := strconv.Atoi(text)
	if err == nil && width > 0 {
		for level := 0; level <= dealmap.MaxCellLevel; level++ {
			if dealmap.CellWidth(level) != float64(width) {
				continue
			}
			if level < least {
				return 0, badParameter("cell", "au moins %.0f mètres : plus fine, une maille désignerait le point qui y est seul", dealmap.CellWidth(least))
			}
			return level, nil
		}
	}
	return 0, badParameter("cell", "« %s » n’est pas une largeur de maille (2000, 4000, 8000, 16000, 32000 ou 64000 mètres)", clip(text))
}

// area is the surface of a territory in square kilometres, that of France where it is not known.
func (s *Server) area(code dealmap.TerritoryCode) float64 {
	if t, ok := s.Territories.Get(code); ok {
		if t.AreaKM2 > 0 {
			return t.AreaKM2
		}
		if len(t.Outline) > 0 {
			return geo.AreaKM2(t.Outline)
		}
		if code.Level() == dealmap.LevelCommune {
			return 15
		}
	}
	return 640_000
}

func (s *Server) heat(v *visit, c *counting, how heatAsked) (api.Heat, error) {
	out := api.Heat{
		Type: "FeatureCollection", Features: []api.HeatFeature{}, Territory: s.territory(c.territory), AsOf: dayType(c.day), Mode: how.mode,
		Weight: "count", Rule: ruleOf(c), Outline: s.outlineOf(c.territory), Legend: []api.HeatClass{},
		Method: []string{
			c.rule.Text(), "Situation au " + c.day.French() + ".",
			"Les points signalés mesurent aussi l’effort de recherche des services.",
		},
	}
	if how.intensity {
		out.Weight = "intensity"
		out.Method = append(out.Method, "Pondération par l’intensité, de 1 à 5 ; 3 quand elle est inconnue.")
	}
	switch out.Outline {
	case "missing":
		out.Method = append(out.Method, "Le contour de ce territoire n’a pas été importé : rien n’est découpé. Les effectifs, eux, suivent les codes déclarés.")
	case "indicative":
		out.Method = append(out.Method, "Contours indicatifs (Natural Earth) ; les effectifs suivent les codes déclarés.")
	}
	switch how.mode {
	case modeParts:
		s.heatParts(v, c, &out)
		return out, nil
	case modeDensity:
		return out, s.heatDensity(v, c, how, &out)
	}
	s.heatCells(v, c, how, &out)
	return out, nil
}

func (s *Server) outlineOf(code dealmap.TerritoryCode) api.HeatOutline {
	t, ok := s.Territories.Get(code)
	switch {
	case !ok || len(t.Outline) == 0:
		return "missing"
	case t.Indicative:
		return "indicative"
	}
	return "official"
}

func (s *Server) heatCells(v *visit, c *counting, how heatAsked, out *api.Heat) {
	t := v.snap.Cells(v.scope, s.census(c, c.day), how.level, c.rule)
	out.N, out.WithoutPosition = new(t.N), new(t.Unplaced)
	cells := make([]dealmap.Cell, 0, len(t.Cells))
	for cell := range t.Cells {
		cells = append(cells, cell)
	}
	slices.Sort(cells)
	counts := make([]*int, len(cells))
	for i, cell := range cells {
		counts[i] = new(t.Cells[cell].Count)
	}
	if c.wider {
		e := eraser{below: s.SuppressBelow}
		members := []**int{&out.WithoutPosition}
		for i := range counts {
			members = append(members, &counts[i])
		}
		e.group(&out.N, members)
	}
	values := make([]float64, len(cells))
	for i, cell := range cells {
		if counts[i] != nil {
			values[i] = float64(*counts[i])
			if how.intensity {
				values[i] = float64(t.Cells[cell].Weight)
			}
		}
	}
	out.Legend = wholeClasses(values)
	out.Unit = new("points de deal par maille")
	if how.intensity {
		out.Unit = new("intensité cumulée par maille")
	}
	width := int(dealmap.CellWidth(how.level))
	out.Cell = &struct {
		Area  float64 `json:"area"`
		Width int     `json:"width"`
	}{Width: width, Area: roundTo(dealmap.CellArea(how.level), 2)}
	out.Method = append(out.Method, fmt.Sprintf("Mailles hexagonales de %s de large (%s km²), de même surface partout, sur une grille nationale fixe (projection cylindrique équivalente, origine 0°, 0°).",
		frenchMetres(width), frenchNumber(out.Cell.Area)))
	window, _ := s.Territories.Window(c.territory)
	for i, cell := range cells {
		f := api.HeatFeature{Type: "Feature", Id: cell.String(), Geometry: outline(window.Cell(cell))}
		f.Properties.Count, f.Properties.Class = counts[i], classOf(out.Legend, values[i])
		if counts[i] != nil && !c.wider {
			f.Properties.Weight = new(t.Cells[cell].Weight)
		}
		out.Features = append(out.Features, f)
	}
}

func (s *Server) heatParts(v *visit, c *counting, out *api.Heat) {
	t := v.snap.Tally(v.scope, s.census(c, c.day), dealmap.TallyQuestion{Rule: c.rule, Day: c.day})
	counts := make([]*int, len(c.parts))
	for i := range counts {
		counts[i] = new(t.Parts[i].Counted)
	}
	out.N = new(t.Counted)
	if c.wider {
		s.asPublished(v, c, counts, out)
	}
	missing := 0
	var rates []float64
	for i := range c.parts {
		part := &c.parts[i]
		f := api.HeatFeature{Type: "Feature", Id: string(part.Code)}
		p := &f.Properties
		p.Code, p.Name, p.Count, p.Population = new(string(part.Code)), new(part.Name), counts[i], some(part.Population)
		p.Rate = perTenThousand(counts[i], part.Population)
		if part.HasCentre {
			p.Centre = &api.Position{part.Centre[0], part.Centre[1]}
		}
		if len(part.Outline) > 0 {
			f.Geometry = outline(geo.Simplify(part.Outline, partTolerance(len(c.parts))))
		} else if missing++; t.Parts[i].Total == 0 {
			continue
		}
		rate := 0.0
		if p.Rate != nil {
			rate = *p.Rate
		}
		rates = append(rates, rate)
		out.Features = append(out.Features, f)
	}
	out.Legend = rateClasses(rates)
	for i := range out.Features {
		out.Features[i].Properties.Class = classOf(out.Legend, rates[i])
	}
	out.Unit, out.PartsMissing = new("points de deal pour 10 000 habitants"), new(missing)
	if missing > 0 {
		out.Method = append(out.Method, fmt.Sprintf("Contours non importés pour %d territoires sur %d : ils ne sont montrés que par un cercle, là où leur centre est connu.", missing, len(c.parts)))
	}
	if n := t.Parts[len(c.parts)].Counted; n > 0 && !c.wider {
		out.Method = append(out.Method, fmt.Sprintf("%d points ne sont rattachés à aucun de ces territoires.", n))
	}
}

// asPublished takes out the numbers that the statistics for a wider audience take out, and no others: of two choices of what stands
// in for a small number, each would give the other's away.
func (s *Server) asPublished(v *visit, c *counting, counts []*int, out *api.Heat) {
	published := s.statistics(v, c, dealmap.Date{}, defaultMonths)
	out.N = published.Stock.Counted
	told := map[string]*int{}
	for i := range published.Parts {
		told[published.Parts[i].Territory.Code] = published.Parts[i].Counted
	}
	for i := range counts {
		if n, listed := told[string(c.parts[i].Code)]; listed {
			counts[i] = n
		}
	}
}

// partTolerance is how far, in degrees, a simplified outline may lie from the true one when so many are shown at once: a pixel
// or less.
func partTolerance(parts int) float64 {
	if parts > 1000 {
		return 0.003
	}
	return 0.0005
}

func frenchNumber(f float64) string {
	return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), ".", ",", 1)
}

// frenchCount is a number with its thousands apart.
func frenchCount(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "\u202f" + text[at:]
	}
	return text
}

func frenchMetres(metres int) string {
	if metres >= 1000 {
		return frenchNumber(float64(metres)/1000) + " km"
	}
	return strconv.Itoa(metres) + " m"
}
