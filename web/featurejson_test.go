package web

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// TestPagesAreWrittenAsByReflection holds the writer of pages to encoding/json, on pages of places of which any fact may be anything, as
// people of all roles see them: what is written of a place is what its feature says, less the properties that were not asked for.
func TestPagesAreWrittenAsByReflection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, s := anyVisit(t), serverOfPages(t)
		chosen := allProperties
		if rapid.Bool().Draw(t, "some properties") {
			chosen = selection(rapid.Uint64().Draw(t, "properties")) & allProperties
		}
		var places []found
		c := api.DealPointCollection{Type: "FeatureCollection", Features: []api.DealPoint{}, Links: []api.Link{}}
		for range rapid.IntRange(0, 3).Draw(t, "places") {
			var place dealmap.Place
			fillAnyhow(t, reflect.ValueOf(&place).Elem())
			if rapid.Bool().Draw(t, "in Marseille") {
				place.Facts.Commune = "13055"
			}
			sight, ok := v.scope.See(&place)
			if !ok || !sight.Showable() {
				continue
			}
			f := s.feature(v, sight)
			one := found{sight: sight}
			if rapid.Bool().Draw(t, "from a point") {
				one.metres, one.hasMetres = float64(rapid.IntRange(0, 99_999).Draw(t, "decimetres"))/10, true
				f.Properties.Distance = &one.metres
			}
			places, c.Features = append(places, one), append(c.Features, f)
		}
		if len(places) > 0 && rapid.Bool().Draw(t, "again") { // from what was kept
			places, c.Features = append(places, places[0]), append(c.Features, c.Features[0])
		}
		if c.NumberReturned = len(places); rapid.Bool().Draw(t, "more") {
			c.Next = new("/api/v1/deal-points?cursor=a&é")
		}
		told := v.told
		v.told = nil
		for range 2 { // the second is copied from the first as far as that may be kept
			page, err := s.pageOf(v, places, chosen).end(c.Links, c.Next)
			if err != nil {
				t.Fatal(err)
			}
			if want := lessened(t, c, chosen); string(page.data) != want {
				t.Fatalf("written\n%s\ninstead of\n%s", page.data, want)
			}
			page.leave()
		}
		if names := chosen.has(closingProperty) && told != nil; names != (v.told != nil) {
			t.Fatalf("the log is to say that the page names %v", v.told)
		}
	})
}

// TestSheetsAreWrittenAsByReflection holds a sheet to encoding/json, on places of which any fact may be anything, as people of all roles see them.
func TestSheetsAreWrittenAsByReflection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, s := anyVisit(t), serverOfPages(t)
		var place dealmap.Place
		fillAnyhow(t, reflect.ValueOf(&place).Elem())
		place.Status = rapid.SampledFrom([]dealmap.Status{place.Status, dealmap.Reported, dealmap.Active, dealmap.Closed}).Draw(t, "status")
		sight, ok := v.scope.See(&place)
		if !ok || !sight.Showable() {
			return
		}
		f := s.feature(v, sight)
		allowed, next := []api.Action{}, []api.Status{}
		for _, action := range actions {
			possible := action == dealmap.ActionEdit || action == dealmap.ActionMerge || action == dealmap.ActionConfirm && place.Status != dealmap.Closed
			for _, step := range dealmap.Steps() {
				possible = possible || step.From == place.Status && step.Action == action
			}
			if possible && sight.Detail() >= dealmap.Shown && v.viewer.MayAt(action, sight.Territories()) {
				allowed = append(allowed, api.Action(action))
			}
		}
		for _, step := range dealmap.Steps() {
			if step.From == place.Status && sight.Detail() >= dealmap.Shown && v.viewer.MayAt(step.Action, sight.Territories()) {
				next = append(next, api.Status(step.To))
			}
		}
		f.Properties.Allowed, f.Properties.NextStatuses = &allowed, &next
		want, err := encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.sheet(v, sight); err != nil || string(got) != string(want) {
			t.Fatalf("written\n%s (%v)\ninstead of\n%s", got, err, want)
		}
	})
}

// lessened is a collection as reflection writes it, without the properties that were not chosen.
func lessened(t *rapid.T, c api.DealPointCollection, chosen selection) string {
	whole, err := encode(c)
	if err != nil {
		t.Fatal(err)
	}
	if chosen == allProperties {
		return string(whole)
	}
	var read struct {
		Features       []lessFeature `json:"features"`
		Links          []api.Link    `json:"links"`
		Next           *string       `json:"next,omitempty"`
		NumberReturned int           `json:"numberReturned"`
		Type           string        `json:"type"`
	}
	if err := json.Unmarshal(whole, &read); err != nil {
		t.Fatal(err)
	}
	for _, f := range read.Features {
		for name := range f.Properties {
			if !chosen.has(selectionOf(name)) {
				delete(f.Properties, name)
			}
		}
	}
	less, err := encode(read)
	if err != nil {
		t.Fatal(err)
	}
	return string(less)
}

