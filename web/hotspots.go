package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
)

const (
	// significant is the share of false discoveries that is put up with.
	significant = 0.05
	mostSpots   = 50
	// nearestUnits is how many neighbours a commune without an outline has.
	nearestUnits = 6
)

// hotSpotsAsked is how concentrations are to be looked for.
type hotSpotsAsked struct {
	method, units, measure string
	level                  int
	options                geo.HotSpotOptions
}

// GetHotSpots finds significant concentrations in a territory.
func (s *Server) GetHotSpots(w http.ResponseWriter, r *http.Request, code string, _ api.GetHotSpotsParams) {
	if acceptsEvents(r) {
		s.streamHotSpots(w, r, code)
		return
	}
	s.answer(w, r, func(v *visit) (reply, error) {
		c, how, err := s.parseHotSpots(v, code, r.URL.Query())
		if err != nil {
			return reply{}, err
		}
		done, err := s.turn(r.Context(), v)
		if err != nil {
			return reply{}, err
		}
		defer done()
		body, err := s.hotSpots(r.Context(), v, &c, how)
		return reply{body: body, line: c.line(v, "hotspots", r.URL.Query())}, err
	})
}

func (s *Server) parseHotSpots(v *visit, code string, query url.Values) (c counting, how hotSpotsAsked, err error) {
	if c, err = s.parseCounting(v, code, query, "method", "units", "measure", "cell", "permutations", "seed"); err != nil {
		return c, how, err
	}
	for _, one := range []struct {
		name    string
		into    *string
		allowed []string
	}{{"method", &how.method, []string{"gi", "moran"}}, {"units", &how.units, []string{"communes", "cells"}}, {"measure", &how.measure, []string{"count", "rate"}}} {
		if *one.into = cmp.Or(query.Get(one.name), one.allowed[0]); !slices.Contains(one.allowed, *one.into) {
			return c, how, badParameter(one.name, "« %s » est inconnu (%s, %s)", clip(*one.into), one.allowed[0], one.allowed[1])
		}
	}
	if how.measure == "rate" && how.units == "cells" {
		return c, how, badParameter("measure", "les mailles n’ont pas de population : le taux ne se calcule que par commune")
	}
	if c.territory.Level() == dealmap.LevelCommune && how.units == "communes" {
		return c, how, badParameter("units", "une commune ne se divise pas en communes : choisir les mailles")
	}
	if how.level, err = s.cellLevel(&c, query.Get("cell")); err != nil {
		return c, how, err
	}
	if how.options.Permutations, err = parseWhole(query, "permutations", 999, 99, 9999); err != nil {
		return c, how, err
	}
	seed, err := parseWhole(query, "seed", 1, 0, 1<<53)
	how.options.Seed = uint64(seed)
	c.partLevel = dealmap.LevelCommune
	c.parts = s.partsOf(c.territory, c.partLevel)
	return c, how, err
}

// unit is what concentrations are looked for among.
type unit struct {
	id, name string
	count    int
	value    float64
	at       orb.Point
	outline  orb.MultiPolygon
}

