package proof

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Frontier is the right edge of a tree: the roots of its complete subtrees, from the largest. Leaves are added in order.
// The zero Frontier is the empty tree.
type Frontier struct {
	size  int64
	edge  []tlog.Hash // one for each bit of size that is set
	added []tlog.Hash
}

// Size returns the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Add adds a leaf. It returns the hashes that are stored with it, in the order of tlog.StoredHashIndex: the leaf's own, then
// those of the subtrees that it completes. They are valid until the next Add.
func (f *Frontier) Add(leaf tlog.Hash) []tlog.Hash {
	f.added = append(f.added[:0], leaf)
	for range bits.TrailingZeros64(^uint64(f.size)) {
		leaf = tlog.NodeHash(f.edge[len(f.edge)-1], leaf)
		f.edge = f.edge[:len(f.edge)-1]
		f.added = append(f.added, leaf)
	}
	f.edge = append(f.edge, leaf)
	f.size++
	return f.added
}

// Root returns the root of the tree; that of an empty one is the hash of nothing.
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		root, _ := tlog.TreeHash(0, nil)
		return root
	}
	root := f.edge[len(f.edge)-1]
	for i := len(f.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f.edge[i], root)
	}
	return root
}

// frontierOf reads the right edge of a stored tree.
func frontierOf(size int64, r tlog.HashReader) (*Frontier, error) {
	var need []int64
	for at, rest := int64(0), size; rest > 0; {
		level := bits.Len64(uint64(rest)) - 1
		need = append(need, tlog.StoredHashIndex(level, at>>level))
		at, rest = at+1<<level, rest-1<<level
	}
	edge, err := r.ReadHashes(need)
	if err != nil {
		return nil, err
	}
	return &Frontier{size: size, edge: edge}, nil
}
