package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// keys makes what leaves the server opaque: sealed cursors and live ids (AES-256-GCM), and tile tags. The keys are derived from the
// installation's secret, one for each use.
type keys struct {
	seal cipher.AEAD
	// A tile's bytes are brought to 16 by GHASH, which is universal under a secret key, and those to the tag by HMAC-SHA-256 (a
	// pseudorandom function of a universal hash is one of the bytes: Carter and Wegman 1981, Shoup 1996). HMAC alone took a tenth of the time
	// of a tile.
	digest cipher.AEAD
	tag    []byte
}

// minSecret is the least length of the installation's secret, in bytes.
const minSecret = 32

func newKeys(secret []byte) (*keys, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the installation's secret has %d bytes, at least %d are needed", len(secret), minSecret)
	}
	sealKey, err := hkdf.Key(sha256.New, secret, nil, "dealmap cursor", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of cursors: %w", err)
	}
	tagKey, err := hkdf.Key(sha256.New, secret, nil, "dealmap tile tag", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of tile tags: %w", err)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("make the cipher of cursors: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the cipher of cursors: %w", err)
	}
	digest, err := newDigest(secret)
	if err != nil {
		return nil, fmt.Errorf("make the digest of tiles: %w", err)
	}
	return &keys{seal: seal, digest: digest, tag: tagKey}, nil
}

func newDigest(secret []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "dealmap tile digest", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

var errSeal = errors.New("not a sealed value of this installation")

// close seals a value for a purpose; it opens for the same purpose only (which names the user, so that a cursor of one
// user is worth nothing to another).
func (k *keys) close(purpose string, value []byte) string {
	return base64.RawURLEncoding.EncodeToString(k.seal.Seal(nil, nil, value, []byte(purpose)))
}

// open returns the value that was sealed for the purpose.
func (k *keys) open(purpose, text string) ([]byte, error) {
	if len(text) > 512 {
		return nil, errSeal
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errSeal
	}
	value, err := k.seal.Open(nil, nil, data, []byte(purpose))
	if err != nil {
		return nil, errSeal
	}
	return value, nil
}

// etag is the strong validator of a tile's bytes. Without the key nobody can tell which bytes it stands for.
func (k *keys) etag(data []byte) string {
	// One nonce for all only adds the same to every digest, and no digest leaves the server.
	nonce := make([]byte, k.digest.NonceSize())
	mac := hmac.New(sha256.New, k.tag)
	mac.Write(k.digest.Seal(nil, nonce, nil, data))
	return `"` + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18]) + `"`
}

// newID draws the number of a request.
func newID() string { return rand.Text()[:13] }
