package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/shared"
)

// Many who ask for the past of many places, of an engine that takes its time, do not keep the map from being written and followed.
func TestReadersLeaveConnectionsToTheWriter(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	c := newCutter(t, server)
	db := node(t, c.dsn(server.Database(t)))
	j := db.Journal()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 3)); err != nil {
		t.Fatal(err)
	}
	release := c.delay("before.hash")
	defer release()
	asking, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 40 {
		readers.Go(func() {
			if _, err := j.Pick(asking, []dealmap.Seq{1, 3}); err != nil && asking.Err() == nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(500 * time.Millisecond) // they have what connections they get
	done := make(chan error, 1)
	go func() { done <- j.Append(context.Background(), 3, journaltest.Events(3, 1)) }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("an entry waits behind the readers")
	}
	// Nor from hearing whose session has ended.
	if _, err := db.Shared(sharedKey).Since(t.Context(), shared.Place{}, "session"); err != nil {
		t.Error(err)
	}
	release()
	readers.Wait()
	cancel()
}

// A server that is frozen while it is read is given up, so that whoever reads can go on with another one.
func TestFrozenServerIsGivenUpByReaders(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	c := newCutter(t, server)
	j := open(t, c.dsn(server.Database(t)))
	defer j.Close()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 3)); err != nil {
		t.Fatal(err)
	}
	for name, word := range map[string]string{"read": "ORDER BY seq LIMIT", "picked": "before.hash"} {
		release := c.delay(word)
		done := make(chan error, 1)
		go func() {
			var err error
			if name == "picked" {
				_, err = j.Pick(context.Background(), []dealmap.Seq{1, 2})
			} else {
				for _, err = range j.Read(context.Background(), 1) {
					if err != nil {
						break
					}
				}
			}
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s of a frozen server", name)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%s: waits for a frozen server for ever", name)
		}
		release()
	}
}
