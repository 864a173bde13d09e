package journalcopy_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/journalcopy"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

func rootOf(list []raw.Entry) tlog.Hash {
	var f proof.Frontier
	for i := range list {
		f.Add(tlog.RecordHash(hashOf(&list[i])))
	}
	return f.Root()
}

// A journal with erased bodies goes to PostgreSQL and back: every byte is the same, there and back.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	here, there, back := file(t), database(t, server), file(t)
	grow(t, here, 9000, 1, 17, 8000)
	grow(t, here, 40, 9001, 9003)
	before, err := os.ReadFile(here.path)
	must(t, err)
	want := rows(t, here.source)
	for i, step := range []struct{ from, to *place }{{here, there}, {there, back}} {
		r, err := copied(t, step.from, step.to)
		if n := uint64(9042 + 4*i); err != nil || r.Entries != n || r.Copied != n || r.Erased != 5 || r.Root != rootOf(want) {
			t.Fatalf("step %d: %+v %v", i, r, err)
		}
		same(t, rows(t, step.to.source), want)
		if r, err := copied(t, step.from, step.to); err != nil || r.Copied != 0 || r.Root != rootOf(want) {
			t.Errorf("once more: %+v %v", r, err)
		}
		grow(t, step.to, 3) // it is one that nodes write to
		use(t, step.to.node, func(j journal) {
			n := 0
			for _, err := range j.Read(t.Context(), 0) {
				must(t, err)
				n++
			}
			if want := 9042 + 4*(i+1); n != want {
				t.Errorf("%d entries are read, want %d", n, want)
			}
		})
		want = rows(t, step.to.source)
	}
	if after, err := os.ReadFile(here.path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("copying changed the source (%v)", err)
	}
}

// A copy that ends at any point is gone on with, also when the source went on meanwhile and bodies were erased that had been copied.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	random := seeded(t)
	for _, step := range []struct {
		name     string
		from, to *place
	}{{"to PostgreSQL", file(t), database(t, server)}, {"to bbolt", database(t, server), file(t)}} {
		// The fifth is erased from the start, so that what is erased on the way is another.
		points := []dealmap.Seq{0, 1, dealmap.Seq(6 + random.IntN(196)), dealmap.Seq(210 + random.IntN(90)), 301}
		t.Run(step.name, func(t *testing.T) {
			t.Parallel()
			grow(t, step.from, 300, 5)
			for i, point := range points {
				use(t, step.from.source, func(source journal) {
					use(t, step.to.target, func(target journal) {
						if _, err := journalcopy.Copy(t.Context(), source, &faulty{target, point}, nil); !errors.Is(err, errPulled) && point < 301 {
							t.Fatalf("at %d: %v", point, err)
						}
					})
				})
				if j, err := step.to.node(t); point < 301 && !errors.Is(err, postgres.ErrIncomplete) && !errors.Is(err, boltjournal.ErrIncomplete) {
					t.Fatalf("a node opens a journal that is half copied: %v %v", j, err)
				} else if err == nil {
					must(t, j.Close())
				}
				if i == 2 {
					grow(t, step.from, 0, 1, point) // what is there already is erased in the source
				}
			}
			r, err := copied(t, step.from, step.to)
			if err != nil || r.Entries != 302 || r.Erased != 3 {
				t.Fatalf("%+v %v", r, err)
			}
			same(t, rows(t, step.to.source), rows(t, step.from.source))
		})
	}
}

