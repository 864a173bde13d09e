package raw

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"

	"github.com/mesure5/dealmap"
)

// Entry is an entry of the journal as an engine keeps it, byte for byte.
type Entry struct {
	Seq dealmap.Seq
	// Hash is what the engine keeps beside the header as its hash, nil where it keeps none.
	Hash   []byte
	Header []byte
	// Salt and Body are nil when they were erased, or are lost.
	Salt, Body []byte
	Erased     bool
}

// Size is what the entry takes, in bytes.
func (e *Entry) Size() int { return len(e.Header) + len(e.Salt) + len(e.Body) }

// Same reports whether two engines hold the same of an entry; what they keep beside it does not count.
func (e *Entry) Same(other *Entry) bool {
	return e.Seq == other.Seq && e.Erased == other.Erased && bytes.Equal(e.Header, other.Header) && bytes.Equal(e.Salt, other.Salt) &&
		bytes.Equal(e.Body, other.Body)
}

// Tail is an entry as others stand on it: its sequence and hash, zero before the first.
type Tail struct {
	Seq  dealmap.Seq
	Hash dealmap.Hash
}

// Chain goes along entries in order and verifies each.
type Chain struct {
	Tail
	facts facts
}

// NewChain begins after an entry.
func NewChain(after Tail) *Chain { return &Chain{Tail: after, facts: facts{digest: sha256.New()}} }

// Next verifies that an entry is whole and follows the one before. Its error wraps dealmap.ErrTampered and says in French what is wrong.
func (c *Chain) Next(e *Entry) error {
	if e.Seq != c.Seq+1 {
		return fmt.Errorf("écriture n° %d : absente (%w)", c.Seq+1, dealmap.ErrTampered)
	}
	if faults := c.facts.look(e, e.Seq); len(faults) > 0 {
		return fmt.Errorf("%s (%w)", faults[0], dealmap.ErrTampered)
	}
	if c.facts.prev != c.Hash {
		return fmt.Errorf("écriture n° %d : elle ne fait pas suite à l’écriture n° %d, l’une des deux a été modifiée (%w)", e.Seq, c.Seq, dealmap.ErrTampered)
	}
	c.Tail = Tail{e.Seq, c.facts.hash}
	return nil
}

// facts are what an entry's own bytes tell.
type facts struct {
	hash, prev dealmap.Hash
	digest     hash.Hash // used again for each entry
}

// look finds what is wrong with an entry by itself, which lies in a place. Sentences are in French.
func (f *facts) look(e *Entry, at dealmap.Seq) (faults []string) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Sprintf("écriture n° %d : "+format, append([]any{at}, args...)...))
	}
	f.hash = sha256.Sum256(e.Header)
	says, prev, bodySum, ok := ParseHeader(e.Header)
	f.prev = prev
	switch {
	case !ok:
		fault("en-tête abîmé")
	case says != at:
		fault("l’écriture n° %d se trouve à sa place", says)
	}
	if e.Hash != nil && !bytes.Equal(e.Hash, f.hash[:]) {
		fault("l’empreinte enregistrée avec elle n’est pas celle de son en-tête")
	}
	switch {
	case e.Erased && (e.Body != nil || e.Salt != nil):
		fault("elle est marquée comme effacée, alors que son contenu est là")
	case e.Erased:
	case e.Body == nil:
		fault("son contenu manque")
	case len(e.Salt) != dealmap.SaltSize || ok && f.sum(e) != bodySum:
		fault("son contenu n’est plus celui qui a été écrit")
	}
	return faults
}

// sum is the hash of salt and body.
func (f *facts) sum(e *Entry) (sum dealmap.Hash) {
	f.digest.Reset()
	f.digest.Write(e.Salt)
	f.digest.Write(e.Body)
	f.digest.Sum(sum[:0])
	return sum
}
