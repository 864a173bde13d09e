package geo

import (
	"math"
	"testing"

	"github.com/wroge/wgs84"
)

// The projection agrees with the library's to a hundredth of a millimetre over all of metropolitan France and around.
func TestConicAgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	worst := 0.0
	for epsg, own := range map[int]wgs84.ProjectedReferenceSystem{
		2154: newConic(wgs84.RGF93(), 3, 46.5, 49, 44, 700000, 6600000),
		3942: newConic(wgs84.RGF93(), 3, 42, 41.25, 42.75, 1700000, 1200000),
		3950: newConic(wgs84.RGF93(), 3, 50, 49.25, 50.75, 1700000, 9200000),
	} {
		library := wgs84.EPSG().Code(epsg).(wgs84.ProjectedReferenceSystem)
		for lon := -10.0; lon <= 11; lon += 0.37 {
			for lat := 40.0; lat <= 52; lat += 0.29 {
				x, y := library.Projection.FromLonLat(lon, lat, library.Datum)
				if ownX, ownY := own.Projection.FromLonLat(lon, lat, own.Datum); math.Hypot(ownX-x, ownY-y) > 1e-5 {
					t.Fatalf("EPSG:%d: %g, %g is at %g, %g, want %g, %g", epsg, lon, lat, ownX, ownY, x, y)
				}
				gotLon, gotLat := own.Projection.ToLonLat(x, y, own.Datum)
				if d := max(math.Abs(gotLon-lon)*80_000, math.Abs(gotLat-lat)*111_000); d > 1e-5 {
					t.Fatalf("EPSG:%d: %g, %g comes back as %g, %g: %g m off", epsg, lon, lat, gotLon, gotLat, d)
				} else {
					worst = max(worst, d)
				}
			}
		}
	}
	t.Logf("at most %.2g m off", worst)
}
