package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
)

func seq(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// edit changes a closed bbolt file.
func edit(t testing.TB, path string, f func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, errors.Join(db.Update(f), db.Close()))
}

// value makes a value of a closed bbolt file what f makes of it; nil takes it out.
func value(t testing.TB, path, bucket string, n uint64, f func([]byte) []byte) {
	t.Helper()
	edit(t, path, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if v := f(bytes.Clone(b.Get(seq(n)))); v != nil {
			return b.Put(seq(n), v)
		}
		return b.Delete(seq(n))
	})
}

func flip(at int) func([]byte) []byte {
	return func(v []byte) []byte { v[(at+len(v))%len(v)] ^= 1; return v }
}

func gone([]byte) []byte { return nil }

// forge rewrites an entry and everything that follows from it: bodies, headers, chain, head, and the tree.
func (f *folder) forge(entry uint64) {
	edit(f.t, f.path("journal.db"), func(tx *bolt.Tx) error {
		headers, bodies := tx.Bucket([]byte("headers")), tx.Bucket([]byte("bodies"))
		prev := ""
		last, _ := headers.Cursor().Last()
		for n := entry; n <= binary.BigEndian.Uint64(last); n++ {
			head, body := string(headers.Get(seq(n))), bytes.Clone(bodies.Get(seq(n)))
			if n == entry {
				old := sha256.Sum256(body)
				body = append(body[:16], []byte(`{"at":"2020-01-01T00:00:00Z"}`)...)
				now := sha256.Sum256(body)
				head = strings.ReplaceAll(head, dealmap.Hash(old).String(), dealmap.Hash(now).String())
				if err := bodies.Put(seq(n), body); err != nil {
					return err
				}
			} else {
				const at = len(`,"prev":"`)
				i := strings.Index(head, `,"prev":"`) + at
				head = head[:i] + prev + head[i+64:]
			}
			if err := headers.Put(seq(n), []byte(head)); err != nil {
				return err
			}
			prev = dealmap.Hash(sha256.Sum256([]byte(head))).String()
		}
		return nil
	})
	must(f.t, os.Remove(f.path("journal.db.head")))
	must(f.t, os.Remove(f.path(audit.TreeName)))
	f.openForged()
}

// openForged makes head and tree of a journal that was rewritten.
func (f *folder) openForged() {
	repairHead(f.t, f.path("journal.db"))
	other := f.t.TempDir()
	j := openJournal(f.t, f.path("journal.db"))
	k, err := audit.Open(context.Background(), other, j, emptyLog{}, audit.Options{Key: key(f.t, 1), Every: -1, Now: f.now})
	must(f.t, err)
	must(f.t, k.Checkpoint(context.Background()))
	must(f.t, errors.Join(k.Close(), j.Close()))
	copyFile(f.t, filepath.Join(other, audit.TreeName), f.path(audit.TreeName))
	edit(f.t, f.path(audit.TreeName), func(tx *bolt.Tx) error { return tx.Bucket([]byte("attested")).Delete([]byte(proof.OriginJournal)) })
}

// forgeLine rewrites a line of the consultation log and its tree.
func (f *folder) forgeLine(n uint64) {
	edit(f.t, f.path(consultations.FileName), func(tx *bolt.Tx) error {
		lines := tx.Bucket([]byte("lines"))
		var c dealmap.Consultation
		if err := json.Unmarshal(lines.Get(seq(n)), &c); err != nil {
			return err
		}
		c.Subject = "autre"
		data, err := json.Marshal(c)
		if err == nil {
			err = lines.Put(seq(n), data)
		}
		if err != nil {
			return err
		}
		tree := proof.NewTree("tree")
		if err := tree.Clear(tx); err != nil {
			return err
		}
		return lines.ForEach(func(_, v []byte) error { _, err := tree.Append(tx, v); return err })
	})
}

type harm struct {
	do func(*folder)
	// first and between are the first line named of the log that was harmed, and the range; says is in the problems.
	log     string
	first   int64
	between [2]int64
	says    string
	// refused: the folder does not open either, with ErrAttested. What is not seen in O(log n) may open.
	refused bool
}

