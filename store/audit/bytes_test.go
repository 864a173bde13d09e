package audit_test

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"unsafe"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	bolt "go.etcd.io/bbolt"
)

// Bytes all over checkpoints.txt and certificates.txt.
func TestNoByteOfTheNotesMayChange(t *testing.T) {
	t.Parallel()
	f := grown(t).open()
	_, err := f.keeper.Certify(audit.Certificate{Log: "journal", From: 3, To: 9, Count: 2, Reason: "essai"})
	must(t, err)
	f.close()
	for _, name := range []string{"checkpoints.txt", "certificates.txt"} {
		whole := f.read(name)
		step := 11
		if testing.Short() {
			step = 23
		}
		for at := 0; at < len(whole); at += step {
			bad := bytes.Clone(whole)
			bad[at] ^= byte(1) << (at % 8)
			must(t, os.WriteFile(f.path(name), bad, 0o600))
			if r := f.verify(); r.OK() {
				t.Errorf("%s: byte %d (%q) is not noticed", name, at, bad[at])
			}
		}
		must(t, os.WriteFile(f.path(name), whole, 0o600))
	}
	whole := f.read("checkpoints.txt")
	must(t, os.WriteFile(f.path("checkpoints.txt"), whole[:bytes.LastIndex(whole, []byte("\n\ndealmap/"))+1], 0o600))
	if r := f.verify(); r.OK() {
		t.Error("the last checkpoint can be taken away")
	}
}

// Any byte of any key and value that either log uses, on the disk: verifying or opening finds it.
func TestNoByteOfTheLogsMayChange(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	f := grown(t)
	rounds := 60
	if testing.Short() {
		rounds = 25
	}
	for name, buckets := range map[string][]string{
		"journal.db": {"headers", "bodies"}, consultations.FileName: {"lines", "tree"}, audit.TreeName: {"tree", "attested"},
	} {
		at := places(t, f.path(name), buckets)
		for range rounds {
			p := at[r.IntN(len(at))]
			offset, bit := p.from+r.IntN(p.size), byte(1)<<r.IntN(8)
			flipOnDisk(t, f.path(name), int64(offset), bit)
			if report := f.verify(); report.OK() {
				t.Errorf("%s: bit %08b of byte %d is not noticed", name, bit, offset)
			}
			flipOnDisk(t, f.path(name), int64(offset), bit)
		}
	}
	if report := f.verify(); !report.OK() {
		t.Error(report.Problems())
	}
}

// Wherever a bit is flipped, also in what bbolt keeps for itself: verifying ends, and tells rather than fails.
func TestVerifyOutlivesAnyDamage(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	f := grown(t)
	rounds := 80
	if testing.Short() {
		rounds = 30
	}
	noticed := 0
	for _, name := range []string{"journal.db", consultations.FileName, audit.TreeName, "journal.db.head"} {
		used := len(bytes.TrimRight(f.read(name), "\x00"))
		for round := range rounds {
			at, bit := int64(r.IntN(used)), byte(1)<<r.IntN(8)
			if round%3 == 0 {
				at = at / 4096 * 4096
				at += int64(r.IntN(min(96, used-int(at)))) // the pages' own headers
			}
			flipOnDisk(t, f.path(name), at, bit)
			report, err := audit.Verify(t.Context(), f.dir, nil, vkeys(t), nil, nil)
			if err != nil {
				t.Errorf("%s: bit %08b of byte %d: %v", name, bit, at, err)
			}
			if !report.OK() {
				noticed++
			}
			flipOnDisk(t, f.path(name), at, bit)
		}
	}
	t.Logf("%d of %d noticed, the others are in what is not used", noticed, 4*rounds)
	if noticed < rounds/4 {
		t.Error("the test looks at the wrong bytes")
	}
}

func flipOnDisk(t *testing.T, path string, at int64, bit byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	b := []byte{0}
	_, err = file.ReadAt(b, at)
	must(t, err)
	b[0] ^= bit
	_, err = file.WriteAt(b, at)
	must(t, errors.Join(err, file.Close()))
}

type place struct{ from, size int }

// places finds where in the file the keys and values of buckets lie.
func places(t *testing.T, path string, buckets []string) (list []place) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	must(t, db.View(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			must(t, tx.Bucket([]byte(name)).ForEach(func(k, v []byte) error {
				for _, part := range [][]byte{k, v} {
					list = append(list, place{int(uintptr(unsafe.Pointer(&part[0])) - db.Info().Data), len(part)})
				}
				return nil
			}))
		}
		return nil
	}))
	return list
}
