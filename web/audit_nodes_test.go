package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// nodes answers the auditor from the ledger of this node, and from logs of others, as strictly as web.Audit promises and no more.
type nodes struct {
	*keeper
	others []*keeper
	names  []string // of this node and the others
}

func (n *nodes) log(node string) *keeper {
	if i := slices.Index(n.names, node); i > 0 {
		return n.others[i-1]
	}
	return n.keeper
}

func (n *nodes) Nodes() (list []dealmap.NodeLog) {
	for _, name := range n.names {
		list = append(list, dealmap.NodeLog{Node: name, Lines: uint64(len(n.log(name).all()))})
	}
	return list
}

func (n *nodes) Find(ctx context.Context, q dealmap.ConsultationQuery, yield func(dealmap.LineName, dealmap.Consultation) bool) error {
	type told struct {
		at dealmap.LineName
		c  dealmap.Consultation
	}
	heads := map[string][]told{}
	for _, name := range n.names {
		ask := q
		if q.Node != "" && q.Node != name {
			continue
		}
		if q.Positions != nil {
			if ask.Before = q.Positions[name]; ask.Before == 0 {
				continue
			}
		}
		err := n.log(name).Find(ctx, ask, func(at dealmap.LineName, c dealmap.Consultation) bool {
			heads[name] = append(heads[name], told{dealmap.LineName{Node: name, Line: at.Line}, c})
			return true
		})
		if err != nil {
			return err
		}
	}
	for {
		newest := ""
		for _, name := range n.names {
			if len(heads[name]) > 0 && (newest == "" || heads[name][0].c.Time.After(heads[newest][0].c.Time)) {
				newest = name
			}
		}
		if newest == "" || !yield(heads[newest][0].at, heads[newest][0].c) {
			return nil
		}
		heads[newest] = heads[newest][1:]
	}
}

func (n *nodes) Line(at dealmap.LineName) (dealmap.Consultation, bool, error) {
	return n.log(at.Node).Line(dealmap.LineName{Line: at.Line})
}

func (n *nodes) Checkpoint(ctx context.Context, node, log string) ([]byte, error) {
	if node == "brest" {
		return nil, dealmap.NotFound()
	}
	note, err := n.keeper.Checkpoint(ctx, "", log)
	if node == "lyon" {
		note = []byte(strings.Replace(string(note), "\n12\n", "\n7\n", 1))
	}
	return note, err
}

// newNodes makes a world whose auditor asks the node paris, of which lyon and brest are others.
func newNodes(t *testing.T) (*world, *nodes) {
	n := &nodes{keeper: &keeper{}, names: []string{"paris", "lyon", "brest"}}
	w := newWorld(t, audited(n.keeper), func(o *web.Options) { o.Audit = n })
	for range n.names[1:] {
		n.others = append(n.others, &keeper{ledger: &ledger{}})
	}
	return w, n
}

// toldNodes is a page of the lines of several nodes.
type toldNodes struct {
	Lines []struct {
		Node    *string
		Line    uint64
		Subject string
		At      time.Time
	}
	Next       *uint64
	NextCursor *string `json:"next_cursor"`
}

func (p *toldNodes) names() (list []string) {
	for _, l := range p.Lines {
		node := "-"
		if l.Node != nil {
			node = *l.Node
		}
		list = append(list, fmt.Sprintf("%s/%d", node, l.Line))
	}
	return list
}

