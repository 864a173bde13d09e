package seeds_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
)

// told is a map that a story is told to; only what deciding these commands asks of a map is there.
type told struct {
	dealmap.State
	places map[dealmap.ID]*dealmap.Place
	taken  map[string]bool
}

func (m *told) Place(id dealmap.ID) *dealmap.Place     { return m.places[id] }
func (m *told) Taken(reference string) bool            { return m.taken[reference] }
func (m *told) Row(dealmap.RowHash) (dealmap.ID, bool) { return dealmap.ID{}, false }

// tell decides a story day by day, each at nine, and returns the map with how many events of each kind made it.
func tell(t testing.TB, places []dealmap.AddPlace, terr *geo.Territories, seed uint64) (*told, map[dealmap.EventKind]int, []dealmap.Event) {
	t.Helper()
	m := &told{places: map[dealmap.ID]*dealmap.Place{}, taken: map[string]bool{}}
	counts := map[dealmap.EventKind]int{}
	var all []dealmap.Event
	author := dealmap.Console("test", dealmap.RoleOfast)
	today, before := dealmap.DateOf(asOf), dealmap.Date{}
	for day, commands := range seeds.Story(places, today, seed) {
		if !before.Before(day) || today.Before(day) || len(commands) == 0 {
			t.Fatalf("seed %d: %d commands of %s follow those of %s", seed, len(commands), day, before)
		}
		before = day
		env := dealmap.Env{Now: day.Time().Add(9 * time.Hour), Gazetteer: terr}
		events, err := dealmap.Batch{Commands: commands}.Decide(m, author, env)
		if err != nil {
			t.Fatalf("seed %d: %s: %v", seed, day, err)
		}
		for _, e := range events {
			p, err := dealmap.Fold(m.places[e.Subject], e)
			if err != nil {
				t.Fatalf("seed %d: %s: %v", seed, day, err)
			}
			m.places[e.Subject], m.taken[p.Reference] = p, true
			counts[e.Kind]++
		}
		all = append(all, events...)
	}
	return m, counts, all
}

// TestAStoryEndsAsToday tells stories to a map and compares each place with what it is when it is entered today.
func TestAStoryEndsAsToday(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{seed, 2019} {
		stream, terr := places(t, 3952, seed)
		list := slices.Collect(stream)
		m, counts, _ := tell(t, list, terr, seed)
		if len(m.places) != len(list) {
			t.Errorf("seed %d: %d places, want %d", seed, len(m.places), len(list))
		}
		author, env := dealmap.Console("test", dealmap.RoleOfast), dealmap.Env{Now: asOf, Gazetteer: terr}
		for _, add := range list {
			want, err := add.Check(author, env)
			if err != nil {
				t.Fatal(err)
			}
			got := m.places[add.ID]
			if got.Status != want.Status || !got.Synthetic || !reflect.DeepEqual(got.Facts, want.Facts) || !reflect.DeepEqual(got.Closing, want.Closing) {
				t.Fatalf("seed %d: %s ends as %s %+v %+v, not as %s %+v %+v", seed, add.ID, got.Status, got.Facts, got.Closing, want.Status, want.Facts, want.Closing)
			}
		}
		total := 0
		for _, n := range counts {
			total += n
		}
		t.Logf("seed %d: %d events %v", seed, total, counts)
		if total > 22_000 || total < 12_000 {
			t.Errorf("seed %d: %d events for %d places", seed, total, len(list))
		}
	}
}

// TestAStoryIsOneOfPlaces holds what a life is like: how many are reported first, how many come back, how often they are confirmed.
func TestAStoryIsOneOfPlaces(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 3952, seed)
	list := slices.Collect(stream)
	m, _, events := tell(t, list, terr, seed)
	begin := dealmap.DateOf(asOf).AddDays(-7 * 156)
	var entered, reported, living, back, gaps, days int
	confirmed := map[dealmap.ID]int{}
	verified, closed, seen := map[dealmap.ID]bool{}, map[dealmap.ID]dealmap.Date{}, map[dealmap.ID]dealmap.Date{}
	for _, e := range events {
		switch body := e.Body.(type) {
		case dealmap.PlaceAdded:
			seen[e.Subject] = body.Facts.LastSeen
		case dealmap.PlaceConfirmed:
			confirmed[e.Subject]++
			gaps, days = gaps+1, days+int(body.Date.Days()-seen[e.Subject].Days())
			seen[e.Subject] = body.Date
		case dealmap.PlaceStepped:
			verified[e.Subject] = verified[e.Subject] || body.From == dealmap.Reported
			if body.To == dealmap.Closed {
				closed[e.Subject] = body.Date
			}
			if body.From == dealmap.Closed {
				back++
				if away := body.Date.Days() - closed[e.Subject].Days(); away < 20 || away > 200 {
					t.Errorf("seed %d: %s came back after %d days", seed, e.Subject, away)
				}
			}
			if body.To == dealmap.Active {
				seen[e.Subject] = body.Date
			}
		}
	}
	for id, p := range m.places {
		if p.Status != dealmap.Closed {
			living++
		}
		if begin.Before(p.Facts.FirstSeen) && p.Status != dealmap.Reported && !p.Facts.Handling.UnderEmbargo(dealmap.DateOf(asOf)) {
			entered++
			if verified[id] {
				reported++
			}
		}
		if confirmed[id] > 5 {
			t.Errorf("seed %d: %s was confirmed %d times", seed, id, confirmed[id])
		}
	}
	share := func(what string, n, of, least, most int) {
		t.Logf("%s: %d of %d", what, n, of)
		if 100*n < least*of || 100*n > most*of {
			t.Errorf("seed %d: %s: %d of %d, want %d to %d %%", seed, what, n, of, least, most)
		}
	}
	share("verified after they were reported", reported, entered, 25, 36)
	share("closed once and back", back, living, 6, 10)
	if mean := days / gaps; mean < 70 || mean > 120 {
		t.Errorf("seed %d: %d days between two confirmations on average", seed, mean)
	}
}

// TestStoriesFollowTheSeed: the same again, another with another seed, and stopping early does no harm.
func TestStoriesFollowTheSeed(t *testing.T) {
	t.Parallel()
	stream, _ := places(t, 300, seed)
	list := slices.Collect(stream)
	today := dealmap.DateOf(asOf)
	collect := func(seed uint64) (commands []dealmap.Command) {
		for _, some := range seeds.Story(list, today, seed) {
			commands = append(commands, some...)
		}
		return commands
	}
	if !reflect.DeepEqual(collect(seed), collect(seed)) {
		t.Errorf("seed %d: two runs differ", seed)
	}
	if reflect.DeepEqual(collect(seed), collect(seed+1)) {
		t.Errorf("seeds %d and %d tell the same", seed, seed+1)
	}
	for range seeds.Story(list, today, seed) {
		break
	}
	for range seeds.Story(nil, today, seed) {
		t.Error("a story of nothing")
	}
}
