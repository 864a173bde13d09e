package dealmap

import (
	"crypto/sha256"
	"strings"
)

// referenceAlphabet leaves out I, L, O and U, which people misread or mishear (Crockford's base 32).
const referenceAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// MakeReference makes the reference for people, 13-K7QF3: the département, then random characters and a check character
// (Luhn mod 32 over everything before it), so that one wrong character or two neighbours exchanged are noticed. It is
// never a serial: gaps would tell of hidden places. random holds one byte for each random character, of which five bits
// are used.
func MakeReference(departement string, random []byte) string {
	var b strings.Builder
	b.WriteString(departement)
	b.WriteByte('-')
	for _, r := range random {
		b.WriteByte(referenceAlphabet[r&31])
	}
	b.WriteByte(checkCharacter(b.String()))
	return b.String()
}

// freeReference derives a reference from a random draw and tries on while it is taken: three random characters for a start,
// one more after every eight tries.
func freeReference(departement string, draw [16]byte, taken func(string) bool) string {
	for try := 0; ; try++ {
		digest := sha256.Sum256(append([]byte{byte(try), byte(try >> 8)}, draw[:]...))
		if reference := MakeReference(departement, digest[:min(3+try/8, 9)]); !taken(reference) {
			return reference
		}
	}
}

// ParseReference returns the reference as stored (capitals, I and L read as 1, O as 0 after the dash), or an error when
// the form or the check character is wrong.
func ParseReference(text string) (string, error) {
	wrong := Invalid("reference", "« "+clip(text)+" » n’est pas une référence (par exemple 13-K7QF3) ou comporte une faute de frappe")
	departement, code, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(text)), "-")
	if !ok || len(departement) < 2 || len(departement) > 3 || len(code) < 4 || len(code) > 10 {
		return "", wrong
	}
	code = strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(code)
	for _, part := range []string{departement, code} {
		for i := range len(part) {
			if strings.IndexByte(referenceAlphabet, part[i]) < 0 {
				return "", wrong
			}
		}
	}
	whole := departement + "-" + code
	if checkCharacter(whole[:len(whole)-1]) != whole[len(whole)-1] {
		return "", wrong
	}
	return whole, nil
}

func checkCharacter(text string) byte {
	const n = len(referenceAlphabet)
	sum, factor := 0, 2
	for i := len(text) - 1; i >= 0; i-- {
		at := strings.IndexByte(referenceAlphabet, text[i])
		if at < 0 {
			continue
		}
		product := factor * at
		sum += product/n + product%n
		factor = 3 - factor
	}
	return referenceAlphabet[(n-sum%n)%n]
}
