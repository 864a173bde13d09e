package proof

import (
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrDamaged is wrapped when the stored hashes are not those of a tree of the size that the bucket says.
var ErrDamaged = errors.New("arbre de Merkle abîmé")

// ErrBeyond is wrapped when something is asked of a tree that has not grown to it.
var ErrBeyond = errors.New("l’arbre n’a pas cette taille")

// perBlock is the number of hashes in a value.
const perBlock = 256

// mostLeaves keeps arithmetic with a damaged size from overflowing.
const mostLeaves = 1 << 48

// Tree is the Merkle tree of a growing log, kept in one bucket of a bbolt file:
//
//	block (8 bytes, big endian, from 0) → 256 hashes of 32 bytes in the order of tlog.StoredHashIndex, the last block fewer
//
// The bucket's sequence is the number of leaves. A Tree holds no state: several may be used at once, in any transaction. A
// bucket that is absent is an empty tree.
type Tree struct{ bucket []byte }

// NewTree returns the tree in the bucket of this name.
func NewTree(bucket string) *Tree { return &Tree{[]byte(bucket)} }

// Append adds records in order and returns the new size. Thousands in one call cost about 1 µs each.
func (t *Tree) Append(tx *bolt.Tx, records ...[]byte) (size int64, err error) {
	leaves := make([]tlog.Hash, len(records))
	for i, record := range records {
		leaves[i] = tlog.RecordHash(record)
	}
	return t.AppendHashes(tx, leaves...)
}

// AppendHashes adds records of which the hashes (tlog.RecordHash) are known.
func (t *Tree) AppendHashes(tx *bolt.Tx, leaves ...tlog.Hash) (size int64, err error) {
	b, err := tx.CreateBucketIfNotExists(t.bucket)
	if err != nil {
		return 0, fmt.Errorf("append to tree %s: %w", t.bucket, err)
	}
	size = t.Size(tx)
	edge, err := frontierOf(size, t.reader(tx))
	if err != nil {
		return size, fmt.Errorf("append to tree %s: %w", t.bucket, err)
	}
	w, err := t.writer(b, size)
	if err != nil {
		return size, fmt.Errorf("append to tree %s: %w", t.bucket, err)
	}
	for _, leaf := range leaves {
		if err := w.put(edge.Add(leaf)); err != nil {
			return size, fmt.Errorf("append to tree %s: %w", t.bucket, err)
		}
	}
	if err := errors.Join(w.flush(), b.SetSequence(uint64(edge.Size()))); err != nil {
		return size, fmt.Errorf("append to tree %s: %w", t.bucket, err)
	}
	return edge.Size(), nil
}

// Clear empties the tree.
func (t *Tree) Clear(tx *bolt.Tx) error {
	if tx.Bucket(t.bucket) == nil {
		return nil
	}
	return tx.DeleteBucket(t.bucket)
}

// Size returns the number of leaves.
func (t *Tree) Size(tx *bolt.Tx) int64 {
	b := tx.Bucket(t.bucket)
	if b == nil {
		return 0
	}
	return int64(min(b.Sequence(), mostLeaves))
}

// Root returns the root as it was when the tree had a size.
func (t *Tree) Root(tx *bolt.Tx, size int64) (tlog.Hash, error) {
	if size < 0 || size > t.Size(tx) {
		return tlog.Hash{}, fmt.Errorf("root of tree %s at %d of %d: %w", t.bucket, size, t.Size(tx), ErrBeyond)
	}
	root, err := tlog.TreeHash(size, t.reader(tx))
	if err != nil {
		return root, fmt.Errorf("root of tree %s at %d: %w", t.bucket, size, err)
	}
	return root, nil
}

// Leaf returns the hash of a record, from 0: leaf n belongs to line n+1.
func (t *Tree) Leaf(tx *bolt.Tx, n int64) (tlog.Hash, error) {
	if n < 0 || n >= t.Size(tx) {
		return tlog.Hash{}, fmt.Errorf("leaf %d of tree %s of %d: %w", n, t.bucket, t.Size(tx), ErrBeyond)
	}
	list, err := t.reader(tx).ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("leaf %d of tree %s: %w", n, t.bucket, err)
	}
	return list[0], nil
}

