package boltjournal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// mostHashes bounds the entries hashed in one transaction.
const mostHashes = 4096

// Hashes yields the hashes of the entries after the given one in order, up to the last at the time that it gets there,
// without looking at what they say: about 1 µs each. The first error ends it.
func (j *Journal) Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error] {
	return func(yield func(dealmap.Hash, error) bool) {
		if _, err := j.HashAt(ctx, after); err != nil {
			yield(dealmap.Hash{}, err)
			return
		}
		batch := make([]dealmap.Hash, 0, mostHashes)
		for {
			err := ctx.Err()
			if err == nil {
				batch, err = j.hashes(after, batch[:0])
			}
			if err != nil {
				yield(dealmap.Hash{}, fmt.Errorf("hashes of the journal after entry %d: %w", after, err))
				return
			}
			for _, hash := range batch {
				if !yield(hash, nil) {
					return
				}
			}
			if len(batch) == 0 {
				return
			}
			after += dealmap.Seq(len(batch))
		}
	}
}

func (j *Journal) hashes(after dealmap.Seq, batch []dealmap.Hash) ([]dealmap.Hash, error) {
	last, _, err := j.Last(context.Background())
	if err != nil {
		return batch, err
	}
	err = j.view(func(tx *bolt.Tx) error {
		cursor := tx.Bucket(bucketHeaders).Cursor()
		for k, v := cursor.Seek(key(after + 1)); after < last && len(batch) < mostHashes; k, v = cursor.Next() {
			after++
			if len(k) != 8 || dealmap.Seq(binary.BigEndian.Uint64(k)) != after {
				return fmt.Errorf("%w: entry %d is missing", dealmap.ErrTampered, after)
			}
			batch = append(batch, sha256.Sum256(v))
		}
		return nil
	})
	return batch, err
}
