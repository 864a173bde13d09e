package dealmap

import (
	"encoding/binary"
	"encoding/hex"
)

// ID is the random UUID (version 4) of a place or of another record. It is drawn outside the domain and never reused.
type ID [16]byte

// ParseID reads the 36-character form.
func ParseID(text string) (ID, error) {
	var id ID
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id, Invalid("id", "« "+clip(text)+" » n’est pas un identifiant")
	}
	digits := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, Invalid("id", "« "+clip(text)+" » n’est pas un identifiant")
	}
	return id, nil
}

// String returns the 36-character form.
func (id ID) String() string {
	var text [36]byte
	hex.Encode(text[0:8], id[0:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

// IsZero reports whether the ID was never set.
func (id ID) IsZero() bool { return id == ID{} }

// Number returns 53 of the random bits: a stable numeric id that fits a vector tile's feature and a JavaScript number.
func (id ID) Number() uint64 { return binary.BigEndian.Uint64(id[8:]) & (1<<53 - 1) }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; the empty text is the zero ID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