// Inclusion proves that the tree of a size holds record n, from 0; tlog.CheckRecord checks it.
func (t *Tree) Inclusion(tx *bolt.Tx, size, n int64) (tlog.RecordProof, error) {
	if n < 0 || n >= size || size > t.Size(tx) {
		return nil, fmt.Errorf("proof of leaf %d in tree %s of %d at %d: %w", n, t.bucket, t.Size(tx), size, ErrBeyond)
	}
	p, err := tlog.ProveRecord(size, n, t.reader(tx))
	if err != nil {
		return nil, fmt.Errorf("proof of leaf %d in tree %s at %d: %w", n, t.bucket, size, err)
	}
	return p, nil
}

// Consistency proves that the tree of a size begins with the tree of an old one, 1 ≤ old ≤ size; tlog.CheckTree checks it.
func (t *Tree) Consistency(tx *bolt.Tx, old, size int64) (tlog.TreeProof, error) {
	if old < 1 || old > size || size > t.Size(tx) {
		return nil, fmt.Errorf("proof of tree %s of %d from %d to %d: %w", t.bucket, t.Size(tx), old, size, ErrBeyond)
	}
	p, err := tlog.ProveTree(size, old, t.reader(tx))
	if err != nil {
		return nil, fmt.Errorf("proof of tree %s from %d to %d: %w", t.bucket, old, size, err)
	}
	return p, nil
}

// Reader returns a reader of the stored hashes, valid within the transaction.
func (t *Tree) Reader(tx *bolt.Tx) tlog.HashReader { return t.reader(tx) }

func (t *Tree) reader(tx *bolt.Tx) tlog.HashReaderFunc {
	b := tx.Bucket(t.bucket)
	return func(indexes []int64) ([]tlog.Hash, error) {
		list := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			var block []byte
			if b != nil {
				block = b.Get(blockKey(index / perBlock))
			}
			at := int(index % perBlock * tlog.HashSize)
			if len(block) < at+tlog.HashSize || len(block) > perBlock*tlog.HashSize {
				return nil, fmt.Errorf("%w : il manque la valeur n° %d", ErrDamaged, index)
			}
			list[i] = tlog.Hash(block[at : at+tlog.HashSize])
		}
		return list, nil
	}
}

func blockKey(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// blockWriter puts hashes behind those of a tree; bbolt wants values left alone until the transaction ends, so that every
// block has its own memory.
type blockWriter struct {
	b     *bolt.Bucket
	n     int64
	block []byte
}

func (t *Tree) writer(b *bolt.Bucket, size int64) (*blockWriter, error) {
	b.FillPercent = 1 // keys only grow
	stored := tlog.StoredHashCount(size)
	w := &blockWriter{b: b, n: stored / perBlock}
	begun := b.Get(blockKey(w.n))
	if len(begun) != int(stored%perBlock*tlog.HashSize) {
		return nil, fmt.Errorf("%w : bloc n° %d de %d octets", ErrDamaged, w.n, len(begun))
	}
	w.block = append(make([]byte, 0, perBlock*tlog.HashSize), begun...)
	return w, nil
}

func (w *blockWriter) put(hashes []tlog.Hash) error {
	for i := range hashes {
		w.block = append(w.block, hashes[i][:]...)
		if len(w.block) < perBlock*tlog.HashSize {
			continue
		}
		if err := w.b.Put(blockKey(w.n), w.block); err != nil {
			return err
		}
		w.n, w.block = w.n+1, make([]byte, 0, perBlock*tlog.HashSize)
	}
	return nil
}

func (w *blockWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	return w.b.Put(blockKey(w.n), w.block)
}
