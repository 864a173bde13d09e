package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

// cities are where people look: WGS 84, longitude first.
var cities = []orb.Point{
	{2.3522, 48.8566}, {5.3698, 43.2965}, {4.8357, 45.7640}, {1.4442, 43.6047}, {7.2620, 43.7102}, {-1.5536, 47.2184}, {3.0573, 50.6292},
	{7.7521, 48.5734}, {-0.5792, 44.8378}, {3.8767, 43.6108},
}

func (b *bench) serveAndMeasure() error {
	s, took, err := b.start("--points-from", "8") // peers have no aggregates there, and draw what dealmap draws from zoom 9
	if err != nil {
		return err
	}
	b.add("start until ready", fmt.Sprintf("%.2f s", took.Seconds()), "< 2 s")
	defer s.stop()
	if err := b.memory(s, "at first"); err != nil {
		return err
	}
	viewer, err := s.as("viewer")
	if err != nil {
		return err
	}
	writer, err := s.as("writer")
	if err != nil {
		return err
	}
	if err := b.tiles(viewer); err != nil {
		return err
	}
	if err := b.sustained(viewer); err != nil {
		return err
	}
	if err := b.visible(writer, viewer); err != nil {
		return err
	}
	if err := b.clustersAfterWrites(writer, viewer); err != nil {
		return err
	}
	if err := b.writes(writer); err != nil {
		return err
	}
	if err := b.revoke(s); err != nil {
		return err
	}
	return b.memory(s, "afterwards")
}

func (b *bench) memory(s *server, when string) error {
	own, mapped, err := s.memory()
	if err != nil {
		return err
	}
	b.add("memory of the server, "+when, fmt.Sprintf("%d MB, and %d MB of mapped files", own, mapped), "")
	return nil
}

// tileRow is tiles of a layer and zoom over the cities.
type tileRow struct {
	layer  string
	zoom   maptile.Zoom
	target string
	cached bool
}

var tileRows = []tileRow{
	{"deal_points", 8, "p50 ≤ 0.6 ms", false}, {"deal_points", 9, "", false}, {"deal_points", 10, "", false}, {"deal_points", 12, "p50 ≤ 0.3 ms", false},
	{"deal_points", 14, "", false}, {"deal_points", 12, "", true},
	{"clusters", 5, "", false}, {"clusters", 6, "p50 < 5 ms", false}, {"clusters", 8, "", false}, {"clusters", 6, "", true},
	{"territories", 6, "", true},
}

// tiles measures one connection.
func (b *bench) tiles(viewer *person) error {
	for _, row := range tileRows {
		if _, err := b.tileRow(viewer, row); err != nil {
			return err
		}
	}
	return nil
}

// tileRow adds a row and returns its median.
func (b *bench) tileRow(viewer *person, row tileRow) (time.Duration, error) {
	m, err := b.tileTimes(viewer, row, b.rounds)
	if err != nil {
		return 0, err
	}
	kind := "uncached"
	if row.cached {
		kind = "asked before"
	}
	b.add(fmt.Sprintf("tile %s z %d over cities, %s (%d features on average)", row.layer, row.zoom, kind, m.features/b.rounds), percentiles(m.times), row.target)
	return m.times[len(m.times)/2], nil
}

// ownFilter is one of some 20 million filters by which a request differs from all others, and which lets all through that was ever confirmed.
func ownFilter(n int) string {
	const span = 20_000
	day := func(year, n int) string { return time.Date(year, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) }
	return "confirmed_after=" + day(1950, n%span) + "&confirmed_before=" + day(2100, n/span%1000)
}

type tileTimes struct {
	times    []time.Duration
	features int
}

// tileTimes asks for tiles. Unless they are to be cached, every request has a filter of its own (a day long past, which lets everything
// through), so that nothing is answered from memory.
func (b *bench) tileTimes(viewer *person, row tileRow, rounds int) (m tileTimes, err error) {
	for i := range rounds {
		at := maptile.At(cities[i%len(cities)], row.zoom)
		path := fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", row.layer, at.Z, at.X, at.Y)
		if !row.cached {
			b.day++
			path += "?" + ownFilter(b.day)
		}
		start := time.Now()
		body, err := viewer.send("GET", path, nil, http.StatusOK)
		if err != nil {
			return m, err
		}
		m.times = append(m.times, time.Since(start))
		if layers, err := mvt.Unmarshal(body); err != nil {
			return m, err
		} else if len(layers) > 0 {
			m.features += len(layers[0].Features)
		}
	}
	return m, nil
}

