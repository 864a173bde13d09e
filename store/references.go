package store

import (
	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// references has the records by the references of their places, each of which is that of one.
type references struct{ *recordTree }

func newReferences() references { return newReferencesAfter(new(*record)) }

// newReferencesAfter lets a record that latest names come after all others, whatever its reference: that of records which come in their order
// need not be read again.
func newReferencesAfter(latest **record) references {
	return references{btree.NewBTreeGOptions(func(a, b *record) bool {
		if *latest != nil {
			return b == *latest && a != b
		}
		return a.reference() < b.reference()
	}, btree.Options{NoLocks: true})}
}

// fillReferences makes references of records in their order, of which no two have the same.
func fillReferences(n int, item func(i int) *record) references {
	var latest *record
	r := newReferencesAfter(&latest)
	r.recordTree = fillTree(r.recordTree, n, func(i int) *record {
		latest = item(i)
		return latest
	})
	latest = nil
	return r
}

func (r references) copy() references { return references{r.recordTree.Copy()} }

// get returns the record of a reference, nil when there is none.
func (r references) get(reference string) *record {
	found, _ := r.Get(referencedBy(reference))
	return found
}

// from yields the records from a reference on, until yield returns false.
func (r references) from(reference string, yield func(*record) bool) {
	r.Ascend(referencedBy(reference), yield)
}

// referencedBy is a record to look up by: of nothing but a reference.
func referencedBy(reference string) *record {
	r := &record{}
	r.whole.Store(&dealmap.Place{Reference: reference})
	return r
}
