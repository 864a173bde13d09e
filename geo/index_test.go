package geo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

func placeAt(p orb.Point) *dealmap.Place {
	return &dealmap.Place{Facts: dealmap.Facts{Position: &p, Accuracy: dealmap.AccuracyBuilding}}
}

// anywhere draws positions that gather at the poles, on the 180° meridian and on one another.
func anywhere(t *rapid.T, name string) orb.Point {
	lon := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.Float64Range(179, 180), rapid.Float64Range(-180, -179), rapid.Float64Range(5, 5.5),
		rapid.SampledFrom([]float64{-180, 180, 0, 5})).Draw(t, name+" lon")
	lat := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.Float64Range(89, 90), rapid.Float64Range(43, 43.5),
		rapid.SampledFrom([]float64{-90, 90, 0, 43})).Draw(t, name+" lat")
	return orb.Point{lon, lat}
}

func draw(t *rapid.T) ([]*dealmap.Place, *Index[*dealmap.Place]) {
	places := make([]*dealmap.Place, rapid.IntRange(0, 200).Draw(t, "places"))
	for i := range places {
		places[i] = placeAt(anywhere(t, "place"))
	}
	return places, NewIndex(slices.Values(places))
}

func TestIndexAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places, x := draw(t)
		a, b := anywhere(t, "corner"), anywhere(t, "other corner")
		box := orb.Bound{Min: a, Max: a}.Extend(b)
		inBox := map[*dealmap.Place]int{}
		x.Box(box, func(p *dealmap.Place) bool { inBox[p]++; return true })
		centre := anywhere(t, "centre")
		radius := rapid.OneOf(rapid.Float64Range(0, 1e5), rapid.Float64Range(0, 2.1e7)).Draw(t, "radius")
		near := map[*dealmap.Place]int{}
		x.Radius(centre, radius, func(p *dealmap.Place, metres float64) bool {
			near[p]++
			if metres != Distance(centre, p.Position()) {
				t.Fatalf("%v is said to be at %v m, not %v", p.Position(), metres, Distance(centre, p.Position()))
			}
			return true
		})
		for _, p := range places {
			want := 0
			if box.Contains(p.Position()) {
				want = 1
			}
			if inBox[p] != want {
				t.Fatalf("box %v: %v comes %d times, want %d", box, p.Position(), inBox[p], want)
			}
			want = 0
			if Distance(centre, p.Position()) <= radius {
				want = 1
			}
			if near[p] != want {
				t.Fatalf("radius %v of %v: %v at %v m comes %d times, want %d", radius, centre, p.Position(), Distance(centre, p.Position()), near[p], want)
			}
		}
	})
}

func TestNearestComesInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places, x := draw(t)
		centre := anywhere(t, "centre")
		want := make([]float64, len(places))
		for i, p := range places {
			want[i] = Distance(centre, p.Position())
		}
		slices.Sort(want)
		var got []float64
		x.Nearest(centre, func(_ *dealmap.Place, metres float64) bool { got = append(got, metres); return true })
		if !slices.Equal(got, want) {
			t.Fatalf("from %v: %v, want %v", centre, got, want)
		}
	})
}

func TestDistanceToBoundIsTheLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, a, b := anywhere(t, "p"), anywhere(t, "a"), anywhere(t, "b")
		box := orb.Bound{Min: a, Max: a}.Extend(b)
		bound := DistanceToBound(p, box)
		least := math.Inf(1)
		const steps = 24
		for i := range steps + 1 {
			for j := range steps + 1 {
				q := orb.Point{box.Min[0] + (box.Max[0]-box.Min[0])*float64(i)/steps, box.Min[1] + (box.Max[1]-box.Min[1])*float64(j)/steps}
				least = math.Min(least, Distance(p, q))
			}
		}
		if bound > least*(1+1e-9)+1e-3 {
			t.Fatalf("%v to %v: %v m, but a point of it is at %v m", p, box, bound, least)
		}
		// Nor far less: no point of the box is further than half a step from a sample.
		step := EarthRadius * radian * math.Hypot(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]) / steps
		if least-bound > step {
			t.Fatalf("%v to %v: %v m, but the nearest sample is at %v m", p, box, bound, least)
		}
	})
}

func TestWithinHonoursHolesAndParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		grid := func(n string) float64 { return rapid.Float64Range(0, 4).Draw(t, n) }
		places := make([]*dealmap.Place, 60)
		for i := range places {
			places[i] = placeAt(orb.Point{grid("x"), grid("y")})
		}
		x := NewIndex(slices.Values(places))
		area := orb.MultiPolygon{
			{circle(1, 1, 1, rapid.IntRange(3, 300).Draw(t, "outer")), circle(1, 1, 0.4, rapid.IntRange(3, 300).Draw(t, "hole"))},
			{circle(3, 3, 0.9, 40)},
		}
		found := map[*dealmap.Place]int{}
		x.Within(area, func(p *dealmap.Place) bool { found[p]++; return true })
		for _, p := range places {
			if nearBorder(append(append(orb.Polygon{}, area[0]...), area[1]...), p.Position()) {
				continue
			}
			want := 0
			if planar.MultiPolygonContains(area, p.Position()) {
				want = 1
			}
			if found[p] != want {
				t.Fatalf("%v comes %d times, want %d", p.Position(), found[p], want)
			}
		}
	})
}

func circle(x, y, radius float64, corners int) orb.Ring {
	var ring orb.Ring
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		ring = append(ring, orb.Point{x + radius*cos, y + radius*sin})
	}
	return append(ring, ring[0])
}

