package consultations

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// scanBatch is the number of lines that one transaction of a scan copies.
const scanBatch = 1024

// Count returns the number of lines on the disk, erased ones included.
func (l *Log) Count() (n uint64, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		n = tx.Bucket(bucketLines).Sequence()
		return nil
	})
	return n, err
}

// Each yields the lines on the disk in order, until yield returns false. Erased ones are left out.
func (l *Log) Each(yield func(n uint64, c dealmap.Consultation) bool) error {
	return l.scan(context.Background(), 1, l.Size(), func(n int64, data []byte) (bool, error) {
		c, err := decode(n, data)
		return err == nil && yield(uint64(n), c), err
	})
}

// Line returns a line by its number, from 1; erased tells that it was erased after its retention. The error is of
// KindNotFound when the log has no such line.
func (l *Log) Line(n uint64) (c dealmap.Consultation, erased bool, err error) {
	data, erased, err := l.Bytes(n)
	if err != nil || erased {
		return c, erased, err
	}
	c, err = decode(int64(n), data)
	return c, false, err
}

// Bytes returns a line as it is on the disk: what its leaf is the hash of.
func (l *Log) Bytes(n uint64) (data []byte, erased bool, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLines)
		switch {
		case n == 0 || n > b.Sequence():
			return &dealmap.Error{Kind: dealmap.KindNotFound, Message: fmt.Sprintf("le journal des consultations n’a pas de ligne %d", n)}
		case int64(n) <= readThrough(tx):
			erased = true
			return nil
		}
		v := b.Get(key(int64(n)))
		if v == nil {
			return fmt.Errorf("%w : la ligne %d manque", boltfile.ErrDamaged, n)
		}
		data = append([]byte(nil), v...)
		return nil
	})
	return data, erased, err
}

func decode(n int64, data []byte) (c dealmap.Consultation, err error) {
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("%w : ligne %d : %w", boltfile.ErrDamaged, n, err)
	}
	return c, nil
}

// scan yields lines from..to in order, without those that are erased, until f returns false. It copies some at a time, so
// that f may take its time; the bytes are f's to keep.
func (l *Log) scan(ctx context.Context, from, to int64, f func(n int64, data []byte) (bool, error)) error {
	type piece struct {
		n    int64
		data []byte
	}
	batch := make([]piece, 0, scanBatch)
	for from <= to {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch = batch[:0]
		err := l.view(func(tx *bolt.Tx) error {
			from = max(from, readThrough(tx)+1)
			cursor := tx.Bucket(bucketLines).Cursor()
			for k, v := cursor.Seek(key(from)); from <= to && len(batch) < scanBatch; k, v = cursor.Next() {
				if !isKey(k, from) {
					return fmt.Errorf("%w : la ligne %d manque", boltfile.ErrDamaged, from)
				}
				batch = append(batch, piece{from, append([]byte(nil), v...)})
				from++
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, p := range batch {
			if more, err := f(p.n, p.data); err != nil || !more {
				return err
			}
		}
	}
	return nil
}
