package web

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
	"github.com/paulmach/orb"
)

// seenNetwork is a network as a viewer sees it: its record, where there is one that they see, and the places and links that they see
// of it.
type seenNetwork struct {
	code   string
	record dealmap.NetworkSight
	places []dealmap.Sight
	links  int
}

// seeNetwork gathers what a viewer sees of a network, and false when that is nothing.
func (v *visit) seeNetwork(code string) (n seenNetwork, ok bool) {
	n.code = code
	// There may be several: whoever opened the second did not see the first. Nobody is to lose sight of their own.
	if records := v.snap.NetworksCoded(v.scope, code); len(records) > 0 {
		n.record = slices.MinFunc(records, func(a, b dealmap.NetworkSight) int {
			switch ownsA := v.viewer.Owns(a.Owner()); {
			case ownsA == v.viewer.Owns(b.Owner()):
				return a.Recorded().Compare(b.Recorded())
			case ownsA:
				return -1
			}
			return 1
		})
	}
	v.snap.Members(v.scope, code, func(sight dealmap.Sight) bool {
		n.places = append(n.places, sight)
		return true
	})
	return n, !n.record.IsZero() || len(n.places) > 0
}

// countLinks counts the links of networks that a viewer sees and that hold on the day of the visit, by code.
func (v *visit) countLinks() map[string]int {
	by := map[string]int{}
	v.snap.Links(v.scope, &dealmap.LinkFilter{On: v.scope.Day()}, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		if !l.Told() {
			return true
		}
		if code := l.Network(); code != "" {
			by[code]++
			return true
		}
		for _, code := range l.From().Networks() {
			if l.Of(code) {
				by[code]++
			}
		}
		return true
	})
	return by
}

func (s *Server) network(v *visit, n *seenNetwork) api.Network {
	out := api.Network{Code: n.code, Places: len(n.places), Links: n.links, Products: []string{}, Withheld: []string{}, Bounds: boundsOf(n.places)}
	if n.record.IsZero() {
		out.Products = convert[string](productsOf(n.places))
		return out
	}
	r := n.record
	out.Recorded, out.Id, out.Revision, out.Status = true, new(types.UUID(r.ID())), some(r.Revision()), some(api.NetworkStatus(r.Status()))
	out.Products, out.Since, out.Until, out.Note = convert[string](r.Products()), date(r.Since()), date(r.Until()), some(r.Note())
	out.Territory, out.TerritoryName = some(string(r.Territory())), some(s.territory(r.Territory()).Name)
	out.Owner = &api.Owner{Service: string(r.Owner().Service), Unit: r.Owner().Unit}
	out.Grading, out.Handling, out.Withheld = grading(r.Grading()), handling(r.Handling()), list(r.Withheld())
	if refs := r.CaseRefs(); len(refs) > 0 {
		out.CaseReferences = &refs
	}
	out.RecordedAt, out.ChangedAt = moment(r.Recorded()), moment(r.Changed())
	out.MayChange = v.viewer.MayAt(dealmap.ActionNetwork, r.Territories())
	return out
}

// productsOf are the products of places, each once, in the order of the vocabulary.
func productsOf(places []dealmap.Sight) (products []dealmap.Product) {
	for _, term := range dealmap.Products() {
		product := dealmap.Product(term.Value)
		if slices.ContainsFunc(places, func(p dealmap.Sight) bool { return slices.Contains(p.Products(), product) }) {
			products = append(products, product)
		}
	}
	return products
}

