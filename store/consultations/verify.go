package consultations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"
)

// logName is the log's name in a proof.Finding, and in the origin of its checkpoints.
const logName = "consultations"

// perBlock is the number of hashes in a value of the tree.
const perBlock = 256

// verifyChunk is the number of lines that are read and hashed in one transaction.
const verifyChunk = 8192

// Verify reads every line of a log that no process has open, compares it with its leaf, computes the tree again and compares
// that with the stored one and with checkpoints. The file is not changed. progress, which may be nil, is told how many
// lines of how many are done. A log that is damaged is a finding; an error says that it could not be looked at.
func Verify(ctx context.Context, path string, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	info, err := os.Stat(path)
	if err != nil {
		return proof.Finding{}, fmt.Errorf("verify consultation log: %w", err)
	}
	if info.Size() == 0 {
		return lost("fichier vide", against), nil // bbolt would begin a new one
	}
	var db *bolt.DB
	err = boltfile.Guard(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
		return err
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return proof.Finding{}, fmt.Errorf("verify consultation log: %s : %w", path, boltfile.ErrLocked)
	}
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return proof.Finding{}, fmt.Errorf("verify consultation log: %w", err)
	}
	if err != nil {
		return lost(fmt.Sprintf("fichier illisible : %v", err), against), nil
	}
	v := verifier{view: func(f func(*bolt.Tx) error) error {
		return boltfile.Guard(func() error { return db.View(f) })
	}, fileSize: info.Size(), progress: progress}
	f, err := v.verify(ctx, against)
	if closing := boltfile.Guard(db.Close); err == nil && closing != nil {
		err = fmt.Errorf("verify consultation log: %w", closing)
	}
	return f, err
}

// Verify does the same while the log is open, for the lines that are on the disk as it begins.
func (l *Log) Verify(ctx context.Context, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	return l.VerifyCopy(ctx, 0, against, progress)
}

// VerifyCopy does it for a copy of a log, of which others account for the erasure of the lines up to accounted.
func (l *Log) VerifyCopy(ctx context.Context, accounted int64, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	if err := l.hold(ctx); err != nil {
		return proof.Finding{}, fmt.Errorf("verify consultation log: %w", err)
	}
	defer l.release()
	ctx, cancel := l.within(ctx)
	defer cancel()
	v := verifier{view: l.view, progress: progress, accounted: accounted}
	return v.verify(ctx, against)
}

// lost is the finding about a log of which nothing can be read.
func lost(problem string, against []proof.Checkpoint) proof.Finding {
	x := proof.NewExaminer(logName, 0, func(int64) ([]byte, error) { return nil, nil }, against)
	x.Problem(0, "%s", problem)
	return x.Done()
}

// verifier verifies through short transactions.
type verifier struct {
	view     func(func(*bolt.Tx) error) error
	fileSize int64 // 0: not known
	progress func(done, total int64)
	// accounted is the line up to which something else than the log accounts for erasures.
	accounted int64
	outline
}

// outline is what a log says of itself.
type outline struct {
	lines    int64 // sequence of the lines
	last     int64 // number of the last line that is there
	leaves   int64
	through  int64
	most     int64 // leaves that the tree's blocks have room for
	problems []string
}

func (v *verifier) verify(ctx context.Context, against []proof.Checkpoint) (proof.Finding, error) {
	err := v.view(func(tx *bolt.Tx) error {
		v.outline = outlineOf(tx)
		if size := tx.Size(); v.fileSize > 0 && v.fileSize < size {
			v.problems = append(v.problems, fmt.Sprintf("fichier : %d octets au lieu de %d, la fin manque", v.fileSize, size))
		}
		return nil
	})
	if err != nil {
		return lost(fmt.Sprintf("fichier illisible : %v", err), against), nil
	}
	x := proof.NewExaminer(logName, v.leaves, v.block, against)
	for _, problem := range v.problems {
		x.Problem(0, "%s", problem)
	}
	attested, err := v.examine(ctx, x)
	if err != nil {
		return proof.Finding{}, fmt.Errorf("verify consultation log: %w", err)
	}
	attested = max(attested, v.accounted)
	if err := v.view(func(tx *bolt.Tx) error { return checkParts(tx, x) }); err != nil {
		x.Problem(0, "fichier : %v", err)
	}
	if err := v.view(func(tx *bolt.Tx) error { return checkCertificates(tx, x) }); err != nil {
		x.Problem(0, "certificats d’effacement : illisibles (%v)", err)
	}
	f := x.Done()
	if v.through > attested {
		first := attested + 1
		if !f.OK() {
			first = 0 // the line that tells of it may be the one that is damaged
		}
		f.Problem(first, "lignes n° %d à %d : notées comme effacées, sans ligne du journal qui en rende compte", attested+1, v.through)
	}
	return f, nil
}

