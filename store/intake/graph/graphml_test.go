package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

// networkX is what NetworkX 3 writes.
const networkX = `<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="d5" for="edge" attr.name="kind" attr.type="string" />
  <key id="d4" for="edge" attr.name="weight" attr.type="double" />
  <key id="d3" for="node" attr.name="lat" attr.type="double" />
  <key id="d2" for="node" attr.name="lon" attr.type="double" />
  <key id="d1" for="node" attr.name="kind" attr.type="string" />
  <key id="d0" for="node" attr.name="label" attr.type="string" />
  <graph edgedefault="directed">
    <node id="1">
      <data key="d0">D&#233;p&#244;t Nord</data>
      <data key="d1">warehouse</data>
      <data key="d2">5.37</data>
      <data key="d3">43.3</data>
    </node>
    <node id="b">
      <data key="d0">Four</data>
    </node>
    <edge source="1" target="b">
      <data key="d4">2.5</data>
      <data key="d5">supplies</data>
    </edge>
    <edge source="b" target="1" />
  </graph>
</graphml>`

// yEd draws nodes; their names are labels of drawings, their places those on a sheet. Groups hold graphs.
const yEd = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml" xmlns:yed="http://www.yworks.com/xml/yed/3">
  <key attr.name="Description" attr.type="string" for="graph" id="d0"/>
  <key for="port" id="d1" yfiles.type="portgraphics"/>
  <key attr.name="url" attr.type="string" for="node" id="d4"/>
  <key for="node" id="d6" yfiles.type="nodegraphics"/>
  <key for="graphml" id="d7" yfiles.type="resources"/>
  <key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <data key="d0" xml:space="preserve"/>
    <node id="n0">
      <data key="d6"><y:ShapeNode><y:Geometry height="30.0" width="30.0" x="385.0" y="285.0"/><y:NodeLabel alignment="center">Cité des Pins<y:LabelModel><y:SmartNodeLabelModel distance="4.0"/></y:LabelModel></y:NodeLabel></y:ShapeNode></data>
    </node>
    <node id="n1" yfiles.foldertype="group">
      <data key="d4">http://exemple.fr</data>
      <data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode><y:NodeLabel>Groupe</y:NodeLabel></y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode></data>
      <graph edgedefault="directed" id="n1:">
        <node id="n1::n0"><data key="d6"><y:ShapeNode><y:NodeLabel>Box</y:NodeLabel></y:ShapeNode></data></node>
      </graph>
    </node>
    <edge id="e0" source="n1::n0" target="n0">
      <data key="d10"><y:PolyLineEdge><y:Arrows source="none" target="standard"/><y:EdgeLabel>la nuit</y:EdgeLabel></y:PolyLineEdge></data>
    </edge>
  </graph>
  <data key="d7"><y:Resources/></data>
</graphml>`

// gephi writes where and how nodes are drawn.
const gephi = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key attr.name="label" attr.type="string" for="node" id="label"/>
<key attr.name="Edge Label" attr.type="string" for="edge" id="edgelabel"/>
<key attr.name="weight" attr.type="double" for="edge" id="weight"/>
<key attr.name="r" attr.type="int" for="node" id="r"/>
<key attr.name="x" attr.type="float" for="node" id="x"/>
<key attr.name="y" attr.type="float" for="node" id="y"/>
<key attr.name="size" attr.type="float" for="node" id="size"/>
<graph edgedefault="undirected">
<node id="a"><data key="label">Alpha</data><data key="size">10.0</data><data key="r">153</data><data key="x">12.5</data><data key="y">-33.1</data></node>
<node id="b"><data key="label">b</data><data key="x">2</data><data key="y">3</data></node>
<edge id="0" source="a" target="b"><data key="weight">3.0</data></edge>
<edge id="1" source="b" target="a" directed="true"><data key="weight">1.0</data></edge>
</graph>
</graphml>`

func graphML(keys, body string) string {
	return `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">` + keys + `<graph edgedefault="directed">` + body + `</graph></graphml>`
}

