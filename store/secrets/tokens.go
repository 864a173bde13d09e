package secrets

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// An API token reads dm_, its id in 32 hexadecimal digits, an underscore, and 32 random bytes in base64url without padding.
const (
	tokenPrefix = "dm_"
	secretSize  = 32
	tokenLength = len(tokenPrefix) + 32 + 1 + 43
)

// ErrToken says that a text is no token that is in force; why is not told.
var ErrToken = errors.New("jeton inconnu ou révoqué")

var tokenEncoding = base64.RawURLEncoding.Strict()

// NewToken draws a token and keeps the hash of its secret; the text is shown once and never known again.
func (s *Secrets) NewToken() (id dealmap.ID, text string, err error) {
	var secret [secretSize]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return dealmap.ID{}, "", fmt.Errorf("new token: %w", err)
	}
	if _, err := rand.Read(id[:]); err != nil {
		return dealmap.ID{}, "", fmt.Errorf("new token: %w", err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random UUID
	hash := sha256.Sum256(secret[:])
	if err := s.write(kindToken, id[:], hash[:]); err != nil {
		return dealmap.ID{}, "", fmt.Errorf("new token: %w", err)
	}
	return id, tokenPrefix + hex.EncodeToString(id[:]) + "_" + tokenEncoding.EncodeToString(secret[:]), nil
}

// VerifyToken returns the id of the token with this text, or ErrToken. Whether the token is in force is the map's to say.
func (s *Secrets) VerifyToken(text string) (dealmap.ID, error) {
	id, secret, ok := parseToken(text)
	if !ok {
		return dealmap.ID{}, ErrToken
	}
	var want [sha256.Size]byte // of an unknown token: no secret has it
	err := s.view(func(tx *bolt.Tx) error {
		copy(want[:], tx.Bucket(bucketTokens).Get(id[:]))
		return nil
	})
	if err != nil {
		return dealmap.ID{}, fmt.Errorf("verify token: %w", err)
	}
	if got := sha256.Sum256(secret); subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return dealmap.ID{}, ErrToken
	}
	return id, nil
}

// DeleteToken makes a token's text worthless; one that is not there is no error.
func (s *Secrets) DeleteToken(id dealmap.ID) error {
	if err := s.remove(kindToken, id[:]); err != nil {
		return fmt.Errorf("delete token %s: %w", id, err)
	}
	return nil
}

// parseToken takes the one way in which a token is written and no other.
func parseToken(text string) (id dealmap.ID, secret []byte, ok bool) {
	rest, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok || len(text) != tokenLength || rest[32] != '_' || strings.ToLower(rest[:32]) != rest[:32] || strings.ContainsAny(text, "\r\n") {
		return id, nil, false
	}
	if _, err := hex.Decode(id[:], []byte(rest[:32])); err != nil {
		return id, nil, false
	}
	secret, err := tokenEncoding.DecodeString(rest[33:])
	return id, secret, err == nil && len(secret) == secretSize
}
