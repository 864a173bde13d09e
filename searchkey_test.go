package dealmap_test

import (
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

// plainly is SearchKey by the standard library's means.
var plainly = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "á", "a", "ã", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "í", "i",
	"ô", "o", "ö", "o", "ó", "o", "ù", "u", "û", "u", "ü", "u", "ú", "u", "ÿ", "y", "ñ", "n", "œ", "oe", "æ", "ae",
	"’", " ", "'", " ", "-", " ", ".", " ", ",", " ", "«", " ", "»", " ",
)

// TestSearchKeyFoldsAsTheStandardLibraryDoes compares keys of texts, some of which are no UTF-8.
func TestSearchKeyFoldsAsTheStandardLibraryDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(
			rapid.String(), rapid.SampledFrom([]string{"Çà et là", "L’Œuvre-d'Ys", "« ÀÉÎÔÜŸ »", "İstanbul", "K", "\xff\xc3", "ẞ", "12, rue"}),
		)).Draw(t, "parts"), "")
		if got, want := dealmap.SearchKey(text), plainly.Replace(strings.ToLower(text)); got != want {
			t.Fatalf("%q becomes %q, want %q", text, got, want)
		}
	})
	if got := dealmap.SearchKey("Cité des Œillets, n° 5"); got != "cite des oeillets  n° 5" {
		t.Errorf("%q", got)
	}
}
