package addresses

import (
	"strings"

	"github.com/mesure5/dealmap/geo"
)

// maxText is how much of a name or of a stated address is looked at, in bytes; no French address is longer.
const maxText = 400

// words brings a text to lower-case words of ASCII letters and digits, without accents: nothing else ever reaches the full-text
// index or a query to it.
func words(text string) []string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return strings.FieldsFunc(geo.Fold(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// name is the name of a street or place, taken apart so that two ways of writing it compare equal.
type name struct {
	kind string   // rue, avenue, cite …; empty when the name has none
	core []string // the rest, abbreviations written out, without articles
}

// key is the same for names that are equal.
func (n name) key() string { return strings.Join(n.all(), " ") }

// all are the words that the index holds.
func (n name) all() []string {
	if n.kind == "" {
		return n.core
	}
	return append([]string{n.kind}, n.core...)
}

// estate reports whether the name is that of a group of buildings or of a place and not of a street.
func (n name) estate() bool { return estates[n.kind] }

// nameOf takes a name apart.
func nameOf(text string) name { return nameOfWords(words(text)) }

func nameOfWords(w []string) name {
	kind, rest := takeKind(w)
	n := name{kind: kind, core: make([]string, 0, len(rest))}
	for i := 0; i < len(rest); i++ {
		word := rest[i]
		if word == "n" && i+1 < len(rest) && rest[i+1] == "d" { // N.-D.
			n.core = append(n.core, "notre", "dame")
			i++
			continue
		}
		if articles[word] {
			continue
		}
		if long, ok := abbreviations[word]; ok {
			n.core = append(n.core, strings.Fields(long)...)
			continue
		}
		n.core = append(n.core, word)
	}
	if len(n.core) == 0 && n.kind == "" {
		n.core = rest
	}
	return n
}

// takeKind finds the kind of street: at the beginning ("av. Foch"), after an adjective ("Vieille Route d’Aix"), or at the end as lists
// that sort by name write it ("République (rue de la)").
func takeKind(w []string) (string, []string) {
	if len(w) == 0 {
		return "", nil
	}
	if len(w) > 1 {
		if kind, ok := pairs[w[0]+" "+w[1]]; ok {
			return kind, w[2:]
		}
	}
	if kind, ok := kinds[w[0]]; ok && (len(w) > 1 || len(w[0]) > 2) {
		return kind, w[1:]
	}
	if len(w) > 1 && adjectives[w[0]] {
		if kind, ok := kinds[w[1]]; ok && len(w[1]) > 1 {
			return kind, append([]string{w[0]}, w[2:]...)
		}
	}
	for i := len(w) - 1; i > 0; i-- {
		if kind, ok := kinds[w[i]]; ok && inverted[kind] && len(w[i]) > 1 {
			return kind, append(append([]string{}, w[:i]...), w[i+1:]...)
		}
		if !articles[w[i]] {
			break
		}
	}
	return "", w
}

// communeName brings the name of a commune to the form in which names are kept: "MARSEILLE CEDEX 08" → "marseille", "Paris 18e
// Arrondissement" → "paris 18", "St-Denis s/ Seine" → "saint denis sur seine".
func communeName(text string) string {
	var kept []string
	w := words(text)
	for i := 0; i < len(w); i++ {
		word := w[i]
		switch word {
		case "le", "la", "les", "l", "de", "du", "des", "d", "et", "aux", "au", "a", "arrondissement", "arr", "ardt", "arrt", "er", "e", "eme":
			continue
		case "cedex":
			if i+1 < len(w) && digits(w[i+1]) {
				i++
			}
			continue
		case "s":
			word = "sur"
		case "ss":
			word = "sous"
		}
		if ordinal := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz"); ordinal != "" && ordinal != word || digits(word) {
			word = strings.TrimLeft(ordinal, "0")
		}
		if word != "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

func digits(word string) bool {
	return word != "" && strings.Trim(word, "0123456789") == ""
}
