package geo

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/mesure5/dealmap"
	"golang.org/x/text/unicode/norm"
)

// nameIndex finds territories by the beginnings of words of their names and of their codes.
type nameIndex struct {
	folded []string // the folded name of each territory
	rank   []int32  // its place by level, then population, then code
	words  []word   // sorted
	codes  []word   // sorted: INSEE codes, postal codes, codes of former communes
}

type word struct {
	text      string
	territory int32
}

// levelRank puts the larger territory first when names are equally good.
var levelRank = map[dealmap.Level]int{
	dealmap.LevelCountry: 0, dealmap.LevelZone: 1, dealmap.LevelRegion: 2, dealmap.LevelDepartement: 3,
	dealmap.LevelArrondissement: 4, dealmap.LevelCommune: 5, dealmap.LevelQPV: 6, dealmap.LevelQRR: 7,
}

func newNameIndex(list []Territory) *nameIndex {
	n := &nameIndex{folded: make([]string, len(list)), rank: make([]int32, len(list))}
	order := make([]int32, len(list))
	for i := range list {
		order[i] = int32(i)
		entry := &list[i]
		n.folded[i] = Fold(entry.Name)
		for _, text := range strings.Fields(n.folded[i]) {
			n.words = append(n.words, word{text, int32(i)})
		}
		for _, codes := range [][]string{{entry.Code.ID()}, entry.PostalCodes, entry.Former} {
			for _, code := range codes {
				n.codes = append(n.codes, word{strings.ToLower(code), int32(i)})
			}
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(
			levelRank[list[a].Code.Level()]-levelRank[list[b].Code.Level()],
			cmp.Compare(list[b].Population, list[a].Population),
			cmp.Compare(a, b))
	})
	for place, i := range order {
		n.rank[i] = int32(place)
	}
	for _, words := range [][]word{n.words, n.codes} {
		slices.SortFunc(words, func(a, b word) int {
			return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.territory, b.territory))
		})
	}
	return n
}

// startingWith returns the run of sorted words that begin with the prefix.
func startingWith(words []word, prefix string) []word {
	start := sort.Search(len(words), func(i int) bool { return words[i].text >= prefix })
	rest := words[start:]
	return rest[:sort.Search(len(rest), func(i int) bool { return !strings.HasPrefix(rest[i].text, prefix) })]
}

// hit orders results: exact ones first, then by rank.
type hit struct {
	class     int8
	rank      int32
	territory int32
}

const (
	classExact int8 = iota
	classOther
)

func (n *nameIndex) search(text string, limit int) []int32 {
	folded := Fold(text)
	typed := strings.Fields(folded)
	if len(typed) == 0 || limit <= 0 {
		return nil
	}
	var hits []hit
	if len(typed) == 1 {
		for _, w := range startingWith(n.codes, typed[0]) {
			class := classOther
			if w.text == typed[0] {
				class = classExact
			}
			hits = append(hits, hit{class, n.rank[w.territory], w.territory})
		}
	}
	// The longest word is the most selective; the others are looked for in the names that it finds.
	longest := slices.MaxFunc(typed, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for _, w := range startingWith(n.words, longest) {
		name := n.folded[w.territory]
		if !hasWordsStarting(name, typed) {
			continue
		}
		class := classOther
		if name == folded {
			class = classExact
		}
		hits = append(hits, hit{class, n.rank[w.territory], w.territory})
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(int(a.class)-int(b.class), int(a.rank)-int(b.rank)) })
	var best []int32
	for _, h := range hits {
		if slices.Contains(best, h.territory) {
			continue
		}
		best = append(best, h.territory)
		if len(best) == limit {
			break
		}
	}
	return best
}

func hasWordsStarting(name string, typed []string) bool {
	for _, prefix := range typed {
		if !strings.HasPrefix(name, prefix) && !strings.Contains(name, " "+prefix) {
			return false
		}
	}
	return true
}

// Search returns at most limit territories whose name has, for every word typed, a word that begins with it, or whose
// INSEE or postal code begins with what was typed. Case, accents, hyphens and apostrophes do not matter and "st" is
// "saint". Exact matches come first, then the higher level, then the larger population.
func (t *Territories) Search(text string, limit int) []Territory {
	return t.pick(t.names().search(text, limit))
}

// Fold brings a name to the form in which names are compared: lower case, without accents, words separated by one space,
// "st" and "ste" written out.
func Fold(text string) string {
	letters := func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}
	words := strings.Fields(strings.Map(letters, norm.NFD.String(ligatures.Replace(text))))
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

// ligatures are letters that Unicode does not take apart but that people type as two.
var ligatures = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae")
