package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// story makes a ledger and the journal that goes with it, of which a test then breaks something.
type story struct {
	t      *testing.T
	ledger []asked
	prev   dealmap.Hash
	rows   []row
}

func id(n byte) dealmap.ID { return dealmap.ID{15: n, 6: 0x40, 8: 0x80} }

// newStory adds two places, changes the first twice, refuses a stale change of it, and leaves one addition unanswered but done.
func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{t: t}
	s.write(asked{key: "a1"}, id(1), 1, 201)
	s.write(asked{key: "a2"}, id(2), 1, 201)
	s.write(asked{key: "c1", change: true, place: id(1), base: 1}, id(1), 2, 200)
	s.write(asked{key: "c2", change: true, place: id(1), base: 2}, id(1), 3, 200)
	s.ledger = append(s.ledger, asked{author: account, key: "c3", change: true, place: id(1), base: 2, tries: []try{{node: "n1", status: 412}}})
	s.write(asked{key: "a3"}, id(3), 0, 0)
	return s
}

// write puts a request into the ledger, as answered with a status, and its entry into the journal.
func (s *story) write(a asked, place dealmap.ID, revision, status int) {
	a.author = account
	a.tries = append(a.tries, try{node: "n1", status: status, place: place, revision: revision})
	s.ledger = append(s.ledger, a)
	s.append(a, place)
}

func (s *story) append(a asked, place dealmap.ID) {
	s.t.Helper()
	e := dealmap.Event{
		Seq: dealmap.Seq(len(s.rows) + 1), Time: time.Date(2026, 11, 29, 12, 0, len(s.rows), 0, time.UTC), Subject: place,
		Author: dealmap.Author{Subject: account, Role: dealmap.RoleOfast}, Kind: dealmap.EventPlaceAdded,
		Request: dealmap.Request{Key: requestKey(account, a.key)},
		Body: dealmap.PlaceAdded{Reference: "13-K7QF", Status: dealmap.Active, Facts: dealmap.Facts{
			Name: "Passage " + letters(a.key), Kind: "street", Position: &orb.Point{5.4, 43.3}, Products: []dealmap.Product{"cannabis"},
		}},
	}
	if a.change {
		e.Kind, e.Body = dealmap.EventPlaceChanged, dealmap.PlaceChanged{Patch: []byte(`{"name":"Passage ` + letters(a.key) + `"}`)}
	}
	salt := bytes.Repeat([]byte{byte(len(s.rows))}, dealmap.SaltSize)
	sealed, err := dealmap.Seal(s.prev, e, salt)
	if err != nil {
		s.t.Fatal(err)
	}
	s.prev = sealed.Hash
	s.rows = append(s.rows, row{seq: uint64(e.Seq), hash: sealed.Hash[:], header: sealed.Header, salt: salt, body: sealed.Body})
}

