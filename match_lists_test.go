package dealmap

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/paulmach/orb"
)

// style is how a service keeps its list: what the random lists of TestMatchingQuality differ by.
type style struct {
	// noise draws an error of position, in metres on each axis, for a stated radius.
	noise                                                func(r *rand.Rand, radius float64) (x, y float64)
	noName, noAddress, noMark, noNumber, noPosition      float64
	abbreviate, capitals, plain, slip, shuffle, together float64
	noNetwork, otherKind, otherProducts                  float64
	accuracies                                           []Accuracy
}

func gaussian(times float64) func(*rand.Rand, float64) (float64, float64) {
	return func(r *rand.Rand, radius float64) (float64, float64) {
		return r.NormFloat64() * radius * times, r.NormFloat64() * radius * times
	}
}

func uniform(times float64) func(*rand.Rand, float64) (float64, float64) {
	return func(r *rand.Rand, radius float64) (float64, float64) {
		far, turn := radius*times*math.Sqrt(r.Float64()), 2*math.Pi*r.Float64()
		return far * math.Cos(turn), far * math.Sin(turn)
	}
}

// ring puts every position about its radius away, as geocoding to the street does.
func ring(r *rand.Rand, radius float64) (float64, float64) {
	far, turn := radius*(0.7+0.5*r.Float64()), 2*math.Pi*r.Float64()
	return far * math.Cos(turn), far * math.Sin(turn)
}

// tail is mostly close and one time in twelve far off.
func tail(r *rand.Rand, radius float64) (float64, float64) {
	if r.IntN(12) == 0 {
		return gaussian(2)(r, radius)
	}
	return gaussian(0.4)(r, radius)
}

// country is how points lie in truth.
type country struct {
	estates, points int
	// marked says what points of an estate are told apart by: "letters", "halls", "both", "mixed", or "" for nothing.
	marked string
	// oneAddress gives all points of an estate one number.
	oneAddress bool
	// least and most bound how far apart neighbours are, in metres.
	least, most float64
}

type truth struct {
	estate, street, kindOfStreet, commune string
	number, repeat                        int
	building, hall                        string
	generic                               bool
	at                                    orb.Point
	network, landlord                     string
	products                              []Product
	kind                                  Kind
	first, last                           Date
}

var (
	estateNames = strings.Split("les Tilleuls|les Oliviers|la Castellane|le Clos Saint-Lazare|les Francs-Moisins|la Busserine|les Lauriers|le Mail|Jean XXIII|les 4000|"+
		"la Paternelle|le Chaperon-Vert|les Œillets|Kallisté|l’Alma|le Plan d’Aou|les Minguettes|Air-Bel|la Reynerie|Bel-Air|les Flamants|la Villeneuve|"+
		"le Grand Mirail|Pierre Sémard|le Val-Fourré|Les Bosquets|la Grande Borne|Cœur de Ville|le Moulin Neuf|les Hauts de Vallières|Youri Gagarine|Orgemont|"+
		"Saint-Exupéry|la Rose des Vents|Fontaine d’Ouche|les Izards|les Dervallières|Malakoff|le Blosne|Maurepas|Pontanézen|le Neuhof|Hautepierre|Planoise|Bourtzwiller|"+
		"les Coteaux|la Duchère|Montreynaud|Teisseire|Mistral|l’Ariane|les Moulins|Berthe|la Beaucaire|Font-Vert|la Savine|les Cèdres|le Parc aux Lièvres", "|")
	streetNames = strings.Split("des Lilas|du Général Leclerc|du Maréchal Foch|Jean Jaurès|de la République|du 8 mai 1945|Victor Hugo|Saint-Antoine|du Docteur Calmette|"+
		"Lucien Sampaix|de l’Église|des Fusillés|Louise Michel|Paul Éluard|de la Gare|Gabriel Péri|du Président Wilson|Marx Dormoy|de Strasbourg|Auguste Blanqui|"+
		"Alphonse Daudet|Ambroise Croizat|de la Commune de Paris|Le Corbusier|Georges Bizet|du 11 novembre|Pablo Picasso|des Frères Lumière|de Bretagne|Romain Rolland", "|")
	streetKinds  = []string{"rue", "avenue", "boulevard", "allée", "impasse", "chemin", "place", "square", "route"}
	genericNames = []string{"Gare", "Centre-ville", "Place du marché", "Cité", "Parking", "Centre commercial"}
)

