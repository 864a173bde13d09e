package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// varied is one value in a record that can be another.
type varied struct {
	name string
	set  func(n int)
}

// leaves are all values that a record holds, made where they are absent; n makes them differ from all others.
func leaves(t *testing.T, name string, v reflect.Value) (list []varied) {
	switch v.Interface().(type) {
	case time.Time:
		return []varied{{name, func(n int) { v.Set(reflect.ValueOf(time.Unix(int64(n), int64(n)).UTC())) }}}
	case dealmap.Past:
		return []varied{{name, func(n int) {
			v.Set(reflect.ValueOf(dealmap.Past{{
				Until: int64(n), Ground: &dealmap.Shared[[]dealmap.TerritoryCode]{Value: []dealmap.TerritoryCode{"dep:13"}}, Held: &dealmap.Shared[dealmap.Held]{},
				Traits: &dealmap.Shared[dealmap.Features]{}, Position: &orb.Point{1, 2},
			}}))
		}}}
	case dealmap.Cluster:
		return []varied{{name, func(n int) {
			v.Set(reflect.ValueOf(dealmap.Cluster{Into: dealmap.ID{byte(n)}, Withdrawn: true, Steps: []dealmap.ClusterStep{{
				At: time.Unix(int64(n), 0).UTC(), Patch: json.RawMessage(`{"name":"x"}`),
			}}}))
		}}}
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			list = append(list, leaves(t, name+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		list = leaves(t, name, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		list = append(leaves(t, name+"[0]", v.Index(0)), leaves(t, name+"[1]", v.Index(1))...)
	case reflect.Array:
		list = []varied{{name, func(n int) { v.Index(v.Len() - 1).Set(reflect.ValueOf(n).Convert(v.Type().Elem())) }}}
	case reflect.String:
		list = []varied{{name, func(n int) { v.SetString(fmt.Sprint(name, " é ", n)) }}}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		list = []varied{{name, func(n int) { v.SetInt(int64(n) - 50) }}}
	case reflect.Bool:
		list = []varied{{name, func(n int) { v.SetBool(n%2 == 1) }}}
	default:
		t.Fatalf("%s is a %s, which this test does not know", name, v.Kind())
	}
	return list
}

// full returns a place all of whose values are there and differ.
func full(t *testing.T) (*dealmap.Place, []varied) {
	p := &dealmap.Place{}
	all := leaves(t, "", reflect.ValueOf(p).Elem())
	for i, l := range all {
		l.set(2*i + 1)
	}
	p.Added = p.Added.In(time.FixedZone("", 7200))
	return p, all
}

func written(t *testing.T, p *dealmap.Place) []byte {
	t.Helper()
	data, err := writePlace(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestPlacesAreStoredWhole holds that whatever a place says is in its stored form, and read from it: also what is added to places one day.
func TestPlacesAreStoredWhole(t *testing.T) {
	t.Parallel()
	reader := newPlaceReader(nil)
	p, all := full(t)
	if len(all) < 60 {
		t.Fatalf("only %d values", len(all))
	}
	before := written(t, p)
	for i, l := range all {
		if l.name == ".ID" {
			continue // the key
		}
		l.set(2*(len(all)-i%100) + 100)
		data := written(t, p)
		if bytes.Equal(data, before) {
			t.Errorf("%s is not in the stored form", l.name)
		}
		got, err := reader.place(p.ID[:], data)
		if err != nil {
			t.Fatalf("%s: %v", l.name, err)
		}
		if !reflect.DeepEqual(got, p) && !bytes.Equal(written(t, got), data) {
			t.Errorf("%s: read\n%+v\nof\n%+v", l.name, got, p)
		}
		l.set(2*i + 1)
	}
	for _, p := range []*dealmap.Place{p, {}} {
		got, err := reader.place(p.ID[:], written(t, p))
		if err != nil {
			t.Fatal(err)
		}
		samePlace(t, got, p)
	}
}

// samePlace compares two places, moments by when and in what zone they are.
func samePlace(t *testing.T, got, want *dealmap.Place) {
	t.Helper()
	a, b := *got, *want
	for _, times := range [][2]*time.Time{{&a.Added, &b.Added}, {&a.Changed, &b.Changed}} {
		if times[0].Format(time.RFC3339Nano) != times[1].Format(time.RFC3339Nano) {
			t.Errorf("%v is read as %v", times[1], times[0])
		}
		*times[0], *times[1] = time.Time{}, time.Time{}
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("read\n%+v\nof\n%+v", a, b)
	}
}

// TestPlacesCutShort holds that a stored form of which a part is missing, or that goes on, is refused.
func TestPlacesCutShort(t *testing.T) {
	t.Parallel()
	p, _ := full(t)
	whole := written(t, p)
	for size := range whole {
		if _, err := newPlaceReader(nil).place(p.ID[:], whole[:size]); !errors.Is(err, errStateCheck) {
			t.Fatalf("%d bytes of %d: %v", size, len(whole), err)
		}
	}
	if _, err := newPlaceReader(nil).place(p.ID[:], append(whole, 0)); !errors.Is(err, errStateCheck) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := newPlaceReader(nil).place(p.ID[1:], whole); !errors.Is(err, errStateCheck) {
		t.Errorf("a short key: %v", err)
	}
}

// FuzzReadPlace holds that no stored form makes the reader fall, and that what is read is written the same way again.
func FuzzReadPlace(f *testing.F) {
	for _, p := range []*dealmap.Place{{}, {Reference: "13-0001", Facts: dealmap.Facts{Name: "Tour", CaseRefs: []string{"a", "b"}, Position: &orb.Point{5, 43}}}} {
		data, err := writePlace(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var id dealmap.ID
		p, err := newPlaceReader(nil).place(id[:], data)
		if err != nil {
			return
		}
		again, err := newPlaceReader(nil).place(id[:], written(t, p))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written(t, again), written(t, p)) {
			t.Errorf("%x is read as\n%+v\nthen as\n%+v", data, p, again)
		}
	})
}
