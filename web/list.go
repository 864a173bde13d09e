package web

import (
	"context"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
)

// question is a list that is asked for: where, what, and which page of it.
type question struct {
	area   area
	filter dealmap.Filter
	after  dealmap.ID
	limit  int
	chosen selection
	query  url.Values
}

// parseQuestion reads the query of a list. Cursors are sealed for one user and one path.
func (s *Server) parseQuestion(r *http.Request, v *visit, names ...string) (question, error) {
	query := r.URL.Query()
	q := question{query: query}
	if err := checkNames(query, append(names, filterNames...)...); err != nil {
		return q, err
	}
	var err error
	if q.filter, err = s.placesFilter(r.Context(), v, query); err != nil {
		return q, err
	}
	if q.area, err = parseArea(query); err != nil {
		return q, err
	}
	if q.limit, err = parseLimit(query, defaultLimit, maxLimit); err != nil {
		return q, err
	}
	if q.chosen, err = parseProperties(query); err != nil {
		return q, err
	}
	if cursor := query.Get("cursor"); cursor != "" {
		id, err := s.keys.open(cursorPurpose(r, v), cursor)
		if err != nil || len(id) != len(q.after) {
			return q, badParameter("cursor", "ce curseur n’est pas d’une page de cette liste : reprenez depuis la première page")
		}
		q.after = dealmap.ID(id)
	}
	return q, nil
}

// filterOf reads the filter of a query, and puts the map of the day that it asks for under the visit.
func (s *Server) filterOf(ctx context.Context, v *visit, query url.Values) (dealmap.Filter, error) {
	filter, err := parseFilter(query, v.scope.Day(), s.Territories)
	if err != nil {
		return filter, err
	}
	if v.sites {
		filter.DealPoints, filter.Sites = false, true
	}
	return filter, s.lookBack(ctx, v, query)
}

// placesFilter is filterOf for what lists places of one family: kinds of the other pass nothing, which is said.
func (s *Server) placesFilter(ctx context.Context, v *visit, query url.Values) (dealmap.Filter, error) {
	filter, err := s.filterOf(ctx, v, query)
	if err != nil {
		return filter, err
	}
	for _, kind := range filter.Kinds {
		switch {
		case filter.Sites && kind.IsDealPoint():
			return filter, badParameter("kind", "« %s » est la nature d’un point de deal, et cette liste est de sites de soutien", kind)
		case filter.DealPoints && !kind.IsDealPoint():
			return filter, badParameter("kind", "« %s » est la nature d’un site de soutien, et cette liste est de points de deal", kind)
		}
	}
	return filter, nil
}

func cursorPurpose(r *http.Request, v *visit) string {
	return "cursor " + r.URL.Path + " " + v.viewer.Subject
}

// ListDealPoints lists the deal points that the viewer may see.
func (s *Server) ListDealPoints(w http.ResponseWriter, r *http.Request, _ api.ListDealPointsParams) {
	s.listPlaces(w, r)
}

func (s *Server) listPlaces(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		q, err := s.parseQuestion(r, v, "bbox", "near", "radius", "limit", "cursor", propertiesName)
		if err != nil {
			return reply{}, err
		}
		return s.page(r, v, q, dealmap.WhatList)
	})
}

// mostPolygon is how much of a polygon's text the log keeps, in bytes; the places found in it are all there.
const mostPolygon = 2000

// Within lists the deal points within a polygon.
func (s *Server) Within(w http.ResponseWriter, r *http.Request, _ api.WithinParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		q, err := s.parseQuestion(r, v, "limit", "cursor", layerName, propertiesName)
		if err != nil {
			return reply{}, err
		}
		data, err := readBody(w, r, "application/json", geoJSON)
		if err != nil {
			return reply{}, err
		}
		if q.area.polygon, err = geo.ParsePolygon(data); err != nil {
			return reply{}, err
		}
		rep, err := s.page(r, v, q, dealmap.WhatWithin)
		if err != nil {
			return reply{}, err
		}
		rep.line.Detail = strings.TrimSpace(rep.line.Detail + " " + clipTo(string(data), mostPolygon))
		return rep, nil
	})
}

