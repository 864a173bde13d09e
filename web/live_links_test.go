package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestARemovedLinkIsToldToWhoSawIt: whoever comes back to the stream is not told that a link went which a hidden end hid from them as
// long as there was one, although they see that end by now.
func TestARemovedLinkIsToldToWhoSawIt(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross := w.viewer("cross13")
	four, err := dealmap.ParseID(places[4]) // hidden from gn
	if err != nil {
		t.Fatal(err)
	}
	two, _ := dealmap.ParseID(places[2])
	one, _ := dealmap.ParseID(places[1])
	hidden, known := dealmap.ID{1, 0xce, 6: 0x40, 8: 0x80}, dealmap.ID{2, 0xce, 6: 0x40, 8: 0x80}
	gn := w.as("gn")
	last := next(t, gn.live("")).id
	for _, cmd := range []dealmap.Command{
		dealmap.RecordLink{ID: hidden, Facts: dealmap.LinkFacts{From: two, To: four, Kind: dealmap.Supplies}},
		dealmap.RecordLink{ID: known, Facts: dealmap.LinkFacts{From: one, To: two, Kind: dealmap.Supplies}},
		dealmap.RemoveLink{ID: hidden}, dealmap.RemoveLink{ID: known},
		dealmap.ChangePlace{ID: four, Patch: json.RawMessage(`{"handling":{"reach":"national"}}`)},
	} {
		w.do(cross, cmd)
	}
	events := gn.live(last)
	links := 0
	for e := next(t, events); e.name != "change"; e = next(t, events) {
		if strings.Contains(e.data, places[4]) {
			t.Errorf("gn is told of a link that it never could see: %+v", e)
		}
		if e.name == "link" {
			links++
		}
	}
	if links != 2 {
		t.Errorf("of the link that it could see gn is told %d times", links)
	}
}

// TestWhoResumesOnAnotherDayBeginsAnew: what an embargo hid until yesterday is not told as a change of today.
func TestWhoResumesOnAnotherDayBeginsAnew(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	until := dealmap.DateOf(w.clock.now())
	hidden := w.coded(9, "H0", func(f *dealmap.Facts) { f.Handling.EmbargoUntil = until }).Subject
	last := next(t, w.as("gn").live("")).id
	w.do(w.viewer("cross13"), dealmap.ChangePlace{ID: hidden, Patch: json.RawMessage(`{"position":[5.37,43.31]}`)})
	two, err := dealmap.ParseID(places[2])
	if err != nil {
		t.Fatal(err)
	}
	gone := dealmap.ID{9, 0xce, 6: 0x40, 8: 0x80}
	w.do(w.viewer("cross13"), dealmap.RecordLink{ID: gone, Facts: dealmap.LinkFacts{From: two, To: hidden, Kind: dealmap.Supplies}})
	w.do(w.viewer("cross13"), dealmap.RemoveLink{ID: gone})
	w.clock.advance(48 * time.Hour)
	events := w.as("gn").live(last)
	if e := next(t, events); e.name != "reset" {
		t.Errorf("begins with %+v", e)
	}
	w.coded(10, "H0")
	if e := next(t, events); strings.Contains(e.data, hidden.String()) {
		t.Errorf("gn is told what happened under embargo: %+v", e)
	}
}
