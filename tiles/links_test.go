package tiles

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// newLinks ties places at random, some several times.
func newLinks(r *rand.Rand, places []*dealmap.Place, n int) []*dealmap.Link {
	if len(places) < 2 {
		return nil
	}
	kinds, means := dealmap.LinkKinds(), dealmap.LinkMeans()
	links := make([]*dealmap.Link, n)
	for i := range links {
		l := &dealmap.Link{Revision: 1, Facts: dealmap.LinkFacts{
			From: pickOne(r, places).ID, To: pickOne(r, places).ID, Kind: dealmap.LinkKind(pickOne(r, kinds).Value), Strength: 1 + r.IntN(9),
			Owner: dealmap.Owner{Service: pickOne(r, services), Unit: "Unité"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
		}}
		if i > 0 && r.IntN(3) == 0 {
			l.Facts.From, l.Facts.To = links[i-1].Facts.To, links[i-1].Facts.From
		}
		if l.Facts.Kind.Carries() {
			l.Facts.Means = dealmap.Means(pickOne(r, means).Value)
		}
		switch r.IntN(8) {
		case 0:
			l.Facts.Handling.Reach = dealmap.ReachService
		case 1:
			l.Facts.Handling.EmbargoUntil = today
		case 2:
			l.Facts.Until = today.AddDays(-r.IntN(3))
		case 3:
			l.Facts.Network = "R-13-7KQ"
		}
		binary.BigEndian.PutUint64(l.ID[:], r.Uint64())
		binary.BigEndian.PutUint64(l.ID[8:], r.Uint64())
		links[i] = l
	}
	return links
}

func tied13(r *rand.Rand, seq dealmap.Seq, places []*dealmap.Place, links int) *fake {
	return newFake(seq, places).tie(places, newLinks(r, places, links))
}

// coasts is a gazetteer of two départements: of one only a commune tells where it lies.
func coasts(t failer) *geo.Territories {
	list, err := geo.NewTerritories([]geo.Territory{
		{Code: "zone:sud", Name: "Sud"}, {Code: "reg:93", Name: "Provence-Alpes-Côte d’Azur", Parent: "zone:sud"},
		{Code: "dep:13", Name: "Bouches-du-Rhône", Parent: "reg:93", Centre: orb.Point{5.4, 43.4}, HasCentre: true},
		{Code: "com:13055", Name: "Marseille", Parent: "dep:13", Centre: orb.Point{5.38, 43.3}, HasCentre: true},
		{Code: "dep:83", Name: "Var", Parent: "reg:93"},
		{Code: "com:83069", Name: "Hyères", Parent: "dep:83", Population: 55_000, Centre: orb.Point{6.13, 43.12}, HasCentre: true},
		{Code: "com:83137", Name: "Toulon", Parent: "dep:83", Population: 180_000, Centre: orb.Point{5.93, 43.12}, HasCentre: true},
	})
	if err != nil {
		t.Fatalf("territories: %v", err)
	}
	return list
}

// lines returns the parts of a feature.
func lines(t failer, f *geojson.Feature) orb.MultiLineString {
	t.Helper()
	switch g := f.Geometry.(type) {
	case orb.LineString:
		return orb.MultiLineString{g}
	case orb.MultiLineString:
		return g
	}
	t.Fatalf("a link is drawn as %T", f.Geometry)
	return nil
}

func apart(p orb.Point, line orb.LineString) float64 {
	best := math.Inf(1)
	for i := range len(line) - 1 {
		a, b := line[i], line[i+1]
		dx, dy := b[0]-a[0], b[1]-a[1]
		along := max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/(dx*dx+dy*dy)))
		best = min(best, math.Hypot(p[0]-a[0]-along*dx, p[1]-a[1]-along*dy))
	}
	return best
}

