package web

import (
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// aboutAFeature is how many bytes a deal point takes as JSON, or a little more.
const aboutAFeature = 800

// pageWriter writes a collection of places one after the other, byte for byte as encode writes an api.DealPointCollection, which a test
// holds it to: with reflection, and with all of them in memory before the first is written, that was most of the time that a page takes.
type pageWriter struct {
	jsonWriter
	features int
	room     *room
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

func newPage(features int) *pageWriter {
	w := &pageWriter{room: rooms.Get().(*room)}
	w.out = slices.Grow(w.room.data[:0], aboutAFeature*(1+features))
	w.text(`{"features":[`)
	return w
}

func (w *pageWriter) next() {
	if w.features > 0 {
		w.text(",")
	}
	w.features++
}

// add writes a place, and returns where in the page it lies.
func (w *pageWriter) add(f *api.DealPoint) (written span) {
	w.next()
	written.from = len(w.out)
	w.dealPoint(f)
	written.to = len(w.out)
	return written
}

// span is a part of a page.
type span struct{ from, to int }

// again writes a place as it was written before, with its distance where one is given.
func (w *pageWriter) again(one *writtenRecord, distance *float64) {
	w.next()
	if distance == nil {
		w.out = append(w.out, one.text...)
		return
	}
	w.out = append(w.out, one.text[:one.head]...)
	w.distance(distance)
	w.out = append(w.out, one.text[one.head:]...)
}

// end writes what goes with the features: the path of the next page, nil on the last.
func (w *pageWriter) end(links []api.Link, next *string) (*room, error) {
	w.text(`],"links":`)
	w.any(links)
	writeOptional(&w.jsonWriter, `,"next":`, next)
	w.text(`,"numberReturned":`)
	w.int(int64(w.features))
	w.text(`,"type":"FeatureCollection"}`)
	w.text("\n")
	w.room.data = w.out
	return w.room, w.err
}

func (w *jsonWriter) dealPoint(f *api.DealPoint) {
	w.text(`{"geometry":`)
	if f.Geometry == nil {
		w.text("null")
	} else {
		w.text(`{"coordinates":`)
		writeList(w, f.Geometry.Coordinates, w.float)
		w.text(`,"type":`)
		w.string(string(f.Geometry.Type))
		w.text("}")
	}
	w.text(`,"id":`)
	w.uuid(f.Id)
	w.text(`,"properties":{`)
	w.properties(&f.Properties)
	w.text(`},"type":`)
	w.string(string(f.Type))
	w.text("}")
}

// properties writes the members in the order of the contract's type, whose first that is always there is the address.
func (w *jsonWriter) properties(p *api.DealPointProperties) {
	if p.Accuracy != nil {
		w.text(`"accuracy":`)
		w.string(string(*p.Accuracy))
		w.text(",")
	}
	w.text(`"address":`)
	w.string(p.Address)
	writeRare(w, `,"allowed":`, p.Allowed)
	writeOptional(w, `,"because":`, p.Because)
	w.bool(`,"cameras":`, p.Cameras)
	w.text(`,"case_references":`)
	writeList(w, p.CaseReferences, w.string)
	writeRare(w, `,"closing":`, p.Closing)
	writeRare(w, `,"co_owners":`, p.CoOwners)
	w.text(`,"commune":`)
	w.string(p.Commune)
	w.text(`,"commune_name":`)
	w.string(p.CommuneName)
	writeInt(w, `,"commune_year":`, p.CommuneYear)
	w.text(`,"departement":`)
	w.string(p.Departement)
	w.before = len(w.out)
	w.distance(p.Distance)
	w.after = len(w.out)
	w.date(`,"first_seen":`, p.FirstSeen)
	writeRare(w, `,"grading":`, p.Grading)
	w.handling(p.Handling)
	w.text(`,"hours":`)
	w.string(p.Hours)
	writeInt(w, `,"intensity":`, p.Intensity)
	w.text(`,"kind":`)
	w.string(string(p.Kind))
	writeOptional(w, `,"landlord":`, p.Landlord)
	w.date(`,"last_confirmed":`, p.LastConfirmed)
	w.bool(`,"lookouts":`, p.Lookouts)
	w.bool(`,"may_export":`, p.MayExport)
	w.text(`,"name":`)
	w.string(p.Name)
	w.text(`,"networks":`)
	writeList(w, p.Networks, w.string)
	w.date(`,"next_review":`, p.NextReview)
	writeRare(w, `,"next_statuses":`, p.NextStatuses)
	writeOptional(w, `,"note":`, p.Note)
	w.bool(`,"obstacles":`, p.Obstacles)
	w.text(`,"owner":{"service":`)
	w.string(p.Owner.Service)
	w.text(`,"unit":`)
	w.string(p.Owner.Unit)
	w.text(`},"products":`)
	writeList(w, p.Products, func(product api.Product) { w.string(string(product)) })
	w.text(`,"reference":`)
	w.string(p.Reference)
	w.text(`,"revision":`)
	w.int(p.Revision)
	writeOptional(w, `,"seen_as":`, p.SeenAs)
	writeOptional(w, `,"source_record":`, p.SourceRecord)
	w.text(`,"status":`)
	w.string(string(p.Status))
	w.bool(`,"synthetic":`, p.Synthetic)
	w.text(`,"withheld":`)
	writeList(w, p.Withheld, w.string)
}

func (w *jsonWriter) distance(metres *float64) {
	if metres != nil {
		w.text(`,"distance":`)
		w.float(*metres)
	}
}

func (w *jsonWriter) handling(h *api.Handling) {
	if h == nil {
		return
	}
	w.text(`,"handling":{`)
	if h.Blurred != nil {
		w.bool(`"blurred":`, h.Blurred)
		w.text(",")
	}
	w.text(`"code":`)
	w.string(string(h.Code))
	w.date(`,"embargo_until":`, h.EmbargoUntil)
	writeRare(w, `,"groups":`, h.Groups)
	w.text(`,"reach":`)
	w.string(string(h.Reach))
	w.text("}")
}

// jsonWriter appends JSON as encoding/json writes it without escaping for HTML; err is the first thing that could not be written.
type jsonWriter struct {
	out []byte
	err error
	// plain is the last text with letters beyond ASCII that stands as it is: why places are seen so is the same for many.
	plain string
	// before and after are the ends of the last distance, and equal where it was not given.
	before, after int
}

func (w *jsonWriter) text(text string) { w.out = append(w.out, text...) }

// any writes what is rare by reflection.
func (w *jsonWriter) any(value any) {
	data, err := encode(value)
	if err != nil {
		if w.err == nil {
			w.err = err
		}
		return
	}
	w.out = append(w.out, data[:len(data)-1]...) // without the line's end
}

func (w *jsonWriter) string(s string) {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf
	}
	if !plain && s != w.plain {
		if !plainLetters(s) {
			w.any(s)
			return
		}
		w.plain = s
	}
	w.out = append(w.out, '"')
	w.out = append(w.out, s...)
	w.out = append(w.out, '"')
}

// plainLetters reports whether a text with letters beyond ASCII stands in JSON as it is.
func plainLetters(s string) bool {
	for i, c := range s {
		switch {
		case c < ' ', c == '"', c == '\\', c == '\u2028', c == '\u2029':
			return false
		case c == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

func (w *jsonWriter) int(n int64) { w.out = strconv.AppendInt(w.out, n, 10) }

func (w *jsonWriter) float(f float64) {
	if size := math.Abs(f); size != 0 && !(size >= 1e-6 && size < 1e21) {
		w.any(f)
		return
	}
	w.out = strconv.AppendFloat(w.out, f, 'f', -1, 64)
}

func (w *jsonWriter) bool(name string, value *bool) {
	if value != nil {
		w.text(name)
		w.out = strconv.AppendBool(w.out, *value)
	}
}

func (w *jsonWriter) date(name string, day *types.Date) {
	if day != nil {
		w.text(name)
		w.out = append(w.out, '"')
		w.day(day.Date())
		w.out = append(w.out, '"')
	}
}

// day writes a date as types.DateFormat does.
func (w *jsonWriter) day(year int, month time.Month, day int) {
	if year < 0 || year > 9999 {
		w.out = time.Date(year, month, day, 0, 0, 0, 0, time.UTC).AppendFormat(w.out, types.DateFormat)
		return
	}
	digits := func(n int) [2]byte { return [2]byte{'0' + byte(n/10), '0' + byte(n%10)} }
	century, rest, m, d := digits(year/100), digits(year%100), digits(int(month)), digits(day)
	w.out = append(w.out, century[0], century[1], rest[0], rest[1], '-', m[0], m[1], '-', d[0], d[1])
}

func (w *jsonWriter) uuid(id types.UUID) {
	w.out = append(w.out, '"')
	for i, part := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			w.out = append(w.out, '-')
		}
		w.out = hex.AppendEncode(w.out, id[part[0]:part[1]])
	}
	w.out = append(w.out, '"')
}

func writeOptional[T ~string](w *jsonWriter, name string, value *T) {
	if value != nil {
		w.text(name)
		w.string(string(*value))
	}
}

func writeInt(w *jsonWriter, name string, value *int) {
	if value != nil {
		w.text(name)
		w.int(int64(*value))
	}
}

func writeRare[T any](w *jsonWriter, name string, value *T) {
	if value != nil {
		w.text(name)
		w.any(value)
	}
}

func writeList[T any](w *jsonWriter, list []T, write func(T)) {
	if list == nil {
		w.text("null")
		return
	}
	w.text("[")
	for i, one := range list {
		if i > 0 {
			w.text(",")
		}
		write(one)
	}
	w.text("]")
}
