package secrets

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

// A key file holds lines that begin with # for people, and the key with a checksum of 8 bytes in 64 characters, in groups of 4. They are those
// of Crockford's base32, which are not mistaken for each other when they are copied by hand.
const (
	keyFileSum   = 8
	keyFileChars = (keySize + keyFileSum) * 8 / 5
)

// ErrKeyFile says that a file does not hold an installation key.
var ErrKeyFile = errors.New("ce fichier ne contient pas une clé d’installation entière et sans faute : écrivez-le de nouveau sur l’autre nœud (dealmap node key --out FICHIER)")

var keyFileEncoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

func keyFileCheck(key []byte) []byte {
	sum := sha256.Sum256(append([]byte("dealmap installation key\x00"), key...))
	return sum[:keyFileSum]
}

// FormatKey writes an installation key as the text of a file.
func FormatKey(key []byte) string {
	text := keyFileEncoding.EncodeToString(append(bytes.Clone(key), keyFileCheck(key)...))
	var b strings.Builder
	b.WriteString("# Clé d’installation de dealmap, secrète : portez ce fichier sur le nouveau nœud, puis effacez-le des deux côtés.\n" +
		"# Qui l’a peut fabriquer des signatures et lire ce que les nœuds partagent.\n")
	for i := 0; i < len(text); i += 4 {
		b.WriteString(text[i : i+4])
		if i%16 == 12 {
			b.WriteByte('\n')
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}

// ParseKey reads the text of a file as FormatKey writes it. It forgives how letters and groups are typed, and nothing else.
func ParseKey(text string) ([]byte, error) {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			b.WriteString(line)
		}
	}
	typed := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(b.String()))
	if len(typed) != keyFileChars {
		return nil, fmt.Errorf("%w (%d caractères au lieu de %d)", ErrKeyFile, len([]rune(typed)), keyFileChars)
	}
	data, err := keyFileEncoding.DecodeString(typed)
	if err != nil {
		return nil, fmt.Errorf("%w (un caractère n’en fait pas partie)", ErrKeyFile)
	}
	key, sum := data[:keySize:keySize], data[keySize:]
	if !bytes.Equal(sum, keyFileCheck(key)) {
		return nil, fmt.Errorf("%w (la somme de contrôle diffère)", ErrKeyFile)
	}
	return key, nil
}
