package web

import (
	"encoding/json"
	"hash/crc32"
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

	// ends goes up whenever a session ends here.
	ends atomic.Uint64
	// elsewhere tells of sessions that end on other nodes, nil when there are none.
	elsewhere interface{ Ended() uint64 }

	parts [finalParts]finalPart
}

// finalParts is into how many parts sessions are divided, so that one whose store waits for other nodes does not keep all others waiting.
const finalParts = 64

type finalPart struct {
	mu    sync.Mutex
	ended map[string]time.Time
}

func newFinalStore(store scs.Store) *finalStore {
	f := &finalStore{Store: store}
	for i := range f.parts {
		f.parts[i].ended = map[string]time.Time{}
	}
	f.elsewhere, _ = store.(interface{ Ended() uint64 })
	return f
}

func (f *finalStore) part(token string) *finalPart {
	return &f.parts[crc32.ChecksumIEEE([]byte(token))%finalParts]
}

// ended goes up whenever a session ends, so that whoever read one before need only look again when it did.
func (f *finalStore) ended() uint64 {
	if f.elsewhere == nil {
		return f.ends.Load()
	}
	return f.ends.Load() + f.elsewhere.Ended()
}

// Delete implements scs.Store.
func (f *finalStore) Delete(token string) error {
	p := f.part(token)
	p.mu.Lock()
	defer p.mu.Unlock()
	// Whoever has no session may sign out too, and scs deletes before each sign-in: neither must cost a write.
	if _, there, err := f.Store.Find(token); err != nil || !there {
		return err
	}
	now := time.Now()
	maps.DeleteFunc(p.ended, func(_ string, at time.Time) bool { return now.Sub(at) > longestRequest })
	p.ended[token] = now
	defer f.ends.Add(1)
	return f.Store.Delete(token)
}

// Commit implements scs.Store.
func (f *finalStore) Commit(token string, data []byte, expiry time.Time) error {
	p := f.part(token)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ended := p.ended[token]; ended {
		return nil
	}
	return f.Store.Commit(token, data, expiry)
}

// SessionRefreshes reports whether the data of a session say of it, beyond what other data of it said, only that it is in use. It is for a store
// that tells others of it.
func SessionRefreshes(before, after []byte) bool {
	var old, fresh storedSession
	if json.Unmarshal(before, &old) != nil || json.Unmarshal(after, &fresh) != nil || old.Values == nil || fresh.Values == nil {
		return false
	}
	delete(old.Values, sessionSeen)
	delete(fresh.Values, sessionSeen)
	return old.Deadline.Equal(fresh.Deadline) && maps.Equal(old.Values, fresh.Values)
}
