package boltjournal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Stored is the Merkle tree that is kept of the journal. Leaf n-1 is tlog.RecordHash of entry n's hash.
type Stored struct {
	Size  int64
	Block func(n int64) ([]byte, error) // see proof.Tree
}

// Verify verifies the journal at path, which no process may have open; it changes nothing. Every entry is compared with the
// chain, with its body and with the stored tree, and the tree of the entries with every checkpoint; what entries say is not
// decoded. It uses every core, about 1 µs an entry and core. progress is told from time to time; nil is fine.
//
// What is wrong with the file is in the finding; the error says that it could not be verified.
func Verify(ctx context.Context, path string, tree Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	db, err := boltfile.Open(path, boltfile.Options{Format: "journal", Version: 1, Buckets: []string{"headers", "bodies"}, ReadOnly: true})
	if errors.Is(err, boltfile.ErrDamaged) || errors.Is(err, os.ErrNotExist) {
		x := proof.NewExaminer("journal", tree.Size, tree.Block, against)
		x.Problem(0, "journal : %v", err)
		return x.Done(), nil
	}
	if err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	v := &verification{db: db, tree: tree, against: against, progress: progress}
	v.head, v.headErr = readHead(path + ".head")
	finding, err := v.run(ctx)
	return finding, errors.Join(err, db.Close())
}

// Verify is like the function, of a journal that is open: of its entries at the time of the call. Writers go on meanwhile.
func (j *Journal) Verify(ctx context.Context, tree Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	last, hash, err := j.Last(ctx)
	if err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	v := &verification{db: j.db, tree: tree, against: against, progress: progress, last: last, open: true,
		head: &headFile{seq: last, hash: hash}}
	return v.run(ctx)
}

type verification struct {
	db       *bolt.DB
	tree     Stored
	against  []proof.Checkpoint
	progress func(done, total int64)
	last     dealmap.Seq
	open     bool // entries may follow the last, that are not to be looked at
	head     *headFile
	headErr  error

	x     *proof.Examiner
	prev  dealmap.Hash // of the entry before
	known bool         // prev is
	cut   dealmap.Seq  // the first entry that the next one does not follow, 0 for none

	erased  []dealmap.Seq
	ordered map[dealmap.Seq]bool // what entries order to be erased
}

func (v *verification) run(ctx context.Context) (proof.Finding, error) {
	v.x = proof.NewExaminer("journal", v.tree.Size, v.tree.Block, v.against)
	v.known, v.ordered = true, map[dealmap.Seq]bool{}
	if v.headErr != nil {
		v.x.Problem(0, "journal : %v", v.headErr)
	}
	if !v.open {
		if err := boltfile.Guard(func() error { return v.db.View(v.findLast) }); err != nil {
			v.x.Problem(0, "journal : %v", err)
		}
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	for chunk := range v.read(reading) {
		c := <-chunk
		if reading.Err() != nil {
			continue
		}
		if !slices.ContainsFunc(c.entries, func(e entry) bool { return e.present }) && c.err == nil {
			v.x.Problem(int64(c.from), "journal : les écritures n° %d à %d sont absentes", c.from, v.last)
			stop() // a last entry far away would make for an endless search
			continue
		}
		v.merge(c)
		if v.progress != nil {
			v.progress(int64(c.from)+int64(len(c.entries))-1, int64(v.last))
		}
	}
	if err := ctx.Err(); err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	if v.head != nil && v.head.seq > v.last {
		v.x.Problem(int64(v.last)+1, "journal : la fin manque, %d écritures alors que la trace de la dernière en retient %d", v.last, v.head.seq)
	}
	if err := v.judgeErased(); err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", err)
	}
	f := v.x.Done()
	if f.FirstBad == 0 {
		f.FirstBad = int64(v.cut) // the chain alone tells that this entry or the next was changed
	}
	return f, nil
}

// findLast finds the last entry. Its key and what it says of itself may differ when one of them was changed; the lesser is
// taken, and what lies beyond is told.
func (v *verification) findLast(tx *bolt.Tx) error {
	k, head := tx.Bucket(bucketHeaders).Cursor().Last()
	if k == nil {
		return nil
	}
	seq, _, _, ok := parseHeader(head)
	if len(k) == 8 {
		if at := dealmap.Seq(binary.BigEndian.Uint64(k)); !ok || at < seq {
			seq = at
		}
	}
	v.last = min(seq, dealmap.Seq(tx.Size()/leastEntry)) // a number that was changed must not keep us for years
	return nil
}

// leastEntry is less than any entry takes in the file, in bytes.
const leastEntry = 200

// read starts reading chunks over the cores; they come in order.
func (v *verification) read(ctx context.Context) <-chan chan *chunk {
	pending := make(chan chan *chunk, runtime.GOMAXPROCS(0))
	go func() {
		defer close(pending)
		for from := dealmap.Seq(1); from <= v.last && ctx.Err() == nil; from += mostHashes {
			done := make(chan *chunk, 1)
			pending <- done
			go func() {
				c := &chunk{from: from, final: !v.open && from+mostHashes > v.last}
				c.entries = make([]entry, min(mostHashes, v.last-from+1))
				c.err = boltfile.Guard(func() error { return v.db.View(c.load) })
				done <- c
			}()
		}
	}()
	return pending
}

// merge examines the entries of the next chunk.
func (v *verification) merge(c *chunk) {
	if c.err != nil {
		v.x.Problem(int64(c.from), "journal : les écritures n° %d à %d sont illisibles (%v)", c.from, int(c.from)+len(c.entries)-1, c.err)
	}
	v.note(c)
	for _, p := range c.problems {
		v.x.Problem(p.line, "%s", p.text)
	}
	for i := range c.entries {
		e, seq := &c.entries[i], c.from+dealmap.Seq(i)
		if !e.present {
			v.known = false
			v.x.Missing()
			continue
		}
		if v.known && e.prev != v.prev {
			v.x.Problem(0, "écriture n° %d : elle ne fait pas suite à l’écriture n° %d, l’une des deux a été modifiée", seq, seq-1)
			if v.cut == 0 {
				v.cut = max(seq-1, 1)
			}
		}
		if v.head != nil && v.head.seq == seq && v.head.hash != e.hash {
			v.x.Problem(0, "écriture n° %d : elle n’est pas celle que retient la trace de la dernière écriture", seq)
		}
		v.prev, v.known = e.hash, true
		if e.erased {
			v.x.CountErased()
			v.erased = append(v.erased, seq)
		}
		v.x.Line(tlog.RecordHash(e.hash[:]))
	}
}

func (v *verification) note(c *chunk) {
	for _, seq := range c.ordered {
		v.ordered[seq] = true
	}
}

// judgeErased tells which bodies are erased although no entry orders it.
func (v *verification) judgeErased() error {
	alone := func(seq dealmap.Seq) bool { return !v.ordered[seq] }
	if v.open && slices.ContainsFunc(v.erased, alone) {
		// What orders it may have been written meanwhile.
		c := &chunk{from: v.last + 1, entries: make([]entry, mostHashes)}
		if err := boltfile.Guard(func() error { return v.db.View(c.load) }); err != nil {
			return err
		}
		v.note(c)
	}
	for _, seq := range slices.DeleteFunc(v.erased, func(seq dealmap.Seq) bool { return !alone(seq) }) {
		v.x.Problem(int64(seq), "écriture n° %d : son contenu est effacé sans qu’aucune écriture ne l’ordonne", seq)
	}
	return nil
}
