package geo

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// metres makes WGS 84 positions of metres east and north of a position, in the metric system there.
func metres(at orb.Point) func(x, y float64) orb.Point {
	t := Metric(at)
	x0, y0 := t.Project(at)
	return func(x, y float64) orb.Point { return t.unproject(x0+x, y0+y) }
}

// block is a window of some metres a side around a position.
func block(at orb.Point, side float64) orb.MultiPolygon {
	p := metres(at)
	var ring orb.Ring
	corners := [][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}}
	for i, c := range corners[1:] {
		for step := range 20 {
			share := float64(step) / 20
			ring = append(ring, p((corners[i][0]+share*(c[0]-corners[i][0]))*side/2, (corners[i][1]+share*(c[1]-corners[i][1]))*side/2))
		}
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func TestDensityAgainstSpatstat(t *testing.T) {
	t.Parallel()
	corners, _ := golden(t, "testdata/density/window.csv")
	sources, _ := golden(t, "testdata/density/points.csv")
	want, _ := golden(t, "testdata/density/density.csv")
	lambert, err := NewTransform(2154)
	if err != nil {
		t.Fatal(err)
	}
	at := func(x, y float64) orb.Point { return lambert.unproject(880000+x, 6240000+y) }
	var ring orb.Ring
	for i, x := range corners["x"] {
		next := (i + 1) % len(corners["x"])
		for step := range 20 { // a straight side of the plane is bent in degrees
			share := float64(step) / 20
			ring = append(ring, at(x+share*(corners["x"][next]-x), corners["y"][i]+share*(corners["y"][next]-corners["y"][i])))
		}
	}
	window := orb.MultiPolygon{{append(ring, ring[0])}}
	var points []orb.Point
	for i, x := range sources["x"] {
		points = append(points, at(x, sources["y"][i]))
	}
	s, err := KernelDensity(points, sources["weight"], window, DensityOptions{Bandwidth: 2000, Cell: 250})
	if err != nil {
		t.Fatal(err)
	}
	if s.EPSG != 2154 || s.Inside != len(points) || s.Outside != 0 {
		t.Fatalf("EPSG:%d, %d in and %d out", s.EPSG, s.Inside, s.Outside)
	}
	total := 0.0
	for i, x := range want["x"] {
		c, r := int((880000+x-s.Origin[0])/s.Cell), int((6240000+want["y"][i]-s.Origin[1])/s.Cell)
		// spatstat moves each point to the middle of its cell; ours are means over cells.
		gap := math.Abs(s.Values[r*s.Columns+c] - want["value"][i])
		total += gap
		if gap > 0.015*s.Maximum {
			t.Errorf("at %v, %v: %v, want %v", x, want["y"][i], s.Values[r*s.Columns+c], want["value"][i])
		}
	}
	if mean := total / float64(len(want["x"])); mean > 0.002*s.Maximum {
		t.Errorf("the mean difference is %v, the maximum %v", mean, s.Maximum)
	}
}

// TestDensityKeepsItsMass: the surface holds as many points as the window, away from the border exactly and near it about.
func TestDensityKeepsItsMass(t *testing.T) {
	t.Parallel()
	places := map[string]struct {
		at   orb.Point
		epsg int
	}{
		"Marseille": {orb.Point{5.4, 43.4}, 2154}, "Basse-Terre": {orb.Point{-61.6, 16.2}, 5490}, "Cayenne": {orb.Point{-52.3, 4.8}, 2972},
		"Saint-Denis": {orb.Point{55.5, -21}, 2975}, "Mamoudzou": {orb.Point{45.2, -12.8}, 4471}, "Saint-Pierre": {orb.Point{-56.2, 46.8}, 4467},
		"Nouméa": {orb.Point{166.4, -22.2}, 32758}, "Papeete": {orb.Point{-149.5, -17.6}, 32706}, "Tromsø": {orb.Point{18.9, 69.6}, 32634},
	}
	for name, place := range places {
		p := metres(place.at)
		window := block(place.at, 60_000)
		for _, bandwidth := range []float64{5, 400, 2000} {
			var points []orb.Point
			for i := range 200 {
				points = append(points, p(float64(mix(uint64(i))%40000)-20000, float64(mix(uint64(1000+i))%40000)-20000))
			}
			points = append(points, p(31_000, 0))
			s, err := KernelDensity(points, nil, window, DensityOptions{Bandwidth: bandwidth})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s.EPSG != place.epsg || s.Inside != 200 || s.Outside != 1 {
				t.Errorf("%s: EPSG:%d, %d in, %d out", name, s.EPSG, s.Inside, s.Outside)
			}
			if got := s.Integral(); math.Abs(got-200) > 0.2 {
				t.Errorf("%s, bandwidth %v m: the integral is %v", name, bandwidth, got)
			}
			if s.Columns > 210 || s.Rows > 210 {
				t.Errorf("%s: %d × %d cells", name, s.Columns, s.Rows)
			}
		}
	}
	// A density that is the same everywhere is seen as such up to the border, as without correction it would not be.
	p := metres(orb.Point{5.4, 43.4})
	var even []orb.Point
	for x := -9900.0; x < 10000; x += 200 {
		for y := -9900.0; y < 10000; y += 200 {
			even = append(even, p(x, y))
		}
	}
	s, err := KernelDensity(even, nil, block(orb.Point{5.4, 43.4}, 20000), DensityOptions{Bandwidth: 1500})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range s.Values {
		if s.Cover[i] > 0 && math.Abs(v-25) > 0.25 {
			t.Fatalf("cell %d: %v points a km², want 25", i, v)
		}
	}
	if got := s.Integral(); math.Abs(got-10000) > 50 {
		t.Errorf("even points: the integral is %v", got)
	}
}

func TestDensityOfOnePoint(t *testing.T) {
	t.Parallel()
	at := orb.Point{5.4, 43.4}
	window := block(at, 50_000)
	for _, count := range []int{1, 1000} {
		s, err := KernelDensity(slices.Repeat([]orb.Point{at}, count), nil, window, DensityOptions{Bandwidth: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(count) / (2 * math.Pi); math.Abs(s.Maximum-want) > 0.03*want {
			t.Errorf("%d on one spot: the maximum is %v, want %v", count, s.Maximum, want)
		}
	}
	nowhere, err := KernelDensity([]orb.Point{{2, 48}}, nil, window, DensityOptions{Bandwidth: 1000})
	if err != nil || nowhere.Maximum != 0 || nowhere.Integral() != 0 || nowhere.Inside != 0 || nowhere.Outside != 1 {
		t.Errorf("no point: %+v, %v", nowhere, err)
	}
	if bands, err := nowhere.Bands([]float64{0.1, 1}); err != nil || len(bands) != 0 {
		t.Errorf("no point: bands %v, %v", bands, err)
	}
	if bands, err := nowhere.Bands([]float64{0, 1}); err != nil || len(bands) != 1 {
		t.Errorf("no point: bands from 0 %v, %v", bands, err)
	}
}

func TestDensityRefuses(t *testing.T) {
	t.Parallel()
	at := orb.Point{5.4, 43.4}
	window, nan := block(at, 1000), math.NaN()
	for name, c := range map[string]struct {
		points  []orb.Point
		weights []float64
		window  orb.MultiPolygon
		o       DensityOptions
		field   string
	}{
		"bandwidth 0":         {nil, nil, window, DensityOptions{}, "bandwidth"},
		"bandwidth below 0":   {nil, nil, window, DensityOptions{Bandwidth: -3}, "bandwidth"},
		"bandwidth too large": {nil, nil, window, DensityOptions{Bandwidth: 200_001}, "bandwidth"},
		"bandwidth NaN":       {nil, nil, window, DensityOptions{Bandwidth: nan}, "bandwidth"},
		"cell below 0":        {nil, nil, window, DensityOptions{Bandwidth: 9, Cell: -1}, "cell"},
		"cell NaN":            {nil, nil, window, DensityOptions{Bandwidth: 9, Cell: nan}, "cell"},
		"cell infinite":       {nil, nil, window, DensityOptions{Bandwidth: 9, Cell: math.Inf(1)}, "cell"},
		"cell too small":      {nil, nil, window, DensityOptions{Bandwidth: 9, Cell: 0.01}, "cell"},
		"cell tiny":           {nil, nil, window, DensityOptions{Bandwidth: 9, Cell: 1e-300}, "cell"},
		"no window":           {nil, nil, nil, DensityOptions{Bandwidth: 9}, "window"},
		"flat window":         {nil, nil, orb.MultiPolygon{{{{1, 2}, {2, 2}, {3, 2}, {1, 2}}}}, DensityOptions{Bandwidth: 9}, "window"},
		"window NaN":          {nil, nil, orb.MultiPolygon{{{{1, 2}, {nan, 2}, {3, nan}, {1, 2}}}}, DensityOptions{Bandwidth: 9}, "window"},
		"window too wide":     {nil, nil, orb.MultiPolygon{block(at, 1000)[0], block(orb.Point{55.5, -21}, 1000)[0]}, DensityOptions{Bandwidth: 9}, "window"},
		"point NaN":           {[]orb.Point{{nan, 4}}, nil, window, DensityOptions{Bandwidth: 9}, "points"},
		"weights missing":     {[]orb.Point{at, at}, []float64{1}, window, DensityOptions{Bandwidth: 9}, "weights"},
		"weight NaN":          {[]orb.Point{at}, []float64{nan}, window, DensityOptions{Bandwidth: 9}, "weights"},
		"weight below 0":      {[]orb.Point{at}, []float64{-1}, window, DensityOptions{Bandwidth: 9}, "weights"},
	} {
		s, err := KernelDensity(c.points, c.weights, c.window, c.o)
		refused, ok := errors.AsType[*dealmap.Error](err)
		if s != nil || !ok || refused.Fields[0].Field != c.field || strings.Contains(err.Error(), "NaN") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDensityHoldsItsRules on any window and points: no NaN, bands that tile the window and hold what they say.
func TestDensityHoldsItsRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		window := indented(rapid.IntRange(8, 300).Draw(t, "vertices"), rapid.Uint64().Draw(t, "shape"))
		var points []orb.Point
		spread := rapid.SampledFrom([]float64{0, 0.01, 0.8}).Draw(t, "spread")
		for i := range rapid.IntRange(0, 60).Draw(t, "points") {
			points = append(points, orb.Point{5 + spread*(float64(mix(uint64(i))%1000)/500-1), 43.5 + spread*(float64(mix(uint64(99+i))%1000)/500-1)})
		}
		bandwidth := rapid.SampledFrom([]float64{1e-300, 1, 500, 5000, 50_000, 200_000}).Draw(t, "bandwidth")
		s, err := KernelDensity(points, nil, window, DensityOptions{Bandwidth: bandwidth})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range s.Values {
			if !(v >= 0) || math.IsInf(v, 0) || s.Cover[i] > 0 && v > s.Maximum {
				t.Fatalf("cell %d: %v of at most %v", i, v, s.Maximum)
			}
		}
		thresholds := []float64{0}
		for _, share := range []float64{0.05, 0.2, 0.5, 0.8} {
			thresholds = append(thresholds, share*s.Maximum)
		}
		bands, err := s.Bands(thresholds)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		w := NewWindow(window)
		for _, band := range bands {
			if err := validate(band.Area); err != nil {
				t.Fatalf("band from %v to %v: %v", band.From, band.To, err)
			}
			area := NewWindow(band.Area)
			total += planar.Area(band.Area)
			for i := 0; i < len(s.Values); i += 13 {
				v := s.Values[i]
				x, y := s.Origin[0]+(float64(i%s.Columns)+0.5)*s.Cell, s.Origin[1]+(float64(i/s.Columns)+0.5)*s.Cell
				p := s.transform.unproject(x, y)
				// A centre whose value is nearly a threshold may fall on either side.
				if math.Abs(v-band.From) < 1e-5*s.Maximum || math.Abs(v-band.To) < 1e-5*s.Maximum || !w.Contains(p) {
					continue
				}
				if in := v >= band.From && (v < band.To || band.To == s.Maximum); in != area.Contains(p) {
					t.Fatalf("value %v in the band from %v to %v: %v", v, band.From, band.To, !in)
				}
			}
		}
		if want := planar.Area(window); math.Abs(total-want) > 1e-5*want {
			t.Fatalf("the bands cover %v of %v", total, want)
		}
	})
}

// dense is a département with many points.
func dense() ([]orb.Point, orb.MultiPolygon) {
	at := orb.Point{5.4, 43.4}
	p := metres(at)
	points := make([]orb.Point, 5000)
	for i := range points {
		points[i] = p(float64(mix(uint64(i))%90000)-45000, float64(mix(uint64(10000+i))%90000)-45000)
	}
	return points, block(at, 100_000)
}

func BenchmarkKernelDensity(b *testing.B) {
	points, window := dense()
	for b.Loop() {
		if _, err := KernelDensity(points, nil, window, DensityOptions{Bandwidth: 3000, Cell: 500}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBands(b *testing.B) {
	points, _ := dense()
	s, err := KernelDensity(points, nil, indented(3000, 5), DensityOptions{Bandwidth: 2000})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Bands([]float64{0, s.Maximum / 5, s.Maximum / 3, s.Maximum / 2, s.Maximum / 1.3}); err != nil {
			b.Fatal(err)
		}
	}
}
