package web_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

type graphRead struct {
	Form                          string
	Directed, Header              bool
	Matched, Creatable, Exercised int
	NodeCount                     int `json:"node_count"`
	TieCount                      int `json:"tie_count"`
	ProblemCount                  int `json:"problem_count"`
	Nodes                         []struct {
		Key, How string
		Place    *struct{ ID string }
	}
	Ties     []struct{ From, To, Kind string }
	Problems []struct{ Reason, Field string }
}

type graphCame struct {
	Network                       string
	Links, Places, Members, Known int
	LeftOut                       int `json:"left_out"`
}

func (u *user) file(path, body string, headers ...header) *answer {
	return u.send(http.MethodPost, path, body, append(headers, header{"Content-Type": "application/octet-stream"})...)
}

func (w *world) referenceOf(id string) string {
	var f struct{ Properties struct{ Reference string } }
	w.as("cross13").get("/api/v1/deal-points/" + id).want(http.StatusOK).json(&f)
	return f.Properties.Reference
}

func TestAGraphIsImported(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross := w.as("cross13")
	list := "de;vers;nature;moyen;poids\n" + w.referenceOf(places[1]) + ";" + w.referenceOf(places[2]) + ";supplies;route;3\n" +
		w.referenceOf(places[2]) + ";" + w.referenceOf(places[3]) + ";stores_for;;1\n" + w.referenceOf(places[3]) + ";inconnu;supplies;;1\n"
	var read graphRead
	cross.file("/api/v1/graph/imports/reading?name=liens.csv", list).want(http.StatusOK).json(&read)
	if read.Form != "edges" || read.NodeCount != 4 || read.TieCount != 3 || read.Matched != 3 || read.Ties[0].Kind != "supplies" || read.Nodes[0].How != "reference" {
		t.Errorf("read %+v", read)
	}
	var came, again graphCame
	path := "/api/v1/graph/imports?name=liens.csv&network=new&territory=dep:13"
	cross.file(path, list, header{"Idempotency-Key": "g1"}).want(http.StatusCreated).json(&came)
	if came.Links != 2 || came.Members != 3 || came.LeftOut != 1 || came.Known != 0 || !dealmap.IsNetworkCode(came.Network) {
		t.Errorf("came %+v", came)
	}
	if cross.file(path, list, header{"Idempotency-Key": "g1"}).want(http.StatusCreated).json(&again); again.Network != came.Network || len(cross.links("").Links) != 2 {
		t.Errorf("sent again: %+v, %d links", again, len(cross.links("").Links))
	}
	var second graphCame
	if cross.file("/api/v1/graph/imports?name=liens.csv&network="+came.Network, list).want(http.StatusCreated).json(&second); second.Links != 0 || second.Known != 2 || second.Members != 0 {
		t.Errorf("the same file once more: %+v", second)
	}
	if l := cross.links("?network=" + came.Network); len(l.Links) != 2 || l.Links[0].Network != came.Network {
		t.Errorf("links of it: %+v", l)
	}
	gn := w.as("gn")
	for _, path := range []string{"/api/v1/graph/imports/reading?name=x.csv", "/api/v1/graph/imports?name=x.csv"} {
		gn.file(path, list).want(http.StatusForbidden)
		for _, bad := range []string{"", "\x00\x01", "seul\n", "<graphml><oops"} {
			if a := cross.file(path, bad); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), `"file"`) {
				t.Errorf("%s of %q: %d %s", path, bad, a.status, a.body)
			}
		}
		for _, query := range []string{"&form=x", "&directed=oui", "&kind=x", "&exercise=dep:13", "&odd=1"} {
			if a := cross.file(path+query, list); a.status/100 != 4 {
				t.Errorf("%s%s: %d", path, query, a.status)
			}
		}
	}
	cross.file("/api/v1/graph/imports?name=x.csv&network=R-13-ZZZZ", list).want(http.StatusBadRequest)
}

