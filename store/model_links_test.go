package store_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"pgregory.net/rapid"
)

// tied is what the trivial model knows of a link.
type tied struct {
	from, to dealmap.ID
	strength int
}

// coded is what the trivial model knows of the record of a network.
type coded struct {
	id   dealmap.ID
	note string
}

// codes are those that networks of the model may have.
var codes = []string{"R-13-2AA", "R-13-3BB"}

// link records, changes or removes a link.
func (m *machine) link() {
	if ids := slices.SortedFunc(maps.Keys(m.links), func(a, b dealmap.ID) int { return slices.Compare(a[:], b[:]) }); len(ids) > 0 && rapid.Bool().Draw(m.t, "again") {
		id := rapid.SampledFrom(ids).Draw(m.t, "link")
		if rapid.IntRange(0, 3).Draw(m.t, "remove") == 0 {
			if _, err := m.do(cross13, dealmap.RemoveLink{ID: id}, ""); err == nil {
				delete(m.links, id)
			}
			return
		}
		strength := rapid.IntRange(1, 9).Draw(m.t, "strength")
		if _, err := m.do(cross13, dealmap.ChangeLink{ID: id, Patch: fmt.Appendf(nil, `{"strength":%d}`, strength)}, ""); err == nil {
			m.links[id].strength = strength
		}
		return
	}
	if len(m.order) < 2 {
		return
	}
	from, to := rapid.SampledFrom(m.order).Draw(m.t, "from"), rapid.SampledFrom(m.order).Draw(m.t, "to")
	c := dealmap.RecordLink{ID: m.newID(7), Facts: dealmap.LinkFacts{From: from, To: to, Kind: dealmap.Supplies, Strength: 1}}
	if _, err := m.do(cross13, c, ""); err == nil {
		m.links[c.ID] = &tied{from, to, 1}
	}
}

// network records, changes or removes a network, or says which places belong to it.
func (m *machine) network() {
	code := rapid.SampledFrom(codes).Draw(m.t, "code")
	n := m.networks[code]
	switch rapid.IntRange(0, 3).Draw(m.t, "network") {
	case 0:
		c := dealmap.RecordNetwork{ID: m.newID(8), Code: code, Facts: dealmap.NetworkFacts{Territory: "dep:13"}}
		_, err := m.do(cross13, c, "")
		if n != nil && err == nil {
			m.t.Fatalf("network %s has two records", code)
		}
		if err == nil {
			m.networks[code] = &coded{id: c.ID}
		}
	case 1:
		if n == nil {
			return
		}
		if rapid.IntRange(0, 3).Draw(m.t, "remove") == 0 {
			if _, err := m.do(cross13, dealmap.RemoveNetwork{ID: n.id}, ""); err == nil {
				delete(m.networks, code)
			}
			return
		}
		m.drawn++
		note := fmt.Sprint("remarque ", m.drawn)
		if _, err := m.do(cross13, dealmap.ChangeNetwork{ID: n.id, Patch: fmt.Appendf(nil, `{"note":%q}`, note)}, ""); err == nil {
			n.note = note
		}
	default:
		if len(m.order) == 0 {
			return
		}
		c := dealmap.AssignNetwork{Code: code, Add: []dealmap.ID{rapid.SampledFrom(m.order).Draw(m.t, "add")}}
		if gone := rapid.SampledFrom(m.order).Draw(m.t, "take"); gone != c.Add[0] {
			c.Remove = []dealmap.ID{gone}
		}
		absent := rapid.IntRange(0, 3).Draw(m.t, "absent") == 0
		if absent {
			c.Remove = append(c.Remove, m.newID(9))
		}
		if _, err := m.do(cross13, c, ""); err != nil {
			return
		}
		if absent {
			m.t.Fatal("a place that is not there was taken from a network")
		}
		m.places[c.Add[0]].carry(code, true)
		if len(c.Remove) > 0 {
			m.places[c.Remove[0]].carry(code, false)
		}
	}
}

// carry gives a place the code of a network or takes it away, which is a change of the place.
func (p *known) carry(code string, add bool) {
	if slices.Contains(p.codes, code) == add {
		return
	}
	p.revision++
	if p.codes = slices.DeleteFunc(p.codes, func(c string) bool { return c == code }); add {
		p.codes = append(p.codes, code)
		slices.Sort(p.codes)
	}
}

// checkNetworks compares records, members and codes with those of the model.
func (m *machine) checkNetworks(snapshot *store.Snapshot, scope dealmap.Scope, sees func(*known) bool) {
	found := 0
	snapshot.Networks(scope, func(n dealmap.NetworkSight) bool {
		found++
		if want := m.networks[n.Code()]; want == nil || want.id != n.ID() || want.note != n.Note() {
			m.t.Fatalf("network %s says %q, want %+v", n.Code(), n.Note(), want)
		}
		return true
	})
	if found != len(m.networks) {
		m.t.Fatalf("%d networks, want %d", found, len(m.networks))
	}
	var carried, told []string
	snapshot.Codes(scope, func(code string) bool { told = append(told, code); return true })
	for _, code := range codes {
		members, want := map[dealmap.ID]bool{}, map[dealmap.ID]bool{}
		snapshot.Members(scope, code, func(s dealmap.Sight) bool { members[s.ID()] = true; return true })
		for id, p := range m.places {
			if sees(p) && slices.Contains(p.codes, code) {
				want[id] = true
			}
		}
		if !maps.Equal(members, want) {
			m.t.Fatalf("network %s has %v, want %v", code, members, want)
		}
		if len(want) > 0 {
			carried = append(carried, code)
		}
	}
	if !slices.Equal(carried, told) {
		m.t.Fatalf("codes %v, want %v", told, carried)
	}
}

// checkLinks compares the links that are told with those of the model: one is seen by who sees both its ends.
func (m *machine) checkLinks(snapshot *store.Snapshot, scope dealmap.Scope, sees func(*known) bool) {
	told := map[dealmap.ID]bool{}
	snapshot.Links(scope, &dealmap.LinkFilter{}, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		want := m.links[l.ID()]
		if told[l.ID()] = true; want == nil || want.strength != l.Strength() || want.from != l.From().ID() || want.to != l.To().ID() {
			m.t.Fatalf("link %s is %d strong, from %s to %s; want %+v", l.ID(), l.Strength(), l.From().ID(), l.To().ID(), want)
		}
		return true
	})
	for id, l := range m.links {
		if both := sees(m.places[l.from]) && sees(m.places[l.to]); told[id] != both {
			m.t.Fatalf("link %s is told: %v, want %v", id, told[id], both)
		}
	}
	of := 0
	for id := range m.places {
		of += len(snapshot.LinksOf(scope, id))
	}
	if of != 2*len(told) {
		m.t.Fatalf("places have %d ends of %d links", of, len(told))
	}
}