// boundsOf is west, south, east and north of the places that have a position, nil when none has.
func boundsOf(places []dealmap.Sight) *[]float64 {
	var points orb.MultiPoint
	for _, p := range places {
		if at, ok := p.Position(); ok {
			points = append(points, at)
		}
	}
	if len(points) == 0 {
		return nil
	}
	b := points.Bound()
	return &[]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// pinned are the ids of places of a network that its bounds place on the map: of a few places they tell where each is.
func (n *seenNetwork) pinned() (ids []dealmap.ID) {
	for _, p := range n.places {
		if _, ok := p.Position(); ok {
			ids = append(ids, p.ID())
		}
	}
	if len(ids) > mostPinned {
		return nil
	}
	return ids
}

// mostPinned is the number of places up to which bounds may tell where one of them is by both its coordinates.
const mostPinned = 3

// networkQuestion is which networks are asked for.
type networkQuestion struct {
	dealmap.NetworkQuery
	text  string
	limit int
}

func (s *Server) parseNetworkQuestion(r *http.Request) (q networkQuestion, err error) {
	query := r.URL.Query()
	if err := checkNames(query, "status", "product", "territory", "q", "limit"); err != nil {
		return q, err
	}
	for _, list := range []struct {
		name  string
		terms []dealmap.Term
	}{{"status", dealmap.NetworkStatuses()}, {"product", dealmap.Products()}} {
		for _, text := range values(query, list.name) {
			if dealmap.Label(list.terms, text) == text {
				return q, badParameter(list.name, "« %s » est inconnu (%s)", clip(text), namesOf(list.terms))
			}
		}
	}
	q.Statuses, q.Products = convert[dealmap.NetworkStatus](values(query, "status")), convert[dealmap.Product](values(query, "product"))
	if text := query.Get("territory"); text != "" {
		if q.Territory, err = s.knownTerritory("territory", text); err != nil {
			return q, err
		}
	}
	q.text = strings.ToUpper(strings.TrimSpace(query.Get("q")))
	q.limit, err = parseLimit(query, defaultLimit, maxLimit)
	return q, err
}

// asksFor reports whether a network is asked for. One without a record has no status.
func (q *networkQuestion) asksFor(n *seenNetwork) bool {
	if !strings.Contains(n.code, q.text) {
		return false
	}
	there := q.Territory == "" || slices.ContainsFunc(n.places, func(p dealmap.Sight) bool { return p.Within(q.Territory) })
	if !n.record.IsZero() {
		ask := q.NetworkQuery
		if there {
			ask.Territory = ""
		}
		return ask.Match(n.record)
	}
	deals := productsOf(n.places)
	return there && len(q.Statuses) == 0 &&
		(len(q.Products) == 0 || slices.ContainsFunc(q.Products, func(p dealmap.Product) bool { return slices.Contains(deals, p) }))
}

// order is that in which networks are listed: those with a record first, then those with links, then the others.
func (n *seenNetwork) order() int {
	switch {
	case !n.record.IsZero():
		return 0
	case n.links > 0:
		return 1
	}
	return 2
}

// networkCodes are the codes of all networks that a viewer sees a record or a place of, in order.
func (v *visit) networkCodes() (codes []string) {
	v.snap.Networks(v.scope, func(n dealmap.NetworkSight) bool {
		codes = append(codes, n.Code())
		return true
	})
	v.snap.Codes(v.scope, func(code string) bool {
		codes = append(codes, code)
		return true
	})
	slices.Sort(codes)
	return slices.Compact(codes)
}

// mayKnowNetworks refuses those who see no places one by one.
func mayKnowNetworks(v *visit) error {
	if !v.scope.SeesPoints() {
		return dealmap.Forbidden("votre rôle ne voit pas les réseaux : seuls les nombres de liens entre territoires lui sont montrés")
	}
	return nil
}

// ListNetworks lists the networks that the viewer may know of.
func (s *Server) ListNetworks(w http.ResponseWriter, r *http.Request, _ api.ListNetworksParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := mayKnowNetworks(v); err != nil {
			return reply{}, err
		}
		q, err := s.parseNetworkQuestion(r)
		if err != nil {
			return reply{}, err
		}
		links := v.countLinks()
		out := api.NetworkList{Networks: []api.Network{}}
		var found []seenNetwork
		for _, code := range v.networkCodes() {
			if n, ok := v.seeNetwork(code); ok && q.asksFor(&n) {
				n.links = links[code]
				found = append(found, n)
			}
		}
		slices.SortStableFunc(found, func(a, b seenNetwork) int { return cmp.Or(a.order()-b.order(), cmp.Compare(a.code, b.code)) })
		var shown []dealmap.ID
		for _, n := range found[:min(len(found), q.limit)] {
			out.Networks = append(out.Networks, s.network(v, &n))
			shown = append(shown, n.pinned()...)
		}
		out.Total = len(found)
		line := v.line(dealmap.WhatNetworks, canonical(r.URL.Query()), uniqueIDs(shown)...)
		line.Detail = fmt.Sprintf("n=%d", len(out.Networks))
		return reply{body: out, line: line}, nil
	})
}

// findNetwork finds a network by its code. Absent and hidden are the same.
func (v *visit) findNetwork(text string) (seenNetwork, error) {
	if err := mayKnowNetworks(v); err != nil {
		return seenNetwork{}, err
	}
	code, err := parseNetworkCode("network", text)
	if err != nil {
		return seenNetwork{}, dealmap.NotFound()
	}
	n, ok := v.seeNetwork(code)
	if !ok {
		return seenNetwork{}, dealmap.NotFound()
	}
	n.links = v.countLinks()[code]
	return n, nil
}

// findRecorded finds a network that has a record.
func (v *visit) findRecorded(text string) (dealmap.NetworkSight, error) {
	n, err := v.findNetwork(text)
	if err == nil && n.record.IsZero() {
		err = dealmap.NotFound()
	}
	return n.record, err
}

func (s *Server) networkReply(v *visit, n *seenNetwork) reply {
	rep := reply{body: s.network(v, n), header: map[string]string{}, line: v.line(dealmap.WhatNetworks, "", n.pinned()...)}
	rep.line.Detail = n.code
	if !n.record.IsZero() {
		rep.header["ETag"] = revisionTag(n.record.Revision())
	}
	return rep
}

// GetNetwork shows one network.
func (s *Server) GetNetwork(w http.ResponseWriter, r *http.Request, code string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		n, err := v.findNetwork(code)
		if err != nil {
			return reply{}, err
		}
		return s.networkReply(v, &n), nil
	})
}

