package dealmap

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Hit is a span of free text that looks like personal data; Start and End are byte offsets.
type Hit struct {
	Start, End int
	What       string // in French, with its article: « un numéro de téléphone »
}

// guardRule finds one family of personal data; keep tells whether a match is one indeed, from the text around it. Where
// needs says no, the pattern cannot match: most texts are done without a regular expression.
type guardRule struct {
	what    string
	needs   func(text string) bool
	pattern *regexp.Regexp
	keep    func(text string, start, end int) bool
}

const capital = `[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸ]`

var guardRules = []guardRule{
	{"une adresse électronique", hasAt, regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+`), nil},
	{"un compte ou un pseudonyme", hasAt, regexp.MustCompile(`@[\p{L}\p{N}_.]{3,}`), atWordStart},
	{"un IBAN", hasDigit, regexp.MustCompile(`(?i)[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}`), isIBAN},
	{"un numéro de sécurité sociale", hasDigit, regexp.MustCompile(
		`[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2])[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?`), standsAlone},
	{"un numéro de téléphone", hasDigit, regexp.MustCompile(
		`(?:(?:\+|00)[1-9]\d{0,2}[ .\-\x{a0}]?(?:\(0\)[ ]?)?\d(?:[ .\-\x{a0}]?\d){6,11}|0[1-9](?:[ .\-/\x{a0}\x{202f}]{0,2}\d{2}){4})`), standsAlone},
	{"une plaque d’immatriculation", hasDigit, regexp.MustCompile(`[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}|[a-hj-np-tv-z]{2}-\d{3}-[a-hj-np-tv-z]{2}`), isPlate},
	{"une ancienne plaque d’immatriculation", hasDigit, regexp.MustCompile(`\d{2,4}[ -]?[A-HJ-NP-Z]{2,3}[ -]?(?:\d{2}|2[AB]|97\d)`), isOldPlate},
	{"un nom de personne", hasCivility, regexp.MustCompile(
		`(?:M\.|MM\.|Mr\.?|MR\.?|Mme|MME|Mlle|MLLE|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|MONSIEUR|MADAME|[Mm]aître|Me|Dr\.?|[Dd]octeur)[ \x{a0}]+(?:[dD](?:e|u|es)[ ]|[dD]['’])?` +
			capital + `[\p{L}'’.-]+(?:[ -]` + capital + `[\p{L}'’-]+)*`), isPerson},
	{"un surnom", hasNaming, regexp.MustCompile(
		`(?i:surnomm[ée]e?|alias|dite?|pr[ée]nomm[ée]e?|nomm[ée]e?|pseudonyme|pseudo|surnom|aka)[ :\x{a0}]+(?:[«"“'][^»"”'\n]{2,40}[»"”']|` + capital + `[\p{L}'’-]+(?: ` + capital + `[\p{L}'’-]+)*)`), isNickname},
}

// Guard returns the spans of free text that look like personal data, which the map never stores: telephone numbers,
// number plates, addresses of electronic mail, bank accounts, social security numbers, civility with a name, nicknames. It
// lets pass what places are described with: opening hours, INSEE and postal codes, street numbers, streets named after
// people, SIRET numbers.
func Guard(text string) []Hit {
	var hits []Hit
	for _, rule := range guardRules {
		if !rule.needs(text) {
			continue
		}
		for _, span := range rule.pattern.FindAllStringIndex(text, -1) {
			start, end := span[0], span[1]
			if rule.keep != nil && !rule.keep(text, start, end) {
				continue
			}
			if slices.ContainsFunc(hits, func(h Hit) bool { return start < h.End && h.Start < end }) {
				continue
			}
			hits = append(hits, Hit{start, end, rule.what})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return a.Start - b.Start })
	return hits
}

func hasAt(text string) bool { return strings.Contains(text, "@") }

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// hasCivility looks for what each civility of the pattern holds, followed by a space or not.
func hasCivility(text string) bool { return containsAny(text, civilities) }

var civilities = []string{
	"M.", "Mr", "MR", "Mme", "MME", "Mlle", "MLLE", "onsieur", "adame", "ademoiselle", "MONSIEUR", "MADAME", "aître", "Me", "Dr", "octeur",
}

// hasNaming looks for what each word of the pattern holds in any case. Two letters outside ASCII fold to letters of these
// words: ſ to s and the Kelvin sign to k.
func hasNaming(text string) bool {
	return containsAny(strings.ToLower(text), []string{"surnom", "alias", "dit", "nomm", "pseudo", "aka", "ſ", "\u212a"})
}

func containsAny(text string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

func standsAlone(text string, start, end int) bool {
	return !isWordRune(runeBefore(text, start)) && !isWordRune(runeAfter(text, end))
}

func atWordStart(text string, start, _ int) bool { return !isWordRune(runeBefore(text, start)) }

// isPlate tells plates from kilometre points on roads (RN 113 PK 12).
func isPlate(text string, start, end int) bool {
	road := strings.HasSuffix(text[start:end], " PK") || strings.HasSuffix(text[start:end], " KM")
	return !road && standsAlone(text, start, end)
}

// isOldPlate tells plates of before 2009 (1234 AB 13) from a street number with its street (12 RUE 13…).
func isOldPlate(text string, start, end int) bool {
	if !standsAlone(text, start, end) {
		return false
	}
	letters := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.TrimRight(text[start:end], "AB 0123456789-"))
	notPlates := []string{
		"AV", "AVE", "BD", "BIS", "BLD", "BP", "BAT", "CH", "CD", "CS", "ESC", "HLM", "KM", "LOT", "PK", "PL", "QPV", "QRR", "QUA", "RES",
		"RD", "RN", "RUE", "SQ", "TER", "TSA", "VC", "ZA", "ZAC", "ZI", "ZUP", "ZSP", "RTE", "CHE", "ALL", "IMP", "MM", "CM", "EME", "ER", "ND",
	}
	return !slices.Contains(notPlates, letters)
}

// isIBAN checks the ISO 13616 control number.
func isIBAN(text string, start, end int) bool {
	if isWordRune(runeBefore(text, start)) {
		return false
	}
	compact := strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(text[start:end]))
	for n := min(len(compact), 34); n >= 15; n-- {
		if ibanHolds(compact[:n]) {
			return true
		}
	}
	return false
}

