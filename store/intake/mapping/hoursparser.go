package mapping

import (
	"fmt"
	"strconv"
	"strings"
)

// hoursParser gathers days and spans of time into rules, in whichever order they come.
type hoursParser struct {
	rules     []string
	notes     []string
	days      [7]bool
	spans     []string
	last      int  // the day named last, -1 when none
	ranging   bool // « à », « - » : up to what comes
	except    bool // « sauf »
	pending   int  // a time in minutes that waits for its end, -1 when none
	from      bool // « à partir de »
	between   bool // « entre »
	parted    bool // a comma came after the spans
	daysAfter bool // the days of the rule came after its spans
	part      [2]int
	partly    bool // the last span is a part of the day
}

// take reads a token; next is the one behind it. It returns false at what it cannot read.
func (p *hoursParser) take(token, next string) bool {
	if day, ok := dayWords[token]; ok {
		return p.takeDay(day)
	}
	if token[0] >= '0' && token[0] <= '9' {
		minutes, ok := minutesOf(token)
		return ok && p.takeTime(minutes)
	}
	if token == "midi" && (p.pending >= 0 && p.ranging || isRange(next)) {
		return p.takeTime(12 * 60)
	}
	if part, ok := dayParts[token]; ok {
		return p.takePart(token, part)
	}
	switch token {
	case "touslesjours":
		return p.takeDays(0, 6)
	case "ensemaine", "semaine":
		return p.takeDays(0, 4)
	case "weekend":
		return p.takeDays(5, 6)
	case "h24":
		return p.addSpan(0, 24*60)
	case "minuit":
		if p.pending >= 0 {
			return p.takeTime(24 * 60)
		}
		return p.takeTime(0)
	case "des", "apres", "depuis":
		p.from = true
	case "entre":
		p.between = true
	case "sauf", "hors", "except":
		if p.days == [7]bool{} {
			p.days = [7]bool{true, true, true, true, true, true, true}
		}
		p.except, p.last, p.daysAfter = true, -1, len(p.spans) > 0
	case ",", ";", "et", "and", "puis", "&", "+", "/", ".", "ou":
		return p.takeComma(token)
	case "de", "du", "le", "les", "la", "l", "d", "en", "horaires", "horaire", "vente", "ventes", "environ", "vers", "jours", "uniquement", "surtout", "(", ")", ":", "'", "of":
	default:
		if !isRange(token) {
			return false
		}
		p.ranging = true
	}
	return true
}

func isRange(token string) bool {
	switch token {
	case "-", "a", "au", "aux", "to", "jusqu", "jusque", "jusquau", "until", "till", ">":
		return true
	}
	return false
}

func (p *hoursParser) takeComma(token string) bool {
	if p.pending >= 0 {
		switch {
		case p.between || token == "/":
			p.ranging = true
			return true
		case !p.openEnd():
			return false
		}
	}
	p.ranging = false
	p.parted = len(p.spans) > 0
	return true
}

func (p *hoursParser) takeDay(day int) bool {
	if !p.startDays() {
		return false
	}
	first := day
	if p.ranging && p.last >= 0 {
		first = p.last
	}
	for d := first; ; d = (d + 1) % 7 {
		p.days[d] = !p.except
		if d == day {
			break
		}
	}
	p.last, p.ranging = day, false
	return true
}

func (p *hoursParser) takeDays(first, last int) bool {
	if !p.startDays() {
		return false
	}
	for d := first; d <= last; d++ {
		p.days[d] = !p.except
	}
	p.last, p.ranging = -1, false
	return true
}

// startDays makes room for days: those after spans belong to them, unless a comma stands between or the rule has days.
func (p *hoursParser) startDays() bool {
	if p.pending >= 0 && !p.openEnd() {
		return false
	}
	if len(p.spans) == 0 || p.daysAfter {
		return true
	}
	if p.days == [7]bool{} && !p.parted {
		p.daysAfter = true
		return true
	}
	return p.flush()
}

