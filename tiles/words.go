package tiles

import "math/bits"

// words remembers where texts lie among the values of a layer, so that one that several features have is written once: nearly all of them, and
// some of the last in a layer with very many.
type words struct {
	few  [256]word
	more [2][]word // instead of the few, once there are so many
	at   int       // of more, from 1
	used int
}

// word is where a text lies among the values, and its number. It holds no pointer: to forget many costs little.
type word struct{ from, to, number, hash uint32 }

const (
	// moreWords is how many times as large each table is as the one before, which may be a quarter full.
	moreWords = 8
	// wordsBeside is how many slots a text may be in.
	wordsBeside = 4
)

func (w *words) table() []word {
	if w.at == 0 {
		return w.few[:]
	}
	return w.more[w.at-1]
}

// slots are where a text with a hash may be remembered.
func (w *words) slots(hash uint32) []word {
	table := w.table()
	first := int(hash) & (len(table) - wordsBeside)
	return table[first : first+wordsBeside]
}

// put remembers a text, if need be in the place of another.
func (w *words) put(text word) {
	if old := w.table(); w.used >= len(old)/4 && w.at < len(w.more) {
		if w.more[w.at] == nil {
			w.more[w.at] = make([]word, moreWords*len(old))
		}
		w.at++
		for _, known := range old {
			if known.to > 0 {
				w.keep(known)
			}
		}
	}
	w.keep(text)
	w.used++
}

func (w *words) keep(text word) {
	slots := w.slots(text.hash)
	for i := range slots {
		if slots[i].to == 0 {
			slots[i] = text
			return
		}
	}
	slots[text.hash>>30] = text
}

// forget leaves room for the words of another layer.
func (w *words) forget() {
	if w.used == 0 {
		return
	}
	clear(w.few[:])
	for i := range w.at {
		clear(w.more[i])
	}
	w.at, w.used = 0, 0
}

// hashOf mixes both ends of a text, which tell most names apart, as wyhash does (Wang Yi, https://github.com/wangyi-fudan/wyhash).
func hashOf(text string) uint32 {
	var first, last uint64
	if n := len(text); n >= 8 {
		first, last = eightBytes(text), eightBytes(text[n-8:])
	} else {
		for i := range n {
			first = first<<8 | uint64(text[i])
		}
	}
	high, low := bits.Mul64(first^0xa0761d6478bd642f, last^0xe7037ed1a0b428db^uint64(len(text)))
	mixed := high ^ low
	return uint32(mixed ^ mixed>>32)
}

func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
