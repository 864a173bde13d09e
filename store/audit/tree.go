package audit

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

var (
	tree           = proof.NewTree("tree")
	bucketAttested = []byte("attested")
)

var treeOptions = boltfile.Options{Format: "journal tree", Version: 1, Buckets: []string{"tree", "attested"}}

// perCommit is the number of entries added to the tree in one transaction.
const perCommit = 1 << 15

// errMisfit is wrapped when the tree is not that of the journal.
var errMisfit = errors.New("l’arbre n’est pas celui du journal")

// journalTree is the Merkle tree kept of a journal that does not keep one itself.
type journalTree struct {
	db      *bolt.DB
	journal Journal
}

// openTree opens the tree; one that is damaged is derived data, and put aside.
func openTree(path string, journal Journal) (t *journalTree, anew bool, err error) {
	_, absent := os.Stat(path)
	db, err := boltfile.Open(path, treeOptions)
	if errors.Is(err, boltfile.ErrDamaged) {
		t, err := setAside(path, nil, journal)
		return t, true, err
	}
	if err != nil {
		return nil, false, err
	}
	return &journalTree{db, journal}, absent != nil, nil
}

// setAside renames a tree that is of no use and begins another.
func setAside(path string, db *bolt.DB, journal Journal) (*journalTree, error) {
	if db != nil {
		if err := boltfile.Guard(db.Close); err != nil {
			return nil, err
		}
	}
	if err := os.Rename(path, path+".damaged"); err != nil {
		return nil, err
	}
	db, err := boltfile.Open(path, treeOptions)
	if err != nil {
		return nil, err
	}
	return &journalTree{db, journal}, nil
}

func (t *journalTree) view(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return t.db.View(f) })
}

func (t *journalTree) update(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return t.db.Update(f) })
}

// catchUp adds the entries that the tree does not have yet. It gives an error that wraps errMisfit when the journal does not
// go on from the tree.
func (t *journalTree) catchUp(ctx context.Context) error {
	if err := t.fits(ctx); err != nil {
		return err
	}
	leaves := make([]tlog.Hash, 0, perCommit)
	flush := func() error {
		err := t.update(func(tx *bolt.Tx) error { _, err := tree.AppendHashes(tx, leaves...); return err })
		leaves = leaves[:0]
		if errors.Is(err, proof.ErrDamaged) {
			err = fmt.Errorf("%w : %w", errMisfit, err)
		}
		return err
	}
	for hash, err := range t.journal.Hashes(ctx, dealmap.Seq(t.Size())) {
		if err != nil {
			return err
		}
		if leaves = append(leaves, tlog.RecordHash(hash[:])); len(leaves) == perCommit {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(leaves) == 0 {
		return nil
	}
	return flush()
}

// fits compares the last leaf with the journal's entry: entries are chained, so that it stands for all before it.
func (t *journalTree) fits(ctx context.Context) error {
	var size int64
	var leaf tlog.Hash
	err := t.view(func(tx *bolt.Tx) (err error) {
		if size = tree.Size(tx); size > 0 {
			leaf, err = tree.Leaf(tx, size-1)
		}
		return err
	})
	if errors.Is(err, proof.ErrDamaged) || errors.Is(err, boltfile.ErrDamaged) {
		return fmt.Errorf("%w : %w", errMisfit, err)
	}
	if err != nil || size == 0 {
		return err
	}
	hash, err := t.journal.HashAt(ctx, dealmap.Seq(size))
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return fmt.Errorf("%w : %d feuilles, le journal est plus court", errMisfit, size)
	}
	if err == nil && tlog.RecordHash(hash[:]) != leaf {
		err = fmt.Errorf("%w : l’écriture n° %d est une autre", errMisfit, size)
	}
	return err
}

func (t *journalTree) Size() (size int64) {
	if err := t.view(func(tx *bolt.Tx) error { size = tree.Size(tx); return nil }); err != nil {
		return 0
	}
	return size
}

func (t *journalTree) RootAt(size int64) (root tlog.Hash, err error) {
	err = t.view(func(tx *bolt.Tx) error { root, err = tree.Root(tx, size); return err })
	return root, err
}

func (t *journalTree) Leaf(line int64) (leaf tlog.Hash, err error) {
	err = t.view(func(tx *bolt.Tx) error { leaf, err = tree.Leaf(tx, line-1); return err })
	return leaf, err
}

func (t *journalTree) Inclusion(size, n int64) (p tlog.RecordProof, err error) {
	err = t.view(func(tx *bolt.Tx) error { p, err = tree.Inclusion(tx, size, n); return err })
	return p, err
}

func (t *journalTree) Consistency(old, size int64) (p tlog.TreeProof, err error) {
	err = t.view(func(tx *bolt.Tx) error { p, err = tree.Consistency(tx, old, size); return err })
	return p, err
}

func (t *journalTree) block(n int64) (block []byte, err error) {
	err = t.view(func(tx *bolt.Tx) error { block = tree.Block(tx, n); return nil })
	return block, err
}

// attested returns the newest note of each origin that was written, or about to be written, to checkpoints.txt.
func (t *journalTree) attested() (notes map[string][]byte, err error) {
	notes = map[string][]byte{}
	err = t.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketAttested).ForEach(func(k, v []byte) error {
			notes[string(k)] = append([]byte{}, v...)
			return nil
		})
	})
	return notes, err
}

func (t *journalTree) attest(notes map[string][]byte) error {
	return t.update(func(tx *bolt.Tx) error {
		for origin, note := range notes {
			if err := tx.Bucket(bucketAttested).Put([]byte(origin), note); err != nil {
				return err
			}
		}
		return nil
	})
}