func harms(t *testing.T) map[string]harm {
	journal := func(bucket string, n uint64, how func([]byte) []byte) func(*folder) {
		return func(f *folder) { value(t, f.path("journal.db"), bucket, n, how) }
	}
	lines := func(bucket string, n uint64, how func([]byte) []byte) func(*folder) {
		return func(f *folder) { value(t, f.path(consultations.FileName), bucket, n, how) }
	}
	remove := func(names ...string) func(*folder) {
		return func(f *folder) {
			for _, name := range names {
				must(t, os.Remove(f.path(name)))
			}
		}
	}
	older := func(names ...string) func(*folder) {
		return func(f *folder) {
			o := newFolder(t)
			o.open().write(10, 5).checkpoint().close()
			for _, name := range names {
				copyFile(t, o.path(name), f.path(name))
			}
		}
	}
	none := [2]int64{}
	return map[string]harm{
		"header":        {journal("headers", 20, flip(150)), "journal", 20, none, "ce sont des lignes", false},
		"body":          {journal("bodies", 20, flip(40)), "journal", 20, none, "son contenu n’est plus", false},
		"salt":          {journal("bodies", 20, flip(2)), "journal", 20, none, "son contenu n’est plus", false},
		"body erased":   {journal("bodies", 20, func([]byte) []byte { return []byte("erased") }), "journal", 20, none, "sans qu’aucune", false},
		"entry removed": {func(f *folder) { journal("headers", 20, gone)(f); journal("bodies", 20, gone)(f) }, "journal", 20, none, "absente", false},
		"journal rewritten": {func(f *folder) { f.forge(40) }, "journal", 0, [2]int64{31, 60},
			"la première qui diffère est entre la n° 31 et la n° 60", true},
		"journal of another": {older("journal.db", "journal.db.head", audit.TreeName), "journal", 11, [2]int64{1, 10}, "10 lignes, alors que 30", true},
		"journal removed":    {remove("journal.db", "journal.db.head", audit.TreeName), "journal", 1, none, "0 lignes, alors que 10", true},
		"leaf": {func(f *folder) {
			value(t, f.path(audit.TreeName), "tree", 0, flip(2))
		}, "journal", 1, none, "ce sont les empreintes enregistrées", false},

		"line":             {lines("lines", 12, flip(30)), "consultations", 12, none, "ce sont des lignes", false},
		"line removed":     {lines("lines", 12, gone), "consultations", 12, none, "absente", false},
		"line's leaf":      {lines("tree", 0, flip(2)), "consultations", 1, none, "ce sont les empreintes enregistrées", false},
		"lines rewritten":  {func(f *folder) { f.forgeLine(12) }, "consultations", 0, [2]int64{6, 15}, "entre la n° 6 et la n° 15", true},
		"lines of another": {older(consultations.FileName), "consultations", 6, none, "5 lignes, alors que 15", true},
		"lines removed":    {remove(consultations.FileName), "consultations", 1, none, "0 lignes, alors que 5", true},
		"lines removed and made": {func(f *folder) {
			remove(consultations.FileName)(f)
			l, err := consultations.Open(f.path(consultations.FileName))
			must(t, errors.Join(err, l.Close()))
		}, "consultations", 1, none, "0 lignes, alors que 5", true},
		"lines swapped": {func(f *folder) {
			var a, b []byte
			lines("lines", 3, func(v []byte) []byte { a = v; return v })(f)
			lines("lines", 4, func(v []byte) []byte { b = v; return a })(f)
			lines("lines", 3, func([]byte) []byte { return b })(f)
		}, "consultations", 3, none, "ligne n° 4", false},
	}
}

func TestDamageIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	good := grown(t)
	if r := good.verify(); !r.OK() || r.Journal.Checkpoints != 3 || r.Consultations.Checkpoints != 3 || r.Notes[0].Count != 6 {
		t.Fatalf("%+v", r)
	}
	for name, h := range harms(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good.copied(t)
			h.do(c)
			r := c.verify()
			found, other := r.Journal, r.Consultations
			if h.log == "consultations" {
				found, other = other, found
			}
			if says := strings.Join(r.Problems(), "\n"); found.FirstBad != h.first || found.Range != h.between || !strings.Contains(says, h.says) {
				t.Errorf("first %d, between %v\n%s", found.FirstBad, found.Range, says)
			}
			if !other.OK() {
				t.Errorf("the other log is accused too: %v", other.Problems)
			}
			err := c.try()
			if refused := errors.Is(err, audit.ErrAttested); refused != h.refused {
				t.Errorf("opened with %v", orNone(err))
			}
			if h.refused && !(strings.Contains(err.Error(), " été attestées le 23/11/2026 à 13:00:") && strings.Contains(err.Error(), h.log[:7])) {
				t.Errorf("refused with %v", err)
			}
		})
	}
}

