package dealmap

import (
	"encoding/binary"
	"slices"

	"github.com/paulmach/orb"
)

// Sight is what one viewer may see of one place: every accessor answers with the zero value for what is withheld. Only
// Scope.See, and View.Of where it was judged before, makes a Sight that holds a place; the zero Sight is empty.
//
// Sights that are equal (==) say the same, so that what was made of the one may be shown for the other: all that a sight says follows from
// a record that is never changed once others know it (a later revision is another record), the detail, the fields that are withheld and the
// rule that decided. Whoever sees less, or for another reason, has a sight that is not equal. What an equal sight is to be compared with
// must come from See at that moment, and keeping a sight keeps its record: let go of it when records are erased.
type Sight struct {
	place    *Place
	detail   Detail
	withheld fields
	by       *rule
}

// Because says in French why the place is seen so, empty for the zero Sight.
func (s Sight) Because() string {
	if s.by == nil {
		return ""
	}
	return s.by.because
}

// MayDisclose reports whether the place may leave in an export with named recipients: its handling code says so, or the
// viewer sees it whole and answers for it.
func (s Sight) MayDisclose() bool {
	return s.Showable() && (s.detail == Whole || uses[s.place.Facts.Handling.Code].disclose)
}

// Slot says where what is made of the sight goes in a table: alike for equal sights, and for a place's next revision seen in the same way,
// so that it takes the place of the one before. It is for memory only, and means nothing to anybody.
func (s Sight) Slot() uint64 {
	if s.place == nil {
		return 0
	}
	slot := binary.BigEndian.Uint64(s.place.ID[8:])<<4 | uint64(s.detail)
	if s.by != nil {
		slot += uint64(len(s.by.because)) << 40 // no two reasons for one detail are equally long
	}
	return slot * 0x9e3779b97f4a7c15 // Fibonacci hashing (Knuth, The Art of Computer Programming 3, §6.4)
}

// Detail tells how much is seen.
func (s Sight) Detail() Detail { return s.detail }

// IsZero reports whether the sight is of nothing.
func (s Sight) IsZero() bool { return s.place == nil }

// Showable reports whether the place may be shown as itself, as opposed to being counted only.
func (s Sight) Showable() bool { return s.detail >= Blurred }

func (s Sight) sees(f fields) bool { return s.place != nil && s.withheld&f == 0 }

// Withheld returns the API's names of the fields kept back, nil when there are none.
func (s Sight) Withheld() []string { return s.AppendWithheld(nil) }

// AppendWithheld appends them to others.
func (s Sight) AppendWithheld(names []string) []string {
	if s.withheld == 0 {
		return names
	}
	for _, f := range fieldNames {
		if s.withheld&f.field != 0 {
			names = append(names, f.names...)
		}
	}
	return names
}

// ID is the place's id; the zero ID when the place is only counted.
func (s Sight) ID() ID {
	if !s.Showable() {
		return ID{}
	}
	return s.place.ID
}

// Reference is the reference for people.
func (s Sight) Reference() string {
	return pick(s, fieldReference, func(p *Place) string { return p.Reference })
}

// Revision counts the place's own changes; 0 when the place is only counted.
func (s Sight) Revision() int {
	if !s.Showable() {
		return 0
	}
	return s.place.Revision
}

// Kind is what the place is.
func (s Sight) Kind() Kind { return pick(s, 0, func(p *Place) Kind { return p.Facts.Kind }) }

// Status is where the place stands in its life.
func (s Sight) Status() Status { return pick(s, 0, func(p *Place) Status { return p.Status }) }

// Counted reports whether the ministry's rule counts the place.
func (s Sight) Counted() bool { return s.place != nil && s.place.Counted() }

// Synthetic reports whether the record belongs to a demonstration map.
func (s Sight) Synthetic() bool { return s.place != nil && s.place.Synthetic }

// Name is the name of the estate, building or street.
func (s Sight) Name() string {
	return pick(s, fieldName, func(p *Place) string { return p.Facts.Name })
}

