package seeds

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
)

// Name classes: what befell a name on its way into a list. A record may have several; none is "exact".
const (
	NameExact     = "exact"
	NameTypo      = "faute"         // one or two typing errors
	NameOrder     = "ordre"         // the building first, or the generic word last
	NameShort     = "abrégé"        // abbreviated beyond the habit of the service
	NameCut       = "tronqué"       // cut at a width
	NameSynonym   = "synonyme"      // Cité for Résidence
	NameBare      = "nom seul"      // the estate's own name without its generic word
	NameNoUnit    = "sans bâtiment" // building, hall or entrance left out
	NameStreet    = "rue"           // the street instead of the estate
	NameWrongUnit = "autre bâtiment"
	NameMissing   = "absent"
)

var nameClasses = []weighted[string]{
	{38, NameExact}, {9, NameOrder}, {9, NameShort}, {5, NameCut}, {10, NameSynonym}, {8, NameBare}, {11, NameNoUnit}, {5, NameStreet},
	{1, NameWrongUnit}, {4, NameMissing},
}

// synonyms are generic words that people use for any estate.
var synonyms = []string{"Cité", "Résidence", "Quartier", "Ensemble", "Immeuble"}

// naming is the parts of a name: "Nourrice", "Résidence", "de la Loutre moirée", "B", "hall", 3.
type naming struct {
	prefix   string
	generic  string
	tail     string
	building string
	hallWord string
	hall     int
	ofStreet bool // the place is called after its street
}

// naming gives the k-th point of an estate its name; other is the name of a place that is not called after its estate.
func (s *site) naming(kind dealmap.Kind, other string, k int) naming {
	n := naming{}
	switch kind {
	case dealmap.Street, dealmap.Four:
	case dealmap.StashFlat, dealmap.Delivery:
		n.prefix, _, _ = strings.Cut(other, ",")
	default:
		if head, street, ok := strings.Cut(other, ", "); ok {
			n.prefix, other, n.ofStreet = head, capitalised(street), true
		}
		n.generic, n.tail, _ = strings.Cut(other, " ")
		return n
	}
	n.generic, n.tail, _ = strings.Cut(s.name, " ")
	if kind == dealmap.Delivery {
		n.prefix, n.generic = "Livraison", "secteur "+n.generic
		return n
	}
	letter := func(k int) string {
		if s.digits {
			return strconv.Itoa(k + 1)
		}
		if k < 26 {
			return string('A' + rune(k))
		}
		return string('A'+rune(k/26-1)) + string('A'+rune(k%26))
	}
	switch s.style {
	case byBuilding:
		n.building = letter(k)
	case byHall:
		n.hallWord, n.hall = "hall", k+1
	case byBuildingAndHall:
		n.building, n.hallWord, n.hall = letter(k/2), "hall", k%2+1
	case byEntrance:
		n.hallWord, n.hall = "entrée", k+1
	}
	return n
}

func (n naming) hasUnit() bool { return n.building != "" || n.hall > 0 }

// unit writes building and hall, such as "bâtiment B, hall 3".
func (n naming) unit(building, comma string) string {
	var parts []string
	if n.building != "" {
		parts = append(parts, building+" "+n.building)
	}
	if n.hall > 0 {
		parts = append(parts, n.hallWord+" "+strconv.Itoa(n.hall))
	}
	return strings.Join(parts, comma)
}

// bare is the own name of an estate, without generic word and article: "Loutre moirée".
func (n naming) bare() string {
	for _, article := range []string{"de la ", "de l’", "du "} {
		if rest, ok := strings.CutPrefix(n.tail, article); ok {
			return rest
		}
	}
	return n.tail
}

// misnamed is a name as a list holds it: the text, what befell it, and what it still says of the building.
type misnamed struct {
	text     string
	classes  []string
	called   string // as TruthRow has it
	building string
	hall     string
}

