package mapping

import (
	"math"
	"strconv"
	"strings"
)

// parseNumber reads a number with a decimal point or comma, with or without spaces, points or commas between thousands.
// decimal is the decimal mark where it is known.
func parseNumber(text, decimal string) (float64, bool) {
	if !startsNumber(text) {
		return 0, false
	}
	if decimal != "," && plain(text) {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n, !math.IsInf(n, 0)
		}
	}
	if strings.ContainsAny(text, " '\u00a0\u202f’−") {
		text = withoutSpaces.Replace(text)
	}
	points, commas := strings.Count(text, "."), strings.Count(text, ",")
	switch {
	case decimal == ".":
		text = strings.ReplaceAll(text, ",", "")
	case decimal == ",":
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	case points > 0 && commas > 0 && strings.LastIndexByte(text, ',') > strings.LastIndexByte(text, '.'):
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	case points > 0 && commas > 0 || commas > 1:
		text = strings.ReplaceAll(text, ",", "")
	case points > 1:
		text = strings.ReplaceAll(text, ".", "")
	case commas == 1:
		text = strings.Replace(text, ",", ".", 1)
	}
	if !plain(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// startsNumber spares most texts the attempt.
func startsNumber(text string) bool {
	return text != "" && (text[0] >= '0' && text[0] <= '9' || strings.IndexByte("+-., \xe2\xc2'", text[0]) >= 0)
}

var withoutSpaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "", "−", "-")

// plain refuses what ParseFloat takes besides decimal numbers: NaN, hexadecimal, underscores.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	return text != ""
}

// axis says which way a coordinate goes, as far as it says so itself.
type axis byte

const (
	unsaid axis = iota
	eastward
	northward
)

// parseCoordinate reads a number or an angle: 5.3694, 5°22′10″E, W 1.55.
func parseCoordinate(text, decimal string) (float64, axis, bool) {
	if n, ok := parseNumber(text, decimal); ok {
		return n, unsaid, true
	}
	return parseAngle(text)
}

var hemispheres = map[byte]struct {
	axis axis
	sign float64
}{'N': {northward, 1}, 'S': {northward, -1}, 'E': {eastward, 1}, 'W': {eastward, -1}, 'O': {eastward, -1}}

var compassWords = strings.NewReplacer("NORD", "N", "SUD", "S", "EST", "E", "OUEST", "O", "NORTH", "N", "SOUTH", "S", "EAST", "E", "WEST", "W", "''", "″", "−", "-")

// parseAngle reads degrees, minutes and seconds, with a hemisphere before or behind them.
func parseAngle(text string) (float64, axis, bool) {
	if len(text) > 60 {
		return 0, unsaid, false
	}
	text = strings.TrimSpace(compassWords.Replace(strings.ToUpper(text)))
	way, sign := unsaid, 1.0
	for _, at := range []int{len(text) - 1, 0} {
		if at < 0 {
			return 0, unsaid, false
		}
		if h, ok := hemispheres[text[at]]; ok {
			way, sign = h.axis, h.sign
			text = strings.TrimSpace(text[:at] + text[at+1:])
			break
		}
	}
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		text, sign = rest, -sign
	}
	var numbers []float64
	for token := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(" °º˚'’′‘\"”“″:*\u00a0\u202fDM", c) }) {
		n, ok := parseNumber(token, "")
		if !ok || n < 0 || len(numbers) > 0 && n >= 60 || len(numbers) == 3 {
			return 0, unsaid, false
		}
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 || way == unsaid && !strings.ContainsAny(text, "°º˚") {
		return 0, unsaid, false
	}
	angle, unit := 0.0, 1.0
	for _, n := range numbers {
		angle += n * unit
		unit /= 60
	}
	return sign * angle, way, angle <= 180
}

// pair is two coordinates of one cell.
type pair struct {
	first, second float64
	order         order
}

// order says which of two coordinates is which.
type order byte

const (
	byCustom order = iota // latitude first in degrees, x first in metres
	xFirst                // by a format that has it so (WKT, GeoJSON), though some write it otherwise
	said                  // x first, by the hemispheres that stand there
)

// parsePair reads both coordinates of a cell: « 48.85, 2.30 », « 48,85 ; 2,30 », POINT(2.30 48.85), [2.30, 48.85] in a GeoJSON
// geometry, 43°17′52″N 5°22′10″E.
func parsePair(text, decimal string) (pair, bool) {
	if len(text) > maxWord {
		return pair{}, false
	}
	text = strings.TrimSpace(text)
	upper := strings.ToUpper(text)
	for _, form := range []string{"POINT", "\"COORDINATES\""} {
		if at := strings.Index(upper, form); at >= 0 {
			start := strings.IndexAny(upper[at:], "([")
			end := strings.IndexAny(upper[at:], ")]")
			if start < 0 || end < start {
				return pair{}, false
			}
			parts := strings.FieldsFunc(upper[at+start+1:at+end], func(c rune) bool { return c == ' ' || c == ',' })
			if len(parts) < 2 || len(parts) > 4 {
				return pair{}, false
			}
			return numbersOf(parts[0], parts[1])
		}
	}
	first, second, ok := splitPair(strings.Trim(text, "()[]{} "))
	if !ok {
		return pair{}, false
	}
	a, way, okA := parseCoordinate(first, decimal)
	b, other, okB := parseCoordinate(second, decimal)
	switch {
	case !okA || !okB || way != unsaid && way == other:
		return pair{}, false
	case way == eastward || other == northward:
		return pair{a, b, said}, true
	case way == northward || other == eastward:
		return pair{b, a, said}, true
	}
	return pair{a, b, byCustom}, true
}

func numbersOf(first, second string) (pair, bool) {
	a, okA := parseNumber(first, ".")
	b, okB := parseNumber(second, ".")
	return pair{a, b, xFirst}, okA && okB
}

// splitPair finds where one coordinate ends and the other begins.
func splitPair(text string) (first, second string, ok bool) {
	if i := strings.IndexAny(text, ";|"); i >= 0 {
		return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:]), true
	}
	text = strings.ReplaceAll(text, " ,", ",")
	if strings.Count(text, ", ") == 1 {
		first, second, _ = strings.Cut(text, ", ")
		return first, strings.TrimSpace(second), true
	}
	if i := strings.IndexAny(text, "NSEWOnsewo"); i == 0 && len(text) > 1 { // N 43°17′ E 5°22′
		if j := strings.IndexAny(text[1:], "NSEWOnsewo"); j > 0 {
			return strings.Trim(text[:j+1], " ,/"), strings.Trim(text[j+1:], " ,/"), true
		}
	} else if i > 0 && i < len(text)-1 { // 43°17′N 5°22′E
		return strings.Trim(text[:i+1], " ,/"), strings.Trim(text[i+1:], " ,/"), true
	}
	if parts := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '/' || c == '\t' || c == '\n' || c == '\u00a0' }); len(parts) == 2 {
		return strings.TrimSuffix(parts[0], ","), parts[1], true
	}
	switch commas := strings.Count(text, ","); commas {
	case 1:
		first, second, _ = strings.Cut(text, ",")
		return first, second, true
	case 3: // 48,85,2,30
		parts := strings.Split(text, ",")
		return parts[0] + "," + parts[1], parts[2] + "," + parts[3], true
	}
	return "", "", false
}
