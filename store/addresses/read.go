package addresses

import (
	"regexp"
	"slices"
	"strings"
)

// asked is a query, taken apart.
type asked struct {
	lines []line
	where where
}

// line is one line of an address: "12 bis rue Foch", "Résidence les Lilas".
type line struct {
	numbers []number
	name    name
	words   []string // those of the name, as they stand
}

// where is what a query says of the commune.
type where struct {
	code        string // INSEE
	postcode    string
	departement string
	name        string // of the commune
}

var (
	postcode  = regexp.MustCompile(`(^|[^0-9])(?:F-|FR-)?([0-9]{5}|[0-9]{2} [0-9]{3})([^0-9]|$)`)
	cedex     = regexp.MustCompile(`(?i)\bcedex\b`)
	bracketed = regexp.MustCompile(`\((2[AaBb]|97[1-8]|[0-9]{2})\)`)
	separator = regexp.MustCompile(`[,;|\n\r\t()]+| [-–—/] `)
)

// maxLines is the most lines of an address that are looked for.
const maxLines = 4

// read takes a query apart. Parts that the list gives go before what its text says.
func read(q Query) asked {
	var a asked
	street := q.Street
	if strings.TrimSpace(street) == "" {
		street = q.Text
	}
	a.where.code = inseeCode(q.Commune)
	a.where.postcode = fivefold(q.Postcode)
	a.where.name = q.CommuneName
	for _, text := range []*string{&a.where.name, &street} {
		before, code, after, ok := cutPostcode(*text)
		if !ok {
			continue
		}
		if a.where.postcode == "" {
			a.where.postcode = code
		}
		if text == &a.where.name {
			a.where.name = before + " " + after
			continue
		}
		street = before
		after = strings.Trim(after, " ,;-")
		switch name, rest, _ := strings.Cut(after, ","); {
		case after != "" && before != "" && a.where.name == "":
			a.where.name, street = name, before+", "+rest
		case after != "" && before == "": // "13008 Marseille, 12 rue Foch"
			street = rest
			if a.where.name == "" {
				a.where.name = name
			}
		}
	}
	if street != q.Text && a.where == (where{}) {
		_, a.where.postcode, a.where.name, _ = cutPostcode(q.Text)
	}
	a.where.clean()
	a.lines = linesOf(street, q.Number)
	return a
}

// clean reads what stands within the name of a commune, and drops the code of a CEDEX, which is that of a post box and of no place.
func (w *where) clean() {
	if len(w.name) > maxText {
		w.name = strings.ToValidUTF8(w.name[:maxText], "")
	}
	if m := bracketed.FindStringSubmatch(w.name); m != nil {
		w.departement = strings.ToLower(m[1])
		w.name = strings.Replace(w.name, m[0], " ", 1)
	}
	if cedex.MatchString(w.name) && len(w.postcode) == 5 {
		if code := departementOf(w.postcode); code != "20" { // Corsica's postcodes do not tell which of the two
			w.departement = code
		}
		w.postcode = ""
	}
}

// fivefold gives a postcode its zero back.
func fivefold(text string) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	if len(text) == 4 && digits(text) {
		return "0" + text
	}
	return text
}

// cutPostcode finds the last postcode of a text and returns what stands before and after it.
func cutPostcode(text string) (before, code, after string, ok bool) {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	all := postcode.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return text, "", "", false
	}
	m := all[len(all)-1]
	if m[5]-m[4] > 5 && m[4] == 0 { // "12 100 rue Foch" begins with numbers of houses
		return text, "", "", false
	}
	code = strings.ReplaceAll(text[m[4]:m[5]], " ", "")
	return strings.Trim(text[:m[3]], " ,;-"), code, text[m[5]:], true
}

// linesOf splits an address at its commas. A line that is only a number belongs to the one after it, or, at the end, before it.
func linesOf(text, stated string) []line {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	given, _ := takeNumbers(words(stated))
	var all []line
	var loose []number
	for part := range splitSeq(text) {
		w := withoutStair(words(part))
		numbers, rest := takeNumbers(w)
		switch {
		case len(rest) == 0:
			loose = append(loose, numbers...)
			continue
		case len(numbers) == 0 && len(loose) > 0:
			numbers, loose = loose, nil
		case len(given) > 0 && len(numbers) == 0:
			numbers = given
		}
		l := line{numbers: numbers, name: nameOfWords(rest), words: rest}
		if !l.name.empty() {
			all = append(all, l)
		}
	}
	if len(loose) > 0 && len(all) > 0 && len(all[len(all)-1].numbers) == 0 {
		all[len(all)-1].numbers = loose
	}
	// The lines with a number first: they are what the others only describe.
	slices.SortStableFunc(all, func(a, b line) int { return min(len(b.numbers), 1) - min(len(a.numbers), 1) })
	return all[:min(len(all), maxLines)]
}

func splitSeq(text string) func(func(string) bool) {
	return slices.Values(separator.Split(text, -1))
}

// withoutStair drops what tells where in a building: "bât. B", "esc. 3", "appt 12", "chez", "BP 40".
func withoutStair(w []string) []string {
	kept := make([]string, 0, len(w))
	for i := 0; i < len(w); i++ {
		switch most, ok := stairs[w[i]]; {
		case ok && i+1 == len(w):
		case ok && len(w[i+1]) <= most && !namesOn(w[i+1:]):
			i++
		default:
			kept = append(kept, w[i])
			continue
		}
		if w[i] == "etage" && len(kept) > 0 && startsWithDigit(kept[len(kept)-1]) && !digits(kept[len(kept)-1]) { // "2e étage"
			kept = kept[:len(kept)-1]
		}
	}
	return kept
}

// namesOn tells the Porte d’Aix and the Escalier du Roi from porte D and escalier 2.
func namesOn(after []string) bool {
	if !articles[after[0]] || after[0] == "a" || len(after) == 1 {
		return false
	}
	_, stair := stairs[after[1]]
	return len(after[1]) > 2 && !stair && !startsWithDigit(after[1])
}

// stairs are the words that go with a short word to say where in a building, with the longest such word.
var stairs = map[string]int{
	"bat": 3, "batiment": 3, "bt": 3, "esc": 3, "escalier": 3, "appt": 4, "apt": 4, "app": 4, "appartement": 4, "etage": 3, "etg": 3, "hall": 3,
	"entree": 3, "porte": 2, "cage": 2, "bp": 6, "cs": 6, "tsa": 6, "lgt": 4, "logement": 4, "bloc": 2,
}

// empty reports whether there is nothing to look for.
func (n name) empty() bool { return n.kind == "" && len(n.core) == 0 }

// ending is a line of which the last words are read as the name of a commune.
type ending struct {
	line    line
	commune string
}

// endings lists the ways to read the end of a line as a commune, the longest first; what remains must still name a street, or, when the address
// has other lines, be nothing.
func (l line) endings(others bool) []ending {
	var all []ending
	for take := min(6, len(l.words)); take > 0; take-- {
		rest := l.words[:len(l.words)-take]
		left := line{l.numbers, nameOfWords(rest), rest}
		if len(rest) > 0 && len(left.name.core) == 0 || len(rest) == 0 && (!others || len(l.numbers) > 0) {
			continue
		}
		if commune := communeName(strings.Join(l.words[len(l.words)-take:], " ")); commune != "" && !digits(commune) {
			all = append(all, ending{left, commune})
		}
	}
	return all
}
