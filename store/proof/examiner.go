package proof

import (
	"bytes"
	"cmp"
	"slices"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Block returns a copy of the n-th value of the tree, 256 stored hashes or fewer; nil when there is none.
func (t *Tree) Block(tx *bolt.Tx, n int64) []byte {
	b := tx.Bucket(t.bucket)
	if b == nil {
		return nil
	}
	return bytes.Clone(b.Get(blockKey(n)))
}

// Stored is a stored tree as an Examiner reads it.
type Stored struct {
	Size  int64
	Block func(n int64) ([]byte, error) // such as Tree.Block in a transaction
}

// placed is a checkpoint and its place among all that were given.
type placed struct {
	Checkpoint
	place int
}

// Examiner compares a log's lines with its stored tree and with checkpoints. Lines are given in order, each by one call of
// Line, Erased or Missing; Done ends it.
//
// It computes the tree of the lines. As soon as a line differs from its stored hash it goes on with a second tree, of the
// stored hashes: a checkpoint that either of the two agrees with tells which of both, line or hash, was changed.
//
// A range begins after the last checkpoint that agrees, stands before the one that does not, and comes from the same source:
// who rewrites a log and has the key signs checkpoints that agree, but cannot put them before those that others hold.
type Examiner struct {
	f       Finding
	size    int64 // of the stored tree
	block   func(n int64) ([]byte, error)
	against []placed // by size
	next    int      // of against
	good    map[string][]placed

	stored  Frontier
	lines   Frontier // of its own as soon as forked
	forked  bool
	current []byte
	at      int64 // of current
	gap     int64 // the first of the lines that are missing just now, 0 for none
	inside  bool  // an inner hash differs: told once
	err     error
}

// NewExaminer examines a log ("journal", "consultations") whose stored tree has a size; block reads the tree's values, such
// as Tree.Block in a transaction. Checkpoints of other logs are passed over.
func NewExaminer(log string, size int64, block func(n int64) ([]byte, error), against []Checkpoint) *Examiner {
	x := &Examiner{f: Finding{Log: log}, size: size, block: block, at: -1, good: map[string][]placed{}}
	for i, c := range against {
		if c.Origin == "dealmap/"+log {
			x.against = append(x.against, placed{c, i})
		}
	}
	slices.SortStableFunc(x.against, func(a, b placed) int { return cmp.Compare(a.Size, b.Size) })
	x.compare()
	return x
}

// Problem adds a problem of a line, 0 when it concerns none.
func (x *Examiner) Problem(line int64, format string, args ...any) {
	x.f.Problem(line, format, args...)
}

// Line examines the next line by the hash that its bytes have (tlog.RecordHash).
func (x *Examiner) Line(leaf tlog.Hash) {
	x.tellGap()
	x.add(leaf, true)
}

// Erased examines a line whose content was erased: the stored hash stands for it.
func (x *Examiner) Erased() {
	x.tellGap()
	x.f.Erased++
	if n := x.stored.Size(); n >= x.size {
		x.f.Problem(n+1, "ligne n° %d : effacée, mais l’arbre n’en retient pas l’empreinte", n+1)
		x.add(tlog.Hash{}, false)
		return
	}
	x.add(x.hash(tlog.StoredHashIndex(0, x.stored.Size())), true)
}

// CountErased counts a line whose leaf does not depend on what was erased, before Line examines it.
func (x *Examiner) CountErased() { x.f.Erased++ }

// Missing examines a line that is not there although others follow.
func (x *Examiner) Missing() {
	if x.gap == 0 {
		x.gap = x.stored.Size() + 1
	}
	x.add(tlog.Hash{}, false)
}

// tellGap tells of the lines that were missing up to the last one examined.
func (x *Examiner) tellGap() {
	switch n := x.stored.Size(); {
	case x.gap == 0:
		return
	case x.gap == n:
		x.f.Problem(n, "ligne n° %d : absente", n)
	default:
		x.f.Problem(x.gap, "lignes n° %d à %d : absentes", x.gap, n)
	}
	x.gap = 0
}

// add adds the leaf of the next line; tell says whether a difference is news.
func (x *Examiner) add(leaf tlog.Hash, tell bool) {
	n := x.stored.Size()
	known := leaf
	if n < x.size {
		known = x.hash(tlog.StoredHashIndex(0, n))
	}
	if known != leaf && !x.forked {
		x.forked = true
		x.lines = Frontier{size: n, edge: slices.Clone(x.stored.edge)}
	}
	if known != leaf && tell {
		x.f.Problem(n+1, "ligne n° %d : son contenu et l’empreinte que l’arbre en retient ne concordent plus", n+1)
	}
	if x.forked {
		x.lines.Add(leaf)
	}
	for i, h := range x.stored.Add(known) {
		if i > 0 && n < x.size && !x.inside && x.hash(tlog.StoredHashIndex(i, n>>i)) != h {
			x.inside = true
			x.f.Problem(0, "arbre : une empreinte enregistrée ne découle pas des lignes n° %d à %d", n>>i<<i+1, n+1)
		}
	}
	x.compare()
}

func (x *Examiner) hash(index int64) (h tlog.Hash) {
	if n := index / perBlock; n != x.at {
		block, err := x.block(n)
		if err != nil && x.err == nil {
			x.err = err
			x.f.Problem(0, "arbre : illisible (%v)", err)
		}
		x.current, x.at = block, n
	}
	at := int(index % perBlock * tlog.HashSize)
	if len(x.current) < at+tlog.HashSize {
		return tlog.Hash{}
	}
	return tlog.Hash(x.current[at : at+tlog.HashSize])
}

func (x *Examiner) roots() (lines, stored tlog.Hash) {
	stored = x.stored.Root()
	if x.forked {
		return x.lines.Root(), stored
	}
	return stored, stored
}

// compare looks at the checkpoints of the size reached.
func (x *Examiner) compare() {
	for ; x.next < len(x.against) && x.against[x.next].Size == x.stored.Size(); x.next++ {
		c := x.against[x.next]
		x.f.Checkpoints++
		lines, stored := x.roots()
		if c.Root == lines {
			x.f.Attested = c.Size
		}
		if c.Root == lines || c.Root == stored {
			x.agree(c)
		}
		switch {
		case c.Root == lines && c.Root == stored:
		case c.Root == lines:
			x.f.Problem(0, "attestation du %s : elle confirme les %d premières lignes ; ce sont les empreintes enregistrées qui ont été modifiées", c.When(), c.Size)
		case c.Root == stored:
			x.f.Problem(0, "attestation du %s : elle confirme les empreintes des %d premières lignes ; ce sont des lignes qui ont été modifiées", c.When(), c.Size)
		default:
			from := min(x.goodBefore(c)+1, c.Size)
			if x.f.Range == [2]int64{} {
				x.f.Range = [2]int64{from, c.Size}
			}
			x.f.Problem(0, "attestation du %s : les %d premières lignes ne sont plus celles qui ont été attestées ; "+
				"la première qui diffère est entre la n° %d et la n° %d", c.When(), c.Size, from, c.Size)
		}
	}
}

// agree remembers a checkpoint that agrees. Of those remembered, a later one is larger and stands further back.
func (x *Examiner) agree(c placed) {
	list := x.good[c.Source]
	for len(list) > 0 && list[len(list)-1].place > c.place {
		list = list[:len(list)-1]
	}
	x.good[c.Source] = append(list, c)
}

// goodBefore returns the size of the largest checkpoint that agrees, of the same source, smaller and before it there.
func (x *Examiner) goodBefore(c placed) int64 {
	for _, g := range slices.Backward(x.good[c.Source]) {
		if g.place < c.place && g.Size < c.Size {
			return g.Size
		}
	}
	return 0
}

// Done returns what was found, once every line was examined.
func (x *Examiner) Done() Finding {
	x.tellGap()
	x.f.Lines = x.stored.Size()
	x.f.Root, _ = x.roots()
	if x.size > x.f.Lines {
		x.f.Problem(x.f.Lines+1, "la fin manque : %d lignes, alors que l’arbre en retient %d", x.f.Lines, x.size)
	}
	for _, c := range x.against[x.next:] {
		x.f.Checkpoints++
		x.f.Problem(x.f.Lines+1, "la fin manque : %d lignes, alors que %d ont été attestées le %s", x.f.Lines, c.Size, c.When())
	}
	return x.f
}
