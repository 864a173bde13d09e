package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/paulmach/orb"
)

var prefet13 = dealmap.Viewer{Subject: "prefet13", Role: dealmap.RolePrefet, Territories: []dealmap.TerritoryCode{"dep:13"},
	Chains: [][]dealmap.TerritoryCode{{"dep:13", "reg:93", "zone:sud"}}, Motive: "CLCT"}

func TestAnchorsAreCoarseForThosewhoOnlyCount(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	const places = 300
	for i := range places {
		must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), "")
	}
	snapshot := s.Snapshot()
	everywhere := orb.Bound{Min: orb.Point{4, 43}, Max: orb.Point{6, 44}}
	anchors := map[orb.Point]int{}
	snapshot.Anchors(scopeOf(prefet13), everywhere, func(sight dealmap.Sight, at orb.Point) bool {
		if sight.Name() != "" || !sight.ID().IsZero() {
			t.Fatal("an aggregate shows a place")
		}
		anchors[at]++
		return true
	})
	total := 0
	for at, n := range anchors {
		total += n
		// A box around the anchor alone finds all that count there, wherever they are, and nothing else.
		box, found := orb.Bound{Min: at, Max: at}.Pad(1e-9), 0
		snapshot.Anchors(scopeOf(prefet13), box, func(dealmap.Sight, orb.Point) bool { found++; return true })
		if found != n {
			t.Fatalf("%d count at %v, a box around it finds %d", n, at, found)
		}
	}
	if total != places {
		t.Fatalf("%d of %d count", total, places)
	}
	snapshot.Box(scopeOf(prefet13), everywhere, func(dealmap.Sight) bool { t.Fatal("a préfet is shown a point"); return false })
	snapshot.Nearest(scopeOf(prefet13), orb.Point{5, 43.5}, func(dealmap.Sight, float64) bool { t.Fatal("a préfet is shown a point"); return false })
	if found := snapshot.Search(scopeOf(prefet13), "point", 10); found != nil {
		t.Fatalf("a préfet finds %d", len(found))
	}
}

// outputs is everything that a snapshot tells a viewer.
func outputs(s *store.Snapshot, scope dealmap.Scope) []string {
	var all []string
	note := func(what string, sight dealmap.Sight, more ...any) {
		all = append(all, fmt.Sprint(what, sight.ID(), sight.Name(), sight.Reference(), sight.Status(), sight.Kind(), sight.Commune(), more))
	}
	box := orb.Bound{Min: orb.Point{4, 43}, Max: orb.Point{6, 44}}
	centre := orb.Point{5, 43.5}
	area := orb.MultiPolygon{{{{4.5, 43.2}, {5.5, 43.2}, {5.5, 43.8}, {4.5, 43.8}, {4.5, 43.2}}}}
	s.Each(scope, dealmap.ID{}, func(x dealmap.Sight) bool { note("each", x); return true })
	s.Box(scope, box, func(x dealmap.Sight) bool { note("box", x); return true })
	s.Anchors(scope, box, func(x dealmap.Sight, at orb.Point) bool { note("anchor", x, at); return true })
	s.Radius(scope, centre, 50_000, func(x dealmap.Sight, m float64) bool { note("radius", x, m); return true })
	s.Nearest(scope, centre, func(x dealmap.Sight, m float64) bool { note("nearest", x, m); return true })
	s.Within(scope, area, func(x dealmap.Sight) bool { note("within", x); return true })
	slices.Sort(all) // no order is promised
	for _, text := range []string{"secret", "pins", "13-", "rue des lilas", "point 1"} {
		for _, limit := range []int{1, 3, 50} {
			for i, x := range s.Search(scope, text, limit) {
				note(fmt.Sprint("search ", text, limit, i), x)
			}
		}
	}
	return all
}

