package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/shared"
)

var sharedKey = bytes.Repeat([]byte{7}, 32)

// node opens a connection as a node has it.
func node(t testing.TB, dsn string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// eventually waits for something that others bring about.
func eventually(t testing.TB, within time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// mirror is a copy in memory that checks the order in which it gets changes.
type mirror struct {
	t      testing.TB
	mu     sync.Mutex
	values map[string]string
	last   map[string]int64
}

func newMirror(t testing.TB) *mirror {
	return &mirror{t: t, values: map[string]string{}, last: map[string]int64{}}
}

func (m *mirror) Apply(changes []shared.Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := int64(0)
	for _, c := range changes {
		if c.Revision < before {
			m.t.Errorf("revision %d after %d", c.Revision, before)
		}
		if before = c.Revision; c.Key == nil {
			continue
		}
		if delete(m.values, string(c.Key)); !c.Deleted {
			m.values[string(c.Key)] = string(c.Value)
		}
		m.last[string(c.Key)] = c.Revision
	}
	return nil
}

func (m *mirror) Keys(string) (keys [][]byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.values {
		keys = append(keys, []byte(key))
	}
	return keys, nil
}

func (m *mirror) Whole(_ context.Context, w *shared.Whole) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.values, func(key, _ string) bool { return !w.Has("k", []byte(key)) })
	return nil
}

func (m *mirror) has() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.values)
}

func follow(t testing.TB, table shared.Table, log *slog.Logger) (*mirror, *shared.Follower) {
	m := newMirror(t)
	f := shared.Follow(table, m, shared.Options{Kinds: []string{"k"}, Logger: log})
	t.Cleanup(f.Close)
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m, f
}

