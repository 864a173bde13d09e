package boltfile

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// scrubPages bounds the pages that one transaction of Scrub holds in memory.
const scrubPages = 2048

var bucketScrub = []byte("dealmap-scrub")

// Scrub overwrites the pages of a file that are free: bbolt never writes over a page that is in use, so what was deleted or
// replaced stays in the file, in free pages, until they are used again. Pages that were freed while somebody still reads
// are not free yet; nobody should be reading for long. It fills all free pages with zeros and frees them again.
func Scrub(db *bolt.DB) error { return scrub(db, scrubPages) }

func scrub(db *bolt.DB, most int) error {
	err := Guard(func() error {
		err := db.Update(func(tx *bolt.Tx) error {
			_, err := tx.CreateBucketIfNotExists(bucketScrub)
			return err
		})
		if err != nil {
			return err
		}
		// Two values fill a page, but for what bbolt writes beside them.
		zeros := make([]byte, (db.Info().PageSize-16)/2-16-8-8)
		for next := uint64(0); ; {
			stats := db.Stats()
			free := stats.FreePageN + stats.PendingPageN
			n := min(free, most)
			err := db.Update(func(tx *bolt.Tx) error {
				b := tx.Bucket(bucketScrub)
				b.FillPercent = 1
				for range 2 * n {
					if err := b.Put(binary.BigEndian.AppendUint64(nil, next), zeros); err != nil {
						return err
					}
					next++
				}
				return nil
			})
			if err != nil {
				return err
			}
			if n == free {
				break // this transaction took all pages that were free before it
			}
		}
		return db.Update(func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketScrub) })
	})
	if err != nil {
		return fmt.Errorf("scrub %s: %w", db.Path(), err)
	}
	return nil
}
