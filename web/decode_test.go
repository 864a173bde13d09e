package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{"properties":null}`, `{"properties":{"kind":"four","name":"x","accuracy":"door"},"geometry":null}`,
		`{"properties":{"kind":1,"handling":{"groups":[1]}}}`, `{"properties":{"first_seen":"2026-02-30"}}`, `{"properties":{}} x`,
		`{"properties":{"kind":"four","kind":"four"}}`, `{"geometry":{"type":"Point","coordinates":[1e400,2]}}`, "\xff", `"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in api.NewDealPoint
		if err := decode(data, &in); err != nil {
			kind := dealmap.KindOf(err)
			if kind != dealmap.KindInvalid && kind != kindMalformed {
				t.Fatalf("%q: error of kind %q: %v", data, kind, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was accepted", data)
		}
		if _, err := addPlace(&visit{}, in, data); err != nil && dealmap.KindOf(err) == "" {
			t.Fatalf("%q: not a domain error: %v", data, err)
		}
	})
}

func FuzzPatch(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"geometry":null}`, `{"geometry":{"type":"Point","coordinates":[5.3,43.2]}}`, `{"properties":{"handling":{"reach":null}}}`,
		`{"properties":{"name":null,"hours":null,"products":[]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in api.DealPointPatch
		if decode(data, &in) != nil {
			return
		}
		patch, err := factsPatch(data)
		if err != nil {
			return
		}
		var facts map[string]json.RawMessage
		if err := json.Unmarshal(patch, &facts); err != nil {
			t.Fatalf("%q makes %q: %v", data, patch, err)
		}
	})
}

func TestDecodeNamesEveryField(t *testing.T) {
	t.Parallel()
	var in api.Close
	err := decode([]byte(`{"reason":3,"date":"demain","why":"x","note":null}`), &in)
	e, ok := err.(*dealmap.Error)
	if !ok {
		t.Fatalf("%v", err)
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	if got := strings.Join(names, " "); got != "reason date why" {
		t.Errorf("fields %s", got)
	}
}
