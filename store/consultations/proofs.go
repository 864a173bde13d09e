package consultations

import (
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Size returns the number of lines on the disk, erased ones included.
func (l *Log) Size() int64 {
	l.drain()
	return l.size.Load()
}

// Accepted returns the number of lines that were taken for the log, and waits for nothing.
func (l *Log) Accepted() int64 { return l.accepted.Load() }

// Checkpoint returns the size of the log on the disk and the root of its tree: what a checkpoint signs.
func (l *Log) Checkpoint() (size int64, root tlog.Hash, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		size = tree.Size(tx)
		root, err = tree.Root(tx, size)
		return err
	})
	return size, root, err
}

// RootAt returns the root as it was when the log had a size.
func (l *Log) RootAt(size int64) (root tlog.Hash, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		root, err = tree.Root(tx, size)
		return err
	})
	return root, err
}

// Leaf returns the leaf of a line, from 1: tlog.RecordHash of the line's bytes, kept when the line is erased.
func (l *Log) Leaf(line int64) (leaf tlog.Hash, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		leaf, err = tree.Leaf(tx, line-1)
		return err
	})
	return leaf, err
}

// Inclusion proves that the log of a size holds leaf n, from 0: leaf n is that of line n+1.
func (l *Log) Inclusion(size, n int64) (p tlog.RecordProof, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		p, err = tree.Inclusion(tx, size, n)
		return err
	})
	return p, err
}

// Consistency proves that the log of a size begins with the log of an old one.
func (l *Log) Consistency(old, size int64) (p tlog.TreeProof, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		p, err = tree.Consistency(tx, old, size)
		return err
	})
	return p, err
}
