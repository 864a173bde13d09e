package dealmap

import (
	"strings"
	"testing"
)

func TestReferenceNoticesSlips(t *testing.T) {
	t.Parallel()
	r := seed(t)
	for range 500 {
		ref := MakeReference([]string{"13", "2A", "971", "01"}[r.IntN(4)], []byte{byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
		if got, err := ParseReference(" " + strings.ToLower(ref) + " "); err != nil || got != ref {
			t.Fatalf("%s comes back as %q, %v", ref, got, err)
		}
		code := []byte(ref)
		at := strings.IndexByte(ref, '-') + 1 + r.IntN(4)
		other := referenceAlphabet[r.IntN(32)]
		if other == code[at] {
			continue
		}
		code[at] = other
		if got, err := ParseReference(string(code)); err == nil && got != ref {
			t.Fatalf("%s with one wrong character passes as %s", ref, got)
		}
	}
	for _, text := range []string{"", "13", "13-", "13-K7Q", "13-K7Q!", "K7QF", "1234-K7QF", "13-K7QFAAAAAAAAA", "13-ÉÉÉÉ"} {
		if got, err := ParseReference(text); err == nil {
			t.Errorf("ParseReference(%q) = %q", text, got)
		}
	}
}

func TestTerritoryCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]TerritoryCode{
		"dep:2a": "dep:2A", "COM:13055": "com:13055", "zone:Sud": "zone:sud", "qpv:qn01307m": "qpv:QN01307M", "FR": France,
	} {
		if got, err := ParseTerritoryCode(text); err != nil || got != want {
			t.Errorf("ParseTerritoryCode(%q) = %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "dep", "dep:", "dep:1 3", "canton:12", "dep:'; --", "com:" + strings.Repeat("1", 30)} {
		if got, err := ParseTerritoryCode(text); err == nil {
			t.Errorf("ParseTerritoryCode(%q) = %q", text, got)
		}
	}
	if c := TerritoryCode("dep:13"); c.Level() != LevelDepartement || c.ID() != "13" || France.ID() != "" || France.Level() != LevelCountry {
		t.Error("level and id")
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	one := id(258)
	back, err := ParseID(one.String())
	if err != nil || back != one || one.Number() != 258|0x80<<56&(1<<53-1) {
		t.Errorf("%s comes back as %s, %v, number %d", one, back, err, one.Number())
	}
	for _, text := range []string{"", "de000000-0000-4000-8000-00000000010", "de000000x0000-4000-8000-000000000102", "ze000000-0000-4000-8000-000000000102"} {
		if _, err := ParseID(text); err == nil {
			t.Errorf("ParseID(%q) passes", text)
		}
	}
}

// TestTheExampleIsAReference: what messages and the contract give as an example is accepted.
func TestTheExampleIsAReference(t *testing.T) {
	t.Parallel()
	if _, err := ParseReference("13-K7QF3"); err != nil {
		t.Error(err)
	}
}
