package mapping

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// communes finds communes by what lists call them.
type communes struct {
	terr         *geo.Territories
	byName       map[string][]dealmap.TerritoryCode // folded
	byPostcode   map[string][]dealmap.TerritoryCode
	departements map[string]string // folded name or number → code
}

// lastCommunes keeps the index of the gazetteer that was used last: profiles are tried again and again against one gazetteer.
var lastCommunes struct {
	sync.Mutex
	index *communes
}

func communesOf(terr *geo.Territories) *communes {
	lastCommunes.Lock()
	defer lastCommunes.Unlock()
	if lastCommunes.index == nil || lastCommunes.index.terr != terr {
		lastCommunes.index = newCommunes(terr)
	}
	return lastCommunes.index
}

func newCommunes(terr *geo.Territories) *communes {
	c := &communes{terr, map[string][]dealmap.TerritoryCode{}, map[string][]dealmap.TerritoryCode{}, map[string]string{}}
	for _, t := range terr.Level(dealmap.LevelCommune) {
		name := geo.Fold(t.Name)
		c.byName[name] = append(c.byName[name], t.Code)
		if bare := withoutArticle(name); bare != name {
			c.byName[bare] = append(c.byName[bare], t.Code)
		}
		for _, postcode := range t.PostalCodes {
			c.byPostcode[postcode] = append(c.byPostcode[postcode], t.Code)
		}
	}
	for _, t := range terr.Level(dealmap.LevelDepartement) {
		code := t.Code.ID()
		c.departements[geo.Fold(t.Name)] = code
		c.departements[strings.ToLower(code)] = code
		c.departements[strings.ToLower(strings.TrimLeft(code, "0"))] = code
	}
	return c
}

func withoutArticle(name string) string {
	for _, article := range []string{"le ", "la ", "les ", "l "} {
		if rest, ok := strings.CutPrefix(name, article); ok {
			return rest
		}
	}
	return name
}

// locality is what a row says of its commune.
type locality struct{ commune, postcode, departement string }

// found is the commune that was meant, or why none is.
type found struct {
	code       string // INSEE; empty when none
	note       string
	wrong      string
	candidates []dealmap.TerritoryCode // of an ambiguous name
	postcode   string                  // that stood in the text
}

// find looks a commune up by INSEE code or by name.
func (c *communes) find(l locality) found {
	if l.commune == "" {
		return c.byPost(l.postcode)
	}
	if len(l.commune) > maxWord {
		return found{wrong: "n’est pas une commune : trop long"}
	}
	if code, ok := inseeCode(l.commune); ok {
		return c.byCode(l.commune, code)
	}
	return c.named(l)
}

// byPost finds the commune of a postal code that only one has; others are left to the address.
func (c *communes) byPost(postcode string) found {
	if codes := c.finest(c.byPostcode[postcode]); len(codes) == 1 {
		return found{code: codes[0].ID()}
	}
	return found{}
}

// finest leaves out communes of which a municipal arrondissement is there too.
func (c *communes) finest(codes []dealmap.TerritoryCode) []dealmap.TerritoryCode {
	return slices.DeleteFunc(slices.Clone(codes), func(code dealmap.TerritoryCode) bool {
		return slices.ContainsFunc(codes, func(other dealmap.TerritoryCode) bool {
			chain, _ := c.terr.Chain(other)
			return other != code && len(chain) > 1 && chain[1] == code
		})
	})
}

// inseeCode reads what has the form of an INSEE code: « 13055 », « 1001 » that lost its zero, « 2a004 », « 1001.0 ».
func inseeCode(text string) (string, bool) {
	code := digitsOf(text)
	if code == "" {
		upper := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
		if len(upper) == 5 && (strings.HasPrefix(upper, "2A") || strings.HasPrefix(upper, "2B")) && allDigits(upper[2:]) {
			return upper, true
		}
		return "", false
	}
	if len(code) == 4 {
		code = "0" + code
	}
	return code, true
}

func (c *communes) byCode(text, code string) found {
	if len(code) == 5 {
		if chain, ok := c.terr.Chain(dealmap.TerritoryCode("com:" + code)); ok && len(chain) > 0 {
			today := chain[0].ID()
			if today != code {
				return found{code: today, note: fmt.Sprintf("l’ancien code de commune %s est lu comme %s (%s)", code, today, c.name(chain[0]))}
			}
			return found{code: code}
		}
		if codes := c.byPostcode[code]; len(codes) > 0 {
			return found{wrong: fmt.Sprintf("%s n’est pas un code INSEE mais un code postal (%s)", shown(text), c.describe(codes))}
		}
	}
	return found{wrong: shown(text) + " n’est pas un code INSEE de commune connu"}
}

