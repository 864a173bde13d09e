package raw

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mesure5/dealmap"
)

// ChunkSize is the number of entries of a chunk; the last has fewer.
const ChunkSize = 4096

// Chunk is a run of entries that an engine reads at once, and hands over in order.
type Chunk struct {
	// From is its first entry, End the one after its last.
	From, End dealmap.Seq
	// Final says that nothing may follow.
	Final bool

	entries    []verdict
	facts      facts
	ordered    []dealmap.Seq // entries that entries of the chunk order to be erased
	problems   []problem
	unreadable error
	err        error
}

// verdict is what verifying keeps of an entry.
type verdict struct {
	hash, prev      dealmap.Hash
	present, erased bool
}

type problem struct {
	line int64
	text string
}

// mostChunkProblems bounds what is kept of a chunk that is bad throughout.
const mostChunkProblems = 32

// Problem notes what is wrong with a line.
func (c *Chunk) Problem(line dealmap.Seq, format string, args ...any) {
	if len(c.problems) < mostChunkProblems {
		c.problems = append(c.problems, problem{int64(line), fmt.Sprintf(format, args...)})
	}
}

// Unreadable notes that what the engine keeps is damaged, so that it cannot read the chunk, or not to its end.
func (c *Chunk) Unreadable(err error) { c.unreadable = err }

// Check verifies an entry that lies in the place of its Seq, which is within the chunk. Nothing of it is kept.
func (c *Chunk) Check(e *Entry) {
	v := &c.entries[e.Seq-c.From]
	for _, fault := range c.facts.look(e, e.Seq) {
		c.Problem(e.Seq, "%s", fault)
	}
	v.present, v.erased, v.hash, v.prev = true, e.Erased, c.facts.hash, c.facts.prev
	if !e.Erased && erases(e.Header) {
		c.order(e.Seq, e.Body)
	}
}

// erasing are parts of the headers of entries that erase others. Inside a text the quotes would be escaped.
var erasing = [][]byte{
	[]byte(`"kind":"` + dealmap.EventPlaceErased + `"`), []byte(`"kind":"` + dealmap.EventLinkErased + `"`),
}

func erases(header []byte) bool {
	for _, kind := range erasing {
		if bytes.Contains(header, kind) {
			return true
		}
	}
	return false
}

// order notes what an entry orders to be erased: only what was written before it.
func (c *Chunk) order(seq dealmap.Seq, body []byte) {
	var o dealmap.PlaceErased // of links it has the same form
	if err := json.Unmarshal(body, &o); err != nil {
		c.Problem(seq, "écriture n° %d : effacement illisible", seq)
		return
	}
	for _, at := range o.Entries {
		if at < seq {
			c.ordered = append(c.ordered, at)
		}
	}
}
