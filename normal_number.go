package dealmap

import "strconv"

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
