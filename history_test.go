package dealmap

import (
	"encoding/json"
	"testing"
)

// TestAuthorsAreNamedToThoseWhoSeeThePlaceWhole: a place that has left a Cross's territory no longer names its people.
func TestAuthorsAreNamedToThoseWhoSeeThePlaceWhole(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var events []Event
	for _, c := range []Command{
		AddPlace{ID: id(1), Facts: marseille()}, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"position":[5.2,43.9]}`)},
	} {
		decided, err := c.Decide(w, ofast, w.env())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(err)
		}
		events = append(events, decided...)
	}
	for viewer, want := range map[*Viewer]string{&ofast: "Ofast", &cross84: "Ofast", &cross13: ""} {
		scope := NewScope(*viewer, DateOf(noon))
		entries, err := SeeHistory(&scope, events)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%s: %d entries, %v", viewer.Unit, len(entries), err)
		}
		if got := entries[1].Author.Subject; got != want {
			t.Errorf("%s reads that %q changed it, want %q", viewer.Unit, got, want)
		}
		if got := entries[0].Author.Subject; viewer != &cross84 && got != want {
			t.Errorf("%s reads that %q added it, want %q", viewer.Unit, got, want)
		}
	}
}
