package consultations

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

// anyLine draws a line with any of its fields, also those that are yet to come.
func anyLine(t *rapid.T) (c dealmap.Consultation) {
	texts := rapid.OneOf(rapid.SampledFrom([]string{"", "pn", "Cité <A>", "a\"b\\c", "\u2028", "bad \xff", "tab\t"}), rapid.String())
	ids := rapid.Custom(func(t *rapid.T) dealmap.ID {
		return dealmap.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	})
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if rapid.Bool().Draw(t, name+" is empty") {
			continue
		}
		switch f := v.Field(i).Addr().Interface().(type) {
		case *time.Time:
			*f = time.Unix(rapid.Int64Range(-1<<32, 1<<34).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
		case *dealmap.ID:
			*f = ids.Draw(t, name)
		case *[]dealmap.ID:
			*f = rapid.SliceOfN(ids, 0, 4).Draw(t, name)
		case *[]string:
			*f = rapid.SliceOfN(texts, 0, 4).Draw(t, name)
		case **dealmap.TileAddress:
			*f = &dealmap.TileAddress{Z: rapid.Uint32().Draw(t, "z"), X: rapid.Uint32().Draw(t, "x"), Y: rapid.Uint32().Draw(t, "y")}
		case *dealmap.Seq:
			*f = dealmap.Seq(rapid.Uint64().Draw(t, name))
		default:
			if v.Field(i).Kind() != reflect.String {
				t.Fatalf("%s is a %T", name, f)
			}
			v.Field(i).SetString(texts.Draw(t, name))
		}
	}
	return c
}

// TestLinesAreTheirJSON holds the bytes of lines to those of encoding/json.
func TestLinesAreTheirJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyLine(t)
		if rapid.IntRange(0, 9).Draw(t, "beyond") == 0 {
			c.Time = time.Date(rapid.SampledFrom([]int{-1, 9999, 10_000}).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC) // JSON cannot say all of them
		}
		want, errWant := json.Marshal(c)
		got, err := encode(&c)
		if (err == nil) != (errWant == nil) || errWant == nil && string(got) != string(want) {
			t.Fatalf("%s, %v\nencoding/json: %s, %v", got, err, want, errWant)
		}
	})
}
