// Package boltfile opens bbolt files with the care that data which must not be lost wants: a file that is locked, foreign,
// cut short or damaged gives an error that names it, and nothing is overwritten.
//
// Every file holds a bucket "dealmap" with the keys "format" (what the file is) and "version" (decimal).
package boltfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrLocked is wrapped when another process holds the file.
	ErrLocked = errors.New("fichier déjà ouvert par un autre processus dealmap")
	// ErrDamaged is wrapped when the file is not what it should be: foreign, cut short or damaged.
	ErrDamaged = errors.New("fichier abîmé ou étranger à dealmap")
	// ErrVersion is wrapped when the file was written in another version of its format.
	ErrVersion = errors.New("version de format inconnue")
)

// lockWait is how long another process may take to let go of the file.
const lockWait = time.Second

var (
	identity   = []byte("dealmap")
	keyFormat  = []byte("format")
	keyVersion = []byte("version")
)

// Options says what file is expected.
type Options struct {
	Format  string // what the file is, such as "journal"
	Version int
	// Buckets are made in a new file.
	Buckets []string
	// ReadOnly opens a file that is there and changes nothing in it, such as one on a medium that cannot be written. Its
	// pages are checked first: who opens a file so, wants to know whether it is damaged.
	ReadOnly bool
	// Check has the pages checked (CheckPages) before anything else is read: bbolt would follow a circle until no memory is left.
	Check bool
	// NoSync leaves writing to disk to the operating system; for tests only.
	NoSync bool
}

// Open opens the file, or makes it when it is absent or empty.
func Open(path string, o Options) (*bolt.DB, error) {
	if o.ReadOnly {
		if info, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s : %w", path, err)
		} else if info.Size() == 0 {
			return nil, fmt.Errorf("%s : %w : fichier vide", path, ErrDamaged)
		}
	}
	if err := inspect(path); err != nil {
		return nil, fmt.Errorf("%s : %w", path, err)
	}
	var db *bolt.DB
	err := Guard(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{
			Timeout: lockWait, FreelistType: bolt.FreelistMapType, NoSync: o.NoSync, InitialMmapSize: 1 << 26,
			ReadOnly: o.ReadOnly,
		})
		return err
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%s : %w", path, ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return nil, fmt.Errorf("%s : %w (%w)", path, ErrDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("%s : %w", path, err)
	}
	err = Guard(func() error {
		if o.ReadOnly || o.Check {
			if err := checkPages(path); err != nil {
				return err
			}
		}
		if err := identify(db, o); err != nil || o.ReadOnly {
			return err
		}
		return SyncDir(filepath.Dir(path))
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s : %w", path, err), db.Close())
	}
	return db, nil
}

// SyncDir puts a new file's name on the disk too.
func SyncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func identify(db *bolt.DB, o Options) error {
	fresh, foreign := false, false
	err := db.View(func(tx *bolt.Tx) error {
		if b := tx.Bucket(identity); b != nil {
			return checkIdentity(b, o)
		}
		fresh = true
		return tx.ForEach(func([]byte, *bolt.Bucket) error {
			foreign = true
			return nil
		})
	})
	if err != nil {
		return err
	}
	if foreign || (fresh && o.ReadOnly) {
		return fmt.Errorf("%w : ce n’est pas un fichier « %s »", ErrDamaged, o.Format)
	}
	if !fresh {
		return nil
	}
	return db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(identity)
		if err != nil {
			return err
		}
		for _, name := range o.Buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return errors.Join(b.Put(keyFormat, []byte(o.Format)), b.Put(keyVersion, []byte(strconv.Itoa(o.Version))))
	})
}

func checkIdentity(b *bolt.Bucket, o Options) error {
	if got := string(b.Get(keyFormat)); got != o.Format {
		return fmt.Errorf("%w : fichier « %s », attendu « %s »", ErrDamaged, got, o.Format)
	}
	if got := string(b.Get(keyVersion)); got != strconv.Itoa(o.Version) {
		return fmt.Errorf("%w : %s, attendue %d", ErrVersion, got, o.Version)
	}
	for _, name := range o.Buckets {
		if b.Tx().Bucket([]byte(name)) == nil {
			return fmt.Errorf("%w : la partie « %s » manque", ErrDamaged, name)
		}
	}
	return nil
}

// Guard runs a function that reads a mapped file: a damaged page then gives an error instead of ending the process.
func Guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w : %v", ErrDamaged, r)
		}
	}()
	return f()
}

// Layout of bbolt's first two pages: a page header of 16 bytes, then the meta record.
const (
	pageHeader  = 16
	metaSize    = 64
	boltMagic   = 0xED0CDAED
	metaRoom    = 4096
	offPageSize = 8
	offPages    = 40
	offTx       = 48
	offSum      = 56
)

// inspect looks at the meta pages before the file is mapped: bbolt itself would die of a file that was cut short.
func inspect(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%w : c’est un dossier", ErrDamaged)
	}
	if info.Size() == 0 {
		return nil
	}
	pages, size, newest := uint64(0), uint64(0), uint64(0)
	for _, at := range []int64{0, metaRoom} {
		meta := make([]byte, metaSize)
		if _, err := f.ReadAt(meta, at+pageHeader); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		sum := fnv.New64a()
		sum.Write(meta[:offSum])
		ok := binary.LittleEndian.Uint32(meta) == boltMagic && sum.Sum64() == binary.LittleEndian.Uint64(meta[offSum:])
		if tx := binary.LittleEndian.Uint64(meta[offTx:]); ok && tx >= newest {
			newest = tx
			pages = binary.LittleEndian.Uint64(meta[offPages:])
			size = uint64(binary.LittleEndian.Uint32(meta[offPageSize:]))
		}
	}
	if size == 0 {
		return fmt.Errorf("%w : en-tête illisible", ErrDamaged)
	}
	if need := pages * size; uint64(info.Size()) < need {
		return fmt.Errorf("%w : %d octets au lieu de %d, la fin manque", ErrDamaged, info.Size(), need)
	}
	return nil
}
