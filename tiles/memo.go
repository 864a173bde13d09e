package tiles

import (
	"container/list"
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/singleflight"
)

// memo keeps the results of pure work, the least recently used leaving first, and does identical work asked for at the
// same time once. A key says everything that the result depends on.
type memo struct {
	most int // bytes

	mu     sync.Mutex
	size   int
	recent *list.List // of *remembered, the latest first
	byKey  map[string]*list.Element

	flight singleflight.Group
}

// perEntry is what an entry takes beside its key and value, in bytes: many small ones must not take more memory than a few large ones.
const perEntry = 256

type remembered struct {
	key   string
	value sized
	size  int
}

// sized is a result that knows how much memory it takes.
type sized interface{ bytes() int }

// held is a result whose memory is used again once nobody holds it any more. What keeps it is one of those who do.
type held interface {
	hold()
	letGo()
}

func hold(value sized) {
	if h, ok := value.(held); ok {
		h.hold()
	}
}

func letGo(value sized) {
	if h, ok := value.(held); ok {
		h.letGo()
	}
}

func newMemo(most int) *memo {
	return &memo{most: most, recent: list.New(), byKey: map[string]*list.Element{}}
}

// bytes is the memory of all that is kept.
func (m *memo) bytes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.size
}

// get returns the value of a key, which whoever gets it holds.
func (m *memo) get(key string) (sized, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byKey[key]
	if !ok {
		return nil, false
	}
	m.recent.MoveToFront(e)
	value := e.Value.(*remembered).value
	hold(value)
	return value, true
}

// current returns the value of a key when that is current, which whoever gets it holds.
func (m *memo) current(key string, current func(sized) bool) (sized, bool) {
	value, ok := m.get(key)
	if ok && !current(value) {
		letGo(value)
		return nil, false
	}
	return value, ok
}

// clear lets go of everything.
func (m *memo) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.byKey {
		m.drop(e)
	}
}

// put keeps a value in the place of the one that its key has, when keep says so of that one (nil when there is none).
func (m *memo) put(key string, value sized, keep func(old sized) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, there := m.byKey[key]
	var old sized
	if there {
		old = e.Value.(*remembered).value
	}
	if !keep(old) {
		return
	}
	if there {
		m.drop(e)
	}
	if !m.fits(key, value) {
		return
	}
	size := value.bytes() + len(key) + perEntry
	hold(value)
	m.byKey[key] = m.recent.PushFront(&remembered{key, value, size})
	for m.size += size; m.size > m.most; {
		m.drop(m.recent.Back())
	}
}

// fits reports whether a value is small enough to be kept.
func (m *memo) fits(key string, value sized) bool { return value.bytes()+len(key)+perEntry <= m.most }

func (m *memo) drop(e *list.Element) {
	old := m.recent.Remove(e).(*remembered)
	delete(m.byKey, old.key)
	m.size -= old.size
	letGo(old.value)
}

// do returns the value of a key, making it when it is not there.
func (m *memo) do(ctx context.Context, key string, work func() sized) (sized, error) {
	value, _, err := m.renew(ctx, key, "", always, func(sized) sized { return work() }, always)
	return value, err
}

func always(sized) bool { return true }

// renew returns the value of a key, making it from the old one (nil when there is none) when that is not current; keep says whether it
// is to be kept in the place of the one that is there when it is made. The version tells apart what may be made of one key at the same time. Work
// that was begun is finished even when ctx ends, for others may be waiting for it, and it is waited for, so that whoever bounds the
// requests bounds the work. What several asked for at the same time is never let go of: mine says that it is for its caller to do so.
func (m *memo) renew(ctx context.Context, key, version string, current func(sized) bool, work func(old sized) sized, keep func(old sized) bool) (value sized, mine bool, err error) {
	if value, ok := m.current(key, current); ok {
		return value, true, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	made, err, shared := m.flight.Do(key+" "+version, func() (made any, err error) {
		// A defect is an answer to those who wait too.
		defer func() {
			if defect := recover(); defect != nil {
				err = fmt.Errorf("%v\n%s", defect, debug.Stack())
			}
		}()
		old, ok := m.get(key)
		if ok {
			if current(old) {
				return old, nil
			}
			defer letGo(old)
		}
		value := work(old)
		m.put(key, value, keep)
		return value, nil
	})
	if err != nil {
		return nil, false, err
	}
	return made.(sized), !shared, nil
}