// kinds checks the story and returns what kinds of thing were found.
func (s *story) kinds() []findingKind {
	s.t.Helper()
	events, found := verify(s.rows)
	found = append(found, check(s.ledger, events)...)
	var kinds []findingKind
	for _, f := range found {
		s.t.Log(f.kind, f.text)
		kinds = append(kinds, f.kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func TestCheckerFindsWhatMustNotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*story)
		want  []findingKind
	}{
		{"nothing", func(*story) {}, nil},
		{"an acknowledged write is lost", func(s *story) { s.rows = s.rows[:3] }, []findingKind{foundLost}},
		{"a write never acknowledged is not there", func(s *story) { s.rows = s.rows[:4] }, nil},
		{"a retry is applied again", func(s *story) { s.append(asked{key: "a2"}, id(9)) }, []findingKind{foundTwice}},
		{"an entry is missing in the middle", func(s *story) { s.rows = slices.Delete(s.rows, 1, 2) }, []findingKind{foundChain, foundLost}},
		{"a body is another", func(s *story) { s.rows[1].body = bytes.Replace(s.rows[1].body, []byte("street"), []byte("drives"), 1) }, []findingKind{foundChain, foundLost}},
		{"a hash is another", func(s *story) { s.rows[2].hash = s.rows[1].hash }, []findingKind{foundChain}},
		{"a stale change is accepted", func(s *story) {
			s.write(asked{key: "c4", change: true, place: id(1), base: 2}, id(1), 4, 200)
		}, []findingKind{foundStale}},
		{"a stale change is applied and nobody told", func(s *story) {
			s.write(asked{key: "c4", change: true, place: id(1), base: 1}, id(1), 0, 0)
		}, []findingKind{foundStale}},
		{"a refused change is applied", func(s *story) {
			s.append(asked{key: "c3", change: true}, id(1))
		}, []findingKind{foundAnswer, foundStale}},
		{"two are told the same revision", func(s *story) {
			s.write(asked{key: "c4", change: true, place: id(1), base: 3}, id(1), 3, 200)
		}, []findingKind{foundAnswer}},
		{"somebody is told another place", func(s *story) { s.ledger[1].tries[0].place = id(1) }, []findingKind{foundAnswer}},
		{"a request nobody made", func(s *story) { s.append(asked{key: "b1"}, id(7)) }, []findingKind{foundForeign}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			c.spoil(s)
			if got := s.kinds(); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

func TestRetryMayShowLaterRevision(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.ledger[0].tries = []try{{node: "n1", problem: "EOF"}, {node: "n2", status: 201, place: id(1), revision: 3}}
	if got := s.kinds(); len(got) > 0 {
		t.Errorf("found %v in the answer to a retry", got)
	}
	if n := unheard(s.ledger, mustVerify(t, s.rows)); n != 1 {
		t.Errorf("%d unanswered requests are there, want 1", n)
	}
}

func TestNothingIsAcknowledgedAlone(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Date(2026, 11, 29, 12, 0, s, 0, time.UTC) }
	all := []asked{
		{key: "before", tries: []try{{status: 201, sent: at(1), done: at(12)}}},
		{key: "within", tries: []try{{status: 503, sent: at(11), done: at(12)}, {status: 201, sent: at(13), done: at(19)}}},
		{key: "refused", tries: []try{{status: 503, sent: at(11), done: at(12)}}},
		{key: "after", tries: []try{{status: 201, sent: at(15), done: at(25)}}},
	}
	if found := checkAlone(all, at(10), at(20)); len(found) != 1 || found[0].kind != foundAlone || !strings.HasPrefix(found[0].text, "within ") {
		t.Errorf("found %v", found)
	}
}

func mustVerify(t *testing.T, rows []row) []dealmap.Event {
	t.Helper()
	events, found := verify(rows)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return events
}

// shown is what a node shows that has folded the events as they should be.
func shown(places map[string]*dealmap.Place) []sheet {
	var all []sheet
	for _, p := range places {
		s := sheet{ID: p.ID.String(), raw: says(p)}
		s.Properties.Reference, s.Properties.Revision, s.Properties.Name = p.Reference, p.Revision, p.Facts.Name
		s.Properties.Status, s.Properties.Kind = string(p.Status), string(p.Facts.Kind)
		for _, product := range p.Facts.Products {
			s.Properties.Products = append(s.Properties.Products, string(product))
		}
		s.Geometry = &struct {
			Coordinates [2]float64 `json:"coordinates"`
		}{*p.Facts.Position}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b sheet) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func TestNodesAreHeldToReplay(t *testing.T) {
	t.Parallel()
	places, err := replay(mustVerify(t, newStory(t).rows))
	if err != nil {
		t.Fatal(err)
	}
	good := shown(places)
	if len(good) != 3 || good[0].Properties.Revision != 3 || good[0].Properties.Name != "Passage cd" {
		t.Fatalf("replayed %+v", good)
	}
	if found := compareNode("n1", places, good); len(found) > 0 {
		t.Errorf("found %v on a good node", found)
	}
	for name, spoil := range map[string]func([]sheet) []sheet{
		"a place is missing":     func(all []sheet) []sheet { return all[1:] },
		"a place is too many":    func(all []sheet) []sheet { return append(all, sheet{ID: id(9).String()}) },
		"a place is shown twice": func(all []sheet) []sheet { return append(all, all[0]) },
		"a revision behind":      func(all []sheet) []sheet { all[0].Properties.Revision--; return all },
		"another name":           func(all []sheet) []sheet { all[2].Properties.Name = "Passage"; return all },
	} {
		if found := compareNode("n1", places, spoil(shown(places))); len(found) != 1 || found[0].kind != foundState {
			t.Errorf("%s: found %v", name, found)
		}
	}
	other := shown(places)
	other[1].raw += " "
	if found := compareNodes("n1", "n2", good, other); len(found) != 1 {
		t.Errorf("two nodes differ in a byte: found %v", found)
	}
}

func TestMeasures(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Date(2026, 11, 29, 12, 0, s, 0, time.UTC) }
	if got := longestGap([]time.Time{at(30), at(1), at(12), at(50)}, at(10), at(40)); got != 18*time.Second {
		t.Errorf("longest pause %v, want 18 s", got)
	}
	if got := longestGap(nil, at(10), at(40)); got != 30*time.Second {
		t.Errorf("without any write %v, want 30 s", got)
	}
	a := []failure{{at(1), at(3), ""}, {at(10), at(11), ""}}
	b := []failure{{at(2), at(4), ""}, {at(20), at(21), ""}}
	if got := together(a, b); got != 1 {
		t.Errorf("%d failures at both nodes at once, want 1", got)
	}
	if got := quantile([]time.Duration{3, 1, 2, 4}, 0.5); got != 3 {
		t.Errorf("median %d", got)
	}
}