// Address is the postal address.
func (s Sight) Address() string {
	return pick(s, fieldAddress, func(p *Place) string { return p.Facts.Address })
}

// Commune is the INSEE code of the commune.
func (s Sight) Commune() string { return pick(s, 0, func(p *Place) string { return p.Facts.Commune }) }

// CommuneYear is the vintage of the commune's code.
func (s Sight) CommuneYear() int {
	return pick(s, 0, func(p *Place) int { return p.Facts.CommuneYear })
}

// Departement is the département's code, "13".
func (s Sight) Departement() string {
	return pick(s, 0, func(p *Place) string { return p.At(LevelDepartement).ID() })
}

// Within reports whether the place lies in a territory.
func (s Sight) Within(code TerritoryCode) bool {
	return s.place != nil && chainHolds(s.Territories(), code)
}

// At returns the place's territory of a level, empty when unknown.
func (s Sight) At(level Level) TerritoryCode {
	if s.detail == Blurred && (level == LevelQPV || level == LevelQRR) {
		return ""
	}
	return pick(s, 0, func(p *Place) TerritoryCode { return p.At(level) })
}

// Position is where the place is drawn (WGS 84, lon, lat), and false when it is not drawn as a point: withheld, or known
// to the commune only.
func (s Sight) Position() (orb.Point, bool) {
	if !s.sees(fieldPosition) || !s.place.HasPosition() {
		return orb.Point{}, false
	}
	return s.place.Position(), true
}

// Anchor is where the place counts in aggregates on a map ([Detail.Anchor]), and false when it is in none.
func (s Sight) Anchor() (orb.Point, bool) {
	if s.place == nil {
		return orb.Point{}, false
	}
	return s.detail.Anchor(s.place)
}

// Accuracy is how exactly the position is known.
func (s Sight) Accuracy() Accuracy {
	return pick(s, fieldPosition, func(p *Place) Accuracy { return p.Facts.Accuracy })
}

// Products are the products sold or kept; the caller must not change the slice.
func (s Sight) Products() []Product {
	return pick(s, fieldProducts, func(p *Place) []Product { return p.Facts.Products })
}

// Hours are opening hours in OSM's form.
func (s Sight) Hours() string {
	return pick(s, fieldHours, func(p *Place) string { return p.Facts.Hours })
}

// counts reports whether a field counts in numbers about many places.
func (s Sight) counts(f fields) bool { return s.sees(f) || s.place != nil && counted[s.detail]&f == f }

// countedFeatures are those by which the place counts, without products where those are withheld.
func (s Sight) countedFeatures() Features {
	f := Features{Status: s.Status(), Kind: s.Kind()}
	if s.counts(fieldProducts) {
		f.Products = s.place.Facts.Products
	}
	return f
}

// countedOwners are those by whose services the place counts.
func (s Sight) countedOwners() (Owner, []Owner) {
	if !s.counts(fieldOwner) {
		return Owner{}, nil
	}
	return s.place.Facts.Owner, s.place.Facts.CoOwners
}

// CountedProducts and CountedServices are those under which the place counts in numbers about many places. They are for counting:
// they are not shown beside it.
func (s Sight) CountedProducts() []Product { return s.countedFeatures().Products }

// CountedServices are the services of its owners, each once.
func (s Sight) CountedServices() []Service {
	owner, others := s.countedOwners()
	if owner.Service == "" {
		return nil
	}
	list := []Service{owner.Service}
	for _, o := range others {
		if !slices.Contains(list, o.Service) {
			list = append(list, o.Service)
		}
	}
	return list
}

// Intensity is 1 to 5, 0 when unknown.
func (s Sight) Intensity() int {
	return pick(s, fieldIntensity, func(p *Place) int { return p.Facts.Intensity })
}

// Lookouts reports whether lookouts are posted.
func (s Sight) Lookouts() bool {
	return pick(s, fieldWatch, func(p *Place) bool { return p.Facts.Lookouts })
}

// Obstacles reports whether access is obstructed.
func (s Sight) Obstacles() bool {
	return pick(s, fieldWatch, func(p *Place) bool { return p.Facts.Obstacles })
}

