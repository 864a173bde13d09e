package postgres_test

import (
	"context"
	"fmt"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/shared"
)

// TestSharedAnswerLost has the answer to a write get lost: what was written is found, and what another node wrote after it stays.
func TestSharedAnswerLost(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	between := newCutter(t, server)
	table, other := node(t, between.dsn(database)).Shared(sharedKey), node(t, server.DSN(database)).Shared(sharedKey)
	value := func() string {
		t.Helper()
		page, err := other.Since(t.Context(), shared.Place{}, "lost-kind")
		if err != nil || len(page.Changes) > 1 {
			t.Fatalf("%+v %v", page, err)
		}
		for _, c := range page.Changes {
			return string(c.Value)
		}
		return ""
	}
	var cuts atomic.Int32
	between.arm("lost-kind", func() { cuts.Add(1) })
	if _, err := table.Put(t.Context(), "lost-kind", []byte("key"), []byte("mine")); err != nil || value() != "mine" || cuts.Load() != 1 {
		t.Fatalf("%q, %d cut: %v", value(), cuts.Load(), err)
	}
	between.arm("lost-kind", func() {
		cuts.Add(1)
		if _, err := other.Put(t.Context(), "lost-kind", []byte("key"), []byte("theirs")); err != nil {
			t.Error(err)
		}
	})
	_, err := table.Put(t.Context(), "lost-kind", []byte("key"), []byte("mine again"))
	if dealmap.KindOf(err) != dealmap.KindConflict || value() != "theirs" || cuts.Load() != 2 {
		t.Errorf("%q, %d cut: %v", value(), cuts.Load(), err)
	}
}

// TestSharedWithoutEngine kills the engine: writes say so, and go on with it.
func TestSharedWithoutEngine(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	db := node(t, server.DSN(database))
	table := db.Shared(sharedKey)
	m, _ := follow(t, table, nil)
	if _, err := table.Put(t.Context(), "k", []byte("a"), []byte("1")); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := table.Put(ctx, "k", []byte("a"), []byte("2")); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Errorf("%v", err)
	}
	if _, err := table.Since(ctx, shared.Place{}, "k"); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Errorf("%v", err)
	}
	server.Run(t)
	eventually(t, 10*time.Second, "the engine is there again", func() bool {
		_, err := table.Put(t.Context(), "k", []byte("a"), []byte("3"))
		return err == nil
	})
	eventually(t, 5*time.Second, "it is followed again", func() bool { return m.has()["a"] == "3" })
}

// TestSharedServerIsReplaced has a server take over that never had the last writes: what was followed of them is undone, also where others
// were given the same revisions.
func TestSharedServerIsReplaced(t *testing.T) {
	t.Parallel()
	primary := pgtest.Start(t)
	database := primary.Database(t)
	table := node(t, primary.DSN(database)).Shared(sharedKey)
	if _, err := table.Put(t.Context(), "k", []byte("early"), []byte("1")); err != nil {
		t.Fatal(err)
	}
	standby := pgtest.Standby(t, primary, "standby")
	standby.Kill()
	both := node(t, pgtest.DSN(database, primary, standby)).Shared(sharedKey)
	m, f := follow(t, both, nil)
	for _, key := range []string{"early", "lost", "own"} {
		item := shared.Item{Kind: "k", Key: []byte(key), Value: []byte("lost")}
		w, err := both.Write(t.Context(), shared.Write{Items: []shared.Item{item}})
		if err == nil && key == "own" {
			err = f.Own(w, item)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, within, "the writes are followed", func() bool { return len(m.has()) == 3 && m.has()["early"] == "lost" })
	primary.Kill()
	standby.Run(t)
	standby.Promote(t)
	other := node(t, standby.DSN(database)).Shared(sharedKey)
	for i := range 3 {
		if _, err := other.Put(t.Context(), "k", []byte("later"), fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"early": "1", "later": "2"}
	eventually(t, 30*time.Second, "the other server is followed", func() bool { return maps.Equal(m.has(), want) })
}