// page makes one page of a list.
func (s *Server) page(r *http.Request, v *visit, q question, what string) (rep reply, err error) {
	l := shortlists.Get().(*shortlist)
	defer l.leave()
	places, more := l.gather(v, q.area, &q.filter, q.after, q.limit)
	page := s.pageOf(v, places, q.chosen)
	rep = reply{mediaType: geoJSON, header: map[string]string{}}
	if what == dealmap.WhatList { // what it shows can be told from where the page begins and ends
		rep.line = v.line(what, v.canonical(q.query))
		rep.line.After = q.after
		if len(places) > 0 {
			rep.line.Last = places[len(places)-1].id
		}
	} else {
		rep.line = v.line(what, v.canonical(q.query), idsOf(places)...)
	}
	links := []api.Link{}
	var next *string
	if more {
		query := maps.Clone(q.query)
		last := places[len(places)-1].id
		query.Set("cursor", s.keys.close(cursorPurpose(r, v), last[:]))
		next = new((&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String())
		links = append(links, api.Link{Rel: "next", Href: *next, Type: new(geoJSON)})
		rep.header["Link"] = "<" + *next + `>; rel="next"`
	}
	rep.body, err = page.end(links, next)
	return rep, err
}

// pageOf writes what is shown of the places of a page, as far as it was asked for.
func (s *Server) pageOf(v *visit, places []found, chosen selection) *pageWriter {
	w := s.newPage(v, formOf(chosen, v.viewer.May(dealmap.ActionExport)), len(places))
	_, ofThePast := v.snap.(past)
	erased := v.snap.Erased()
	s.records.forget(erased)
	kept := 0
	if !ofThePast {
		kept = s.records.find(places, w.form)
	}
	measured := chosen.has(distanceProperty)
	var metres float64
	for i := range places {
		one, distance := places[i].written, (*float64)(nil)
		if places[i].hasMetres && measured {
			metres = math.Round(places[i].metres*10) / 10
			distance = &metres
		}
		w.next()
		if one == nil {
			sight := places[i].sight
			from, gap := w.add(sight)
			keeps := !ofThePast && w.err == nil && standsAlone(sight, chosen) && s.records.worth(sight, w.form)
			if !keeps && distance == nil {
				continue
			}
			one = &writtenRecord{sight: sight, form: w.form, text: string(w.out[from:]), gap: gap}
			if keeps {
				s.records.put(one, erased)
			}
			if distance == nil {
				continue
			}
			w.out = w.out[:from]
		}
		w.again(one, distance)
	}
	s.records.count(len(places), kept)
	return w
}

// standsAlone reports whether what is written of a place depends on its sight only: where the trade went is told by what is seen of that
// place.
func standsAlone(sight dealmap.Sight, chosen selection) bool {
	if !chosen.has(closingProperty) {
		return true
	}
	closing := sight.Closing()
	return closing == nil || closing.DisplacedTo == ""
}

// CountDealPoints counts for the filter panel: each group with every filter except its own.
func (s *Server) CountDealPoints(w http.ResponseWriter, r *http.Request, _ api.CountDealPointsParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		q, err := s.parseQuestion(r, v, "bbox", "near", "radius")
		if err != nil {
			return reply{}, err
		}
		done, err := s.turn(r.Context(), v)
		if err != nil {
			return reply{}, err
		}
		defer done()
		return reply{body: count(v, q), line: v.line(dealmap.WhatCounts, v.canonical(r.URL.Query()))}, nil
	})
}

// count counts the places that a question is about: support sites only as far as they are shown, because numbers of them are no
// aggregates for whoever sees nothing finer (a stash flat is somebody's home).
func count(v *visit, q question) api.Counts {
	out := api.Counts{Status: map[string]int{}, Kind: map[string]int{}, Product: map[string]int{}, Service: map[string]int{}}
	rest := q.filter // everything but the four groups
	rest.Statuses, rest.Kinds, rest.Products, rest.Services = nil, nil, nil, nil
	status, kind := dealmap.Filter{Statuses: q.filter.Statuses}, dealmap.Filter{Kinds: q.filter.Kinds}
	product, service := dealmap.Filter{Products: q.filter.Products}, dealmap.Filter{Services: q.filter.Services}
	tally(v, q.area, func(sight dealmap.Sight) {
		if !rest.Match(sight) || q.filter.Sites && !sight.Showable() {
			return
		}
		s, k, p, o := status.Match(sight), kind.Match(sight), product.Match(sight), service.Match(sight)
		if s && k && p && o {
			out.Total++
		}
		if k && p && o {
			out.Status[string(sight.Status())]++
		}
		if s && p && o {
			out.Kind[string(sight.Kind())]++
		}
		if s && k && o {
			for _, name := range sight.CountedProducts() {
				out.Product[string(name)]++
			}
		}
		if s && k && p {
			for _, name := range sight.CountedServices() {
				out.Service[string(name)]++
			}
		}
	})
	return out
}

const (
	defaultNearest = 10
	maxNearest     = 100
)

