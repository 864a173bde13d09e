package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// linkFilterNames are the parameters that parseLinkFilter reads.
var linkFilterNames = []string{"link_kind", "means", "network", "on"}

// parseLinkFilter reads which links are asked for.
func parseLinkFilter(query url.Values) (f dealmap.LinkFilter, err error) {
	for _, list := range []struct {
		name  string
		terms []dealmap.Term
	}{{"link_kind", dealmap.LinkKinds()}, {"means", dealmap.LinkMeans()}} {
		for _, text := range values(query, list.name) {
			if dealmap.Label(list.terms, text) == text {
				return f, badParameter(list.name, "« %s » est inconnu (%s)", clip(text), namesOf(list.terms))
			}
		}
	}
	f.Kinds, f.Means = convert[dealmap.LinkKind](values(query, "link_kind")), convert[dealmap.Means](values(query, "means"))
	if f.Network, err = parseNetworkCode("network", query.Get("network")); err != nil {
		return f, err
	}
	f.On, err = parseDay(query, "on")
	return f, err
}

func parseDay(query url.Values, name string) (dealmap.Date, error) {
	day, err := dealmap.ParseDate(query.Get(name))
	if err != nil {
		return day, asParameter(name, err)
	}
	return day, nil
}

// parseNetworkCode reads the code of a network, in capitals or not; empty asks for none.
func parseNetworkCode(name, text string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(text))
	if code != "" && !dealmap.IsNetworkCode(code) {
		return "", badParameter(name, "« %s » n’est pas un code de réseau (par exemple R-13-7KQ)", clip(text))
	}
	return code, nil
}

// linkQuestion is a page of links that is asked for.
type linkQuestion struct {
	filter dealmap.LinkFilter
	place  string
	after  dealmap.ID
	limit  int
}

func (s *Server) parseLinkQuestion(r *http.Request, v *visit) (q linkQuestion, err error) {
	query := r.URL.Query()
	if err := checkNames(query, append([]string{"from", "until", "territory", "place", "limit", "cursor"}, linkFilterNames...)...); err != nil {
		return q, err
	}
	if q.filter, err = parseLinkFilter(query); err != nil {
		return q, err
	}
	for name, into := range map[string]*dealmap.Date{"from": &q.filter.From, "until": &q.filter.To} {
		if *into, err = parseDay(query, name); err != nil {
			return q, err
		}
	}
	if !q.filter.From.IsZero() && !q.filter.To.IsZero() && q.filter.To.Before(q.filter.From) {
		return q, badParameter("until", "précède « from » (%s)", q.filter.From)
	}
	if text := query.Get("territory"); text != "" {
		if q.filter.Territory, err = s.knownTerritory("territory", text); err != nil {
			return q, err
		}
	}
	if q.limit, err = parseLimit(query, defaultLimit, maxLimit); err != nil {
		return q, err
	}
	if q.place = query.Get("place"); query.Get("cursor") != "" {
		id, err := s.keys.open(cursorPurpose(r, v), query.Get("cursor"))
		if err != nil || len(id) != len(q.after) {
			return q, badParameter("cursor", "ce curseur n’est pas d’une page de cette liste : reprenez depuis la première page")
		}
		q.after = dealmap.ID(id)
	}
	return q, nil
}

// ListLinks lists the links that the viewer may know of.
func (s *Server) ListLinks(w http.ResponseWriter, r *http.Request, _ api.ListLinksParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		q, err := s.parseLinkQuestion(r, v)
		if err != nil {
			return reply{}, err
		}
		found, more := linkPage(v, &q)
		out := api.LinkList{Links: make([]api.PlaceLink, len(found))}
		var shown []dealmap.ID
		for i, l := range found {
			out.Links[i] = s.link(v, l)
			shown = appendIDs(shown, []dealmap.Sight{l.From(), l.To()})
		}
		line := v.line(dealmap.WhatLinks, canonical(r.URL.Query()), shown...)
		line.Detail = fmt.Sprintf("n=%d", len(found))
		if more {
			query, last := r.URL.Query(), found[len(found)-1].ID()
			query.Set("cursor", s.keys.close(cursorPurpose(r, v), last[:]))
			out.Next = new((&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String())
		}
		return reply{body: out, line: line}, nil
	})
}

