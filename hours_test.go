package dealmap

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// inWords writes a timetable from Monday on: the spans of each day, « fermé », or « ? » where nothing is known.
func inWords(h Hours) string {
	var week []string
	for i := range 7 {
		spans, known := h.Spans(time.Weekday((i + 1) % 7))
		var day []string
		for _, s := range spans {
			day = append(day, FormatClock(s.From)+"-"+FormatClock(s.Until))
		}
		switch {
		case !known:
			day = append(day, "?")
		case len(day) == 0:
			day = append(day, "fermé")
		}
		week = append(week, strings.Join(day, ","))
	}
	return strings.Join(week, " ")
}

func TestParseHours(t *testing.T) {
	t.Parallel()
	week := func(day string) string { return strings.Join(slices.Repeat([]string{day}, 7), " ") }
	const unknown, all = "? ? ? ? ? ? ?", "00:00-24:00"
	for text, want := range map[string]struct {
		week          string
		partial, fail bool
	}{
		"":                                          {week: unknown},
		"  ":                                        {week: unknown},
		"24/7":                                      {week: week(all)},
		"12:00-22:00":                               {week: week("12:00-22:00")},
		"Mo-Su 12:00-22:00":                         {week: week("12:00-22:00")},
		"Mo-Su 9:30-12:00":                          {week: week("09:30-12:00")},
		"Mo-Su 11:00-24:00":                         {week: week("11:00-24:00")},
		"Mo-Sa 14:00-23:00":                         {week: strings.Repeat("14:00-23:00 ", 6) + "fermé"},
		"Mo-Su 10:00-02:00":                         {week: week("00:00-02:00,10:00-24:00")},
		"Th-Sa 18:00-03:00":                         {week: "fermé fermé fermé 18:00-24:00 00:00-03:00,18:00-24:00 00:00-03:00,18:00-24:00 00:00-03:00"},
		"Mo-Fr 16:00-22:00; Sa-Su 12:00-24:00":      {week: strings.Repeat("16:00-22:00 ", 5) + "12:00-24:00 12:00-24:00"},
		"Mo-Fr 12:00-22:00; Sa,Su 14:00-02:00":      {week: "00:00-02:00,12:00-22:00 " + strings.Repeat("12:00-22:00 ", 4) + "14:00-24:00 00:00-02:00,14:00-24:00"},
		"Mo-Fr 10:00-12:00,14:00-18:00":             {week: strings.Repeat("10:00-12:00,14:00-18:00 ", 5) + "fermé fermé"},
		"Mo-Fr 10:00-12:00, 14:00-18:00":            {week: strings.Repeat("10:00-12:00,14:00-18:00 ", 5) + "fermé fermé"},
		"Mo-Tu,Th 10:00-11:00,We 12:00-13:00":       {week: "10:00-11:00 10:00-11:00 12:00-13:00 10:00-11:00 fermé fermé fermé"},
		"Mo 10:00-12:00,11:00-13:00,13:00-14:00":    {week: "10:00-14:00 fermé fermé fermé fermé fermé fermé"},
		"Mo 10:00-12:00, Mo 20:00-21:00":            {week: "10:00-12:00,20:00-21:00 fermé fermé fermé fermé fermé fermé"},
		"Sa-Mo 10:00-12:00":                         {week: "10:00-12:00 fermé fermé fermé fermé 10:00-12:00 10:00-12:00"},
		"Mo–We 10:00–12:00":                         {week: "10:00-12:00 10:00-12:00 10:00-12:00 fermé fermé fermé fermé"},
		"Fr 22:00-26:00":                            {week: "fermé fermé fermé fermé 22:00-24:00 00:00-02:00 fermé"},
		"Mo-Su 12:00-22:00; Mo off":                 {week: "fermé " + strings.TrimSpace(strings.Repeat("12:00-22:00 ", 6))},
		"24/7; Su closed":                           {week: strings.Repeat(all+" ", 6) + "fermé"},
		"Mo-Su 12:00-22:00; Mo 08:00-09:00":         {week: "08:00-09:00 " + strings.TrimSpace(strings.Repeat("12:00-22:00 ", 6))},
		"Mo off":                                    {week: week("fermé")},
		"Mo-Fr":                                     {week: "? ? ? ? ? fermé fermé"},
		"Mo-Su 12:00-22:00; We":                     {week: "12:00-22:00 12:00-22:00 ? " + strings.TrimSpace(strings.Repeat("12:00-22:00 ", 4))},
		"18:00+":                                    {week: week("18:00-24:00"), partial: true},
		"Mo-Fr,PH 12:00-22:00":                      {week: strings.Repeat("12:00-22:00 ", 5) + "fermé fermé", partial: true},
		"Mo-Su 12:00-22:00; PH off":                 {week: week("12:00-22:00"), partial: true},
		"PH off":                                    {week: unknown, partial: true},
		`12:00-22:00 "le soir"`:                     {week: week("12:00-22:00"), partial: true},
		"Mo-Fr 12:00-22:00; Jan-Mar Sa 10:00-12:00": {week: strings.Repeat("12:00-22:00 ", 5) + "? ?", partial: true},
		"Sa 22:00-02:00; week 10 Mo 12:00-13:00":    {week: "? ? ? ? ? 22:00-24:00 00:00-02:00,?", partial: true},
		"Mo-Fr 12:00-22:00; Sa 25:00-26:00":         {week: strings.Repeat("12:00-22:00 ", 5) + "? ?", partial: true},
		"Jan-Mar 12:00-22:00":                       {week: unknown, fail: true},
		"sunrise-sunset":                            {week: unknown, fail: true},
		"Mo 12:00-12:00":                            {week: unknown, fail: true},
		"Mo 12:61-13:00":                            {week: unknown, fail: true},
		"Mo 24:00-25:00":                            {week: unknown, fail: true},
		"Mo 10:00-48:00":                            {week: unknown, fail: true},
		"Mo-":                                       {week: unknown, fail: true},
		"Mo, 12:00-13:00":                           {week: unknown, fail: true},
		"Monday 12:00-13:00":                        {week: unknown, fail: true},
		"le soir":                                   {week: unknown, fail: true},
		";;":                                        {week: unknown, fail: true},
		"12-22":                                     {week: unknown, fail: true},
		"Mo 12:00-14:00 || Tu 10:00-12:00":          {week: unknown, fail: true},
	} {
		h, err := ParseHours(text)
		if got := inWords(h); got != want.week || h.Partial() != want.partial || (err != nil) != want.fail {
			t.Errorf("%q: %s (partial %v, error %v), want %+v", text, got, h.Partial(), err, want)
		}
		if want.fail && (KindOf(err) != KindInvalid || !strings.Contains(err.Error(), "hours")) {
			t.Errorf("%q: %v", text, err)
		}
		if h.Known() != strings.ContainsAny(want.week, "0123456789é") {
			t.Errorf("%q: known %v", text, h.Known())
		}
	}
}

