package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// TestLinksAreCountedAndDrawnAsSeen changes a map of links at random: merges, splits, moves, embargoes, erasures. Of every snapshot on
// the way, also once later ones exist, after a restart, and of maps of the past, LinkBox, Flows and FlowTable must tell what a scan of
// Links does, and Links what Scope.SeeLink says.
func TestLinksAreCountedAndDrawnAsSeen(t *testing.T) {
	t.Parallel()
	w := &tangle{T: t, rand: seeded(t), dir: t.TempDir(), now: noon, done: map[string]int{}, imports: map[dealmap.ID][]dealmap.ID{}}
	w.options = store.Options{Dir: w.dir, Clock: func() time.Time { w.now = w.now.Add(time.Second); return w.now }}
	w.store = open(t, w.options)
	var kept []*store.Snapshot
	for round := range 14 {
		w.grow()
		for range 60 {
			w.change()
		}
		kept = append(kept, w.store.Snapshot())
		w.compare(fmt.Sprint("round ", round), w.store.Snapshot())
	}
	for i, snapshot := range kept {
		w.compare(fmt.Sprint("later, round ", i), snapshot)
	}
	for range 6 {
		then, err := w.store.SnapshotAt(t.Context(), noon.Add(time.Duration(w.rand.Int64N(int64(w.now.Sub(noon))))))
		if err != nil {
			t.Fatal(err)
		}
		w.compare("the past", then)
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	w.store = open(t, w.options)
	w.compare("after a restart", w.store.Snapshot())
	for range 60 {
		w.change()
	}
	w.compare("and on", w.store.Snapshot())
	t.Logf("done %v, told %d, tallied %d, drawn %d", w.done, w.told, w.tallied, w.drawn)
	for _, what := range []string{"link", "change", "remove", "move", "terms", "merge", "split", "chain", "erase", "rows", "undo"} {
		if w.done[what] == 0 {
			t.Errorf("nothing was tried of: %s", what)
		}
	}
	if w.told < 1000 || w.tallied < 100 || w.drawn < 1000 {
		t.Error("too little was compared")
	}
}

// tangle is a random map of places and links.
type tangle struct {
	*testing.T
	rand                 *rand.Rand
	store                *store.Store
	options              store.Options
	dir                  string
	now                  time.Time
	places, links        []dealmap.ID
	imports              map[dealmap.ID][]dealmap.ID
	done                 map[string]int
	told, tallied, drawn int
}

// try does what may be refused: the random map asks for what cannot be, too.
func (w *tangle) try(what string, c dealmap.Command) {
	if _, err := w.store.Do(context.Background(), ofast, c, ""); err == nil {
		w.done[what]++
	}
}

func (w *tangle) handling() dealmap.Handling {
	day := dealmap.DateOf(noon)
	return []dealmap.Handling{
		{}, {}, {Reach: dealmap.ReachService, Code: "H1"}, {Reach: dealmap.ReachDepartement, Code: "H3", Blurred: true},
		{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: day.AddDays(w.rand.IntN(3) - 1)}, {Reach: dealmap.ReachZone, Code: "H0"},
	}[w.rand.IntN(6)]
}

func (w *tangle) owner() dealmap.Owner {
	return []dealmap.Owner{{}, {Service: gn.Service, Unit: gn.Unit}, {Service: dealmap.ServicePN, Unit: "Cross 13"}}[w.rand.IntN(3)]
}

func (w *tangle) newPlace() dealmap.AddPlace {
	c := add(w.rand, fmt.Sprint("Point ", w.rand.IntN(100)))
	c.Facts.Owner, c.Facts.Handling = w.owner(), w.handling()
	c.Facts.Networks = [][]string{nil, {"R-13-7KQ"}, {"R-13-7KQ", "R-13-8KQ"}}[w.rand.IntN(3)]
	switch w.rand.IntN(8) {
	case 0, 1:
		*c.Facts.Position = orb.Point{2.5 + w.rand.Float64(), 50.2 + w.rand.Float64()/2}
	case 2:
		c.Facts.Accuracy, c.Facts.Commune = dealmap.AccuracyCommune, "13055"
	}
	return c
}

// grow adds places, and a list some of whose rows are merged at once.
func (w *tangle) grow() {
	var batch dealmap.ImportPlaces
	for range 6 {
		c := w.newPlace()
		batch.Places, w.places = append(batch.Places, c), append(w.places, c.ID)
	}
	must(w, w.store, ofast, batch, "")
	list := newID(w.rand)
	must(w, w.store, ofast, dealmap.OpenImport{ID: list, Name: "liste.csv"}, "")
	var rows []dealmap.ImportRow
	for i := range 3 {
		row := dealmap.ImportRow{Add: w.newPlace()}
		row.Add.Origin = &dealmap.Origin{Import: list, Row: dealmap.RowHash(bytes.Repeat(row.Add.ID[:], 2)), Line: i + 2}
		if w.rand.IntN(2) == 0 {
			row.Into = w.some(w.places)
		}
		rows, w.places, w.imports[list] = append(rows, row), append(w.places, row.Add.ID), append(w.imports[list], row.Add.ID)
	}
	w.try("rows", dealmap.ImportRows{Import: list, Rows: rows})
	w.try("done", dealmap.MoveImport{ID: list, To: dealmap.ImportDone})
}

func (w *tangle) some(list []dealmap.ID) dealmap.ID {
	if len(list) == 0 {
		return dealmap.ID{}
	}
	return list[w.rand.IntN(len(list))]
}

// change does one thing of many.
func (w *tangle) change() {
	day := dealmap.DateOf(noon)
	id := w.some(w.places)
	snap, every := w.store.Snapshot(), scopeOf(ofast)
	switch w.rand.IntN(18) {
	default:
		kinds := dealmap.LinkKinds()
		facts := dealmap.LinkFacts{
			From: id, To: w.some(w.places), Kind: dealmap.LinkKind(kinds[w.rand.IntN(len(kinds))].Value), Strength: 1 + w.rand.IntN(9),
			Owner: w.owner(), Handling: w.handling(), Network: []string{"", "", "R-13-7KQ", "R-59-7KQ"}[w.rand.IntN(4)],
		}
		if facts.Kind.Directed() {
			facts.Means = []dealmap.Means{"", "road", "sea"}[w.rand.IntN(3)]
		}
		if w.rand.IntN(2) == 0 {
			facts.Since = day.AddDays(-5 - w.rand.IntN(4))
		}
		if w.rand.IntN(3) == 0 {
			facts.Until = day.AddDays(-w.rand.IntN(5))
		}
		c := dealmap.RecordLink{ID: newID(w.rand), Facts: facts}
		w.links = append(w.links, c.ID)
		w.try("link", c)
	case 0, 1:
		patch := []string{`{"strength":12}`, `{"until":"2026-11-20"}`, `{"handling":{"reach":"zone","code":"H0"}}`, `{"network":"R-59-7KQ"}`, `{"network":null}`}[w.rand.IntN(5)]
		w.try("change", dealmap.ChangeLink{ID: w.some(w.links), Patch: json.RawMessage(patch)})
	case 2:
		w.try("remove", dealmap.RemoveLink{ID: w.some(w.links)})
	case 3, 4:
		patch := []string{`{"position":[5.1,43.4]}`, `{"position":[3,50.4]}`, `{"accuracy":"commune","commune":"13055"}`, `{"accuracy":"door"}`}[w.rand.IntN(4)]
		w.try("move", dealmap.ChangePlace{ID: id, Patch: json.RawMessage(patch)})
	case 5, 6:
		patch := []string{
			`{"handling":{"reach":"zone"}}`, `{"handling":{"reach":"national","embargo_until":"2026-11-24"}}`, `{"networks":["R-13-8KQ"]}`,
			`{"handling":{"reach":"national","embargo_until":null,"code":"H0"}}`, `{"owner":{"service":"GN","unit":"SR Marseille"}}`,
		}[w.rand.IntN(5)]
		w.try("terms", dealmap.ChangePlace{ID: id, Patch: json.RawMessage(patch)})
	case 7, 8, 12:
		from := w.some(w.places)
		if w.rand.IntN(3) == 0 {
			from = w.into(snap, every)
		}
		if len(snap.Sources(every, from)) > 0 {
			w.try("chain", dealmap.MergePlaces{Into: id, From: from})
		} else {
			w.try("merge", dealmap.MergePlaces{Into: id, From: from})
		}
	case 9, 13:
		for member := range snap.MergedInto(every, id) {
			w.try("split", dealmap.SplitPlace{ID: id, Member: member})
		}
	case 10:
		if w.rand.IntN(4) == 0 {
			w.try("erase", dealmap.ErasePlace{ID: id, Reason: "retention"})
		}
	case 11:
		if list := slices.SortedFunc(maps.Keys(w.imports), func(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) }); w.rand.IntN(4) == 0 && len(list) > 0 {
			list := w.some(list)
			w.try("undoing", dealmap.MoveImport{ID: list, To: dealmap.ImportUndoing})
			w.try("undo", dealmap.UndoRows{Import: list, Places: w.imports[list]})
			w.try("undone", dealmap.MoveImport{ID: list, To: dealmap.ImportUndone})
			delete(w.imports, list)
		}
	}
}

