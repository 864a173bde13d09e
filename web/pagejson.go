package web

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// aboutAFeature is how many bytes a deal point takes as JSON, or a little more, aboutBare one without properties, and aboutAProperty
// what each of these adds.
const (
	aboutAFeature  = 800
	aboutBare      = 160
	aboutAProperty = (aboutAFeature - aboutBare) / len(properties)
)

// form is in which of several ways places are written that are seen alike: the properties, and whether the viewer may export at all.
type form selection

const exporting form = 1 << 63

// formOf is the form of a list with some properties for who may export, or not: one and the same where that is not told.
func formOf(chosen selection, export bool) form {
	if export && chosen.has(mayExportProperty) {
		return form(chosen) | exporting
	}
	return form(chosen)
}

func (f form) properties() selection { return selection(f &^ exporting) }

// pageWriter writes a collection of places one after the other, byte for byte as encode writes an api.DealPointCollection of what feature
// makes of their sights, less the properties that were not asked for. A test holds it to that: with reflection, and with all of them in
// memory before the first is written, that was most of the time that a page takes.
type pageWriter struct {
	jsonWriter
	server   *Server
	visit    *visit
	form     form
	features int
	room     *room
	withheld []string       // of the place that is being written
	gap      int            // where the distance goes in what was written of a place
	steps    []dealmap.Step // that the viewer may take with the one place that is written
}

// room is memory for the bytes of an answer, which another answer gets when the client has taken them.
type room struct{ data []byte }

// mostRoom is the largest room that is kept for others, in bytes: that of a page of the most places.
const mostRoom = 1 << 20

var rooms = sync.Pool{New: func() any { return new(room) }}

// leave gives the room to others. Nobody may read its bytes any more.
func (r *room) leave() {
	if cap(r.data) <= mostRoom {
		rooms.Put(r)
	}
}

func (s *Server) newPage(v *visit, f form, features int) *pageWriter {
	w := &pageWriter{room: rooms.Get().(*room), server: s, visit: v, form: f}
	w.out = slices.Grow(w.room.data[:0], (aboutBare+aboutAProperty*f.properties().count())*(1+features))
	w.text(`{"features":[`)
	return w
}

// next begins another place.
func (w *pageWriter) next() {
	if w.features > 0 {
		w.text(",")
	}
	w.features++
}

// add writes a place without its distance, and returns where in the page it lies, and where in that its distance would.
func (w *pageWriter) add(sight dealmap.Sight) (from, gap int) {
	from, w.gap = len(w.out), len(w.out)
	w.withheld = sight.AppendWithheld(w.withheld[:0])
	w.text(`{"geometry":`)
	if at, ok := sight.Position(); ok {
		w.text(`{"coordinates":[`)
		w.float(at[0])
		w.text(",")
		w.float(at[1])
		w.text(`],"type":"Point"}`)
	} else {
		w.text("null")
	}
	w.text(`,"id":`)
	w.uuid(sight.ID())
	w.text(`,"properties":{`)
	for left := uint64(w.form.properties()); left != 0; left &= left - 1 {
		properties[bits.TrailingZeros64(left)].write(w, sight)
	}
	w.text(`},"type":"Feature"}`)
	return from, w.gap - from
}

// member begins a member by its lead, which is its name between a comma and a colon: the first one has no comma.
func (w *pageWriter) member(lead string) {
	if w.out[len(w.out)-1] == '{' {
		lead = lead[1:]
	}
	w.text(lead)
}

func leadOf(name string) string { return `,"` + name + `":` }

// again writes a place as it was written before, with its distance where one is given.
func (w *pageWriter) again(one *writtenRecord, distance *float64) {
	if distance == nil {
		w.text(one.text)
		return
	}
	w.text(one.text[:one.gap])
	w.member(`,"distance":`)
	w.float(*distance)
	rest := one.text[one.gap:]
	if rest[0] == '"' { // it was the first member
		w.text(",")
	}
	w.text(rest)
}

// end writes what goes with the features: the path of the next page, nil on the last.
func (w *pageWriter) end(links []api.Link, next *string) (*room, error) {
	w.text(`],"links":`)
	w.any(links)
	if next != nil {
		w.text(`,"next":`)
		w.string(*next)
	}
	w.text(`,"numberReturned":`)
	w.int(int64(w.features))
	w.text(`,"type":"FeatureCollection"}`)
	w.text("\n")
	w.room.data = w.out
	return w.room, w.err
}
