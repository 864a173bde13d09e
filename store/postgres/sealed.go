package postgres

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/mesure5/dealmap/store/shared"
	"golang.org/x/crypto/chacha20poly1305"
)

// What the first byte of a value says, which is sealed with it.
const (
	stateLive    = 0
	stateDeleted = 1
)

// padding is the multiple of bytes to which what is sealed is filled up, so that its length does not tell a name.
const padding = 64

var errSealed = errors.New("value is not what a node has sealed for this key")

// sealer seals what is shared. A value reads: state (1 byte), nonce (24 bytes), XChaCha20-Poly1305 of the length of the key (uvarint), the
// key, the length of the value (uvarint), the value and zeros. State, kind and name are authenticated with it, the revision is not: the same
// value may be written again.
type sealer struct {
	aead  cipher.AEAD
	names []byte
	check []byte
}

func newSealer(key []byte) sealer {
	derive := func(purpose string) []byte {
		derived, err := hkdf.Key(sha256.New, key, nil, "dealmap shared "+purpose, 32)
		if err != nil {
			panic(err) // the length is a constant far below the limit
		}
		return derived
	}
	aead, err := chacha20poly1305.NewX(derive("values"))
	if err != nil {
		panic(err) // of a key of another length only
	}
	mac := hmac.New(sha256.New, derive("check"))
	mac.Write([]byte("check"))
	return sealer{aead: aead, names: derive("names"), check: mac.Sum(nil)}
}

// name is under what a key is kept.
func (s sealer) name(kind string, key []byte) []byte {
	mac := hmac.New(sha256.New, s.names)
	mac.Write(binary.AppendUvarint(nil, uint64(len(kind))))
	mac.Write([]byte(kind))
	mac.Write(key)
	return mac.Sum(nil)
}

func additional(state byte, kind string, name []byte) []byte {
	data := binary.AppendUvarint([]byte{state}, uint64(len(kind)))
	data = append(data, kind...)
	return append(data, name...)
}

// seal returns under what name and how an item is kept.
func (s sealer) seal(i shared.Item) (name, value []byte) {
	state := byte(stateLive)
	if i.Deleted {
		state = stateDeleted
	}
	data := binary.AppendUvarint(nil, uint64(len(i.Key)))
	data = append(data, i.Key...)
	data = binary.AppendUvarint(data, uint64(len(i.Value)))
	data = append(data, i.Value...)
	data = append(data, make([]byte, (padding-len(data)%padding)%padding)...)
	name = s.name(i.Kind, i.Key)
	value = make([]byte, 1+chacha20poly1305.NonceSizeX, 1+chacha20poly1305.NonceSizeX+len(data)+chacha20poly1305.Overhead)
	value[0] = state
	_, _ = rand.Read(value[1:]) // it never fails
	return name, s.aead.Seal(value, value[1:], data, additional(state, i.Kind, name))
}

// open reads what is kept under a name.
func (s sealer) open(kind string, name, value []byte) (key, plain []byte, deleted bool, err error) {
	if len(value) < 1+chacha20poly1305.NonceSizeX || value[0] > stateDeleted {
		return nil, nil, false, errSealed
	}
	nonce, sealed := value[1:1+chacha20poly1305.NonceSizeX], value[1+chacha20poly1305.NonceSizeX:]
	data, err := s.aead.Open(nil, nonce, sealed, additional(value[0], kind, name))
	if err != nil {
		return nil, nil, false, errSealed
	}
	key, rest, ok := cut(data)
	if !ok {
		return nil, nil, false, errSealed
	}
	if plain, _, ok = cut(rest); !ok {
		return nil, nil, false, errSealed
	}
	return key, plain, value[0] == stateDeleted, nil
}

// cut takes a part with its length before it off data.
func cut(data []byte) (part, rest []byte, ok bool) {
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return nil, nil, false
	}
	return data[n : n+int(length) : n+int(length)], data[n+int(length):], true
}
