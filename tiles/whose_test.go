package tiles

import (
	"reflect"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestKeysTellFiltersApart changes each field of a filter, also those that are yet to come, and wants another key; and the same one
// whatever the order of a list.
func TestKeysTellFiltersApart(t *testing.T) {
	t.Parallel()
	known := map[string]string{whose(&Request{Scope: ofast}): "no filter", whose(&Request{Scope: gendarme}): "another scope"}
	if len(known) != 2 {
		t.Error("two scopes have one key")
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[dealmap.Filter]()) {
		for n := range 3 {
			r := Request{Scope: ofast}
			v := reflect.ValueOf(&r.Filter).Elem().FieldByIndex(field.Index)
			switch v.Kind() {
			case reflect.Bool:
				v.SetBool(true)
				if n > 0 {
					continue
				}
			case reflect.String:
				v.SetString("abc"[n:])
			case reflect.Slice:
				for _, text := range [][]string{{"a"}, {"a", "bc"}, {"ab", "c"}}[n] {
					v.Set(reflect.Append(v, reflect.ValueOf(text).Convert(v.Type().Elem())))
				}
			case reflect.Struct:
				v.Set(reflect.ValueOf([]dealmap.Date{{Year: 2026}, {Month: 3}, {Day: 4}}[n]))
			default:
				t.Fatalf("%s is a %s", field.Name, v.Kind())
			}
			what := field.Name
			if other, there := known[whose(&r)]; there {
				t.Errorf("%s %v has the key of %s", what, v, other)
			}
			known[whose(&r)] = what
		}
	}
	one := Request{Scope: ofast, Filter: dealmap.Filter{Statuses: []dealmap.Status{dealmap.Active, dealmap.Closed}}}
	two := Request{Scope: ofast, Filter: dealmap.Filter{Statuses: []dealmap.Status{dealmap.Closed, dealmap.Active, dealmap.Closed}}}
	if whose(&one) != whose(&two) {
		t.Error("one filter in two orders has two keys")
	}
}
