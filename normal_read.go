package dealmap

import (
	"strconv"
)

// word is one of those by which names are compared.
type word struct {
	text string
	// weight is how much it tells: 1 for an ordinary word, less for what many places are called.
	weight float32
	// letters has a bit for each letter in it, by which most words that differ are told apart at once.
	letters uint32
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

// mark names one part of an estate: the C of bâtiment C. Its class is that of the word before it, plainWord when there is
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

// street is a street with the numbers in it; kind and words are empty when only a number is known.
type street struct {
	kind    string
	words   words
	numbers [mostNumbers]houseNumber
	n       int
}

func (s *street) add(h houseNumber) {
	if s.n < mostNumbers {
		s.numbers[s.n], s.n = h, s.n+1
	}
}

// textReader puts the meaning of texts in a description.
type textReader struct {
	d      *Description
	pieces [mostPieces]piece
	n      int
	// address tells an address from a name: numbers are of houses, words of streets.
	address bool
	// open is the street that words go to, nil outside one.
	open *street
	// pending are numbers before the street they are in.
	pending  [mostNumbers]houseNumber
	waiting  int
	inEstate bool // words go to the name even in an address
}

func (r *textReader) read(text string, address bool) {
	if text == "" {
		return
	}
	r.n, r.address = cut(text, &r.pieces), address
	r.open, r.waiting, r.inEstate = nil, 0, false
	for i := 0; i < r.n; {
		t := &r.pieces[i]
		if t.before == ',' || t.before == '~' {
			r.part()
		}
		if t.digits {
			i = r.digits(i)
		} else {
			i = r.letters(i)
		}
	}
	r.part()
	if r.waiting > 0 {
		r.flush(r.street(""))
	}
}

// part ends a part of the text. A number alone in its part waits for the street in the next: 12, rue des Lilas.
func (r *textReader) part() { r.open, r.inEstate = nil, false }

// ends reports whether a part of the text ends before a piece.
func (r *textReader) ends(i int) bool {
	return i >= r.n || r.pieces[i].before == ',' || r.pieces[i].before == '~'
}

func (r *textReader) street(kind string) *street {
	if r.d.streets.n == mostStreets {
		return nil
	}
	s := &r.d.streets.list[r.d.streets.n]
	r.d.streets.n++
	s.kind = kind
	return s
}

func (r *textReader) flush(s *street) {
	if s != nil {
		for _, h := range r.pending[:r.waiting] {
			s.add(h)
		}
	}
	r.waiting = 0
}

func (r *textReader) mark(class wordClass, value string) {
	m := partMark{class, value}
	d := r.d
	for _, known := range d.marks.list[:d.marks.n] {
		if known == m {
			return
		}
	}
	if d.marks.n < mostMarks {
		d.marks.list[d.marks.n] = m
		d.marks.n++
	}
}

// word puts a word where it belongs: to the open street, to the name, or to both where a name begins like a street.
func (r *textReader) word(text string, weight float32) {
	if r.open == nil && r.address && !r.inEstate && r.waiting > 0 {
		r.open = r.street("")
		r.flush(r.open)
	}
	if r.open != nil {
		r.open.words.add(text, weight)
		if r.address {
			return
		}
	}
	r.d.words.add(text, weight)
}

func weightOf(text string) float32 {
	switch len(text) {
	case 1:
		return 0
	case 2:
		return 0.5
	case 3:
		return 0.8
	}
	return 1
}

// digits reads a number and returns where to go on.
func (r *textReader) digits(i int) int {
	t := r.pieces[i]
	value := withoutZeros(t.text)
	next := i + 1
	if next < r.n && r.pieces[next].before == 0 && isOrdinal(r.pieces[next].text) {
		r.word(value, 0.6)
		return next + 1
	}
	if r.address && len(t.text) == 5 && (r.ends(next) || !r.pieces[next].digits) {
		for next < r.n && !r.ends(next) { // a postal code: the rest is the commune
			next++
		}
		return next
	}
	number, err := strconv.Atoi(value)
	if err != nil || number > 9999 {
		return next
	}
	h := houseNumber{number: number}
	after := next
	if next < r.n && !r.pieces[next].digits && r.pieces[next].before != ',' {
		if repeat := repeatOf(r.pieces[next].text); repeat != 0 && (r.pieces[next].before == 0 || len(r.pieces[next].text) > 1 || r.beginsStreet(next+1)) {
			h.repeat, after = repeat, next+1
		}
	}
	inside := r.open != nil && (r.open.words.n == 0 || !r.ends(after) && !r.isPartWord(after))
	switch {
	case inside && number <= 2100: // rue du 8 mai 1945
		r.word(value, 0.6)
		return next
	case r.open != nil && (number >= 1900 && number <= 2100):
		r.word(value, 0.6)
		return next
	case r.open != nil:
		r.open.add(h)
		return after
	case r.address && !r.inEstate || r.beginsStreet(after) || !r.ends(after) && r.pieces[after].digits && r.beginsStreet(after+1):
		if r.waiting < mostNumbers {
			r.pending[r.waiting], r.waiting = h, r.waiting+1
		}
		return after
	case r.ends(next) && (r.d.words.n > 0 || i > 0):
		r.mark(plainWord, value)
		return next
	}
	r.word(value, 0.6)
	return next
}

func isOrdinal(text string) bool {
	switch text {
	case "e", "er", "ere", "eme", "ieme", "me", "nd", "nde", "ers":
		return true
	}
	return false
}

// repeatOf reads what follows a number in 12 bis, 12 b, 12 A.
func repeatOf(text string) byte {
	switch text {
	case "bis":
		return 'b'
	case "ter":
		return 't'
	case "quater":
		return 'q'
	}
	if len(text) == 1 {
		return text[0]
	}
	return 0
}

func (r *textReader) beginsStreet(i int) bool {
	if r.ends(i) && i < r.n && r.pieces[i].before == '~' || i >= r.n || r.pieces[i].digits {
		return false
	}
	class := lookUp(r.pieces[i].text).class
	return (class == streetWord || class == alleyWord) && !r.ends(i+1)
}

// isPartWord reports whether a piece begins the mark of a part of an estate, or the name of one.
func (r *textReader) isPartWord(i int) bool {
	if i >= r.n || r.pieces[i].digits {
		return false
	}
	switch lookUp(r.pieces[i].text).class {
	case building, entrance, stairs, storey, estateWord:
		return true
	}
	return false
}

// value reads what marks a part of an estate at a piece: a number, a letter, a letter with a number, a Roman numeral. It
// returns where to go on, or i itself when there is no value.
func (r *textReader) value(i int) (string, int) {
	for i < r.n && !r.pieces[i].digits && r.pieces[i].before != ',' {
		switch r.pieces[i].text {
		case "n", "no", "num", "numero", "nr":
			if i+1 < r.n && (r.pieces[i+1].digits || len(r.pieces[i+1].text) == 1) {
				i++
				continue
			}
		}
		break
	}
	if r.ends(i) && i < r.n && r.pieces[i].before == '~' || i >= r.n {
		return "", i
	}
	t := r.pieces[i]
	glued := i+1 < r.n && r.pieces[i+1].before == 0
	switch {
	case t.digits && glued && len(r.pieces[i+1].text) == 1:
		return withoutZeros(t.text) + r.pieces[i+1].text, i + 2
	case t.digits && glued && isOrdinal(r.pieces[i+1].text):
		return withoutZeros(t.text), i + 2
	case t.digits && len(t.text) <= 4:
		return withoutZeros(t.text), i + 1
	case len(t.text) == 1 && glued && r.pieces[i+1].digits:
		return t.text + withoutZeros(r.pieces[i+1].text), i + 2
	case len(t.text) == 1 && i+1 < r.n && r.pieces[i+1].digits && r.pieces[i+1].before == ' ' && r.ends(i+2):
		return t.text + withoutZeros(r.pieces[i+1].text), i + 2
	case len(t.text) == 1 && (t.text != "l" && t.text != "d" || r.ends(i+1)):
		return t.text, i + 1
	}
	if n := roman(t.text); n > 0 {
		return strconv.Itoa(n), i + 1
	}
	return "", i
}

// letters reads a word and returns where to go on.
func (r *textReader) letters(i int) int {
	t := r.pieces[i]
	lex := lookUp(t.text)
	next := i + 1
	begun := r.open != nil && r.open.words.n == 0
	switch lex.class {
	case building, entrance, stairs, storey:
		if value, after := r.value(next); value != "" && !begun {
			for {
				if lex.class != storey {
					r.mark(lex.class, value)
				}
				if after >= r.n || r.pieces[after].before != '/' && r.pieces[after].before != '-' && r.pieces[after].text != "et" {
					return after
				}
				if r.pieces[after].text == "et" {
					after++
				}
				more, end := r.value(after)
				if more == "" {
					return after
				}
				value, after = more, end
			}
		}
		if lex.class == storey {
			return next
		}
		r.word(lex.word, 0.2)
		return next
	case alleyWord, streetWord:
		if lex.class == alleyWord && !begun {
			if value, after := r.value(next); value != "" && (r.ends(after) || r.isPartWord(after)) {
				r.mark(entrance, value)
				return after
			}
		}
		if len(t.text) == 1 && (r.open != nil || r.ends(next) || r.waiting == 0 && i > 0 && !r.ends(i)) {
			break // a letter, not the r of rue
		}
		if begun || r.ends(next) {
			r.word(lex.word, 0.2)
			return next
		}
		r.inEstate = false
		r.open = r.street(lex.word)
		r.flush(r.open)
		return next
	case estateWord:
		if !begun {
			r.open, r.inEstate = nil, true
			if r.waiting > 0 {
				r.flush(r.street(""))
			}
		}
		r.word(lex.word, 0.1)
		return next
	case article, noise, repeat:
		if len(t.text) == 1 {
			break
		}
		return next
	case title:
		r.word(lex.word, 0.2)
		return next
	case side:
		r.mark(side, lex.word)
		r.word(lex.word, 0.2)
		return next
	case genericWord:
		r.word(lex.word, 0.3)
		return next
	}
	if len(t.text) == 1 {
		// A letter that ends a part marks one of an estate; any other is an initial, or an article.
		if r.ends(next) && (i > 0 || !r.address) && (t.before != ' ' || !r.address) && t.before != 0 {
			r.mark(plainWord, t.text)
		}
		return next
	}
	if n := roman(t.text); n > 0 && i > 0 {
		value := strconv.Itoa(n)
		r.word(value, 0.6)
		return next
	}
	r.word(lex.word, weightOf(lex.word))
	return next
}
