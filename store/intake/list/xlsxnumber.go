package list

import (
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// numberFormat is what of a cell's format changes what its number means.
type numberFormat struct {
	date, time bool
	zeros      int // digits at least, for a format of nothing but zeros
}

// builtIn are the formats that workbooks use without declaring them (ECMA-376 part 1, 18.8.30, with those of East Asia).
func builtIn(id int) numberFormat {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return numberFormat{date: true}
	case id == 22:
		return numberFormat{date: true, time: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return numberFormat{time: true}
	}
	return numberFormat{}
}

// formatOf reads the code of a format, of which the first section is for positive numbers.
func formatOf(code string) numberFormat {
	var f numberFormat
	var kept strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			for i++; i < len(code) && code[i] != '"'; i++ {
			}
		case '\\', '_', '*':
			i++
		case '[':
			start := i + 1
			for i < len(code) && code[i] != ']' {
				i++
			}
			// [h] counts hours beyond a day; [Red] and [$-40C] say nothing of the kind.
			if elapsed := strings.ToLower(code[min(start, i):i]); elapsed != "" && strings.Trim(elapsed, "hms") == "" {
				return numberFormat{}
			}
		case ';':
			i = len(code)
		default:
			kept.WriteByte(c)
		}
	}
	text := strings.ToLower(kept.String())
	if strings.HasPrefix(text, "general") || strings.HasPrefix(text, "standard") {
		return f
	}
	if n := len(text); n > 1 && n <= 15 && strings.Trim(text, "0") == "" {
		return numberFormat{zeros: n}
	}
	// m alone is a month; with h or s it is a minute. French codes (jj/mm/aaaa) are found in files of some programs.
	f.time = strings.ContainsAny(text, "hs")
	f.date = strings.ContainsAny(text, "dyj") || strings.Contains(text, "aa") || strings.Contains(text, "m") && !f.time
	return f
}

// show writes a stored number the way that the package promises.
func (f numberFormat) show(stored string, date1904 bool) string {
	stored = strings.TrimSpace(stored)
	v, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return stored
	}
	// Excel shows and computes with 15 digits; files hold 17, such as 48.856613999999997.
	if v, err = strconv.ParseFloat(strconv.FormatFloat(v, 'e', 14, 64), 64); err != nil {
		return stored
	}
	const lastDay = 2958466 // 31 December 9999
	if (f.date || f.time) && v >= 0 && v < lastDay {
		if at, err := excelize.ExcelDateToTime(v, date1904); err == nil {
			switch whole := v == math.Trunc(v); {
			case f.date && !f.time && whole, f.date && v >= 1 && whole:
				return at.Format("2006-01-02")
			case v < 1 && f.time && !f.date:
				return at.Format("15:04:05")
			case v >= 1:
				return at.Format("2006-01-02T15:04:05")
			}
		}
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if len(text) > 40 {
		// 1E+300 is nothing that a list means.
		return stored
	}
	if f.zeros > 0 && v >= 0 && v == math.Trunc(v) {
		return strings.Repeat("0", max(0, f.zeros-len(text))) + text
	}
	return text
}

// truth writes a truth value as French spreadsheets do, for all formats.
func truth(v bool) string {
	if v {
		return "VRAI"
	}
	return "FAUX"
}
