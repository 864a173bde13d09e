package web

import (
	"slices"

	"github.com/mesure5/dealmap"
)

// How the properties of a place are written: each from what its sight says, as encoding/json writes the member of api.DealPointProperties
// that feature gives the same value.

// always is a text that every place of a list has.
func always[T ~string](name string, get func(dealmap.Sight) T) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		w.member(lead)
		w.string(string(get(sight)))
	}}
}

// optional is a text that is left out when it is empty.
func optional[T ~string](name string, get func(dealmap.Sight) T) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		if text := get(sight); text != "" {
			w.member(lead)
			w.string(string(text))
		}
	}}
}

func texts[T ~string](name string, get func(dealmap.Sight) []T) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		w.member(lead)
		writeTexts(&w.jsonWriter, get(sight))
	}}
}

// number is left out when it is unknown.
func number(name string, get func(dealmap.Sight) int) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		if n := get(sight); n != 0 {
			w.member(lead)
			w.int(int64(n))
		}
	}}
}

func day(name string, get func(dealmap.Sight) dealmap.Date) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		if d := get(sight); !d.IsZero() {
			w.member(lead)
			w.date(d)
		}
	}}
}

// watching is how dealers watch a place, in which a place that withholds it is neither yes nor no.
func watching(name string, get func(dealmap.Sight) bool) property {
	lead := leadOf(name)
	return property{name, func(w *pageWriter, sight dealmap.Sight) {
		if !slices.Contains(w.withheld, name) {
			w.member(lead)
			w.bool(get(sight))
		}
	}}
}

// closing tells where the trade went as visit.closing does.
func (w *pageWriter) closing(sight dealmap.Sight) {
	c := w.visit.closing(sight.Closing())
	if c == nil {
		return
	}
	w.member(`,"closing":`)
	w.text(`{"date":`)
	w.date(dealmap.DateOf(c.Date.Time))
	if c.DisplacedTo != nil {
		w.text(`,"displaced_to":`)
		w.string(*c.DisplacedTo)
	}
	if c.Operation != nil {
		w.text(`,"operation":`)
		w.string(*c.Operation)
	}
	w.text(`,"reason":`)
	w.string(string(c.Reason))
	w.text("}")
}

func (w *pageWriter) coOwners(sight dealmap.Sight) {
	for i, o := range sight.CoOwners() {
		if i == 0 {
			w.member(`,"co_owners":`)
			w.text("[")
		} else {
			w.text(",")
		}
		w.ownerOf(o)
	}
	if len(sight.CoOwners()) > 0 {
		w.text("]")
	}
}

func (w *pageWriter) owner(sight dealmap.Sight) {
	w.member(`,"owner":`)
	w.ownerOf(sight.Owner())
}

func (w *pageWriter) ownerOf(o dealmap.Owner) {
	w.text(`{"service":`)
	w.string(string(o.Service))
	w.text(`,"unit":`)
	w.string(o.Unit)
	w.text("}")
}

func (w *pageWriter) communeName(sight dealmap.Sight) {
	w.member(`,"commune_name":`)
	w.string(w.server.communeName(sight.Commune()))
}

// roomForDistance remembers where the distance goes: it is of the question, and written in when the rest is there.
func (w *pageWriter) roomForDistance(dealmap.Sight) { w.gap = len(w.out) }

func (w *pageWriter) grading(sight dealmap.Sight) {
	g := sight.Grading()
	if g == (dealmap.Grading{}) {
		return
	}
	w.member(`,"grading":`)
	w.text(`{"information":`)
	w.string(g.Information)
	w.text(`,"scheme":`)
	w.string(string(g.Scheme))
	w.text(`,"source":`)
	w.string(g.Source)
	w.text("}")
}

func (w *pageWriter) handling(sight dealmap.Sight) {
	h := sight.Handling()
	if h.Reach == "" {
		return
	}
	w.member(`,"handling":`)
	w.text("{")
	if h.Blurred {
		w.text(`"blurred":true,`)
	}
	w.text(`"code":`)
	w.string(h.Code)
	if !h.EmbargoUntil.IsZero() {
		w.text(`,"embargo_until":`)
		w.date(h.EmbargoUntil)
	}
	if len(h.Groups) > 0 {
		w.text(`,"groups":`)
		writeTexts(&w.jsonWriter, h.Groups)
	}
	w.text(`,"reach":`)
	w.string(string(h.Reach))
	w.text("}")
}

func (w *pageWriter) mayExport(sight dealmap.Sight) {
	w.member(`,"may_export":`)
	w.bool(w.form&exporting != 0 && sight.MayDisclose())
}

func (w *pageWriter) revision(sight dealmap.Sight) {
	w.member(`,"revision":`)
	w.int(int64(sight.Revision()))
}

func (w *pageWriter) synthetic(sight dealmap.Sight) {
	if sight.Synthetic() {
		w.member(`,"synthetic":`)
		w.bool(true)
	}
}

func (w *pageWriter) withheldNames(dealmap.Sight) {
	w.member(`,"withheld":`)
	writeTexts(&w.jsonWriter, w.withheld)
}
