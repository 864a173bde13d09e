package dealmap

import "encoding/binary"

// AppendKey adds a text to the bytes of a key after its length, so that different parts never give the same bytes.
func AppendKey[T ~string](key []byte, text T) []byte {
	return append(binary.AppendUvarint(key, uint64(len(text))), text...)
}

// AppendKeys adds a list of texts, as AppendKey does each.
func AppendKeys[T ~string](key []byte, list []T) []byte {
	key = binary.AppendUvarint(key, uint64(len(list)))
	for _, text := range list {
		key = AppendKey(key, text)
	}
	return key
}

// AppendKeyDate adds a date.
func AppendKeyDate(key []byte, d Date) []byte {
	return append(binary.AppendVarint(key, int64(d.Year)), byte(d.Month), byte(d.Day))
}
