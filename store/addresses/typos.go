package addresses

import "slices"

// minTypo is the shortest word in which a wrong letter is looked for: a shorter one would become any other.
const minTypo = 4

// shortened returns the word and what remains of it without each of its letters. Two words that differ by one letter (wrong, missing, too
// many, two swapped) have one of these in common, so that a plain index finds the one from the other (the idea is SymSpell's).
func shortened(word string) []string {
	all := make([]string, 0, len(word)+1)
	all = append(all, word)
	for i := range len(word) {
		if i > 0 && word[i] == word[i-1] {
			continue
		}
		all = append(all, word[:i]+word[i+1:])
	}
	return all
}

// vocabulary remembers what an import has written already; forgetting costs time only.
type vocabulary struct{ seen map[string]struct{} }

const maxVocabulary = 1_000_000

func (v *vocabulary) fresh(word string) bool {
	if _, ok := v.seen[word]; ok {
		return false
	}
	if v.seen == nil || len(v.seen) >= maxVocabulary {
		v.seen = map[string]struct{}{}
	}
	v.seen[word] = struct{}{}
	return true
}

// edits is how many letters must be changed, added, dropped or swapped with their neighbour to make one word of the other (optimal string
// alignment); it returns most+1 as soon as it is more than most.
func edits(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	if len(b) > 63 || len(a) > 63 {
		if a == b {
			return 0
		}
		return most + 1
	}
	var rows [3][64]int
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if slices.Min(row[:len(b)+1]) > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
