package dealmap

import "strconv"

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
	case len(t.text) == 1 && !r.elided(i):
		return t.text, i + 1
	}
	if n := roman(t.text); n > 0 {
		return strconv.Itoa(n), i + 1
	}
	return "", i
}

// elided reports whether a piece is the l’ or d’ of the next word, which then begins with a vowel or an h, and is not the D of
// BAT D HALL 1.
func (r *textReader) elided(i int) bool {
	if text := r.pieces[i].text; text != "l" && text != "d" || r.ends(i+1) || r.pieces[i+1].digits {
		return false
	}
	switch r.pieces[i+1].text[0] {
	case 'a', 'e', 'h', 'i', 'o', 'u', 'y':
		return !r.isPartWord(i + 1)
	}
	return false
}

// afterArticle reports whether the word before a piece is an article: what is left then of a name cut short, as in TERRASSES
// DE LA M, marks no part of an estate.
func (r *textReader) afterArticle(i int) bool {
	return i > 0 && !r.ends(i) && !r.pieces[i-1].digits && lookUp(r.pieces[i-1].text).class == article
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
		if r.ends(next) && (i > 0 || !r.address) && (t.before != ' ' || !r.address) && t.before != 0 && !r.afterArticle(i) {
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
	if next == r.n && i > 0 {
		r.cutShort(lex.word)
	}
	return next
}
