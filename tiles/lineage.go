package tiles

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// lineage is of which entry of the journal something was derived, and what changed from one to the next on the way there, for those who
// still look at an earlier map.
type lineage struct {
	seq    dealmap.Seq
	rounds []round
}

// round is what changed between two entries.
type round struct {
	from   dealmap.Seq
	blocks []geo.Block
}

// mostRounds bounds how far back an earlier map is derived from a later one.
const mostRounds = 32

// between returns the blocks that may differ between what was derived and a source, false when that is not known, or so much that the
// whole map, of so many blocks, is counted as fast.
func (l *lineage) between(src Renewer, all int) ([]geo.Block, bool) {
	var blocks []geo.Block
	if src.Seq() > l.seq {
		blocks = src.TouchedAfter(l.seq)
		return blocks, len(blocks) <= max(64, all/4)
	}
	seen := map[geo.Block]bool{}
	reached := l.seq
	for i := len(l.rounds) - 1; i >= 0 && reached > src.Seq(); i-- {
		for _, b := range l.rounds[i].blocks {
			if !seen[b] {
				seen[b] = true
				blocks = append(blocks, b)
			}
		}
		reached = l.rounds[i].from
	}
	return blocks, reached <= src.Seq() && len(blocks) <= max(64, all/4)
}

// followed is the lineage of what is derived of another entry that differs in some blocks. An earlier one has none: nothing follows it.
func (l *lineage) followed(seq dealmap.Seq, blocks []geo.Block) lineage {
	if seq <= l.seq {
		return lineage{seq: seq}
	}
	rounds := l.rounds
	if len(rounds) >= mostRounds {
		rounds = rounds[len(rounds)-mostRounds+1:]
	}
	return lineage{seq, append(rounds[:len(rounds):len(rounds)], round{l.seq, blocks})}
}
