package graph_test

import (
	"testing"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

// FuzzRead tries any bytes: they are read into a sound list or refused for a reason that people can read. What is read is read
// again, the same, when all that was found out is asked for.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"from;to;poids;kind;depuis\nA;B;2;supplies;2026-01-01\nB;A;1;;\n", ";A;B\nA;0;1\nB;1;0\n", "0,1,0,0\n1,0,0,0\n0,0,0,1\n0,0,1,0\n", "A\tB\nA\t0\t1\nB\t1\t0\n",
		"\xff\xfea\x00;\x00b\x00\n\x00", "sep=,\na,b\n", "\ufeff\"\",A\nA,0\n", " ;\n;;\n", "1;2\n", "\"a;b\nc;\"d\"e\n", "a\n", ";\nA;\n",
		networkX, yEd, gephi, `<graphml><graph><node id="a"/><edge source="a" target="a"/><edge/></graph></graphml>`, "<!DOCTYPE x [<!ENTITY a \"b\">]><graphml/>", "<graphml", "<graphml><data key=\"x\">y</data><key/></graphml>",
	} {
		f.Add([]byte(seed), "", uint8(0))
	}
	f.Add([]byte("a;b\nc;d\n"), ",", uint8(7))
	f.Add([]byte("a;b\n;d\n"), ";", uint8(255))
	f.Fuzz(func(t *testing.T, data []byte, separator string, choice uint8) {
		o := graph.Options{Separator: separator, Kinds: kinds, Means: means, MostBytes: 1 << 20, MostNodes: 100, MostTies: 200}
		o.Form = []dealmap.LinkListForm{"", dealmap.FormEdges, dealmap.FormMatrix, dealmap.FormGraphML}[choice&3]
		for i, option := range []**bool{&o.Header, &o.Directed} {
			if said := choice >> (2 + 2*i) & 3; said > 1 {
				value := said == 3
				*option = &value
			}
		}
		l, err := read(string(data), o)
		if err != nil {
			if dealmap.KindOf(err) != dealmap.KindInvalid || !utf8.ValidString(err.Error()) {
				t.Errorf("error %q", err)
			}
			return
		}
		if len(l.Nodes) > 100 || len(l.Ties) > 200 {
			t.Errorf("%d nodes, %d ties", len(l.Nodes), len(l.Ties))
		}
		for _, n := range l.Nodes {
			if !utf8.ValidString(n.Key + n.Label) {
				t.Errorf("node %+v", n)
			}
		}
		o.Form, o.Separator = l.Form, l.Separator
		again, err := read(string(data), o)
		if err != nil || told(again) != told(l) || asides(again) != asides(l) {
			t.Errorf("read again: %v", err)
		}
	})
}
