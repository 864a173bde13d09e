package tiles

import (
	"context"
	"fmt"

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

// derived is what is kept of what is derived of maps.
type derived interface {
	sized
	of() dealmap.Seq
}

func (l *lineage) of() dealmap.Seq { return l.seq }

// derive returns what is derived of a source, as of an entry, under a key, made from what is there (the zero T when there is none) when that is of another
// entry or no longer good. Of maps that follow each other the newest is kept, for that is what others will ask for.
func derive[T derived](ctx context.Context, d *Drawer, src Source, seq dealmap.Seq, key string, good func(T) bool, work func(old T) T) (value T, err error) {
	_, follows := src.(Renewer)
	current := func(v sized) bool { return v.(T).of() == seq && good(v.(T)) }
	keep := func(old sized) bool { return old == nil || !follows || old.(T).of() <= seq }
	made, _, err := d.aggregates.renew(ctx, key, fmt.Sprint(seq), current, func(old sized) sized {
		before, _ := old.(T)
		return work(before)
	}, keep)
	if err != nil {
		return value, err
	}
	return made.(T), nil
}

// kin tells apart, in the keys of what is derived, maps of which one follows from another entry by entry from those that stand alone, as the
// past as it may be shown now does.
func kin(src Source) string {
	if _, follows := src.(Renewer); follows {
		return "now"
	}
	return "past"
}
