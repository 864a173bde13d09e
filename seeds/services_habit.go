package seeds

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// habit writes a name or an address in the manner of the service: the gendarmerie in capitals without accents and with the
// abbreviations of the post, customs in haste. What is left is all that a reader of the list can know.
func (c *clerk) habit(text string) string {
	if text == "" {
		return ""
	}
	switch c.list {
	case ListGendarmerie:
		return postal(text)
	case ListDouanes:
		return c.hasty(text)
	}
	return capitalised(text)
}

// postalWords are abbreviated as for the post (NF Z10-011), more or less.
var postalWords = strings.NewReplacer("RESIDENCE", "RES", "BATIMENT", "BAT", "ENTREE", "ENT", "SQUARE", "SQ", "PASSAGE", "PAS", "TERRASSES", "TSSE",
	"JARDINS", "JARD", "ESPLANADE", "ESP", "PLACETTE", "PL", "AVENUE", "AV", "BOULEVARD", "BD", "ALLEE", "ALL", "IMPASSE", "IMP", "CHEMIN", "CHE",
	"QUARTIER", "QUA", "PARKING", "PKG", "IMMEUBLE", "IMM", "’", " ", "'", " ", ",", "", ".", "", "(", "", ")", "")

func postal(text string) string {
	return strings.Join(strings.Fields(postalWords.Replace(strings.ToUpper(plain(text)))), " ")
}

// plain takes accents away.
func plain(text string) string {
	out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		return text // only a reader can fail
	}
	return out
}

func (c *clerk) hasty(text string) string {
	if c.rng.IntN(100) < 40 {
		text = strings.NewReplacer(" de la ", " ", " du ", " ", " de l’", " ").Replace(text)
	}
	text = strings.NewReplacer("bâtiment", "bat", "Bâtiment", "Bat", "entrée", "ent.", "’", "'", ", ", pick(c.rng, []string{" - ", " / ", " ", ", "})).Replace(text)
	if c.rng.IntN(100) < 30 {
		text = plain(text)
	}
	if c.rng.IntN(100) < 30 {
		text = strings.ToLower(text)
	}
	return text
}
