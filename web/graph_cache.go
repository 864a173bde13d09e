package web

import (
	ranked "container/list"
	"net/url"
	"sync"

	"github.com/mesure5/dealmap"
)

// mostKept bounds the graphs that are kept, in nodes and ties together.
const mostKept = 400_000

// graphKey says which graph it is: for whose eyes, of which map, and which one of it.
type graphKey struct {
	eyes  [32]byte
	seq   dealmap.Seq
	query string
}

// graphs keeps the graphs that were asked for last, so that one mark more in a what-if does not gather and measure it all again.
// Those of a map that has changed since go at once: what was hidden or erased is kept nowhere.
type graphs struct {
	mu   sync.Mutex
	kept map[graphKey]*ranked.Element // of keptGraph
	last *ranked.List                 // the one asked for last is in front
	size int
}

// keptGraph is a graph with its shape, which is made when it is first asked for.
type keptGraph struct {
	key   graphKey
	graph *graph
	shape func() (*shape, error)
}

func (k *keptGraph) size() int { return 1 + len(k.graph.nodes) + len(k.graph.ties) }

func newGraphs() *graphs { return &graphs{kept: map[graphKey]*ranked.Element{}, last: ranked.New()} }

// get returns a graph that is kept, nil when it is not, and forgets all of older maps.
func (c *graphs) get(key graphKey) *keptGraph {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(func(k *keptGraph) bool { return k.key.seq < key.seq })
	e := c.kept[key]
	if e == nil {
		return nil
	}
	c.last.MoveToFront(e)
	return e.Value.(*keptGraph)
}

// put keeps a graph, if it is not too great, and lets those go that were not asked for longest.
func (c *graphs) put(k *keptGraph) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[k.key] != nil || k.size() > mostKept {
		return
	}
	c.kept[k.key] = c.last.PushFront(k)
	c.size += k.size()
	for c.size > mostKept {
		c.drop(c.last.Back())
	}
}

func (c *graphs) forget(old func(*keptGraph) bool) {
	for e := c.last.Front(); e != nil; {
		next := e.Next()
		if old(e.Value.(*keptGraph)) {
			c.drop(e)
		}
		e = next
	}
}

func (c *graphs) drop(e *ranked.Element) {
	k := e.Value.(*keptGraph)
	c.last.Remove(e)
	delete(c.kept, k.key)
	c.size -= k.size()
}

// graphOf returns the graph that is asked for. key holds the parameters that choose it.
func (s *Server) graphOf(v *visit, q *graphQuestion, key url.Values) (*keptGraph, error) {
	id := graphKey{v.scope.Fingerprint(), v.snap.Seq(), canonical(key)}
	if k := s.graphs.get(id); k != nil {
		return k, nil
	}
	g, err := v.choose(q)
	if err != nil {
		return nil, err
	}
	kinds := q.filter.Kinds
	k := &keptGraph{key: id, graph: g, shape: sync.OnceValues(func() (*shape, error) { return newShape(g, kinds) })}
	s.graphs.put(k)
	return k, nil
}