func (s *Server) hotSpots(ctx context.Context, v *visit, c *counting, how hotSpotsAsked) (api.HotSpots, error) {
	out := api.HotSpots{
		Territory: s.territory(c.territory), AsOf: dayType(c.day), Rule: ruleOf(c), Method: how.method, Units: how.units, Measure: how.measure,
		Permutations: how.options.Permutations, Seed: int64(how.options.Seed), Level: significant, Spots: []api.HotSpot{}, Notes: []string{},
	}
	var units []unit
	var around geo.Neighbours
	if how.units == "cells" {
		units, around = s.cellUnits(v, c, how.level, &out)
	} else {
		units, around = s.communeUnits(v, c, how.measure, &out)
	}
	values := make([]float64, len(units))
	events := 0
	for i := range units {
		values[i] = units[i].value
		events += units[i].count
	}
	if events < geo.MinHotSpotEvents {
		return out, asRefusal(&geo.TooFewError{Events: true, Got: float64(events), Need: geo.MinHotSpotEvents})
	}
	if how.measure == "rate" {
		scale(values, float64(events)) // the statistics do not change; their minimum is told in events
	}
	find := geo.GetisOrdStar
	if how.method == "moran" {
		find = geo.LocalMoran
	}
	locals, err := find(ctx, values, around, how.options)
	if err != nil {
		return out, asRefusal(err)
	}
	out.Tested = len(units)
	out.Notes = append(out.Notes,
		fmt.Sprintf("Valeurs p par %d permutations conditionnelles (graine %d), corrigées pour les fausses découvertes (Benjamini et Hochberg) ; significatif jusqu’à q = 0,05.", how.options.Permutations, how.options.Seed),
		"Le choix des voisins et du découpage change les résultats ; un point signalé mesure aussi l’effort de recherche.")
	if least := int(math.Ceil(float64(len(units)) / float64(how.options.Permutations+1) / significant)); least > 1 {
		out.Notes = append(out.Notes, fmt.Sprintf("Avec %d unités et %d permutations, rien n’est significatif à moins de %d unités extrêmes à la fois : demander plus de permutations pour chercher plus fin.",
			len(units), how.options.Permutations, least))
	}
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(locals[a].Q, locals[b].Q), cmp.Compare(locals[a].P, locals[b].P), cmp.Compare(locals[b].Z, locals[a].Z), cmp.Compare(units[a].id, units[b].id))
	})
	for n, i := range order {
		if n >= mostSpots && locals[i].Q > significant {
			break
		}
		out.Spots = append(out.Spots, spotOf(&units[i], &locals[i], how.method))
	}
	return out, nil
}

// scale brings values to a sum.
func scale(values []float64, to float64) {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	for i := range values {
		if sum > 0 {
			values[i] *= to / sum
		}
	}
}

func asRefusal(err error) error {
	if few, ok := errors.AsType[*geo.TooFewError](err); ok {
		return &dealmap.Error{Kind: dealmap.KindInvalid, Message: few.Error(), Fields: []dealmap.FieldError{{Field: "territory", Message: few.Error()}}}
	}
	return err
}

func spotOf(u *unit, l *geo.Local, method string) api.HotSpot {
	spot := api.HotSpot{
		Id: u.id, Name: some(u.name), Count: u.count, Value: u.value, Statistic: l.Statistic, Z: roundTo(l.Z, 4), P: l.P, Q: roundTo(l.Q, 6), Kind: "none",
		Centre: &api.Position{u.at[0], u.at[1]},
	}
	if len(u.outline) > 0 {
		spot.Geometry = outline(u.outline)
	}
	switch {
	case l.Alone || l.Q > significant:
	case method == "moran":
		spot.Kind = api.HotSpotKind(l.Quadrant)
	case l.Z > 0:
		spot.Kind = "hot"
	default:
		spot.Kind = "cold"
	}
	return spot
}

