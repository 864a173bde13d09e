package web_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

func TestWhatIf(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	seq := w.store.Snapshot().Seq()
	try := func(query string, closed ...int) (out api.WhatIf) {
		body := []string{}
		for _, n := range closed {
			body = append(body, ids[n])
		}
		gn.post("/api/v1/graph/what-if"+query, map[string]any{"closed": body}).want(http.StatusOK).json(&out)
		return out
	}
	for range 2 { // the second time from what was kept
		out := try("?territory=fr", 3, 3)
		if want := (api.WhatIfSide{Nodes: 5, Ties: 5, Components: 1, Largest: 5}); out.Before != want {
			t.Errorf("before %+v", out.Before)
		}
		if want := (api.WhatIfSide{Nodes: 4, Ties: 2, Components: 2, Largest: 3, Fragmentation: 0.5, Isolated: 1}); out.After != want {
			t.Errorf("after %+v", out.After)
		}
		if !slices.Equal(numbersOf(out.Closed, ids), []int{3}) || !slices.Equal(numbersOf(out.CutOff, ids), []int{4}) {
			t.Errorf("closed %v, cut off %v", out.Closed, out.CutOff)
		}
		if len(out.Reach) != 1 || out.Reach[0].Id.String() != ids[1] || out.Reach[0].Before != 4 || out.Reach[0].After != 2 || out.Reach[0].Reference == "" {
			t.Errorf("reach %+v", out.Reach)
		}
		first := out.Ranking[0]
		if first.Id.String() != ids[2] || first.Before != 0.5 || math.Abs(first.After-1.0/6) > 1e-12 || *first.RankBefore != 1 || *first.RankAfter != 1 {
			t.Errorf("ranking %+v", first)
		}
		last := out.Ranking[len(out.Ranking)-1]
		if last.Id.String() != ids[3] || last.RankAfter != nil || last.After != 0 || !out.Exact || out.Milliseconds < 0 || out.Warning == "" {
			t.Errorf("closed in the ranking %+v", last)
		}
	}
	if out := try("?territory=fr", 1, 2, 3, 4, 5); out.After.Nodes != 0 || out.Reach[0].After != 0 || len(out.CutOff) != 0 {
		t.Errorf("all closed: %+v", out)
	}
	// Without an entry point goods begin where none come in.
	if out := try("?territory=fr&link_kind=stores_for,same_network&directed=true&weighted=true", 5); len(out.Reach) != 1 || out.Reach[0].Id.String() != ids[2] || out.Reach[0].Before != 1 || out.Reach[0].After != 0 {
		t.Errorf("reach without an entry point %+v", out.Reach)
	}
	if w.store.Snapshot().Seq() != seq {
		t.Error("asking wrote something")
	}
	for _, line := range w.log.of(dealmap.WhatAnalysis) {
		if len(line.Places) == 0 || slices.Contains(line.Places, id(t, ids[7])) || !strings.HasPrefix(line.Detail, "what-if") {
			t.Errorf("logged %+v", line)
		}
	}
}

func TestBadWhatIf(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	const path = "/api/v1/graph/what-if?territory=fr"
	var same []string
	for name, one := range map[string]string{"absent": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "hidden": ids[8], "elsewhere": ids[6], "not an id": "x", "empty": ""} {
		a := gn.post(path, map[string]any{"closed": []string{ids[1], one}})
		if fields := a.problem(http.StatusUnprocessableEntity, "invalid"); !slices.Equal(fields, []string{"closed[1]"}) {
			t.Errorf("%s: %s", name, a.body)
		}
		var p struct{ Errors []struct{ Message string } }
		a.json(&p)
		same = append(same, p.Errors[0].Message)
	}
	if len(slices.Compact(same)) != 1 {
		t.Errorf("told apart: %q", same)
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = ids[1]
	}
	for _, body := range []any{map[string]any{"closed": []string{}}, map[string]any{"closed": many}, map[string]any{}, map[string]any{"closed": 7}, map[string]any{"closed": []string{ids[1]}, "odd": 1}} {
		if a := gn.post(path, body); a.status/100 != 4 || a.status == http.StatusNotFound {
			t.Errorf("%v: %d %s", body, a.status, a.body)
		}
	}
	gn.post("/api/v1/graph/what-if", map[string]any{"closed": []string{ids[1]}}).want(http.StatusBadRequest)
}

func TestPaths(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	way := func(p api.GraphPath) string {
		var b strings.Builder
		for _, n := range p.Places {
			fmt.Fprint(&b, slices.Index(ids, n.Id.String()))
		}
		return fmt.Sprintf("%v %s %d %.3f", p.Found, b.String(), len(p.Links), p.Length)
	}
	for _, c := range []struct {
		who            string
		from, to       int
		query          string
		fewest, strong string
	}{
		{"gn", 1, 4, "", "true 1234 3 3.000", "true 12534 4 1.450"},
		{"gn", 4, 1, "", "true 4321 3 3.000", "true 43521 4 1.450"},
		{"gn", 4, 1, "&directed=true", "false  0 0.000", "false  0 0.000"},
		{"gn", 1, 4, "&directed=true&network=R-13-7KQ", "true 1234 3 3.000", "true 12534 4 1.450"},
		{"gn", 1, 6, "", "false  0 0.000", "false  0 0.000"},
		{"gn", 1, 6, "&on=2026-05-01&link_kind=supplies", "true 12346 4 4.000", "true 12346 4 2.083"},
		{"gn", 4, 5, "&link_kind=rival", "true 45 1 1.000", "true 45 1 1.000"},
		{"cross13", 8, 3, "", "true 843 2 2.000", "true 843 2 2.000"},
	} {
		var p api.PathPair
		w.as(c.who).get(fmt.Sprintf("/api/v1/graph/path?from=%s&to=%s%s", ids[c.from], ids[c.to], c.query)).want(http.StatusOK).json(&p)
		if got := way(p.Fewest); got != c.fewest {
			t.Errorf("%d to %d %s: fewest %q, want %q", c.from, c.to, c.query, got, c.fewest)
		}
		if got := way(p.Strongest); got != c.strong {
			t.Errorf("%d to %d %s: strongest %q, want %q", c.from, c.to, c.query, got, c.strong)
		}
	}
	for query, field := range map[string]string{"?to=" + ids[1]: "from", "?from=" + ids[1]: "to", "?from=" + ids[1] + "&to=" + ids[1]: "to", "?from=" + ids[1] + "&to=" + ids[8]: "to",
		"?from=x&to=" + ids[8]: "from", "?from=" + ids[1] + "&to=" + ids[2] + "&place=" + ids[1]: "place", "?from=" + ids[1] + "&to=" + ids[2] + "&directed=x": "directed"} {
		if a := gn.get("/api/v1/graph/path" + query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"`+field+`"`) {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for _, line := range w.log.of(dealmap.WhatAnalysis) {
		if line.Subject == "gn" && slices.Contains(line.Places, id(t, ids[8])) {
			t.Errorf("gn was shown %v", line.Places)
		}
	}
}
