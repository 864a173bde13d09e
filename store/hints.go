package store

import "github.com/mesure5/dealmap"

// hints say of a place, without looking at it, whether it has a position (dealmap.Place.HasPosition) and which letters its search key has: where one
// of a word is missing, the word is.
type hints uint32

const placed hints = 1

func hintsOf(p *dealmap.Place) hints {
	var room [256]byte
	h := lettersOf(wordsOf(p).appendKey(room[:0]))
	if p.HasPosition() {
		h |= placed
	}
	return h
}

// lettersOf are the letters and digits of a search key.
func lettersOf(key []byte) (all hints) {
	for _, b := range key {
		all |= letter[b]
	}
	return all
}

// letter is the bit of each byte of a search key, of 31: a letter has one of its own, two digits share one, and so does what words seldom have.
var letter = func() (bits [256]hints) {
	for b := range bits {
		at := b % 31
		switch {
		case b >= 'a' && b <= 'z':
			at = b - 'a'
		case b >= '0' && b <= '9':
			at = 26 + b%5
		}
		bits[b] = placed << (1 + at)
	}
	return bits
}()
