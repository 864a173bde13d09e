package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"pgregory.net/rapid"
)

// report, and the others of this file, act on records that are no places.
func (m *machine) report() {
	for _, id := range slices.SortedFunc(maps.Keys(m.reports), func(a, b dealmap.ID) int { return slices.Compare(a[:], b[:]) }) {
		if m.reports[id] == dealmap.ReportReceived && rapid.Bool().Draw(m.t, "settle") {
			if _, err := m.do(cross13, dealmap.SettleReport{ID: id, Status: dealmap.ReportDeclined}, ""); err == nil {
				m.reports[id] = dealmap.ReportDeclined
			}
			return
		}
	}
	c := dealmap.SubmitReport{ID: m.newID(3), Statement: dealmap.Statement{Text: "vente au pied du bâtiment", Commune: "13055"}}
	if _, err := m.do(gn, c, ""); err == nil {
		m.reports[c.ID] = dealmap.ReportReceived
	}
}

func (m *machine) operate() {
	for _, id := range slices.SortedFunc(maps.Keys(m.operations), func(a, b dealmap.ID) int { return slices.Compare(a[:], b[:]) }) {
		switch arrests := rapid.IntRange(0, 9).Draw(m.t, "arrests"); {
		case arrests == 0:
			if _, err := m.do(cross13, dealmap.RemoveOperation{ID: id}, ""); err == nil {
				delete(m.operations, id)
			}
			return
		case arrests < 4:
			patch := fmt.Appendf(nil, `{"results":{"arrests":%d},"from":"2026-10-0%d"}`, arrests, arrests)
			if _, err := m.do(cross13, dealmap.ChangeOperation{ID: id, Patch: patch}, ""); err == nil {
				m.operations[id] = arrests
			}
			return
		}
	}
	c := dealmap.RecordOperation{ID: m.newID(6), Facts: dealmap.OperationFacts{Type: dealmap.Judicial, From: dealmap.DateOf(noon).AddDays(-60),
		Until: dealmap.DateOf(noon), Territory: "dep:13", Results: dealmap.Results{Arrests: 5}}}
	if _, err := m.do(cross13, c, ""); err == nil {
		m.operations[c.ID] = 5
	}
}

func (m *machine) token() {
	if m.grant.IsZero() {
		c := dealmap.GiveGrant{ID: m.newID(4), Grant: dealmap.Grant{Subject: "pn", Name: "PN", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DTPN 13"}}
		if _, err := m.do(admin, c, ""); err == nil {
			m.grant = c.ID
		}
		return
	}
	pn, ok := m.s.Snapshot().Viewer("pn", noon)
	if !ok || pn.Grant != m.grant {
		m.t.Fatalf("the owner of the tokens is %+v, %v", pn, ok)
	}
	for _, id := range slices.SortedFunc(maps.Keys(m.tokens), func(a, b dealmap.ID) int { return slices.Compare(a[:], b[:]) }) {
		if m.tokens[id] && rapid.Bool().Draw(m.t, "end") {
			if _, err := m.do(pn, dealmap.EndToken{ID: id}, ""); err == nil {
				m.tokens[id] = false
			}
			return
		}
	}
	c := dealmap.GiveToken{ID: m.newID(5), Token: dealmap.Token{Name: "QGIS", Motive: "cartes", Until: noon.Add(time.Hour)}}
	if _, err := m.do(pn, c, ""); err == nil {
		m.tokens[c.ID] = true
	}
}

// checkRest compares what is no place, and what is told of places that were erased.
func (m *machine) checkRest(snapshot *store.Snapshot) {
	seen := 0
	snapshot.Reports(scopeOf(cross13), func(r dealmap.ReportSight) bool {
		seen++
		if status, known := m.reports[r.ID()]; !known || status != r.Status() {
			m.t.Fatalf("report %s is %s, want %s", r.ID(), r.Status(), status)
		}
		return true
	})
	if seen != len(m.reports) || len(snapshot.Tokens()) != len(m.tokens) {
		m.t.Fatalf("%d reports and %d tokens, want %d and %d", seen, len(snapshot.Tokens()), len(m.reports), len(m.tokens))
	}
	noted := 0
	snapshot.Operations(scopeOf(cross13), dealmap.OperationQuery{}, func(o dealmap.OperationSight) bool {
		noted++
		if arrests, known := m.operations[o.ID()]; !known || arrests != o.Results().Arrests {
			m.t.Fatalf("operation %s brought %d arrests, want %d", o.ID(), o.Results().Arrests, arrests)
		}
		return true
	})
	if noted != len(m.operations) {
		m.t.Fatalf("%d operations, want %d", noted, len(m.operations))
	}
	for id, active := range m.tokens {
		if token, ok := snapshot.Token(id); !ok || token.Active(noon) != active {
			m.t.Fatalf("token %s: %v, want in force %v", id, ok, active)
		}
	}
	for _, id := range m.erased {
		entries, err := m.s.Entries(context.Background(), store.JournalQuery{Place: id})
		if err != nil || len(entries) < 2 || slices.ContainsFunc(entries[1:], func(e store.JournalEntry) bool { return !e.Erased }) {
			m.t.Fatalf("entries of the erased place %s: %v %v", id, entries, err)
		}
	}
}
