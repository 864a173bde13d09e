package dealmap

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// FuzzReadHeader holds the quick reading of headers to encoding/json: whatever is read quickly is read as that reads it.
func FuzzReadHeader(f *testing.F) {
	h := header{Seq: 12, Time: time.Date(2026, 11, 23, 12, 0, 0, 5e8, time.UTC), Author: Author{Subject: "cross13", Role: RoleCross, Service: ServicePN, Unit: "Cross 13"},
		Motive: "enquete", Case: "2026/12", Kind: EventPlaceAdded, Request: "00ff"}
	for range 3 {
		data, err := json.Marshal(h)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		if r := (headerReader{rest: data}); h.Motive != "é" && !r.header(new(header)) {
			f.Fatalf("a header that Seal writes is not read quickly: %s", data)
		}
		h.Motive, h.Case, h.Request, h.Author.Service, h.Author.Unit = "", "", "", "", ""
	}
	f.Add([]byte(`{"seq":1,"prev":"","time":"2026-11-23T12:00:00+01:00","author":{"subject":"é"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var quick, slow header
		r := headerReader{rest: data}
		if !r.header(&quick) {
			return
		}
		if err := json.Unmarshal(data, &slow); err != nil || !reflect.DeepEqual(quick, slow) {
			t.Fatalf("%q reads as\n%+v, want\n%+v (%v)", data, quick, slow, err)
		}
	})
}