// TestLinksFitAcrossTiles draws all tiles around a few places. Every link that the scope sees lies in each tile where its arc does, in its
// direction and nowhere else; tiles agree on its lane, and its head is in the one tile that holds its end.
func TestLinksFitAcrossTiles(t *testing.T) {
	t.Parallel()
	d := NewDrawer(nil, Basemap{})
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		zoom := maptile.Zoom(rapid.IntRange(9, 20).Draw(t, "zoom"))
		scope := rapid.SampledFrom([]dealmap.Scope{ofast, gendarme, cross}).Draw(t, "scope")
		middle := maptile.At(orb.Point{5.38, 43.3}, zoom)
		region := middle.Bound(1)
		places := make([]*dealmap.Place, 8)
		for i := range places {
			at := orb.Point{region.Min[0] + r.Float64()*(region.Max[0]-region.Min[0]), region.Min[1] + r.Float64()*(region.Max[1]-region.Min[1])}
			places[i] = newPlace(r, uint64(i), at)
		}
		if r.IntN(2) == 0 { // far away: its links cross tiles that hold neither end
			*places[0].Facts.Position = orb.Point{0.1, 49.5}
		}
		src := tied13(r, 1, places, 12)
		filter := dealmap.LinkFilter{On: rapid.SampledFrom([]dealmap.Date{{}, today}).Draw(t, "on")}
		wanted := map[float64]dealmap.LinkSight{}
		for s := range src.eachLink(scope, &filter) {
			_, okFrom := s.From().Position()
			if _, okTo := s.To().Position(); okFrom && okTo {
				wanted[float64(s.ID().Number())] = s
			}
		}
		heads, said := map[float64]int{}, map[float64]string{}
		for dx := -2; dx <= 2; dx++ {
			for dy := -2; dy <= 2; dy++ {
				tile := maptile.New(middle.X+uint32(dx), middle.Y+uint32(dy), zoom)
				named := map[string]bool{}
				bytes := draw(t, d, src, Request{
					Layers: []Layer{LayerLinks}, Tile: tile, Scope: scope, Links: filter, Names: func(id dealmap.ID) { named[id.String()] = true },
				})
				drawn := map[float64]*geojson.Feature{}
				for _, f := range decodeLayer(t, bytes, LayerLinks) {
					id := f.ID.(float64)
					s, sees := wanted[id]
					if !sees || drawn[id] != nil {
						t.Fatalf("link %v is drawn and seen: %v, drawn before: %v", id, sees, drawn[id] != nil)
					}
					drawn[id] = f
					for _, end := range []string{"from_id", "to_id"} {
						if !named[f.Properties[end].(string)] {
							t.Fatalf("%s of a link is not said to be named", end)
						}
					}
					if f.Properties["head"] == true {
						heads[id]++
					}
					delete(f.Properties, "head")
					if other, before := said[id]; before && other != fmt.Sprint(f.Properties) {
						t.Fatalf("two tiles say of one link %v and %s", f.Properties, other)
					}
					said[id] = fmt.Sprint(f.Properties)
					if f.Properties["from"] != s.From().Reference() || f.Properties["to"] != s.To().Reference() || f.Properties["kind"] != string(s.Kind()) {
						t.Fatalf("link %v is said to be %v", id, f.Properties)
					}
					total++
				}
				for id, s := range wanted {
					checkArc(t, tile, s, drawn[id], src, scope, &filter)
				}
			}
		}
		for id, s := range wanted {
			at, _ := s.To().Position()
			holder := maptile.At(at, zoom)
			near := abs(int(holder.X)-int(middle.X)) <= 2 && abs(int(holder.Y)-int(middle.Y)) <= 2
			if from, _ := s.From().Position(); near && said[id] != "" && from != at && heads[id] != 1 {
				t.Fatalf("link %v has %d heads", id, heads[id])
			}
		}
	})
	if total < 1000 {
		t.Errorf("%d links drawn: the test shows nothing", total)
	}
}

func abs(n int) int { return max(n, -n) }