// into is a place that others were merged into, when there is one.
func (w *tangle) into(snap *store.Snapshot, scope dealmap.Scope) (id dealmap.ID) {
	for range w.places {
		if id = w.some(w.places); len(snap.Sources(scope, id)) > 0 {
			break
		}
	}
	return id
}

func (w *tangle) compare(what string, snap *store.Snapshot) {
	w.Helper()
	day := dealmap.DateOf(noon)
	viewers := []dealmap.Viewer{gn, cross13, prefet13, ofast, gn59, {}}
	filters := []dealmap.LinkFilter{
		{}, {On: day}, {Kinds: []dealmap.LinkKind{dealmap.Supplies, dealmap.Rival}}, {Means: []dealmap.Means{"road", ""}}, {Network: "R-13-7KQ"},
		{Network: "R-59-7KQ", On: day.AddDays(-3)}, {Network: "R-99-0"}, {Territory: "dep:59"}, {From: day.AddDays(-3), To: day.AddDays(-2)},
		{Territory: "dep:13", To: day.AddDays(-7)},
	}
	marseille, lille := geo.Mercator(orb.Point{5.2, 43.3}), geo.Mercator(orb.Point{3, 50.4})
	boxes := []orb.Bound{
		{Max: orb.Point{1, 1}}, marseille.Bound().Pad(1e-4), lille.Bound().Pad(1e-4),
		orb.Point{(marseille[0] + lille[0]) / 2, (marseille[1] + lille[1]) / 2}.Bound().Pad(1e-5),
	}
	for _, viewer := range viewers {
		scope := scopeOf(viewer)
		for _, filter := range filters {
			filter := filter
			var seen []dealmap.LinkSight
			snap.Links(scope, &filter, dealmap.ID{}, func(s dealmap.LinkSight) bool {
				seen = append(seen, s)
				return true
			})
			for _, level := range []dealmap.Level{dealmap.LevelDepartement, dealmap.LevelCommune} {
				w.compareFlows(fmt.Sprintf("%s, %s, %+v, %s", what, viewer.Subject, filter, level), snap, scope, &filter, level, seen)
			}
			for _, box := range boxes {
				want, got := map[dealmap.ID]string{}, map[dealmap.ID]string{}
				for _, s := range seen {
					from, okFrom := s.From().Position()
					to, okTo := s.To().Position()
					if s.Told() && okFrom && okTo && geo.ArcBound(geo.Mercator(from), geo.Mercator(to)).Intersects(box) &&
						geo.ArcMayCross(geo.Mercator(from), geo.Mercator(to), geo.ArcReach, box) {
						want[s.ID()] = saysOf(s)
					}
				}
				snap.LinkBox(scope, &filter, box, func(s dealmap.LinkSight) bool {
					if _, twice := got[s.ID()]; twice {
						w.Fatalf("%s: %s is yielded twice", what, s.ID())
					}
					got[s.ID()] = saysOf(s)
					return true
				})
				if !maps.Equal(want, got) {
					w.Fatalf("%s, %s, %+v: %d links in %v, %d expected\n%v\n%v", what, viewer.Subject, filter, len(got), box, len(want), got, want)
				}
				w.drawn += len(got)
			}
		}
	}
}

