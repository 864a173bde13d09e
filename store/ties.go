package store

import (
	"bytes"

	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// link is an entry of an index from one record to another.
type link struct{ from, to dealmap.ID }

func lessLink(a, b link) bool {
	if c := bytes.Compare(a.from[:], b.from[:]); c != 0 {
		return c < 0
	}
	return bytes.Compare(a.to[:], b.to[:]) < 0
}

type linkTree = btree.BTreeG[link]

func newLinkTree() *linkTree { return btree.NewBTreeGOptions(lessLink, btree.Options{NoLocks: true}) }

// linked returns what an index leads to from one record, in the order of ids.
func linked(tree *linkTree, from dealmap.ID) (list []dealmap.ID) {
	tree.Ascend(link{from: from}, func(l link) bool {
		if l.from == from {
			list = append(list, l.to)
		}
		return l.from == from
	})
	return list
}

// ties finds records by what ties them together. It follows from the records, and like the other trees it is persistent.
type ties struct {
	// imports leads from an import to the records that it brought, verdicts from a record to the pairs that it is in.
	imports, verdicts *linkTree
	// clusters holds the places that others were merged into, from the zero ID.
	clusters *linkTree
	// rows leads from a row of a list to the record that it became, withdrawn ones left out.
	rows *btree.BTreeG[rowLink]
}

type rowLink struct {
	row dealmap.RowHash
	id  dealmap.ID
}

func newTies() ties {
	return ties{newLinkTree(), newLinkTree(), newLinkTree(), btree.NewBTreeGOptions(func(a, b rowLink) bool {
		return bytes.Compare(a.row[:], b.row[:]) < 0
	}, btree.Options{NoLocks: true})}
}

func (t ties) copy() ties {
	return ties{t.imports.Copy(), t.verdicts.Copy(), t.clusters.Copy(), t.rows.Copy()}
}

func (t ties) row(row dealmap.RowHash) (dealmap.ID, bool) {
	l, ok := t.rows.Get(rowLink{row: row})
	return l.id, ok
}

func (t ties) pair(p *dealmap.Pair) {
	if p == nil {
		return
	}
	t.verdicts.Set(link{p.A, p.ID})
	t.verdicts.Set(link{p.B, p.ID})
}

// replace follows a record from what it was to what it is; either may be nil.
func (t ties) replace(before, after *dealmap.Place) {
	if withdrawn := after == nil || isWithdrawn(after); before != nil && withdrawn && before.Origin != nil {
		if known, ok := t.row(before.Origin.Row); ok && known == before.ID {
			t.rows.Delete(rowLink{row: before.Origin.Row})
		}
	}
	if after == nil {
		if before == nil {
			return
		}
		t.clusters.Delete(link{to: before.ID})
		if before.Origin != nil {
			t.imports.Delete(link{before.Origin.Import, before.ID})
		}
		return
	}
	if after.Origin != nil {
		if before == nil {
			t.imports.Set(link{after.Origin.Import, after.ID})
		}
		if !isWithdrawn(after) {
			t.rows.Set(rowLink{after.Origin.Row, after.ID})
		}
	}
	if after.Cluster != nil && after.Cluster.Base != nil {
		t.clusters.Set(link{to: after.ID})
	}
}

func isWithdrawn(p *dealmap.Place) bool { return p.Cluster != nil && p.Cluster.Withdrawn }