// checkArc follows the arc of a link through a tile.
func checkArc(t *rapid.T, tile maptile.Tile, s dealmap.LinkSight, f *geojson.Feature, src *fake, scope dealmap.Scope, filter *dealmap.LinkFilter) {
	t.Helper()
	var lanes []dealmap.ID
	for other := range src.eachLink(scope, filter) {
		a, b := [2]dealmap.ID{s.From().ID(), s.To().ID()}, [2]dealmap.ID{other.From().ID(), other.To().ID()}
		if a == b || a == [2]dealmap.ID{b[1], b[0]} {
			lanes = append(lanes, other.ID())
		}
	}
	slices.SortFunc(lanes, func(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) })
	bow := geo.Bow(slices.Index(lanes, s.ID()), len(lanes))
	from, to := s.From().ID(), s.To().ID()
	if bytes.Compare(to[:], from[:]) < 0 {
		bow = -bow
	}
	a, _ := s.From().Position()
	b, _ := s.To().Position()
	var arc orb.LineString
	for _, p := range geo.AppendArc(nil, geo.Mercator(a), geo.Mercator(b), bow) {
		scale := math.Exp2(float64(tile.Z)) * extent
		arc = append(arc, orb.Point{p[0]*scale - float64(tile.X)*extent, p[1]*scale - float64(tile.Y)*extent})
	}
	var parts orb.MultiLineString
	if f != nil {
		parts = lines(t, f)
	}
	for _, part := range parts {
		last := -1.0
		for _, p := range part {
			if min(p[0], p[1]) < -lineBuffer || max(p[0], p[1]) > extent+lineBuffer {
				t.Fatalf("%v lies outside the tile", p)
			}
			if apart(p, arc) > 0.75 {
				t.Fatalf("%v lies %g off the arc", p, apart(p, arc))
			}
			// How far it is from the beginning grows along the first piece at least.
			if along := math.Hypot(p[0]-arc[0][0], p[1]-arc[0][1]); bow == 0 && along < last-2 {
				t.Fatalf("a straight link turns back at %v", p)
			} else {
				last = along
			}
		}
	}
	length := math.Hypot(arc[len(arc)-1][0]-arc[0][0], arc[len(arc)-1][1]-arc[0][1])
	for i := range len(arc) - 1 {
		const samples = 40
		for k := range samples + 1 {
			w := float64(k) / samples
			p := orb.Point{arc[i][0]*(1-w) + arc[i+1][0]*w, arc[i][1]*(1-w) + arc[i+1][1]*w}
			if min(p[0], p[1]) < 1 || max(p[0], p[1]) > extent-1 || length < 4 {
				continue
			}
			best := math.Inf(1)
			for _, part := range parts {
				best = min(best, apart(p, part))
			}
			if best > 1.5 {
				t.Fatalf("%v of the arc from %s to %s is %g from what tile %v draws", p, s.From().Reference(), s.To().Reference(), best, tile)
			}
		}
	}
}

// TestFlowsAreCounted compares the flows of a tile of the whole world with a plain count of what the scope sees.
func TestFlowsAreCounted(t *testing.T) {
	t.Parallel()
	territories := coasts(t)
	lines, points := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := NewDrawer(func() *geo.Territories { return territories }, Basemap{})
		places := world(t, 40)
		src := tied13(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "links"), 4)), 1, places, 60)
		scope := rapid.SampledFrom(everyScope).Draw(t, "scope")
		filter := dealmap.LinkFilter{On: rapid.SampledFrom([]dealmap.Date{{}, today}).Draw(t, "on")}
		want := map[string]int{}
		for s := range src.eachLink(scope, &filter) {
			key := dealmap.NewFlowKey(s.From().At(dealmap.LevelDepartement), s.To().At(dealmap.LevelDepartement), s.Kind(), s.Means())
			want[fmt.Sprint(key.From, " ", key.To, " ", key.Kind)]++
		}
		if !scope.SeesAggregates() {
			clear(want)
		}
		got := map[string]int{}
		for _, f := range decodeLayer(t, draw(t, d, src, Request{Layers: []Layer{LayerLinks}, Tile: maptile.New(0, 0, 0), Scope: scope, Links: filter}), LayerLinks) {
			from, to := f.Properties["from"], f.Properties["to"]
			if _, point := f.Geometry.(orb.Point); point != (from == to) {
				t.Fatalf("%T from %v to %v", f.Geometry, from, to)
			} else if point {
				points++
			} else {
				lines++
			}
			left := int(f.Properties["count"].(float64))
			for _, kind := range dealmap.LinkKinds() {
				if n, ok := f.Properties[kind.Value].(float64); ok {
					got[fmt.Sprint(from, " ", to, " ", kind.Value)] += int(n)
					left -= int(n)
					if alone := f.Properties["kind"] == kind.Value; alone != (int(n) == int(f.Properties["count"].(float64))) {
						t.Fatalf("%v", f.Properties)
					}
				}
			}
			if left != 0 || f.Properties["from_id"] != nil || f.Properties["id"] != nil {
				t.Fatalf("%v", f.Properties)
			}
		}
		for key, n := range want {
			if got[key] != n {
				t.Fatalf("%s: %d drawn, %d seen", key, got[key], n)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("drawn %v, seen %v", got, want)
		}
	})
	if lines < 20 || points < 20 {
		t.Errorf("%d lines and %d points: the test shows nothing", lines, points)
	}
}
