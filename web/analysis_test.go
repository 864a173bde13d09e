package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

func numbersOf(list []types.UUID, ids []string) (numbers []int) {
	for _, u := range list {
		numbers = append(numbers, slices.Index(ids, u.String()))
	}
	return numbers
}

func TestAnalysis(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	gn := w.as("gn")
	read := func(query string) (a api.GraphAnalysis) {
		gn.get("/api/v1/graph/analysis" + query).want(http.StatusOK).json(&a)
		return a
	}
	a := read("?territory=fr")
	if a.Nodes != 5 || a.Ties != 5 || a.Components != 1 || a.Largest != 5 || a.Fragmentation != 0 || a.Directed || a.Weighted || !a.Exact {
		t.Errorf("%+v", a)
	}
	if got := numbersOf(a.Articulations, ids); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("articulations %v", got)
	}
	if len(a.Bridges) != 2 || !slices.Equal(numbersOf(slices.Concat(a.Bridges...), ids), []int{1, 2, 3, 4}) {
		t.Errorf("bridges %v", a.Bridges)
	}
	if got := numbersOf(a.KeyPlayers.Places, ids); len(got) != 3 || !a.KeyPlayers.Exact || a.KeyPlayers.Fragmentation != 1 {
		t.Errorf("key players %v %+v", got, a.KeyPlayers)
	}
	two, three := a.Measures[0], a.Measures[1]
	if !slices.Equal(numbersOf([]types.UUID{two.Id, three.Id}, ids), []int{2, 3}) || two.Betweenness != 0.5 || three.Betweenness != 0.5 || two.Degree != 3 || two.In != 1 || two.Out != 2 ||
		two.Strength != 16 || !two.Articulation || two.Component != 0 {
		t.Errorf("first %+v, second %+v", two, three)
	}
	if len(a.Measures) != 5 || len(a.Explained) < 9 || !strings.HasPrefix(a.Warning, "La place centrale est souvent seulement la mieux surveillée") {
		t.Errorf("measures %d, explained %d, %q", len(a.Measures), len(a.Explained), a.Warning)
	}
	for _, e := range a.Explained {
		if e.Label == "" || e.Measure == "" || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("explained %+v", e)
		}
	}
	// By strength, 2 – 5 – 3 is shorter than 2 – 3, so that 5 lies between.
	weighted := read("?territory=fr&weighted=true")
	i := slices.IndexFunc(weighted.Measures, func(m api.GraphMeasures) bool { return m.Id.String() == ids[5] })
	if got := weighted.Measures[i].Betweenness; math.Abs(got-4.0/6) > 1e-12 || !weighted.Weighted {
		t.Errorf("5 weighted: %v", got)
	}
	if text := weighted.Explained[4].Text; !strings.Contains(text, "inverse") {
		t.Errorf("not said how ways are weighed: %q", text)
	}
	// As links lead, nothing comes to 1 and nothing leaves 4: 2 is between 1 and 3, 4, 5.
	directed := read("?territory=fr&directed=true")
	i = slices.IndexFunc(directed.Measures, func(m api.GraphMeasures) bool { return m.Id.String() == ids[2] })
	if got := directed.Measures[i].Betweenness; got != 3.0/12 || !directed.Directed {
		t.Errorf("2 directed: %v", got)
	}
	if rivals := read("?territory=fr&link_kind=rival"); rivals.Ties != 1 || rivals.Nodes != 2 {
		t.Errorf("rivals, asked for: %+v", rivals)
	}
	if alone := read("?network=R-13-7KQ&key_players=0"); alone.Nodes != 6 || alone.Components != 2 || len(alone.KeyPlayers.Places) != 0 {
		t.Errorf("with a place that nothing ties: %+v", alone)
	}
	if empty := read("?territory=dep:59"); empty.Nodes != 0 || len(empty.Measures) != 0 {
		t.Errorf("empty %+v", empty)
	}
	for query, field := range map[string]string{"&key_players=11": "key_players", "&key_players=-1": "key_players", "&directed=yes": "directed", "&weighted=1": "weighted"} {
		if p := gn.get("/api/v1/graph/analysis?territory=fr" + query); p.status != http.StatusBadRequest || !strings.Contains(string(p.body), `"`+field+`"`) {
			t.Errorf("%s: %d %s", query, p.status, p.body)
		}
	}
	for _, line := range w.log.of(dealmap.WhatAnalysis) {
		if slices.Contains(line.Places, id(t, ids[7])) || slices.Contains(line.Places, id(t, ids[8])) {
			t.Errorf("gn was shown %v", line.Places)
		}
	}
}

func TestAnalysisTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	w, _ := tangled(t)
	gn := w.as("gn")
	const path = "/api/v1/graph/analysis?territory=fr"
	var plain, streamed api.GraphAnalysis
	gn.get(path).want(http.StatusOK).json(&plain)
	stream := gn.get(path, header{"Accept": "text/event-stream"}).want(http.StatusOK)
	var events []string
	stages := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(string(stream.body)))
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			events = append(events, name)
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var told struct {
			Stage       string
			Done, Total int
		}
		into := any(&told)
		if events[len(events)-1] == "result" {
			into = &streamed
		}
		if err := json.Unmarshal([]byte(data), into); err != nil {
			t.Fatal(err)
		}
		if told.Done > told.Total {
			t.Errorf("told %+v", told)
		}
		stages[told.Stage] = true
	}
	if events[len(events)-1] != "result" || len(streamed.Measures) != 5 || streamed.Measures[0] != plain.Measures[0] {
		t.Errorf("events %v, result %+v", events, streamed)
	}
	for _, stage := range []string{"components", "communities", "fragmentation", "key_players", "betweenness"} {
		if !stages[stage] {
			t.Errorf("nothing is told of %s: %v", stage, stages)
		}
	}
	gn.get("/api/v1/graph/analysis", header{"Accept": "text/event-stream"}).want(http.StatusBadRequest)
}

func TestHangingUpEndsAnAnalysis(t *testing.T) {
	t.Parallel()
	w, ids := tangled(t)
	cookie := strings.Split(w.anonymous().post("/api/v1/session", signIn("gn", password)).want(http.StatusCreated).header.Get("Set-Cookie"), ";")[0]
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	for _, q := range []request{{http.MethodGet, "/api/v1/graph/analysis?territory=fr", "", ""}, {http.MethodPost, "/api/v1/graph/what-if?territory=fr", `{"closed":["` + ids[1] + `"]}`, ""}} {
		r := httptest.NewRequestWithContext(ctx, q.method, q.path, strings.NewReader(q.body))
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/json")
		answer, began := httptest.NewRecorder(), time.Now()
		if w.server.Handler().ServeHTTP(answer, r); answer.Code == http.StatusOK || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %d after %s", q.path, answer.Code, time.Since(began))
		}
	}
	w.as("gn").get("/api/v1/graph/analysis?territory=fr").want(http.StatusOK)
}

// endsRights takes somebody's rights away as soon as their analysis is in the log.
type endsRights struct {
	*ledger
	end func()
}

func (l endsRights) Record(ctx context.Context, line dealmap.Consultation) error {
	err := l.ledger.Record(ctx, line)
	if line.What == dealmap.WhatAnalysis {
		l.end()
	}
	return err
}

// TestAnAnalysisEndsWithTheRight: measuring takes seconds, and a right that ends meanwhile gets nothing more.
func TestAnAnalysisEndsWithTheRight(t *testing.T) {
	t.Parallel()
	var w *world
	w = newWorld(t, func(o *web.Options) {
		o.Consultations = endsRights{o.Consultations.(*ledger), func() { w.endGrants("gn") }}
	})
	w.coded(1, "H0")
	a := w.as("gn").get("/api/v1/graph/analysis?territory=fr", header{"Accept": "text/event-stream"})
	if strings.Contains(string(a.body), "event: result") {
		t.Errorf("the result goes to who has no right any more: %s", a.body)
	}
}
