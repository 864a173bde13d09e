package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
	"github.com/mesure5/dealmap/web/api"
)

// tangled is a world with a small network: 1 → 2 → 3 → 4, 2 → 5, 5 – 3, and what does not hold it together: 4 and 5 are rivals, 4 → 6
// is over. 7 is of its service only, 8 hidden from all but its unit.
func tangled(t testing.TB) (w *world, ids []string) {
	w = newWorld(t)
	ids = []string{""}
	for i := 1; i <= 8; i++ {
		r := w.coded(byte(i), "H0", func(f *dealmap.Facts) {
			switch f.Networks = []string{"R-13-7KQ"}; i {
			case 1:
				f.Kind = dealmap.EntryPoint
			case 7:
				f.Handling.Reach = dealmap.ReachService
			case 8:
				f.Handling.EmbargoUntil = dealmap.DateOf(w.clock.now()).AddDays(30)
			}
		})
		ids = append(ids, r.Subject.String())
	}
	for i, l := range []struct {
		from, to int
		kind     string
		strength int
		more     map[string]any
	}{
		{1, 2, "supplies", 4, map[string]any{"means": "road"}}, {2, 3, "supplies", 2, nil}, {3, 4, "supplies", 1, nil}, {2, 5, "stores_for", 10, nil}, {5, 3, "same_network", 10, nil},
		{4, 5, "rival", 1, nil}, {4, 6, "supplies", 3, map[string]any{"until": "2026-06-01"}}, {3, 7, "supplies", 1, nil}, {8, 4, "supplies", 1, nil},
	} {
		facts := dealmap.LinkFacts{From: id(t, ids[l.from]), To: id(t, ids[l.to]), Kind: dealmap.LinkKind(l.kind), Strength: l.strength}
		if means, ok := l.more["means"]; ok {
			facts.Means = dealmap.Means(means.(string))
		}
		if until, ok := l.more["until"]; ok {
			facts.Until, _ = dealmap.ParseDate(until.(string))
		}
		w.do(w.viewer("cross13"), dealmap.RecordLink{ID: dealmap.ID{byte(i + 1), 0xdd, 6: 0x40, 8: 0x80}, Facts: facts})
	}
	return w, ids
}

func id(t testing.TB, text string) dealmap.ID {
	t.Helper()
	parsed, err := dealmap.ParseID(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func (u *user) graph(query string) (g api.Graph) {
	u.w.t.Helper()
	u.get("/api/v1/graph" + query).want(http.StatusOK).json(&g)
	return g
}

// shapeOf writes a graph as its nodes and its ties, by the numbers of their places.
func shapeOf(g api.Graph, ids []string) string {
	number := func(i int) int { return slices.Index(ids, g.Nodes[i].Id.String()) }
	var b strings.Builder
	for i := range g.Nodes {
		fmt.Fprint(&b, number(i))
	}
	for _, tie := range g.Ties {
		from, to, sign := number(tie.From), number(tie.To), ">"
		if !tie.Directed {
			sign = "-"
		}
		fmt.Fprintf(&b, " %d%s%d", from, sign, to)
	}
	return b.String()
}

func TestGraphs(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	for _, c := range []struct{ who, query, want string }{
		{"gn", "?territory=dep:13", "12345 1>2 2>3 3>4 2>5 3-5 4-5"},
		{"gn", "?territory=fr", "12345 1>2 2>3 3>4 2>5 3-5 4-5"},
		{"gn", "?territory=dep:59", ""},
		{"gn", "?network=r-13-7kq", "123456 1>2 2>3 3>4 2>5 3-5 4-5"},
		{"ofast", "?territory=fr", "123457 1>2 2>3 3>4 2>5 3-5 4-5 3>7"},
		{"pn", "?network=R-13-7KQ", "1234567 1>2 2>3 3>4 2>5 3-5 4-5 3>7"},
		{"cross13", "?territory=fr", "1234578 1>2 2>3 3>4 2>5 3-5 4-5 3>7 8>4"},
		{"gn", "?territory=fr&on=2026-05-01", "123456 1>2 2>3 3>4 2>5 3-5 4-5 4>6"},
		{"gn", "?territory=fr&link_kind=supplies,rival", "12345 1>2 2>3 3>4 4-5"},
		{"gn", "?territory=fr&means=road", "12 1>2"},
		{"gn", "?place=" + ids[1] + "&hops=1", "12 1>2"},
		{"gn", "?place=" + ids[1], "1235 1>2 2>3 2>5 3-5"},
		{"gn", "?place=" + ids[1] + "&hops=3", "12345 1>2 2>3 3>4 2>5 3-5 4-5"},
		{"gn", "?place=" + ids[6], "6"},
	} {
		if got := shapeOf(w.as(c.who).graph(c.query), ids); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.who, c.query, got, c.want)
		}
	}
	for _, line := range slices.Concat(w.log.of(dealmap.WhatLinks), w.log.of(dealmap.WhatNetworks)) {
		for i, text := range ids[1:] {
			if slices.Contains(line.Places, id(t, text)) && (line.Subject == "gn" && i >= 6 || i == 7 && line.Subject != "cross13") {
				t.Errorf("%s was shown %d", line.Subject, i+1)
			}
		}
	}
	if lines := w.log.of(dealmap.WhatNetworks); len(lines) != 2 || len(lines[0].Places) != 6 {
		t.Errorf("logged %+v", lines)
	}
	node := w.as("gn").graph("?network=R-13-7KQ").Nodes[0]
	if node.Kind != "entry_point" || *node.Commune != "Marseille" || *node.Departement != "13" || node.Position == nil || !slices.Equal(node.Networks, []string{"R-13-7KQ"}) {
		t.Errorf("node %+v", node)
	}
}

