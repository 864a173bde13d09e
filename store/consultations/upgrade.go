package consultations

import (
	"errors"
	"fmt"
	"os"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// upgradeBatch is the number of lines that one transaction of an upgrade hashes.
const upgradeBatch = 1 << 16

// upgrade brings a file of version 1, which has no tree, to the present version: its lines are hashed into one. It may be
// interrupted at any moment; the version is changed last.
func upgrade(path string, o options) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil //nolint:nilerr // whatever it is, opening tells
	}
	db, err := boltfile.Open(path, boltfile.Options{Format: format, Version: 1, Buckets: []string{string(bucketLines)}, NoSync: o.noSync})
	if errors.Is(err, boltfile.ErrVersion) {
		return nil
	}
	if err != nil {
		return err
	}
	err = boltfile.Guard(func() error {
		for more := true; more; {
			err := db.Update(func(tx *bolt.Tx) (err error) {
				more, err = upgradeSome(tx, o.upgradeBatch)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("%s : mise au format %d : %w", path, version, err)
	}
	return errors.Join(err, db.Close())
}

// upgradeSome hashes some lines, most at most; when none is left it makes the rest of the file.
func upgradeSome(tx *bolt.Tx, most int) (more bool, err error) {
	b := tx.Bucket(bucketLines)
	size := int64(b.Sequence())
	n := tree.Size(tx)
	if n == size {
		for _, name := range buckets() {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return false, err
			}
		}
		return false, tx.Bucket([]byte("dealmap")).Put([]byte("version"), fmt.Append(nil, version))
	}
	var records [][]byte
	cursor := b.Cursor()
	for k, v := cursor.Seek(key(n + 1)); k != nil && len(records) < most; k, v = cursor.Next() {
		if n++; !isKey(k, n) {
			return false, fmt.Errorf("%w : la ligne %d manque", boltfile.ErrDamaged, n)
		}
		records = append(records, v)
	}
	if len(records) == 0 {
		return false, fmt.Errorf("%w : la ligne %d manque", boltfile.ErrDamaged, n+1)
	}
	_, err = tree.Append(tx, records...)
	return true, err
}
