package mapping

import (
	"regexp"
	"strings"

	"github.com/mesure5/dealmap/geo"
)

// schedule is what a cell says as OSM opening_hours; ok is false when it cannot be read. note says what was taken for what.
type schedule struct {
	hours, note string
	ok          bool
}

var weekdays = []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// Words for days, as positions in the week.
var dayWords = func() map[string]int {
	all := map[string]int{}
	for i, spellings := range []string{
		"lundi lun lu monday mon mo", "mardi mar ma tuesday tue tu", "mercredi mer me wednesday wed we", "jeudi jeu je thursday thu th",
		"vendredi ven ve friday fri fr", "samedi sam sa saturday sat", "dimanche dim di sunday sun su",
	} {
		for word := range strings.FieldsSeq(spellings) {
			all[word] = i
		}
	}
	return all
}()

// dayParts are the hours that words for parts of the day are taken for.
var dayParts = map[string][2]int{
	"matin": {8 * 60, 12 * 60}, "matinee": {8 * 60, 12 * 60}, "midi": {12 * 60, 14 * 60}, "apresmidi": {12 * 60, 18 * 60},
	"soir": {18 * 60, 24 * 60}, "soiree": {18 * 60, 24 * 60}, "nuit": {22 * 60, 6 * 60}, "journee": {8 * 60, 20 * 60}, "jour": {8 * 60, 20 * 60},
}

// phrases are brought to one word before a text is taken apart.
var phrases = strings.NewReplacer(
	"tous les jours", " touslesjours ", "7 jours sur 7", " touslesjours ", "7 jours/7", " touslesjours ", "7 j / 7", " touslesjours ",
	"7j/7", " touslesjours ", "7 j/7", " touslesjours ", "7j sur 7", " touslesjours ", "7j7", " touslesjours ", "quotidiennement", " touslesjours ",
	"quotidien", " touslesjours ", "chaque jour", " touslesjours ", "every day", " touslesjours ", "daily", " touslesjours ",
	"24h/24", " h24 ", "24h / 24", " h24 ", "24 h/24", " h24 ", "24/24", " h24 ", "24h sur 24", " h24 ", "24/7", " h24 touslesjours ",
	"jour et nuit", " h24 ", "en continu", " h24 ", "7/7", " touslesjours ",
	"en semaine", " ensemaine ", "la semaine", " ensemaine ", "jours ouvres", " ensemaine ",
	"weekends", " weekend ", "week-ends", " weekend ", "week-end", " weekend ", "week end", " weekend ",
	"apres-midi", " apresmidi ", "apres midi", " apresmidi ", "fin de journee", " soir ", "a partir de", " des ", "a partir d", " des ",
)

// osm is what is opening_hours already, as exports of this map write it.
var osm = func() *regexp.Regexp {
	const day = `(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)`
	const days, span = day + `(?:[-,]` + day + `)*`, `\d\d:\d\d(?:-\d\d:\d\d|\+)`
	const rule = `(?:(?:` + days + ` )?(?:` + span + `(?:,` + span + `)*|off)|24/7|` + days + `)`
	return regexp.MustCompile(`^` + rule + `(?:; ` + rule + `)*$`)
}()

var hourToken = regexp.MustCompile(`\d{1,2}(?: ?(?:heures?|h|:) ?(?:\d\d\b)?)?|[a-z]+\d*|\S`)

// parseHours reads opening hours as French lists write them: « 12h-22h », « lundi au samedi 14h à 23h30 », « 7j/7 », « soir ».
func parseHours(cell string) schedule {
	cell = strings.Join(strings.Fields(cell), " ")
	if osm.MatchString(cell) {
		return schedule{hours: cell, ok: true}
	}
	p := hoursParser{last: -1, pending: -1}
	tokens := hourToken.FindAllString(phrases.Replace(plainLetters(cell)), 100)
	for i, token := range tokens {
		next := ""
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		if !p.take(token, next) {
			return schedule{}
		}
	}
	return p.result()
}

// plainLetters lowers letters and takes their accents off, and leaves marks where they are.
func plainLetters(text string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(text) {
		switch folded := ""; {
		case c < 128:
			b.WriteRune(c)
		case c == '–' || c == '—' || c == '→':
			b.WriteByte('-')
		default:
			if folded = geo.Fold(string(c)); folded == "" {
				folded = " "
			}
			b.WriteString(folded)
		}
	}
	return b.String()
}