func TestLinesOfSeveralNodes(t *testing.T) {
	t.Parallel()
	w, n := newNodes(t)
	at := w.clock.at
	fill := func(k *keeper, subject string, lines int, every time.Duration) {
		for i := range lines {
			k.mu.Lock()
			k.lines = append(k.lines, dealmap.Consultation{
				Time: at.Add(time.Duration(i-lines) * every), Subject: subject, What: dealmap.WhatSheet, Operation: dealmap.OpConsultation,
			})
			k.mu.Unlock()
		}
	}
	fill(n.keeper, "x", 30, 3*time.Minute)
	fill(n.others[0], "x", 20, 4*time.Minute)
	fill(n.others[1], "x", 10, 5*time.Minute)
	fill(n.others[1], "y", 1, time.Hour)
	auditor := w.as("auditeur")
	ask := func(query string) (p toldNodes) {
		t.Helper()
		auditor.get("/api/v1/audit/consultations?" + query).want(http.StatusOK).json(&p)
		return p
	}
	whole := ask("subject=x&limit=1000")
	if len(whole.Lines) != 60 || whole.NextCursor != nil || whole.Next != nil {
		t.Fatalf("%d lines: %+v", len(whole.Lines), whole)
	}
	if !slices.IsSortedFunc(whole.Lines, func(a, b struct {
		Node    *string
		Line    uint64
		Subject string
		At      time.Time
	}) int {
		return b.At.Compare(a.At)
	}) {
		t.Error("the newest does not come first")
	}
	// Page by page it is the same, while lines are written.
	var pages []string
	for query := "subject=x&limit=7"; ; {
		p := ask(query)
		pages = append(pages, p.names()...)
		if p.NextCursor == nil {
			break
		}
		fill(n.others[0], "x", 3, -time.Minute)
		query = "subject=x&limit=7&cursor=" + url.QueryEscape(*p.NextCursor)
	}
	if !slices.Equal(pages, whole.names()) {
		t.Errorf("page by page:\n%v\nat once:\n%v", pages, whole.names())
	}
	one := ask("subject=x&node=brest&limit=4")
	if got := one.names(); !slices.Equal(got, []string{"brest/10", "brest/9", "brest/8", "brest/7"}) || one.Next == nil || *one.Next != 7 || one.NextCursor != nil {
		t.Errorf("of one node: %v, %+v", got, one)
	}
	if got := ask("subject=x&node=brest&before=3"); !slices.Equal(got.names(), []string{"brest/2", "brest/1"}) {
		t.Errorf("its next page: %v", got.names())
	}
	for query, field := range map[string]string{
		"before=5": "before", "node=nantes": "node", "cursor=x": "cursor", "cursor=paris:0": "cursor", "cursor=paris:1,paris:2": "cursor",
		"cursor=paris:4&before=3": "cursor", "cursor=paris:4&node=paris": "cursor", "cursor=:4": "cursor",
	} {
		if fields := auditor.get("/api/v1/audit/consultations?"+query).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", query, fields)
		}
	}
	var disclosed struct{ Node string }
	auditor.get("/api/v1/audit/consultations/2/places?node=lyon").want(http.StatusOK).json(&disclosed)
	if disclosed.Node != "lyon" {
		t.Errorf("of %q", disclosed.Node)
	}
	auditor.get("/api/v1/audit/consultations/25/places?node=brest").problem(http.StatusNotFound, "not-found")
	auditor.get("/api/v1/audit/consultations/2/places?node=nantes").problem(http.StatusBadRequest, "invalid-parameter")
}

func TestProofsOfSeveralNodes(t *testing.T) {
	t.Parallel()
	w, n := newNodes(t)
	auditor := w.as("auditeur")
	var c struct {
		Checkpoints []struct {
			Log, Node string
			Size      int64
		}
	}
	auditor.get("/api/v1/audit/checkpoints").want(http.StatusOK).json(&c)
	if len(c.Checkpoints) != 3 || c.Checkpoints[0].Node != "" || c.Checkpoints[1].Node != "paris" || c.Checkpoints[2].Node != "lyon" || c.Checkpoints[2].Size != 7 {
		t.Errorf("checkpoints: %+v", c)
	}
	var p struct {
		Node string
		Size int64
	}
	auditor.get("/api/v1/audit/proofs/inclusion?log=consultations&line=3&node=lyon").want(http.StatusOK).json(&p)
	if p.Node != "lyon" || p.Size != 7 {
		t.Errorf("inclusion: %+v", p)
	}
	for _, query := range []string{"inclusion?log=consultations&line=8&node=lyon", "inclusion?log=journal&line=1&node=lyon", "consistency?log=consultations&old=1&node=nantes"} {
		auditor.get("/api/v1/audit/proofs/"+query).problem(http.StatusBadRequest, "invalid-parameter")
	}
	auditor.get("/api/v1/audit/proofs/inclusion?log=consultations&line=1&node=brest").problem(http.StatusNotFound, "not-found")
	n.verify.Lock()
	n.verify.findings = []dealmap.Finding{{Log: dealmap.LogConsultations, Node: "lyon", Lines: 20}}
	n.verify.Unlock()
	auditor.post("/api/v1/audit/verification", nil).want(http.StatusAccepted)
	var s struct {
		Running  bool
		Findings []struct{ Node string }
	}
	for auditor.get("/api/v1/audit/verification").want(http.StatusOK).json(&s); s.Running; time.Sleep(5 * time.Millisecond) {
		auditor.get("/api/v1/audit/verification").want(http.StatusOK).json(&s)
	}
	if len(s.Findings) != 1 || s.Findings[0].Node != "lyon" {
		t.Errorf("findings: %+v", s)
	}
}

// One node alone says nothing of nodes, even when it has a name.
func TestOneNodeIsNotNamed(t *testing.T) {
	t.Parallel()
	w, n := newNodes(t)
	n.names = n.names[:1]
	auditor := w.as("auditeur")
	auditor.get("/api/v1/audit/consultations").want(http.StatusOK)
	for _, path := range []string{"/api/v1/audit/consultations", "/api/v1/audit/checkpoints", "/api/v1/audit/proofs/inclusion?log=consultations&line=3"} {
		if body := string(auditor.get(path).want(http.StatusOK).body); strings.Contains(body, "node") || strings.Contains(body, "cursor") {
			t.Errorf("%s: %s", path, body)
		}
	}
}
