package web

import (
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// particulars are what the contract's type of a place points to, together in memory.
type particulars struct {
	communeYear, intensity                             int
	accuracy                                           api.Accuracy
	landlord, note, sourceRecord, because              string
	seenAs                                             api.SeenAs
	synthetic, mayExport, lookouts, obstacles, cameras bool
	firstSeen, lastConfirmed, nextReview               types.Date
	point                                              api.Point
	at                                                 [2]float64
}

// keep is some, with a place for the value.
func keep[T comparable](at *T, value T) *T {
	var zero T
	if *at = value; value == zero {
		return nil
	}
	return at
}

func keepDate(at *types.Date, d dealmap.Date) *types.Date {
	if d.IsZero() {
		return nil
	}
	at.Time = d.Time()
	return at
}

// feature is the contract's form of what a viewer sees of a place. It asks nothing but sights, so it cannot show more.
func (s *Server) feature(v *visit, sight dealmap.Sight) api.DealPoint {
	k := new(particulars)
	withheld := sight.Withheld()
	k.mayExport = v.viewer.May(dealmap.ActionExport) && sight.MayDisclose()
	p := api.DealPointProperties{
		Reference: sight.Reference(), Revision: int64(sight.Revision()), Kind: api.Kind(sight.Kind()), Status: api.Status(sight.Status()),
		Name: sight.Name(), Address: sight.Address(), Commune: sight.Commune(), CommuneYear: keep(&k.communeYear, sight.CommuneYear()),
		CommuneName: s.communeName(sight.Commune()), Departement: sight.Departement(),
		Accuracy: keep(&k.accuracy, api.Accuracy(sight.Accuracy())), Products: convert[api.Product](sight.Products()), Hours: sight.Hours(),
		Intensity: keep(&k.intensity, sight.Intensity()), Landlord: keep(&k.landlord, sight.Landlord()), Note: keep(&k.note, sight.Note()),
		CoOwners: owners(sight.CoOwners()),
		Owner:    api.Owner{Service: string(sight.Owner().Service), Unit: sight.Owner().Unit},
		Networks: list(sight.Networks()), CaseReferences: list(sight.CaseRefs()),
		FirstSeen: keepDate(&k.firstSeen, sight.FirstSeen()), LastConfirmed: keepDate(&k.lastConfirmed, sight.LastConfirmed()),
		NextReview: keepDate(&k.nextReview, sight.NextReview()), SourceRecord: keep(&k.sourceRecord, sight.SourceRecord()),
		Synthetic: keep(&k.synthetic, sight.Synthetic()), Withheld: list(withheld),
		Closing: v.closing(sight.Closing()), Handling: handling(sight.Handling()), Grading: grading(sight.Grading()),
		SeenAs: keep(&k.seenAs, seenAs[sight.Detail()]), Because: keep(&k.because, sight.Because()), MayExport: &k.mayExport,
	}
	if !slices.Contains(withheld, "lookouts") { // what is withheld is neither yes nor no
		k.lookouts, k.obstacles, k.cameras = sight.Lookouts(), sight.Obstacles(), sight.Cameras()
		p.Lookouts, p.Obstacles, p.Cameras = &k.lookouts, &k.obstacles, &k.cameras
	}
	f := api.DealPoint{Type: "Feature", Id: types.UUID(sight.ID()), Properties: p}
	if at, ok := sight.Position(); ok {
		k.at = at
		k.point = api.Point{Type: "Point", Coordinates: k.at[:]}
		f.Geometry = &k.point
	}
	return f
}

var seenAs = [...]api.SeenAs{dealmap.Blurred: api.SeenAsBlurred, dealmap.Shown: api.SeenAsShown, dealmap.Whole: api.SeenAsWhole}

func (s *Server) features(v *visit, sights []dealmap.Sight) []api.DealPoint {
	all := make([]api.DealPoint, len(sights))
	for i, sight := range sights {
		all[i] = s.feature(v, sight)
	}
	return all
}

func (s *Server) communeName(insee string) string {
	if insee == "" {
		return ""
	}
	commune, _ := s.Territories.Get(dealmap.TerritoryCode("com:" + insee))
	return commune.Name
}

// closing tells where the trade went only to someone who sees that place too: its reference alone would tell that it is there.
func (v *visit) closing(c *dealmap.Closing) *api.Closing {
	if c == nil {
		return nil
	}
	out := &api.Closing{Reason: api.ClosingReason(c.Reason), Date: types.Date{Time: c.Date.Time()}, Operation: some(c.Operation)}
	if c.DisplacedTo == "" {
		return out // as most are, and nothing to look for
	}
	if there, seen := v.snap.ByReference(v.scope, c.DisplacedTo); seen {
		out.DisplacedTo = &c.DisplacedTo
		v.told = append(v.told, there.ID())
	}
	return out
}

func owners(held []dealmap.Owner) *[]api.Owner {
	if len(held) == 0 {
		return nil
	}
	out := make([]api.Owner, len(held))
	for i, o := range held {
		out[i] = api.Owner{Service: string(o.Service), Unit: o.Unit}
	}
	return &out
}

func handling(h dealmap.Handling) *api.Handling {
	if h.Reach == "" {
		return nil
	}
	out := &api.Handling{
		Reach: api.Reach(h.Reach), Code: api.HandlingCode(h.Code), EmbargoUntil: date(h.EmbargoUntil), Blurred: some(h.Blurred),
	}
	if len(h.Groups) > 0 {
		groups := h.Groups // only then from the heap
		out.Groups = &groups
	}
	return out
}

func grading(g dealmap.Grading) *api.Grading {
	if g == (dealmap.Grading{}) {
		return nil
	}
	return &api.Grading{Scheme: api.GradingScheme(g.Scheme), Source: g.Source, Information: g.Information}
}

// date is the contract's form of a day, nil when unset.
func date(d dealmap.Date) *types.Date {
	if d.IsZero() {
		return nil
	}
	return &types.Date{Time: d.Time()}
}

// dayOf is the domain's form of a date of the contract.
func dayOf(d *types.Date) dealmap.Date {
	if d == nil || d.IsZero() {
		return dealmap.Date{}
	}
	return dealmap.DateOf(d.Time)
}

// list is never nil, so that it is [] and not null in JSON.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func convert[To, From ~string](values []From) []To {
	out := make([]To, len(values))
	for i, v := range values {
		out[i] = To(v)
	}
	return out
}
