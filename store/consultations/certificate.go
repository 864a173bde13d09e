package consultations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Certificate says which lines were erased after their retention, and of which log. Whoever asked for the erasure signs its
// Text.
type Certificate struct {
	// From and To are the first and the last line erased, Count how many.
	From, To, Count int64
	// Before is the moment asked for; First and Last are the earliest and the latest time of an erased line.
	Before, First, Last time.Time
	// Line is the log's line that tells of the erasure, Time is that line's.
	Line int64
	Time time.Time
	// Size and Root are those of the log with that line as its last one.
	Size int64
	Root tlog.Hash
}

// Text is the certificate as a text of one line a field, ending with a newline: what is signed.
func (c Certificate) Text() string {
	var b strings.Builder
	moment := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	fmt.Fprintf(&b, "dealmap/consultations/erasure\nlines=%d-%d\ncount=%d\n", c.From, c.To, c.Count)
	fmt.Fprintf(&b, "first=%s\nlast=%s\nbefore=%s\n", moment(c.First), moment(c.Last), moment(c.Before))
	fmt.Fprintf(&b, "line=%d\ntime=%s\nsize=%d\nroot=%s\n", c.Line, moment(c.Time), c.Size, c.Root)
	return b.String()
}

// Certificates returns the certificates of all erasures, oldest first; also of those that a crash interrupted and that were
// finished later.
func (l *Log) Certificates() (list []Certificate, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCertificates).ForEach(func(_, v []byte) error {
			var c Certificate
			if err := json.Unmarshal(v, &c); err != nil {
				return fmt.Errorf("read certificate: %w", err)
			}
			list = append(list, c)
			return nil
		})
	})
	return list, err
}

// checkCertificates compares certificates, and an erasure that is under way, with the lines that tell of them.
func checkCertificates(tx *bolt.Tx, x *proof.Examiner) error {
	certificates := tx.Bucket(bucketCertificates)
	if certificates == nil {
		return nil // told already
	}
	err := certificates.ForEach(func(k, v []byte) error {
		var c Certificate
		err := json.Unmarshal(v, &c)
		root, treeErr := tree.Root(tx, c.Size)
		if err != nil || treeErr != nil || !isKey(k, c.To) || root != c.Root || !c.isTold(tx) || !c.isWritten(v) {
			x.Problem(0, "certificat d’effacement n° %x : il ne concorde pas avec le journal", k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	pending, err := readPending(tx)
	if err == nil && pending != nil && (!pending.isTold(tx) || !pending.isWritten(tx.Bucket(bucketErasure).Get(keyPending))) {
		x.Problem(0, "effacement en cours : il ne concorde pas avec le journal")
	}
	return err
}

// isWritten reports whether these are the bytes that a certificate is written as: decoding lets some others pass.
func (c *Certificate) isWritten(data []byte) bool {
	want, err := json.Marshal(c)
	return err == nil && bytes.Equal(data, want)
}

// isTold reports whether the log's line says the same. That line may be erased by now; the root then is all there is.
func (c *Certificate) isTold(tx *bolt.Tx) bool {
	if c.Size != c.Line || c.Count != c.To-c.From+1 {
		return false
	}
	if c.Line <= readThrough(tx) {
		return true
	}
	v := tx.Bucket(bucketLines).Get(key(c.Line))
	told, err := decode(c.Line, v)
	return err == nil && told.What == WhatErasure && told.Detail == erasureDetail(*c) && told.Time.Equal(c.Time)
}
