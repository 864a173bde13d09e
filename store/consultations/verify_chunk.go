package consultations

import (
	"bytes"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// chunk is what was read of some lines.
type chunk struct {
	from    int64
	leaves  []tlog.Hash // those of missing lines are zero
	missing map[int64]bool
	foreign int64 // a line before which there is an entry that is none; 0: none
	// attested is the last line up to which the chunk tells of an erasure.
	attested int64
}

// read hashes lines. It walks through them, and looks for each by itself that it did not come across.
func (v *verifier) read(from, to int64) chunk {
	c := chunk{from: from}
	if v.view(func(tx *bolt.Tx) error { return c.walk(tx, to) }) != nil {
		c = chunk{from: from}
	}
	for n := from + int64(len(c.leaves)); n <= to; n++ {
		c.miss(n)
	}
	for n := max(from, v.through+1); n <= to; n++ {
		if !c.missing[n] {
			continue
		}
		_ = v.view(func(tx *bolt.Tx) error { // what cannot be read is missing
			if line := tx.Bucket(bucketLines).Get(key(n)); line != nil {
				c.leaves[n-from] = tlog.RecordHash(line)
				c.note(n, line)
				delete(c.missing, n)
			}
			return nil
		})
	}
	return c
}

func (c *chunk) miss(n int64) {
	if c.missing == nil {
		c.missing = map[int64]bool{}
	}
	c.missing[n] = true
	c.leaves = append(c.leaves, tlog.Hash{})
}

// walk goes through the entries in the order in which they are stored. An entry whose key is out of order is passed over: it
// is that key that was changed.
func (c *chunk) walk(tx *bolt.Tx, to int64) error {
	c.leaves = make([]tlog.Hash, 0, to-c.from+1)
	cursor := tx.Bucket(bucketLines).Cursor()
	next := c.from
	k, line := cursor.Seek(key(next))
	for k != nil && next <= to {
		after, lineAfter := cursor.Next()
		switch n := lineNumber(k); {
		case n == next, n > next && (after == nil || lineNumber(after) > n):
			for ; next < min(n, to+1); next++ {
				c.miss(next)
			}
			if n <= to {
				c.leaves = append(c.leaves, tlog.RecordHash(line))
				c.note(n, line)
				next++
			}
		case c.foreign == 0:
			c.foreign = next
		}
		k, line = after, lineAfter
	}
	return nil
}

// lineNumber returns the number that a key is, -1 when it is none.
func lineNumber(k []byte) int64 {
	if len(k) != 8 {
		return -1
	}
	return numberOf(k)
}

var erasureMark = []byte(`"what":"` + WhatErasure + `"`)

// note looks whether a line tells of an erasure. Only what was erased before it is covered.
func (c *chunk) note(n int64, line []byte) {
	if !bytes.Contains(line, erasureMark) {
		return
	}
	told, err := decode(n, line)
	if err != nil || told.What != WhatErasure || told.Operation != "erasure" {
		return
	}
	if _, to, err := parseErasureDetail(told.Detail); err == nil && to < n {
		c.attested = max(c.attested, to)
	}
}
