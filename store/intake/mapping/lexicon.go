package mapping

import (
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// meaning is what a word stands for; known with no values means that it stands for nothing.
type meaning struct {
	values []string
	known  bool
}

// lexicon is the vocabulary of one field as a profile has it.
type lexicon struct {
	labels  string // of the values, for sentences
	own     map[string]meaning
	builtin map[string]meaning
	multi   bool // a word may stand for several values
	literal bool // a known word among others says nothing
	seen    cache[string, meaning]
	wholes  cache[string, meaning]
}

func newLexicon(field Field, own map[string]meaning) *lexicon {
	labels := make([]string, len(field.Terms))
	for i, t := range field.Terms {
		labels[i] = t.Label
	}
	return &lexicon{
		labels: strings.Join(labels, ", "), own: own, builtin: builtins[field.Name],
		multi: field.Name == "products", literal: isYesNo(field.Terms) || field.Name == "intensity",
		seen: newCache[string, meaning](strings.Clone), wholes: newCache[string, meaning](strings.Clone),
	}
}

func isYesNo(terms []dealmap.Term) bool { return len(terms) == 2 && terms[0] == yesNo[0] }

// meaning finds what a cell stands for: by the profile, by the words known, or by a known word among others.
func (l *lexicon) meaning(cell string) meaning {
	if len(cell) > maxWord {
		return meaning{}
	}
	return l.seen.get(cell, func() meaning {
		if whole := l.find(cell); whole.known {
			return whole
		}
		return l.within(cell)
	})
}

// exact is meaning without looking at the words of the cell one by one.
func (l *lexicon) exact(cell string) meaning {
	if len(cell) > maxWord {
		return meaning{}
	}
	return l.wholes.get(cell, func() meaning { return l.find(cell) })
}

func (l *lexicon) find(cell string) meaning {
	if own, ok := l.own[geo.Fold(cell)]; ok {
		return own
	}
	return l.builtin[stem(cell)]
}

// within takes the longest known phrases of a cell, if they agree.
func (l *lexicon) within(cell string) meaning {
	words := strings.Fields(stem(cell))
	if l.literal || len(words) > 40 || slices.ContainsFunc(words, func(w string) bool { return negations[w] }) {
		return meaning{}
	}
	var values []string
	for i := 0; i < len(words); i++ {
		for n := min(4, len(words)-i); n > 0; n-- {
			phrase := strings.Join(words[i:i+n], " ")
			found, ok := l.builtin[phrase]
			if !ok || len(phrase) < 2 || len(phrase) < 3 && i > 0 {
				continue
			}
			if !found.known {
				return meaning{}
			}
			values = append(values, found.values...)
			i += n - 1
			break
		}
	}
	slices.Sort(values)
	if values = slices.Compact(values); len(values) == 0 || len(values) > 1 && !l.multi {
		return meaning{}
	}
	return meaning{values, true}
}

// builtins are the words known for each field, stemmed.
var builtins = func() map[string]map[string]meaning {
	all := map[string]map[string]meaning{}
	for _, s := range specs {
		if s.Terms == nil {
			continue
		}
		words := map[string]meaning{}
		for _, t := range s.Terms {
			listed := synonyms[s.Name][t.Value]
			if isYesNo(s.Terms) {
				listed = map[string]string{"true": yesWords, "false": noWords}[t.Value]
			}
			for word := range strings.SplitSeq(t.Value+"|"+t.Label+"|"+listed, "|") {
				if key := stem(word); key != "" {
					words[key] = meaning{[]string{t.Value}, true}
				}
			}
		}
		for word := range strings.SplitSeq(foreign[s.Name], "|") {
			if key := stem(word); key != "" {
				words[key] = meaning{}
			}
		}
		all[s.Name] = words
	}
	return all
}()

var articles = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "la": true, "le": true, "les": true, "l": true, "un": true, "une": true, "au": true, "aux": true,
	"a": true, "of": true, "the": true, "dans": true, "en": true, "sur": true,
}

// stem brings words to the form in which they are compared: folded, in the singular, without articles.
func stem(text string) string {
	folded := geo.Fold(symbols.Replace(text))
	var kept []string
	for w := range strings.FieldsSeq(folded) {
		if !articles[w] {
			kept = append(kept, singular(w))
		}
	}
	if kept == nil {
		return folded
	}
	return strings.Join(kept, " ")
}

// symbols are marks that say something by themselves.
var symbols = strings.NewReplacer("✓", "oui", "✔", "oui", "☑", "oui", "☐", "non", "✗", "non", "✘", "non", "№", "n", "º", " ", "ª", " ")

func singular(word string) string {
	if n := len(word); n > 3 && (word[n-1] == 's' || word[n-1] == 'x') && word[n-2] != 's' {
		return word[:n-1]
	}
	return word
}