func outlineOf(tx *bolt.Tx) (o outline) {
	for _, name := range buckets() {
		if tx.Bucket([]byte(name)) == nil {
			o.problems = append(o.problems, fmt.Sprintf("fichier : la partie « %s » manque", name))
		}
	}
	identity := tx.Bucket([]byte("dealmap"))
	if identity == nil || string(identity.Get([]byte("format"))) != format || string(identity.Get([]byte("version"))) != fmt.Sprint(version) {
		o.problems = append(o.problems, fmt.Sprintf("fichier : ce n’est pas un journal des consultations au format %d", version))
	}
	if len(o.problems) > 0 {
		return o
	}
	b := tx.Bucket(bucketLines)
	o.lines, o.leaves, o.through = int64(b.Sequence()), tree.Size(tx), readThrough(tx)
	block, _ := tx.Bucket(bucketTree).Cursor().Last()
	o.most = perBlock * (lineNumber(block) + 1)
	if k, _ := b.Cursor().Last(); len(k) == 8 {
		o.last = numberOf(k)
	}
	if o.last = max(o.last, min(o.through, o.leaves)); o.last != o.lines {
		o.problems = append(o.problems, fmt.Sprintf("la dernière ligne est la n° %d, le fichier en annonce %d", o.last, o.lines))
	}
	return o
}

// checkParts reads what is not read otherwise: damage there would show only when the file is written next.
func checkParts(tx *bolt.Tx, x *proof.Examiner) error {
	known := append(buckets(), "dealmap", string(bucketScrub))
	return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		if b == nil || !slices.Contains(known, string(name)) {
			x.Problem(0, "fichier : la partie %q n’est pas de ce journal", name)
			return nil
		}
		if bytes.Equal(name, bucketLines) {
			return nil
		}
		var before []byte
		blocks := int64(0)
		return b.ForEach(func(k, _ []byte) error {
			if bytes.Compare(before, k) >= 0 || bytes.Equal(name, bucketTree) && !isKey(k, blocks) {
				x.Problem(0, "fichier : la partie « %s » est en désordre", name)
			}
			before = k
			blocks++
			return nil
		})
	})
}

// block reads a value of the tree. One that is longer than it should be is told too: the tree would take no more leaves.
func (v *verifier) block(n int64) (block []byte, err error) {
	want := int64(0)
	err = v.view(func(tx *bolt.Tx) error {
		block = tree.Block(tx, n)
		want = tlog.HashSize * min(perBlock, tlog.StoredHashCount(tree.Size(tx))-n*perBlock)
		return nil
	})
	if err == nil && int64(len(block)) != want {
		err = fmt.Errorf("bloc n° %d de %d octets au lieu de %d", n, len(block), want)
	}
	return block, err
}

// examine hashes the lines on all cores and hands the hashes over in order.
func (v *verifier) examine(ctx context.Context, x *proof.Examiner) (attested int64, err error) {
	total := min(v.leaves, v.most)
	if v.lines != v.leaves { // one of the two is damaged; a wild number must not keep us for years
		total = min(v.last, max(v.lines, v.leaves)+verifyChunk, v.most+verifyChunk)
	} else if v.last > total {
		x.Problem(total+1, "ligne n° %d : au-delà de la dernière", v.last)
	}
	workers := runtime.GOMAXPROCS(0)
	ready := make(chan chan chunk, 2*workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(ready)
		limit := make(chan struct{}, workers)
		for from := int64(1); from <= total; from += verifyChunk {
			out := make(chan chunk, 1)
			select {
			case ready <- out:
			case <-ctx.Done():
				return ctx.Err()
			}
			limit <- struct{}{}
			g.Go(func() error {
				defer func() { <-limit }()
				out <- v.read(from, min(from+verifyChunk-1, total))
				return nil
			})
		}
		return nil
	})
	done := int64(0)
	for out := range ready {
		var c chunk
		select {
		case c = <-out:
		case <-ctx.Done():
			return 0, errors.Join(ctx.Err(), g.Wait())
		}
		v.hand(x, c)
		attested = max(attested, c.attested)
		if done += int64(len(c.leaves)); v.progress != nil {
			v.progress(done, total)
		}
	}
	return attested, g.Wait()
}

func (v *verifier) hand(x *proof.Examiner, c chunk) {
	if c.foreign > 0 {
		x.Problem(c.foreign, "ligne n° %d : précédée d’un enregistrement qui n’est pas une ligne", c.foreign)
	}
	for i, leaf := range c.leaves {
		switch n := c.from + int64(i); {
		case n <= v.through && !c.missing[n]:
			x.Problem(n, "ligne n° %d : notée comme effacée, elle est encore là", n)
			x.Line(leaf)
		case n <= v.through:
			x.Erased()
		case c.missing[n]:
			x.Missing()
		default:
			x.Line(leaf)
		}
	}
}
