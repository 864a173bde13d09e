package raw

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/mesure5/dealmap"
)

// The canonical form of a header (dealmap.Seal) begins and ends with these.
var (
	headerSeq  = []byte(`{"seq":`)
	headerPrev = []byte(`,"prev":"`)
	headerBody = []byte(`,"body":"`)
	headerEnd  = []byte(`"}`)
)

// ParseHeader takes from a header what the chain is made of, without decoding it.
func ParseHeader(head []byte) (seq dealmap.Seq, prev, body dealmap.Hash, ok bool) {
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
