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

// mayHold reports whether a text may hold one of the words of a description: of a short word one run is enough, so that a slip
// of the pen hides none; of a long one it takes two in five.
func (h *hints) mayHold(d *Description) bool {
	return h.holdsOf(&d.words) || d.streets.n > 0 && h.holdsOf(&d.streets.list[0].words) || d.streets.n > 1 && h.holdsOf(&d.streets.list[1].words)
}

func (h *hints) holdsOf(w *words) bool {
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
			return true
		}
	}
	return false
}
