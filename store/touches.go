package store

import (
	"cmp"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/tidwall/btree"
)

// touches knows where on the map which entry changed something last.
type touches struct {
	// touched has, by block, the last entry that changed a place that lies, or lay, in it; none since the start where it has nothing.
	touched *btree.Map[geo.Block, dealmap.Seq]
	// bySeq has the same by entry.
	bySeq *btree.BTreeG[touch]
}

type touch struct {
	seq   dealmap.Seq
	block geo.Block
}

func compareTouches(a, b touch) int {
	return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.block, b.block))
}

func newTouches() touches {
	return touches{
		&btree.Map[geo.Block, dealmap.Seq]{},
		btree.NewBTreeGOptions(func(a, b touch) bool { return compareTouches(a, b) < 0 }, btree.Options{NoLocks: true}),
	}
}

func (t *touches) copy() touches { return touches{t.touched.Copy(), t.bySeq.Copy()} }

// touch takes down that an entry changed a place.
func (t *touches) touch(place *dealmap.Place, seq dealmap.Seq) {
	if place != nil && place.HasPosition() {
		block := geo.BlockOf(geo.ZOrder(geo.Fixed(place.Position())))
		if before, was := t.touched.Set(block, seq); was {
			t.bySeq.Delete(touch{before, block})
		}
		t.bySeq.Set(touch{seq, block})
	}
}

// mostAcross bounds the squares that a box is looked through by: a little more of the map is quicker to look through than its exact edge.
const mostAcross = 8

// Touched returns the last entry since the start that changed anything about a place that lies, or lay before that entry, in a box or near
// it, whoever may see it; 0 when there was none.
func (s *Snapshot) Touched(box geo.Squares) (last dealmap.Seq) {
	box = box.Within(geo.BlockLevel)
	for box.Level > 0 && max(box.East-box.West, box.South-box.North) >= mostAcross {
		box = box.Within(box.Level - 1)
	}
	var few [geo.FewRanges][2]uint64
	for _, r := range box.AppendRanges(few[:0]) {
		s.plots.touched.Ascend(geo.BlockOf(r[0]), func(block geo.Block, seq dealmap.Seq) bool {
			if block > geo.BlockOf(r[1]) {
				return false
			}
			last = max(last, seq)
			return true
		})
	}
	return last
}

// TouchedAfter returns the blocks in which an entry after another, which was made since the start, changed anything about a place that
// lies, or lay before, in them, whoever may see it.
func (s *Snapshot) TouchedAfter(seq dealmap.Seq) (blocks []geo.Block) {
	s.plots.bySeq.Ascend(touch{seq: seq + 1}, func(t touch) bool {
		blocks = append(blocks, t.block)
		return true
	})
	return blocks
}

// Erased returns the last entry since the start that erased a record for good; 0 when there was none.
func (s *Snapshot) Erased() dealmap.Seq { return s.erased }