func TestSharedBorderHoldsAPlaceOnce(t *testing.T) {
	t.Parallel()
	on := placeAt(orb.Point{1, 0.5})
	x := NewIndex(slices.Values([]*dealmap.Place{on}))
	left := orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}}
	right := orb.Polygon{{{1, 0}, {2, 0}, {2, 1}, {1, 1}, {1, 0}}}
	count := func(area orb.MultiPolygon) (n int) {
		x.Within(area, func(*dealmap.Place) bool { n++; return true })
		return n
	}
	if l, r, both := count(orb.MultiPolygon{left}), count(orb.MultiPolygon{right}), count(orb.MultiPolygon{left, right}); l+r != 1 || both != 1 {
		t.Errorf("left %d, right %d, both %d", l, r, both)
	}
}

func TestEveryQueryStopsWhenTold(t *testing.T) {
	t.Parallel()
	x := &Index[*dealmap.Place]{}
	for i := range 50 {
		x.Insert(placeAt(orb.Point{180 - float64(i%2)*360, float64(i) / 100}))
	}
	stop := func(n *int) bool { *n++; return *n < 3 }
	for name, run := range map[string]func(n *int){
		"All": func(n *int) { x.All(func(*dealmap.Place) bool { return stop(n) }) },
		"Box": func(n *int) {
			x.Box(orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, func(*dealmap.Place) bool { return stop(n) })
		},
		"Radius":  func(n *int) { x.Radius(orb.Point{180, 0}, 1e6, func(*dealmap.Place, float64) bool { return stop(n) }) },
		"Nearest": func(n *int) { x.Nearest(orb.Point{180, 0}, func(*dealmap.Place, float64) bool { return stop(n) }) },
		"Within": func(n *int) {
			x.Within(orb.MultiPolygon{{circle(180, 0, 5, 9)}, {circle(-180, 0, 5, 9)}}, func(*dealmap.Place) bool { return stop(n) })
		},
	} {
		n := 0
		if run(&n); n != 3 {
			t.Errorf("%s went on for %d", name, n)
		}
	}
}

func TestPlacesWithoutPositionAreNotIndexed(t *testing.T) {
	t.Parallel()
	commune := placeAt(orb.Point{5, 43})
	commune.Facts.Accuracy = dealmap.AccuracyCommune
	wrong := placeAt(orb.Point{math.NaN(), 43})
	drawn := placeAt(orb.Point{5, 43})
	x := NewIndex(slices.Values([]*dealmap.Place{{}, commune, wrong, nil}))
	if x.Len() != 0 {
		t.Fatalf("%d places", x.Len())
	}
	x.Replace(commune, drawn)
	if x.Len() != 1 || x.Delete(commune) || !x.Delete(drawn) || x.Delete(drawn) || x.Len() != 0 {
		t.Errorf("replacing or deleting went wrong, %d places", x.Len())
	}
}

func benchmarkIndex(n int) *Index[*dealmap.Place] {
	random := rand.New(rand.NewPCG(1, 1))
	x := &Index[*dealmap.Place]{}
	for range n {
		x.Insert(placeAt(orb.Point{-5 + 13*random.Float64(), 42 + 9*random.Float64()}))
	}
	return x
}

func BenchmarkIndex(b *testing.B) {
	x := benchmarkIndex(1_000_000)
	marseille := orb.Point{5.37, 43.3}
	b.Run("Box5km", func(b *testing.B) {
		box := orb.Bound{Min: orb.Point{5.34, 43.28}, Max: orb.Point{5.40, 43.32}}
		for b.Loop() {
			x.Box(box, func(*dealmap.Place) bool { return true })
		}
	})
	b.Run("Radius5km", func(b *testing.B) {
		for b.Loop() {
			x.Radius(marseille, 5000, func(*dealmap.Place, float64) bool { return true })
		}
	})
	b.Run("Nearest10", func(b *testing.B) {
		for b.Loop() {
			n := 0
			x.Nearest(marseille, func(*dealmap.Place, float64) bool { n++; return n < 10 })
		}
	})
	b.Run("Within10kVertices", func(b *testing.B) {
		area := orb.MultiPolygon{{circle(5.37, 43.3, 0.3, 10000)}}
		for b.Loop() {
			x.Within(area, func(*dealmap.Place) bool { return true })
		}
	})
	b.Run("Replace", func(b *testing.B) {
		live := placeAt(marseille)
		x.Insert(live)
		for b.Loop() {
			fresh := placeAt(marseille)
			x.Replace(live, fresh)
			live = fresh
		}
	})
}

// TestNearestOrdersEquallyFarPlaces: the order of places at one position does not depend on what else is in the index.
func TestNearestOrdersEquallyFarPlaces(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 0))
	for range 50 {
		var places []*dealmap.Place
		for i := range 40 {
			p := placeAt(orb.Point{5 + float64(random.IntN(3))*0.01, 43})
			p.ID = dealmap.ID{byte(random.IntN(256)), byte(i)}
			places = append(places, p)
		}
		var want []dealmap.ID
		for round := range 3 {
			random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
			var got []dealmap.ID
			NewIndex(slices.Values(places)).Nearest(orb.Point{5.004, 43}, func(p *dealmap.Place, _ float64) bool {
				got = append(got, p.ID)
				return len(got) < 25
			})
			if round == 0 {
				want = got
			} else if !slices.Equal(got, want) {
				t.Fatalf("the order of insertion shows:\n%v\n%v", want, got)
			}
		}
	}
}
