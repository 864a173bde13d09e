package graphfile_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/graphfile"
)

var update = flag.Bool("update", false, "write the golden files anew")

func sample() graphfile.Graph {
	since, _ := dealmap.ParseDate("2026-03-01")
	until, _ := dealmap.ParseDate("2026-09-30")
	four, flat := dealmap.MakeReference("13", []byte{19, 7, 23}), dealmap.MakeReference("13", []byte{1, 2, 3})
	return graphfile.Graph{
		Name: "R-13-7KQ", Mention: "DIFFUSION RESTREINTE",
		Nodes: []graphfile.Node{
			{ID: four, Reference: four, Name: "Résidence « Les Tilleuls » & hall <B>", Kind: dealmap.Four, Status: dealmap.Active, Commune: "13055", Position: &orb.Point{5.3694, 43.3051}},
			{ID: flat, Reference: flat, Kind: dealmap.StashFlat, Commune: "13055", Withheld: true},
			{ID: "=HYPERLINK(1)", Name: "@nom", Kind: dealmap.EntryPoint, Position: &orb.Point{-1.5, 47}},
			{ID: "seul"},
		},
		Ties: []graphfile.Tie{
			{Reference: "L-1", From: "=HYPERLINK(1)", To: four, Kind: "supplies", Means: "road", Strength: 2.5, Grading: "B2", Since: since, Until: until, Networks: []string{"R-13-7KQ", "R-13-ABC"}, Note: "-1;\"+2\"\nsuite"},
			{From: four, To: flat, Kind: "stores_for"},
		},
		Kinds: []dealmap.Term{{Value: "supplies", Label: "Approvisionne"}, {Value: "stores_for", Label: "Stocke pour"}},
		Means: []dealmap.Term{{Value: "road", Label: "Route"}},
	}
}

// TestGolden holds both formats to their bytes.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer, graphfile.Graph) error{"network.graphml": graphfile.WriteGraphML, "edges.csv": graphfile.WriteEdges} {
		var out, again bytes.Buffer
		if err := write(&out, sample()); err != nil {
			t.Fatal(err)
		}
		if err := write(&again, sample()); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%s: the same graph gives other bytes (%v)", name, err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

// TestNothingHostileGoesOut tries what breaks files: formulas, markup, characters that XML cannot hold.
func TestNothingHostileGoesOut(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"=1+1", "+1", "-1", "@x", "＝1", "\t=1", "</data><node id=\"x\"/>", "]]>", "&lol;", "a\x00b\x01", "\ufffe", "\xff"} {
		g := graphfile.Graph{Nodes: []graphfile.Node{{ID: "a", Name: text}, {ID: "b", Name: text, Commune: text}}, Ties: []graphfile.Tie{{From: "a", To: "b", Kind: text, Note: text, Grading: text}}}
		var out bytes.Buffer
		if err := graphfile.WriteGraphML(&out, g); err != nil {
			t.Fatal(err)
		}
		elements := 0
		for d := xml.NewDecoder(&out); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "node" {
				elements++
			}
		}
		if elements != 2 {
			t.Errorf("%q: %d nodes", text, elements)
		}
		out.Reset()
		if err := graphfile.WriteEdges(&out, g); err != nil {
			t.Fatal(err)
		}
		for cell := range strings.FieldsFuncSeq(out.String(), func(c rune) bool { return c == ';' || c == '\n' || c == '\r' }) {
			if cell = strings.Trim(cell, "\""); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%q: cell %q", text, cell)
			}
		}
	}
}

// TestRefusals tries graphs that no file can hold.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]graphfile.Graph{
		"dangling": {Nodes: []graphfile.Node{{ID: "a"}}, Ties: []graphfile.Tie{{From: "a", To: "b"}}},
		"twice":    {Nodes: []graphfile.Node{{ID: "a"}, {ID: "a"}}},
		"nameless": {Nodes: []graphfile.Node{{}}},
		"NaN":      {Nodes: []graphfile.Node{{ID: "a"}, {ID: "b"}}, Ties: []graphfile.Tie{{From: "a", To: "b", Strength: math.NaN()}}},
		"nowhere":  {Nodes: []graphfile.Node{{ID: "a", Position: &orb.Point{math.Inf(1), 0}}}},
	} {
		if graphfile.WriteGraphML(io.Discard, g) == nil || graphfile.WriteEdges(io.Discard, g) == nil {
			t.Errorf("%s is written", name)
		}
	}
	if err := graphfile.WriteGraphML(io.Discard, graphfile.Graph{}); err != nil {
		t.Errorf("an empty graph: %v", err)
	}
}
