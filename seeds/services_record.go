package seeds

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Address classes.
const (
	AddressExact       = "exacte"
	AddressShort       = "abrégée"
	AddressOtherNumber = "autre numéro"
	AddressNoNumber    = "sans numéro"
	AddressMissing     = "absente"
)

var (
	addressClasses = []weighted[string]{{50, AddressExact}, {16, AddressShort}, {6, AddressOtherNumber}, {12, AddressNoNumber}, {16, AddressMissing}}
	// knowledge is how often a service knows the network, in a hundred.
	knowledge = map[string]int{ListPolice: 65, ListGendarmerie: 45, ListDouanes: 45}
	// blanks is how often a service leaves a date, the products or the statement of accuracy out.
	blanks = map[string]int{ListPolice: 8, ListGendarmerie: 18, ListDouanes: 28}
)

// clerk keeps one service's list.
type clerk struct {
	list string
	w    *writer
	terr *geo.Territories
	rng  *rand.Rand
}

// record writes a point down as this service would.
func (c *clerk) record(s *spot) ServiceRecord {
	r := ServiceRecord{
		Add:   dealmap.AddPlace{ID: newID(c.rng), AcceptDuplicates: true, Synthetic: true},
		Truth: TruthRow{Point: s.id, Estate: s.site.id, At: s.at, Neighbour: s.neighbour},
		style: c.rng.Uint64(),
	}
	f, t := &r.Add.Facts, &r.Truth
	f.Kind, f.Owner = c.kind(s.facts.Kind), c.owner(s)
	c.name(s, f, t)
	c.address(s, f, t)
	p := c.position(s)
	f.Position, f.Accuracy, t.Position, t.Metres = p.at, c.accuracy(p), p.class, p.metres
	c.commune(s, &r)
	c.substance(s, f, t)
	c.dates(s, &r.Add, t)
	if f.Position == nil {
		t.Missing = append(t.Missing, "position")
	}
	if c.rng.IntN(100) < 12 {
		f.Note = pick(c.rng, notes)
	}
	return r
}

func (c *clerk) name(s *spot, f *dealmap.Facts, t *TruthRow) {
	m := s.naming.misname(s.site.street, c.rng)
	f.Name = c.habit(m.text)
	if t.Name = m.classes; len(t.Name) == 0 {
		t.Name = []string{NameExact}
	}
	t.Called, t.Building, t.Hall, t.Kind = m.called, m.building, m.hall, string(f.Kind)
	if f.Name == "" {
		t.Missing = append(t.Missing, "nom")
	}
}

func (c *clerk) address(s *spot, f *dealmap.Facts, t *TruthRow) {
	t.Address = pickShare(c.rng, addressClasses)
	street, number := s.site.street, s.number
	switch t.Address {
	case AddressMissing:
		t.Missing = append(t.Missing, "adresse")
		return
	case AddressShort:
		word, rest, _ := strings.Cut(street, " ")
		street = strings.ToLower(abbreviate(word)) + " " + rest
	case AddressNoNumber:
		number = 0
	case AddressOtherNumber:
		if number == 0 {
			t.Address = AddressExact
			break
		}
		if number += 2 * (1 + c.rng.IntN(4)); c.rng.IntN(2) == 0 && number > 18 {
			number -= 18
		}
	}
	f.Address = street
	if number > 0 {
		t.Number = strconv.Itoa(number)
		f.Address = t.Number + " " + street
	}
	f.Address = c.habit(f.Address)
}

// kind is what this service calls the place: hall and street are often taken for each other.
func (c *clerk) kind(k dealmap.Kind) dealmap.Kind {
	switch at := c.rng.IntN(100); {
	case k == dealmap.Four && at < 15:
		return dealmap.Street
	case k == dealmap.Street && at < 12:
		return dealmap.Four
	case k == dealmap.Drive && at < 20:
		return dealmap.Street
	}
	return k
}

func (c *clerk) owner(s *spot) dealmap.Owner {
	code := c.w.departement.Code.ID()
	switch {
	case c.list == ListGendarmerie:
		return dealmap.Owner{Service: dealmap.ServiceGN, Unit: "GGD " + code}
	case c.list == ListDouanes:
		return dealmap.Owner{Service: dealmap.ServiceDGDDI, Unit: "DR " + code}
	case slices.Contains([]string{"75", "92", "93", "94"}, code):
		return dealmap.Owner{Service: dealmap.ServicePP, Unit: "DTSP " + code}
	}
	return dealmap.Owner{Service: dealmap.ServicePN, Unit: "DIPN " + code}
}

