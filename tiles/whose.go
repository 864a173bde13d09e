package tiles

import (
	"cmp"
	"slices"

	"github.com/mesure5/dealmap"
)

// whose is the key of everything that is derived for a scope and a filter.
func whose(r *Request) string {
	f := &r.Filter
	fingerprint := r.Scope.Fingerprint()
	key := append(make([]byte, 0, 128), fingerprint[:]...)
	key = dealmap.AppendKey(dealmap.AppendKey(dealmap.AppendKey(key, f.Territory), f.Network), f.Text)
	key = dealmap.AppendKeys(dealmap.AppendKeys(key, sorted(f.Statuses)), sorted(f.Kinds))
	key = dealmap.AppendKeys(dealmap.AppendKeys(key, sorted(f.Products)), sorted(f.Services))
	for _, day := range [...]dealmap.Date{f.ConfirmedBefore, f.ConfirmedAfter, f.Due} {
		key = dealmap.AppendKeyDate(key, day)
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

func sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