// Nearest lists the nearest deal points, with metres.
func (s *Server) Nearest(w http.ResponseWriter, r *http.Request, in api.NearestParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, append([]string{"lon", "lat", "limit", layerName, propertiesName}, filterNames...)...); err != nil {
			return reply{}, err
		}
		filter, err := s.placesFilter(r.Context(), v, query)
		if err != nil {
			return reply{}, err
		}
		limit, err := parseLimit(query, defaultNearest, maxNearest)
		if err != nil {
			return reply{}, err
		}
		chosen, err := parseProperties(query)
		if err != nil {
			return reply{}, err
		}
		at := orb.Point{in.Lon, in.Lat}
		if err := dealmap.CheckPosition("lon,lat", at); err != nil {
			return reply{}, asParameter("lon,lat", err)
		}
		var places []found
		v.snap.Nearest(v.scope, at, func(sight dealmap.Sight, metres float64) bool {
			if _, drawn := sight.Position(); drawn && sight.Showable() && filter.Match(sight) {
				places = append(places, found{sight: sight, id: sight.ID(), metres: metres, hasMetres: true})
			}
			return len(places) < limit
		})
		body, err := s.pageOf(v, places, chosen).end([]api.Link{}, nil)
		return reply{
			body: body, mediaType: geoJSON,
			line: v.line(dealmap.WhatNearest, canonical(query), idsOf(places)...),
		}, err
	})
}

// around is a box that holds the circle.
func around(centre orb.Point, metres float64) orb.Bound {
	return orbgeo.NewBoundAroundPoint(centre, metres*1.01)
}

func overlap(a, b orb.Bound) orb.Bound {
	return orb.Bound{
		Min: orb.Point{max(a.Min[0], b.Min[0]), max(a.Min[1], b.Min[1])},
		Max: orb.Point{min(a.Max[0], b.Max[0]), min(a.Max[1], b.Max[1])},
	}
}

// findPlace returns the deal point that an id or a reference stands for: one whose record was merged into another leads there.
// Absent, hidden, only counted and not a deal point are all the same: not found.
func findPlace(v *visit, text string) (dealmap.Sight, error) {
	sight, _, err := follow(v, text)
	return sight, err
}

// follow is findPlace that says whether the record was merged into another.
func follow(v *visit, text string) (sight dealmap.Sight, moved bool, err error) {
	sight, moved, ok := resolve(v, text)
	if !ok || !v.serves(sight.Kind()) {
		return dealmap.Sight{}, false, dealmap.NotFound()
	}
	return sight, moved, nil
}

// resolve is follow for places of all kinds.
func resolve(v *visit, text string) (sight dealmap.Sight, moved, ok bool) {
	if id, err := dealmap.ParseID(strings.ToLower(text)); err == nil {
		sight, moved, ok = v.snap.Resolve(v.scope, id)
	} else if reference, err := dealmap.ParseReference(text); err == nil {
		sight, moved, ok = v.snap.ResolveReference(v.scope, reference)
	}
	if !ok || !sight.Showable() {
		return dealmap.Sight{}, false, false
	}
	return sight, moved, true
}

// findToChange is findStanding for who is about to change the deal point: a record that was merged into another is no longer
// changed, and the error shows where it leads.
func (s *Server) findToChange(r *http.Request, v *visit, text string) (dealmap.Sight, error) {
	sight, moved, err := follow(v, text)
	if err != nil || !moved {
		return sight, err
	}
	return dealmap.Sight{}, s.consultError(r, v, &dealmap.Error{
		Kind: dealmap.KindConflict, Current: sight, Message: "cette fiche a été fusionnée dans " + sight.Reference() + " : c’est elle qui se modifie",
	})
}

// findStanding is findPlace that follows no merge.
func findStanding(v *visit, text string) (dealmap.Sight, error) {
	sight, err := findAnyStanding(v, text)
	if err == nil && !v.serves(sight.Kind()) {
		return dealmap.Sight{}, dealmap.NotFound()
	}
	return sight, err
}

// findAnyStanding is findStanding for places of all kinds.
func findAnyStanding(v *visit, text string) (dealmap.Sight, error) {
	var sight dealmap.Sight
	var ok bool
	if id, err := dealmap.ParseID(strings.ToLower(text)); err == nil {
		sight, ok = v.snap.Place(v.scope, id)
	} else if reference, err := dealmap.ParseReference(text); err == nil {
		sight, ok = v.snap.ByReference(v.scope, reference)
	}
	if !ok || !sight.Showable() {
		return dealmap.Sight{}, dealmap.NotFound()
	}
	return sight, nil
}
