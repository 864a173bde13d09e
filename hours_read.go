package dealmap

import (
	"strings"
	"time"
)

// mostHoursMinutes is the latest end that opening_hours knows, 48:00, counted from the midnight before.
const mostHoursMinutes = 2 * dayMinutes

// hoursRule is what one rule says of its days; known is false when it names days and no hours.
type hoursRule struct {
	days  [7]bool
	spans []MinuteSpan
	known bool
	adds  bool // to what an earlier rule says of the day, as a rule after a comma does
}

// hoursReader reads one rule; text is what is left of it.
type hoursReader struct {
	text    string
	partial bool
}

var hoursDays = map[string]time.Weekday{
	"Mo": time.Monday, "Tu": time.Tuesday, "We": time.Wednesday, "Th": time.Thursday, "Fr": time.Friday, "Sa": time.Saturday, "Su": time.Sunday,
}

// rule reads all of the text, or says that it cannot.
func (r *hoursReader) rule() ([]hoursRule, bool) {
	r.dropComment()
	if r.text == "" {
		return nil, false
	}
	if r.text == "24/7" {
		return []hoursRule{{days: everyDay, spans: []MinuteSpan{{0, dayMinutes}}, known: true}}, true
	}
	var parts []hoursRule
	for {
		part, ok := r.part()
		if !ok {
			return nil, false
		}
		part.adds = len(parts) > 0
		parts = append(parts, part)
		if r.text == "" {
			return parts, true
		}
		if !r.take(",") {
			return nil, false
		}
	}
}

var everyDay = [7]bool{true, true, true, true, true, true, true}

// dropComment takes a comment in quotation marks off the end: it may say anything.
func (r *hoursReader) dropComment() {
	if at := strings.IndexByte(r.text, '"'); at >= 0 && strings.HasSuffix(r.text, `"`) && at < len(r.text)-1 {
		r.text, r.partial = strings.TrimSpace(r.text[:at]), true
	}
}

// part reads days with their spans, up to a comma behind which other days come.
func (r *hoursReader) part() (hoursRule, bool) {
	out := hoursRule{days: everyDay}
	named, ok := r.days(&out.days)
	switch {
	case !ok:
		return out, false
	case r.takeWord("off") || r.takeWord("closed"):
		out.known = true
		return out, true
	case named && (r.text == "" || r.text[0] == ','):
		return out, true
	}
	for {
		span, ok := r.span()
		if !ok {
			return out, false
		}
		out.spans, out.known = append(out.spans, span), true
		if rest := r.text; !r.take(",") || !r.startsWithDigit() {
			r.text = rest
			return out, true
		}
	}
}

// days reads a list of days; holidays in it are passed over.
func (r *hoursReader) days(into *[7]bool) (named, ok bool) {
	for {
		day, isDay := r.day()
		switch {
		case isDay:
			if !named {
				*into, named = [7]bool{}, true
			}
			last := day
			if rest := r.text; r.dash() {
				if last, isDay = r.day(); !isDay {
					r.text = rest
					return named, false
				}
			}
			for d := day; ; d = (d + 1) % 7 {
				into[d] = true
				if d == last {
					break
				}
			}
		case r.takeWord("PH") || r.takeWord("SH"):
			if !named {
				*into, named = [7]bool{}, true
			}
			r.partial = true
		default:
			return named, !named
		}
		if rest := r.text; !r.take(",") || r.startsWithDigit() {
			r.text = rest
			return named, rest == "" || rest[0] != ','
		}
	}
}

func (r *hoursReader) day() (time.Weekday, bool) {
	for name, day := range hoursDays {
		if r.takeWord(name) {
			return day, true
		}
	}
	return 0, false
}

// span reads 12:00-22:00, 22:00-02:00, 22:00-26:00 or 18:00+.
func (r *hoursReader) span() (MinuteSpan, bool) {
	from, ok := r.clock()
	if !ok || from >= dayMinutes {
		return MinuteSpan{}, false
	}
	r.text = strings.TrimLeft(r.text, " ")
	if r.take("+") {
		r.partial = true
		return MinuteSpan{from, dayMinutes}, true
	}
	if !r.dash() {
		return MinuteSpan{}, false
	}
	until, ok := r.clock()
	if !ok || until == from {
		return MinuteSpan{}, false
	}
	if until < from {
		until += dayMinutes
	}
	r.text = strings.TrimLeft(r.text, " ")
	if r.take("+") {
		r.partial = true
	}
	return MinuteSpan{from, until}, until-from <= dayMinutes
}

// clock reads H:MM or HH:MM.
func (r *hoursReader) clock() (int, bool) {
	hours, ok := r.number(1)
	if !ok || !strings.HasPrefix(r.text, ":") {
		return 0, false
	}
	r.text = r.text[1:]
	minutes, ok := r.number(2)
	if !ok || minutes > 59 || hours*60+minutes > mostHoursMinutes {
		return 0, false
	}
	return hours*60 + minutes, true
}

// number reads two digits, or at least so many.
func (r *hoursReader) number(least int) (n int, ok bool) {
	digits := 0
	for digits < 2 && digits < len(r.text) && r.text[digits] >= '0' && r.text[digits] <= '9' {
		n = 10*n + int(r.text[digits]-'0')
		digits++
	}
	r.text = r.text[digits:]
	return n, digits >= least
}

func (r *hoursReader) dash() bool { return r.take("-") || r.take("–") }

func (r *hoursReader) take(mark string) bool {
	rest, ok := strings.CutPrefix(r.text, mark)
	if ok {
		r.text = strings.TrimLeft(rest, " ")
	}
	return ok
}

// takeWord is take for a word, which no letter follows.
func (r *hoursReader) takeWord(word string) bool {
	rest, ok := strings.CutPrefix(r.text, word)
	if !ok || rest != "" && (rest[0] >= 'a' && rest[0] <= 'z' || rest[0] >= 'A' && rest[0] <= 'Z') {
		return false
	}
	r.text = strings.TrimLeft(rest, " ")
	return true
}

func (r *hoursReader) startsWithDigit() bool {
	return r.text != "" && r.text[0] >= '0' && r.text[0] <= '9'
}