// linkPage gathers one page of links, and says whether there are others.
func linkPage(v *visit, q *linkQuestion) (found []dealmap.LinkSight, more bool) {
	take := func(l dealmap.LinkSight) bool {
		if !l.Told() {
			return true
		}
		if more = len(found) == q.limit; !more {
			found = append(found, l)
		}
		return !more
	}
	if q.place == "" {
		v.snap.Links(v.scope, &q.filter, q.after, take)
		return found, more
	}
	place, _, _ := resolve(v, q.place) // a place that is not seen has no links
	for _, l := range v.snap.LinksOf(v.scope, place.ID()) {
		id := l.ID()
		if slices.Compare(id[:], q.after[:]) > 0 && q.filter.Match(l) && !take(l) {
			break
		}
	}
	return found, more
}

func (s *Server) link(v *visit, l dealmap.LinkSight) api.PlaceLink {
	out := api.PlaceLink{
		Id: types.UUID(l.ID()), Revision: l.Revision(), Kind: api.LinkKind(l.Kind()), Directed: l.Kind().Directed(), Means: some(api.Means(l.Means())),
		Strength: l.Strength(), Since: date(l.Since()), Until: date(l.Until()), From: s.linkEnd(l.From()), To: s.linkEnd(l.To()), Network: some(l.Network()),
		Note: some(l.Note()), Grading: grading(l.Grading()), Handling: handling(l.Handling()), SourceRecord: some(l.SourceRecord()),
		Recorded: moment(l.Recorded()), Changed: moment(l.Changed()), Withheld: list(l.Withheld()), MayChange: l.MayBeChanged(&v.viewer),
	}
	if owner := l.Owner(); owner != (dealmap.Owner{}) {
		out.Owner = &api.Owner{Service: string(owner.Service), Unit: owner.Unit}
	}
	return out
}

func (s *Server) linkEnd(sight dealmap.Sight) api.LinkEnd {
	end := api.LinkEnd{
		Id: types.UUID(sight.ID()), Reference: sight.Reference(), Name: some(sight.Name()), Kind: api.Kind(sight.Kind()), Status: api.Status(sight.Status()),
	}
	if code := sight.Commune(); code != "" {
		end.Commune = some(s.territory(dealmap.TerritoryCode("com:" + code)).Name)
	}
	if at, ok := sight.Position(); ok {
		end.Position = &api.Position{at[0], at[1]}
	}
	return end
}

// findLink finds a link by its id. Absent and hidden are the same.
func (v *visit) findLink(text string) (dealmap.LinkSight, error) {
	if id, err := dealmap.ParseID(strings.ToLower(text)); err == nil {
		if l, ok := v.snap.Link(v.scope, id); ok {
			return l, nil
		}
	}
	return dealmap.LinkSight{}, dealmap.NotFound()
}

// GetLink shows one link.
func (s *Server) GetLink(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		l, err := v.findLink(text)
		if err != nil {
			return reply{}, err
		}
		return s.linkReply(v, l), nil
	})
}

func (s *Server) linkReply(v *visit, l dealmap.LinkSight) reply {
	line := v.line(dealmap.WhatLinks, "", appendIDs(nil, []dealmap.Sight{l.From(), l.To()})...)
	line.Detail = l.ID().String()
	return reply{body: s.link(v, l), line: line, header: map[string]string{"ETag": revisionTag(l.Revision())}}
}

// GetLinkHistory shows what changed in a link, newest first.
func (s *Server) GetLinkHistory(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		l, err := v.findLink(text)
		if err != nil {
			return reply{}, err
		}
		past, err := s.Map.LinkHistory(r.Context(), v.scope, l.ID())
		if err != nil {
			return reply{}, err
		}
		rep := s.linkReply(v, l)
		rep.body, rep.header = v.history(past), nil
		return rep, nil
	})
}

