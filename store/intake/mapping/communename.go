package mapping

import (
	"strconv"
	"strings"

	"github.com/mesure5/dealmap/geo"
)

// splitName takes the name of a commune apart from what lists write beside it: « Saint-Denis (93) », « 93200 ST DENIS »,
// « MARSEILLE CEDEX 03 », « Hay-les-Roses (L’) ». The name comes back folded.
func splitName(text string) (name string, beside locality) {
	open := strings.IndexByte(text, '(')
	if end := strings.IndexByte(text, ')'); open > 0 && end > open {
		bracketed := geo.Fold(text[open+1 : end])
		text = text[:open] + " " + text[end+1:]
		switch {
		case len(bracketed) == 5 && allDigits(bracketed):
			beside.postcode = bracketed
		case bracketed == "le" || bracketed == "la" || bracketed == "les" || bracketed == "l":
			text = bracketed + " " + text
		default:
			beside.departement = bracketed
		}
	}
	words := strings.Fields(geo.Fold(text))
	for i, w := range words {
		if w == "cedex" {
			words = words[:i]
			break
		}
	}
	if n := len(words); n > 1 {
		switch first, last := words[0], words[n-1]; {
		case len(first) == 5 && allDigits(first):
			beside.postcode, words = first, words[1:]
		case len(last) == 5 && allDigits(last):
			beside.postcode, words = last, words[:n-1]
		}
	}
	return strings.Join(words, " "), beside
}

// municipal reads the name of a municipal arrondissement as lists write it: « marseille 13eme », « paris 18e arrondissement »,
// « lyon 03 ». number is as the gazetteer writes it: 1er, 2e.
func municipal(name string) (city, number string, ok bool) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return "", "", false
	}
	most := map[string]int{"paris": 20, "lyon": 9, "marseille": 16}[words[0]]
	digits := strings.TrimRight(words[1], "abcdefghijklmnopqrstuvwxyz")
	suffix := words[1][len(digits):]
	rest := strings.Join(words[2:], " ")
	for _, ordinal := range []string{"e", "er", "eme", "ieme", "nd", "e arrondissement"} {
		if suffix == "" && len(words) > 2 && words[2] == ordinal { // « Paris 18 e »
			rest = strings.Join(words[3:], " ")
		}
	}
	n, err := strconv.Atoi(digits)
	known := map[string]bool{"": true, "e": true, "er": true, "eme": true, "ieme": true, "nd": true}
	arrondissement := map[string]bool{"": true, "arrondissement": true, "arr": true, "ardt": true, "arrdt": true, "ar": true}
	if err != nil || n < 1 || n > most || !known[suffix] || !arrondissement[rest] {
		return "", "", false
	}
	number = strconv.Itoa(n) + "e"
	if n == 1 {
		number = "1er"
	}
	return words[0], number, true
}