// GetNetworkHistory shows what changed in the record of a network, newest first.
func (s *Server) GetNetworkHistory(w http.ResponseWriter, r *http.Request, code string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		record, err := v.findRecorded(code)
		if err != nil {
			return reply{}, err
		}
		past, err := s.Map.NetworkHistory(r.Context(), v.scope, record.ID())
		if err != nil {
			return reply{}, err
		}
		line := v.line(dealmap.WhatNetworks, "")
		line.Detail = record.Code() + " history"
		return reply{body: v.history(past), line: line}, nil
	})
}

// RecordNetwork opens the record of a network.
func (s *Server) RecordNetwork(w http.ResponseWriter, r *http.Request, _ api.RecordNetworkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.NewNetwork
		data, err := readJSON(w, r, &in)
		if err != nil {
			return reply{}, err
		}
		record := dealmap.RecordNetwork{ID: drawID()}
		_, _ = rand.Read(record.Draw[:]) // never fails (crypto/rand)
		if err := json.Unmarshal(data, &record.Facts); err != nil {
			return reply{}, factsError(err)
		}
		if record.Facts.Territory, err = territoryOf(in.Territory); err != nil {
			return reply{}, err
		}
		if record.Code = strings.ToUpper(value(in.Code)); record.Code != "" {
			if n, ok := v.seeNetwork(record.Code); !ok || len(n.places) == 0 {
				return reply{}, dealmap.Invalid("code", "aucun lieu que vous voyez ne porte ce code : laissez-le vide, il sera tiré au sort")
			}
		}
		rep, err := s.doNetwork(r, v, record)
		if err != nil {
			return reply{}, err
		}
		rep.status = http.StatusCreated
		rep.header["Location"] = "/api/v1/networks/" + rep.body.(api.Network).Code
		return rep, nil
	})
}

// ChangeNetwork changes what the record of a network says.
func (s *Server) ChangeNetwork(w http.ResponseWriter, r *http.Request, code string, _ api.ChangeNetworkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, err := mustMatch(r, "du réseau")
		if err != nil {
			return reply{}, err
		}
		var in api.NetworkPatch
		data, err := readJSON(w, r, &in, "application/merge-patch+json")
		if err != nil {
			return reply{}, err
		}
		record, err := v.findRecorded(code)
		if err != nil {
			return reply{}, err
		}
		return s.doNetwork(r, v, dealmap.ChangeNetwork{ID: record.ID(), Revision: revision, Patch: data})
	})
}

// doNetwork fulfils a command about the record of a network and shows it as it then stands.
func (s *Server) doNetwork(r *http.Request, v *visit, cmd dealmap.Command) (reply, error) {
	result, err := s.fulfil(r, v, cmd)
	if err != nil {
		return reply{}, err
	}
	record, ok := v.snap.Network(v.scope, result.Subject)
	if !ok {
		return reply{}, dealmap.NotFound()
	}
	n, _ := v.seeNetwork(record.Code())
	n.record, n.links = record, v.countLinks()[n.code]
	return s.networkReply(v, &n), nil
}

// RemoveNetwork takes the record of a network away.
func (s *Server) RemoveNetwork(w http.ResponseWriter, r *http.Request, code string, _ api.RemoveNetworkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, _, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		remove := dealmap.RemoveNetwork{ID: nobody, Revision: revision}
		if remove.Code, err = parseNetworkCode("network", code); err != nil || remove.Code == "" {
			return reply{}, dealmap.NotFound()
		}
		switch record, err := v.findRecorded(code); {
		case err == nil:
			remove.ID = record.ID()
		case dealmap.KindOf(err) != dealmap.KindNotFound:
			return reply{}, err
		} // a retry finds it gone: the idempotency key tells that it was this request
		_, err = s.fulfil(r, v, remove)
		return reply{status: http.StatusNoContent}, err
	})
}

// AssignNetwork says which places belong to a network.
func (s *Server) AssignNetwork(w http.ResponseWriter, r *http.Request, text string, _ api.AssignNetworkParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.AssignNetworkJSONRequestBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		code, err := parseNetworkCode("network", text)
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		assign := dealmap.AssignNetwork{Code: code}
		for _, part := range []struct {
			field string
			texts *[]string
			into  *[]dealmap.ID
		}{{"add", in.Add, &assign.Add}, {"remove", in.Remove, &assign.Remove}} {
			if err := checkIDs(part.field, value(part.texts)); err != nil {
				return reply{}, err
			}
			for _, one := range value(part.texts) {
				id, _ := dealmap.ParseID(one)
				*part.into = append(*part.into, id)
			}
		}
		if _, err := s.fulfil(r, v, assign); err != nil {
			return reply{}, err
		}
		n, _ := v.seeNetwork(code)
		n.links = v.countLinks()[code]
		return s.networkReply(v, &n), nil
	})
}
