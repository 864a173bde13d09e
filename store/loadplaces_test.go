package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/paulmach/orb"
	bolt "go.etcd.io/bbolt"
)

// stateOf writes places into a state file.
func stateOf(t *testing.T, records []*record) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), StateFile)
	f, err := openState(path, true)
	if err != nil {
		t.Fatal(err)
	}
	d := newDelta(0, records[0].place().Added)
	for _, r := range records {
		d.places[r.id] = r
	}
	if err := errors.Join(f.write(d, dealmap.Hash{}, d.time), f.close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// spoilPagesOf makes all pages of a file that hold a key ones of no kind that is known.
func spoilPagesOf(t *testing.T, path string, key []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := 0
	for page := range slices.Chunk(data, os.Getpagesize()) {
		const leaf = 2
		if binary.LittleEndian.Uint16(page[8:]) == leaf && bytes.Contains(page, key) {
			binary.LittleEndian.PutUint16(page[8:], 0)
			spoiled++
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil || spoiled == 0 {
		t.Fatalf("%d pages: %v", spoiled, err)
	}
}

// TestDamageInTheMiddleEndsAllThatReads reads places one page of which is damaged, or what one of them says, or whose taker fails: there is an
// error, nothing is handed out afterwards, and nobody goes on waiting.
func TestDamageInTheMiddleEndsAllThatReads(t *testing.T) {
	t.Parallel()
	const places = 20 * loadChunk
	records := someRecords(rand.New(rand.NewPCG(1, 2)), places)
	middle := records[places/2].id
	for name, damage := range map[string]func(t *testing.T, path string) (poison dealmap.ID){
		"none": func(*testing.T, string) (none dealmap.ID) { return none },
		"page": func(t *testing.T, path string) (none dealmap.ID) {
			spoilPagesOf(t, path, middle[:])
			return none
		},
		"place": func(t *testing.T, path string) (none dealmap.ID) {
			db, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte(placesBucket)).Put(middle[:], []byte{placeForm, 200}) })
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			return none
		},
		"taker": func(*testing.T, string) dealmap.ID { return middle },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := stateOf(t, records)
			poison := damage(t, path)
			synctest.Test(t, func(t *testing.T) {
				f, err := openState(path, false)
				if err != nil {
					t.Fatal(err)
				}
				taken := 0
				n, _, err := f.places(func(uint64, uint64, string) {}, places, newVault(newColumns().classes, 1), func(r *record, p *dealmap.Place) {
					if taken++; r.id == poison {
						panic("this place cannot be taken in")
					}
					if r.id != p.ID || r.id != records[taken-1].id {
						t.Errorf("place %d is another", taken)
					}
				})
				if closing := f.close(); closing != nil {
					t.Error(closing)
				}
				synctest.Wait()
				if name == "none" {
					if err != nil || n != places || taken != places {
						t.Errorf("%d of %d places: %v", taken, n, err)
					}
					return
				}
				if !errors.Is(err, errStateCheck) || n != 0 || taken > places/2+1 {
					t.Errorf("%d places, %d taken: %v", n, taken, err)
				}
			})
		})
	}
}

// TestPlacesThatSayAnythingAreTakenInOrRefused changes every byte of places, as a damaged disk does: a start reads them before it knows the
// sum of all.
func TestPlacesThatSayAnythingAreTakenInOrRefused(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	p, _ := full(t)
	far := *p
	far.Facts.Position = &orb.Point{math.NaN(), math.Inf(1)}
	refused, taken := 0, 0
	for _, p := range []*dealmap.Place{p, &far, someRecords(r, 1)[0].place(), {}} {
		form := written(t, p)
		if len(form) < leastPlace-16 {
			t.Fatalf("a place of %d bytes is less than the least", len(form))
		}
		for i := range form {
			damaged := bytes.Clone(form)
			damaged[i] ^= byte(1 + r.IntN(255))
			s := newState()
			reader, c := newPlaceReader(newVault(s.columns.classes, 1)), newLoading()
			c.keys, c.values = [][]byte{p.ID[:]}, [][]byte{damaged}
			if err := c.read(reader); err != nil {
				refused++
			} else {
				f := newFilling(s, 1)
				if c.handOut(f.add) == nil {
					f.end()()
					taken++
				}
			}
		}
	}
	if refused == 0 || taken == 0 {
		t.Errorf("%d refused, %d taken in: the test shows nothing", refused, taken)
	}
}

// TestMarksThatSayAnythingAreRefused starts from states that say that they hold more places than any memory, or less than none.
func TestMarksThatSayAnythingAreRefused(t *testing.T) {
	t.Parallel()
	for _, places := range []int{-1, math.MinInt, math.MaxInt, 1 << 40} {
		dir := t.TempDir()
		path := filepath.Join(dir, StateFile)
		f, err := openState(path, true)
		if err != nil {
			t.Fatal(err)
		}
		err = f.db.Update(func(tx *bolt.Tx) error { return writeMark(tx, mark{Places: places}) })
		if err := errors.Join(err, f.close()); err != nil {
			t.Fatal(err)
		}
		journal, err := boltjournal.Open(filepath.Join(dir, JournalFile), boltjournal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(context.Background(), Options{Dir: dir, Engine: journal})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := s.disk.mark(); err != nil || m.Places != 0 {
			t.Errorf("%d places: %+v, %v", places, m, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