func TestClosedPlacesLeaveTheGraph(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	if got := shapeOf(gn.graph("?territory=fr"), ids); got != "12345 1>2 2>3 3>4 2>5 3-5 4-5" { // it is kept, and must not be shown again
		t.Errorf("before %q", got)
	}
	w.do(w.viewer("cross13"), dealmap.StepPlace{ID: id(t, ids[5]), To: dealmap.Closed, Reason: dealmap.Dismantled, Date: dealmap.DateOf(w.clock.now())})
	if got := shapeOf(gn.graph("?territory=fr"), ids); got != "1234 1>2 2>3 3>4" {
		t.Errorf("after %q", got)
	}
	for query, want := range map[string]string{"&closed=include": "12345 1>2 2>3 3>4 2>5 3-5 4-5", "&closed=exclude": "1234 1>2 2>3 3>4"} {
		if got := shapeOf(gn.graph("?network=R-13-7KQ&link_kind=supplies,stores_for,same_network,rival"+query), ids); got != strings.Replace(want, " ", "6 ", 1) {
			t.Errorf("%s: %q", query, got)
		}
	}
	if got := shapeOf(gn.graph("?place="+ids[5]), ids); got != "12345 1>2 2>3 3>4 2>5 3-5 4-5" {
		t.Errorf("around a closed place %q", got)
	}
}

func TestBadGraphs(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	absent := "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	for query, field := range map[string]string{
		"": "network,place,territory", "?territory=fr&network=R-13-7KQ": "network,place,territory", "?territory=": "network,place,territory",
		"?network=Famille": "network", "?network=R-13-ZZZ": "network", "?territory=dep:99": "territory", "?territory=x": "territory", "?place=x": "place",
		"?place=" + absent: "place", "?place=" + ids[8]: "place", "?place=" + ids[1] + "&hops=0": "hops", "?place=" + ids[1] + "&hops=7": "hops",
		"?place=" + ids[1] + "&hops=x": "hops", "?territory=fr&hops=2": "hops", "?territory=fr&link_kind=x": "link_kind", "?territory=fr&means=x": "means", "?territory=fr&on=x": "on",
		"?territory=fr&closed=perhaps": "closed", "?territory=fr&odd=1": "odd", "?territory=fr&territory=dep:13": "territory",
	} {
		for _, path := range []string{"/api/v1/graph", "/api/v1/graph/analysis"} {
			if a := gn.get(path + query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"`+field+`"`) {
				t.Errorf("%s%s: %d %s", path, query, a.status, a.body)
			}
		}
	}
	hidden, none := gn.get("/api/v1/graph?place="+ids[8]), gn.get("/api/v1/graph?place="+absent)
	if h, n := hidden.problem(http.StatusBadRequest, "invalid-parameter"), none.problem(http.StatusBadRequest, "invalid-parameter"); !slices.Equal(h, n) {
		t.Errorf("hidden %s\nabsent %s", hidden.body, none.body)
	}
	for _, name := range []string{"prefet13", "partenaire13", "auditeur", "admin"} {
		u := w.as(name)
		for _, path := range []string{"/api/v1/graph?territory=fr", "/api/v1/graph/analysis?territory=fr", "/api/v1/graph/path?from=" + ids[1] + "&to=" + ids[2]} {
			u.get(path).want(http.StatusForbidden)
		}
		u.post("/api/v1/graph/what-if?territory=fr", map[string]any{"closed": []string{ids[1]}}).want(http.StatusForbidden)
	}
	web.LimitGraphs(w.server, 4, 100)
	for query, field := range map[string]string{"?territory=fr": "territory", "?network=R-13-7KQ": "network", "?place=" + ids[1] + "&hops=3": "hops"} {
		if a := gn.get("/api/v1/graph" + query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"`+field+`"`) || !strings.Contains(string(a.body), "dépasse 4 lieux") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	gn.get("/api/v1/graph?place=" + ids[1]).want(http.StatusOK)
	web.LimitGraphs(w.server, 100, 5)
	if a := gn.get("/api/v1/graph?territory=dep:13").want(http.StatusBadRequest); !strings.Contains(string(a.body), "5 liens") {
		t.Errorf("%s", a.body)
	}
}

func TestAGraphIsNotShownUnlogged(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	w.log.break_(fmt.Errorf("the disk is full"))
	for _, path := range []string{"/api/v1/graph?territory=fr", "/api/v1/graph/analysis?territory=fr", "/api/v1/graph/path?from=" + ids[1] + "&to=" + ids[4]} {
		gn.get(path).want(http.StatusServiceUnavailable)
	}
	gn.get("/api/v1/graph/analysis?territory=fr", header{"Accept": "text/event-stream"}).want(http.StatusServiceUnavailable)
	gn.post("/api/v1/graph/what-if?territory=fr", map[string]any{"closed": []string{ids[1]}}).want(http.StatusServiceUnavailable)
}
