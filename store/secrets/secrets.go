// Package secrets keeps what must never be in the journal: the password hashes of local accounts, the hashes of API tokens,
// who fails to sign in how often, and the key of this installation.
//
// Its file, secrets.db, has these buckets:
//
//	passwords  account → argon2id hash (PHC string)
//	once       account → 1: its password was set by somebody else and must be changed
//	tokens     id of an API token (16 bytes) → SHA-256 of its secret
//	failures   account and address (32 bytes, keyed hashes) → how often signing in failed (lockout.go)
//	strangers  the same for names that are no account's
//	addresses  account and address → when somebody signed in to it from there, Unix seconds (8 bytes)
//	keys       "install" → 32 random bytes, "map" → which map the file belongs to, "joined" → 1: what nodes share was taken over once
//	dealmap    format and version
//
// On several nodes passwords (with their marks) and tokens are shared (share.go): they are written to the common table first and then to the
// file, and what other nodes write comes into the file within moments. Failures to sign in and what follows from them are counted by each node
// for itself: whoever guesses on n nodes guesses n times as often; a new password opens the account on all of them. The installation's key is
// brought from node to node in a file (keyfile.go), never through the table.
package secrets

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// FileName is the secrets' file in a data folder.
const FileName = "secrets.db"

const keySize = 32

var (
	bucketPasswords = []byte("passwords")
	bucketOnce      = []byte("once")
	bucketTokens    = []byte("tokens")
	bucketFailures  = []byte("failures")
	bucketStrangers = []byte("strangers")
	bucketAddresses = []byte("addresses")
	bucketKeys      = []byte("keys")
	keyInstall      = []byte("install")
	keyMap          = []byte("map")
	keyJoined       = []byte("joined")
)

var (
	// ErrMissing says that a file of secrets that should be there is not.
	ErrMissing = errors.New("le fichier des secrets manque ou est vide : le journal contient déjà des écritures, restaurez le fichier " +
		"qui l’accompagne (comptes, jetons et clé de signature y sont) au lieu d’en créer un nouveau")
	// ErrForeign says that the file of secrets belongs to another map.
	ErrForeign = errors.New("ce fichier des secrets accompagne un autre journal : restaurez ensemble le journal et les secrets d’une même installation")
)

// ErrOtherKey says that a file of secrets has another installation key than the one that was brought.
var ErrOtherKey = errors.New("ce dossier a déjà une clé d’installation, qui n’est pas celle du fichier apporté : rejoignez les autres nœuds avec un dossier de données neuf")

// Secrets is an open file of secrets. Its methods may be called from any goroutine.
type Secrets struct {
	db      *bolt.DB
	install []byte
	dummy   string        // what a password is compared with when there is no such account
	turns   chan struct{} // bounds the hashing at a time: each takes 19 MiB
	now     func() time.Time
	guard   *guard
	common  atomic.Pointer[common] // nil when nothing is shared
}

// Exists reports whether there is a file of secrets at path that is not empty.
func Exists(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for secrets: %w", err)
	}
	return info.Size() > 0, nil
}

// Open opens or makes the file at path; a new one gets a fresh installation key.
func Open(path string) (*Secrets, error) { return open(path, nil, false, time.Now) }

// OpenExisting opens the file at path, and gives an error that wraps ErrMissing when it was never made: beside a journal
// with entries a new one would lock everybody out and change the key that signs.
func OpenExisting(path string) (*Secrets, error) { return open(path, nil, true, time.Now) }

// OpenWith opens or makes the file at path; a new one gets the installation key that was brought from another node, and one that is there
// gives an error that wraps ErrOtherKey when it has another.
func OpenWith(path string, install []byte) (*Secrets, error) {
	if len(install) != keySize {
		return nil, fmt.Errorf("%s : %w : clé de %d octets", path, ErrKeyFile, len(install))
	}
	return open(path, bytes.Clone(install), false, time.Now)
}

// open takes the key of a new file; nil: a fresh one.
func open(path string, install []byte, existing bool, now func() time.Time) (*Secrets, error) {
	if existing {
		if there, err := Exists(path); err != nil || !there {
			return nil, errors.Join(err, fmt.Errorf("%s : %w", path, ErrMissing))
		}
	}
	db, err := boltfile.Open(path, boltfile.Options{Format: "secrets", Version: 1,
		Buckets: []string{string(bucketPasswords), string(bucketKeys)}})
	if err != nil {
		return nil, fmt.Errorf("open secrets: %w", err)
	}
	s := &Secrets{db: db, turns: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))), now: now}
	if err := s.start(install, existing); err != nil {
		return nil, errors.Join(fmt.Errorf("open secrets %s: %w", path, err), db.Close())
	}
	return s, nil
}

func (s *Secrets) start(brought []byte, existing bool) error {
	err := s.view(func(tx *bolt.Tx) error {
		s.install = bytes.Clone(tx.Bucket(bucketKeys).Get(keyInstall))
		return nil
	})
	if err != nil {
		return err
	}
	if s.install == nil && existing {
		return ErrMissing
	}
	fresh := s.install == nil
	switch {
	case !fresh && brought != nil && subtle.ConstantTimeCompare(s.install, brought) != 1:
		return ErrOtherKey
	case fresh && brought != nil:
		s.install = brought
	case fresh:
		s.install = make([]byte, keySize)
		if _, err := rand.Read(s.install); err != nil {
			return err
		}
	}
	if len(s.install) != keySize {
		return fmt.Errorf("%w : clé d’installation de %d octets", boltfile.ErrDamaged, len(s.install))
	}
	err = s.update(func(tx *bolt.Tx) error {
		// Files of the first version have fewer buckets.
		for _, name := range [][]byte{bucketOnce, bucketTokens, bucketFailures, bucketStrangers, bucketAddresses} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if !fresh {
			return nil
		}
		return tx.Bucket(bucketKeys).Put(keyInstall, s.install)
	})
	if err != nil {
		return err
	}
	if s.guard, err = newGuard(s); err != nil {
		return err
	}
	s.dummy, err = hashPassword(rand.Text())
	return err
}

// Belong ties the file to a map, which is named by the hash of its journal's first entry, at the first call; later calls
// give ErrForeign unless it is the same map.
func (s *Secrets) Belong(first [32]byte) error {
	var known []byte
	err := s.view(func(tx *bolt.Tx) error {
		known = bytes.Clone(tx.Bucket(bucketKeys).Get(keyMap))
		return nil
	})
	if err == nil && known == nil {
		err = s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketKeys).Put(keyMap, first[:]) })
	} else if err == nil && subtle.ConstantTimeCompare(known, first[:]) != 1 {
		err = ErrForeign
	}
	if err != nil {
		return fmt.Errorf("%s : %w", s.db.Path(), err)
	}
	return nil
}

// Close ends following and closes the file.
func (s *Secrets) Close() error {
	if c := s.common.Load(); c != nil {
		c.follower.Close()
	}
	return s.db.Close()
}

// InstallKey is the installation's key itself, for what brings it to another node and for nothing else.
func (s *Secrets) InstallKey() []byte { return bytes.Clone(s.install) }

// Key returns 32 bytes that depend on this installation and the purpose (HKDF-SHA-256): the same after a restart, and
// telling nothing of the keys for other purposes.
func (s *Secrets) Key(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s.install, nil, "dealmap "+purpose, keySize)
	if err != nil {
		panic(err) // the length is a constant far below the limit
	}
	return key
}

func (s *Secrets) view(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return s.db.View(f) })
}

func (s *Secrets) update(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return s.db.Update(f) })
}
