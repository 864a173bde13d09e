package addresses

import (
	"slices"
	"strconv"
	"strings"
)

// number is a house number: 12 bis is {12, "bis"}.
type number struct {
	n      int
	suffix string
}

func (n number) String() string {
	if n.suffix == "" {
		return strconv.Itoa(n.n)
	}
	return strconv.Itoa(n.n) + " " + n.suffix
}

// maxNumber is above every house number in France; the BAL writes 99999 for "no number".
const maxNumber = 9999

// suffixes that are written in more than one way.
var suffixes = map[string]string{"b": "bis", "t": "ter", "q": "quater", "bis": "b", "ter": "t", "quater": "q"}

// numberOf reads one word such as 12, 12b or 12bis.
func numberOf(word string) (number, bool) {
	end := 0
	for end < len(word) && word[end] >= '0' && word[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(word[:end])
	suffix := word[end:]
	if err != nil || n == 0 || n > maxNumber || len(suffix) > 1 && suffixes[suffix] == "" {
		return number{}, false
	}
	return number{n, suffix}, true
}

// takeNumbers reads the house numbers with which words begin: "12 bis", "n° 12", "12-14", "3 à 7". Of a range all numbers of its side of the
// street follow its two ends. A date ("8 mai 1945") and an ordinal ("1er") are no numbers.
func takeNumbers(w []string) (numbers []number, rest []string) {
	rest = w
	for len(rest) > 1 && (rest[0] == "n" || rest[0] == "no" || rest[0] == "num" || rest[0] == "numero") && startsWithDigit(rest[1]) {
		rest = rest[1:]
	}
	ranged := false
	for len(rest) > 0 {
		n, ok := numberOf(rest[0])
		if !ok || len(rest) > 1 && months[rest[1]] {
			break
		}
		rest = rest[1:]
		if n.suffix == "" && len(rest) > 0 && isSuffix(rest) {
			n.suffix = rest[0]
			rest = rest[1:]
		}
		numbers = append(numbers, n)
		if len(rest) > 1 && (rest[0] == "a" || rest[0] == "au" || rest[0] == "et") && startsWithDigit(rest[1]) {
			ranged = ranged || rest[0] != "et"
			rest = rest[1:]
		}
		if len(numbers) == 4 {
			break
		}
	}
	if len(numbers) == 2 {
		first, last := numbers[0].n, numbers[1].n
		for n := first + 2; (ranged || (last-first)%2 == 0) && n < last && n <= first+40; n += 2 {
			numbers = append(numbers, number{n: n})
		}
	}
	return numbers, rest
}

var months = set("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre")

// isSuffix tells the B of "12 B rue Foch" from the L of "12 l’Estaque" and the à of "3 à 7".
func isSuffix(w []string) bool {
	switch {
	case suffixes[w[0]] != "" && len(w[0]) > 1:
		return true
	case len(w[0]) != 1 || w[0][0] < 'a':
		return false
	case len(w) == 1:
		return true
	case startsWithDigit(w[1]):
		return w[0] != "a"
	case w[0] == "l" || w[0] == "d" || w[0] == "r" || w[0] == "q":
		_, kind := kinds[w[1]]
		return kind
	}
	return true
}

func startsWithDigit(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// suffixOf brings what a file says after a number to one word; ok is false when it cannot be one.
func suffixOf(text string) (suffix string, ok bool) {
	if text == "" {
		return "", true
	}
	suffix = strings.Join(words(text), "")
	return suffix, len(suffix) <= 12
}

// pick chooses among the points of a street the one for the numbers wanted, in their order. The suffix may be written
// another way (12 B for 12 bis); exact says that the first number was found as it was written.
func pick(points []point, wanted []number) (found point, exact, ok bool) {
	for i, w := range wanted {
		for j, suffix := range []string{w.suffix, suffixes[w.suffix]} {
			if j > 0 && suffix == "" {
				continue
			}
			same := slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.n != w.n || p.suffix != suffix })
			if len(same) == 0 {
				continue
			}
			if door := slices.IndexFunc(same, func(p point) bool { return p.door }); door >= 0 {
				return same[door], i == 0 && j == 0, true
			}
			return same[0], i == 0 && j == 0, true
		}
	}
	return point{}, false, false
}
