package addresses_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/addresses"
)

// FuzzLocate puts anything into every part of a query: the query language of the index must never see it, and no hit may cross what is stated.
func FuzzLocate(f *testing.F) {
	for _, seed := range [][5]string{
		{"12 rue de la République 13001 Marseille", "", "", "", ""},
		{`" OR name : * NEAR(a b, 3) NOT {place} : ^x`, "", "", "", ""},
		{"rue \x00 DROP TABLE streets; --", "12'", "13001", "13201", "Marseille' OR '1'='1"},
		{"", "99999999999999999999", "1 3 0 0 1", "2a004", "cedex cedex 08"},
		{strings.Repeat("12 rue, ", 500), strings.Repeat("1 à ", 500), "13001", "", strings.Repeat("marseille ", 300)},
		{"\xff\xfe œÆß İ ﬁ Ⅷ ٣ ḍ̇", "", "", "", "st s/ mer"},
		{"AND OR NOT NEAR", "", "", "13055", ""},
		{"n° 12 bis ter", "", "13100", "13001", "Aix"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	g, err := addresses.Open(f.TempDir() + "/" + addresses.FileName)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { g.Close() })
	load(f, g, marseille(), marseillePlaces())
	f.Fuzz(func(t *testing.T, text, number, postcode, commune, communeName string) {
		for _, q := range []addresses.Query{
			{Text: text, Number: number, Postcode: postcode, Commune: commune, CommuneName: communeName},
			{Street: text, Number: number, Text: communeName}, {Text: text}, {Street: text, Commune: "13055"}, {Text: text, Postcode: "13100"},
		} {
			hits, err := g.Locate(t.Context(), q)
			if err != nil {
				t.Fatalf("%+q: %v", q, err)
			}
			for _, h := range hits {
				if math.IsNaN(h.Score) || h.Score <= 0 || h.Score > 1 || h.Label == "" || h.Why == "" || h.Accuracy.Radius() == 0 || h.Position[0] == 0 {
					t.Errorf("%+q: %+v", q, h)
				}
				aix := h.Commune == "13001"
				if q.Commune == "13055" && aix || q.Postcode == "13100" && !aix {
					t.Errorf("%+q crossed to %+v", q, h)
				}
			}
			if !slices.IsSortedFunc(hits, func(a, b addresses.Hit) int { return cmp.Compare(b.Score, a.Score) }) {
				t.Errorf("%+q: not sorted: %s", q, list(hits))
			}
		}
	})
}

// FuzzImport reads anything after a header: it may refuse lines, and what it takes must be found again without error.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{"", ban(address{number: "1", street: "Rue A", commune: "13055", city: "M"}), "\"\n\"", ";;;;\n", "a;b;1;é;Rue \";13001;13001;X;;;;;5;43;;;;;;;;;\n", "\x00"} {
		f.Add(0, seed)
		f.Add(1, seed)
		f.Add(2, seed)
	}
	g, err := addresses.Open(f.TempDir() + "/" + addresses.FileName)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { g.Close() })
	f.Fuzz(func(t *testing.T, which int, text string) {
		headers := []string{banHeader, placesHeader, balHeader, ""}
		s, err := g.Import(t.Context(), strings.NewReader(headers[uint(which)%4]+text), nil)
		if s.Rows < s.Bad+s.Addresses {
			t.Errorf("%+v", s)
		}
		if err != nil && strings.Contains(err.Error(), "SQL") {
			t.Error(err)
		}
		if _, err := g.Locate(t.Context(), addresses.Query{Text: text}); err != nil {
			t.Error(err)
		}
	})
}
