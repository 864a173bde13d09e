package store

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/mesure5/dealmap"
)

// The stored form of a place, besides its id, which is its key. A start reads every place of the map: a form of their own makes that
// several times as quick as a general one, which names each field in each record.
//
//	form      one byte, placeForm
//	ground    length ‖ commune, vintage, territories
//	terms     length ‖ owner, co-owners, handling
//	traits    length ‖ status, kind, accuracy, products
//	head      length ‖ the lengths of texts, flags, numbers, in the order of writePlace
//	texts     one after the other
//
// Lengths are varints. Ground, terms and traits are those of many places, which then share what was read once. Head and texts are what memory holds
// of each place, so that they say as little as they can: what a place has not is a flag, days and moments are told by the ones before.
const placeForm = 2

// What a place has, or is.
const (
	hasLookouts = 1 << iota
	hasObstacles
	hasCameras
	isSynthetic
	hasPosition
	hasNetworks
	hasCaseRefs
	hasClosing
	hasOrigin
	hasCluster
	hasPast
	allFlags // a number of flags is less
)

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
	has := flagsOf(p)
	w.uint(has)
	if has&hasNetworks != 0 {
		w.owns(f.Networks)
	}
	if has&hasCaseRefs != 0 {
		w.owns(f.CaseRefs)
	}
	w.grading(f.Grading)
	w.int(int64(p.Revision))
	w.int(int64(p.Edits))
	w.int(int64(f.Intensity))
	w.days(f.FirstSeen, p.Turned, f.LastSeen, f.NextReview)
	w.moments(p.Added, p.Changed)
	if has&hasPosition != 0 {
		w.float(f.Position[0])
		w.float(f.Position[1])
	}
	if has&hasClosing != 0 {
		w.own(string(p.Closing.Reason))
		w.date(p.Closing.Date)
		w.own(p.Closing.Operation)
		w.own(p.Closing.DisplacedTo)
	}
	if has&hasOrigin != 0 {
		w.out = append(w.out, p.Origin.Import[:]...)
		w.out = append(w.out, p.Origin.Row[:]...)
		w.int(int64(p.Origin.Line))
	}
	return w.rare(p)
}

func flagsOf(p *dealmap.Place) (has uint64) {
	f := &p.Facts
	for i, yes := range []bool{
		f.Lookouts, f.Obstacles, f.Cameras, p.Synthetic, f.Position != nil, len(f.Networks) > 0, len(f.CaseRefs) > 0, p.Closing != nil, p.Origin != nil,
		p.Cluster != nil, len(p.Past) > 0,
	} {
		if yes {
			has |= 1 << i
		}
	}
	return has
}

// rare writes what few places have, in the general form.
func (w *placeWriter) rare(p *dealmap.Place) error {
	if p.Cluster != nil {
		data, err := encoder.Marshal(p.Cluster)
		if err != nil {
			return err
		}
		w.bytes(data)
	}
	if len(p.Past) > 0 {
		data, err := p.Past.MarshalBinary()
		if err != nil {
			return err
		}
		w.bytes(data)
	}
	return nil
}
