package web

import (
	"math/bits"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// propertiesName is the parameter that says which properties of places a list is to have.
const propertiesName = "properties"

// property is a member of the properties of a place in a list. What write leaves out, a list that was asked for it does not have either.
type property struct {
	name  string
	write func(w *pageWriter, sight dealmap.Sight)
}

// properties are in the order in which they are written, which is that of their names.
var properties = [...]property{
	optional("accuracy", dealmap.Sight.Accuracy),
	always("address", dealmap.Sight.Address),
	{"allowed", (*pageWriter).allowed},
	optional("because", dealmap.Sight.Because),
	watching("cameras", dealmap.Sight.Cameras),
	texts("case_references", dealmap.Sight.CaseRefs),
	{"closing", (*pageWriter).closing},
	{"co_owners", (*pageWriter).coOwners},
	always("commune", dealmap.Sight.Commune),
	{"commune_name", (*pageWriter).communeName},
	number("commune_year", dealmap.Sight.CommuneYear),
	always("departement", dealmap.Sight.Departement),
	{"distance", (*pageWriter).roomForDistance},
	day("first_seen", dealmap.Sight.FirstSeen),
	{"grading", (*pageWriter).grading},
	{"handling", (*pageWriter).handling},
	always("hours", dealmap.Sight.Hours),
	number("intensity", dealmap.Sight.Intensity),
	always("kind", dealmap.Sight.Kind),
	optional("landlord", dealmap.Sight.Landlord),
	day("last_confirmed", dealmap.Sight.LastConfirmed),
	watching("lookouts", dealmap.Sight.Lookouts),
	{"may_export", (*pageWriter).mayExport},
	always("name", dealmap.Sight.Name),
	texts("networks", dealmap.Sight.Networks),
	day("next_review", dealmap.Sight.NextReview),
	{"next_statuses", (*pageWriter).nextStatuses},
	optional("note", dealmap.Sight.Note),
	watching("obstacles", dealmap.Sight.Obstacles),
	{"owner", (*pageWriter).owner},
	texts("products", dealmap.Sight.Products),
	always("reference", dealmap.Sight.Reference),
	{"revision", (*pageWriter).revision},
	optional("seen_as", func(sight dealmap.Sight) api.SeenAs { return seenAs[sight.Detail()] }),
	optional("source_record", dealmap.Sight.SourceRecord),
	always("status", dealmap.Sight.Status),
	{"synthetic", (*pageWriter).synthetic},
	{"withheld", (*pageWriter).withheldNames},
}

// selection is a set of properties: a bit for each, in their order.
type selection uint64

const everyProperty selection = 1<<len(properties) - 1

// allProperties are those that lists have: what a viewer may do with a place is told of a single place only.
var allProperties = everyProperty &^ selectionOf("allowed") &^ selectionOf("next_statuses")

// The properties that are not told by the sight of a place alone, or not in the same words to everybody.
var (
	closingProperty   = selectionOf("closing")
	distanceProperty  = selectionOf("distance")
	mayExportProperty = selectionOf("may_export")
)

func (s selection) has(other selection) bool { return s&other != 0 }

func (s selection) count() int { return bits.OnesCount64(uint64(s)) }

// selectionOf is the property of a name, empty when there is none.
func selectionOf(name string) selection {
	if at, ok := slices.BinarySearchFunc(propertyNames, name, strings.Compare); ok {
		return 1 << at
	}
	return 0
}

var propertyNames = everyProperty.names()

func (s selection) names() (names []string) {
	for i := range properties {
		if s.has(1 << i) {
			names = append(names, properties[i].name)
		}
	}
	return names
}

// parseProperties reads which properties a list is asked for: all of them unless it says, none when the list of names is empty.
func parseProperties(query url.Values) (selection, error) {
	if !query.Has(propertiesName) {
		return allProperties, nil
	}
	var chosen selection
	for _, name := range values(query, propertiesName) {
		one := selectionOf(name) & allProperties
		if one == 0 {
			return 0, badParameter(propertiesName, "« %s » n’est pas une propriété de cette liste (%s)", clip(name), strings.Join(allProperties.names(), ", "))
		}
		chosen |= one
	}
	return chosen, nil
}
