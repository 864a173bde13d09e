package dealmap

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
	return Plot{p.Reference + p.Facts.Name, p.ID.Number(), uint16(len(p.Reference)), uint8(max(0, p.Facts.Intensity))}
}

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
	into.plot, into.look, into.outlook = *p, look, o
}

// PointSight is what a map shows of a place that it draws: what its Sight says of the same fields. Only Outlook.See and Outlook.Show make one; the zero
// PointSight is empty.
type PointSight struct {
	plot    Plot
	look    *Shared[Look]
	outlook *Outlook
}

func (s *PointSight) sees(f fields) bool { return s.outlook != nil && s.outlook.withheld&f == 0 }

// Number is that of the place's id (ID.Number).
func (s *PointSight) Number() uint64 {
	if s.outlook == nil {
		return 0
	}
	return s.plot.number
}

// Reference is the reference for people.
func (s *PointSight) Reference() string {
	if !s.sees(fieldReference) {
		return ""
	}
	return s.plot.label[:s.plot.reference]
}

// Name is the name of the estate, building or street.
func (s *PointSight) Name() string {
	if !s.sees(fieldName) {
		return ""
	}
	return s.plot.label[s.plot.reference:]
}

// Intensity is 1 to 5, 0 when unknown.
func (s *PointSight) Intensity() int {
	if !s.sees(fieldIntensity) {
		return 0
	}
	return int(s.plot.intensity)
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

// Point is the sight as a map shows it; empty when the place is not drawn one by one in its detail.
func (s Sight) Point() PointSight {
	if s.place == nil {
		return PointSight{}
	}
	o, f, p := Outlook{detail: s.detail, withheld: s.withheld, service: s.place.Facts.Owner.Service}, s.place.Features(), NewPlot(s.place)
	return o.See(&p, &Shared[Look]{Value: f.Look()})
}
