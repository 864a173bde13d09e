package main

import (
	"cmp"
	"fmt"
	"log"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"golang.org/x/text/unicode/norm"
)

// city is a populated place of GeoNames.
type city struct {
	id            int64
	name, country string
	departement   string // INSEE code, empty when unknown
	commune       string // INSEE code as GeoNames has it, which may be of a commune that is no more
	feature       string
	population    uint64
	at            orb.Point
}

// overseas are the countries of GeoNames that are départements of France.
var overseas = map[string]string{"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976"}

// district is the name that GeoNames gives a municipal arrondissement: "Lyon 03", "Paris 15 Vaugirard".
var district = regexp.MustCompile(`^(Paris|Lyon|Marseille) (\d\d)\b`)

// farthest is how far in degrees (about 5 km) a centre may lie outside the indicative outline of its département;
// farther, GeoNames has the wrong code.
const farthest = 0.05

// addCentres gives the communes and municipal arrondissements their centre in GeoNames: by INSEE code where GeoNames has
// it, else by département and name. Communes of fewer than about 1,000 inhabitants are mostly not in it.
func addCentres(g *gazetteer, outlines []shape, modules string) error {
	cities, err := readCities(modules)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, t := range g.list {
		if t.departement != "" && !strings.HasPrefix(t.parent, "com:") {
			names[t.departement+"|"+normal(t.name)] = t.code
		}
	}
	within := map[string]geom.Geometry{}
	for _, s := range outlines {
		within[s.key] = s.geom
	}
	candidates := map[string][]city{}
	for _, c := range cities {
		code := g.codeOf(c)
		if code == "" {
			code = names[c.departement+"|"+normal(c.name)]
		}
		if code == "" {
			continue
		}
		outline := within["dep:"+g.byCode[code].departement]
		if far, ok := geom.Distance(geom.XY{X: c.at[0], Y: c.at[1]}.AsPoint().AsGeometry(), outline); !ok || far < farthest {
			candidates[code] = append(candidates[code], c)
		}
	}
	matched, inhabitants, all := 0, 0, 0
	for _, t := range g.list {
		if t.departement == "" {
			continue
		}
		if !strings.HasPrefix(t.parent, "com:") {
			all += t.population
		}
		if best := candidates[t.code]; len(best) > 0 {
			at := slices.MinFunc(best, func(a, b city) int { return a.compare(b, t.name) }).at
			t.centre = &at
			matched++
			if !strings.HasPrefix(t.parent, "com:") {
				inhabitants += t.population
			}
		}
	}
	log.Printf("centres: %d communes and municipal arrondissements, %.1f %% of the inhabitants", matched,
		100*float64(inhabitants)/float64(all))
	return nil
}

// codeOf returns the code of the commune or municipal arrondissement of today that GeoNames puts a city in, empty when it
// says none.
func (g *gazetteer) codeOf(c city) string {
	if m := district.FindStringSubmatch(c.name); m != nil {
		first := map[string]int{"Paris": 75100, "Lyon": 69380, "Marseille": 13200}[m[1]]
		number, _ := strconv.Atoi(m[2])
		if code := fmt.Sprintf("com:%d", first+number); g.byCode[code] != nil {
			return code
		}
	}
	for _, code := range []string{"com:" + c.commune, "com:" + g.renamed[c.commune]} {
		if g.byCode[code] != nil {
			return code
		}
	}
	return ""
}

// compare orders the candidates for one commune, the best first: its own name, then administrative seats before other
// places before quarters, then inhabitants.
func (c city) compare(other city, name string) int {
	rank := func(c city) int {
		switch {
		case normal(c.name) == normal(name):
			return 0
		case strings.HasPrefix(c.feature, "PPLA"), c.feature == "PPLC":
			return 1
		case c.feature == "PPLX":
			return 3
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(c), rank(other)), cmp.Compare(other.population, c.population), cmp.Compare(c.id, other.id))
}

// normal folds a name to lower-case ASCII words, with Saint and Sainte written out.
func normal(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r == 'œ':
			b.WriteString("oe")
		case unicode.Is(unicode.Mn, r):
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}