// TestHiddenNodesAreUnknown: a file that names a hidden place learns nothing of it.
func TestHiddenNodesAreUnknown(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	text := func(reference string) string {
		return "from,to\n" + w.referenceOf(places[1]) + "," + reference + "\n"
	}
	var hidden, absent graphRead
	ofast := w.as("ofast")
	ofast.file("/api/v1/graph/imports/reading?name=x.csv", text(w.referenceOf(places[5]))).want(http.StatusOK).json(&hidden)
	ofast.file("/api/v1/graph/imports/reading?name=x.csv", text("13-ABCDX")).want(http.StatusOK).json(&absent)
	if hidden.Matched != 1 || absent.Matched != 1 || hidden.Nodes[1].How != absent.Nodes[1].How {
		t.Errorf("hidden %+v\nabsent %+v", hidden, absent)
	}
}

// TestCaviarIsPut: a published network is put on the places of a demonstration map.
func TestCaviarIsPut(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../shared/data/networks/morselli_caviar.csv")
	if err != nil {
		t.Skip("../shared/data/networks is not there: ", err)
	}
	w := newWorld(t)
	for n := range 120 {
		w.do(w.viewer("cross13"), dealmap.AddPlace{ID: dealmap.ID{byte(n), 0xcc, 6: 0x40, 8: 0x80}, Status: dealmap.Active, AcceptDuplicates: true, Synthetic: true,
			Facts: dealmap.Facts{Kind: dealmap.Four, Name: "Tour", Commune: "13055", Position: &orb.Point{5.3 + float64(n%12)/100, 43.25 + float64(n/12)/100}}})
	}
	cross := w.as("cross13")
	var came graphCame
	cross.file("/api/v1/graph/imports?name=caviar.csv&network=new&exercise=dep:13", string(data)).want(http.StatusCreated).json(&came)
	if came.Links != 295 || came.Members != 110 || came.LeftOut != 0 {
		t.Errorf("came %+v", came)
	}
}

// TestAnImportedGraphIsCountedOnce: a place that a file names twice, by its reference and by where it lies, is one member, and a retry
// is told the same.
func TestAnImportedGraphIsCountedOnce(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross := w.as("cross13")
	file := `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="r" for="node" attr.name="reference" attr.type="string"/>` +
		`<key id="l" for="node" attr.name="label" attr.type="string"/><key id="k" for="node" attr.name="kind" attr.type="string"/>` +
		`<key id="x" for="node" attr.name="longitude" attr.type="double"/><key id="y" for="node" attr.name="latitude" attr.type="double"/>` +
		`<graph edgedefault="directed"><node id="a"><data key="r">` + w.referenceOf(places[1]) + `</data></node>` +
		`<node id="b"><data key="l">Tour H0</data><data key="x">5.365</data><data key="y">43.29</data></node>` +
		`<node id="c"><data key="r">` + w.referenceOf(places[2]) + `</data></node>` +
		`<node id="d"><data key="l">Hangar</data><data key="k">warehouse</data><data key="x">5.5</data><data key="y">43.3</data></node>` +
		`<edge source="a" target="c"/><edge source="d" target="b"/></graph></graphml>`
	for _, c := range []struct {
		query string
		want  graphCame
	}{{"new&territory=dep:13", graphCame{Links: 2, Places: 1, Members: 3}}, {"R-13-7KQ", graphCame{Members: 1, Known: 2}}} {
		path := "/api/v1/graph/imports?name=x.graphml&create=true&network=" + c.query
		var came, again graphCame
		cross.file(path, file, header{"Idempotency-Key": c.query}).want(http.StatusCreated).json(&came)
		if c.want.Network = came.Network; came != c.want {
			t.Errorf("%s: came %+v, want %+v", c.query, came, c.want)
		}
		cross.file(path, file, header{"Idempotency-Key": c.query}).want(http.StatusCreated).json(&again)
		if again != came {
			t.Errorf("%s: came %+v, and when it was sent again %+v", c.query, came, again)
		}
	}
}