func (p *hoursParser) takeTime(minutes int) bool {
	if p.daysAfter && p.pending < 0 && !p.flush() {
		return false
	}
	p.last, p.except = -1, false
	if p.pending < 0 {
		p.pending, p.ranging = minutes, false
		return true
	}
	if !p.ranging || p.pending == minutes {
		return false
	}
	start := p.pending
	p.pending, p.ranging, p.from, p.between = -1, false, false, false
	if minutes == 0 {
		minutes = 24 * 60
	}
	return p.addSpan(start, minutes)
}

func (p *hoursParser) takePart(word string, part [2]int) bool {
	if p.pending >= 0 || p.daysAfter && !p.flush() {
		return false
	}
	if p.ranging && p.partly {
		p.spans = p.spans[:len(p.spans)-1]
		part[0] = p.part[0]
	}
	p.last, p.ranging = -1, false
	if !p.addSpan(part[0], part[1]) {
		return false
	}
	p.part, p.partly = part, true
	p.notes = append(p.notes, fmt.Sprintf("« %s » lu comme %s", strings.Replace(word, "apresmidi", "après-midi", 1), p.spans[len(p.spans)-1]))
	return true
}

func (p *hoursParser) addSpan(from, to int) bool {
	if p.pending >= 0 || from >= 24*60 || len(p.spans) > 6 {
		return false
	}
	p.spans = append(p.spans, clock(from)+"-"+clock(to))
	p.partly, p.parted = false, false
	return true
}

// openEnd closes a time that nothing ends: « à partir de 14h ».
func (p *hoursParser) openEnd() bool {
	if !p.from || p.pending >= 24*60 {
		return false
	}
	p.spans = append(p.spans, clock(p.pending)+"+")
	p.pending, p.from = -1, false
	return true
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// minutesOf reads 14h, 14h30, 14:30, 14 h 30, 14.
func minutesOf(token string) (int, bool) {
	hours := strings.TrimRight(token[:min(2, len(token))], "h: ")
	h, err := strconv.Atoi(hours)
	rest := strings.TrimLeft(token[len(hours):], "heurs: ")
	m := 0
	if err == nil && rest != "" {
		m, err = strconv.Atoi(rest)
	}
	return h*60 + m, err == nil && m < 60 && h*60+m <= 24*60
}

// flush ends a rule.
func (p *hoursParser) flush() bool {
	if p.pending >= 0 && !p.openEnd() {
		return false
	}
	days := daysOf(p.days)
	rule := strings.TrimSpace(days + " " + strings.Join(p.spans, ","))
	if rule == "" || len(p.rules) > 6 || len(p.spans) == 0 && len(p.rules) > 0 {
		return false
	}
	if len(p.spans) == 0 {
		p.notes = append(p.notes, "les jours sont dits, pas les heures")
	}
	if (days == "" || days == "Mo-Su") && rule == strings.TrimSpace(days+" 00:00-24:00") {
		rule = "24/7"
	}
	p.rules = append(p.rules, rule)
	*p = hoursParser{rules: p.rules, notes: p.notes, last: -1, pending: -1}
	return true
}

// daysOf writes a set of days: Mo-Fr,Su.
func daysOf(days [7]bool) string {
	var runs []string
	for d := 0; d < 7; d++ {
		if !days[d] {
			continue
		}
		end := d
		for end < 6 && days[end+1] {
			end++
		}
		switch {
		case end == d:
			runs = append(runs, weekdays[d])
		case end == d+1:
			runs = append(runs, weekdays[d], weekdays[end])
		default:
			runs = append(runs, weekdays[d]+"-"+weekdays[end])
		}
		d = end
	}
	return strings.Join(runs, ",")
}

func (p *hoursParser) result() schedule {
	if !p.flush() {
		return schedule{}
	}
	return schedule{hours: strings.Join(p.rules, "; "), note: strings.Join(p.notes, " ; "), ok: true}
}
