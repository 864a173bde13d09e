package graph_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

const data = "../../../../shared/data/networks"

// TestRealNetworks reads matrices as they were published. That of the heroin network is not symmetric: 81 pairs are in it both
// ways, 6 one way only, so that its 168 cells are 87 pairs.
func TestRealNetworks(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(data); err != nil {
		t.Skip("../shared/data is absent")
	}
	both := false
	for _, c := range []struct {
		name                    string
		nodes, ties, undirected int
		contradictory           int // of pairs whose two directions differ, when they are taken for one
		key                     string
	}{
		{"morselli_caviar.csv", 110, 295, 205, 78, "1"},
		{"natajaran_heroin.csv", 38, 168, 87, 0, "Mr.A"},
		{"natajaran_cocaine.csv", 28, 40, 40, 0, "Bill"},
	} {
		for _, o := range []graph.Options{{}, {Directed: &both}} {
			file, err := os.Open(filepath.Join(data, c.name))
			if err != nil {
				t.Fatal(err)
			}
			l, err := graph.Read(file, c.name, o)
			file.Close()
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			want, aside := c.ties, 0
			if o.Directed != nil {
				want, aside = c.undirected, c.contradictory
			}
			if l.Form != dealmap.FormMatrix || !l.Header || l.Separator != "," || l.Directed != (o.Directed == nil) {
				t.Errorf("%s: form %s, header %t, separator %q, directed %t", c.name, l.Form, l.Header, l.Separator, l.Directed)
			}
			if len(l.Nodes) != c.nodes || len(l.Ties) != want || l.SetAside != aside || l.Nodes[0].Key != c.key {
				t.Errorf("%s: %d nodes, %d ties (want %d), first %q; %d set aside %v", c.name, len(l.Nodes), len(l.Ties), want, l.Nodes[0].Key, l.SetAside, l.Problems[:min(3, len(l.Problems))])
			}
		}
	}
}