func saysOf(s dealmap.LinkSight) string {
	from, _ := s.From().Position()
	to, _ := s.To().Position()
	return fmt.Sprint(s.Detail(), s.Revision(), s.From().ID(), from, s.To().ID(), to, s.Handling())
}

func (w *tangle) compareFlows(what string, snap *store.Snapshot, scope dealmap.Scope, filter *dealmap.LinkFilter, level dealmap.Level, seen []dealmap.LinkSight) {
	w.Helper()
	want := dealmap.Flows{}
	for _, s := range seen {
		if s.Told() {
			w.told++
		} else {
			w.tallied++
		}
		want.Add(s, level)
	}
	if got := snap.Flows(scope, filter, level); !maps.Equal(want, got) {
		w.Fatalf("%s: flows %v, want %v", what, got, want)
	}
	got, ways := codedLines(snap.FlowTable(scope, filter, level)), codedLines(dealmap.NewFlowTable(level, slices.Values(seen)))
	if !slices.Equal(ways, got) {
		w.Fatalf("%s: table %v, want %v", what, got, ways)
	}
}

type codedLine struct {
	from, to dealmap.TerritoryCode
	line     dealmap.FlowLine
}

// codedLines are the lines of a table by the codes of their territories, in its order.
func codedLines(t dealmap.FlowTable) (list []codedLine) {
	for _, line := range t.Lines {
		n := codedLine{from: t.Territories[line.From], to: t.Territories[line.To], line: line}
		n.line.From, n.line.To = 0, 0
		list = append(list, n)
	}
	return list
}

// gn59 works elsewhere.
var gn59 = dealmap.Viewer{Subject: "gn59", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: "BR Lille",
	Territories: []dealmap.TerritoryCode{"dep:59"}, Chains: [][]dealmap.TerritoryCode{{"dep:59", "reg:32", "zone:nord"}}, Motive: "essai"}