func ibanHolds(compact string) bool {
	var digits strings.Builder
	for _, r := range compact[4:] + compact[:4] {
		if r >= 'A' && r <= 'Z' {
			digits.WriteString(big.NewInt(int64(r - 'A' + 10)).String())
			continue
		}
		digits.WriteRune(r)
	}
	value, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(value, big.NewInt(97)).Int64() == 1
}

// streetBefore matches the words after which a civility and a name are the name of a street, of a school, of a hospital.
var streetBefore = regexp.MustCompile(`(?i)(?:rue|avenue|av\.?|boulevard|bd\.?|place|pl\.?|all[ée]es?|impasse|square|quai|cours|chemin|passage|` +
	`villa|cit[ée]|r[ée]sidence|esplanade|parc|jardin|pont|stade|gymnase|lyc[ée]e|coll[èe]ge|[ée]cole|clinique|h[ôo]pital|traverse|route|` +
	`mont[ée]e|rond-point|station|arr[êe]t|porte|b[âa]timent|b[âa]t\.?|tour|hall)[ \x{a0}]+(?:du |de la |de l['’]|de |des |le |la )?$`)

func isPerson(text string, start, end int) bool {
	return !isWordRune(runeBefore(text, start)) && !streetBefore.MatchString(text[:start])
}

// isNickname leaves « lieu-dit Les Pins » and « dit le soir » alone.
func isNickname(text string, start, end int) bool {
	before := strings.ToLower(text[max(0, start-6):start])
	return !strings.HasSuffix(before, "lieu-") && !strings.HasSuffix(before, "lieu ") && !isWordRune(runeBefore(text, start))
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func runeBefore(text string, at int) rune {
	last := rune(0)
	for _, r := range text[max(0, at-4):at] {
		last = r
	}
	return last
}

func runeAfter(text string, at int) rune {
	for _, r := range text[at:] {
		return r
	}
	return 0
}
