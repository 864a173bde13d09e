package web

import (
	"fmt"
	"testing"

	"github.com/mesure5/dealmap"
)

// kept is a graph of so many nodes, of a map.
func kept(seq dealmap.Seq, name string, nodes int) *keptGraph {
	return &keptGraph{key: graphKey{seq: seq, query: name}, graph: &graph{nodes: make([]dealmap.Sight, nodes)}}
}

func TestGraphsAreKeptWhileTheMapStands(t *testing.T) {
	t.Parallel()
	c := newGraphs()
	a, b := kept(7, "a", 10), kept(7, "b", 10)
	c.put(a)
	c.put(b)
	c.put(kept(7, "a", 99)) // is there already
	if c.get(a.key) != a || c.get(b.key) != b || c.get(graphKey{seq: 7, query: "c"}) != nil {
		t.Error("not as it was put")
	}
	if other := (graphKey{eyes: [32]byte{1}, seq: 7, query: "a"}); c.get(other) != nil {
		t.Error("given to other eyes")
	}
	if c.get(graphKey{seq: 8, query: "a"}) != nil || c.get(a.key) != nil || c.size != 0 || c.last.Len() != 0 {
		t.Error("kept after the map changed")
	}
}

func TestGraphsAreNotKeptWithoutEnd(t *testing.T) {
	t.Parallel()
	c := newGraphs()
	c.put(kept(1, "too great", mostKept))
	if c.size != 0 {
		t.Errorf("kept %d", c.size)
	}
	for i := range 10 {
		c.put(kept(1, fmt.Sprint(i), mostKept/4))
		c.get(graphKey{seq: 1, query: "0"})
	}
	if c.size > mostKept || c.last.Len() != len(c.kept) || c.get(graphKey{seq: 1, query: "0"}) == nil || c.get(graphKey{seq: 1, query: "1"}) != nil || c.get(graphKey{seq: 1, query: "9"}) == nil {
		t.Errorf("%d kept, %d in all", len(c.kept), c.size)
	}
}
