package boltjournal

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
	bolt "go.etcd.io/bbolt"
)

// Raw yields the entries after the given one in order as they are stored, up to the last at the time that it gets there. Nothing is
// verified. The first error ends it.
func (j *Journal) Raw(ctx context.Context, after dealmap.Seq) iter.Seq2[raw.Entry, error] {
	return func(yield func(raw.Entry, error) bool) {
		for {
			err := ctx.Err()
			var batch []raw.Entry
			if err == nil {
				batch, _, err = j.load(after, mostRead)
			}
			if err != nil {
				yield(raw.Entry{}, err)
				return
			}
			for _, e := range batch {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if len(batch) < mostRead {
				return
			}
		}
	}
}

// AppendRaw writes entries as another engine keeps them after the given one, all or none, and returns when they are on the disk. Whoever
// calls it has verified that they follow each other.
func (j *Journal) AppendRaw(ctx context.Context, after raw.Tail, entries []raw.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return j.submit(ctx, &request{after: after.Seq, copied: entries, on: after.Hash, done: make(chan struct{})})
}

// putRaw writes what was copied.
func putRaw(tx *bolt.Tx, r *request, hash dealmap.Hash) (dealmap.Hash, error) {
	if r.on != hash {
		return hash, fmt.Errorf("%w: entry %d is another", dealmap.ErrTampered, r.after)
	}
	headers, bodies := tx.Bucket(bucketHeaders), tx.Bucket(bucketBodies)
	headers.FillPercent, bodies.FillPercent = 1, 1 // keys only grow
	for i := range r.copied {
		e := &r.copied[i]
		body := erased
		if !e.Erased {
			body = append(e.Salt[:len(e.Salt):len(e.Salt)], e.Body...)
		}
		if err := headers.Put(key(e.Seq), e.Header); err != nil {
			return hash, err
		}
		if err := bodies.Put(key(e.Seq), body); err != nil {
			return hash, err
		}
		hash = sha256.Sum256(e.Header)
	}
	return hash, nil
}
