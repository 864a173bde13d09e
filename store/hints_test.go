package store

import (
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// TestHintsHideNoMatch holds the letters of a place to what is looked for in it: whatever stands in its search key has no letter that they lack.
func TestHintsHideNoMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Cité de l’Œuvre 12", "Rue Saint-Éloi", "ŸÑ « æ »", "\xff\x00é", "13-0A2B3"}))
		p := &dealmap.Place{
			Reference: text.Draw(t, "reference"),
			Facts:     dealmap.Facts{Name: text.Draw(t, "name"), Address: text.Draw(t, "address"), Commune: text.Draw(t, "commune")},
		}
		if rapid.Bool().Draw(t, "placed") {
			p.Facts.Position = &orb.Point{5, 43}
		}
		r := newRecord(p)
		if (r.hints&placed != 0) != p.HasPosition() {
			t.Fatal("whether it has a position is told wrongly")
		}
		key := string(r.appendKey(nil))
		from := rapid.IntRange(0, len(key)).Draw(t, "from")
		word := key[from:rapid.IntRange(from, len(key)).Draw(t, "to")]
		if needed := lettersOf([]byte(word)); r.hints&needed != needed {
			t.Fatalf("%q is in %q, and its letters are not", word, key)
		}
	})
	r, needed := newRecord(&dealmap.Place{Facts: dealmap.Facts{Name: "Rue des Lilas"}}), lettersOf([]byte("kiwi"))
	if r.hints&needed == needed {
		t.Error("every word may be anywhere: nothing is hinted at")
	}
}