func TestGraphML(t *testing.T) {
	t.Parallel()
	no := false
	const nodes = `<node id="a"/><node id="b"/><node id="c"/>`
	for _, c := range []struct {
		name, text string
		o          graph.Options
		ties       string
		asides     string
		undirected bool
	}{
		{name: "NetworkX", text: networkX, o: words, ties: "1>b 2.5 supplies|b>1"},
		{name: "yEd", text: yEd, o: words, ties: "n1::n0>n0 la nuit"},
		{name: "Gephi", text: gephi, o: words, ties: "a-b 3|b>a", undirected: true},
		{name: "undirected all the same", text: graphML("", nodes+`<edge source="a" target="b"/><edge source="b" target="a"/>`), o: graph.Options{Directed: &no}, ties: "a-b", asides: "1:", undirected: true},
		{name: "edges before nodes", text: graphML("", `<edge source="a" target="b"/>`+nodes), ties: "a>b"},
		{name: "defaults", text: graphML(`<key id="k" for="edge" attr.name="kind"><default>supplies</default></key><key id="w" for="edge" attr.name="weight"><default>4</default></key>`,
			nodes+`<edge source="a" target="b"/><edge source="b" target="c"><data key="k">Même réseau</data><data key="w">1</data></edge>`), o: words, ties: "a>b 4 supplies|b>c same_network"},
		{name: "keys that are not declared", text: graphML("", nodes+`<edge source="a" target="b"><data key="weight">2</data><data key="depuis">2026-01-01</data></edge>`), ties: "a>b 2 2026-01-01.."},
		{name: "absent node", text: graphML("", nodes+"\n"+`<edge source="a" target="z"/><edge target="a"/><edge source="a" target="b"/>`), ties: "a>b",
			asides: "2:1 to le nœud « z » n’est pas dans le fichier|2:30 from l’arête ne nomme pas ce bout"},
		{name: "itself", text: graphML("", nodes+"\n"+`<edge source="a" target="a"/>`), asides: "2:1 tie le nœud est lié à lui-même"},
		{name: "hyperedge", text: graphML("", nodes+"\n"+`<hyperedge><endpoint node="a"/><endpoint node="b"/><endpoint node="c"/></hyperedge><edge source="a" target="b"/>`), ties: "a>b",
			asides: "2:1 tie un lien à plus de deux bouts n’est pas pris en charge"},
		{name: "unknown kind", text: graphML("", nodes+"\n"+`<edge source="a" target="b"><data key="kind">amour</data></edge>`), o: words, asides: "2:1 kind « amour » est inconnu"},
		{name: "comments and instructions", text: "<?xml-stylesheet href='http://x/y'?><!-- <node id='a'/> -->" + graphML("", nodes+`<!-- x --><edge source="a" target="b"/>`), ties: "a>b"},
		{name: "document type by name", text: `<!DOCTYPE graphml SYSTEM "http://127.0.0.1:1/graphml.dtd">` + graphML("", nodes+`<edge source="a" target="b"/>`), ties: "a>b"},
		{name: "Latin-1", text: "<?xml version='1.0' encoding='ISO-8859-1'?>" + graphML("", "<node id='\xe9'/><node id='b'/><edge source='\xe9' target='b'/>"), ties: "é>b"},
		{name: "prefix", text: strings.NewReplacer("<graph", "<g:graph", "</graph", "</g:graph", "<node", "<g:node", "<edge", "<g:edge", "xmlns=", "xmlns:g=").Replace(graphML("", nodes+`<edge source="a" target="b"/>`)), ties: "a>b"},
		{name: "empty", text: graphML("", "")},
		{name: "no graph", text: `<graphml/>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, err := read(c.text, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := told(l); got != c.ties {
				t.Errorf("ties %q, want %q", got, c.ties)
			}
			if got := asides(l); !strings.HasPrefix(got, c.asides) || c.asides == "" && got != "" {
				t.Errorf("set aside %q, want %q", got, c.asides)
			}
			if l.Form != dealmap.FormGraphML || l.Directed == c.undirected && c.name != "no graph" {
				t.Errorf("%+v", l)
			}
		})
	}
}

// TestGraphMLNodes reads what a file says of nodes.
func TestGraphMLNodes(t *testing.T) {
	t.Parallel()
	reference := dealmap.MakeReference("13", []byte{1, 2, 3})
	node := func(text string, o graph.Options) dealmap.ListedNode {
		t.Helper()
		l, err := read(text, o)
		if err != nil {
			t.Fatal(err)
		}
		return l.Nodes[0]
	}
	if n := node(networkX, words); n.Key != "1" || n.Label != "Dépôt Nord" || n.Kind != dealmap.Warehouse || n.Position == nil || n.Position[0] != 5.37 || n.Position[1] != 43.3 || n.Attributes != nil {
		t.Errorf("NetworkX: %+v", n)
	}
	if n := node(yEd, words); n.Label != "Cité des Pins" || n.Position != nil {
		t.Errorf("yEd: %+v", n)
	}
	if n := node(gephi, words); n.Label != "Alpha" || n.Position != nil || n.Attributes["x"] != "12.5" {
		t.Errorf("Gephi: %+v", n)
	}
	one := func(data string) string { return graphML("", `<node id="a">`+data+`</node>`) }
	if n := node(one(`<data key="x">2.35</data><data key="y">48.85</data>`), words); n.Position == nil || n.Position[0] != 2.35 {
		t.Errorf("x and y in degrees: %+v", n)
	}
	if n := node(one(`<data key="x">649242</data><data key="y">6861355</data>`), words); n.Position != nil || n.Attributes["y"] != "6861355" {
		t.Errorf("x and y not in degrees: %+v", n)
	}
	if n := node(one(`<data key="Référence">`+strings.ToLower(reference)+`</data><data key="nature">Dépôt</data><data key="couleur">bleu</data>`), words); n.Reference != reference || n.Kind != dealmap.Warehouse || n.Attributes["couleur"] != "bleu" {
		t.Errorf("reference and kind: %+v", n)
	}
	if n := node(one(`<data key="type">personne</data>`), words); n.Kind != "" || n.Attributes["type"] != "personne" {
		t.Errorf("unknown kind: %+v", n)
	}
	if n := node(graphML(`<key id="d" for="all" attr.name="kind"><default>four</default></key>`, `<node id="a"/>`), graph.Options{}); n.Kind != dealmap.Four {
		t.Errorf("default: %+v", n)
	}
	for data, says := range map[string]string{
		`<data key="lon">200</data><data key="lat">1</data>`: "pas en degrés", `<data key="lon">NaN</data><data key="lat">1</data>`: "deux nombres", `<data key="lon">2</data>`: "deux nombres",
		`<data key="reference">13-XXXXX</data>`: "faute de frappe",
	} {
		l, err := read(one(data), words)
		if err != nil || l.SetAside != 1 || !strings.Contains(asides(l), says) || l.Nodes[0].Position != nil {
			t.Errorf("%s: %v %s", data, err, asides(l))
		}
	}
	l, err := read(graphML("", `<node id="a"><data key="ref">`+reference+`</data></node><node id="b"><data key="ref">`+reference+`</data></node>`), words)
	if err != nil || l.SetAside != 1 || l.Nodes[1].Reference != "" || !strings.Contains(asides(l), "déjà celle du nœud « a »") {
		t.Errorf("a reference twice: %v %s", err, asides(l))
	}
}

// TestHostileGraphML tries what attacks readers of XML.
func TestHostileGraphML(t *testing.T) {
	t.Parallel()
	lol := `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>`
	deep := strings.Repeat(`<graph><node id="n%d">`, 80)
	deep = fmt.Sprintf(deep, numbers(80)...) + strings.Repeat("</node></graph>", 80)
	for _, c := range []struct{ name, text, says string }{
		{"entities", lol + graphML("", `<node id="&b;"/>`), "DTD"},
		{"external entity", `<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + graphML("", `<node id="a"><data key="label">&x;</data></node>`), "DTD"},
		{"parameter entity", `<!DOCTYPE g [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>` + graphML("", ""), "DTD"},
		{"undeclared entity", graphML("", `<node id="a"><data key="label">&x;</data></node>`), "entité"},
		{"declared within", graphML("", `<node id="a"><data key="label"><!DOCTYPE x></data></node>`), "XML"},
		{"deep", "<graphml>" + deep + "</graphml>", "l’un dans l’autre"},
		{"deep in data", graphML("", `<node id="a"><data key="d">`+strings.Repeat("<a>", 5000)+strings.Repeat("</a>", 5000)+`</data></node>`), "l’un dans l’autre"},
		{"cut", networkX[:len(networkX)/2], "tronqué"}, {"wrong end", graphML("", "</node>"), "mal formé"},
		{"duplicate node", graphML("", "<node id='a'/>\n<node id='a'/>"), "ligne 2, colonne 1 : le nœud « a » est déjà à la ligne 1"},
		{"no id", graphML("", "<node/>"), "identifiant"}, {"long id", graphML("", "<node id='"+strings.Repeat("a", 300)+"'/>"), "200 caractères"},
		{"other root", "<a><graphml/></a>", "commence par"}, {"encoding", "<?xml version='1.0' encoding='klingon'?><graphml/>", "klingon"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(c.text, words)
			fileError(t, err, "file", c.says)
		})
	}
	three := graphML("", `<node id="a"/><node id="b"/><node id="c"/><edge source="a" target="b"/><edge source="b" target="c"/><edge source="c" target="a"/>`)
	_, err := read(three, graph.Options{MostNodes: 2})
	fileError(t, err, "file", "2 nœuds")
	_, err = read(three, graph.Options{MostTies: 2})
	fileError(t, err, "file", "2 liens")
}

func numbers(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = i
	}
	return all
}
