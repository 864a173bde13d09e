package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/mesure5/dealmap"
)

// The stored form of a place, besides its id, which is its key. A start reads every place of the map: a form of their own makes that
// several times as quick as a general one, which names each field in each record.
//
//	form      one byte, placeForm
//	ground    length ‖ commune, vintage, territories
//	terms     length ‖ owner, co-owners, handling
//	traits    length ‖ status, kind, accuracy, products
//	head      length ‖ numbers, flags, and the lengths of texts, in the order of writePlace
//	texts     one after the other
//
// Lengths are varints. Ground, terms and traits are those of many places, which then share what was read once.
const placeForm = 1

// appender writes the parts of a stored form.
type appender struct{ out []byte }

func (a *appender) uint(n uint64) { a.out = binary.AppendUvarint(a.out, n) }
func (a *appender) int(n int64)   { a.out = binary.AppendVarint(a.out, n) }

func (a *appender) bool(b bool) {
	if b {
		a.uint(1)
	} else {
		a.uint(0)
	}
}

func (a *appender) text(s string) {
	a.uint(uint64(len(s)))
	a.out = append(a.out, s...)
}

func (a *appender) bytes(b []byte) {
	a.uint(uint64(len(b)))
	a.out = append(a.out, b...)
}

func (a *appender) date(d dealmap.Date) {
	a.int(int64(d.Year))
	a.int(int64(d.Month))
	a.int(int64(d.Day))
}

func (a *appender) time(t time.Time) {
	a.int(t.Unix())
	a.uint(uint64(t.Nanosecond()))
	_, offset := t.Zone()
	a.int(int64(offset))
}

func (a *appender) float(f float64) {
	a.out = binary.LittleEndian.AppendUint64(a.out, math.Float64bits(f))
}

func appendTexts[S ~string](a *appender, list []S) {
	a.uint(uint64(len(list)))
	for _, s := range list {
		a.text(string(s))
	}
}

// placeWriter writes the head and the texts side by side.
type placeWriter struct {
	appender
	texts []byte
}

func (w *placeWriter) own(s string) {
	w.uint(uint64(len(s)))
	w.texts = append(w.texts, s...)
}

func (w *placeWriter) owns(list []string) {
	w.uint(uint64(len(list)))
	for _, s := range list {
		w.own(s)
	}
}

// writePlace returns the stored form of a place.
func writePlace(p *dealmap.Place) ([]byte, error) {
	var w placeWriter
	if err := w.head(p); err != nil {
		return nil, fmt.Errorf("encode place %s: %w", p.ID, err)
	}
	whole := appender{make([]byte, 0, 64+2*len(w.out)+len(w.texts))}
	whole.out = append(whole.out, placeForm)
	whole.bytes(groundForm(p))
	whole.bytes(heldForm(p.Held()))
	whole.bytes(traitsForm(p))
	whole.bytes(w.out)
	return append(whole.out, w.texts...), nil
}

func groundForm(p *dealmap.Place) []byte {
	var a appender
	a.text(p.Facts.Commune)
	a.int(int64(p.Facts.CommuneYear))
	appendTexts(&a, p.Territories)
	return a.out
}

func heldForm(h dealmap.Held) []byte {
	var a appender
	a.text(string(h.Owner.Service))
	a.text(h.Owner.Unit)
	a.uint(uint64(len(h.CoOwners)))
	for _, o := range h.CoOwners {
		a.text(string(o.Service))
		a.text(o.Unit)
	}
	a.text(string(h.Handling.Reach))
	a.text(h.Handling.Code)
	appendTexts(&a, h.Handling.Groups)
	a.date(h.Handling.EmbargoUntil)
	a.bool(h.Handling.Blurred)
	return a.out
}

func traitsForm(p *dealmap.Place) []byte {
	var a appender
	a.text(string(p.Status))
	a.text(string(p.Facts.Kind))
	a.text(string(p.Facts.Accuracy))
	appendTexts(&a, p.Facts.Products)
	return a.out
}

func (w *placeWriter) head(p *dealmap.Place) error {
	f := &p.Facts
	w.own(p.Reference)
	w.own(f.Name)
	w.own(f.Address)
	w.own(f.Hours)
	w.own(f.Landlord)
	w.own(f.Note)
	w.own(f.SourceRecord)
	w.owns(f.CaseRefs)
	w.owns(f.Networks)
	w.own(f.Grading.Scheme)
	w.own(f.Grading.Source)
	w.own(f.Grading.Information)
	w.int(int64(p.Revision))
	w.int(int64(p.Edits))
	w.int(int64(f.Intensity))
	w.bool(f.Lookouts)
	w.bool(f.Obstacles)
	w.bool(f.Cameras)
	w.bool(p.Synthetic)
	w.date(f.FirstSeen)
	w.date(f.LastSeen)
	w.date(f.NextReview)
	w.date(p.Turned)
	w.time(p.Added)
	w.time(p.Changed)
	if w.bool(f.Position != nil); f.Position != nil {
		w.float(f.Position[0])
		w.float(f.Position[1])
	}
	if w.bool(p.Closing != nil); p.Closing != nil {
		w.own(string(p.Closing.Reason))
		w.date(p.Closing.Date)
		w.own(p.Closing.Operation)
		w.own(p.Closing.DisplacedTo)
	}
	if w.bool(p.Origin != nil); p.Origin != nil {
		w.out = append(w.out, p.Origin.Import[:]...)
		w.out = append(w.out, p.Origin.Row[:]...)
		w.int(int64(p.Origin.Line))
	}
	return w.rare(p)
}

// rare writes what few places have, in the general form.
func (w *placeWriter) rare(p *dealmap.Place) error {
	if w.bool(p.Cluster != nil); p.Cluster != nil {
		data, err := encoder.Marshal(p.Cluster)
		if err != nil {
			return err
		}
		w.bytes(data)
	}
	if w.bool(len(p.Past) > 0); len(p.Past) > 0 {
		data, err := p.Past.MarshalBinary()
		if err != nil {
			return err
		}
		w.bytes(data)
	}
	return nil
}
