package dealmap

// word is one of those by which names are compared.
type word struct {
	text string
	// weight is how much it tells: 1 for an ordinary word, less for what many places are called.
	weight float32
	// letters has a bit for each letter in it, by which most words that differ are told apart at once.
	letters uint32
	// last is set of the word that ends the text: lists cut names short.
	last bool
}

const mostWords = 8

// words is a name without what tells nothing, in the order written.
type words struct {
	list [mostWords]word
	n    int
	sum  float32
}

func (w *words) all() []word { return w.list[:w.n] }

func (w *words) add(text string, weight float32) {
	if w.n == mostWords || text == "" {
		return
	}
	for _, known := range w.all() {
		if known.text == text {
			return
		}
	}
	one := word{text: text, weight: weight}
	for i := range len(text) {
		one.letters |= 1 << (text[i] & 31)
	}
	w.list[w.n], w.n, w.sum = one, w.n+1, w.sum+weight
}

// end marks the word that ends the text.
func (w *words) end(text string) {
	if w.n > 0 && w.list[w.n-1].text == text {
		w.list[w.n-1].last = true
	}
}

// partMark names one part of an estate: the C of bâtiment C. Its class is that of the word before it, plainWord when there is
// none: Les Tilleuls C.
type partMark struct {
	class wordClass
	value string
}

const (
	mostMarks   = 6
	mostStreets = 2
	mostNumbers = 3
)

// houseNumber is 12 bis: 12 and b.
type houseNumber struct {
	number int
	repeat byte
}

// street is a street with the numbers in it; kind and words are empty when only a number is known. ofName tells that it was
// read in a name.
type street struct {
	kind    string
	ofName  bool
	words   words
	numbers [mostNumbers]houseNumber
	n       int
}

// vague reports whether it may be an estate rather than a street: SQUARE, COUR, PASSAGE and MONTÉE begin names of both.
func (s *street) vague() bool {
	if !s.ofName {
		return false
	}
	switch s.kind {
	case "rue", "avenue", "boulevard", "chemin", "route", "quai", "faubourg", "chaussee":
		return false
	}
	return true
}

func (s *street) add(h houseNumber) {
	if s.n < mostNumbers {
		s.numbers[s.n], s.n = h, s.n+1
	}
}
