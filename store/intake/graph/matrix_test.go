package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

func TestMatrices(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for _, c := range []struct {
		name, text string
		o          graph.Options
		ties       string
		asides     string
		nodes      string
		bare       bool
		directed   bool
	}{
		{name: "both names", text: ";A;B;C\nA;0;1;0\nB;0;0;2\nC;0;0;0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "comma", text: "\"\",A,B,C\nA,0,1,0\nB,0,0,2.5\nC,0,0,0\n", ties: "A>B|B>C 2.5", nodes: "A B C", directed: true},
		{name: "tab", text: "\tA\tB\tC\nA\t0\t1\t0\nB\t0\t0\t2\nC\t0\t0\t0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "symmetric", text: ";A;B;C\nA;0;1;0\nB;1;0;2\nC;0;2;0\n", ties: "A-B|B-C 2", nodes: "A B C"},
		{name: "symmetric, directed all the same", text: ";A;B\nA;0;1\nB;1;0\n", o: graph.Options{Directed: &yes}, ties: "A>B|B>A", nodes: "A B", directed: true},
		{name: "not symmetric, undirected all the same", text: ";A;B;C\nA;0;1;3\nB;0;0;0\nC;2;0;0\n", o: graph.Options{Directed: &no}, ties: "A-B|A-C 3", nodes: "A B C",
			asides: "4:2 tie ce lien contredit celui de la ligne 2 : la force ou les dates diffèrent"},
		{name: "header in another order", text: ";C;A;B\nA;0;0;1\nB;2;0;0\nC;0;0;0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "rows unsorted", text: "id;A;B;C\nC;0;0;0\nA;0;1;0\nB;0;0;2\n", ties: "A>B|B>C 2", nodes: "C A B", directed: true},
		{name: "numbers as names", text: "\"\",1,2,83\n1,0,1,0\n2,0,0,2\n83,0,0,0\n", ties: "1>2|2>83 2", nodes: "1 2 83", directed: true},
		{name: "names of columns only", text: "A;B;C\n0;1;0\n0;0;2\n0;0;0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "names of rows only", text: "A;0;1;0\nB;0;0;2\nC;0;0;0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "as R writes it", text: "A B C\n", o: graph.Options{Form: dealmap.FormMatrix}, nodes: ""},
		{name: "one fewer name", text: "A;B;C\nA;0;1;0\nB;0;0;2\nC;0;0;0\n", ties: "A>B|B>C 2", nodes: "A B C", directed: true},
		{name: "no names", text: "0;1;0;0\n0;0;2;0\n0;0;0;1\n0;0;0;0\n", ties: "1>2|2>3 2|3>4", nodes: "1 2 3 4", bare: true, directed: true},
		{name: "no names, small", text: "0;1\n1;0\n", ties: "1-2", nodes: "1 2", bare: true},
		{name: "names are denied", text: "0;1;2\n1;0;3\n2;3;0\n", o: graph.Options{Header: &no}, ties: "1-2|1-3 2|2-3 3", nodes: "1 2 3", bare: true},
		{name: "names are asked for", text: "0;1;2\n1;0;3\n2;4;0\n", o: graph.Options{Header: &yes, Form: dealmap.FormMatrix}, ties: "1>2 3|2>1 4", nodes: "1 2", directed: true},
		{name: "diagonal", text: ";A;B\nA;1;1\nB;1;0\n", ties: "A-B", nodes: "A B", asides: "2:2 tie le nœud est lié à lui-même"},
		{name: "diagonal crossed out", text: ";A;B;C\nA;-;1;0\nB;1;x;0\nC;0;0;NA\n", ties: "A-B", nodes: "A B C"},
		{name: "empty cells", text: ";A;B;C\nA;;1;\nB;;;\nC;;2;\n", ties: "A>B|C>B 2", nodes: "A B C", directed: true},
		{name: "no ties", text: ";A;B\nA;0;0\nB;0;0\n", nodes: "A B"},
		{name: "one node", text: ";A\nA;0\n", o: graph.Options{Form: dealmap.FormMatrix}, nodes: "A"},
		{name: "empty rows and columns", text: ";A;B;;\n;;;;\nA;0;1;;\nB;1;0;;\n;;;;\n", ties: "A-B", nodes: "A B"},
		{name: "spaces in names", text: "; A ;B\nA;0;1\nB;0;0\n", ties: "A>B", nodes: "A B", directed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, err := read(c.text, c.o)
			if c.nodes == "" {
				fileError(t, err, "file", "carrée")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			keys := make([]string, len(l.Nodes))
			for i, n := range l.Nodes {
				keys[i] = n.Key
			}
			if got := strings.Join(keys, " "); got != c.nodes {
				t.Errorf("nodes %q, want %q", got, c.nodes)
			}
			if got := told(l); got != c.ties {
				t.Errorf("ties %q, want %q", got, c.ties)
			}
			if got := asides(l); got != c.asides {
				t.Errorf("set aside %q, want %q", got, c.asides)
			}
			if l.Form != dealmap.FormMatrix || l.Header == c.bare || l.Directed != c.directed {
				t.Errorf("%+v", l)
			}
		})
	}
}

// TestWrongMatrices tries matrices that contradict themselves: nobody can tell which cells are where they belong.
func TestWrongMatrices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"a row missing", ";A;B;C\nA;0;1;0\nB;1;0;0\n", "carrée : lignes de nombres 2, colonnes 3"},
		{"a column missing", ";A;B\nA;0;1\nB;1;0\nC;0;0\n", "carrée : lignes de nombres 3, colonnes 2"},
		{"numbers as names, a row missing", ";1;2;3\n1;0;1;0\n2;1;0;0\n", "carrée"},
		{"a short row", ";A;B;C\nA;0;1;0\nB;1;0\nC;0;0;0\n", "ligne 3 : 3 colonnes, 4 attendues"},
		{"a long row", ";A;B;C\nA;0;1;0\nB;1;0;0;5\nC;0;0;0\n", "ligne 3 : 5 colonnes, 4 attendues"},
		{"a name twice", ";A;B;B\nA;0;1;0\nB;1;0;0\nC;0;0;0\n", "ligne 1, colonne 4 : le nœud « B » est déjà à la colonne 3"},
		{"a row twice", ";A;B;C\nA;0;1;0\nB;1;0;0\nB;0;0;0\n", "ligne 4, colonne 1 : le nœud « B » est déjà à la ligne 3"},
		{"number twice", ";1;2;2\n1;0;1;0\n2;1;0;0\n3;0;0;0\n", "ligne 1, colonne 4 : le nœud « 2 » est déjà"},
		{"other names", ";A;B;D\nA;0;1;0\nB;1;0;0\nC;0;0;0\n", "ligne 1, colonne 4 : le nœud « D » n’a pas de ligne à son nom"},
		{"no name", ";A;;C\nA;0;1;0\nB;1;0;0\nC;0;0;0\n", "ligne 1, colonne 3 : le nom du nœud manque"},
		{"text", ";A;B;C\nA;0;oui;0\nB;1;0;0\nC;0;0;0\n", "ligne 2, colonne 3 : « oui » n’est pas un nombre"},
		{"negative", ";A;B;C\nA;0;1;0\nB;-1;0;0\nC;0;0;0\n", "ligne 3, colonne 2 : « -1 » est négatif"},
		{"NaN", ";A;B;C\nA;0;1;0\nB;1;0;0\nC;0;NaN;0\n", "ligne 4, colonne 3 : « NaN » n’est pas un nombre"},
		{"infinite", ";A;B;C\nA;0;1e999;0\nB;1;0;0\nC;0;0;0\n", "ligne 2, colonne 3"},
		{"quote", ";A;B;C\nA;0;1;0\n\"B;1;0;0\nC;0;0;0\n", "ligne 3 : guillemet mal fermé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(c.text, graph.Options{})
			fileError(t, err, "file", c.says)
		})
	}
	_, err := read(";A;B;C\nA;0;-1;0\nB;x;0;0\nC;0;0;0\n", graph.Options{})
	fileError(t, err, "file", "ligne 2, colonne 3", "ligne 3, colonne 2")
}

// TestLargeMatrix reads one of two thousand nodes, wider than any list of places may be.
func TestLargeMatrix(t *testing.T) {
	t.Parallel()
	const n = 2000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, ",n%d", i)
	}
	for i := range n {
		fmt.Fprintf(&text, "\nn%d", i)
		for j := range n {
			if j == (i+1)%n {
				text.WriteString(",1")
			} else {
				text.WriteString(",0")
			}
		}
	}
	l, err := read(text.String(), graph.Options{})
	if err != nil || len(l.Nodes) != n || len(l.Ties) != n || !l.Directed {
		t.Fatalf("%v", err)
	}
	_, err = read(text.String(), graph.Options{MostTies: n - 1})
	fileError(t, err, "file")
}
