package store

import "math/bits"

// mask says of every plot of a leaf whether something is so, a bit each.
type mask [leafSize / 64]uint64

// all is the mask of all plots of a leaf.
func (l *leaf) all() (m mask) { return between(0, l.n) }

// between is the mask of the plots from one up to another, which it leaves out.
func between(from, to int) (m mask) {
	for w := range m {
		begin, end := max(from-64*w, 0), min(to-64*w, 64)
		if begin < end {
			m[w] = ^uint64(0) >> (64 - (end - begin)) << begin
		}
	}
	return m
}

func (m *mask) set(i uint8) { m[i/64] |= 1 << (i % 64) }

func (m *mask) has(i uint8) bool { return m[i/64]>>(i%64)&1 != 0 }

func (m *mask) or(o *mask) {
	for w := range m {
		m[w] |= o[w]
	}
}

func (m *mask) and(o *mask) {
	for w := range m {
		m[w] &= o[w]
	}
}

func (m *mask) empty() bool { return m[0]|m[1]|m[2]|m[3] == 0 }

func (m *mask) len() int {
	return bits.OnesCount64(m[0]) + bits.OnesCount64(m[1]) + bits.OnesCount64(m[2]) + bits.OnesCount64(m[3])
}

// common counts what two masks have in common.
func (m *mask) common(o *mask) int {
	return bits.OnesCount64(m[0]&o[0]) + bits.OnesCount64(m[1]&o[1]) + bits.OnesCount64(m[2]&o[2]) + bits.OnesCount64(m[3]&o[3])
}

// next returns the first that is in the mask from one on, leafSize when there is none.
func (m *mask) next(from int) int {
	for w := from / 64; w < len(m); w++ {
		rest := m[w]
		if w == from/64 {
			rest = rest >> (from % 64) << (from % 64)
		}
		if rest != 0 {
			return 64*w + bits.TrailingZeros64(rest)
		}
	}
	return leafSize
}

// keep leaves those of the mask that a test lets through.
func (m *mask) keep(test func(i uint8) bool) {
	for w := range m {
		for rest := m[w]; rest != 0; rest &= rest - 1 {
			if b := bits.TrailingZeros64(rest); !test(uint8(64*w + b)) {
				m[w] &^= 1 << b
			}
		}
	}
}
