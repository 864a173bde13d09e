package geo

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// The first line is the golden value of the data sheet; the others were computed with proj4js 2.
func TestProjectionsAgreeWithReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		epsg     int
		lon, lat float64
		x, y     float64
	}{
		{2154, 2.308310, 48.850244, 649242.57, 6861355.85},
		{9794, 2.308310, 48.850244, 649242.5741, 6861355.8473},
		{3943, 5.37, 43.3, 1892269.9237, 2236038.2652},
		{3949, 2.35, 48.85, 1652300.1648, 8183524.3706},
		{9849, 2.35, 48.85, 1652300.1648, 8183524.3706},
		{27572, 2.308310, 48.850244, 597929.5958, 2427988.9760},
		{5490, -61.53, 16.24, 657103.1365, 1796046.8390},
		{32620, -61.53, 16.24, 657103.1365, 1796046.8390},
		{2972, -52.33, 4.93, 352535.0376, 545073.7193},
		{2975, 55.45, -20.88, 338767.1674, 7690355.5723},
		{4471, 45.23, -12.78, 524963.3606, 8587181.9611},
		{4467, -56.17, 46.78, 563359.6380, 5181051.2209},
		{32631, 0.2, 43.5, 273631.0302, 4820150.3994},
		{3857, 2.35, 48.85, 261600.8034, 6249447.7528},
		{4326, 2.35, 48.85, 2.35, 48.85},
		{4258, 2.35, 48.85, 2.35, 48.85},
	} {
		tr, err := NewTransform(c.epsg)
		if err != nil {
			t.Fatal(err)
		}
		// Off by 1 cm at most, 2 cm where the method itself is only good to metres.
		tolerance := 0.01
		if c.epsg == 27572 {
			tolerance = 0.02
		}
		if x, y := tr.Project(orb.Point{c.lon, c.lat}); math.Abs(x-c.x) > tolerance || math.Abs(y-c.y) > tolerance {
			t.Errorf("EPSG:%d: %v %v projects to %.4f %.4f, want %.4f %.4f", c.epsg, c.lon, c.lat, x, y, c.x, c.y)
		}
		p, err := Reproject(c.epsg, c.x, c.y)
		if err != nil {
			t.Errorf("EPSG:%d: %v", c.epsg, err)
		} else if d := Distance(p, orb.Point{c.lon, c.lat}); d > tolerance {
			t.Errorf("EPSG:%d: %v %v comes back as %v, %.3f m away", c.epsg, c.x, c.y, p, d)
		}
	}
}

func TestRoundTripOverEveryArea(t *testing.T) {
	t.Parallel()
	const seed = 5
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for epsg, s := range systems {
		tr, err := NewTransform(epsg)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			// A hair inside the area: rounding must not push a corner out of it.
			w, h := s.area.Max[0]-s.area.Min[0], s.area.Max[1]-s.area.Min[1]
			p := orb.Point{s.area.Min[0] + w*(0.001+0.998*random.Float64()), s.area.Min[1] + h*(0.001+0.998*random.Float64())}
			x, y := tr.Project(p)
			back, err := tr.WGS84(x, y)
			if err != nil {
				t.Fatalf("EPSG:%d %v: %v", epsg, p, err)
			}
			if d := Distance(p, back); d > 0.001 {
				t.Fatalf("EPSG:%d: %v comes back %.5f m away as %v", epsg, p, d, back)
			}
		}
	}
}

func TestCoordinatesOutOfAreaAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		epsg        int
		x, y        float64
		field, says string
	}{
		{"swapped Lambert-93", 2154, 6861355.85, 649242.57, "x", "inversées"},
		{"swapped degrees of Marseille", 2154, 43.3, 5.37, "x", "degrés"},
		{"degrees given for Lambert-93", 2154, 2.3, 48.8, "x", "degrés"},
		{"another hemisphere", 2154, 649242, -6861355, "y", "hors de la zone"},
		{"latitude out of range", 4326, 2.35, 148.85, "y", "inversées"},
		{"both out of range", 4326, 200, 200, "x", "hors de la zone"},
		{"latitude only", 4326, 95, 95, "y", "hors de la zone"},
		{"longitude just out of range", 4326, 181, 10, "x", "hors de la zone"},
		{"beyond the top of the cone", 2154, 700000, 18711224, "y", "hors de la zone"},
		{"not a number", 2154, math.NaN(), 1, "x", "n’est pas un nombre"},
		{"infinite", 3857, 1, math.Inf(1), "y", "n’est pas un nombre"},
		{"huge", 2975, 1e300, -1e300, "x", "hors de la zone"},
		{"the wrong overseas system", 2975, 657103, 1796046, "x", "hors de la zone"},
	} {
		_, err := Reproject(c.epsg, c.x, c.y)
		checkInvalid(t, c.name, err, c.field, c.says)
	}
}

func TestParseCRS(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"EPSG:2154": 2154, "epsg:2154": 2154, " 4326 ": 4326, "urn:ogc:def:crs:EPSG::3857": 3857, "EPSG:9842": 9842, "EPSG:27572": 27572,
	} {
		if got, err := ParseCRS(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "Lambert", "EPSG:", "EPSG:1", "EPSG:99999999999999999999", "EPSG:-2154"} {
		_, err := ParseCRS(text)
		checkInvalid(t, text, err, "crs", "")
	}
}

// checkInvalid fails unless err is a domain error on the field whose message holds the words.
func checkInvalid(t *testing.T, name string, err error, field, says string) {
	t.Helper()
	if dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("%s: error %v is not of kind invalid", name, err)
		return
	}
	fields := err.(*dealmap.Error).Fields
	if len(fields) != 1 || fields[0].Field != field || !strings.Contains(fields[0].Message, says) {
		t.Errorf("%s: %+v, want field %q saying %q", name, fields, field, says)
	}
}

func BenchmarkReproject(b *testing.B) {
	for _, c := range []struct {
		name string
		epsg int
		x, y float64
	}{{"Lambert93", 2154, 649242.57, 6861355.85}, {"UTM20", 5490, 657103, 1796046}, {"LambertII", 27572, 597929, 2427988}} {
		b.Run(c.name, func(b *testing.B) {
			tr, err := NewTransform(c.epsg)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := tr.WGS84(c.x, c.y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
