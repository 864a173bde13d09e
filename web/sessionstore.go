package web

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
)

// longestRequest is more than the time between what a request reads of its session and what it writes to it.
const longestRequest = time.Hour

// finalStore is a store of sessions in which what has ended stays so: scs writes a session when a request ends, and a request
// that began before the session ended elsewhere would bring it back to life.
type finalStore struct {
	scs.Store

	// ends goes up whenever a session ends here, so that whoever read one before need only look again when it did.
	ends atomic.Uint64

	mu    sync.Mutex
	ended map[string]time.Time
}

func newFinalStore(store scs.Store) *finalStore {
	return &finalStore{Store: store, ended: map[string]time.Time{}}
}

// Delete implements scs.Store.
func (f *finalStore) Delete(token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Whoever has no session may sign out too, and scs deletes before each sign-in: neither must cost a write.
	if _, there, err := f.Store.Find(token); err != nil || !there {
		return err
	}
	now := time.Now()
	maps.DeleteFunc(f.ended, func(_ string, at time.Time) bool { return now.Sub(at) > longestRequest })
	f.ended[token] = now
	defer f.ends.Add(1)
	return f.Store.Delete(token)
}

// Commit implements scs.Store.
func (f *finalStore) Commit(token string, data []byte, expiry time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ended := f.ended[token]; ended {
		return nil
	}
	return f.Store.Commit(token, data, expiry)
}