// Cameras reports whether dealers have cameras.
func (s Sight) Cameras() bool {
	return pick(s, fieldWatch, func(p *Place) bool { return p.Facts.Cameras })
}

// Landlord is the legal person that lets the building.
func (s Sight) Landlord() string {
	return pick(s, fieldLandlord, func(p *Place) string { return p.Facts.Landlord })
}

// Note is free text, checked for personal data.
func (s Sight) Note() string {
	return pick(s, fieldNote, func(p *Place) string { return p.Facts.Note })
}

// Owner is the service and unit the record belongs to.
func (s Sight) Owner() Owner {
	return pick(s, fieldOwner, func(p *Place) Owner { return p.Facts.Owner })
}

// CoOwners own the records that were merged into this one; the caller must not change the slice.
func (s Sight) CoOwners() []Owner {
	return pick(s, fieldOwner, func(p *Place) []Owner { return p.Facts.CoOwners })
}

// Grading is how far source and information may be trusted.
func (s Sight) Grading() Grading {
	return pick(s, fieldGrading, func(p *Place) Grading { return p.Facts.Grading })
}

// Handling says who may know and how it may be used; its groups are withheld on their own.
func (s Sight) Handling() Handling {
	h := pick(s, fieldHandling, func(p *Place) Handling { return p.Facts.Handling })
	if !s.sees(fieldGroups) {
		h.Groups = nil
	}
	return h
}

// CaseRefs are opaque references of cases.
func (s Sight) CaseRefs() []string {
	return pick(s, fieldCaseRefs, func(p *Place) []string { return p.Facts.CaseRefs })
}

// Networks are codes of networks.
func (s Sight) Networks() []string {
	return pick(s, fieldNetworks, func(p *Place) []string { return p.Facts.Networks })
}

// FirstSeen is when the place was first seen.
func (s Sight) FirstSeen() Date {
	return pick(s, fieldDates, func(p *Place) Date { return p.Facts.FirstSeen })
}

// LastConfirmed is when the place was last confirmed.
func (s Sight) LastConfirmed() Date {
	return pick(s, fieldDates, func(p *Place) Date { return p.Facts.LastSeen })
}

// NextReview is when the record must be looked at again.
func (s Sight) NextReview() Date {
	return pick(s, fieldDates, func(p *Place) Date { return p.Facts.NextReview })
}

// Due reports whether a look at the place is due on a day: its next review is that day or before, be it alive or closed. Never
// when the date is withheld, and never for a record that was closed as a duplicate or a mistake: there is nothing to look at.
func (s Sight) Due(day Date) bool {
	review, closing := s.NextReview(), s.Closing()
	return !review.IsZero() && !day.Before(review) && (closing == nil || closing.Reason.onTheGround())
}

// Closing is why and when the place was closed, nil while it lives.
func (s Sight) Closing() *Closing {
	return pick(s, fieldClosing, func(p *Place) *Closing { return p.Closing })
}

// SourceRecord names the line of the list that the record came from.
func (s Sight) SourceRecord() string {
	return pick(s, fieldSource, func(p *Place) string { return p.Facts.SourceRecord })
}

// Import is the import that brought the record, zero for who does not see where it comes from.
func (s Sight) Import() ID {
	return pick(s, fieldSource, func(p *Place) ID {
		if p.Origin == nil {
			return ID{}
		}
		return p.Origin.Import
	})
}

// Territories is the chain recorded for the place, finest first, from the commune on where no more than that is seen: a filter
// by district must not find what is blurred. The caller must not change the slice.
func (s Sight) Territories() []TerritoryCode {
	chain := pick(s, 0, func(p *Place) []TerritoryCode { return p.Territories })
	for s.detail == Blurred && len(chain) > 0 && (chain[0].is(LevelQPV) || chain[0].is(LevelQRR)) {
		chain = chain[1:]
	}
	return chain
}

func pick[T any](s Sight, f fields, get func(*Place) T) T {
	if s.place == nil || s.withheld&f != 0 {
		var zero T
		return zero
	}
	return get(s.place)
}