// visible measures from the moment a write is sent until another person's stream tells of it, and until their tile has it.
func (b *bench) visible(writer, viewer *person) error {
	told := make(chan telling, 1000)
	request, err := http.NewRequest("GET", viewer.base+"/api/v1/changes", nil)
	if err != nil {
		return err
	}
	stream, err := viewer.http.Do(request)
	if err != nil {
		return err
	}
	defer stream.Body.Close()
	go follow(stream.Body, told)
	var inTile, onStream []time.Duration
	for i := range b.rounds {
		start := time.Now()
		took, reference, err := untilVisible(writer, viewer, i)
		if err != nil {
			return err
		}
		inTile = append(inTile, took)
		for found := false; !found; {
			select {
			case got := <-told:
				if found = got.reference == reference; found {
					onStream = append(onStream, got.at.Sub(start))
				}
			case <-time.After(5 * time.Second):
				return fmt.Errorf("%s is not on the stream", reference)
			}
		}
	}
	b.add("durable write until it is in another viewer's next tile", percentiles(inTile), "p99 < 100 ms")
	b.add("durable write until it is on another viewer's stream", percentiles(onStream), "p99 < 100 ms")
	return nil
}

// telling is what a stream told of a change, and when it was read: whoever waits for it may come later.
type telling struct {
	reference string
	at        time.Time
}

// follow reads a stream of changes to its end.
func follow(stream io.Reader, told chan<- telling) {
	for lines := bufio.NewScanner(stream); lines.Scan(); {
		var c struct{ Reference string }
		if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok && json.Unmarshal([]byte(data), &c) == nil && c.Reference != "" {
			told <- telling{c.Reference, time.Now()}
		}
	}
}

// untilVisible adds a point and returns its reference, and how long it took until it was in another person's next tile.
func untilVisible(writer, viewer *person, i int) (took time.Duration, reference string, err error) {
	at := orb.Point{5.30 + float64(i%200)/1000, 43.25 + float64(i/200)/100}
	start := time.Now()
	if reference, err = addPoint(writer, at, i); err != nil {
		return 0, "", err
	}
	tile := maptile.At(at, 14)
	body, err := viewer.send("GET", fmt.Sprintf("/tiles/deal_points/14/%d/%d.mvt", tile.X, tile.Y), nil, http.StatusOK)
	took = time.Since(start)
	if err == nil && !strings.Contains(string(body), reference) {
		err = fmt.Errorf("%s is not in the next tile", reference)
	}
	return took, reference, err
}

// clustersAfterWrites measures the clusters that everybody asks for anew after each write: no filter, and a new map.
func (b *bench) clustersAfterWrites(writer, viewer *person) error {
	var times []time.Duration
	at := maptile.At(cities[1], 6)
	for i := range b.rounds {
		if _, err := addPoint(writer, orb.Point{5.30 + float64(i%200)/1000, 43.35 + float64(i/200)/100}, i); err != nil {
			return err
		}
		start := time.Now()
		if _, err := viewer.send("GET", fmt.Sprintf("/tiles/clusters/6/%d/%d.mvt", at.X, at.Y), nil, http.StatusOK); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	b.add("tile clusters z 6 over Marseille, after a write", percentiles(times), "p50 < 5 ms")
	return nil
}

// writes compares the durable writes a second of one writer and of 64.
func (b *bench) writes(writer *person) error {
	rate, err := b.rates(func(w, i int) error {
		_, err := addPoint(writer, orb.Point{4.9 + float64(w)/200, 43.5 + float64(i%2000)/1e4}, i)
		return err
	})
	if err != nil {
		return err
	}
	b.add("durable writes by HTTP, 1 writer", fmt.Sprintf("%.0f /s", rate[1]), "")
	b.add("durable writes by HTTP, 64 writers", fmt.Sprintf("%.0f /s, %.1f times one", rate[64], rate[64]/rate[1]), "≥ 10 times one")
	return nil
}

// importList measures the import of a real list into an empty map.
func (b *bench) importList() error {
	if _, err := os.Stat(b.list); errors.Is(err, os.ErrNotExist) {
		b.add("import of a real list", "the list is absent", "< 60 s")
		return nil
	}
	start := time.Now()
	out, err := b.command("", "import", b.list, "--crs", "EPSG:2154", "--map", "x=x,y=y,name=Operateur")
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(out, "\n")
	imported := strings.TrimRight(first[strings.LastIndex(first, " : ")+3:], ".")
	b.add("import: "+imported, fmt.Sprintf("%.1f s", time.Since(start).Seconds()), "< 60 s")
	return nil
}

func addPoint(writer *person, at orb.Point, i int) (string, error) {
	body, err := writer.send("POST", "/api/v1/deal-points?duplicates=accepted", map[string]any{
		"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": at},
		"properties": map[string]any{"kind": "street", "status": "active", "name": fmt.Sprintf("Passage %d", i), "accuracy": "building"},
	}, http.StatusCreated)
	if err != nil {
		return "", err
	}
	var f struct {
		Properties struct {
			Reference string `json:"reference"`
		} `json:"properties"`
	}
	return f.Properties.Reference, json.Unmarshal(body, &f)
}

func percentiles(times []time.Duration) string {
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[min(len(times)-1, int(share*float64(len(times))))].Microseconds()) / 1000
	}
	return fmt.Sprintf("p50 %.2f ms, p95 %.2f, p99 %.2f", at(0.5), at(0.95), at(0.99))
}
