package store

import (
	"bytes"

	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// lead is an entry of an index from one record to another.
type lead struct{ from, to dealmap.ID }

func lessLead(a, b lead) bool {
	if c := bytes.Compare(a.from[:], b.from[:]); c != 0 {
		return c < 0
	}
	return bytes.Compare(a.to[:], b.to[:]) < 0
}

type leadTree = btree.BTreeG[lead]

func newLeadTree() *leadTree { return btree.NewBTreeGOptions(lessLead, btree.Options{NoLocks: true}) }

// leads returns what an index leads to from one record, in the order of ids.
func leads(tree *leadTree, from dealmap.ID) (list []dealmap.ID) {
	tree.Ascend(lead{from: from}, func(l lead) bool {
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
	imports, verdicts *leadTree
	// clusters holds the places that others were merged into, from the zero ID.
	clusters *leadTree
	// rows leads from a row of a list to the record that it became, withdrawn ones left out.
	rows *btree.BTreeG[rowLead]
}

type rowLead struct {
	row dealmap.RowHash
	id  dealmap.ID
}

func newTies() ties {
	return ties{newLeadTree(), newLeadTree(), newLeadTree(), btree.NewBTreeGOptions(func(a, b rowLead) bool {
		return bytes.Compare(a.row[:], b.row[:]) < 0
	}, btree.Options{NoLocks: true})}
}

func (t ties) copy() ties {
	return ties{t.imports.Copy(), t.verdicts.Copy(), t.clusters.Copy(), t.rows.Copy()}
}

func (t ties) row(row dealmap.RowHash) (dealmap.ID, bool) {
	l, ok := t.rows.Get(rowLead{row: row})
	return l.id, ok
}

func (t ties) pair(p *dealmap.Pair) {
	if p == nil {
		return
	}
	t.verdicts.Set(lead{p.A, p.ID})
	t.verdicts.Set(lead{p.B, p.ID})
}

// replace follows a record from what it was to what it is; either may be nil.
func (t ties) replace(before, after *dealmap.Place) {
	if withdrawn := after == nil || isWithdrawn(after); before != nil && withdrawn && before.Origin != nil {
		if known, ok := t.row(before.Origin.Row); ok && known == before.ID {
			t.rows.Delete(rowLead{row: before.Origin.Row})
		}
	}
	if after == nil {
		if before == nil {
			return
		}
		t.clusters.Delete(lead{to: before.ID})
		if before.Origin != nil {
			t.imports.Delete(lead{before.Origin.Import, before.ID})
		}
		return
	}
	if after.Origin != nil {
		if before == nil {
			t.imports.Set(lead{after.Origin.Import, after.ID})
		}
		if !isWithdrawn(after) {
			t.rows.Set(rowLead{after.Origin.Row, after.ID})
		}
	}
	if after.Cluster != nil && after.Cluster.Base != nil {
		t.clusters.Set(lead{to: after.ID})
	}
}

func isWithdrawn(p *dealmap.Place) bool { return p.Cluster != nil && p.Cluster.Withdrawn }
