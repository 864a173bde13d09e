package dealmap

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
	s.kind, s.ofName = kind, !r.address
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

// cutShort notes that a text ends with a word, which may be the beginning of one.
func (r *textReader) cutShort(text string) {
	if r.open != nil {
		r.open.words.end(text)
	}
	r.d.words.end(text)
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
