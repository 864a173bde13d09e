package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/proof"
)

// noTree is the tree of a log of which none is kept.
var noTree = proof.Stored{Block: func(int64) ([]byte, error) { return nil, nil }}

// erasing orders entries to be erased.
func erasing(kind dealmap.EventKind, entries ...dealmap.Seq) dealmap.Event {
	e := journaltest.Event(0)
	e.Kind, e.Body = kind, dealmap.PlaceErased{Reason: "order", Entries: entries}
	if kind == dealmap.EventLinkErased {
		e.Body = dealmap.LinkErased{Reason: "order", Entries: entries}
	}
	return e
}

// Verifying while nodes write and erase finds nothing: what is erased then was ordered to be.
func TestVerifyWhileNodesErase(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	node, auditor := open(t, dsn), open(t, dsn)
	defer auditor.Close()
	if err := node.Append(t.Context(), 0, journaltest.Events(0, 3000)); err != nil {
		t.Fatal(err)
	}
	var writing sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	writing.Go(func() {
		kinds := []dealmap.EventKind{dealmap.EventPlaceErased, dealmap.EventLinkErased}
		for i := dealmap.Seq(1); i <= 3000 && ctx.Err() == nil; i++ {
			err := node.Append(t.Context(), 2999+i, []dealmap.Event{erasing(kinds[i%2], i)})
			if err := errors.Join(err, node.Erase(t.Context(), i)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 10 {
		f, err := auditor.Verify(t.Context(), noTree, nil, nil)
		if err != nil || !f.OK() || f.Lines < 3000 {
			t.Errorf("%+v %v", f, err)
		}
	}
	stop()
	writing.Wait()
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
}

// A node remembers how far it followed the journal: an end that was taken away since is told even when nothing attests it.
func TestVerifyKnowsWhatTheNodeFollowed(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	j := open(t, server.DSN(database))
	defer j.Close()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 20)); err != nil {
		t.Fatal(err)
	}
	for _, err := range j.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
	}
	server.Exec(t, database, "DELETE FROM dealmap_entry WHERE seq > 15")
	if f, err := j.Verify(t.Context(), noTree, nil, nil); err != nil || f.FirstBad != 16 || len(f.Problems) != 1 {
		t.Errorf("%+v %v", f, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := j.Verify(ended, noTree, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	server.Kill()
	if f, err := j.Verify(t.Context(), noTree, nil, nil); err == nil {
		t.Errorf("a server that is gone is no finding: %+v", f)
	}
}
