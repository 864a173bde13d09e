package network

import "math/bits"

// buckets hold nodes that wait, by distance: bucket i those from i×width to below (i+1)×width (Dial, "Algorithm 360: shortest-path
// forest with topological ordering", 1969). As no arc is longer than all buckets together, they are used in a ring.
type buckets struct {
	slots [][]int32
	// full has a bit for every bucket that is not empty, so that stretches of empty ones are passed over 64 at a time.
	full  []uint64
	scale float64
	// mixed says that the width is more than the shortest arc, so that nodes of one bucket can shorten each other's way and must be
	// taken by distance. Otherwise they may be taken in any order.
	mixed bool
	mask  int
	at    int
	held  int
}

// word is how many bits one machine word has.
const word = 64

// mostBuckets is where looking for the next bucket begins to cost more than order within wider ones.
const mostBuckets = 1 << 14

// widthMargin keeps the width below the shortest arc by far more than distances are rounded.
const widthMargin = 0.999

func newBuckets(lengths []float64, most int) buckets {
	if len(lengths) == 0 {
		lengths = []float64{1}
	}
	shortest, longest := lengths[0], lengths[0]
	for _, l := range lengths {
		shortest, longest = min(shortest, l), max(longest, l)
	}
	width := shortest * widthMargin
	mixed := longest/width > float64(most-2)
	if mixed {
		width = longest / float64(most-2)
	}
	count := max(1<<bits.Len(uint(longest/width)+2), word)
	return buckets{slots: make([][]int32, count), full: make([]uint64, count/word), scale: 1 / width, mixed: mixed, mask: count - 1}
}

// index returns the bucket of a distance.
func (b *buckets) index(dist float64) int { return int(dist*b.scale) & b.mask }

func (b *buckets) push(v int32, dist float64) {
	i := b.index(dist)
	b.slots[i] = append(b.slots[i], v)
	b.full[i/word] |= 1 << (i % word)
	b.held++
}

// next returns the nearest bucket that holds a node; there must be one.
func (b *buckets) next() int {
	i := b.at / word
	bitsLeft := b.full[i] >> (b.at % word) << (b.at % word)
	for bitsLeft == 0 {
		i = (i + 1) & (len(b.full) - 1)
		bitsLeft = b.full[i]
	}
	b.at = i*word + bits.TrailingZeros64(bitsLeft)
	return b.at
}

func (b *buckets) empty(i int) {
	b.held -= len(b.slots[i])
	b.slots[i] = b.slots[i][:0]
	b.full[i/word] &^= 1 << (i % word)
	if b.held == 0 {
		b.at = 0
	}
}
