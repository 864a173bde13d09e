package graph_test

import (
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

func TestEdges(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for _, c := range []struct {
		name, text string
		o          graph.Options
		ties       string
		asides     string
		header     bool
		undirected bool
	}{
		{name: "no header", text: "A;B\nB;C\n", ties: "A>B|B>C"},
		{name: "English header", text: "from,to,weight\nA,B,3\n", ties: "A>B 3", header: true},
		{name: "French header", text: "De;Vers;Nature;Moyen;Depuis;Jusqu'au;Note\nA;B;APPROVISIONNE;route;01/02/2026;2026-03-01;dit\n", o: words, ties: "A>B supplies road dit 2026-02-01..2026-03-01", header: true},
		{name: "header in another order", text: "poids;destination;origine\n2;B;A\n", ties: "A>B 2", header: true},
		{name: "header of names that say nothing", text: "x1;x2;x3\nA;B;2\nB;C;3\n", ties: "A>B 2|B>C 3", header: true},
		{name: "header is asked for", text: "foo;bar\nA;B\n", o: graph.Options{Header: &yes}, ties: "A>B", header: true},
		{name: "header is denied", text: "from;to\nA;B\n", o: graph.Options{Header: &no}, ties: "from>to|A>B"},
		{name: "pandas index", text: ",source,target\n0,A,B\n1,B,C\n", ties: "A>B|B>C", header: true},
		{name: "Gephi", text: "Source,Target,Type,Id,Label,timeset,Weight\n1,2,Undirected,0,,,1.0\n2,3,Undirected,1,,,4.0\n", o: words, ties: "1-2|2-3 4", header: true, undirected: true},
		{name: "Gephi, both", text: "Source,Target,Type\n1,2,Undirected\n2,3,Directed\n", o: words, ties: "1-2|2>3", header: true},
		{name: "words of headers in rows", text: "A;B;lien\nB;C;ami\n", ties: "A>B lien|B>C ami"},
		{name: "letters of headers in rows", text: "U;A\nV;U\n", ties: "U>A|V>U"},
		{name: "numbers", text: "1;2;5\n2;3;6\n3;4;7\n4;1;1\n", ties: "1>2 5|2>3 6|3>4 7|4>1"},
		{name: "numbers under names", text: "client1;client2\n1;2\n2;3\n", ties: "1>2|2>3", header: true},
		{name: "columns by what they hold", text: "A;B;2,5;Stocke pour;mer;01/02/2026;dit\nB;C;;;;;\n", o: words, ties: "A>B 2.5 stores_for sea dit 2026-02-01..|B>C"},
		{name: "undirected is asked for", text: "A;B\nB;A\n", o: graph.Options{Directed: &no}, ties: "A-B", asides: "2:0 tie ce lien est déjà dans le fichier, ligne 1", undirected: true},
		{name: "both directions", text: "A;B\nB;A\n", ties: "A>B|B>A"},
		{name: "form is asked for", text: "0;1\n1;0\n", o: graph.Options{Form: dealmap.FormEdges}, ties: "0>1|1>0"},
		{name: "references", text: "from;to\n13-k7qf?;B\n", ties: "13-k7qf?>B", header: true},
		{name: "values of the vocabulary", text: "from;to;kind\nA;B;stores for\nA;C;même RESEAU\n", o: words, ties: "A>B stores_for|A>C same_network", header: true},
		{name: "without vocabulary", text: "from;to;kind\nA;B;ami de\n", ties: "A>B ami de", header: true},
		{name: "guard of spreadsheets", text: "from;to\n'=A;'-B\n", ties: "=A>-B", header: true},
		{name: "duplicate", text: "from;to;kind\nA;B;supplies\nA;B;Approvisionne\nA;B;stores_for\n", o: words, ties: "A>B supplies|A>B stores_for",
			asides: "3:0 tie ce lien est déjà dans le fichier, ligne 2", header: true},
		{name: "contradictory strength", text: "from;to;force\nA;B;2\nA;B;3\n", ties: "A>B 2", asides: "3:0 tie ce lien contredit celui de la ligne 2 : la force ou les dates diffèrent", header: true},
		{name: "contradictory dates", text: "from;to;depuis\nA;B;2026-01-01\nA;B;2026-01-02\n", ties: "A>B 2026-01-01..", asides: "3:0 tie ce lien contredit celui de la ligne 2 : la force ou les dates diffèrent", header: true},
		{name: "itself", text: "A;A\nA;B\n", ties: "A>B", asides: "1:0 tie le nœud est lié à lui-même"},
		{name: "empty ends", text: "from;to;poids\n;B;1\nA; ;1\nA;B;1\n", ties: "A>B", asides: "2:1 from le départ du lien manque|3:2 to l’arrivée du lien manque", header: true},
		{name: "reversed dates", text: "from;to;since;until\nA;B;2026-02-01;2026-01-01\nA;B;2026-01-01;2026-01-01\n", ties: "A>B 2026-01-01..2026-01-01",
			asides: "2:4 until la fin (2026-01-01) précède le début (2026-02-01)", header: true},
		{name: "no dates", text: "from;to;since\nA;B;31/02/2026\nC;D;demain\nE;F;-\n", ties: "E>F",
			asides: "2:3 since « 31/02/2026 » : ce jour n’existe pas|3:3 since « demain » n’est pas une date (par exemple 03/12/2026 ou 2026-12-03)", header: true},
		{name: "unknown words", text: "from;to;kind;means\nA;B;amour;road\nA;B;supplies;fusée\nA;B;supplies;road\n", o: words, ties: "A>B supplies road",
			asides: "2:3 kind « amour » est inconnu : Approvisionne, Stocke pour (réserve), Même réseau|3:4 means « fusée » est inconnu : Route, Mer", header: true},
		{name: "strengths", text: "from;to;poids\nA;B;-1\nA;C;0\nA;D;NaN\nA;E;Inf\nA;F;1e999\nA;G;0x10\nA;H;fort\nA;I;\n", ties: "A>I",
			asides: "2:3 strength la force « -1 » est négative|3:3 strength une force nulle ne fait pas un lien|4:3 strength « NaN » n’est pas un nombre|5:3 strength « Inf » n’est pas un nombre|" +
				"6:3 strength « 1e999 » n’est pas un nombre|7:3 strength « 0x10 » n’est pas un nombre|8:3 strength « fort » n’est pas un nombre", header: true},
		{name: "unclosed quote", text: "from;to\nA;B\n\"A;C\nB;C\n", ties: "A>B|B>C", asides: "3:0 tie guillemet mal fermé : la cellule ne finit pas avant la fin du fichier", header: true},
		{name: "quotes", text: "from;to\n\"A;1\";\"B \"\"b\"\"\"\n", ties: "A;1>B \"b\"", header: true},
		{name: "header alone", text: "from;to\n", header: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, err := read(c.text, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := told(l); got != c.ties {
				t.Errorf("ties %q\nwant %q", got, c.ties)
			}
			if got := asides(l); got != c.asides {
				t.Errorf("set aside %q\nwant      %q", got, c.asides)
			}
			if l.Form != dealmap.FormEdges || l.Header != c.header || l.Directed == c.undirected || l.Name != "r.csv" {
				t.Errorf("%+v", l)
			}
		})
	}
}

// TestEdgeNodes reads what rows say of the ends.
func TestEdgeNodes(t *testing.T) {
	t.Parallel()
	reference := dealmap.MakeReference("13", []byte{1, 2, 3})
	l, err := read("source;source nom;source lon;source lat;target;target lon;target lat;couleur\n"+
		strings.ToLower(reference)+";Les Tilleuls;5,37;43,3;B;200;3;bleu\n"+reference+";autre;;;C;;;\n", graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := l.Nodes[0]
	if len(l.Nodes) != 3 || a.Reference != reference || a.Label != "Les Tilleuls" || a.Position == nil || a.Position[0] != 5.37 || a.Position[1] != 43.3 {
		t.Errorf("nodes %+v", l.Nodes)
	}
	if len(l.Ties) != 2 || l.Nodes[1].Position != nil || asides(l) != "2:6 position la position « 200 ; 3 » n’est pas en degrés (longitude, latitude)" {
		t.Errorf("%d ties, set aside %s", len(l.Ties), asides(l))
	}
	if len(l.Notes) != 1 || !strings.Contains(l.Notes[0], "« couleur »") {
		t.Errorf("notes %q", l.Notes)
	}
}

// TestProblemsAreCounted holds the problems of one file to a number that people can read.
func TestProblemsAreCounted(t *testing.T) {
	t.Parallel()
	l, err := read("A;B\n"+strings.Repeat("A;A\n", 3000), graph.Options{})
	if err != nil || len(l.Problems) != dealmap.MostListProblems || l.SetAside != 3000 || len(l.Ties) != 1 {
		t.Errorf("%v: %d problems of %d", err, len(l.Problems), l.SetAside)
	}
}