func TestUnknownHoursAreNeverClosed(t *testing.T) {
	t.Parallel()
	var h Hours
	for day := range time.Weekday(7) {
		for minute := range dayMinutes {
			if open, known := h.OpenAt(day, minute); open || known {
				t.Fatalf("%s %d: %v, %v", day, minute, open, known)
			}
		}
	}
	all, _ := ParseHours("24/7")
	for _, minute := range []int{-1, dayMinutes, 1 << 40} {
		if open, known := all.OpenAt(time.Monday, minute); open || known {
			t.Errorf("minute %d: %v, %v", minute, open, known)
		}
	}
	if spans, known := all.Spans(7); spans != nil || known {
		t.Errorf("a day that is none: %v, %v", spans, known)
	}
}

// checkHours holds what a text was read as to its own rules: spans in order, apart and within the day, and OpenAt saying the same.
func checkHours(t *testing.T, text string) {
	h, err := ParseHours(text)
	if err != nil && h.Known() {
		t.Fatalf("%q: an error (%v) and hours", text, err)
	}
	for day := range time.Weekday(7) {
		spans, told := h.Spans(day)
		within := 0
		for i, s := range spans {
			if s.From < 0 || s.Length() <= 0 || s.Until > dayMinutes || i > 0 && s.From <= spans[i-1].Until {
				t.Fatalf("%q, %s: %v", text, day, spans)
			}
			within += s.Length()
		}
		minutes := 0
		for minute := range dayMinutes {
			open, known := h.OpenAt(day, minute)
			inside := slices.ContainsFunc(spans, func(s MinuteSpan) bool { return s.From <= minute && minute < s.Until })
			if open != inside || known != (open || told) {
				t.Fatalf("%q, %s %s: open %v, known %v; spans %v, told %v", text, day, FormatClock(minute), open, known, spans, told)
			}
			if open {
				minutes++
			}
		}
		if minutes != within {
			t.Fatalf("%q, %s: %d minutes open, %v", text, day, minutes, spans)
		}
	}
}

// TestOpenAtAgreesWithSpans tries random texts made of what people write, well-formed and not.
func TestOpenAtAgreesWithSpans(t *testing.T) {
	t.Parallel()
	r := seed(t)
	days := []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"}
	clock := func() string { return fmt.Sprintf("%02d:%02d", r.IntN(26), r.IntN(4)*15) }
	readable := 0
	for range 3000 {
		var rules []string
		for range 1 + r.IntN(3) {
			rule := ""
			if r.IntN(4) > 0 {
				rule = days[r.IntN(8)]
				if r.IntN(2) == 0 {
					rule += []string{"-", ","}[r.IntN(2)] + days[r.IntN(7)]
				}
			}
			switch r.IntN(8) {
			case 0:
				rule += " off"
			case 1:
				rule += " " + clock() + "+"
			default:
				for i := range 1 + r.IntN(2) {
					rule += []string{" ", ","}[i] + clock() + "-" + clock()
				}
			}
			rules = append(rules, strings.TrimSpace(rule))
		}
		text := strings.Join(rules, []string{"; ", ", "}[r.IntN(2)])
		checkHours(t, text)
		if h, err := ParseHours(text); err == nil && h.Known() {
			readable++
		}
	}
	if readable < 1500 {
		t.Errorf("only %d texts were readable", readable)
	}
}

func FuzzParseHours(f *testing.F) {
	for _, text := range []string{"24/7", "Mo-Fr 12:00-22:00; Sa,Su 14:00-02:00", "PH off", "Mo,Tu", "18:00+", `12:00-22:00 "x"`, "Mo 22:00-26:00,01:00-03:00; Tu off", ",;–\"|"} {
		f.Add(text)
	}
	f.Fuzz(checkHours)
}

func TestParseClock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"00:00": 0, "9:05": 545, "14:00": 840, "24:00": 1440} {
		if got, err := ParseClock("from", text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "14", "14h", "24:01", "47:00", "14:60", "14:00 ", "14:00x", "-1:00", "１４:00", ":00", "14:0"} {
		if _, err := ParseClock("from", text); KindOf(err) != KindInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
