package addresses

import "strings"

// likeness is how much two names of streets are one.
type likeness struct {
	score float64 // 0 to 1
	// otherKind says that the names are alike and the kinds of street are not: avenue for boulevard.
	otherKind bool
}

// like compares what a list says with a name of the BAN. The last word of a French street's name tells it from the others, the words before it
// are first names, titles and ranks, which lists leave out: it weighs double, a title half. What the list says and the BAN does not counts
// whole, what the BAN says more only a quarter.
func like(asked, known name) likeness {
	if len(asked.core) == 0 || len(known.core) == 0 {
		if len(asked.core) == len(known.core) && asked.kind == known.kind {
			return likeness{score: 1}
		}
		return likeness{}
	}
	var met, said, extra float64
	taken := make([]bool, len(known.core))
	last := lastWord(known.core)
	lastMet := false
	titleMissed := false
	for i, word := range asked.core {
		weight := weightOf(asked.core, i)
		said += weight
		best, at := 0.0, -1
		for j, other := range known.core {
			if !taken[j] {
				if l := sameWord(word, other); l > best {
					best, at = l, j
				}
			}
		}
		if at < 0 {
			titleMissed = titleMissed || titles[word]
			continue
		}
		taken[at] = true
		met += weight * best
		lastMet = lastMet || at == last
	}
	for j, word := range known.core {
		if !taken[j] {
			if titles[word] && titleMissed { // général for maréchal: another person, or one who rose
				extra += 4 * weightOf(known.core, j)
				continue
			}
			extra += weightOf(known.core, j)
		}
	}
	l := likeness{score: met / (said + extra/4)}
	if !lastMet && len(known.core) > len(asked.core) {
		l.score *= 0.85 // "rue Victor" is not rue Victor-Hugo
	}
	switch {
	case asked.kind == known.kind:
	case asked.kind == "" || known.kind == "":
		l.score *= 0.97
	case asked.estate() && known.estate():
		l.score *= 0.95
	case asked.estate() || known.estate():
		l.score *= 0.75
	default:
		l.score *= 0.85
		l.otherKind = true
	}
	return l
}

// lastWord is the word that tells a name from others: the last one that is no year (rue du 8 Mai 1945).
func lastWord(core []string) int {
	last := len(core) - 1
	for last > 0 && digits(core[last]) {
		last--
	}
	return last
}

func weightOf(core []string, i int) float64 {
	switch last := lastWord(core); {
	case i == last:
		return 2
	case i > last || titles[core[i]]:
		return 0.5
	}
	return 1
}

// sameWord compares two words: 1 when equal, less for an initial, a word cut short or a wrong letter.
func sameWord(a, b string) float64 {
	if a == b {
		return 1
	}
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if digits(short) || digits(long) {
		return 0
	}
	switch {
	case len(short) == 1:
		if long[0] == short[0] {
			return 0.85
		}
		return 0
	case len(short) >= minTypo && strings.HasPrefix(long, short):
		if len(long) == len(short)+1 {
			return 0.97 // a plural
		}
		return 0.85
	case len(short) >= minTypo && edits(a, b, 1) <= 1:
		return 0.9
	case len(short) >= 8 && edits(a, b, 2) <= 2:
		return 0.85
	}
	return 0
}
