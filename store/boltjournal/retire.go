package boltjournal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

var (
	// ErrIncomplete says that a copy of another journal to this one did not come to its end.
	ErrIncomplete = errors.New("une copie vers ce journal a été interrompue : relancez le même « dealmap journal copy », qui la reprend, ou rangez ce fichier ailleurs")
	// ErrRetired says that the journal was copied elsewhere, and goes on there.
	ErrRetired = errors.New("ce journal a été porté ailleurs et mis de côté (dealmap journal copy --retire) : donnez l’adresse du nouveau par --journal")
)

// retiredSuffix is what the names of a journal and its head get when they are put aside.
const retiredSuffix = ".copied"

var (
	bucketIdentity = []byte("dealmap")
	keyIncomplete  = []byte("incomplete")
)

// Copying notes that a copy to this journal has begun, or has come to its end: in between it is opened for copies only.
func (j *Journal) Copying(_ context.Context, begun bool) error {
	err := boltfile.Guard(func() error {
		return j.db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketIdentity)
			if begun {
				return b.Put(keyIncomplete, []byte("1"))
			}
			return b.Delete(keyIncomplete)
		})
	})
	if err != nil {
		return fmt.Errorf("%s : %w", j.db.Path(), err)
	}
	return nil
}

func (j *Journal) incomplete() (is bool, err error) {
	err = j.view(func(tx *bolt.Tx) error {
		is = tx.Bucket(bucketIdentity).Get(keyIncomplete) != nil
		return nil
	})
	return is, err
}

// Retire puts a journal that no process has open aside, with its head, under names by which no server finds it.
func Retire(path string) (aside string, err error) {
	if err := CanRetire(path); err != nil {
		return "", err
	}
	aside = path + retiredSuffix
	// The journal first: a head that stays behind keeps a new journal from being made.
	if err := errors.Join(os.Rename(path, aside), os.Rename(path+".head", aside+".head")); err != nil {
		return "", err
	}
	return aside, syncDir(filepath.Dir(path))
}

// CanRetire tells whether there is room to put a journal aside.
func CanRetire(path string) error {
	if _, err := os.Stat(path + retiredSuffix); err == nil {
		return fmt.Errorf("%s%s existe déjà : rangez-le ailleurs", path, retiredSuffix)
	}
	return nil
}

// mustNotBeRetired refuses to make a new journal where one was put aside.
func mustNotBeRetired(path string) error {
	if _, err := os.Stat(path + retiredSuffix); err == nil {
		return fmt.Errorf("%s%s : %w", path, retiredSuffix, ErrRetired)
	}
	return nil
}

// syncDir puts new names on the disk too.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
