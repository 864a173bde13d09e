package web_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// crowd is a keeper whose log has as many candidates as are asked for, by a few people with a few filters over many days.
type crowd struct {
	*keeper
	lines []dealmap.Consultation
}

func (c *crowd) Find(_ context.Context, _ dealmap.ConsultationQuery, yield func(dealmap.LineName, dealmap.Consultation) bool) error {
	for i := len(c.lines) - 1; i >= 0; i-- {
		if !yield(dealmap.LineName{Line: uint64(i + 1)}, c.lines[i]) {
			return nil
		}
	}
	return nil
}

func (c *crowd) Line(at dealmap.LineName) (dealmap.Consultation, bool, error) {
	return c.lines[at.Line-1], false, nil
}

func newCrowd(t testing.TB, lines int) (w *world, c *crowd, id dealmap.ID) {
	c = &crowd{}
	k := &keeper{}
	w = newWorld(t, audited(k), func(o *web.Options) { c.keeper, o.Audit = k, c })
	at := orb.Point{5.3698, 43.2965}
	place := dealmap.AddPlace{ID: dealmap.ID{7, 0xbb, 6: 0x40, 8: 0x80}, Status: dealmap.Active, Facts: dealmap.Facts{
		Kind: dealmap.Four, Name: "Résidence", Commune: "13055", Position: &at, Accuracy: dealmap.AccuracyDoor,
		Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
	}}
	w.do(w.viewer("cross13"), dealmap.ImportPlaces{Places: []dealmap.AddPlace{place}})
	for i := range 60 { // versions
		w.do(w.viewer("cross13"), dealmap.ChangePlace{ID: place.ID, Patch: fmt.Appendf(nil, `{"intensity":%d}`, 1+i%5)})
	}
	last := w.store.Snapshot().Seq()
	people := []string{"ofast", "cross13", "pn", "gn"}
	filters := []string{"", "status=active", "status=disrupted", "product=crack&status=active", "territory=dep%3A13", "confirmed_after=2026-11-01"}
	c.lines = make([]dealmap.Consultation, lines)
	for i := range c.lines {
		v := w.viewer(people[i%4])
		t := maptile.At(at, maptile.Zoom(9+i%9))
		c.lines[i] = dealmap.Consultation{
			Time: w.clock.at.Add(time.Duration(i) * 17 * time.Minute), Subject: v.Subject, Grant: v.Grant, Role: v.Role, Operation: dealmap.OpConsultation,
			What: dealmap.WhatTile, Layers: "basemap,territories,clusters,deal_points", Query: filters[i%len(filters)],
			Tile: &dealmap.TileAddress{Z: uint32(t.Z), X: t.X, Y: t.Y}, Seq: last - dealmap.Seq(i%60),
		}
	}
	return w, c, place.ID
}

// BenchmarkWhoSaw confirms 100,000 candidates of one place: nearly all are looked at, for those that did not see it come first.
func BenchmarkWhoSaw(b *testing.B) {
	w, c, id := newCrowd(b, 100_000)
	for i := range c.lines { // none of them saw it: every candidate must be computed
		c.lines[i].Query = "product=heroin&" + c.lines[i].Query
	}
	auditor := w.as("auditeur")
	for b.Loop() {
		var told toldPage
		auditor.get("/api/v1/audit/consultations?limit=100&place=" + id.String()).want(http.StatusOK).json(&told)
		if told.Examined != 100_000 || len(told.Lines) != 0 {
			b.Fatalf("examined %d, %d lines", told.Examined, len(told.Lines))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/candidate")
}
