package dealmap

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// dayMinutes is the length of a day; summer time is left out of timetables.
const dayMinutes = 24 * 60

// MinuteSpan is a part of a day, in minutes since midnight: From is in it, Until is not (at most 1440, midnight).
type MinuteSpan struct{ From, Until int }

// Length is the span's length in minutes, 0 for one that is empty or reversed.
func (s MinuteSpan) Length() int { return max(0, s.Until-s.From) }

// Overlap is the part that two spans share, empty when there is none.
func (s MinuteSpan) Overlap(other MinuteSpan) MinuteSpan {
	both := MinuteSpan{max(s.From, other.From), min(s.Until, other.Until)}
	if both.Length() == 0 {
		return MinuteSpan{}
	}
	return both
}

// Hours is the week of a place. Of each day it knows the spans, or that nobody knows: an unknown day is never a closed one.
// The zero Hours know nothing.
type Hours struct {
	days    [7]dayHours // by time.Weekday
	partial bool
}

// dayHours is one day; a span that goes past midnight ends beyond 1440.
type dayHours struct {
	known bool
	spans []MinuteSpan
}

// ParseHours reads the part of OSM's opening_hours that records of this map hold: « 24/7 », « Mo-Fr 12:00-22:00; Sa,Su
// 14:00-02:00 » (past midnight), several spans a day, « Mo off », « 18:00+ ». A later rule replaces an earlier one on its days; one
// after a comma adds to it.
//
// What it cannot read (months, weeks, public holidays, comments) is passed over and Partial says so; the days that no rule
// that was read tells of are then unknown, closed otherwise. Days without hours (« Mo-Fr ») are unknown on those days: lists that
// say so mean that nobody noted the hours. An open end lasts until midnight. Empty text is unknown Hours; text of which no rule
// can be read is an error of the field hours, with unknown Hours.
func ParseHours(text string) (Hours, error) {
	var h Hours
	if strings.TrimSpace(text) == "" {
		return h, nil
	}
	var told [7]bool
	read, unread := 0, 0
	for rule := range strings.SplitSeq(text, ";") {
		if rule = strings.TrimSpace(rule); rule == "" {
			continue
		}
		r := hoursReader{text: rule}
		parts, ok := r.rule()
		h.partial = h.partial || r.partial || !ok
		if !ok {
			unread++
			continue
		}
		read++
		for _, part := range parts {
			h.apply(part, &told)
		}
	}
	if read == 0 {
		return Hours{}, Invalid("hours", "« "+clip(text)+" » ne se lit pas comme des horaires opening_hours (par exemple « Mo-Su 12:00-22:00 »)")
	}
	if unread == 0 && told != [7]bool{} {
		for day := range h.days {
			h.days[day].known = h.days[day].known || !told[day]
		}
	}
	for day := range h.days {
		h.days[day].spans = mergeSpans(h.days[day].spans)
	}
	return h, nil
}

func (h *Hours) apply(part hoursRule, told *[7]bool) {
	for day := range h.days {
		if !part.days[day] {
			continue
		}
		if !part.adds || !told[day] {
			h.days[day] = dayHours{}
		}
		told[day] = true
		if part.known {
			h.days[day].known = true
			h.days[day].spans = append(h.days[day].spans, part.spans...)
		}
	}
}

// Known reports whether anything is known of any day.
func (h *Hours) Known() bool {
	return slices.ContainsFunc(h.days[:], func(d dayHours) bool { return d.known })
}

// Partial reports whether the text said more than was understood.
func (h *Hours) Partial() bool { return h.partial }

// Spans returns when the place is known to be open on a day of the week, in order and apart from each other; what began the
// day before and goes past midnight is in it. known is false when the day's own hours are unknown; spans are then only what
// is left of the day before.
func (h *Hours) Spans(day time.Weekday) (spans []MinuteSpan, known bool) {
	if day < 0 || int(day) >= len(h.days) {
		return nil, false
	}
	for _, s := range h.days[(day+6)%7].spans {
		if late := (MinuteSpan{0, min(s.Until-dayMinutes, dayMinutes)}); late.Length() > 0 {
			spans = append(spans, late)
		}
	}
	today := h.days[day]
	for _, s := range today.spans {
		spans = append(spans, MinuteSpan{s.From, min(s.Until, dayMinutes)})
	}
	return mergeSpans(spans), today.known
}

// OpenAt reports whether the place is open at a minute (0 to 1439) of a day of the week, and whether that is known.
func (h *Hours) OpenAt(day time.Weekday, minute int) (open, known bool) {
	if minute < 0 || minute >= dayMinutes {
		return false, false
	}
	spans, known := h.Spans(day)
	open = slices.ContainsFunc(spans, func(s MinuteSpan) bool { return s.From <= minute && minute < s.Until })
	return open, open || known
}

// mergeSpans sorts spans and joins those that touch.
func mergeSpans(spans []MinuteSpan) []MinuteSpan {
	slices.SortFunc(spans, func(a, b MinuteSpan) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.Until - b.Until
	})
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.From <= out[n-1].Until {
			out[n-1].Until = max(out[n-1].Until, s.Until)
			continue
		}
		out = append(out, s)
	}
	return out
}

// ParseClock reads a time of day, « 14:00 » (00:00 to 24:00), as minutes since midnight; field names it in the error.
func ParseClock(field, text string) (int, error) {
	r := hoursReader{text: text}
	minutes, ok := r.clock()
	if !ok || r.text != "" || minutes > dayMinutes {
		return 0, Invalid(field, "« "+clip(text)+" » n’est pas une heure (par exemple 14:00)")
	}
	return minutes, nil
}

// FormatClock writes minutes since midnight as ParseClock reads them.
func FormatClock(minutes int) string {
	two := func(n int) string { return strconv.Itoa(n/10%10) + strconv.Itoa(n%10) }
	return two(minutes/60) + ":" + two(minutes%60)
}