// The context ends in the middle.
func TestCancelled(t *testing.T) {
	t.Parallel()
	from, to := file(t), file(t)
	grow(t, from, 9000)
	use(t, from.source, func(source journal) {
		use(t, to.target, func(target journal) {
			ctx, cancel := context.WithCancel(t.Context())
			_, err := journalcopy.Copy(ctx, source, target, func(done, _ uint64, what string) {
				if what == "copie du journal" {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	})
	if r, err := copied(t, from, to); err != nil || r.Entries != 9001 || r.Copied == 9001 {
		t.Errorf("%+v %v", r, err)
	}
}

// A target that holds anything else is refused and left alone, with what differs and where.
func TestOtherTargets(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	from := file(t)
	grow(t, from, 60, 7)
	for name, c := range map[string]struct {
		make func(t *testing.T, to *place)
		says string
	}{
		"another map": {func(t *testing.T, to *place) { grow(t, to, 10) }, "elle en a 11 écritures, la source 61, et elles diffèrent dès la n° 1"},
		"ahead":       {func(t *testing.T, to *place) { fill(t, from, to); grow(t, to, 2) }, "c’est la cible qui est à jour"},
		"parted ways": {func(t *testing.T, to *place) {
			use(t, from.source, func(source journal) {
				use(t, to.target, func(target journal) {
					_, err := journalcopy.Copy(t.Context(), source, &faulty{target, 30}, nil)
					if !errors.Is(err, errPulled) {
						t.Fatal(err)
					}
					must(t, target.Append(t.Context(), 30, journaltest.Events(70, 3)))
				})
			})
		}, "elles diffèrent dès la n° 31"},
		"a body erased there": {func(t *testing.T, to *place) {
			fill(t, from, to)
			use(t, to.node, func(j journal) { must(t, j.Erase(t.Context(), 20)) })
		}, "l’écriture n° 20 n’y est pas gardée comme dans la source (son contenu y est effacé"},
	} {
		for _, to := range []*place{file(t), database(t, server)} {
			t.Run(name+" on "+to.name, func(t *testing.T) {
				t.Parallel()
				c.make(t, to)
				before := rows(t, to.target)
				_, err := copied(t, from, to)
				if !errors.Is(err, journalcopy.ErrOther) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v, does not say %q", err, c.says)
				}
				same(t, rows(t, to.target), before)
			})
		}
	}
	t.Run("a body changed there", func(t *testing.T) {
		t.Parallel()
		to := database(t, server)
		fill(t, from, to)
		server.Exec(t, to.database, "UPDATE dealmap_entry SET body = '{}' WHERE seq = 12")
		if _, err := copied(t, from, to); !errors.Is(err, journalcopy.ErrOther) || !strings.Contains(err.Error(), "l’écriture n° 12") {
			t.Errorf("%v", err)
		}
	})
}

// A source that is not what was written is not copied beyond, and says where.
func TestDamagedSource(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	from := database(t, server)
	grow(t, from, 60)
	for _, c := range [][2]string{ // each before the one above, so that it is found first
		{"UPDATE dealmap_entry SET body = '{}' WHERE seq = 30", "écriture n° 30 : son contenu n’est plus"},
		{"UPDATE dealmap_entry SET header = replace(header::text, 'a', 'b')::bytea WHERE seq = 20", "écriture n° 20 : "},
		{"UPDATE dealmap_entry SET hash = sha256('x') WHERE seq = 10", "écriture n° 10 : l’empreinte"},
		{"DELETE FROM dealmap_entry WHERE seq = 5", "écriture n° 5 : absente"},
	} {
		statement, says := c[0], c[1]
		server.Exec(t, from.database, statement)
		to := file(t)
		_, err := copied(t, from, to)
		if !errors.Is(err, dealmap.ErrTampered) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, does not say %q", statement, err, says)
		}
		if _, err := to.node(t); !errors.Is(err, boltjournal.ErrIncomplete) {
			t.Errorf("a node takes what was copied: %v", err)
		}
	}
	empty := file(t)
	grow(t, empty, 0)
	if _, err := copied(t, database(t, server), empty); err == nil || !strings.Contains(err.Error(), "vide") {
		t.Errorf("an empty source: %v", err)
	}
}

// The server is killed in the middle of a copy, on either side of it; the next copy goes on.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	here, there, back := file(t), database(t, server), file(t)
	grow(t, here, 20000, 3)
	for _, step := range []struct{ from, to *place }{{here, there}, {there, back}} {
		err := func() (err error) {
			source, err := step.from.source(t)
			must(t, err)
			defer source.Close()
			target, err := step.to.target(t)
			must(t, err)
			defer target.Close()
			killed := false
			_, err = journalcopy.Copy(t.Context(), source, target, func(done, _ uint64, what string) {
				if what == "copie du journal" && !killed {
					killed = true
					server.Kill()
				}
			})
			return err
		}()
		if err == nil {
			t.Fatal("the copy did not notice that the server was killed")
		}
		server.Run(t)
		if step.to == there {
			if _, err := there.node(t); !errors.Is(err, postgres.ErrIncomplete) {
				t.Errorf("a node opens a journal that is half copied: %v", err)
			}
		}
		r, err := copied(t, step.from, step.to)
		if err != nil || r.Entries != 20001 || r.Copied == 20001 {
			t.Errorf("%+v %v", r, err)
		}
	}
	same(t, rows(t, back.source), rows(t, here.source))
}