// With the whole folder put back to what it was, only a second file tells.
func TestOlderFolderIsNoticedByTheSecondFile(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	second := filepath.Join(t.TempDir(), "attestations.txt")
	f.options.Second = second
	f.open().write(10, 5).close()
	older := f.copied(t)
	f.open().write(10, 5).close()
	if r := older.verify(); !r.OK() {
		t.Fatalf("an older folder is consistent in itself: %v", r.Problems())
	}
	r := older.verify(second)
	if says := strings.Join(r.Problems(), "\n"); r.Journal.FirstBad != 11 || r.Consultations.FirstBad != 6 || !strings.Contains(says, "10 lignes, alors que 20") {
		t.Errorf("first %d and %d\n%s", r.Journal.FirstBad, r.Consultations.FirstBad, says)
	}
	if err := older.try(); !errors.Is(err, audit.ErrAttested) || !strings.Contains(err.Error(), second) {
		t.Errorf("opened with %v", orNone(err))
	}
	older.closeLogs()
	older.options.Second = ""
	must(t, older.try()) // as the package comment says
	must(t, older.keeper.Close())
}

// Rewritten without the key, with everything taken away that contradicts it: what speaks for the lines is missing, and that is
// said.
func TestForgeryWithoutCheckpoints(t *testing.T) {
	t.Parallel()
	f := grown(t)
	second := filepath.Join(t.TempDir(), "attestations.txt")
	copyFile(t, f.path(audit.CheckpointsName), second)
	f.forge(15)
	f.forgeLine(2)
	must(t, errors.Join(os.Remove(f.path(audit.CheckpointsName)), os.Remove(f.path(audit.TreeName))))
	r := f.verify()
	if says := strings.Join(r.Problems(), "\n"); r.Journal.OK() || r.Consultations.OK() || strings.Count(says, "aucune attestation") != 2 {
		t.Errorf("journal %+v, consultations %+v", r.Journal, r.Consultations)
	}
	if r := f.verify(second); r.Journal.Range != [2]int64{11, 30} || r.Consultations.Range != [2]int64{1, 5} || r.Journal.Attested != 10 {
		t.Errorf("with the second file: journal %+v, consultations %+v", r.Journal, r.Consultations)
	}
	f.open()
	if says := f.told.String(); strings.Count(says, "nothing attests") != 2 {
		t.Errorf("opened without a word: %s", says)
	}
	f.close()
}

// The end of checkpoints.txt taken away, and the lines behind rewritten: how far the lines are attested is said.
func TestLinesThatNothingAttests(t *testing.T) {
	t.Parallel()
	f := grown(t)
	text := f.read(audit.CheckpointsName)
	second := 0 // where the third pair of notes begins
	for range 4 {
		next := bytes.Index(text[second:], []byte("\n\ndealmap/"))
		second += next + 2
	}
	must(t, os.WriteFile(f.path(audit.CheckpointsName), text[:second-1], 0o600))
	f.forge(45)
	if r := f.verify(); r.Journal.Lines != 60 || r.Journal.Attested != 30 || r.Consultations.Attested != 15 {
		t.Errorf("journal %+v\nconsultations %+v", r.Journal, r.Consultations)
	}
}

// Rewritten with the installation's key, checkpoints signed anew: consistent in itself, and contradicted by the second file.
func TestForgeryWithTheKey(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	second := filepath.Join(t.TempDir(), "attestations.txt")
	f.options.Second = second
	f.open().write(10, 5).checkpoint().write(10, 5).close()
	f.forge(15)
	f.forgeLine(2)
	must(t, errors.Join(os.Remove(f.path("checkpoints.txt")), os.Remove(f.path(audit.TreeName))))
	f.options.Second = ""
	f.open().checkpoint().close()
	if r := f.verify(); !r.OK() {
		t.Fatalf("the forgery is not even consistent: %v", r.Problems())
	}
	r := f.verify(second)
	if r.Journal.Range != [2]int64{11, 20} || r.Consultations.Range != [2]int64{1, 5} {
		t.Errorf("journal %v, consultations %v\n%s", r.Journal.Range, r.Consultations.Range, strings.Join(r.Problems(), "\n"))
	}
}

func TestVerifyRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	f := grown(t)
	if _, err := audit.Verify(t.Context(), f.dir, nil, nil, nil, nil); err == nil {
		t.Error("without a key")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := audit.Verify(ended, f.dir, nil, vkeys(t), nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if r, err := audit.Verify(t.Context(), f.dir, nil, []string{key(t, 2).Verifier()}, nil, nil); err != nil || len(r.Notes[0].Problems) < 6 || r.Notes[0].Count != 0 {
		t.Errorf("with another key: %v %+v", err, r.Notes)
	}
	if r := f.verify(filepath.Join(t.TempDir(), "absent")); r.OK() || !strings.Contains(strings.Join(r.Problems(), ""), "fichier absent") {
		t.Error("an absent second file is passed over")
	}
	f.open()
	if _, err := audit.Verify(t.Context(), f.dir, nil, vkeys(t), nil, nil); err == nil || !strings.Contains(err.Error(), "déjà ouvert") {
		t.Errorf("a folder in use: %v", err)
	}
	f.options.Key = key(t, 2)
	if _, err := audit.Open(t.Context(), f.dir, f.journal, f.log, f.options); err == nil {
		t.Error("a tree that another has open")
	}
	f.close()
	if err := f.try(); !errors.Is(err, proof.ErrCheckpoint) || !strings.Contains(err.Error(), "checkpoints.txt") {
		t.Errorf("opened with another key: %v", err)
	}
}

// A second file of many more notes than are checked at a time.
func TestManyCheckpoints(t *testing.T) {
	t.Parallel()
	f := grown(t).open()
	var text []byte
	at := 0 // of the note that is then changed
	for size := int64(1); size <= 60; size++ {
		p, err := f.keeper.Inclusion(t.Context(), "journal", 1, size)
		must(t, err)
		for range 20 {
			note, err := f.options.Key.Sign(proof.Checkpoint{Origin: proof.OriginJournal, Size: size, Root: p.Root, Time: f.now()})
			must(t, err)
			if len(text) > 0 {
				text = append(text, '\n')
			}
			if size == 35 {
				at = len(text)
			}
			text = append(text, note...)
		}
	}
	f.close()
	second := filepath.Join(t.TempDir(), "s")
	must(t, os.WriteFile(second, text, 0o600))
	if r := f.verify(second); !r.OK() || r.Notes[1].Count != 1200 || r.Journal.Checkpoints != 1203 {
		t.Errorf("%d notes, %d compared: %v", r.Notes[1].Count, r.Journal.Checkpoints, r.Problems())
	}
	text[at+20] ^= 1
	must(t, os.WriteFile(second, text, 0o600))
	r := f.verify(second)
	if problems := r.Problems(); len(problems) != 1 || !strings.Contains(problems[0], fmt.Sprintf("octet %d ", at)) || r.Notes[1].Count != 1199 {
		t.Errorf("%d notes, changed at %d: %v", r.Notes[1].Count, at, problems)
	}
}

func TestVerifyWhileInUse(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.options.Second = filepath.Join(t.TempDir(), "s")
	f.open().write(30, 20).checkpoint().write(5, 5)
	told := map[string]int64{}
	r, err := f.keeper.Verify(t.Context(), nil, func(log string, done, total int64) { told[log] = done })
	if err != nil || !r.OK() || r.Journal.Lines != 35 || r.Consultations.Lines != 25 || told["journal"] != 35 || told["consultations"] != 25 {
		t.Errorf("%+v %v %v", r, err, told)
	}
	f.close()
	value(t, f.path("journal.db"), "bodies", 7, flip(30))
	value(t, f.path(consultations.FileName), "lines", 8, flip(30))
	f.open()
	if r, err = f.keeper.Verify(t.Context(), nil, nil); err != nil || r.Journal.FirstBad != 7 || r.Consultations.FirstBad != 8 {
		t.Errorf("%v %v", r.Problems(), err)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	f := newFolder(t).open().write(10, 10).checkpoint()
	c := audit.Certificate{Log: "journal", From: 2, To: 8, Count: 3, Reason: "durée de conservation"}
	note, err := f.keeper.Certify(c)
	must(t, err)
	text, err := proof.OpenText(note, f.keeper.Verifier())
	latest, _ := f.keeper.Latest("journal")
	if err != nil || !strings.Contains(text, "dealmap/journal/certificate\nlines=2-8\ncount=3\n") || !strings.Contains(text, "root="+latest.Root.String()) {
		t.Errorf("%v\n%s", err, text)
	}
	again, err := f.keeper.CertifyText(text)
	if must(t, err); !bytes.Equal(again, note) || !bytes.Equal(f.read("certificates.txt"), note) {
		t.Error("the same certificate twice")
	}
	_, err = f.keeper.CertifyText(consultations.Certificate{From: 1, To: 4, Count: 4, Line: 9}.Text())
	must(t, err)
	for _, bad := range []audit.Certificate{{}, {Log: "journal", From: 2, To: 1, Count: 1}, {Log: "autre", From: 1, To: 1, Count: 1},
		{Log: "journal", From: 1, To: 2, Count: 3}, {Log: "journal", From: 0, To: 2, Count: 1}} {
		if _, err := f.keeper.Certify(bad); err == nil {
			t.Errorf("certified %+v", bad)
		}
	}
	for _, bad := range []string{"", "autre\n", "dealmap/x\n\n— dealmap x\n"} {
		if _, err := f.keeper.CertifyText(bad); err == nil {
			t.Errorf("certified %q", bad)
		}
	}
	f.close()
	if r := f.verify(); !r.OK() || r.Notes[1].Count != 2 {
		t.Errorf("%+v", r.Notes)
	}
}