// RecordLink ties two places.
func (s *Server) RecordLink(w http.ResponseWriter, r *http.Request, _ api.RecordLinkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.NewLink
		data, err := readJSON(w, r, &in)
		if err != nil {
			return reply{}, err
		}
		record := dealmap.RecordLink{ID: drawID()}
		if record.Facts, err = linkFacts(v, data, &in); err != nil {
			return reply{}, err
		}
		rep, err := s.doLink(r, v, record)
		if err != nil {
			return reply{}, err
		}
		rep.status = http.StatusCreated
		rep.header["Location"] = "/api/v1/links/" + rep.body.(api.PlaceLink).Id.String()
		return rep, nil
	})
}

// linkFacts reads what a link is to say. Its ends are named by id or reference; those that are not seen are left to the domain to
// refuse as it refuses those that are not there.
func linkFacts(v *visit, data []byte, in *api.NewLink) (facts dealmap.LinkFacts, err error) {
	var ends struct{ From, To json.RawMessage }
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return facts, factsError(err)
	}
	delete(fields, "from")
	delete(fields, "to")
	for name, text := range map[string]string{"from": in.From, "to": in.To} {
		if strings.TrimSpace(text) == "" {
			return facts, dealmap.Invalid(name, "manque : l’identifiant ou la référence d’un lieu")
		}
	}
	if ends.From, err = json.Marshal(endID(v, in.From)); err != nil {
		return facts, err
	}
	if ends.To, err = json.Marshal(endID(v, in.To)); err != nil {
		return facts, err
	}
	fields["from"], fields["to"] = ends.From, ends.To
	whole, err := json.Marshal(fields)
	if err != nil {
		return facts, err
	}
	if err := json.Unmarshal(whole, &facts); err != nil {
		return facts, factsError(err)
	}
	return facts, nil
}

// endID is the id of the place that a text names, one that nothing has where the viewer sees none.
func endID(v *visit, text string) dealmap.ID {
	if sight, _, ok := resolve(v, text); ok {
		return sight.ID()
	}
	return nobody
}

// nobody is an id that no record has: ids are random UUIDs of version 4.
var nobody = dealmap.ID{15: 1}

// ChangeLink changes what a link says.
func (s *Server) ChangeLink(w http.ResponseWriter, r *http.Request, text string, _ api.ChangeLinkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, err := mustMatch(r, "du lien")
		if err != nil {
			return reply{}, err
		}
		var in api.LinkPatch
		data, err := readJSON(w, r, &in, "application/merge-patch+json")
		if err != nil {
			return reply{}, err
		}
		l, err := v.findLink(text)
		if err != nil {
			return reply{}, err
		}
		return s.doLink(r, v, dealmap.ChangeLink{ID: l.ID(), Revision: revision, Patch: data})
	})
}

// mustMatch reads the revision of a record from If-Match, which is necessary.
func mustMatch(r *http.Request, what string) (int, error) {
	revision, given, err := ifMatch(r)
	if err == nil && !given {
		err = refuse(kindPreconditionRequired, "envoyez l’ETag %s que vous modifiez dans If-Match", what)
	}
	return revision, err
}

// doLink fulfils a command about a link and shows it as it then stands.
func (s *Server) doLink(r *http.Request, v *visit, cmd dealmap.Command) (reply, error) {
	result, err := s.fulfil(r, v, cmd)
	if err != nil {
		return reply{}, err
	}
	l, ok := v.snap.Link(v.scope, result.Subject)
	if !ok {
		return reply{}, dealmap.NotFound()
	}
	return s.linkReply(v, l), nil
}

// RemoveLink takes a link away.
func (s *Server) RemoveLink(w http.ResponseWriter, r *http.Request, text string, _ api.RemoveLinkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, _, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(strings.ToLower(text))
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		// A retry finds it gone: the idempotency key tells that it was this request.
		_, err = s.fulfil(r, v, dealmap.RemoveLink{ID: id, Revision: revision})
		return reply{status: http.StatusNoContent}, err
	})
}