// communeUnits are the communes whose place is known, neighbours where their outlines touch or, without outlines, the nearest ones.
func (s *Server) communeUnits(v *visit, c *counting, measure string, out *api.HotSpots) ([]unit, geo.Neighbours) {
	t := v.snap.Tally(v.scope, s.census(c, c.day), dealmap.TallyQuestion{Rule: c.rule, Day: c.day})
	out.N = t.Counted
	var units []unit
	var codes []dealmap.TerritoryCode
	outlines, left, unpeopled := 0, 0, 0
	for i := range c.parts {
		part := &c.parts[i]
		u := unit{id: string(part.Code), name: part.Name, count: t.Parts[i].Counted, at: part.Centre, outline: part.Outline}
		u.value = float64(u.count)
		if measure == "rate" {
			rate := perTenThousand(&u.count, part.Population)
			if rate == nil {
				unpeopled++
				continue
			}
			u.value = *rate
		}
		if !part.HasCentre {
			left++
			continue
		}
		if len(part.Outline) > 0 {
			outlines++
		}
		units, codes = append(units, u), append(codes, part.Code)
	}
	if left > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("%d communes dont ni le contour ni le centre n’est connu sont laissées de côté.", left))
	}
	if unpeopled > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("%d communes sans population connue sont laissées de côté.", unpeopled))
	}
	if outlines == len(units) && outlines > 0 {
		out.Neighbours = "Sont voisines les communes dont les contours se touchent."
		around, _ := s.Territories.Contiguous(codes)
		return units, around
	}
	out.Neighbours = fmt.Sprintf("Sont voisines les %d communes dont les centres sont les plus proches : les contours n’ont pas été importés.", nearestUnits)
	points := make([]orb.Point, len(units))
	for i := range units {
		points[i] = units[i].at
	}
	return units, geo.NearestNeighbours(points, min(nearestUnits, max(0, len(units)-1)))
}

// cellUnits are all the hexagons whose middle lies in the territory, and those that hold something.
func (s *Server) cellUnits(v *visit, c *counting, level int, out *api.HotSpots) ([]unit, geo.Neighbours) {
	t := v.snap.Cells(v.scope, s.census(c, c.day), level, c.rule)
	out.N = t.N
	out.Neighbours = fmt.Sprintf("Sont voisines les mailles qui se touchent (hexagones de %s).", frenchMetres(int(dealmap.CellWidth(level))))
	if t.Unplaced > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("%d points sans position sont laissés de côté.", t.Unplaced))
	}
	window, clips := s.Territories.Window(c.territory)
	cells := make([]dealmap.Cell, 0, len(t.Cells))
	for cell := range t.Cells {
		cells = append(cells, cell)
	}
	if clips {
		cells = append(cells, geo.CellsIn(window, level)...)
	}
	slices.Sort(cells)
	cells = slices.Compact(cells)
	number := make(map[dealmap.Cell]int32, len(cells))
	units := make([]unit, len(cells))
	for i, cell := range cells {
		number[cell] = int32(i)
		count := t.Cells[cell].Count
		units[i] = unit{id: cell.String(), count: count, value: float64(count), at: cell.Centre(), outline: window.Cell(cell)}
	}
	around := make(geo.Neighbours, len(cells))
	for i, cell := range cells {
		for _, n := range cell.Neighbours() {
			if j, ok := number[n]; ok {
				around[i] = append(around[i], j)
			}
		}
		slices.Sort(around[i])
	}
	return units, around
}

// streamHotSpots answers with events: how far the work is, and then what came of it.
func (s *Server) streamHotSpots(w http.ResponseWriter, r *http.Request, code string) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	c, how, err := s.parseHotSpots(v, code, r.URL.Query())
	if err == nil {
		var done func()
		if done, err = s.turn(r.Context(), v); err == nil {
			defer done()
		}
	}
	if err == nil {
		err = s.consult(r, v, *c.line(v, "hotspots", r.URL.Query()))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	send := beginEvents(w)
	how.options.Progress = func(done, total int) { send("progress", map[string]int{"done": done, "total": total}) }
	body, err := s.hotSpots(r.Context(), v, &c, how)
	if err != nil {
		send("problem", s.problem(r, err))
		return
	}
	send("result", body)
}

// beginEvents begins an answer of events, and returns what sends one.
func beginEvents(w http.ResponseWriter) (send func(event string, data any)) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Accel-Buffering", "no")
	flush := http.NewResponseController(w)
	return func(event string, data any) {
		text, err := json.Marshal(data)
		if err == nil {
			_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, text)
		}
		if err == nil {
			_ = flush.Flush() // the client may be gone: the context then ends the work
		}
	}
}

// acceptsEvents reports whether the client asks to be told of progress.
func acceptsEvents(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}