// TestSharedConverges has three nodes write and delete the same keys at the same time: all copies come to be the same, which is what the
// last revision of each key says.
func TestSharedConverges(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	type outcome struct {
		revision int64
		value    string // empty: deleted
	}
	var mu sync.Mutex
	last := map[string]outcome{}
	revisions := map[int64]bool{}
	var mirrors []*mirror
	var followers []*shared.Follower
	var writers sync.WaitGroup
	for n := range 3 {
		table := node(t, dsn).Shared(sharedKey)
		if err := table.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		m, f := follow(t, table, nil)
		mirrors, followers = append(mirrors, m), append(followers, f)
		for w := range 3 {
			writers.Go(func() {
				chance := rand.New(rand.NewPCG(uint64(n), uint64(w)))
				for i := range 60 {
					item := shared.Item{Kind: "k", Key: fmt.Append(nil, "key ", chance.IntN(6)), Value: fmt.Append(nil, n, ".", w, ".", i)}
					if chance.IntN(3) == 0 {
						item.Value, item.Deleted = nil, true
					}
					written, err := table.Write(t.Context(), shared.Write{Items: []shared.Item{item}})
					if err == nil {
						err = f.Own(written, item)
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if revisions[written.Revision] {
						t.Errorf("revision %d twice", written.Revision)
					}
					revisions[written.Revision] = true
					if written.Revision > last[string(item.Key)].revision {
						last[string(item.Key)] = outcome{written.Revision, string(item.Value)}
					}
					mu.Unlock()
				}
			})
		}
	}
	writers.Wait()
	want := map[string]string{}
	for key, o := range last {
		if o.value != "" {
			want[key] = o.value
		}
	}
	for i, f := range followers {
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := mirrors[i].has(); !maps.Equal(got, want) {
			t.Errorf("node %d has %v, not %v", i, got, want)
		}
	}
	late, _ := follow(t, node(t, dsn).Shared(sharedKey), nil)
	if got := late.has(); !maps.Equal(got, want) {
		t.Errorf("a node that comes later has %v, not %v", got, want)
	}
}

// TestSharedRules writes past tombstones and newer values.
func TestSharedRules(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	table := node(t, server.DSN(server.Database(t))).Shared(sharedKey)
	write := func(rule shared.Rule, seen int64, key string, deleted bool) shared.Written {
		t.Helper()
		w, err := table.Write(t.Context(), shared.Write{Rule: rule, Seen: seen, Items: []shared.Item{{Kind: "k", Key: []byte(key), Value: []byte("v"), Deleted: deleted}}})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if write(shared.IfThere, 0, "a", false).Count != 0 || write(shared.UnlessDeleted, 0, "a", false).Count != 1 || write(shared.IfThere, 0, "a", false).Count != 1 {
		t.Error("what is not there, and what is")
	}
	first := write(shared.Always, 0, "a", true)
	if write(shared.IfThere, 0, "a", false).Count != 0 || write(shared.UnlessDeleted, 0, "a", false).Count != 0 {
		t.Error("what was deleted comes back")
	}
	if write(shared.UnlessNewer, first.Revision-1, "a", false).Count != 0 || write(shared.UnlessNewer, first.Revision, "a", false).Count != 1 {
		t.Error("newer and not newer")
	}
	if write(shared.UnlessNewer, 0, "b", false).Count != 1 || write(shared.Always, 0, "b", false).Count != 1 {
		t.Error("what was never there")
	}
	if w, err := table.Write(t.Context(), shared.Write{}); err != nil || w.Count != 0 {
		t.Errorf("nothing: %v %v", w, err)
	}
}

// TestSharedIsSealed has an administrator of the database read, move, change and remove what nodes share.
func TestSharedIsSealed(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	table := node(t, server.DSN(database)).Shared(sharedKey)
	for _, key := range []string{"moved", "changed", "emptied", "kept", "shortened", "undeleted"} {
		if _, err := table.Put(t.Context(), "k", []byte(key), []byte("secret of "+key)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := table.Put(t.Context(), "other", []byte("kept"), []byte("of another kind")); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	m, f := follow(t, table, slog.New(slog.NewTextHandler(&locked{w: &log}, nil)))
	if len(m.has()) != 6 {
		t.Fatalf("%v", m.has())
	}
	if _, err := table.Delete(t.Context(), "k", []byte("undeleted")); err != nil {
		t.Fatal(err)
	}
	server.Exec(t, database, `DO $$ BEGIN IF EXISTS (SELECT FROM dealmap_shared WHERE position('secret'::bytea IN value) > 0 OR position('moved'::bytea IN key) > 0)
		THEN RAISE 'readable'; END IF; END $$`)
	bump := func(statement string, args ...any) {
		server.Exec(t, database, `WITH c AS (UPDATE dealmap_meta SET value = (value::bigint + 1)::text WHERE key = 'shared' RETURNING value::bigint AS r)
			UPDATE dealmap_shared SET revision = c.r, `+statement, args...)
	}
	at := func(key string) []byte { return table.Name("k", []byte(key)) }
	bump("value = (SELECT value FROM dealmap_shared WHERE key = $2) FROM c WHERE key = $1", at("moved"), at("kept"))
	bump("value = set_byte(value, 40, get_byte(value, 40) # 1) FROM c WHERE key = $1", at("changed"))
	bump("value = NULL FROM c WHERE key = $1", at("emptied"))
	bump("value = '' FROM c WHERE key = $1", at("shortened"))
	bump("value = set_byte(value, 0, 0) FROM c WHERE key = $1", at("undeleted"))
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := m.has(); len(got) != 1 || got["kept"] != "secret of kept" {
		t.Errorf("what was tampered with is taken: %v", got)
	}
	if said := strings.Count(log.String(), "tampered"); said != 5 {
		t.Errorf("%d values are said to be refused: %s", said, log.String())
	}
	// What was spoilt can be written anew.
	if _, err := table.Put(t.Context(), "k", []byte("shortened"), []byte("again")); err != nil {
		t.Fatal(err)
	}
	if err := f.CatchUp(t.Context()); err != nil || m.has()["shortened"] != "again" {
		t.Errorf("%v %v", m.has(), err)
	}
	late, _ := follow(t, table, nil)
	if !maps.Equal(late.has(), m.has()) {
		t.Errorf("%v, not %v", late.has(), m.has())
	}
}

type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// TestSharedKeyIsChecked has nodes with other keys come along, several at a time.
func TestSharedKeyIsChecked(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	db := node(t, server.DSN(server.Database(t)))
	var nodes sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for i := range 6 {
		nodes.Go(func() {
			err := db.Shared(bytes.Repeat([]byte{byte(i % 2)}, 32)).Check(t.Context())
			if err != nil && !errors.Is(err, postgres.ErrOtherKey) {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
			}
		})
	}
	nodes.Wait()
	if refused != 3 {
		t.Errorf("%d of 6 nodes are refused, of which 3 have another key", refused)
	}
}

// TestSharedIsPurged has tombstones grow old: they go, and who followed before reads everything anew.
func TestSharedIsPurged(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	table := node(t, server.DSN(database)).Shared(sharedKey)
	put := func(key string) {
		t.Helper()
		if _, err := table.Put(t.Context(), "k", []byte(key), []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	since := func(after shared.Place) shared.Page {
		t.Helper()
		page, err := table.Since(t.Context(), after, "k")
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	put("old")
	put("recent")
	put("stays")
	before := since(shared.Place{})
	if !before.Anew || len(before.Changes) != 3 {
		t.Fatalf("%+v", before)
	}
	for _, key := range []string{"old", "recent"} {
		if _, err := table.Delete(t.Context(), "k", []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	if page := since(before.Next); page.Anew || len(page.Changes) != 2 || !page.Changes[0].Deleted || string(page.Changes[0].Key) != "old" {
		t.Fatalf("%+v", page)
	}
	after := since(before.Next).Next
	server.Exec(t, database, "UPDATE dealmap_shared SET changed = now() - interval '31 days' WHERE key = ANY ($1)",
		[][]byte{table.Name("k", []byte("old")), table.Name("k", []byte("stays"))})
	if err := table.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page := since(before.Next); !page.Anew || len(page.Changes) != 2 {
		t.Errorf("who does not know of the deletion: %+v", page)
	}
	if page := since(after); page.Anew || len(page.Changes) != 0 {
		t.Errorf("who knows of it: %+v", page)
	}
	if err := table.Forget(t.Context(), after.Revision, "k", [][]byte{[]byte("stays"), []byte("never")}); err != nil {
		t.Fatal(err)
	}
	if page := since(shared.Place{}); len(page.Changes) != 1 || !page.Changes[0].Deleted {
		t.Errorf("only the other tombstone is left: %+v", page.Changes)
	}
	if err := table.Forget(t.Context(), after.Revision, "k", [][]byte{[]byte("recent")}); err != nil {
		t.Fatal(err)
	}
	if page := since(shared.Place{Revision: after.Revision - 1, Server: after.Server}); !page.Anew || len(page.Changes) != 0 {
		t.Errorf("who does not know of a deletion that is forgotten: %+v", page)
	}
	put("again")
	if err := table.Forget(t.Context(), after.Revision, "k", [][]byte{[]byte("again")}); err != nil || len(since(after).Changes) != 1 {
		t.Errorf("what was written since is forgotten (%v)", err)
	}
}
