package dossier

import (
	"testing"

	"github.com/mesure5/dealmap"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{whole(0), "0"}, {whole(999), "999"}, {whole(1000), "1\u202f000"}, {whole(-1234567), "−1\u202f234\u202f567"},
		{decimal(1234.56, 1), "1\u202f234,6"}, {decimal(-0.04, 1), "0,0"}, {decimal(-0.05, 2), "−0,05"}, {decimal(2.5, 0), "2"},
		{signed("0,0"), "="}, {signed("0"), "="}, {signed("12"), "+12"}, {signed("−3"), "−3"}, {signed("0,1"), "+0,1"},
		{Figure{}.String(), "n.\u00a0c."}, {Rate{}.text(1), "n.\u00a0c."}, {Delta{}.String(), "n.\u00a0c."}, {Measure(0.345).percent(), "34\u00a0%"},
		{Change{Count(3), Figure{}}.delta().String(), "n.\u00a0c."}, {Change{Count(3), Count(5)}.delta().String(), "−2"},
		{day(dealmap.Date{Year: 2026, Month: 3, Day: 1}), "1er\u00a0mars\u00a02026"}, {day(dealmap.Date{Year: 2026, Month: 11, Day: 23}), "23\u00a0novembre\u00a02026"},
		{shortDay(dealmap.Date{Year: 2026, Month: 8, Day: 1}), "1er\u00a0août\u00a02026"}, {month(dealmap.Date{Year: 2026, Month: 2, Day: 1}), "févr.\u00a02026"},
		{french("L'avis : « oui » ; 5 % ?"), "L’avis\u00a0: «\u00a0oui\u00a0»\u202f; 5\u00a0%\u202f?"},
		{CountClass{4, 4}.words(), "4"}, {CountClass{5, 1200}.words(), "5 à 1\u202f200"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
