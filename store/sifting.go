package store

import "github.com/mesure5/dealmap"

// sifted is which plots of a leaf pass, by the detail in which they are seen.
type sifted [dealmap.Whole + 1]mask

// sifting judges the plots of leaves for one scope and filter by what they have in common. It serves one goroutine.
type sifting struct {
	columns     *columns
	sieve       dealmap.Sieve
	lens        *lens
	first, last int32
	singly      bool
	// By the numbers of values, and products by detail too, whether the filter lets them through; nil where it does all.
	statuses, kinds []bool
	products        [dealmap.Whole + 1][]bool
	// By the numbers of grounds, and of terms and details: 0 as long as it is not judged, 2 to pass; nil where the filter lets all through.
	within   []uint8
	admitted [][dealmap.Whole + 1]uint8
	grounds  []*dealmap.Shared[[]dealmap.TerritoryCode]
	terms    []*dealmap.Shared[dealmap.Held]
}

func newSifting(c *columns, scope *dealmap.Scope, filter *dealmap.Filter) *sifting {
	k := &sifting{columns: c, sieve: dealmap.NewSieve(scope, filter), lens: c.classes.lenses.of(scope, c.classes)}
	k.first, k.last = k.sieve.Confirmed()
	k.singly = k.sieve.Singly()
	k.statuses, k.kinds = passing(c.classes.statuses.all(), k.sieve.Status), passing(c.classes.kinds.all(), k.sieve.Kind)
	k.grounds, k.terms = c.classes.grounds.all(), c.classes.terms.all()
	if !k.sieve.Everywhere() {
		k.within = make([]uint8, len(k.grounds))
	}
	if !k.sieve.AdmitsAll() {
		k.admitted = make([][dealmap.Whole + 1]uint8, len(k.terms))
	}
	for d := range k.products {
		if detail := dealmap.Detail(d); !k.sieve.Products(nil, detail) {
			products := c.classes.products.all()
			k.products[d] = make([]bool, len(products))
			for i := range products {
				k.products[d][i] = k.sieve.Products(products[i:i+1], detail)
			}
		}
	}
	return k
}

// passing judges values, nil when all pass.
func passing[T any](list []T, test func(T) bool) []bool {
	passes, all := make([]bool, len(list)), true
	for i, value := range list {
		passes[i] = test(value)
		all = all && passes[i]
	}
	if all {
		return nil
	}
	return passes
}

// narrow leaves those of a mask that have a value which passes.
func narrow(m *mask, of []valued, passes []bool) {
	if passes == nil {
		return
	}
	var any mask
	for i := range of {
		if passes[of[i].number] {
			any.or(&of[i].mask)
		}
	}
	m.and(&any)
}

// views returns how the scope sees some leaves of plots, whatever the filter.
func (k *sifting) views(some []*leaf, of *plots) []leafView {
	return k.lens.views.of(some, of.leaves.Len(), k.view)
}

// view returns how the scope sees a leaf, whatever the filter.
func (k *sifting) view(l *leaf) leafView {
	a := l.likeness(k.columns.classes)
	standings := make([]dealmap.Standing, len(a.grounds.numbers))
	for i, ground := range a.grounds.numbers {
		standings[i] = k.lens.standing(k.sieve, ground)
	}
	v := leafView{}
	for i := range l.n {
		d := k.lens.detail(k.sieve, a.terms.numbers[a.terms.code[i]], standings[a.grounds.code[i]])
		if i == 0 {
			v.same = d
		}
		if d != v.same && v.masks == nil {
			v.masks = &sifted{}
			v.masks[v.same] = between(0, i)
		}
		if v.masks != nil {
			v.masks[d].set(uint8(i))
		}
	}
	return v
}

// sift sets which plots of a leaf pass that are seen so, and returns false when none does.
func (k *sifting) sift(l *leaf, v *leafView, p *sifted) (some bool) {
	if v.masks == nil {
		if v.same == dealmap.Nothing {
			return false
		}
		*p = sifted{}
		p[v.same] = l.all()
	} else {
		*p = *v.masks
		p[dealmap.Nothing] = mask{}
	}
	a := l.likeness(k.columns.classes)
	if k.last < a.oldest || k.first > a.newest {
		return false
	}
	like := l.all()
	narrow(&like, a.statuses, k.statuses)
	narrow(&like, a.kinds, k.kinds)
	if k.within != nil {
		within := a.grounds.masked(l.n, func(n uint32) bool {
			return decided(&k.within[n], func() bool { return k.sieve.Within(k.grounds[n].Value) })
		})
		like.and(&within)
	}
	if a.oldest < k.first || a.newest > k.last {
		like.keep(func(i uint8) bool { return l.seen[i] >= k.first && l.seen[i] <= k.last })
	}
	for d := range p {
		m := &p[d]
		if m.and(&like); m.empty() {
			continue
		}
		narrow(m, a.products, k.products[d])
		k.single(l, a, dealmap.Detail(d), m)
		some = some || !m.empty()
	}
	return some
}

// single leaves those that pass by what differs from place to place.
func (k *sifting) single(l *leaf, a *alike, d dealmap.Detail, m *mask) {
	if k.admitted != nil {
		admitted := a.terms.masked(l.n, func(n uint32) bool {
			return decided(&k.admitted[n][d], func() bool { return k.sieve.Admits(&k.terms[n].Value, d) })
		})
		m.and(&admitted)
	}
	if k.singly {
		m.keep(func(i uint8) bool {
			r, _ := k.columns.at(l.at[i])
			return k.sieve.Passes(r.glance(), d)
		})
	}
}

// decided returns a verdict that is given once.
func decided(verdict *uint8, judge func() bool) bool {
	if *verdict == 0 {
		*verdict = 1
		if judge() {
			*verdict = 2
		}
	}
	return *verdict == 2
}
