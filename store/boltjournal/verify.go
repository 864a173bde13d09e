package boltjournal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
)

// headName is what people are told of the head file.
const headName = "la trace de la dernière écriture"

// Verify verifies the journal at path, which no process may have open (raw.Verify); it changes nothing.
func Verify(ctx context.Context, path string, tree proof.Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	db, err := boltfile.Open(path, fileOptions(true))
	if errors.Is(err, boltfile.ErrDamaged) || errors.Is(err, os.ErrNotExist) {
		x := proof.NewExaminer("journal", tree.Size, tree.Block, against)
		x.Problem(0, "journal : %v", err)
		return x.Done(), nil
	}
	if err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	j := raw.Journal{Load: loader(db)}
	if head, err := readHead(path + ".head"); err == nil {
		j.Head, j.HeadIn = raw.Tail{Seq: head.seq, Hash: head.hash}, headName
	} else {
		j.Problems = append(j.Problems, fmt.Sprintf("journal : %v", err))
	}
	err = boltfile.Guard(func() error {
		return db.View(func(tx *bolt.Tx) error { j.Last = findLast(tx); return nil })
	})
	if err != nil {
		j.Problems = append(j.Problems, fmt.Sprintf("journal : %v", err))
	}
	finding, err := raw.Verify(ctx, j, tree, against, progress)
	return finding, errors.Join(err, db.Close())
}

// Verify is like the function, of a journal that is open: of its entries at the time of the call. Writers go on meanwhile.
func (j *Journal) Verify(ctx context.Context, tree proof.Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	last, hash, err := j.Last(ctx)
	if err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	return raw.Verify(ctx, raw.Journal{Last: last, Open: true, Head: raw.Tail{Seq: last, Hash: hash}, HeadIn: headName, Load: loader(j.db)},
		tree, against, progress)
}

// findLast finds the last entry. Its key and what it says of itself may differ when one of them was changed; the lesser is
// taken, and what lies beyond is told.
func findLast(tx *bolt.Tx) dealmap.Seq {
	k, head := tx.Bucket(bucketHeaders).Cursor().Last()
	if k == nil {
		return 0
	}
	seq, _, _, ok := raw.ParseHeader(head)
	if len(k) == 8 {
		if at := dealmap.Seq(binary.BigEndian.Uint64(k)); !ok || at < seq {
			seq = at
		}
	}
	return min(seq, dealmap.Seq(tx.Size()/leastEntry)) // a number that was changed must not keep us for years
}

// leastEntry is less than any entry takes in the file, in bytes.
const leastEntry = 200

// loader reads chunks of a file, each in a transaction of its own.
func loader(db *bolt.DB) func(context.Context, *raw.Chunk) error {
	return func(_ context.Context, c *raw.Chunk) error {
		if err := boltfile.Guard(func() error { return db.View(func(tx *bolt.Tx) error { load(tx, c); return nil }) }); err != nil {
			c.Unreadable(err)
		}
		return nil
	}
}

// load walks headers and bodies side by side.
func load(tx *bolt.Tx, c *raw.Chunk) {
	heads, bodies := tx.Bucket(bucketHeaders).Cursor(), tx.Bucket(bucketBodies).Cursor()
	start := key(c.From)
	if c.From == 1 {
		start = nil // before the first there is nothing either
	}
	hk, hv := heads.Seek(start)
	bk, bv := bodies.Seek(start)
	for seq := c.From; seq < c.End; seq++ {
		k := key(seq)
		for ; hk != nil && bytes.Compare(hk, k) < 0; hk, hv = heads.Next() {
			c.Problem(seq, "écriture de clé %x, étrangère au journal, avant la n° %d", hk, seq)
		}
		for ; bk != nil && bytes.Compare(bk, k) < 0; bk, bv = bodies.Next() {
			c.Problem(seq, "contenu de clé %x, sans écriture, avant la n° %d", bk, seq)
		}
		if !bytes.Equal(hk, k) {
			continue // merging tells
		}
		e := raw.Entry{Seq: seq, Header: hv}
		if bytes.Equal(bk, k) {
			e.Salt, e.Body, e.Erased = split(bv)
			bk, bv = bodies.Next()
		}
		c.Check(&e)
		hk, hv = heads.Next()
	}
	if !c.Final {
		return
	}
	if hk != nil {
		c.Problem(c.End, "écriture de clé %x, étrangère au journal, après la n° %d", hk, c.End-1)
	}
	if bk != nil {
		c.Problem(c.End, "contenu de clé %x, sans écriture, après la n° %d", bk, c.End-1)
	}
}

// split takes a value of the bodies apart. One that is cut short has no salt.
func split(value []byte) (salt, body []byte, gone bool) {
	switch {
	case bytes.Equal(value, erased):
		return nil, nil, true
	case len(value) < dealmap.SaltSize:
		return nil, value, false
	}
	return value[:dealmap.SaltSize:dealmap.SaltSize], value[dealmap.SaltSize:], false
}
