package tiles

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// TestWordsAreWrittenOnce writes names that features far from each other have in common: each number must be that of its text, nearly none may be
// written twice as long as there are some thousands, and an encoder that is used again knows none of them.
func TestWordsAreWrittenOnce(t *testing.T) {
	e := &layerEncoder{strings: map[string]uint32{}, uints: map[uint64]uint32{}, words: new(words)}
	for _, n := range []int{1, 100, 1_000, 4_000, 40_000, 50} {
		written := make([]uint32, 2*n)
		name := func(i int) string { return fmt.Sprintf("Cité %d", i%n) }
		for i := range written {
			written[i] = e.local(name(i))
		}
		texts := textsOf(t, e.values)
		for i, number := range written {
			if texts[number] != name(i) {
				t.Fatalf("%d names: number %d is %q, not %q", n, number, texts[number], name(i))
			}
		}
		if twice := len(texts) - n; n <= 4_000 && twice > n/50 {
			t.Errorf("%d of %d names are written twice", twice, n)
		}
		e.words.forget()
		e.values, e.count = e.values[:0], 0
	}
}

// textsOf reads the values of a layer that are texts.
func textsOf(t *testing.T, values []byte) (texts []string) {
	for len(values) > 0 {
		_, _, n := protowire.ConsumeTag(values)
		value, m := protowire.ConsumeBytes(values[n:])
		if m < 0 {
			t.Fatal(protowire.ParseError(m))
		}
		values = values[n+m:]
		_, _, n = protowire.ConsumeTag(value)
		text, _ := protowire.ConsumeString(value[n:])
		texts = append(texts, text)
	}
	return texts
}
