package boltjournal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// entry is what verifying needs of an entry.
type entry struct {
	hash, prev      dealmap.Hash
	present, erased bool
}

type problem struct {
	line int64
	text string
}

// chunk is a run of entries, read in one transaction.
type chunk struct {
	from     dealmap.Seq
	final    bool // nothing may follow
	entries  []entry
	ordered  []dealmap.Seq // entries that entries of the chunk order to be erased
	problems []problem
	err      error
}

// mostChunkProblems bounds what is kept of a chunk that is bad throughout.
const mostChunkProblems = 32

func (c *chunk) problem(line dealmap.Seq, format string, args ...any) {
	if len(c.problems) < mostChunkProblems {
		c.problems = append(c.problems, problem{int64(line), fmt.Sprintf(format, args...)})
	}
}

// load walks headers and bodies side by side.
func (c *chunk) load(tx *bolt.Tx) error {
	heads, bodies := tx.Bucket(bucketHeaders).Cursor(), tx.Bucket(bucketBodies).Cursor()
	end := c.from + dealmap.Seq(len(c.entries))
	start := key(c.from)
	if c.from == 1 {
		start = nil // before the first there is nothing either
	}
	hk, hv := heads.Seek(start)
	bk, bv := bodies.Seek(start)
	for seq := c.from; seq < end; seq++ {
		k := key(seq)
		for ; hk != nil && bytes.Compare(hk, k) < 0; hk, hv = heads.Next() {
			c.problem(seq, "écriture de clé %x, étrangère au journal, avant la n° %d", hk, seq)
		}
		for ; bk != nil && bytes.Compare(bk, k) < 0; bk, bv = bodies.Next() {
			c.problem(seq, "contenu de clé %x, sans écriture, avant la n° %d", bk, seq)
		}
		if !bytes.Equal(hk, k) {
			continue // merging tells
		}
		var body []byte
		if bytes.Equal(bk, k) {
			body = bv
			bk, bv = bodies.Next()
		}
		c.check(seq, hv, body)
		hk, hv = heads.Next()
	}
	if !c.final {
		return nil
	}
	if hk != nil {
		c.problem(end, "écriture de clé %x, étrangère au journal, après la n° %d", hk, end-1)
	}
	if bk != nil {
		c.problem(end, "contenu de clé %x, sans écriture, après la n° %d", bk, end-1)
	}
	return nil
}

// check verifies one entry by itself. body is nil when it is not there.
func (c *chunk) check(seq dealmap.Seq, head, body []byte) {
	e := &c.entries[seq-c.from]
	e.present, e.hash = true, sha256.Sum256(head)
	says, prev, bodySum, ok := parseHeader(head)
	e.prev = prev
	switch {
	case !ok:
		c.problem(seq, "écriture n° %d : en-tête abîmé", seq)
	case says != seq:
		c.problem(seq, "écriture n° %d : l’écriture n° %d se trouve à sa place", seq, says)
	}
	switch {
	case body == nil:
		c.problem(seq, "écriture n° %d : son contenu manque", seq)
	case bytes.Equal(body, erased):
		e.erased = true
	case len(body) < dealmap.SaltSize || (ok && sha256.Sum256(body) != bodySum):
		c.problem(seq, "écriture n° %d : son contenu n’est plus celui qui a été écrit", seq)
	case bytes.Contains(head, erasing):
		c.order(seq, body[dealmap.SaltSize:])
	}
}

// erasing is part of the header of an entry that erases others. Inside a text the quotes would be escaped.
var erasing = []byte(`"kind":"` + dealmap.EventPlaceErased + `"`)

// order notes what an entry orders to be erased: only what was written before it.
func (c *chunk) order(seq dealmap.Seq, body []byte) {
	var o dealmap.PlaceErased
	if err := json.Unmarshal(body, &o); err != nil {
		c.problem(seq, "écriture n° %d : effacement illisible", seq)
		return
	}
	for _, at := range o.Entries {
		if at < seq {
			c.ordered = append(c.ordered, at)
		}
	}
}

// The canonical form of a header (dealmap.Seal) begins and ends with these.
var (
	headerSeq  = []byte(`{"seq":`)
	headerPrev = []byte(`,"prev":"`)
	headerBody = []byte(`,"body":"`)
	headerEnd  = []byte(`"}`)
)

// parseHeader takes from a header what the chain is made of, without decoding it.
func parseHeader(head []byte) (seq dealmap.Seq, prev, body dealmap.Hash, ok bool) {
	const digits = 2 * sha256.Size
	rest, ok := bytes.CutPrefix(head, headerSeq)
	if !ok {
		return 0, prev, body, false
	}
	comma := bytes.IndexByte(rest, ',')
	if comma < 0 {
		return 0, prev, body, false
	}
	n, err := strconv.ParseUint(string(rest[:comma]), 10, 64)
	tail, found := bytes.CutPrefix(rest[comma:], headerPrev)
	if err != nil || !found || len(tail) < 2*digits+len(headerBody)+len(headerEnd) {
		return 0, prev, body, false
	}
	last := tail[len(tail)-len(headerEnd)-digits:]
	if !bytes.HasSuffix(tail[:len(tail)-len(last)], headerBody) || !bytes.HasSuffix(last, headerEnd) {
		return 0, prev, body, false
	}
	_, bad := hex.Decode(prev[:], tail[:digits])
	_, worse := hex.Decode(body[:], last[:digits])
	return dealmap.Seq(n), prev, body, bad == nil && worse == nil
}