func pickOne[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func moved(p orb.Point, x, y float64) orb.Point {
	return orb.Point{p[0] + x/(111_195*math.Cos(p[1]*math.Pi/180)), p[1] + y/111_195}
}

func (c country) make(r *rand.Rand) (all []truth) {
	centre := orb.Point{5.37, 43.3}
	for i := range c.estates {
		home := moved(centre, (r.Float64()-0.5)*4000, (r.Float64()-0.5)*4000)
		t := truth{estate: pickOne(r, estateNames), street: pickOne(r, streetNames), kindOfStreet: pickOne(r, streetKinds), commune: "13055", number: 1 + r.IntN(90),
			network: fmt.Sprintf("R-13-%03d", r.IntN(20)), landlord: pickOne(r, []string{"", "", "Habitat 13", "13 Habitat", "Logirem", "Unicil"}),
			generic: i%6 == 5}
		if home[0] > 5.38 {
			t.commune = "13001"
		}
		if t.generic {
			t.estate = pickOne(r, genericNames)
		}
		marked := c.marked
		if marked == "mixed" {
			marked = []string{"letters", "halls", "both", ""}[i%4]
		}
		at := home
		for n := range 1 + r.IntN(c.points) {
			if n > 0 {
				turn, far := 2*math.Pi*r.Float64(), c.least+(c.most-c.least)*r.Float64()
				at = moved(at, far*math.Cos(turn), far*math.Sin(turn))
			}
			one := t
			one.at = at
			if !c.oneAddress {
				one.number += 2 * n
			}
			if r.IntN(12) == 0 {
				one.repeat = 1
			}
			if marked == "letters" || marked == "both" {
				one.building = string(rune('A' + (n/(1+len(marked)%2))%26))
			}
			if marked == "halls" || marked == "both" {
				one.hall = fmt.Sprint(n + 1)
			}
			one.kind = []Kind{Street, Street, Four, Drive}[r.IntN(4)]
			one.products = [][]Product{{"cannabis"}, {"cannabis", "cocaine"}, {"cocaine"}, {"heroin"}}[r.IntN(4)]
			one.first = Date{int16(2015 + r.IntN(8)), 3, 12}
			one.last = Date{int16(2023 + r.IntN(3)), 9, 1}
			if !tooNear(all, one.at, c.least) {
				all = append(all, one)
			}
		}
	}
	return all
}

func tooNear(all []truth, at orb.Point, least float64) bool {
	for i := range all {
		if metresBetween(all[i].at, at) < 0.8*least {
			return true
		}
	}
	return false
}

var deaccent = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "â", "a", "œ", "oe", "Œ", "OE", "É", "E", "’", "'", "ô", "o", "-", " ")

// write is a text as the style writes it.
func (s *style) write(r *rand.Rand, text string) string {
	if r.Float64() < s.slip && text != "Sans nom" && text != "Point de deal" {
		letters := []rune(text)
		if at := 1 + r.IntN(max(1, len(letters)-2)); len(letters) > 6 {
			switch r.IntN(3) {
			case 0:
				letters = append(letters[:at], letters[at+1:]...)
			case 1:
				letters[at], letters[at+1] = letters[at+1], letters[at]
			default:
				letters[at] = rune('a' + r.IntN(26))
			}
		}
		text = string(letters)
	}
	if r.Float64() < s.plain {
		text = deaccent.Replace(text)
	}
	if r.Float64() < s.capitals {
		text = strings.ToUpper(text)
	}
	return text
}

