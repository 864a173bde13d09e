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

// scrub overwrites the free pages of both files: bbolt leaves in them what they held.
func (l *Log) scrub(ctx context.Context) error {
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

// scrub fills free pages with zeros, as values of a bucket that is then deleted: bbolt gives no other way to reach them.
func scrub(ctx context.Context, db *bolt.DB, change func(func(*bolt.Tx) error) error) error {
	if err := change(clearScrub); err != nil { // of a run that was interrupted; also lets pages go that the last change freed
		return err
	}
	page := db.Info().PageSize
	zeros := make([]byte, (page-16)/2-64) // two to a page: what is alone in its page would get one of its own beside it
	stats := db.Stats()
	for left, n := stats.FreePageN+stats.PendingPageN, int64(0); left > 0; left -= scrubBatch {
		begin := time.Now()
		err := change(func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucketScrub)
			if err != nil {
				return err
			}
			b.FillPercent = 1
			for range 2 * min(left, scrubBatch) {
				n++
				if err := b.Put(key(n), zeros); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := pause(ctx, time.Since(begin)); err != nil {
			return err
		}
	}
	return change(clearScrub)
}

func clearScrub(tx *bolt.Tx) error {
	if tx.Bucket(bucketScrub) == nil {
		return nil
	}
	return tx.DeleteBucket(bucketScrub)
}
