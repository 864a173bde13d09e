package store

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

const (
	loadChunk = 512
	// leastPlace is less than a place takes in the state file, in bytes.
	leastPlace = 64
)

// loading is some places that lie one after the other in the state file: one processor reads them while another takes in those before.
type loading struct {
	keys, values [][]byte // good as long as the transaction is
	records      []*record
	places       []dealmap.Place
	sum          sum
	done         chan error
}

func newLoading() *loading {
	return &loading{records: make([]*record, 0, loadChunk), places: make([]dealmap.Place, loadChunk), done: make(chan error, 1)}
}

// mostPlaces is how many places the file may hold by its size: more than it does.
func (f *stateFile) mostPlaces() (most int, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		most = int(tx.Size() / leastPlace)
		return nil
	})
	return most, err
}

// places hands out all places, in the order of their ids: their records, packed, and the places themselves, which are good until take
// returns. The records belong to a vault, nil when only the places are asked for. It returns how many there are, and the sum of what it read.
func (f *stateFile) places(progress Progress, total uint64, v *vault, take func(*record, *dealmap.Place)) (n int, got sum, err error) {
	workers := runtime.GOMAXPROCS(0)
	work, ordered, free := make(chan *loading, 4*workers), make(chan *loading, 4*workers), make(chan *loading, 8*workers)
	failed := make(chan struct{})
	err = f.view(func(tx *bolt.Tx) error {
		var group errgroup.Group
		for range workers {
			group.Go(func() error {
				reader := newPlaceReader(v)
				for c := range work {
					c.done <- boltfile.Guard(func() error { return c.read(reader) })
				}
				return nil
			})
		}
		group.Go(func() (err error) {
			for c := range ordered {
				read := <-c.done
				if err != nil {
					continue
				}
				if err = read; err == nil {
					err = c.handOut(take)
				}
				if err != nil {
					close(failed)
					continue
				}
				n += len(c.records)
				got.add(c.sum)
				progress(uint64(n), total, "lecture de l’état")
				select {
				case free <- c:
				default:
				}
			}
			return err
		})
		c := newLoading()
		send := func() error {
			select {
			case <-failed:
				return errStateCheck
			case ordered <- c:
			}
			work <- c
			select {
			case c = <-free:
			default:
				c = newLoading()
			}
			c.keys, c.values = c.keys[:0], c.values[:0]
			return nil
		}
		// A damaged page must not end this before the others are waited for: they read the same file.
		err := boltfile.Guard(func() error {
			return tx.Bucket([]byte(placesBucket)).ForEach(func(k, v []byte) error {
				if c.keys, c.values = append(c.keys, k), append(c.values, v); len(c.keys) < loadChunk {
					return nil
				}
				return send()
			})
		})
		if err == nil {
			err = send()
		}
		close(work)
		close(ordered)
		return errors.Join(err, group.Wait())
	})
	if err != nil {
		return 0, sum{}, fmt.Errorf("%w: %w", errStateCheck, err)
	}
	return n, got, nil
}

// handOut does not trust what it hands out: whether that is what was written, its sum tells only when all was read.
func (c *loading) handOut(take func(*record, *dealmap.Place)) error {
	return boltfile.Guard(func() error {
		for i, r := range c.records {
			take(r, &c.places[i])
		}
		return nil
	})
}

func (c *loading) read(reader *placeReader) error {
	c.records, c.sum = c.records[:0], sum{}
	for i, key := range c.keys {
		c.sum.add(sumOf(placesBucket, key, c.values[i]))
		if len(key) != len(dealmap.ID{}) {
			return errStateCheck
		}
		form, err := reader.take(c.values[i])
		if err != nil {
			return err
		}
		c.places[i] = dealmap.Place{}
		if err := form.place(dealmap.ID(key), &c.places[i]); err != nil {
			return err
		}
		c.records = append(c.records, form.record(&c.places[i]))
	}
	return nil
}
