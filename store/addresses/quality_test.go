package addresses_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/addresses"
)

// TestQuality writes addresses as lists do and counts how many are found, and how many are found wrongly.
func TestQuality(t *testing.T) {
	t.Parallel()
	g := open(t)
	var file strings.Builder
	c := newCountry(7)
	c.every = 400
	samples, err := c.write(&file, 13, 12_000)
	if err != nil {
		t.Fatal(err)
	}
	load(t, g, file.String())
	const seed = 11
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, seed))
	short := strings.NewReplacer("Avenue", "av.", "Boulevard", "bd", "Rue", "r.", "Place", "pl", "Impasse", "IMP", "Chemin", "ch.", "Allée", "all", "Route", "Rte",
		"Général", "gal", "Square", "sq.", "É", "E", "é", "e", "de la ", "", "de l’", "", "’", " ")
	writings := map[string]func(s sample) addresses.Query{
		"as it is": func(s sample) addresses.Query {
			return addresses.Query{Text: s.street, Number: s.number, Commune: s.commune}
		},
		"short": func(s sample) addresses.Query {
			return addresses.Query{Text: s.number + " " + short.Replace(s.street), Commune: s.commune}
		},
		"capitals": func(s sample) addresses.Query {
			return addresses.Query{Text: strings.ToUpper(s.number + " " + s.street + " " + s.postcode + " " + s.city)}
		},
		"by the name": func(s sample) addresses.Query {
			return addresses.Query{Text: fmt.Sprintf("%s, %s - %s", s.number, s.street, s.city)}
		},
		"typo": func(s sample) addresses.Query {
			return addresses.Query{Text: s.number + " " + typo(s.street, r), Commune: s.commune}
		},
	}
	for how, write := range writings {
		found, wrong, asked := 0, 0, 0
		for range 3 {
			for _, s := range samples {
				asked++
				best, ok := addresses.Best(locate(t, g, write(s)))
				right := fmt.Sprintf("%s %s %s %s", s.number, s.street, s.postcode, s.city)
				switch {
				case ok && best.Label == right:
					found++
				case ok:
					wrong++
					t.Logf("%s: %+v gives %q (%.2f: %s), not %q", how, write(s), best.Label, best.Score, best.Why, right)
				}
			}
			if how != "typo" {
				break
			}
		}
		if found*100 < asked*95 || wrong*200 > asked {
			t.Errorf("%s: of %d, %d are found and %d are wrong", how, asked, found, wrong)
		}
	}
	// A street of another commune is not here, whatever this one has that resembles it.
	taken := 0
	for i, s := range samples {
		other := samples[(i+7)%len(samples)]
		if best, ok := addresses.Best(locate(t, g, addresses.Query{Text: s.number + " " + s.street, Commune: other.commune})); ok && !strings.Contains(best.Label, s.street) {
			taken++
			t.Logf("%s in %s is taken for %q (%.2f: %s)", s.street, other.commune, best.Label, best.Score, best.Why)
		}
	}
	if taken*100 > 2*len(samples) {
		t.Errorf("of %d absent streets, %d are taken for another", len(samples), taken)
	}
}
