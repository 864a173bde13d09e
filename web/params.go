package web

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
	// maxRadius is in metres.
	maxRadius = 100_000
)

// filterNames are the parameters of a filter; the same in lists, counts and tiles.
var filterNames = []string{
	"territory", "status", "kind", "product", "service", "network", "q", "confirmed_before", "confirmed_after", "due", "as_of",
}

// listNames are the parameters that may be given several times.
var listNames = []string{"status", "kind", "product", "service", "operation", "what", "type", "link_kind", "means"}

// checkNames refuses parameters that are not of the call, so that a misspelt filter does not show everything, those given
// twice of which one would be passed over, and values that are not text.
func checkNames(query url.Values, allowed ...string) error {
	for name, values := range query {
		switch {
		case !slices.Contains(allowed, name) && len(allowed) == 0:
			return badParameter(clip(name), "paramètre inconnu : cet appel n’en prend aucun")
		case !slices.Contains(allowed, name):
			return badParameter(clip(name), "paramètre inconnu (%s)", strings.Join(allowed, ", "))
		case len(values) > 1 && !slices.Contains(listNames, name):
			return badParameter(name, "une seule valeur est admise")
		}
		for _, value := range values {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				return badParameter(name, "n’est pas du texte UTF-8 valable")
			}
		}
	}
	return nil
}

// parseFilter reads the filter of a query and refuses values that nothing has.
func parseFilter(query url.Values, today dealmap.Date, g dealmap.Gazetteer) (dealmap.Filter, error) {
	f, err := readFilter(query, today)
	if err != nil {
		return f, err
	}
	return f, parameterErrors(f.Check(g))
}

// layerName is the parameter that asks for support sites where calls have one address for both families of places.
const (
	layerName       = "layer"
	layerDealPoints = string(tiles.LayerDealPoints)
	layerSites      = string(tiles.LayerSites)
)

// readFilter reads the filter of a query as it is, asked on a day. Only deal points pass it unless support sites are asked for.
func readFilter(query url.Values, today dealmap.Date) (dealmap.Filter, error) {
	f := dealmap.Filter{
		Statuses: convert[dealmap.Status](values(query, "status")), Kinds: convert[dealmap.Kind](values(query, "kind")),
		Products: convert[dealmap.Product](values(query, "product")), Services: convert[dealmap.Service](values(query, "service")),
		Text: strings.TrimSpace(query.Get("q")), DealPoints: true,
	}
	var err error
	if f.Network, err = single(query, "network"); err != nil {
		return f, err
	}
	territory, err := single(query, "territory")
	if err != nil {
		return f, err
	}
	if territory != "" {
		if f.Territory, err = dealmap.ParseTerritoryCode(territory); err != nil {
			return f, asParameter("territory", err)
		}
	}
	for name, into := range map[string]*dealmap.Date{"confirmed_before": &f.ConfirmedBefore, "confirmed_after": &f.ConfirmedAfter} {
		if *into, err = dealmap.ParseDate(query.Get(name)); err != nil {
			return f, asParameter(name, err)
		}
	}
	switch due := query.Get("due"); due {
	case "", "false":
	case "true":
		f.Due = dueOn(query, today)
	default:
		return f, badParameter("due", "« %s » : true ou false est attendu", clip(due))
	}
	switch layer := query.Get(layerName); layer {
	case "", layerDealPoints:
	case layerSites:
		f.DealPoints, f.Sites = false, true
	default:
		return f, badParameter(layerName, "« %s » : %s ou %s est attendu", clip(layer), layerDealPoints, layerSites)
	}
	return f, nil
}

// dueOn is the day for which what is due is judged: today, and on a map of the past its own day.
func dueOn(query url.Values, today dealmap.Date) dealmap.Date {
	if day, err := dealmap.ParseDate(query.Get("as_of")); err == nil && !day.IsZero() && day.Before(today) {
		return day
	}
	return today
}

// values are those of a parameter, given repeatedly or joined by commas, without repetitions.
func values(query url.Values, name string) []string {
	var all []string
	for _, given := range query[name] {
		for part := range strings.SplitSeq(given, ",") {
			if part = strings.TrimSpace(part); part != "" && !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

func single(query url.Values, name string) (string, error) {
	all := values(query, name)
	if len(all) > 1 {
		return "", badParameter(name, "une seule valeur est admise")
	}
	if len(all) == 0 {
		return "", nil
	}
	return all[0], nil
}

// area is where a list looks; the zero area is everywhere.
type area struct {
	box     *orb.Bound
	near    *orb.Point
	metres  float64
	polygon orb.MultiPolygon
}

func parseArea(query url.Values) (area, error) {
	var a area
	if text := query.Get("bbox"); text != "" {
		box, err := parseBox(text)
		if err != nil {
			return a, err
		}
		a.box = &box
	}
	near, radius := query.Get("near"), query.Get("radius")
	switch {
	case near == "" && radius == "":
		return a, nil
	case near == "":
		return a, badParameter("near", "manque : « radius » va avec « near »")
	case radius == "":
		return a, badParameter("radius", "manque : « near » va avec « radius », en mètres")
	}
	numbers, err := parseNumbers("near", near, "lon,lat", 2)
	if err != nil {
		return a, err
	}
	point := orb.Point{numbers[0], numbers[1]}
	if err := dealmap.CheckPosition("near", point); err != nil {
		return a, asParameter("near", err)
	}
	a.near = &point
	a.metres, err = strconv.ParseFloat(radius, 64)
	if err != nil || !(a.metres > 0 && a.metres <= maxRadius) {
		return a, badParameter("radius", "un nombre de mètres est attendu, au plus %d", maxRadius)
	}
	return a, nil
}

func parseBox(text string) (orb.Bound, error) {
	n, err := parseNumbers("bbox", text, "ouest,sud,est,nord", 4)
	if err != nil {
		return orb.Bound{}, err
	}
	west, south, east, north := n[0], n[1], n[2], n[3]
	switch {
	case math.Abs(west) > 180 || math.Abs(east) > 180:
		return orb.Bound{}, badParameter("bbox", "une longitude est hors de -180…180 degrés")
	case math.Abs(south) > 90 || math.Abs(north) > 90:
		return orb.Bound{}, badParameter("bbox", "une latitude est hors de -90…90 degrés")
	case south > north:
		return orb.Bound{}, badParameter("bbox", "le sud (%g) est au nord du nord (%g) ; l’ordre est ouest,sud,est,nord", south, north)
	case west > east:
		return orb.Bound{}, badParameter("bbox", "l’ouest (%g) est à l’est de l’est (%g) ; une boîte ne franchit pas l’antiméridien", west, east)
	}
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}, nil
}

func parseNumbers(name, text, form string, count int) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) != count {
		return nil, badParameter(name, "%d nombres sont attendus : %s", count, form)
	}
	numbers := make([]float64, count)
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, badParameter(name, "« %s » n’est pas un nombre (%s)", clip(part), form)
		}
		numbers[i] = n
	}
	return numbers, nil
}

func parseLimit(query url.Values, fallback, most int) (int, error) {
	text := query.Get("limit")
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badParameter("limit", "un nombre de 1 à %d est attendu", most)
	}
	return n, nil
}
