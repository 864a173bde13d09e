package consultations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrLeaf is wrapped when a line is not what its leaf is the hash of.
var ErrLeaf = errors.New("le contenu et l’empreinte ne concordent pas")

// Copied is a line on its way from a log to a copy of it.
type Copied struct {
	Leaf tlog.Hash
	// Data is what the leaf is the hash of, nil once it was erased.
	Data []byte
}

// Check holds a line against its leaf.
func (c *Copied) Check() error {
	if c.Data != nil && tlog.RecordHash(c.Data) != c.Leaf {
		return ErrLeaf
	}
	return nil
}

// Erased returns the number of the line up to which lines are erased.
func (l *Log) Erased() int64 { return l.through.Load() }

// Copies returns the lines from a number on, in order: at most so many, and none more once they have so many bytes.
func (l *Log) Copies(from int64, most, mostBytes int) (list []Copied, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLines)
		through, last, bytes := readThrough(tx), min(int64(b.Sequence()), from+int64(most)-1), 0
		for n := from; n <= last && bytes < mostBytes; n++ {
			leaf, err := tree.Leaf(tx, n-1)
			if err != nil {
				return err
			}
			c := Copied{Leaf: leaf}
			if n > through {
				v := b.Get(key(n))
				if v == nil {
					return fmt.Errorf("%w : la ligne %d manque", boltfile.ErrDamaged, n)
				}
				c.Data = append(make([]byte, 0, len(v)), v...)
				bytes += len(v)
			}
			list = append(list, c)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("copy the consultation log from line %d: %w", from, err)
	}
	return list, nil
}

// Append adds lines to a log that is a copy of another: after is the number of its last one. Those that are erased come first, and only behind
// lines that all are (Forget). Nothing else may be recorded in such a log.
func (l *Log) Append(ctx context.Context, after int64, lines []Copied) error {
	if len(lines) == 0 {
		return nil
	}
	if lines[0].Data == nil { // a verification that is under way must not see it change
		if err := l.hold(ctx); err != nil {
			return err
		}
		defer l.release()
	}
	for i := range lines {
		if err := lines[i].Check(); err != nil {
			return fmt.Errorf("append to a copy: ligne %d : %w", after+int64(i)+1, err)
		}
	}
	size, through := int64(0), int64(0)
	err := l.change(func(tx *bolt.Tx) (err error) {
		size, through, err = appendCopies(tx, after, lines)
		return err
	})
	if err != nil {
		return fmt.Errorf("append to a copy after line %d: %w", after, err)
	}
	l.through.Store(through)
	l.accepted.Store(size)
	l.size.Store(size)
	l.index.poke()
	return nil
}

func appendCopies(tx *bolt.Tx, after int64, lines []Copied) (size, through int64, err error) {
	b := tx.Bucket(bucketLines)
	b.FillPercent = 1 // keys only grow
	n, before := int64(b.Sequence()), readThrough(tx)
	if n != after {
		return 0, 0, fmt.Errorf("it has %d lines", n)
	}
	through = before
	leaves := make([]tlog.Hash, len(lines))
	for i, c := range lines {
		n++
		leaves[i] = c.Leaf
		switch {
		case c.Data != nil:
			err = b.Put(key(n), c.Data)
		case through == n-1:
			through = n
		default:
			err = fmt.Errorf("line %d is erased, the one before it is not", n)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	if through != before {
		if err := tx.Bucket(bucketErasure).Put(keyThrough, key(through)); err != nil {
			return 0, 0, err
		}
	}
	if err := b.SetSequence(uint64(n)); err != nil {
		return 0, 0, err
	}
	if size, err = tree.AppendHashes(tx, leaves...); err == nil && size != n {
		err = fmt.Errorf("%w : %d lignes, mais un arbre de %d", boltfile.ErrDamaged, n, size)
	}
	return size, through, err
}

// keyForgotten is there while what Forget erased may still lie in free parts of the files.
var keyForgotten = []byte("forgotten")

// Forget erases the lines of a copy up to a number, because the log that it is of has erased them.
func (l *Log) Forget(ctx context.Context, through int64) error {
	begun := false
	err := l.view(func(tx *bolt.Tx) error {
		begun = tx.Bucket(bucketErasure).Get(keyForgotten) != nil
		return nil
	})
	if err != nil || through <= l.through.Load() && !begun {
		return err
	}
	if err := l.hold(ctx); err != nil {
		return err
	}
	defer l.release()
	ctx, cancel := l.within(ctx)
	defer cancel()
	if err := l.forget(ctx, min(through, l.Size())); err != nil {
		return fmt.Errorf("erase the lines of a copy up to %d: %w", through, err)
	}
	return nil
}

func (l *Log) forget(ctx context.Context, through int64) error {
	err := l.change(func(tx *bolt.Tx) error { return tx.Bucket(bucketErasure).Put(keyForgotten, key(through)) })
	if err == nil && l.through.Load() < through {
		err = l.eraseLines(ctx, through)
	}
	if err != nil {
		return err
	}
	if err := l.index.drop(); err != nil {
		return err
	}
	if err := l.scrub(ctx); err != nil {
		return err
	}
	return l.change(func(tx *bolt.Tx) error { return tx.Bucket(bucketErasure).Delete(keyForgotten) })
}

// ErasureOf makes the line by which this log tells that lines of another node's were erased after their retention, because that node does it no
// more.
func ErasureOf(node string, c Certificate, at time.Time) dealmap.Consultation {
	return dealmap.Consultation{
		Time: at.UTC(), Subject: EraserSubject, Operation: dealmap.OpErasure, What: WhatErasure, Detail: ofNode(node) + erasureDetail(c),
	}
}

func ofNode(node string) string { return "nœud « " + node + " » : " }

// Older returns which lines are older than a moment and not erased yet, as Erase would erase them; Count is 0 when there are none.
func (l *Log) Older(ctx context.Context, before time.Time) (Certificate, error) {
	c, err := l.planErasure(ctx, before)
	if err != nil {
		return c, fmt.Errorf("consultations before %s: %w", before.Format(time.RFC3339), err)
	}
	return c, nil
}

// ErasureIn reads from the bytes of a line up to which line it accounts for an erasure, 0 when it tells of none.
func ErasureIn(data []byte) (through int64) {
	var told dealmap.Consultation
	if json.Unmarshal(data, &told) != nil || told.What != WhatErasure || told.Operation != dealmap.OpErasure {
		return 0
	}
	if _, to, err := parseErasureDetail(told.Detail); err == nil {
		return to
	}
	return 0
}

// Accounted returns up to which line the log's lines account for erasures: of its own, or, when a node is named, of that one's log (ErasureOf).
func (l *Log) Accounted(ctx context.Context, node string) (through int64, err error) {
	var failed error
	err = l.Find(ctx, Query{Whats: []string{WhatErasure}}, func(n uint64, _ dealmap.Consultation) bool {
		var c dealmap.Consultation
		if c, _, failed = l.Line(n); failed != nil {
			return false
		}
		detail, ok := c.Detail, true
		if node != "" {
			detail, ok = strings.CutPrefix(detail, ofNode(node))
		}
		if _, to, err := parseErasureDetail(detail); ok && err == nil {
			through = to // the newest says most
		}
		return through == 0
	})
	return through, errors.Join(err, failed)
}