func (s *style) row(r *rand.Rand, t *truth) Facts {
	f := Facts{Kind: t.kind, Commune: t.commune, Accuracy: pickOne(r, s.accuracies), Products: t.products, Landlord: t.landlord, FirstSeen: t.first, LastSeen: t.last}
	x, y := s.noise(r, f.Accuracy.Radius())
	at := moved(t.at, x, y)
	f.Position = &at
	if r.Float64() < s.noPosition {
		f.Position, f.Accuracy = nil, AccuracyCommune
	}
	short := func() bool { return r.Float64() < s.abbreviate }
	bare := t.estate
	for _, article := range []string{"les ", "le ", "la ", "Les ", "l’"} {
		bare = strings.TrimPrefix(bare, article)
	}
	name := t.estate
	if !t.generic {
		switch r.IntN(5) {
		case 0:
			name = bare
		case 1:
			name = "Cité " + t.estate
		case 2:
			name = "Résidence " + t.estate
			if short() {
				name = "Rés. " + bare
			}
		}
		if r.Float64() < s.shuffle {
			name = bare + " (cité)"
		}
		if r.Float64() < s.together && !strings.Contains(bare, " ") {
			name = strings.ReplaceAll(titled(t.estate), " ", "")
		}
	}
	mark := ""
	if t.building != "" {
		word := pickOne(r, []string{"bâtiment ", "bâtiment ", "immeuble "})
		if short() {
			word = pickOne(r, []string{"Bât. ", "bat ", "Bât.", "Bt "})
		}
		mark += ", " + word + t.building
	}
	if t.hall != "" {
		word := pickOne(r, []string{"hall ", "hall n° ", "entrée "})
		mark += ", " + word + t.hall
	}
	if r.Float64() < s.shuffle {
		mark = strings.ReplaceAll(mark, ", ", " ")
	}
	kind := t.kindOfStreet
	if short() {
		kind = map[string]string{"rue": "r.", "avenue": "av.", "boulevard": "bd", "allée": "all.", "impasse": "imp.", "chemin": "che", "place": "pl.", "square": "sq.", "route": "rte"}[kind]
	}
	street := kind + " " + t.street
	if short() {
		street = strings.NewReplacer("Général", "Gal", "Maréchal", "Mal", "Saint-", "St ", "Docteur", "Dr", "Président", "Pdt", "des ", "").Replace(street)
	}
	number := fmt.Sprint(t.number)
	if t.repeat > 0 {
		number += pickOne(r, []string{" bis", "bis", "B"})
	}
	address := number + pickOne(r, []string{" ", " ", ", "}) + street
	if r.Float64() < s.noNumber {
		address = street
	}
	withMark := r.Float64() >= s.noMark
	inAddress := r.IntN(4) == 0
	switch {
	case withMark && inAddress:
		address += mark
	case withMark:
		name += mark
	}
	if r.Float64() < s.noAddress {
		address = ""
	} else if r.IntN(5) == 0 {
		address += " 13014 Marseille"
	}
	if r.Float64() < s.noName {
		name = pickOne(r, []string{"Point de deal", "Sans nom", street, address})
	}
	f.Name, f.Address = s.write(r, name), s.write(r, address)
	if r.Float64() >= s.noNetwork {
		f.Networks = []string{t.network}
	}
	if r.Float64() < s.otherKind {
		f.Kind = pickOne(r, []Kind{Street, Four, Drive})
	}
	if r.Float64() < s.otherProducts {
		f.Products = []Product{"cannabis"}
	}
	if f.Name == "" {
		f.Name = "Sans nom"
	}
	return f
}

// titled begins every word with a capital.
func titled(text string) string {
	words := strings.Fields(strings.ReplaceAll(text, "’", " "))
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}
