package dossier

import (
	"math"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
)

const (
	narrow   = "\u202f" // between groups of digits, before ; ! ?
	noBreak  = "\u00a0" // before : and %, within « »
	withheld = "n." + noBreak + "c."
	none     = "–"
	minus    = "−"
)

// whole writes 12345 as 12 345.
func whole(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = minus, digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(narrow)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// decimal writes a number with a comma; what rounds to nought has no sign.
func decimal(x float64, digits int) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', digits, 64)
	units, rest, _ := strings.Cut(text, ".")
	if n, err := strconv.Atoi(units); err == nil {
		units = whole(n)
	}
	if strings.Trim(text, "0.") != "" && x < 0 {
		units = minus + units
	}
	if rest == "" {
		return units
	}
	return units + "," + rest
}

// signed puts the plus sign before what has grown, and « = » for what has not moved.
func signed(text string) string {
	switch {
	case strings.Trim(text, "0,") == "":
		return "="
	case strings.HasPrefix(text, minus):
		return text
	}
	return "+" + text
}

func (f Figure) String() string {
	if !f.Known {
		return withheld
	}
	return whole(f.Value)
}

func (d Delta) String() string {
	if !d.Known {
		return withheld
	}
	return signed(whole(d.Value))
}

func (r Rate) text(digits int) string {
	if !r.Known {
		return withheld
	}
	return decimal(r.Value, digits)
}

func (r Rate) percent() string {
	if !r.Known {
		return withheld
	}
	return decimal(100*r.Value, 0) + noBreak + "%"
}

func plural(n int, one, many string) string {
	if n < 2 {
		return whole(n) + noBreak + one
	}
	return whole(n) + noBreak + many
}

var monthNames = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
var shortMonths = [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}

// day writes 1er mars 2026, which no line break may part.
func day(d dealmap.Date) string {
	number := strconv.Itoa(int(d.Day))
	if d.Day == 1 {
		number = "1er"
	}
	return number + noBreak + monthNames[(int(d.Month)+11)%12] + noBreak + strconv.Itoa(int(d.Year))
}

// shortDay writes 1er sept. 2026, for headings.
func shortDay(d dealmap.Date) string {
	number, _, _ := strings.Cut(day(d), noBreak)
	return number + noBreak + month(d)
}

// month writes nov. 2026.
func month(d dealmap.Date) string {
	return shortMonths[(int(d.Month)+11)%12] + noBreak + strconv.Itoa(int(d.Year))
}

var typography = strings.NewReplacer(
	" :", noBreak+":", " ;", narrow+";", " !", narrow+"!", " ?", narrow+"?", " %", noBreak+"%", " €", noBreak+"€",
	" »", noBreak+"»", "« ", "«"+noBreak, "'", "’", "\r", " ", "\t", " ", "\n", " ",
)

// french mends the typography of text that comes from elsewhere.
func french(text string) string { return typography.Replace(strings.ToValidUTF8(text, "�")) }
