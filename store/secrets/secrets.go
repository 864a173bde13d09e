// Package secrets keeps what must never be in the journal: the password hashes of local accounts, and the key of this
// installation.
//
// Its file, secrets.db, has the buckets "passwords": account → argon2id hash (PHC string), "keys": "install" → 32 random
// bytes, and "dealmap" with format and version.
package secrets

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// FileName is the secrets' file in a data folder.
const FileName = "secrets.db"

// Length of passwords, in characters.
const (
	LeastPassword = 12
	MostPassword  = 200
)

const keySize = 32

var (
	bucketPasswords = []byte("passwords")
	bucketKeys      = []byte("keys")
	keyInstall      = []byte("install")
	usernamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)
)

// ErrCredentials says that no account has this name and password; which of both is wrong is not told.
var ErrCredentials = errors.New("identifiant ou mot de passe incorrect")

// Secrets is an open file of secrets. Its methods may be called from any goroutine.
type Secrets struct {
	db      *bolt.DB
	install []byte
	dummy   string        // what a password is compared with when there is no such account
	turns   chan struct{} // bounds the hashing at a time: each takes 19 MiB
}

// Open opens or makes the file at path; a new one gets a fresh installation key.
func Open(path string) (*Secrets, error) {
	db, err := boltfile.Open(path, boltfile.Options{Format: "secrets", Version: 1,
		Buckets: []string{string(bucketPasswords), string(bucketKeys)}})
	if err != nil {
		return nil, fmt.Errorf("open secrets: %w", err)
	}
	s := &Secrets{db: db, turns: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	if err := s.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("open secrets %s: %w", path, err), db.Close())
	}
	return s, nil
}

func (s *Secrets) start() error {
	err := s.view(func(tx *bolt.Tx) error {
		s.install = bytes.Clone(tx.Bucket(bucketKeys).Get(keyInstall))
		return nil
	})
	if err != nil {
		return err
	}
	if s.install == nil {
		s.install = make([]byte, keySize)
		if _, err := rand.Read(s.install); err != nil {
			return err
		}
		err := s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketKeys).Put(keyInstall, s.install) })
		if err != nil {
			return err
		}
	}
	if len(s.install) != keySize {
		return fmt.Errorf("%w : clé d’installation de %d octets", boltfile.ErrDamaged, len(s.install))
	}
	s.dummy, err = hashPassword(rand.Text())
	return err
}

// Close closes the file.
func (s *Secrets) Close() error { return s.db.Close() }

// Key returns 32 bytes that depend on this installation and the purpose (HKDF-SHA-256): the same after a restart, and
// telling nothing of the keys for other purposes.
func (s *Secrets) Key(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s.install, nil, "dealmap "+purpose, keySize)
	if err != nil {
		panic(err) // the length is a constant far below the limit
	}
	return key
}

// Set gives an account a password; an account that is not there is made.
func (s *Secrets) Set(username, password string) error {
	if !usernamePattern.MatchString(username) {
		return dealmap.Invalid("username", "lettres minuscules sans accent, chiffres, point, tiret, 63 caractères au plus")
	}
	if n := utf8.RuneCountInString(password); n < LeastPassword || n > MostPassword || !utf8.ValidString(password) {
		return dealmap.Invalid("password", fmt.Sprintf("de %d à %d caractères", LeastPassword, MostPassword))
	}
	s.turns <- struct{}{}
	hash, err := hashPassword(password)
	<-s.turns
	if err == nil {
		err = s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketPasswords).Put([]byte(username), []byte(hash)) })
	}
	if err != nil {
		return fmt.Errorf("set password of %q: %w", username, err)
	}
	return nil
}

// Verify returns the subject of the account with this name and password, or ErrCredentials, which takes as long whether
// the account is there or not.
func (s *Secrets) Verify(ctx context.Context, username, password string) (subject string, err error) {
	hash := ""
	err = s.view(func(tx *bolt.Tx) error {
		hash = string(tx.Bucket(bucketPasswords).Get([]byte(username)))
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("verify password: %w", err)
	}
	known := hash != ""
	if !known {
		hash = s.dummy
	}
	if len(password) > 4*MostPassword {
		password = "" // no account has it; hashing it would take longer
		known = false
	}
	select {
	case s.turns <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	right, err := matches(hash, password)
	<-s.turns
	switch {
	case err != nil:
		return "", fmt.Errorf("verify password of %q: %w", username, err)
	case !right || !known:
		return "", ErrCredentials
	}
	return username, nil
}

// Delete removes an account; one that is not there is not found.
func (s *Secrets) Delete(username string) error {
	err := s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketPasswords)
		if b.Get([]byte(username)) == nil {
			return dealmap.NotFound()
		}
		return b.Delete([]byte(username))
	})
	if err != nil {
		return fmt.Errorf("delete account %q: %w", username, err)
	}
	return nil
}

// List returns the names of all accounts, sorted.
func (s *Secrets) List() (names []string, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketPasswords).ForEach(func(k, _ []byte) error {
			names = append(names, string(k))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return names, nil
}

func (s *Secrets) view(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return s.db.View(f) })
}

func (s *Secrets) update(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return s.db.Update(f) })
}
