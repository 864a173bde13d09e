package secrets

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// Length of passwords, in characters.
const (
	LeastPassword = 12
	MostPassword  = 200
)

var usernamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// ErrCredentials says that no account has this name and password; which of both is wrong is not told.
var ErrCredentials = errors.New("identifiant ou mot de passe incorrect")

// Set gives an account a password; an account that is not there is made. One that was locked is open again.
func (s *Secrets) Set(username, password string) error { return s.set(username, password, false) }

// SetOnce gives an account a first password, which its owner must change before anything else.
func (s *Secrets) SetOnce(username, password string) error { return s.set(username, password, true) }

func (s *Secrets) set(username, password string, once bool) error {
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
		err = s.write(kindPassword, []byte(username), passwordValue(hash, once))
	}
	if err == nil {
		err = s.guard.clear(username, once)
	}
	if err != nil {
		return fmt.Errorf("set password of %q: %w", username, err)
	}
	return nil
}

// MustChange reports whether an account's password was set by somebody else and must be changed before anything else.
func (s *Secrets) MustChange(username string) (must bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		must = tx.Bucket(bucketOnce).Get([]byte(username)) != nil
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("must %q change its password: %w", username, err)
	}
	return must, nil
}

// Change gives an account the password that its owner chose; the old one is verified as at a sign-in without an address.
func (s *Secrets) Change(ctx context.Context, username, old, fresh string) error {
	return s.ChangeFrom(ctx, username, old, fresh, "")
}

// ChangeFrom is Change for an owner at an address, verified as by VerifyFrom.
func (s *Secrets) ChangeFrom(ctx context.Context, username, old, fresh, from string) error {
	if _, err := s.VerifyFrom(ctx, username, old, from); err != nil {
		return err
	}
	if old == fresh {
		return dealmap.Invalid("password", "le nouveau mot de passe doit différer de l’ancien")
	}
	return s.Set(username, fresh)
}

// Verify is VerifyFrom without an address. A locked account gives an error that is both ErrCredentials and ErrLocked.
func (s *Secrets) Verify(ctx context.Context, username, password string) (subject string, err error) {
	subject, err = s.VerifyFrom(ctx, username, password, "")
	if errors.Is(err, ErrLocked) {
		err = fmt.Errorf("%w : %w", ErrCredentials, err)
	}
	return subject, err
}

// VerifyFrom returns the subject of the account with this name and password, for somebody at an address (any text that
// names it, empty when unknown). It gives ErrCredentials, which takes as long whether the account is there or not, or a
// LockedError after too many failures, whether it is there or not (lockout.go).
func (s *Secrets) VerifyFrom(ctx context.Context, username, password, from string) (subject string, err error) {
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
	attempt, err := s.guard.begin(username, from, known)
	if err != nil {
		return "", err
	}
	defer attempt.abandon()
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
	if err != nil {
		return "", fmt.Errorf("verify password of %q: %w", username, err)
	}
	if err := attempt.end(right && known); err != nil {
		return "", fmt.Errorf("verify password: %w", err) // an outcome that is not kept is none
	}
	if !right || !known {
		return "", ErrCredentials
	}
	return username, nil
}

// Delete removes an account; one that is not there is not found.
func (s *Secrets) Delete(username string) error {
	err := s.view(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketPasswords).Get([]byte(username)) == nil {
			return dealmap.NotFound()
		}
		return nil
	})
	if err == nil {
		err = s.remove(kindPassword, []byte(username))
	}
	if err == nil {
		err = s.guard.clear(username, true)
	}
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
