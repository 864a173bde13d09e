package consultations

import (
	"context"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// scrubBatch is the number of pages that one transaction overwrites.
const scrubBatch = 256

var bucketScrub = []byte("scrub")

// scrub overwrites the free pages of both files, which bbolt leaves as they were, and what was written ahead.
func (l *Log) scrub(ctx context.Context) error {
	if err := l.wipeAhead(); err != nil {
		return err
	}
	if err := scrub(ctx, l.db, l.change); err != nil {
		return err
	}
	x := l.index
	if x.db == nil {
		return nil
	}
	x.file.Lock()
	defer x.file.Unlock()
	return scrub(ctx, x.db, func(f func(*bolt.Tx) error) error {
		return boltfile.Guard(func() error { return x.db.Update(f) })
	})
}

// scrub fills free pages with zeros, as values of a bucket that is then emptied: bbolt gives no other way to reach them.
func scrub(ctx context.Context, db *bolt.DB, change func(func(*bolt.Tx) error) error) error {
	// What a run that was interrupted left; this also lets pages go that the last transaction freed.
	if err := gently(ctx, change, emptySome); err != nil {
		return err
	}
	page := db.Info().PageSize
	zeros := make([]byte, (page-16)/2-64) // two to a page: bbolt puts a larger one on pages of its own
	stats := db.Stats()
	left, n := stats.FreePageN+stats.PendingPageN, int64(0)
	err := gently(ctx, change, func(tx *bolt.Tx) (more bool, err error) {
		b, err := tx.CreateBucketIfNotExists(bucketScrub)
		if err != nil {
			return false, err
		}
		b.FillPercent = 1
		for range 2 * min(left, scrubBatch) {
			n++
			if err := b.Put(key(n), zeros); err != nil {
				return false, err
			}
		}
		left -= scrubBatch
		return left > 0, nil
	})
	if err != nil {
		return err
	}
	return gently(ctx, change, emptySome)
}

// gently runs transactions until there is nothing more to do, and lets others write in between.
func gently(ctx context.Context, change func(func(*bolt.Tx) error) error, some func(*bolt.Tx) (more bool, err error)) error {
	for more := true; more; {
		begin := time.Now()
		err := change(func(tx *bolt.Tx) (err error) {
			more, err = some(tx)
			return err
		})
		if err != nil {
			return err
		}
		if err := pause(ctx, time.Since(begin)); err != nil {
			return err
		}
	}
	return nil
}

// emptySome empties the bucket of zeros.
func emptySome(tx *bolt.Tx) (more bool, err error) {
	b := tx.Bucket(bucketScrub)
	if b == nil {
		return false, nil
	}
	n := 0
	cursor := b.Cursor()
	for k, _ := cursor.First(); k != nil; k, _ = cursor.First() {
		if n++; n > 2*scrubBatch {
			return true, nil
		}
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	return false, tx.DeleteBucket(bucketScrub)
}
