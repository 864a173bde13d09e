package graph_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
	"github.com/mesure5/dealmap/web/graphfile"
)

// TestWhatIsWrittenIsRead writes networks in both formats and reads them back.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		for name, write := range map[string]func(io.Writer, graphfile.Graph) error{"graphml": graphfile.WriteGraphML, "csv": graphfile.WriteEdges} {
			var out bytes.Buffer
			if err := write(&out, g); err != nil {
				t.Fatal(err)
			}
			l, err := read(out.String(), graph.Options{Kinds: kinds, Means: means})
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, out.String())
			}
			if err := sameGraph(g, l, name == "graphml"); err != nil {
				t.Fatalf("%s: %v; set aside %s\n%s", name, err, asides(l), out.String())
			}
		}
	})
}

func drawGraph(t *rapid.T) graphfile.Graph {
	g := graphfile.Graph{Name: "R-13-7KQ", Mention: "DIFFUSION RESTREINTE", Kinds: kinds, Means: means}
	// Names begin like formulas, hold separators and quotes, and never end like « inconnu ».
	text := rapid.StringMatching(`[=+@é<&"'A-Z][ ;,"&<>'A-Zé]{0,12}Z`)
	n := rapid.IntRange(0, 8).Draw(t, "nodes")
	for i := range n {
		node := graphfile.Node{ID: fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"n", "=n", "é;", "\"", "1"}).Draw(t, "id"), i), Name: single(text.Draw(t, "name"))}
		if i == 0 || rapid.Bool().Draw(t, "kind") {
			node.Kind = rapid.SampledFrom([]dealmap.Kind{dealmap.Four, dealmap.Warehouse}).Draw(t, "kind of node")
		}
		if rapid.Bool().Draw(t, "placed") {
			node.Position = &orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		}
		g.Nodes = append(g.Nodes, node)
	}
	for i := range n {
		for j := range n {
			if i == j || rapid.IntRange(0, 2).Draw(t, "tied") > 0 {
				continue
			}
			tie := graphfile.Tie{From: g.Nodes[i].ID, To: g.Nodes[j].ID, Strength: rapid.Float64Range(0.001, 1e6).Draw(t, "strength")}
			if rapid.Bool().Draw(t, "has kind") {
				tie.Kind, tie.Means = rapid.SampledFrom(kinds).Draw(t, "kind").Value, rapid.SampledFrom(means).Draw(t, "means").Value
			}
			if rapid.Bool().Draw(t, "dated") {
				tie.Since = dealmap.DateOf(time.Date(2020, 1, 1+rapid.IntRange(0, 2000).Draw(t, "since"), 0, 0, 0, 0, time.UTC))
				tie.Until = tie.Since.AddDays(rapid.IntRange(0, 900).Draw(t, "days"))
			}
			if rapid.Bool().Draw(t, "noted") {
				tie.Note = single(text.Draw(t, "note"))
			}
			g.Ties = append(g.Ties, tie)
		}
	}
	return g
}

// sameGraph compares what was written with what was read; nodes without ties are in GraphML only, and so are kinds and positions.
func sameGraph(g graphfile.Graph, l *dealmap.LinkList, whole bool) error {
	if l.SetAside > 0 || !l.Directed || len(l.Ties) != len(g.Ties) || whole && len(l.Nodes) != len(g.Nodes) {
		return fmt.Errorf("%d set aside, directed %t, %d ties of %d, %d nodes of %d", l.SetAside, l.Directed, len(l.Ties), len(g.Ties), len(l.Nodes), len(g.Nodes))
	}
	written := map[string]graphfile.Node{}
	for _, n := range g.Nodes {
		written[n.ID] = n
	}
	for _, n := range l.Nodes {
		w, ok := written[n.Key]
		if !ok || n.Label != w.Name {
			return fmt.Errorf("node %+v of %+v", n, w)
		}
		if whole && (n.Kind != w.Kind || (n.Position == nil) != (w.Position == nil) || n.Position != nil && *n.Position != *w.Position) {
			return fmt.Errorf("node %+v of %+v", n, w)
		}
	}
	for i, t := range l.Ties {
		w := g.Ties[i]
		read := graphfile.Tie{From: l.Nodes[t.From].Key, To: l.Nodes[t.To].Key, Kind: t.Kind, Means: t.Means, Strength: t.Strength, Since: t.Since, Until: t.Until, Note: t.Note}
		if fmt.Sprint(read) != fmt.Sprint(w) || !t.Directed {
			return fmt.Errorf("tie %+v of %+v", read, w)
		}
	}
	return nil
}

// single leaves single spaces between words, as reading does.
func single(text string) string { return strings.Join(strings.Fields(text), " ") }