// misname draws what a clerk makes of a name.
func (n naming) misname(street string, rng *rand.Rand) misnamed {
	class := pickShare(rng, nameClasses)
	building, short := "bâtiment", false
	switch class {
	case NameMissing:
		return misnamed{classes: []string{NameMissing}}
	case NameNoUnit:
		if !n.hasUnit() {
			class = NameExact
		}
		n.building, n.hall = "", 0
	case NameWrongUnit:
		n, class = n.otherUnit(rng)
	case NameShort:
		building, short = pick(rng, []string{"bât.", "bat", "bt"}), true
	case NameSynonym:
		n.generic = pick(rng, synonyms)
	case NameBare:
		if n.generic = ""; rng.IntN(2) == 0 {
			n.building, n.hall = "", 0
		}
	case NameStreet:
		n.generic, n.tail, _ = strings.Cut(capitalised(street), " ")
		if rng.IntN(2) == 0 {
			n.building, n.hall = "", 0
		}
	}
	m := misnamed{building: n.building, called: n.tail}
	if class == NameStreet || n.ofStreet {
		m.called = ""
	}
	if class != NameExact {
		m.classes = append(m.classes, class)
	}
	if rng.IntN(100) < 11 {
		n.tail = mistype(n.tail, rng)
		if rng.IntN(6) == 0 {
			n.tail = mistype(n.tail, rng)
		}
		m.classes = append(m.classes, NameTypo)
	}
	if n.hall > 0 {
		m.hall = n.hallWord + " " + strconv.Itoa(n.hall)
	}
	main := n.generic + " " + n.tail
	if class == NameBare {
		main = capitalised(n.bare())
	}
	if short {
		main = abbreviate(n.generic) + " " + n.bare()
	}
	unit := n.unit(building, ", ")
	switch {
	case class == NameOrder && unit != "":
		main, unit = capitalised(unit), main
	case class == NameOrder:
		main = capitalised(n.bare()) + " (" + strings.ToLower(n.generic) + ")"
	}
	m.text = joinNonEmpty(", ", n.prefix, main, unit)
	if class == NameCut {
		m.cut(16 + rng.IntN(12))
	}
	return m
}

// cut keeps so many characters, and forgets the units that are no longer there.
func (m *misnamed) cut(width int) {
	if utf8.RuneCountInString(m.text) > width {
		m.text = strings.TrimRight(string([]rune(m.text)[:width]), " ,")
		if m.hall != "" && !strings.HasSuffix(m.text, m.hall) {
			m.hall = ""
		}
		if m.building != "" && !strings.Contains(m.text+",", "bâtiment "+m.building+",") {
			m.building = ""
		}
	}
}

// otherUnit is the mistake that no matcher can see through: another building's letter or another hall's number.
func (n naming) otherUnit(rng *rand.Rand) (naming, string) {
	switch {
	case n.hall > 0:
		n.hall += 1 + rng.IntN(3)
	case n.building != "":
		if number, err := strconv.Atoi(n.building); err == nil {
			n.building = strconv.Itoa(number + 1 + rng.IntN(3))
			break
		}
		n.building = string('A' + rune((int(n.building[0])-'A'+26+1+rng.IntN(4))%26))
	default:
		return n, NameExact
	}
	return n, NameWrongUnit
}

// abbreviations of generic words of estates and streets.
var abbreviations = map[string]string{
	"Résidence": "Rés.", "Square": "Sq.", "Passage": "Pass.", "Terrasses": "Terr.", "Jardins": "Jard.", "Esplanade": "Espl.", "Placette": "Pl.",
	"Rue": "R.", "Avenue": "Av.", "Allée": "All.", "Impasse": "Imp.", "Chemin": "Ch.", "Boulevard": "Bd", "Montée": "Mtée", "Parking": "Pkg",
	"Rond-point": "Rd-pt", "Quartier": "Qu.",
}

func abbreviate(generic string) string {
	if short := abbreviations[capitalised(generic)]; short != "" {
		return short
	}
	return generic
}

// mistype changes one letter inside a word: two exchanged, one left out, doubled, or hit beside.
func mistype(text string, rng *rand.Rand) string {
	letters := []rune(text)
	for range 20 {
		at := 1 + rng.IntN(max(1, len(letters)-2))
		if at+1 >= len(letters) || !unicode.IsLetter(letters[at]) || !unicode.IsLetter(letters[at-1]) || !unicode.IsLetter(letters[at+1]) {
			continue
		}
		out := append([]rune{}, letters[:at]...)
		switch rng.IntN(4) {
		case 0:
			if letters[at] == letters[at+1] {
				continue
			}
			out = append(append(out, letters[at+1], letters[at]), letters[at+2:]...)
		case 1:
			out = append(out, letters[at+1:]...)
		case 2:
			out = append(append(out, letters[at], letters[at]), letters[at+1:]...)
		default:
			beside := rune("abcdefghijklmnopqrstuvwxyz"[rng.IntN(26)])
			if beside == letters[at] {
				continue
			}
			out = append(append(out, beside), letters[at+1:]...)
		}
		return string(out)
	}
	return text
}

func capitalised(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

func joinNonEmpty(comma string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, comma)
}
