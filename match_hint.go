package dealmap

// hints is which runs of three letters a text holds, hashed to 256 bits: it tells without reading a text that hardly a word of
// a name can be in it.
type hints [4]uint64

func (h *hints) set(gram uint32) {
	bit := (gram * 2654435761) >> 24
	h[bit>>6] |= 1 << (bit & 63)
}

func (h *hints) has(gram uint32) bool {
	bit := (gram * 2654435761) >> 24
	return h[bit>>6]&(1<<(bit&63)) != 0
}

// see adds the runs of a text as people write it.
func (h *hints) see(text string) {
	gram, run := uint32(0), 0
	add := func(b byte) {
		gram = gram<<8&0xffffff | uint32(b)
		if run++; run >= 3 {
			h.set(gram)
		}
	}
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			add(byte(r))
		case r >= 'A' && r <= 'Z':
			add(byte(r) | 0x20)
		case r < rune(len(plain)) && plain[r] != "":
			for i := range len(plain[r]) {
				add(plain[r][i])
			}
		default:
			run = 0
		}
	}
}

// mayHold reports whether a text may hold more than a share of the words, by weight, of the name or of a street of a
// description: of a short word one run is enough, so that a slip of the pen hides none; of a long one it takes two in five.
func (h *hints) mayHold(d *Description, share float32) bool {
	if h.holdsOf(&d.words) > share*d.words.sum {
		return true
	}
	for i := range d.streets.n {
		if w := &d.streets.list[i].words; h.holdsOf(w) > share*w.sum {
			return true
		}
	}
	return false
}

// holdsOf adds up the weights of the words that may be held.
func (h *hints) holdsOf(w *words) (weight float32) {
	for i := range w.n {
		one := &w.list[i]
		if one.weight < 0.3 || len(one.text) < 3 {
			continue
		}
		held := 0
		for at := range len(one.text) - 2 {
			if h.has(uint32(one.text[at])<<16 | uint32(one.text[at+1])<<8 | uint32(one.text[at+2])) {
				held++
			}
		}
		if 5*held >= 2*(len(one.text)-2) && held > 0 {
			weight += one.weight
		}
	}
	return weight
}
