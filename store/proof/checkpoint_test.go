package proof_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func testKey(t testing.TB, fill byte) proof.Key {
	t.Helper()
	key, err := proof.NewKey([32]byte(bytes.Repeat([]byte{fill}, 32)), proof.SignerName)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func checkpoint(size int64) proof.Checkpoint {
	return proof.Checkpoint{Origin: proof.OriginJournal, Size: size, Root: tlog.RecordHash(record(int(size))), Time: noon.Add(time.Duration(size%1000) * time.Second)}
}

func signed(t testing.TB, key proof.Key, c proof.Checkpoint) []byte {
	t.Helper()
	text, err := key.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The bytes of a checkpoint and of a key are a format: others keep them for years.
func TestGoldenCheckpoint(t *testing.T) {
	t.Parallel()
	key := testKey(t, 7)
	const verifier = "dealmap+c72d6643+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
	const golden = `dealmap/journal
42
5F3boQxsjojzvJPR4UYLVLWcOlOaOqJPIdktmloeI7Y=
time=2026-11-23T12:00:42Z

— dealmap xy1mQ2WGmfbyzv03TNnshCNIKbhRz0v9fR/XM3cmQgdywS2N5qrXWwu4RgZNI9928M0KKJrD+VDTT8slSG/8AThLagg=
`
	if key.Verifier() != verifier {
		t.Errorf("verifier %s", key.Verifier())
	}
	got := signed(t, key, checkpoint(42))
	if string(got) != golden {
		t.Errorf("checkpoint\n%s", got)
	}
	// Another reader of notes takes it too.
	v, err := note.NewVerifier(verifier)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(got, note.VerifierList(v)); err != nil {
		t.Error(err)
	}
}

func TestOpenReturnsWhatWasSigned(t *testing.T) {
	t.Parallel()
	key, other := testKey(t, 1), testKey(t, 2)
	for _, size := range []int64{0, 1, 255, 1 << 40} {
		c := checkpoint(size)
		text := signed(t, key, c)
		for _, keys := range [][]string{{key.Verifier()}, {other.Verifier(), key.Verifier()}, {key.Verifier(), key.Verifier()}} {
			if got, err := proof.Open(text, keys...); err != nil || got != c {
				t.Errorf("%+v %v, want %+v", got, err, c)
			}
		}
		for _, keys := range [][]string{nil, {other.Verifier()}} {
			if _, err := proof.Open(text, keys...); !errors.Is(err, proof.ErrCheckpoint) {
				t.Errorf("opened with keys %q: %v", keys, err)
			}
		}
	}
	for _, c := range []proof.Checkpoint{{}, {Origin: "a\nb", Time: noon}, {Origin: "a", Size: -1, Time: noon}} {
		if text, err := key.Sign(c); err == nil {
			t.Errorf("signed %q", text)
		}
	}
}

// No byte of a checkpoint can be changed, nor one taken away, without being noticed.
func TestEveryByteOfACheckpointCounts(t *testing.T) {
	t.Parallel()
	key := testKey(t, 3)
	text := signed(t, key, checkpoint(77))
	for at := range text {
		for bit := range 8 {
			bad := bytes.Clone(text)
			bad[at] ^= 1 << bit
			if c, err := proof.Open(bad, key.Verifier()); !errors.Is(err, proof.ErrCheckpoint) {
				t.Errorf("bit %d of byte %d: %+v %v", bit, at, c, err)
			}
		}
		if c, err := proof.Open(text[:at], key.Verifier()); !errors.Is(err, proof.ErrCheckpoint) {
			t.Errorf("cut at %d: %+v %v", at, c, err)
		}
	}
}

// Texts that the key signed and that are no checkpoint of ours.
func TestSignedTextsThatAreNoCheckpoints(t *testing.T) {
	t.Parallel()
	key := testKey(t, 4)
	root := base64.StdEncoding.EncodeToString(make([]byte, 32))
	const when = "time=2026-11-23T12:00:00Z\n"
	for _, text := range []string{
		"\n", "dealmap/journal\n", "dealmap/journal\n5\n" + root + "\n", "dealmap/journal\n05\n" + root + "\n" + when,
		"dealmap/journal\n+5\n" + root + "\n" + when, "dealmap/journal\n-5\n" + root + "\n" + when,
		"dealmap/journal\n99999999999999999999\n" + root + "\n" + when, "dealmap/journal\n5\n" + root[1:] + "\n" + when,
		"dealmap/journal\n5\n" + root + "\ntime=hier\n", "dealmap/journal\n5\n" + root + "\n2026-11-23T12:00:00Z\n",
		"dealmap/journal\n5\n" + root + "\ntime=2026-11-23T13:00:00+01:00\n", "\n5\n" + root + "\n" + when,
		"dealmap/journal\n5\n" + root + "\n" + when + when,
	} {
		signed, err := key.SignText(text)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := proof.Open(signed, key.Verifier()); !errors.Is(err, proof.ErrCheckpoint) {
			t.Errorf("%q is taken as %+v (%v)", text, c, err)
		}
	}
}

func file(t testing.TB, key proof.Key, sizes ...int64) (text []byte, list []proof.Checkpoint) {
	for i, size := range sizes {
		if i > 0 {
			text = append(text, '\n')
		}
		text = append(text, signed(t, key, checkpoint(size))...)
		list = append(list, checkpoint(size))
	}
	return text, list
}

func TestReadCheckpoints(t *testing.T) {
	t.Parallel()
	key := testKey(t, 5)
	text, list := file(t, key, 3, 9, 27)
	ends := []int{}
	for n, err := range proof.Notes(bytes.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(n.End))
	}
	if len(ends) != 3 || ends[2] != len(text) {
		t.Fatalf("notes end at %d of %d", ends, len(text))
	}
	for cut := range len(text) + 1 {
		got, err := proof.ReadCheckpoints(bytes.NewReader(text[:cut]), key.Verifier())
		whole := 0
		for _, end := range ends {
			if cut >= end {
				whole++
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(append([]proof.Checkpoint{}, list[:whole]...)) {
			t.Fatalf("cut at %d: %d checkpoints, want %d", cut, len(got), whole)
		}
		between := cut == 0 || slices.Contains(ends, cut) || cut == ends[0]+1 || cut == ends[1]+1
		if between != (err == nil) || (err != nil && !errors.Is(err, proof.ErrTorn)) {
			t.Fatalf("cut at %d (notes end at %d): %v", cut, ends, err)
		}
	}
	// One that is bad leaves the others.
	for at := range ends[1] - ends[0] {
		bad := bytes.Clone(text)
		bad[ends[0]+at] ^= 1
		got, err := proof.ReadCheckpoints(bytes.NewReader(bad), key.Verifier())
		if !errors.Is(err, proof.ErrCheckpoint) || len(got) == 0 || len(got) > 2 || got[0] != list[0] {
			t.Fatalf("byte %d of the second: %v, %d good", at, err, len(got))
		}
	}
}

func FuzzReadCheckpoints(f *testing.F) {
	key := testKey(f, 6)
	text, _ := file(f, key, 1, 2, 3)
	f.Add(text)
	f.Add(text[:200])
	f.Add([]byte("\n\n— dealmap a\n\n— \n"))
	f.Add(bytes.Repeat([]byte("a"), 70000))
	sizes := map[proof.Checkpoint]bool{checkpoint(1): true, checkpoint(2): true, checkpoint(3): true}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := proof.ReadCheckpoints(bytes.NewReader(data), key.Verifier())
		for _, c := range list {
			if !sizes[c] {
				t.Fatalf("%+v was never signed", c)
			}
		}
		last := int64(0)
		for n, err := range proof.Notes(bytes.NewReader(data)) {
			if err == nil && (n.End < last || n.End > int64(len(data)) || !bytes.HasSuffix(data[:n.End], n.Text)) {
				t.Fatalf("a note ends at %d of %d", n.End, len(data))
			}
			if err == nil {
				last = n.End
			}
		}
		if c, err := proof.Open(data, key.Verifier()); err == nil && !sizes[c] {
			t.Fatalf("%+v was never signed", c)
		}
	})
}
