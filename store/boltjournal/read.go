package boltjournal

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
	bolt "go.etcd.io/bbolt"
)

// mostRead bounds the entries copied out of one transaction: a transaction that stays open would hold up writers when the
// file grows.
const mostRead = 1024

// Read yields the entries after the given one in order, each verified against the chain, up to the last at the time that
// it gets there. The first error ends it.
func (j *Journal) Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		prev, err := j.HashAt(ctx, after)
		if err != nil {
			yield(dealmap.Event{}, err)
			return
		}
		for size := 1; ; size = min(4*size, mostRead) {
			if err := ctx.Err(); err != nil {
				yield(dealmap.Event{}, err)
				return
			}
			batch, last, err := j.load(after, size)
			if err != nil {
				yield(dealmap.Event{}, err)
				return
			}
			for _, s := range batch {
				e, hash, err := unseal(&s, after, prev)
				if err != nil {
					yield(dealmap.Event{}, fmt.Errorf("read journal after entry %d: %w", after, err))
					return
				}
				if !yield(e, nil) {
					return
				}
				after, prev = s.Seq, hash
			}
			if len(batch) < size {
				if after < last {
					yield(dealmap.Event{}, fmt.Errorf("read journal after entry %d: %w: %d were to follow", after, dealmap.ErrTampered, last-after))
				}
				return
			}
		}
	}
}

// unseal verifies and decodes the entry that should follow another.
func unseal(s *raw.Entry, after dealmap.Seq, prev dealmap.Hash) (dealmap.Event, dealmap.Hash, error) {
	if s.Seq != after+1 {
		return dealmap.Event{}, prev, fmt.Errorf("%w: entry %d is missing", dealmap.ErrTampered, after+1)
	}
	if s.Body == nil && !s.Erased {
		return dealmap.Event{}, prev, fmt.Errorf("%w: entry %d: its body is missing", dealmap.ErrTampered, s.Seq)
	}
	e, hash, err := dealmap.Unseal(prev, s.Header, s.Salt, s.Body)
	if err == nil && e.Seq != s.Seq {
		err = fmt.Errorf("%w: entry %d lies in the place of %d", dealmap.ErrTampered, e.Seq, s.Seq)
	}
	return e, hash, err
}

// load copies up to size entries after the given one, and tells which is the last that the disk confirmed.
func (j *Journal) load(after dealmap.Seq, size int) (batch []raw.Entry, last dealmap.Seq, err error) {
	if last, _, err = j.Last(context.Background()); err != nil {
		return nil, 0, err
	}
	err = j.view(func(tx *bolt.Tx) error {
		heads, bodies := tx.Bucket(bucketHeaders).Cursor(), tx.Bucket(bucketBodies).Cursor()
		bk, bv := bodies.Seek(key(after + 1))
		for k, v := heads.Seek(key(after + 1)); k != nil && len(batch) < size; k, v = heads.Next() {
			if len(k) != 8 {
				return fmt.Errorf("%w: key of %d bytes", dealmap.ErrTampered, len(k))
			}
			s := raw.Entry{Seq: dealmap.Seq(binary.BigEndian.Uint64(k)), Header: bytes.Clone(v)}
			if s.Seq > last {
				break // not confirmed by the disk yet
			}
			if bytes.Equal(bk, k) {
				s.Salt, s.Body, s.Erased = split(bytes.Clone(bv))
			}
			bk, bv = bodies.Next()
			batch = append(batch, s)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read journal after entry %d: %w", after, err)
	}
	return batch, last, nil
}