// lessFeature is a place of which all is kept as it was written.
type lessFeature struct {
	Geometry   verbatim            `json:"geometry"`
	ID         string              `json:"id"`
	Properties map[string]verbatim `json:"properties"`
	Type       string              `json:"type"`
}

type verbatim = json.RawMessage

// TestEveryPropertyCanBeChosen holds the names to the contract's: a property that is new there and that lists do not know fails it.
func TestEveryPropertyCanBeChosen(t *testing.T) {
	t.Parallel()
	var names []string
	for field := range reflect.TypeFor[api.DealPointProperties]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	if !slices.Equal(names, propertyNames) {
		t.Errorf("sheets have\n%q\nthe contract\n%q", propertyNames, names)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "allowed" || name == "next_statuses" }) // of a single place
	if !slices.Equal(names, allProperties.names()) {
		t.Errorf("lists have\n%q\nthe contract\n%q", allProperties.names(), names)
	}
	for _, name := range names {
		if !api.ListedProperty(name).Valid() {
			t.Errorf("the contract does not say that %q can be asked for", name)
		}
	}
}

// TestWhatIsNoNumberIsNotWritten keeps what JSON cannot hold from leaving.
func TestWhatIsNoNumberIsNotWritten(t *testing.T) {
	t.Parallel()
	sight := sightOf(t, &dealmap.Place{Facts: dealmap.Facts{Position: &orb.Point{math.NaN(), 43}, Accuracy: dealmap.AccuracyDoor}})
	page, err := serverOfPages(t).pageOf(&visit{snap: fewPlaces{}}, []found{{sight: sight}}, allProperties).end(nil, nil)
	if err == nil {
		t.Errorf("written: %s", page.data)
	}
}

// serverOfPages is as much of a server as writes pages.
func serverOfPages(t fataler) *Server {
	communes, err := territories()
	if err != nil {
		t.Fatal(err)
	}
	return &Server{Options: Options{Territories: communes}, records: newRecords(1 << 20)}
}

type fataler interface{ Fatal(...any) }

var territories = sync.OnceValues(seeds.Gazetteer)

// fewPlaces is a map on which some references lead to a place that is seen.
type fewPlaces struct{ Snapshot }

func (fewPlaces) Erased() dealmap.Seq { return 0 }

func (fewPlaces) ByReference(_ dealmap.Scope, reference string) (dealmap.Sight, bool) {
	return dealmap.Sight{}, len(reference)%2 == 1
}

func anyVisit(t *rapid.T) *visit {
	v := &visit{snap: fewPlaces{}, viewer: dealmap.Viewer{
		Role:    rapid.SampledFrom([]dealmap.Role{dealmap.RoleOfast, dealmap.RoleCross, dealmap.RoleInvestigator, dealmap.RoleProcureur}).Draw(t, "role"),
		Service: rapid.SampledFrom(someServices).Draw(t, "service"), Unit: "U", Territories: []dealmap.TerritoryCode{"fr"},
	}}
	v.scope = dealmap.NewScope(v.viewer, dealmap.Date{Year: 2026, Month: 11, Day: 23})
	return v
}

var someServices = []dealmap.Service{dealmap.ServicePN, dealmap.ServiceGN}

var anyText = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Cité des Tilleuls", "l’été <b>&", "\u2028\u2029", "\xff\xc3", "a\"b\\c\n\x00\x7f", "\ufffd", "東京"}))

// fillAnyhow gives a value of the domain anything that its type can hold, of what the policy reads mostly something that it knows.
func fillAnyhow(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case dealmap.Date:
		v.Set(reflect.ValueOf(dealmap.DateOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-20_000, 40_000).Draw(t, "day")))))
		if rapid.Bool().Draw(t, "unset") {
			v.SetZero()
		}
		return
	case dealmap.Reach:
		v.SetString(rapid.SampledFrom([]string{string(dealmap.ReachService), string(dealmap.ReachNational), string(dealmap.ReachDepartement), ""}).Draw(t, "reach"))
		return
	case dealmap.Service:
		v.SetString(string(rapid.SampledFrom(someServices).Draw(t, "service")))
		return
	case time.Time, *dealmap.Cluster, dealmap.Past:
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillAnyhow(t, v.Field(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fillAnyhow(t, v.Elem())
		}
	case reflect.Slice:
		if rapid.Bool().Draw(t, "list") {
			v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "length"), 3))
			for i := range v.Len() {
				fillAnyhow(t, v.Index(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fillAnyhow(t, v.Index(i))
		}
	case reflect.String:
		v.SetString(anyText.Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(t, "byte")))
	case reflect.Float64:
		v.SetFloat(rapid.Float64().Draw(t, "number"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "yes"))
	default:
		t.Fatalf("a place has a %s", v.Type())
	}
}
