package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// day is what a cell says as a date, or what is wrong with it.
type day struct {
	date  dealmap.Date
	wrong string
	// swapped says that the cell can only be read the other way, day and month exchanged.
	swapped bool
}

// Serials of workbooks in which a number is taken for a date: 1 January 1990 to 31 December 2100. All lie behind the
// 29 February 1900 that the system of 1900 counts and that never was, so day 0 is 30 December 1899.
const (
	firstSerial = 32874
	lastSerial  = 73415
)

// parseDay reads a date as French lists write it. A month without its day is its first.
func parseDay(cell string, monthFirst bool) day {
	text := strings.TrimSpace(strings.ToLower(cell))
	if d, ok := serialOrCompact(text); ok {
		return d
	}
	numbers, names := dateTokens(withoutClock(text))
	switch {
	case names == nil:
		return notDate(cell)
	case len(names) == 0:
		return numericDay(cell, numbers, monthFirst)
	}
	return namedDay(cell, numbers, names)
}

func notDate(cell string) day {
	return day{wrong: shown(cell) + " n’est pas une date (par exemple 03/12/2026 ou 2026-12-03)"}
}

// serialOrCompact reads numbers alone: 46359, 46359.5, 20261203.
func serialOrCompact(text string) (day, bool) {
	whole, fraction, _ := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	n, err := strconv.Atoi(whole)
	if err != nil || !allDigits(fraction) {
		return day{}, false
	}
	switch {
	case len(whole) == 5 && n >= firstSerial && n <= lastSerial:
		return day{date: dealmap.DateOf(time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC))}, true
	case len(whole) == 8 && strings.Trim(fraction, "0") == "":
		return calendar(text, n/10000, n/100%100, n%100), true
	}
	return day{}, false
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// withoutClock cuts the time of day off: 2026-12-03T14:00:00Z, 03/12/2026 14:00, 3 mars 2026 à 14h30.
func withoutClock(text string) string {
	if len(text) > 11 && text[10] == 't' && text[4] == '-' {
		return text[:10]
	}
	for i, c := range text {
		if (c == ':' || c == 'h') && i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
			before := strings.TrimRight(text[:i], "0123456789")
			if before != "" && before != text[:i] && strings.HasSuffix(before, " ") {
				return strings.TrimSuffix(strings.TrimRight(before, " ,"), " à")
			}
			return text
		}
	}
	return text
}

// dateTokens takes a date apart into numbers (as written) and months; names is nil when something else stands in it.
func dateTokens(text string) (numbers []string, names []time.Month) {
	names = []time.Month{}
	for token := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(" /-.,\u00a0\u202f", c) }) {
		if len(numbers)+len(names) > 4 {
			return nil, nil
		}
		if number := strings.TrimSuffix(token, "er"); allDigits(number) && number != "" && len(number) <= 4 {
			numbers = append(numbers, number)
			continue
		}
		folded := geo.Fold(token)
		if month, ok := months[folded]; ok {
			names = append(names, month)
		} else if !dateNoise[folded] {
			return nil, nil
		}
	}
	return numbers, names
}

var months = map[string]time.Month{}

var dateNoise = map[string]bool{"le": true, "l": true, "du": true, "de": true, "of": true, "en": true}

func init() {
	for i, spellings := range []string{
		"janvier janv jan january", "fevrier fevr fev feb february", "mars mar march", "avril avr apr april", "mai may", "juin jun june",
		"juillet juil jul july", "aout aou aug august", "septembre sept sep september", "octobre oct october", "novembre nov november",
		"decembre dec december",
	} {
		for name := range strings.FieldsSeq(spellings) {
			months[name] = time.Month(i + 1)
		}
	}
	for _, name := range []string{
		"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lun", "mer", "jeu", "ven", "sam", "dim",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
	} {
		dateNoise[name] = true
	}
}

func numericDay(cell string, numbers []string, monthFirst bool) day {
	switch len(numbers) {
	case 2: // a month alone: 2017-01, 01/2017
		if len(numbers[0]) == 4 && len(numbers[1]) <= 2 {
			return calendar(cell, atoi(numbers[0]), atoi(numbers[1]), 1)
		}
		if len(numbers[1]) == 4 && len(numbers[0]) <= 2 {
			return calendar(cell, atoi(numbers[1]), atoi(numbers[0]), 1)
		}
	case 3:
		a, b, c := numbers[0], numbers[1], numbers[2]
		if len(a) == 4 && len(b) <= 2 && len(c) <= 2 {
			return calendar(cell, atoi(a), atoi(b), atoi(c))
		}
		if len(a) > 2 || len(b) > 2 || len(c) == 3 || len(c) == 1 {
			break
		}
		d, m := atoi(a), atoi(b)
		if monthFirst {
			d, m = m, d
		}
		read := calendar(cell, fullYear(c), m, d)
		if read.wrong != "" && m > 12 && d >= 1 && d <= 12 {
			read.wrong += " : jour et mois semblent inversés"
			read.swapped = true
		}
		return read
	}
	return notDate(cell)
}

// namedDay reads « 3 mars 2026 », « mars 2026 », "Mar 3, 2026".
func namedDay(cell string, numbers []string, names []time.Month) day {
	if len(names) != 1 || len(numbers) == 0 || len(numbers) > 2 {
		return notDate(cell)
	}
	year, number := numbers[len(numbers)-1], 1
	if len(numbers) == 2 {
		first := numbers[0]
		if len(first) == 4 {
			first, year = year, first
		}
		number = atoi(first)
	} else if len(year) != 4 {
		return notDate(cell)
	}
	if len(year) == 3 || len(year) == 1 {
		return notDate(cell)
	}
	return calendar(cell, fullYear(year), int(names[0]), number)
}

func fullYear(text string) int {
	n := atoi(text)
	switch {
	case len(text) > 2:
		return n
	case n >= 90:
		return 1900 + n
	}
	return 2000 + n
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // at most four digits
	return n
}

// calendar refuses days that no calendar has.
func calendar(cell string, year, month, number int) day {
	switch t := time.Date(year, time.Month(month), number, 0, 0, 0, 0, time.UTC); {
	case year < 1900 || year > 2200:
		return day{wrong: fmt.Sprintf("%s : l’année %d n’est pas plausible", shown(cell), year)}
	case month < 1 || month > 12:
		return day{wrong: fmt.Sprintf("%s : le mois %d n’existe pas", shown(cell), month)}
	case t.Day() != number || t.Month() != time.Month(month):
		return day{wrong: fmt.Sprintf("%s : ce jour n’existe pas", shown(cell))}
	default:
		return day{date: dealmap.DateOf(t)}
	}
}
