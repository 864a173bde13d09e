package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func TestParseMeasured(t *testing.T) {
	t.Parallel()
	got, err := parseMeasured(strings.NewReader(`{"peer":"","zoom":"12","tiles":14,"points_median":969,"p50_ms":0.31,"p95_ms":0.6,"tiles_per_s":3000.5,"wrong_tiles":0}
{"conns":32,"tiles_per_s":2500,"errors":2}
{"zoom":12,"n":50,"visible_p50_ms":5.2,"visible_p95_ms":8,"never_visible":1}
`))
	want := []measured{
		{Zoom: "12", Features: 969, P50: 0.31, P95: 0.6, Rate: 3000.5}, {Rate: 2500, Errors: 2}, {Zoom: "12", Visible: 5.2, Visible5: 8, Lost: 1},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parseMeasured(strings.NewReader("WRONG 5/1/1")); err == nil {
		t.Error("what is no figure was read")
	}
}

func TestParseTiles(t *testing.T) {
	t.Parallel()
	got, err := parseTiles("5/16/11\n12/2074/1409\n5/16/10\n")
	if want := map[int][][3]int{5: {{5, 16, 11}, {5, 16, 10}}, 12: {{12, 2074, 1409}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseTiles("5/16"); err == nil {
		t.Error("what is no tile was read")
	}
}

func TestParseWhereabouts(t *testing.T) {
	t.Parallel()
	const head = "lon\tlat\tminlon\tminlat\tmaxlon\tmaxlat\tdep\tn_bbox\tn_radius\tn_dep\n"
	got, err := parseWhereabouts(head + "4.845946\t45.763559\t4.833072\t45.754512\t4.858820\t45.772606\t2A\t10\t3\t87\n")
	want := []whereabouts{{0, 4.845946, 45.763559, [4]float64{4.833072, 45.754512, 4.858820, 45.772606}, "2A",
		map[string]int{inBox: 10, inCircle: 3, nearest: 10, inDep: 87}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, wrong := range []string{"1\t2\n", "x" + strings.Repeat("\t1", 9) + "\n"} {
		if _, err := parseWhereabouts(head + wrong); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}

func TestReadPlaces(t *testing.T) {
	t.Parallel()
	const head = "id,lon,lat,status,product,agency,intensity,dep,opened_at,closed_at\n"
	var batches []int
	var all []dealmap.AddPlace
	err := readPlaces(strings.NewReader(head+"1,2.394745,48.909172,active,cannabis,pn,3,93,2016-09-10,\n2,3.071811,45.778585,suspected,crack,gn,1,63,2025-03-04,\n"+
		"3,3.07,45.77,closed,mdma,dgddi,5,63,2016-03-04,2016-03-05\n"), 2, func(some []dealmap.AddPlace) error {
		batches, all = append(batches, len(some)), append(all, some...)
		return nil
	})
	if err != nil || !reflect.DeepEqual(batches, []int{2, 1}) {
		t.Fatalf("%v, %v", batches, err)
	}
	last := all[2]
	if last.Status != dealmap.Closed || last.Closing == nil || last.Closing.Date.String() != "2016-03-05" || last.Facts.Intensity != 5 ||
		last.Facts.Owner.Service != dealmap.ServiceDGDDI || all[1].Status != dealmap.Reported || all[0].Facts.Position[1] != 48.909172 {
		t.Errorf("%+v", all)
	}
	for _, wrong := range []string{"1,2,48,gone,cannabis,pn,3,93,2016-09-10,\n", "1,2,48,active,cannabis,cia,3,93,2016-09-10,\n", "1,2,x,active,cannabis,pn,3,93,2016-09-10,\n"} {
		if err := readPlaces(strings.NewReader(head+wrong), 2, func([]dealmap.AddPlace) error { return nil }); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}

func TestBoard(t *testing.T) {
	t.Parallel()
	var b board
	tile := b.of("places, z 12, p50", false)
	tile.middle, tile.features = [contestants]float64{0.3, 2.1, 1.8, 0.12}, [contestants]int{969, 969, 960, 969}
	b.of("places, 32 connections", true).middle = [contestants]float64{25_000, 2600, 2500, 62_000}
	write := b.of("write", false)
	write.middle, write.high = [contestants]float64{own: 5, postgis: 10}, [contestants]float64{own: 9, postgis: 20}
	grid := b.of("clusters", false)
	grid.middle, grid.features = [contestants]float64{own: 0.6, postgis: 3}, [contestants]int{own: 10, postgis: 300}
	empty := b.of("heat", false)
	empty.middle, empty.features = [contestants]float64{own: 0.6, node: 0.3}, [contestants]int{own: 10}
	b.of("kept", true).middle[own] = 40_000
	b.note("node: %s", "left out")
	if b.of("write", false) != write {
		t.Error("a row is there twice")
	}
	var out strings.Builder
	if err := b.print(&out, 4000); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"places, z 12, p50 (969 features)|0.30 ms|2.10 ms|1.80 ms|0.12 ms|6.00 ×", "places, 32 connections|25000 /s|2600 /s|2500 /s|62000 /s|9.62 ×",
		"write|5.00 / 9.00 ms|10.00 / 20.00 ms|–|–|2.00 ×", "clusters (10 features)|0.60 ms|3.00 ms (300 features)|–|–|5.00 ×", "kept|40000 /s|–|–|–|–",
		"heat (10 features)|0.60 ms|–|0.30 ms (0 features)|–|0.50 ×",
	} {
		found := false
		for line := range strings.Lines(out.String()) {
			cells := strings.Split(strings.Trim(line, "|\n "), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			found = found || strings.Join(cells, "|") == row
		}
		if !found {
			t.Errorf("no row %q in\n%s", row, out.String())
		}
	}
	if !strings.Contains(out.String(), "\n- node: left out\n") || !strings.Contains(out.String(), "the same 4000 places") {
		t.Error(out.String())
	}
}

func TestRefereeSizes(t *testing.T) {
	t.Parallel()
	if _, err := newReferee(t.Context(), t.TempDir(), t.TempDir(), 5000); err == nil || !strings.Contains(err.Error(), "-peers-places") {
		t.Errorf("5000 places: %v", err)
	}
}

// TestOnlyWhatCannotBeHadIsLeftOut holds that a peer which answers wrongly is a failure, and none that is not installed.
func TestOnlyWhatCannotBeHadIsLeftOut(t *testing.T) {
	t.Parallel()
	var b board
	if err := b.settle(postgis, errNoPostGIS); err != nil || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "PostGIS: left out: PostGIS is not installed") {
		t.Errorf("%v, %q", err, b.notes)
	}
	if err := b.settle(node, errors.New("WRONG 5/1/1")); err == nil || err.Error() != "beside peers: node: WRONG 5/1/1" || len(b.notes) != 1 {
		t.Errorf("%v, %q", err, b.notes)
	}
	if err := b.settle(limit, nil); err != nil || len(b.notes) != 1 {
		t.Errorf("%v, %q", err, b.notes)
	}
}

// TestPrepare holds that outlines which are absent leave the peers out, and that a referee which does not work is a failure.
func TestPrepare(t *testing.T) {
	t.Parallel()
	shared, outlines := t.TempDir(), filepath.Join(t.TempDir(), "departements.geojson")
	r, err := newReferee(t.Context(), shared, t.TempDir(), 4000)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.prepare(outlines); !errors.Is(err, errLeftOut) {
		t.Errorf("without outlines: %v", err)
	}
	for name, text := range map[string]string{
		outlines: "{}", filepath.Join(shared, "peers", "bench", "go.mod"): "module broken\n", filepath.Join(shared, "peers", "bench", "gendata", "main.go"): "package",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.prepare(outlines); err == nil || errors.Is(err, errLeftOut) || !strings.Contains(err.Error(), "build gendata") {
		t.Errorf("a generator that is no program: %v", err)
	}
}

func TestWrongOf(t *testing.T) {
	t.Parallel()
	if got := wrongOf("zoom tiles\nWRONG 5/1/1: 3 points, expected 4 (4..4)\nz5 1\n"); got != "WRONG 5/1/1: 3 points, expected 4 (4..4)" {
		t.Error(got)
	}
	if got := wrongOf("connection refused\n"); got != "connection refused" {
		t.Error(got)
	}
}

// TestDiskHeld holds that files in folders count by what they take of the disk.
func TestDiskHeld(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"one": 1 << 20, "in/two": 1 << 19} {
		file, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.CopyN(file, rand.NewChaCha8([32]byte{}), int64(size))   // no disk makes them smaller
		if err := errors.Join(err, file.Sync(), file.Close()); err != nil { // blocks are given when it is written down
			t.Fatal(err)
		}
	}
	if held, err := diskHeld(folder); err != nil || held < 3<<19 || held > 3<<20 {
		t.Errorf("%d bytes, %v", held, err)
	}
	if _, err := diskHeld(filepath.Join(folder, "gone")); err == nil {
		t.Error("a folder that is not there holds something")
	}
}

func TestDiskLacks(t *testing.T) {
	t.Parallel()
	if lacks, err := diskLacks(t.TempDir(), 1); err != nil || lacks != "" {
		t.Errorf("one place: %q, %v", lacks, err)
	}
	if lacks, err := diskLacks(t.TempDir(), 1e15); err != nil || !strings.Contains(lacks, "GB free") {
		t.Errorf("more places than any disk holds: %q, %v", lacks, err)
	}
}
