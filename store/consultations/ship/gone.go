package ship

import (
	"context"
	"time"

	"github.com/mesure5/dealmap/store/consultations"
)

// grace is how long after the retention is over a node may take to erase lines of its own log. A node that has not done it by then is gone.
const grace = 7 * 24 * time.Hour

// accounted returns up to which line the logs of other nodes, and this one's, account for the erasure of lines of a node that is gone.
func (m *Mirrors) accounted(ctx context.Context, node string) (through int64, err error) {
	logs := []*consultations.Log{m.ours}
	for _, c := range m.Copies() {
		logs = append(logs, c.log)
	}
	for _, l := range logs {
		to, err := l.Accounted(ctx, node)
		if err != nil {
			return 0, err
		}
		through = max(through, to)
	}
	return through, nil
}

// EraseGone has the lines of nodes that are gone erased after their retention, everywhere: before is the moment before which this node erases
// its own. It is to be called every day. The line that accounts for an erasure is written to this node's log first; the erasure itself is
// asked for by the next call, when that line has reached the other nodes. It returns for how many lines that was done.
func (m *Mirrors) EraseGone(ctx context.Context, before time.Time) (lines int64, err error) {
	for _, c := range m.Copies() {
		accounted, err := m.accounted(ctx, c.node)
		if err != nil {
			return lines, err
		}
		held, err := m.engine.Held(ctx, c.node)
		if err != nil {
			return lines, err
		}
		if through := min(accounted, held.Last); held.Erased < through {
			if err := m.engine.Erase(ctx, c.node, through); err != nil {
				return lines, err
			}
			lines += through - held.Erased
		}
		old, err := c.log.Older(ctx, before.Add(-grace))
		if err != nil {
			return lines, err
		}
		if old.Count == 0 || old.To <= accounted {
			continue
		}
		if err := m.ours.Record(ctx, consultations.ErasureOf(c.node, old, time.Now())); err != nil {
			return lines, err
		}
		m.log.Info("a node does not erase what was kept long enough; this one does", "node", c.node, "lines", old.Count)
	}
	return lines, nil
}