// named finds a commune by its name, with what tells homonyms apart.
func (c *communes) named(l locality) found {
	name, within := splitName(l.commune)
	if within.postcode != "" {
		l.postcode = within.postcode
	}
	if within.departement != "" {
		l.departement = within.departement
	}
	codes := c.finest(c.lookup(name))
	if len(codes) == 0 && within.departement != "" && c.departements[within.departement] == "" {
		codes = c.finest(c.lookup(geo.Fold(l.commune))) // the brackets belong to the name
	}
	if len(codes) == 0 {
		return found{wrong: shown(l.commune) + " n’est pas une commune connue", postcode: within.postcode}
	}
	kept := codes
	if here := c.byPostcode[l.postcode]; l.postcode != "" && len(here) > 0 {
		if both := c.common(kept, here); len(both) > 0 {
			kept = both
		} else {
			kept = c.inDepartement(kept, departementOfPostcode(l.postcode))
		}
	} else if l.postcode != "" {
		kept = c.inDepartement(kept, departementOfPostcode(l.postcode))
	}
	if departement := c.departements[geo.Fold(l.departement)]; departement != "" {
		kept = c.inDepartement(kept, departement)
	}
	switch len(kept) {
	case 1:
		return found{code: kept[0].ID(), postcode: within.postcode}
	case 0:
		return found{wrong: fmt.Sprintf("%s : aucune commune de ce nom n’est là où disent le code postal ou le département (%s)", shown(l.commune), c.describe(codes)),
			postcode: within.postcode}
	}
	return found{candidates: kept, postcode: within.postcode,
		wrong: fmt.Sprintf("%s est le nom de plusieurs communes : %s ; indiquez le code INSEE, le code postal ou le département", shown(l.commune), c.describe(kept))}
}

// common returns the communes of a name that have the postal code: the commune itself, or its municipal arrondissement, which is finer.
func (c *communes) common(named, posted []dealmap.TerritoryCode) []dealmap.TerritoryCode {
	var both []dealmap.TerritoryCode
	for _, p := range c.finest(posted) {
		chain, _ := c.terr.Chain(p)
		if slices.Contains(named, p) || len(chain) > 1 && slices.Contains(named, chain[1]) {
			both = append(both, p)
		}
	}
	return both
}

func (c *communes) inDepartement(codes []dealmap.TerritoryCode, departement string) []dealmap.TerritoryCode {
	return slices.DeleteFunc(slices.Clone(codes), func(code dealmap.TerritoryCode) bool {
		id := code.ID()
		return !strings.HasPrefix(id, departement) && !(departement == "20" && strings.HasPrefix(id, "2"))
	})
}

func departementOfPostcode(postcode string) string {
	if len(postcode) < 3 {
		return postcode
	}
	if strings.HasPrefix(postcode, "97") || strings.HasPrefix(postcode, "98") {
		return postcode[:3]
	}
	return postcode[:2]
}

// lookup finds a folded name as it stands, then as lists shorten it.
func (c *communes) lookup(name string) []dealmap.TerritoryCode {
	if name == "" {
		return nil
	}
	if codes := c.byName[name]; len(codes) > 0 {
		return codes
	}
	if city, number, ok := municipal(name); ok {
		return c.byName[fmt.Sprintf("%s %s arrondissement", city, number)]
	}
	long := strings.ReplaceAll(strings.ReplaceAll(name, " s ", " sur "), " ss ", " sous ")
	for _, prefix := range []string{"commune de ", "ville de ", "commune d ", "mairie de "} {
		long = strings.TrimPrefix(long, prefix)
	}
	if codes := c.byName[long]; len(codes) > 0 {
		return codes
	}
	if words := strings.Fields(long); len(words) > 1 && slices.Contains([]string{"le", "la", "les", "l"}, words[len(words)-1]) { // Havre (Le)
		last := len(words) - 1
		return c.byName[words[last]+" "+strings.Join(words[:last], " ")]
	}
	return nil
}

// name is how sentences call a commune: « Saint-Denis (93, code 93066) ».
func (c *communes) name(code dealmap.TerritoryCode) string {
	t, _ := c.terr.Get(code)
	departement := ""
	if chain, ok := c.terr.Chain(code); ok {
		for _, up := range chain {
			if up.Level() == dealmap.LevelDepartement {
				departement = up.ID() + ", "
			}
		}
	}
	return fmt.Sprintf("%s (%scode %s)", t.Name, departement, code.ID())
}

// describe lists candidates, the most inhabited first.
func (c *communes) describe(codes []dealmap.TerritoryCode) string {
	const most = 6
	ranked := slices.Clone(codes)
	population := func(code dealmap.TerritoryCode) int {
		t, _ := c.terr.Get(code)
		return t.Population
	}
	slices.SortStableFunc(ranked, func(a, b dealmap.TerritoryCode) int { return population(b) - population(a) })
	names := make([]string, 0, most)
	for _, code := range ranked[:min(most, len(ranked))] {
		names = append(names, c.name(code))
	}
	text := strings.Join(names, ", ")
	if len(ranked) > most {
		text += fmt.Sprintf(" et %d autres", len(ranked)-most)
	}
	return text
}
