package pgtest

import "sync"

// shared is the server that tests of one process have in common as long as any of them uses it.
var shared struct {
	sync.Mutex
	users  int
	server *Server
	ends   []func()
}

// host is a test in whose name the common server starts, and with which it does not end.
type host struct{ T }

// Cleanup implements T.
func (host) Cleanup(f func()) { shared.ends = append(shared.ends, f) }

// Shared returns a server that other tests use too, each by databases of its own: for tests that neither kill it nor change what is of the
// whole server. It keeps nothing on the disk for sure.
func Shared(t T) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.users == 0 {
		shared.server = Start(host{t}, "fsync = off", "max_connections = 400")
	}
	shared.users++
	t.Cleanup(func() {
		shared.Lock()
		defer shared.Unlock()
		if shared.users--; shared.users > 0 {
			return
		}
		for i := len(shared.ends) - 1; i >= 0; i-- {
			shared.ends[i]()
		}
		shared.server, shared.ends = nil, nil
	})
	return shared.server
}
