package journalcopy_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/journalcopy"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// journal is what tests do with either engine.
type journal interface {
	journalcopy.Target
	Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error
	Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error]
	Close() error
}

// place is where a journal lies.
type place struct {
	name     string
	node     func(t testing.TB) (journal, error) // as a node opens it
	target   func(t testing.TB) (journal, error)
	source   func(t testing.TB) (journal, error)
	path     string         // of a file
	server   *pgtest.Server // of a database
	database string
}

func file(t testing.TB) *place {
	path := filepath.Join(t.TempDir(), "journal.db")
	with := func(o boltjournal.Options) func(testing.TB) (journal, error) {
		return func(testing.TB) (journal, error) { return orNil(boltjournal.Open(path, o)) }
	}
	return &place{name: "bbolt", path: path, node: with(boltjournal.Options{}), target: with(boltjournal.Options{Copy: true}),
		source: with(boltjournal.Options{ReadOnly: true})}
}

func database(t testing.TB, server *pgtest.Server) *place {
	name := server.Database(t)
	with := func(o postgres.Options) func(testing.TB) (journal, error) {
		return func(t testing.TB) (journal, error) {
			db, err := postgres.Open(t.Context(), server.DSN(name), o)
			if err != nil {
				return nil, err
			}
			return db.Journal(), nil
		}
	}
	alone := with(postgres.Options{Alone: true})
	return &place{name: "PostgreSQL", node: with(postgres.Options{}), target: alone, source: alone, server: server, database: name}
}

func orNil(j *boltjournal.Journal, err error) (journal, error) {
	if err != nil {
		return nil, err
	}
	return j, nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// use opens a journal for some work.
func use(t testing.TB, open func(testing.TB) (journal, error), work func(journal)) {
	t.Helper()
	j, err := open(t)
	must(t, err)
	defer func() { must(t, j.Close()) }()
	work(j)
}

// grow adds entries, the last of which orders some before it to be erased, and erases them.
func grow(t testing.TB, p *place, n int, erase ...dealmap.Seq) {
	t.Helper()
	use(t, p.node, func(j journal) {
		last, _, err := j.Last(t.Context())
		must(t, err)
		events := journaltest.Events(int(last), n)
		e := journaltest.Event(int(last) + n)
		e.Kind, e.Body = dealmap.EventPlaceErased, dealmap.PlaceErased{Reason: "order", Entries: erase}
		must(t, j.Append(t.Context(), last, append(events, e)))
		for _, seq := range erase {
			must(t, j.Erase(t.Context(), seq))
		}
	})
}

// rows are all entries as they are stored.
func rows(t testing.TB, open func(testing.TB) (journal, error)) (list []raw.Entry) {
	t.Helper()
	use(t, open, func(j journal) {
		for e, err := range j.Raw(t.Context(), 0) {
			must(t, err)
			list = append(list, e)
		}
	})
	return list
}

func same(t testing.TB, got, want []raw.Entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].Same(&want[i]) {
			t.Fatalf("entry %d is kept as\n%+v, want\n%+v", want[i].Seq, got[i], want[i])
		}
	}
}

func copied(t testing.TB, from, to *place) (r journalcopy.Result, err error) {
	t.Helper()
	use(t, from.source, func(source journal) {
		use(t, to.target, func(target journal) {
			r, err = journalcopy.Copy(t.Context(), source, target, nil)
		})
	})
	return r, err
}

var errPulled = errors.New("the plug was pulled")

// faulty takes entries up to one, and fails from then on.
type faulty struct {
	journal
	upTo dealmap.Seq
}

func (f *faulty) AppendRaw(ctx context.Context, after raw.Tail, entries []raw.Entry) error {
	if n := int(f.upTo - after.Seq); n < len(entries) {
		if n > 0 {
			if err := f.journal.AppendRaw(ctx, after, entries[:n]); err != nil {
				return err
			}
		}
		return errPulled
	}
	return f.journal.AppendRaw(ctx, after, entries)
}

// seeded draws the same in every run; SEED=… tries others.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(cmp.Or(os.Getenv("SEED"), "20261123"), 10, 64)
	must(t, err)
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// fill copies a journal whole.
func fill(t testing.TB, from, to *place) {
	t.Helper()
	_, err := copied(t, from, to)
	must(t, err)
}

func hashOf(e *raw.Entry) []byte {
	h := sha256.Sum256(e.Header)
	return h[:]
}
