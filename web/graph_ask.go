package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
)

// graphNames are the parameters that choose a graph; graphChoices are those of which exactly one says where it begins.
var (
	graphNames   = []string{"network", "place", "hops", "territory", "link_kind", "means", "on", "closed"}
	graphChoices = []string{"network", "place", "territory"}
)

const (
	mostHops    = 6
	defaultHops = 2
)

// graphSize bounds a graph; zero is no bound.
type graphSize struct{ nodes, ties int }

// mostShown is the greatest graph that is shown or measured: what is greater nobody could read.
var mostShown = graphSize{20_000, 200_000}

// graphQuestion is which graph is asked for.
type graphQuestion struct {
	network string
	// place is where to begin, from which links are followed as often as hops says; the zero Sight where nothing of the kind is asked for.
	place     dealmap.Sight
	hops      int
	territory dealmap.TerritoryCode
	filter    dealmap.LinkFilter
	// closed lets closed places be part of it.
	closed bool
	size   graphSize
}

// parseGraph reads which graph is asked for.
func (s *Server) parseGraph(v *visit, query url.Values, names ...string) (q graphQuestion, err error) {
	if err := mayKnowNetworks(v); err != nil {
		return q, err
	}
	if err := checkNames(query, append(names, graphNames...)...); err != nil {
		return q, err
	}
	given := slices.DeleteFunc(slices.Clone(graphChoices), func(name string) bool { return strings.TrimSpace(query.Get(name)) == "" })
	if len(given) != 1 {
		return q, badParameter(strings.Join(graphChoices, ","), "indiquez un réseau (network), un lieu (place) ou un territoire (territory ; fr pour tout) : l’un des trois, et un seul")
	}
	q.size = s.mostShown
	if q.network, err = parseNetworkCode("network", query.Get("network")); err != nil {
		return q, err
	}
	if text := query.Get("place"); text != "" {
		if q.place, err = graphPlace(v, "place", text); err != nil {
			return q, err
		}
	}
	if text := query.Get("territory"); text != "" {
		if q.territory, err = s.knownTerritory("territory", text); err != nil {
			return q, err
		}
	}
	if query.Get("hops") != "" && q.place.IsZero() {
		return q, badParameter("hops", "va avec « place » : autour de quel lieu ?")
	}
	if q.hops, err = parseWhole(query, "hops", defaultHops, 1, mostHops); err != nil {
		return q, err
	}
	return q, q.parseLinks(v, query)
}

// graphPlace finds a place that a parameter names. Absent and hidden are the same.
func graphPlace(v *visit, name, text string) (dealmap.Sight, error) {
	sight, _, ok := resolve(v, text)
	if !ok {
		return sight, badParameter(name, "lieu introuvable, ou hors de votre périmètre")
	}
	return sight, nil
}

// parseLinks reads which links, and whether closed places, belong to the graph.
func (q *graphQuestion) parseLinks(v *visit, query url.Values) (err error) {
	if q.filter, err = parseLinkFilter(query); err != nil {
		return err
	}
	if q.filter.On.IsZero() {
		q.filter.On = v.scope.Day()
	}
	switch closed := query.Get("closed"); closed {
	case "", "exclude":
	case "include":
		q.closed = true
	default:
		return badParameter("closed", "« %s » est inconnu (exclude, include)", clip(closed))
	}
	return nil
}

// tooGreat says what to narrow.
func (q *graphQuestion) tooGreat() error {
	name, how := "territory", "choisissez un territoire plus petit, un réseau ou les environs d’un lieu"
	switch {
	case !q.place.IsZero():
		name, how = "hops", "suivez moins de liens depuis ce lieu"
	case q.network != "":
		name, how = "network", "choisissez les environs d’un de ses lieux"
	}
	return badParameter(name, "ce réseau dépasse %s lieux ou %s liens : %s, ou filtrez les liens (link_kind, means, on)",
		frenchCount(q.size.nodes), frenchCount(q.size.ties), how)
}
