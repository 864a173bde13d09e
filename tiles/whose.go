package tiles

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/mesure5/dealmap"
)

// whose is the key of everything that is derived for a scope and a filter.
func whose(r *Request) string {
	f := &r.Filter
	fingerprint := r.Scope.Fingerprint()
	key := append(make([]byte, 0, 128), fingerprint[:]...)
	key = appendText(appendText(appendText(key, f.Territory), f.Network), f.Text)
	key = appendTexts(appendTexts(key, sorted(f.Statuses)), sorted(f.Kinds))
	key = appendTexts(appendTexts(key, sorted(f.Products)), sorted(f.Services))
	for _, day := range [...]dealmap.Date{f.ConfirmedBefore, f.ConfirmedAfter, f.Due} {
		key = append(binary.AppendVarint(key, int64(day.Year)), byte(day.Month), byte(day.Day))
	}
	family := byte(0)
	if f.DealPoints {
		family |= 1
	}
	if f.Sites {
		family |= 2
	}
	return string(append(key, family))
}

// appendText adds a text to a key after its length, so that different ones never give the same bytes; appendTexts a list.
func appendText[T ~string](key []byte, text T) []byte {
	return append(binary.AppendUvarint(key, uint64(len(text))), text...)
}

func appendTexts[T ~string](key []byte, list []T) []byte {
	key = binary.AppendUvarint(key, uint64(len(list)))
	for _, text := range list {
		key = appendText(key, text)
	}
	return key
}

func sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
