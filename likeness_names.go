package dealmap

import (
	"bytes"
	"math/bits"
)

// overlapping is what two names have in common, in weights of words.
type overlapping struct {
	both float32
	// left and right are what only one of them has; the words that tell most are named.
	left, right         float32
	leftWord, rightWord string
	// shared is the most telling word that both have.
	shared string
}

// agreement is 0 to 1. What one name has beyond the other weighs less than what each has beyond the other: people leave words
// out more than they put others in.
func (o *overlapping) agreement() float32 {
	if o.both == 0 {
		return 0
	}
	little, much := min(o.left, o.right), max(o.left, o.right)
	return o.both / (o.both + little) * (0.65 + 0.35*o.both/(o.both+much))
}

// overlap pairs the words of two names, each with the one that is spelt most alike.
func overlap(a, b *words) (o overlapping) {
	var taken, liked [mostWords]bool
	telling, leftTelling, rightTelling := float32(0), float32(0), float32(0)
	for i := range a.n {
		x := &a.list[i]
		best, at, like := float32(0), -1, false
		for j := range b.n {
			y := &b.list[j]
			s := float32(1)
			if x.letters != y.letters || x.text != y.text {
				if s = alike(x, y); s == 0 {
					if x.begins(y) || y.begins(x) {
						liked[j], like = true, true
					}
					continue
				}
			}
			liked[j], like = true, true
			if !taken[j] && s > best {
				best, at = s, j
			}
		}
		if at >= 0 {
			taken[at] = true
			weight := min(x.weight, b.list[at].weight)
			o.both += weight * best
			o.left += (1 - best) * 0.5 * weight
			o.right += (1 - best) * 0.5 * weight
			if weight > telling {
				telling, o.shared = weight, min(x.text, b.list[at].text)
			}
		}
		if !like {
			o.left += x.weight
			if x.weight > leftTelling {
				leftTelling, o.leftWord = x.weight, x.text
			}
		}
	}
	for j := range b.n {
		if y := &b.list[j]; !liked[j] {
			o.right += y.weight
			if y.weight > rightTelling {
				rightTelling, o.rightWord = y.weight, y.text
			}
		}
	}
	if o.left > 0.5 && o.right > 0.5 && runTogether(a, b) {
		return overlapping{both: min(a.sum, b.sum), shared: a.list[0].text}
	}
	return o
}

// begins reports whether a short word that ends its text may be the beginning of another: that they differ says nothing.
func (x *word) begins(y *word) bool {
	return x.last && len(x.text) < 4 && len(y.text) > len(x.text) && y.text[:len(x.text)] == x.text
}

// alike is 0 to 1: how likely one word is the other, cut short or with a slip of the pen. Slips are as Damerau counts them
// (1964): a letter too many, too few or wrong, or two exchanged; one in words of five letters, two in those of nine.
func alike(x, y *word) float32 {
	missing := bits.OnesCount32(x.letters &^ y.letters)
	extra := bits.OnesCount32(y.letters &^ x.letters)
	if missing > 2 && extra > 2 {
		return 0
	}
	if x.text == y.text {
		return 1
	}
	short, long := x.text, y.text
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 4 || short[0] <= '9' || long[0] <= '9' {
		return 0
	}
	if len(long) > len(short)+1 && long[:len(short)] == short {
		return 0.8
	}
	most := 1
	switch {
	case len(long) < 5:
		return 0
	case len(long) >= 9:
		most = 2
	}
	if len(long)-len(short) > most || max(missing, extra) > most {
		return 0
	}
	n := slips(short, long, most)
	if n > most {
		return 0
	}
	return 1 - 0.1*float32(n)
}

// slips is the optimal string alignment distance of two words of plain letters, more than most when it is greater than that.
func slips(a, b string, most int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	const longest = 40
	if len(a) == 0 || len(b) == 0 || len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	var rows [3][longest + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	before, last, next := &rows[2], &rows[0], &rows[1]
	for i := range len(a) {
		next[0] = i + 1
		least := next[0]
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(last[j+1]+1, next[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			next[j+1] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// runTogether reports whether two names are the same letters cut into words differently: LES TILLEULS and LESTILLEULS.
func runTogether(a, b *words) bool {
	if a.letters()&^b.letters() != 0 && b.letters()&^a.letters() != 0 && a.n == b.n {
		return false
	}
	var x, y [64]byte
	short, long := x[:joinedLetters(a, &x)], y[:joinedLetters(b, &y)]
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 6 || len(long)-len(short) > 4 {
		return false
	}
	for _, article := range articlesRunIn {
		if rest, ok := bytes.CutPrefix(long, article); ok && bytes.HasPrefix(rest, short) && len(rest)-len(short) <= 1 {
			return true
		}
	}
	most := 1 + len(short)/10
	return len(long)-len(short) <= most && slips(string(short), string(long), most) <= most
}

var articlesRunIn = [][]byte{nil, []byte("les"), []byte("le"), []byte("la"), []byte("l"), []byte("des"), []byte("du"), []byte("de")}

func (w *words) letters() (all uint32) {
	for i := range w.n {
		all |= w.list[i].letters
	}
	return all
}

func joinedLetters(w *words, buffer *[64]byte) (n int) {
	for i := range w.n {
		if w.list[i].weight >= 0.3 {
			n += copy(buffer[n:], w.list[i].text)
		}
	}
	return n
}

// names weighs the names, and where they do not agree the name of one with the street of the other: many places are called
// after the street they are in.
func (e *evidence) names(a, b *Description) {
	if a.words.n == 0 || b.words.n == 0 {
		e.nameAndStreet(a, b, against{})
		return
	}
	o := overlap(&a.words, &b.words)
	agreement := o.agreement()
	telling := min(1, o.both)
	switch {
	case agreement >= 0.35:
		w := against{stranger: 6.5 * float64(telling*(agreement-0.3)/0.7), neighbour: 0.1 * float64(telling*agreement)}
		if little := min(o.left, o.right); little >= 0.7 {
			w.neighbour = -1.6 // one estate, and each names another part of it
			e.add("name", textParts, o.leftWord, o.rightWord, w)
			return
		}
		e.add("name", textName, o.shared, "", w)
	case !a.estate || !b.estate:
		e.nameAndStreet(a, b, against{-0.4, -0.2})
	case min(o.left, o.right) >= 0.7:
		e.nameAndStreet(a, b, against{-2, -1.4})
	case min(o.left, o.right) >= 0.3:
		e.nameAndStreet(a, b, against{-0.7, -0.4})
	default:
		e.nameAndStreet(a, b, against{})
	}
}

func (e *evidence) nameAndStreet(a, b *Description, otherwise against) {
	for range 2 {
		for i := range b.streets.list[:b.streets.n] {
			s := &b.streets.list[i]
			if s.words.n == 0 || a.words.n == 0 {
				continue
			}
			if o := overlap(&a.words, &s.words); o.agreement() >= 0.5 && o.both >= 0.7 {
				e.add("name", textNameStreet, o.shared, "", against{3.5 * float64(o.agreement()*min(1, o.both)), 0.1})
				return
			}
		}
		a, b = b, a
	}
	e.add("name", textNames, "", "", otherwise)
}
