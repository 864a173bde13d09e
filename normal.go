package dealmap

import (
	"strings"
	"unicode"
)

// A written name or address is read in three steps: letters are brought to plain lower-case ones and cut into pieces (here),
// pieces are looked up among the words of French addresses (normal_words.go), and what they mean is put in its place
// (normal_read.go).

// piece is a run of letters or of digits.
type piece struct {
	text string
	// before is what stands before it: a space, a comma for whatever ends a part of the text, another mark, or 0 when it
	// follows the piece before immediately, as the b of 12b.
	before byte
	digits bool
}

// mostPieces bounds what is read of one text; names and addresses are shorter.
const mostPieces = 40

// plain are the letters that French texts hold beside those of ASCII, in plain ones.
var plain = func() (table [0x180]string) {
	for plainLetters, accented := range map[string]string{
		"a": "àâäáãåÀÂÄÁÃÅ", "c": "çÇ", "e": "éèêëÉÈÊË", "i": "îïíìÎÏÍÌ", "o": "ôöóòõÔÖÓÒÕ", "u": "ùûüúÙÛÜÚ", "y": "ÿýŸÝ", "n": "ñÑ",
		"oe": "œŒ", "ae": "æÆ",
	} {
		for _, r := range accented {
			table[r] = plainLetters
		}
	}
	return table
}()

// cut brings a text to plain lower-case letters and cuts it into pieces. A capital after a small letter begins a piece:
// LesTilleuls is two words.
func cut(text string, pieces *[mostPieces]piece) int {
	var buffer [256]byte
	letters := buffer[:0]
	var starts [mostPieces + 1]int
	n := 0
	before := byte(',')
	wasDigit, wasLower, open := false, false, false
	for _, r := range text {
		var one [1]byte
		var add string
		digit := false
		lower := false
		switch {
		case r >= 'a' && r <= 'z':
			one[0], lower = byte(r), true
		case r >= 'A' && r <= 'Z':
			one[0] = byte(r) + 'a' - 'A'
		case r >= '0' && r <= '9':
			one[0], digit = byte(r), true
		case r < rune(len(plain)) && plain[r] != "":
			add, lower = plain[r], unicode.IsLower(r)
		case r >= 0x300 && r < 0x370:
			continue // an accent written apart from its letter
		default:
			before = stronger(before, open, mark(r))
			open = false
			continue
		}
		capital := !digit && !lower
		if !open || digit != wasDigit || wasLower && capital {
			if n == mostPieces {
				break
			}
			if open {
				before = 0
				if wasLower && capital {
					before = ' '
				}
			}
			starts[n] = len(letters)
			pieces[n] = piece{before: before, digits: digit}
			n++
		}
		if add == "" {
			letters = append(letters, one[0])
		} else {
			letters = append(letters, add...)
		}
		open, wasDigit, wasLower, before = true, digit, lower, 0
	}
	starts[n] = len(letters)
	all := string(letters)
	for i := range n {
		pieces[i].text = all[starts[i]:starts[i+1]]
	}
	return n
}

// mark sorts what stands between words.
func mark(r rune) byte {
	switch r {
	case ',', ';', '(', ')', '\n', '\t', '|', ':', '«', '»', '"', '[', ']', '–', '—', '·':
		return ','
	case '-', '/', '+', '&':
		return byte(r)
	}
	return ' '
}

// stronger is the mark of a gap of several: a comma ends a part whatever stands around it, and « A - B » is two parts where
// « A-B » is one.
func stronger(before byte, open bool, next byte) byte {
	switch {
	case open:
		return next
	case before == ',' || next == ',':
		return ','
	case before == '-' && next == ' ' || before == ' ' && next == '-':
		return '~'
	case next == ' ':
		return before
	case before == '~':
		return before
	}
	return next
}

// roman reads a Roman numeral of at least two letters up to 39, as they follow names of kings and popes; 0 when it is none.
func roman(text string) int {
	if len(text) < 2 || len(text) > 7 || strings.Trim(text, "ivx") != "" {
		return 0
	}
	n, last := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		value := 1
		switch text[i] {
		case 'v':
			value = 5
		case 'x':
			value = 10
		}
		if value < last {
			n -= value
		} else {
			n, last = n+value, value
		}
	}
	if n > 39 {
		return 0
	}
	return n
}

// singular drops the mark of the plural.
func singular(text string) string {
	if n := len(text); n > 3 && (text[n-1] == 's' || text[n-1] == 'x') {
		return text[:n-1]
	}
	return text
}

// withoutZeros drops leading zeros: hall 03 is hall 3.
func withoutZeros(digits string) string {
	trimmed := strings.TrimLeft(digits, "0")
	if trimmed == "" {
		return "0"
	}
	return trimmed
}
