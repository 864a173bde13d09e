package raw

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

const logName = "journal"

// Journal is what an engine gives to have its journal verified.
type Journal struct {
	// Last is the last entry to be looked at.
	Last dealmap.Seq
	// Open says that entries may follow it, which are not looked at.
	Open bool
	// Load hands the entries of a chunk to it. An error says that it could not be looked at; damage is told by Chunk.Unreadable. It is
	// called from several goroutines.
	Load func(ctx context.Context, c *Chunk) error
	// Head is the last entry as it is known from elsewhere, if HeadIn is not empty: who knows it, in French.
	Head   Tail
	HeadIn string
	// Problems were found before.
	Problems []string
}

// Verify verifies a journal: every entry is compared with the chain, with its body and with the stored tree, and the tree of the
// entries with every checkpoint. It uses every core, about 1 µs an entry and core beside what reading takes. progress is told from time to
// time; nil is fine.
//
// What is wrong is in the finding; the error says that it could not be verified.
func Verify(ctx context.Context, j Journal, tree proof.Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	v := verification{
		Journal: j, progress: progress, x: proof.NewExaminer(logName, tree.Size, tree.Block, against),
		known: true, ordered: map[dealmap.Seq]bool{},
	}
	f, err := v.run(ctx)
	if err != nil {
		return proof.Finding{Log: logName}, fmt.Errorf("verify journal: %w", err)
	}
	return f, nil
}

type verification struct {
	Journal
	progress func(done, total int64)

	x     *proof.Examiner
	prev  dealmap.Hash // of the entry before
	known bool         // prev is
	cut   dealmap.Seq  // the first entry that the next one does not follow, 0 for none

	erased  []dealmap.Seq
	ordered map[dealmap.Seq]bool // what entries order to be erased
}

func (v *verification) run(ctx context.Context) (proof.Finding, error) {
	for _, p := range v.Problems {
		v.x.Problem(0, "%s", p)
	}
	if err := v.readAll(ctx); err != nil {
		return proof.Finding{}, err
	}
	if v.HeadIn != "" && v.Head.Seq > v.Last {
		v.x.Problem(int64(v.Last)+1, "journal : la fin manque, %d écritures alors que %s en retient %d", v.Last, v.HeadIn, v.Head.Seq)
	}
	if err := v.judgeErased(ctx); err != nil {
		return proof.Finding{}, err
	}
	f := v.x.Done()
	if f.FirstBad == 0 {
		f.FirstBad = int64(v.cut) // the chain alone tells that this entry or the next was changed
	}
	return f, nil
}

func (v *verification) readAll(ctx context.Context) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	for chunk := range v.read(reading) {
		c := <-chunk
		if reading.Err() != nil {
			continue // those under way are waited for: they read what the caller closes
		}
		if c.err != nil {
			failed = c.err
			stop()
			continue
		}
		if !slices.ContainsFunc(c.entries, func(e verdict) bool { return e.present }) && c.unreadable == nil {
			v.x.Problem(int64(c.From), "journal : les écritures n° %d à %d sont absentes", c.From, v.Last)
			stop() // a last entry far away would make for an endless search
			continue
		}
		v.merge(c)
		if v.progress != nil {
			v.progress(int64(c.End)-1, int64(v.Last))
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return failed
}

// read starts reading chunks over the cores; they come in order.
func (v *verification) read(ctx context.Context) <-chan chan *Chunk {
	pending := make(chan chan *Chunk, runtime.GOMAXPROCS(0))
	go func() {
		defer close(pending)
		for from := dealmap.Seq(1); from <= v.Last && ctx.Err() == nil; from += ChunkSize {
			done := make(chan *Chunk, 1)
			pending <- done
			go func() { done <- v.chunk(ctx, from, min(ChunkSize, v.Last-from+1)) }()
		}
	}()
	return pending
}

func (v *verification) chunk(ctx context.Context, from, size dealmap.Seq) *Chunk {
	c := &Chunk{From: from, End: from + size, Final: !v.Open && from+size > v.Last, entries: make([]verdict, size)}
	c.facts.digest = sha256.New()
	c.err = v.Load(ctx, c)
	return c
}

// merge examines the entries of the next chunk.
func (v *verification) merge(c *Chunk) {
	if c.unreadable != nil {
		v.x.Problem(int64(c.From), "journal : les écritures n° %d à %d sont illisibles (%v)", c.From, c.End-1, c.unreadable)
	}
	v.note(c)
	for _, p := range c.problems {
		v.x.Problem(p.line, "%s", p.text)
	}
	for i := range c.entries {
		e, seq := &c.entries[i], c.From+dealmap.Seq(i)
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
		if v.HeadIn != "" && v.Head.Seq == seq && v.Head.Hash != e.hash {
			v.x.Problem(0, "écriture n° %d : elle n’est pas celle que retient %s", seq, v.HeadIn)
		}
		v.prev, v.known = e.hash, true
		if e.erased {
			v.x.CountErased()
			v.erased = append(v.erased, seq)
		}
		v.x.Line(tlog.RecordHash(e.hash[:]))
	}
}

func (v *verification) note(c *Chunk) {
	for _, seq := range c.ordered {
		v.ordered[seq] = true
	}
}

// judgeErased tells which bodies are erased although no entry orders it.
func (v *verification) judgeErased(ctx context.Context) error {
	explained := func(seq dealmap.Seq) bool { return v.ordered[seq] }
	v.erased = slices.DeleteFunc(v.erased, explained)
	for from, more := v.Last+1, v.Open; more && len(v.erased) > 0; from += ChunkSize {
		// What orders it may have been written meanwhile.
		c := v.chunk(ctx, from, ChunkSize)
		if c.err != nil {
			return c.err
		}
		v.note(c)
		v.erased = slices.DeleteFunc(v.erased, explained)
		more = c.entries[ChunkSize-1].present
	}
	for _, seq := range v.erased {
		v.x.Problem(int64(seq), "écriture n° %d : son contenu est effacé sans qu’aucune écriture ne l’ordonne", seq)
	}
	return nil
}
