package consultations

import (
	"context"
	"errors"
	"fmt"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// Find yields the lines that a query asks for, newest first, until yield returns false. What it yields is complete except
// for Recipients, Detail and, where it has neither bounds (After, Last) nor a tile, Places: [Log.Line] has them. Times are UTC. Lines on the disk count; those of tiles are there
// within [Window].
func (l *Log) Find(ctx context.Context, q Query, yield func(n uint64, c dealmap.Consultation) bool) error {
	var of *segment
	var m *memo
	return l.matches(ctx, q, func(s *segment, i int, c *dealmap.Consultation) bool {
		n := uint64(s.first) + uint64(i)
		if c != nil {
			c.Recipients, c.Detail = nil, ""
			if c.After.IsZero() && c.Last.IsZero() && c.Tile == nil {
				c.Places = nil
			}
			return yield(n, *c)
		}
		if of != s {
			of, m = s, newMemo()
		}
		return yield(n, s.row(i, m))
	})
}

// CountOf returns the number of lines that a query asks for: candidates, when it asks for a place.
func (l *Log) CountOf(ctx context.Context, q Query) (n int64, err error) {
	err = l.matches(ctx, q, func(*segment, int, *dealmap.Consultation) bool {
		n++
		return true
	})
	return n, err
}

// matches yields the rows that a query asks for, newest first; c is the line itself where it had to be read.
func (l *Log) matches(ctx context.Context, q Query, yield func(s *segment, i int, c *dealmap.Consultation) bool) error {
	p := q.plan()
	to := l.Size()
	if q.Before > 0 && q.Before <= uint64(to) {
		to = int64(q.Before) - 1
	}
	return l.index.each(ctx, p, to, func(m *matcher) (bool, error) {
		first := int(max(m.first, l.through.Load()+1) - m.first)
		for i := int(min(m.last(), to) - m.first); i >= first; i-- {
			verdict := m.row(i)
			if verdict == no {
				continue
			}
			var line *dealmap.Consultation
			if verdict == unsure {
				c, erased, err := l.Line(uint64(m.first) + uint64(i))
				if err != nil {
					return false, err
				}
				if erased || !p.judge(&c) {
					continue
				}
				line = &c
			}
			if !yield(m.segment, i, line) {
				return false, nil
			}
		}
		return true, nil
	})
}

// each yields the segments of the lines up to a number that may hold what is asked for, newest first.
func (x *index) each(ctx context.Context, p *plan, to int64, f func(*matcher) (bool, error)) error {
	if to <= x.log.through.Load() {
		return nil
	}
	for no := x.segmentOf(to); no >= x.segmentOf(x.log.through.Load()+1); no-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		list, err := x.segments(ctx, p, no, to)
		if err != nil {
			return fmt.Errorf("read the index of the consultation log: %w", err)
		}
		for _, m := range list {
			if more, err := f(m); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// segments returns segment no, up to a line, newest first: from the file, from the tail, or made from lines.
func (x *index) segments(ctx context.Context, p *plan, no, to int64) (list []*matcher, err error) {
	first, last := x.firstOf(no), min(to, (no+1)*x.per)
	take := func(s *segment) {
		if s.rows() > 0 && s.min <= p.to && s.max >= p.from {
			if m := newMatcher(p, s); m != nil {
				list = append(list, m)
			}
		}
	}
	x.mu.Lock()
	h, kept := x.kept[no]
	var tail *segment
	if x.tail != nil && x.segmentOf(x.tail.first) == no && x.tail.rows() > 0 {
		s := x.tail.segment
		tail = &s
	}
	x.mu.Unlock()
	if kept {
		if h.min > p.to || h.max < p.from {
			return nil, nil
		}
		m, err := x.read(p, no, h)
		if err == nil {
			if m != nil {
				list = append(list, m)
			}
			return list, nil
		}
		if !errors.Is(err, errColumns) && !errors.Is(err, boltfile.ErrDamaged) {
			return nil, err
		}
		// A segment that is damaged on the disk is made again; this question is answered from the lines.
		if err := x.forget([]int64{no}); err != nil {
			return nil, err
		}
		x.poke()
	}
	if tail != nil && tail.last() < last {
		gap, err := x.build(ctx, tail.last()+1, last)
		if err != nil {
			return nil, err
		}
		take(gap)
	}
	if tail == nil {
		if tail, err = x.build(ctx, first, last); err != nil {
			return nil, err
		}
	}
	take(tail)
	return list, nil
}

// read reads a segment from the file; nil when its dictionaries tell that no row can match.
func (x *index) read(p *plan, no int64, h header) (m *matcher, err error) {
	err = boltfile.Guard(func() error {
		return x.db.View(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketSegments)
			s, err := getDictionaries(b, no, h)
			if err != nil {
				return err
			}
			if m = newMatcher(p, s); m == nil {
				return nil
			}
			return getRows(b, no, h, s)
		})
	})
	return m, err
}
