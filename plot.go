package dealmap

import "strings"

// Plot is what drawing a place one by one needs of it, besides what places share by the dozen. What it holds is seen through an
// Outlook only.
type Plot struct {
	label     string // the reference, then the name
	number    uint64
	reference uint16 // how long it is
	intensity uint8
}

// NewPlot makes the plot of a place.
func NewPlot(p *Place) Plot {
	return Plot{p.Reference + p.Facts.Name, p.ID.Number(), uint16(len(p.Reference)), shownIntensity(p)}
}

func shownIntensity(p *Place) uint8 { return uint8(max(0, p.Facts.Intensity)) }

// Number is that of the place's id (ID.Number).
func (p *Plot) Number() uint64 { return p.number }

// Outlook is what a detail shows of places that are held alike. The zero Outlook shows nothing.
type Outlook struct {
	detail   Detail
	withheld fields
	service  Service
	number   uint32
}

// Outlooks returns the outlook on places that are held so in every detail. It follows from the service of the owner and the code of the handling, and the
// number tells it from others of its map.
func (h *Held) Outlooks(number uint32) (list [Whole + 1]Outlook) {
	for d := range list {
		list[d] = Outlook{Detail(d), withheld(Detail(d), h.Handling.Code), h.Owner.Service, number*uint32(len(list)) + uint32(d)}
	}
	return list
}

// Draws reports whether places are drawn one by one in it, where they have a position.
func (o *Outlook) Draws() bool { return o.detail >= Blurred && o.withheld&fieldPosition == 0 }

// Look is what drawing shows of the features that many places share.
type Look struct {
	Status  Status
	Kind    Kind
	Product Product // the first of those sold or kept
}

// Look returns what drawing shows of the features.
func (f *Features) Look() Look {
	l := Look{Status: f.Status, Kind: f.Kind}
	if len(f.Products) > 0 {
		l.Product = f.Products[0]
	}
	return l
}

// See returns what the outlook shows of a place that looks so.
func (o *Outlook) See(p *Plot, look *Shared[Look]) (s PointSight) {
	o.Show(p, look, &s)
	return s
}

// Show is See into room that is used again, for those who look at many places.
func (o *Outlook) Show(p *Plot, look *Shared[Look], into *PointSight) {
	if !o.Draws() {
		*into = PointSight{}
		return
	}
	into.reference, into.name = p.label[:p.reference], p.label[p.reference:]
	into.number, into.intensity, into.look, into.outlook = p.number, p.intensity, look, o
}

// PointSight is what a map shows of a place that it draws: what its Sight says of the same fields. Only Outlook.See, Outlook.Show and Pointer.Point
// make one; the zero PointSight is empty.
type PointSight struct {
	reference, name string
	number          uint64
	intensity       uint8
	look            *Shared[Look]
	outlook         *Outlook
}

func (s *PointSight) sees(f fields) bool { return s.outlook != nil && s.outlook.withheld&f == 0 }

// Number is that of the place's id (ID.Number).
func (s *PointSight) Number() uint64 {
	if s.outlook == nil {
		return 0
	}
	return s.number
}

// Reference is the reference for people.
func (s *PointSight) Reference() string {
	if !s.sees(fieldReference) {
		return ""
	}
	return s.reference
}

// Name is the name of the estate, building or street.
func (s *PointSight) Name() string {
	if !s.sees(fieldName) {
		return ""
	}
	return s.name
}

// Intensity is 1 to 5, 0 when unknown.
func (s *PointSight) Intensity() int {
	if !s.sees(fieldIntensity) {
		return 0
	}
	return int(s.intensity)
}

// Status is where the place stands in its life.
func (s *PointSight) Status() Status {
	if !s.sees(0) {
		return ""
	}
	return s.look.Value.Status
}

// Kind is what the place is.
func (s *PointSight) Kind() Kind {
	if !s.sees(0) {
		return ""
	}
	return s.look.Value.Kind
}

// Product is the first of those sold or kept.
func (s *PointSight) Product() Product {
	if !s.sees(fieldProducts) {
		return ""
	}
	return s.look.Value.Product
}

// Service is that of the owner.
func (s *PointSight) Service() Service {
	if !s.sees(fieldOwner) {
		return ""
	}
	return s.outlook.service
}

// Looks returns what tells whether two sights look alike: where both are equal, so are status, kind and product; which the number of the look tells from others of
// one map. It is for sights that are not empty.
func (s *PointSight) Looks() (look *Shared[Look], products bool) {
	return s.look, s.sees(fieldProducts)
}

// Outlook returns that through which the place is seen: where it is equal, so is the service.
func (s *PointSight) Outlook() *Outlook { return s.outlook }

// Number tells the outlook from most others of its map.
func (o *Outlook) Number() uint32 { return o.number }

// Pointer makes of sights what a map shows of them. Those that look alike share a Look, and those that are held and seen alike an Outlook. It keeps
// codes of vocabularies and nothing of any place, so that it may be used again. It is for one goroutine; the zero Pointer is ready.
type Pointer struct {
	looks    map[Look]*Shared[Look]
	outlooks map[Outlook]*Outlook
}

// Point is a sight as a map shows it; empty when the place is not drawn one by one in its detail.
func (m *Pointer) Point(s Sight) PointSight {
	alike := Outlook{detail: s.detail, withheld: s.withheld}
	if s.place == nil || !alike.Draws() {
		return PointSight{}
	}
	if m.looks == nil {
		m.looks, m.outlooks = map[Look]*Shared[Look]{}, map[Outlook]*Outlook{}
	}
	p := s.place
	alike.service = p.Facts.Owner.Service
	o, known := m.outlooks[alike]
	if !known {
		alike.service = Service(strings.Clone(string(alike.service)))
		numbered := alike
		numbered.number = uint32(len(m.outlooks))
		o = &numbered
		m.outlooks[alike] = o
	}
	features := p.Features()
	l := features.Look()
	look, known := m.looks[l]
	if !known {
		l = Look{Status(strings.Clone(string(l.Status))), Kind(strings.Clone(string(l.Kind))), Product(strings.Clone(string(l.Product)))}
		look = &Shared[Look]{Value: l, Number: uint32(len(m.looks))}
		m.looks[l] = look
	}
	return PointSight{p.Reference, p.Facts.Name, p.ID.Number(), shownIntensity(p), look, o}
}