func TestHiddenPlacesChangeNothing(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	for i := range 60 {
		c := add(r, fmt.Sprint("Point ", i))
		if i%3 == 0 {
			c.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachService, Code: "H0", Blurred: i%2 == 0}
		}
		must(t, s, cross13, c, "")
	}
	customs := dealmap.Viewer{Subject: "douane", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceDGDDI, Unit: "BSI"}
	viewers := []dealmap.Viewer{gn, customs, prefet13, admin, {}}
	var before [][]string
	for _, v := range viewers {
		before = append(before, outputs(s.Snapshot(), scopeOf(v)))
	}
	hidden := add(r, "Secret des Pins")
	hidden.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H3", EmbargoUntil: dealmap.DateOf(noon).AddDays(30)}
	id := must(t, s, cross13, hidden, "").Subject
	commands := []dealmap.Command{
		dealmap.ChangePlace{ID: id, Patch: []byte(`{"position":[5.0,43.5],"name":"Point 1 bis"}`)},
		dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded},
	}
	for step := range len(commands) + 1 {
		for i, v := range viewers {
			if after := outputs(s.Snapshot(), scopeOf(v)); !reflect.DeepEqual(before[i], after) {
				t.Fatalf("step %d: what %s sees differs by a place that is hidden", step, v.Subject)
			}
			if _, ok := s.Snapshot().Place(scopeOf(v), id); ok {
				t.Fatalf("%s sees it", v.Subject)
			}
			if v.Subject != "" {
				if _, err := s.Do(context.Background(), v, dealmap.ConfirmPlace{ID: id}, ""); dealmap.KindOf(err) != dealmap.KindNotFound {
					t.Fatalf("%s is told by a command: %v", v.Subject, err)
				}
			}
		}
		if step < len(commands) {
			must(t, s, cross13, commands[step], "")
		}
	}
	if len(before[0]) < 60 {
		t.Fatalf("only %d outputs compared", len(before[0]))
	}
}

func TestSearchOrder(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	for _, name := range []string{"Les Épinettes", "Tour des Pins", "Résidence de l’Étang", "Pinède"} {
		must(t, s, cross13, add(r, name), "")
	}
	names := func(text string, limit int) []string {
		var list []string
		for _, sight := range s.Snapshot().Search(scopeOf(gn), text, limit) {
			list = append(list, sight.Name())
		}
		return list
	}
	if got := names("pin", 10); len(got) != 3 || got[2] != "Les Épinettes" {
		t.Errorf("pin: %q, the one inside a word comes last", got)
	}
	if got := names("PIN", 2); slices.Contains(got, "Les Épinettes") || len(got) != 2 {
		t.Errorf("PIN, two at most: %q", got)
	}
	if got := names("etang residence", 10); len(got) != 1 {
		t.Errorf("words in any order, without accents: %q", got)
	}
	if got := names("pin tour absent", 10); got != nil {
		t.Errorf("every word must be there: %q", got)
	}
	if got := names("  ", 10); got != nil {
		t.Errorf("no words: %q", got)
	}
	wanted, _ := s.Snapshot().ByReference(scopeOf(gn), s.Snapshot().Search(scopeOf(gn), "pinède", 1)[0].Reference())
	for _, text := range []string{wanted.Reference(), strings.ToLower(wanted.Reference()), wanted.Reference()[:5]} {
		if got := s.Snapshot().Search(scopeOf(gn), text, 10); len(got) == 0 || got[0].ID() != wanted.ID() && text != wanted.Reference()[:5] {
			t.Errorf("by reference %q: %d found", text, len(got))
		}
	}
}

func TestSnapshotsDoNotChange(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	var kept []*store.Snapshot
	var told [][]string
	for i := range 80 {
		c := add(r, fmt.Sprint("Point ", i))
		id := must(t, s, cross13, c, "").Subject
		if i%4 == 3 {
			must(t, s, cross13, dealmap.ChangePlace{ID: id, Patch: []byte(`{"position":[5.0,43.5]}`)}, "")
		}
		if i%10 == 0 {
			kept = append(kept, s.Snapshot())
			told = append(told, outputs(s.Snapshot(), scopeOf(gn)))
		}
	}
	for i, snapshot := range kept {
		if !reflect.DeepEqual(told[i], outputs(snapshot, scopeOf(gn))) {
			t.Fatalf("the snapshot at %d has changed", snapshot.Seq())
		}
	}
}
