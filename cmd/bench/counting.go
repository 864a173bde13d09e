package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// counting measures numbers about territories on the large map, through the front door. Nothing of them is kept between requests.
func (b *bench) counting(s *server) error {
	reader, err := s.as("writer")
	if err != nil {
		return err
	}
	for _, c := range []struct{ what, path, target string }{
		{"heat of a département", "dep:13/heat", "p50 < 30 ms"}, {"heat of a département, as a density", "dep:13/heat?mode=density", ""},
		{"statistics of France", "fr/statistics", "p50 < 100 ms"}, {"statistics of a département", "dep:13/statistics", ""},
		{"Gi*, 999 permutations over the communes of a région", "reg:84/hotspots?permutations=999", "p50 < 2000 ms"},
		{"dossier of a département, PDF", "dep:13/report.pdf", "p50 < 3000 ms"},
	} {
		var times []time.Duration
		for range max(7, b.rounds/20) {
			start := time.Now()
			if _, err := reader.send(http.MethodGet, "/api/v1/territories/"+c.path, nil, http.StatusOK); err != nil {
				return fmt.Errorf("%s: %w", c.what, err)
			}
			times = append(times, time.Since(start))
		}
		b.add(fmt.Sprintf("%s, %d places", c.what, b.large), percentiles(times), c.target)
	}
	return nil
}

var benchmarkLine = regexp.MustCompile(`BenchmarkCensus/(\w+)\S*\s+\d+\s+(\d+) ns/op`)

// census runs the store's own benchmark of counting a million places that each have a past, which no seeded map of that size has.
func (b *bench) census() error {
	if b.large == 0 {
		return nil
	}
	out, err := child(b.ctx, "go", "test", "./store", "-run", "^$", "-bench", "Census", "-benchtime", "10x").CombinedOutput()
	if err != nil {
		return fmt.Errorf("benchmark of the census: %w: %.400s", err, out)
	}
	names := map[string][2]string{
		"france": {"counting France, without HTTP, 1000000 places of three turns each", "< 100 ms"},
		"past":   {"counting France as known three years before, without HTTP, the same places", "< 1 s"},
	}
	for _, m := range benchmarkLine.FindAllStringSubmatch(string(out), -1) {
		if row, ok := names[m[1]]; ok {
			ns, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return err
			}
			b.add(row[0], fmt.Sprintf("%.0f ms", ns/1e6), row[1])
		}
	}
	return nil
}
