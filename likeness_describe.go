package dealmap

import (
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// Description is what matching compares of a record: its texts are read once.
type Description struct {
	kind     Kind
	name     string
	placed   bool
	position orb.Point
	radius   float64
	commune  string
	networks []string
	products uint32
	// owner has kept the record, and others those that were merged into it.
	owner    Owner
	coOwners []Owner
	// first and last are days since 1970 between which the place was seen, 0 when unknown.
	first, last int
	words       words
	// estate tells that the name is more than that of the street.
	estate   bool
	landlord words
	marks    struct {
		list [mostMarks]partMark
		n    int
	}
	streets struct {
		list [mostStreets]street
		n    int
	}
}

// Describe prepares facts, those of a row or those that a person enters.
func Describe(f *Facts) Description {
	d := Description{
		kind: f.Kind, name: f.Name, commune: f.Commune, networks: f.Networks, products: productSet(f.Products),
		first: dayNumber(f.FirstSeen), last: dayNumber(f.LastSeen), owner: f.Owner, coOwners: f.CoOwners,
	}
	if f.Position != nil && f.Accuracy != AccuracyCommune {
		d.place(*f.Position, f.Accuracy)
	}
	d.read(f.Name, f.Address, f.Landlord, &textReader{})
	return d
}

// DescribeSight prepares what a viewer may see of a place; what is withheld is absent.
func DescribeSight(s Sight) (d Description) {
	d.see(s)
	d.read(s.Name(), s.Address(), s.Landlord(), &textReader{})
	return d
}

// see makes a description, whatever it was before, one of a sight, but for its texts.
func (d *Description) see(s Sight) {
	*d = Description{
		kind: s.Kind(), name: s.Name(), commune: s.Commune(), networks: s.Networks(), products: productSet(s.Products()),
		first: dayNumber(s.FirstSeen()), last: dayNumber(s.LastConfirmed()), owner: s.Owner(), coOwners: s.CoOwners(),
	}
	if closing := s.Closing(); closing != nil {
		d.last = max(d.last, dayNumber(closing.Date))
	}
	if at, ok := s.Position(); ok {
		d.place(at, s.Accuracy())
	}
}

func (d *Description) place(at orb.Point, accuracy Accuracy) {
	d.placed, d.position, d.radius = true, at, accuracy.Radius()
	if d.radius == 0 {
		d.radius = AccuracyStreet.Radius()
	}
}

func (d *Description) read(name, address, landlord string, r *textReader) {
	r.d = d
	r.read(name, false)
	ofName := d.streets.n
	r.read(address, true)
	d.estate = d.namesMore(ofName)
	if ofName == 1 && d.streets.n == 2 && d.streets.list[0].n == 0 {
		// The name is that of the street: the address says it with the number.
		if o := overlap(&d.streets.list[0].words, &d.streets.list[1].words); o.agreement() > 0.8 {
			d.streets.list[0], d.streets.n = d.streets.list[1], 1
		}
	}
	if landlord == "" {
		return
	}
	n := cut(landlord, &r.pieces)
	for _, t := range r.pieces[:n] {
		if lex := lookUp(t.text); lex.class != article {
			d.landlord.add(lex.word, weightOf(lex.word))
		}
	}
}

// namesMore reports whether the name is more than that of the street in the address, of the name itself when there is none
// in the address.
func (d *Description) namesMore(ofName int) bool {
	streets := d.streets.list[:d.streets.n]
	if ofName < len(streets) && streets[ofName].words.n > 0 {
		streets = streets[ofName:]
	}
	for i := range d.words.all() {
		one := &d.words.list[i]
		if one.weight < 0.3 {
			continue
		}
		found := false
		for j := range streets {
			for k := range streets[j].words.all() {
				found = found || alike(one, &streets[j].words.list[k]) > 0
			}
		}
		if !found {
			return true
		}
	}
	return false
}

// sameOwner reports whether one unit has kept both records.
func sameOwner(a, b *Description) bool {
	return a.ownedBy(b.owner) || slices.ContainsFunc(b.coOwners, a.ownedBy)
}

func (d *Description) ownedBy(o Owner) bool {
	return o != Owner{} && (d.owner == o || slices.Contains(d.coOwners, o))
}

// productSet has a bit for each product; those that the vocabulary does not know share one.
func productSet(list []Product) (set uint32) {
	for _, p := range list {
		bit := 31
		for i, known := range productOrder {
			if p == known {
				bit = i
			}
		}
		set |= 1 << bit
	}
	return set
}

var productOrder = func() (order []Product) {
	for _, term := range Products() {
		order = append(order, Product(term.Value))
	}
	return order
}()

// dayNumber counts days since 1970, 0 for the zero Date.
func dayNumber(d Date) int {
	if d.IsZero() {
		return 0
	}
	return int(d.Time().Unix() / int64(24*time.Hour/time.Second))
}

// searchWords are parts of the words of name and address by which places without a position are looked for: the beginnings
// and the ends of the telling ones, so that one slip of the pen does not hide a place.
func (d *Description) searchWords() []string {
	list := make([]string, 0, 8)
	add := func(w *words, least float32) {
		for _, one := range w.all() {
			if one.weight < least || len(one.text) < 3 {
				continue
			}
			list = append(list, one.text[:min(4, len(one.text))])
			if len(one.text) >= 7 {
				list = append(list, one.text[len(one.text)-4:])
			}
		}
	}
	for _, least := range []float32{0.8, 0.3} {
		if add(&d.words, least); len(list) > 0 {
			break
		}
	}
	for i := range d.streets.list[:d.streets.n] {
		add(&d.streets.list[i].words, 0.8)
	}
	return list
}

// communesOf lists the codes under which a place of a commune may be declared: Paris, Lyon and Marseille are declared as a
// whole or by their municipal arrondissements.
func communesOf(code string) []string {
	if code == "" {
		return nil
	}
	for _, city := range dividedCities {
		if code == city.whole {
			list := []string{code}
			for n := city.first; n <= city.last; n++ {
				list = append(list, city.prefix+string([]byte{byte('0' + n/10), byte('0' + n%10)}))
			}
			return list
		}
		if city.holds(code) {
			return []string{code, city.whole}
		}
	}
	return []string{code}
}

// dividedCity is a commune with municipal arrondissements: Paris is 75056 and 75101 to 75120.
type dividedCity struct {
	whole, prefix string
	first, last   int
}

var dividedCities = []dividedCity{{"75056", "751", 1, 20}, {"13055", "132", 1, 16}, {"69123", "693", 81, 89}}

func (c *dividedCity) holds(code string) bool {
	if len(code) != 5 || !strings.HasPrefix(code, c.prefix) {
		return false
	}
	n := int(code[3]-'0')*10 + int(code[4]-'0')
	return n >= c.first && n <= c.last
}

// sameCommune reports whether two codes may be declared of one place.
func sameCommune(a, b string) bool {
	if a == b {
		return true
	}
	for _, city := range dividedCities {
		if a == city.whole && city.holds(b) || b == city.whole && city.holds(a) {
			return true
		}
	}
	return false
}
