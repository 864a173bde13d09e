package tiles

import "math/bits"

// cellTable finds groups by the key of their cell: a hash table with linear probing over indices, several times faster
// here than a map.
type cellTable struct {
	slots []uint32 // index of the group plus one, 0 when free
	used  int
}

func newCellTable(expected int) cellTable {
	return cellTable{slots: make([]uint32, 1<<bits.Len(uint(max(8, 2*expected))))}
}

// slot mixes the key (Fibonacci hashing).
func (t *cellTable) slot(key uint64) int {
	key ^= key >> 29
	return int(key * 0x9e3779b97f4a7c15 >> (64 - bits.TrailingZeros(uint(len(t.slots)))))
}

func (t *cellTable) find(key uint64, groups []group) (uint32, bool) {
	for i := t.slot(key); ; i = (i + 1) & (len(t.slots) - 1) {
		switch n := t.slots[i]; {
		case n == 0:
			return 0, false
		case groups[n-1].key == key:
			return n - 1, true
		}
	}
}

// add puts in a key that is not there; groups[index] has it already.
func (t *cellTable) add(key uint64, index uint32, groups []group) {
	if 2*(t.used+1) > len(t.slots) {
		grown := cellTable{slots: make([]uint32, 2*len(t.slots))}
		for _, n := range t.slots {
			if n != 0 {
				grown.add(groups[n-1].key, n-1, groups)
			}
		}
		*t = grown
	}
	i := t.slot(key)
	for t.slots[i] != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = index + 1
	t.used++
}