// accuracy is what the row says of its position: often nothing, and now and then too much. The customs' list has no column for it.
func (c *clerk) accuracy(p placed) dealmap.Accuracy {
	switch at := c.rng.IntN(100); {
	case p.at == nil:
		return dealmap.AccuracyCommune
	case c.list == ListDouanes || at < blanks[c.list]:
		return dealmap.AccuracyStreet
	case at >= 95:
		return dealmap.AccuracyBuilding
	}
	return p.honest
}

// commune gives the code, which some services know for Paris, Lyon and Marseille as a whole only, and customs with coordinates
// leave out now and then.
func (c *clerk) commune(s *spot, r *ServiceRecord) {
	f := &r.Add.Facts
	f.Commune, f.CommuneYear = s.facts.Commune, s.facts.CommuneYear
	here, _ := c.terr.Get(dealmap.TerritoryCode("com:" + f.Commune))
	if here.Parent.Level() == dealmap.LevelCommune && c.list != ListPolice && c.rng.IntN(100) < 60 {
		here, _ = c.terr.Get(here.Parent)
		f.Commune, f.CommuneYear = here.Code.ID(), here.Year
	}
	r.town, r.code = here.Name, f.Commune
	if c.list == ListDouanes && f.Position != nil && c.rng.IntN(100) < 10 {
		r.town, r.code, f.Commune, f.CommuneYear = "", "", "", 0
		r.Truth.Missing = append(r.Truth.Missing, "commune")
	}
}

// substance is what the point sells, when, and for whom.
func (c *clerk) substance(s *spot, f *dealmap.Facts, t *TruthRow) {
	if f.Products = slices.Clone(s.facts.Products); c.rng.IntN(100) < blanks[c.list] {
		f.Products = nil
		t.Missing = append(t.Missing, "produits")
	}
	if len(f.Products) > 1 && c.rng.IntN(100) < 25 {
		f.Products = f.Products[:1]
	} else if len(f.Products) == 1 && c.rng.IntN(100) < 15 && f.Products[0] != "cocaine" {
		f.Products = append(f.Products, "cocaine")
	}
	if c.list != ListDouanes && c.rng.IntN(100) < 60 {
		f.Hours = s.facts.Hours
	}
	if len(s.facts.Networks) > 0 && c.rng.IntN(100) < knowledge[c.list] {
		f.Networks = slices.Clone(s.facts.Networks[:1])
		if c.rng.IntN(100) < 2 {
			f.Networks[0] = c.w.network(c.rng.IntN(c.w.networks))
		}
		t.Network = f.Networks[0]
	}
	if c.list == ListPolice && c.rng.IntN(100) < 70 {
		f.Grading = dealmap.Grading{Scheme: "europol", Source: pickShare(c.rng, sources), Information: pickShare(c.rng, information)}
	}
}

// dates are those of one of the point's lives, seen a little sooner or later than by others.
func (c *clerk) dates(s *spot, add *dealmap.AddPlace, t *TruthRow) {
	f := &add.Facts
	first, last := s.facts.FirstSeen, s.facts.LastSeen
	add.Status, add.Closing = s.status, nil
	if s.closing != nil {
		add.Closing = &dealmap.Closing{Reason: s.closing.Reason, Date: s.closing.Date}
	}
	if s.past != nil && c.rng.IntN(100) < 40 {
		t.Past = true
		first, last = s.past.first, s.past.last
		add.Status, add.Closing = dealmap.Closed, &dealmap.Closing{Reason: dealmap.Dismantled, Date: last}
	}
	switch at := c.rng.IntN(100); {
	case add.Status == dealmap.Closed && at < 15:
		add.Status, add.Closing = dealmap.Active, nil
	case add.Status != dealmap.Closed && at < 15:
		add.Status = pick(c.rng, []dealmap.Status{dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant})
	}
	first, last = first.AddDays(int(c.rng.NormFloat64()*35)), last.AddDays(int(c.rng.NormFloat64()*20))
	if c.w.today.Before(last) {
		last = c.w.today
	}
	if last.Before(first) {
		first = last
	}
	if add.Closing != nil && add.Closing.Date.Before(last) {
		add.Closing.Date = last
	}
	f.FirstSeen, f.LastSeen = first, last
	if c.rng.IntN(100) < blanks[c.list] {
		f.FirstSeen = dealmap.Date{}
		t.Missing = append(t.Missing, "première date")
	}
	if c.rng.IntN(100) < blanks[c.list]/2 {
		f.LastSeen = dealmap.Date{}
		t.Missing = append(t.Missing, "dernière date")
	}
}
