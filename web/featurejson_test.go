package web

import (
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
	"pgregory.net/rapid"
)

// TestPagesAreWrittenAsByReflection holds the writer of pages to encoding/json, on pages in which any member of the contract's types may
// be anything: a member that is new in the contract and that the writer does not know fails it.
func TestPagesAreWrittenAsByReflection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c api.DealPointCollection
		fillAnyhow(t, reflect.ValueOf(&c).Elem())
		c.Type, c.NumberReturned, c.Features = "FeatureCollection", len(c.Features), append([]api.DealPoint{}, c.Features...)
		want, err := encode(&c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := writePage(c)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("written\n%s\ninstead of\n%s", got, want)
		}
	})
}

// TestWhatIsNoNumberIsNotWritten keeps what JSON cannot hold from leaving.
func TestWhatIsNoNumberIsNotWritten(t *testing.T) {
	t.Parallel()
	var zero float64
	c := api.DealPointCollection{Features: []api.DealPoint{{Geometry: &api.Point{Coordinates: api.Position{0 / zero, 43}}}}}
	if data, err := writePage(c); err == nil {
		t.Errorf("written: %s", data)
	}
}

func writePage(c api.DealPointCollection) ([]byte, error) {
	w := newPage(len(c.Features))
	for i := range c.Features {
		w.add(&c.Features[i])
	}
	page, err := w.end(c.Links, c.Next)
	return page.data, err
}

var anyText = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Cité des Tilleuls", "l’été <b>&", "\u2028\u2029", "\xff\xc3", "a\"b\\c\n\x00\x7f", "\ufffd", "東京"}))

// fillAnyhow gives a value of the contract anything that its type can hold.
func fillAnyhow(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case types.Date:
		v.Set(reflect.ValueOf(types.Date{Time: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-20_000, 40_000).Draw(t, "day"))}))
		return
	case types.UUID:
		v.Set(reflect.ValueOf(types.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))))
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
	case reflect.String:
		v.SetString(anyText.Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64().Draw(t, "number"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "yes"))
	default:
		t.Fatalf("the contract has a %s", v.Type())
	}
}
