package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// closed reports whether a channel is closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestGrantsAndTokens(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon
	dir := t.TempDir()
	o := store.Options{Dir: dir, Clock: func() time.Time { return now }}
	s := open(t, o)
	changes := 0
	changed := s.GrantsChanged()
	do := func(v dealmap.Viewer, c dealmap.Command, rights bool) dealmap.ID {
		t.Helper()
		before := s.Snapshot().GrantsSeq()
		subject := must(t, s, v, c, "").Subject
		if closed(changed) != rights || (s.Snapshot().GrantsSeq() != before) != rights {
			t.Fatalf("%T: told %v, from %d to %d", c, closed(changed), before, s.Snapshot().GrantsSeq())
		}
		if rights {
			changes++
			changed = s.GrantsChanged()
		}
		return subject
	}
	give := func(subject string) dealmap.ID {
		t.Helper()
		return do(admin, dealmap.GiveGrant{ID: newID(r), Grant: dealmap.Grant{Subject: subject, Name: subject,
			Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DTPN 13"}}, true)
	}
	first, other := give("pn"), give("autre")
	pn, ok := s.Snapshot().Viewer("pn", now)
	if !ok || pn.Grant != first {
		t.Fatalf("%+v %v", pn, ok)
	}
	pn.Motive = "essai"
	do(cross13, add(r, "Cité A"), false)
	token := func() dealmap.ID {
		t.Helper()
		now = now.Add(time.Minute)
		return do(pn, dealmap.GiveToken{ID: newID(r), Token: dealmap.Token{Name: "QGIS", Motive: "cartes du service", Until: now.Add(24 * time.Hour)}}, true)
	}
	early, late := token(), token()
	do(pn, dealmap.EndToken{ID: early}, true)
	do(admin, dealmap.EndGrant{ID: other}, true)
	now = now.Add(time.Hour)
	again := give("autre")
	for range 2 {
		snapshot := s.Snapshot()
		if got := snapshot.Tokens(); len(got) != 2 || got[0].ID != late || got[1].ID != early || got[1].Active(now) || !got[0].Active(now) {
			t.Fatalf("tokens %v", got)
		}
		if got, ok := snapshot.Token(late); !ok || got.Subject != "pn" || got.Grant != first {
			t.Fatalf("%+v %v", got, ok)
		}
		grants := snapshot.Grants()
		order := []dealmap.ID{again, other, first}
		if !slices.EqualFunc(grants, order, func(g *dealmap.Grant, id dealmap.ID) bool { return g.ID == id }) {
			t.Fatalf("grants %v, want %v", grants, order)
		}
		if g, ok := snapshot.Grant(other); !ok || g.Active(now) {
			t.Fatalf("%+v %v", g, ok)
		}
		if v, ok := snapshot.Viewer("autre", now); !ok || v.Grant != again {
			t.Fatalf("%+v %v", v, ok)
		}
		for _, id := range []dealmap.ID{{}, first, newID(r)} {
			if _, ok := snapshot.Token(id); ok {
				t.Fatalf("%s is a token", id)
			}
		}
		if snapshot.GrantsSeq() != snapshot.Seq() {
			t.Fatalf("rights changed at %d, it is %d", snapshot.GrantsSeq(), snapshot.Seq())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir); !report.OK() || report.Tokens != 2 || report.Grants != 3 {
			t.Fatalf("%+v", report)
		}
		s = open(t, o)
	}
	if changes != 7 {
		t.Fatalf("%d changes", changes)
	}
	past, err := s.SnapshotAt(context.Background(), noon)
	if err != nil || len(past.Tokens()) != 0 || len(past.Grants()) != 2 {
		t.Fatalf("as of noon: %d tokens, %d grants, %v", len(past.Tokens()), len(past.Grants()), err)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon
	dir := t.TempDir()
	o := store.Options{Dir: dir, Clock: func() time.Time { return now }}
	s := open(t, o)
	partner := func(name string) dealmap.Viewer {
		return dealmap.Viewer{Subject: name, Role: dealmap.RolePartner, Service: dealmap.ServicePN, Unit: name, Motive: "essai"}
	}
	bailleur, transport := partner("bailleur"), partner("transport")
	var ids []dealmap.ID
	for i := range 6 {
		now = now.Add(time.Minute)
		from := bailleur
		if i%2 == 1 {
			from = transport
		}
		c := dealmap.SubmitReport{ID: newID(r), Statement: dealmap.Statement{Text: fmt.Sprint("vente au pied du bâtiment ", i), Commune: "13055"}}
		result := must(t, s, from, c, fmt.Sprint("r", i))
		again := c
		again.ID = newID(r)
		if retried := must(t, s, from, again, fmt.Sprint("r", i)); !retried.Replayed || retried.Subject != result.Subject {
			t.Fatalf("retry: %+v", retried)
		}
		ids = append(ids, result.Subject)
	}
	must(t, s, cross13, dealmap.SettleReport{ID: ids[2], Status: dealmap.ReportKept, Answer: "merci"}, "")
	for range 2 {
		for _, v := range []dealmap.Viewer{cross13, ofast, bailleur, transport, gn, admin, {}} {
			scope := scopeOf(v)
			var want, got []dealmap.ID
			for i, id := range slices.Backward(ids) {
				if v.Role == dealmap.RoleCross || v.Role == dealmap.RoleOfast || v.Subject == bailleur.Subject && i%2 == 0 || v.Subject == transport.Subject && i%2 == 1 {
					want = append(want, id)
				}
				sight, ok := s.Snapshot().Report(scope, id)
				if ok != slices.Contains(want, id) || ok && (sight.ID() != id || (sight.Status() == dealmap.ReportKept) != (i == 2)) {
					t.Fatalf("%s sees report %d: %v", v.Subject, i, ok)
				}
			}
			s.Snapshot().Reports(scope, func(sight dealmap.ReportSight) bool { got = append(got, sight.ID()); return true })
			if !slices.Equal(got, want) {
				t.Fatalf("%s sees %v, want %v", v.Subject, got, want)
			}
			n := 0
			s.Snapshot().Reports(scope, func(dealmap.ReportSight) bool { n++; return n < 2 })
			if n != min(2, len(want)) {
				t.Fatalf("%d were yielded", n)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir); !report.OK() || report.Reports != 6 {
			t.Fatalf("%+v", report)
		}
		s = open(t, o)
	}
	past, err := s.SnapshotAt(context.Background(), noon.Add(3*time.Minute))
	if sight, ok := past.Report(scopeOf(cross13), ids[2]); err != nil || !ok || sight.Status() != dealmap.ReportReceived {
		t.Fatalf("as it stood: %v %v", ok, err)
	}
}
