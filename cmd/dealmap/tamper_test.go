package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// tampered is what was done to the files of a data folder, and what must come of it.
type tampered struct {
	what string
	do   func(t *testing.T, data, older string)
	// refused: the server does not start, and says a part of this. Empty: it may start (the file is whole, and only a look at
	// every line shows it).
	refused string
	// found is what audit verify says, a regular expression; unread when it cannot read the file at all.
	found string
	// second: only the file that another service keeps shows it.
	second bool
}

var tamperings = []tampered{
	{what: "nothing"},
	{what: "a byte of a consultation", found: `consultations.db\) : ligne n° 4\b`, do: func(t *testing.T, data, _ string) {
		flipInLine(t, filepath.Join(data, "consultations.db"), 4, `"motive":"enquête"`)
	}},
	{what: "a byte of a journal entry", found: `journal.db\) : .*n° \d+`, do: func(t *testing.T, data, _ string) {
		flipByte(t, filepath.Join(data, "journal.db"), "Clos ")
	}},
	{what: "two consultations in each other's place", found: `ligne n° 3\b`, do: func(t *testing.T, data, _ string) {
		edit(t, filepath.Join(data, "consultations.db"), func(lines *bolt.Bucket) error {
			third, fifth := lineKey(3), lineKey(5)
			a, b := string(lines.Get(third)), string(lines.Get(fifth))
			if err := lines.Put(third, []byte(b)); err != nil {
				return err
			}
			return lines.Put(fifth, []byte(a))
		})
	}},
	{what: "a consultation taken out", found: `ligne n° 4\b`, do: func(t *testing.T, data, _ string) {
		edit(t, filepath.Join(data, "consultations.db"), func(lines *bolt.Bucket) error { return lines.Delete(lineKey(4)) })
	}},
	{what: "the consultation log cut short", refused: "consultations.db", found: "consultations", do: func(t *testing.T, data, _ string) {
		halve(t, filepath.Join(data, "consultations.db"))
	}},
	{what: "the journal cut short", refused: "journal.db", found: "journal", do: func(t *testing.T, data, _ string) {
		halve(t, filepath.Join(data, "journal.db"))
	}},
	{what: "an older consultation log", refused: "consultations", found: "consultations", do: func(t *testing.T, data, older string) {
		copyFiles(t, older, data, "consultations.db")
	}},
	{what: "no consultation log", refused: "consultations", found: "consultations", do: func(t *testing.T, data, _ string) {
		if err := os.Remove(filepath.Join(data, "consultations.db")); err != nil {
			t.Fatal(err)
		}
	}},
	{what: "an older journal", refused: "journal", found: "journal", do: func(t *testing.T, data, older string) {
		copyFiles(t, older, data, "journal.db", "journal.db.head", "state.db")
	}},
	{what: "the whole folder as it was", refused: "kept-elsewhere.txt", found: "attestation", second: true, do: func(t *testing.T, data, older string) {
		entries, err := os.ReadDir(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if err := os.RemoveAll(filepath.Join(data, entry.Name())); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.CopyFS(data, os.DirFS(older)); err != nil {
			t.Fatal(err)
		}
	}},
	{what: "a checkpoint edited", refused: "", found: `attestation`, do: func(t *testing.T, data, _ string) {
		flipByte(t, filepath.Join(data, "checkpoints.txt"), "dealmap/consultations")
	}},
}

// TestTamperedLogs changes the files of a stopped server in every way that it can think of. The server refuses to start where the
// log does not fit what was attested last, and audit verify finds all of it and names the line.
func TestTamperedLogs(t *testing.T) {
	t.Parallel()
	data, older, second := attested(t)
	for _, c := range tamperings {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			copied := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
			if c.do != nil {
				c.do(t, copied, older)
			}
			verify := []string{"audit", "verify", "--data", copied, "--quiet"}
			if c.second {
				if out, errs, status := command(t, verify...); status != 0 {
					t.Errorf("without the second file it is consistent in itself: %d %s%s", status, out, errs)
				}
				verify = append(verify, "--checkpoints", second)
			}
			out, errs, status := command(t, verify...)
			said := out + errs
			switch {
			case c.do == nil && status != 0:
				t.Errorf("verify: %d %s", status, said)
			case c.do != nil && (status != 1 || !regexp.MustCompile(c.found).MatchString(said)):
				t.Errorf("verify: %d, does not say %q: %s", status, c.found, said)
			}
			serve := []string{"serve", "--demo", "--data", copied, "--listen", "localhost:0", "--metrics", "", "--quiet"}
			if c.second {
				serve = append(serve, "--checkpoints", second)
			}
			if c.refused == "" {
				return
			}
			if out, errs, status := commandWithin(t, 20*time.Second, "", serve...); status != 1 || !strings.Contains(errs, c.refused) {
				t.Errorf("serve: %d, does not say %q: %s%s", status, c.refused, out, errs)
			}
		})
	}
}

// attested makes a data folder with some history, a copy of it as it was earlier, and the checkpoints that another service keeps.
func attested(t *testing.T) (data, older, second string) {
	t.Helper()
	folder := t.TempDir()
	data, older, second = filepath.Join(folder, "data"), filepath.Join(folder, "older"), filepath.Join(folder, "kept-elsewhere.txt")
	for round := range 2 {
		p := serve(t, data, "--demo", "--places", "60", "--checkpoints", second)
		cross, pn := p.as("cross13"), p.as("pn")
		for i := range 10 {
			point := cross.add(fmt.Sprintf("Passage %d %d", round, i), 5.40+float64(i)/100, 43.27+float64(round)/100)
			if status, body := pn.send("GET", "/api/v1/deal-points/"+point.Properties.Reference, nil, nil); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
		}
		if p.stop() != 0 {
			t.Fatalf("stop: %s", p.errs)
		}
		if round == 0 {
			if err := os.CopyFS(older, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return data, older, second
}

func lineKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// flipInLine changes one byte of a line of a consultation log, where a text stands in it, on the disk. Pages that bbolt uses no more hold copies of lines:
// the byte is one of the page that is read.
func flipInLine(t *testing.T, path string, n uint64, text string) {
	t.Helper()
	read := func() (line []byte) {
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
		if err == nil {
			err = errors.Join(db.View(func(tx *bolt.Tx) error {
				line = bytes.Clone(tx.Bucket([]byte("lines")).Get(lineKey(n)))
				return nil
			}), db.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	line := read()
	within := bytes.Index(line, []byte(text))
	content, err := os.ReadFile(path)
	if err != nil || within < 0 {
		t.Fatalf("line %d does not hold %q: %s, %v", n, text, line, err)
	}
	for at := 0; ; at++ {
		next := bytes.Index(content[at:], line)
		if next < 0 {
			t.Fatalf("line %d is nowhere in %s", n, path)
		}
		at += next
		content[at+within] ^= 1
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(read(), line) {
			return
		}
		content[at+within] ^= 1
	}
}

// edit changes the lines of a consultation log, as somebody with a tool for such files would.
func edit(t *testing.T, path string, change func(lines *bolt.Bucket) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bolt.Tx) error { return change(tx.Bucket([]byte("lines"))) }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// halve leaves half of what a file holds; what follows its pages in use is room that is kept free.
func halve(t *testing.T, path string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	var used int64
	if err := errors.Join(db.View(func(tx *bolt.Tx) error { used = tx.Size(); return nil }), db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, used/2); err != nil {
		t.Fatal(err)
	}
}

func copyFiles(t *testing.T, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
