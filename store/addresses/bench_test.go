package addresses_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/addresses"
)

// BenchmarkLocate looks up addresses among two million (DEALMAP_BENCH_ADDRESSES for another number) and reports the median and the 99th
// percentile of each way of asking.
func BenchmarkLocate(b *testing.B) {
	total := 2_000_000
	if text := os.Getenv("DEALMAP_BENCH_ADDRESSES"); text != "" {
		total, _ = strconv.Atoi(text)
	}
	g, samples := bigGazetteer(b, total)
	for _, kind := range []struct {
		name  string
		query func(s sample, r *rand.Rand) addresses.Query
	}{
		{"commune", func(s sample, _ *rand.Rand) addresses.Query {
			return addresses.Query{Number: s.number, Street: s.street, Commune: s.commune}
		}},
		{"text", func(s sample, _ *rand.Rand) addresses.Query {
			return addresses.Query{Text: fmt.Sprintf("%s %s %s %s", s.number, s.street, s.postcode, s.city)}
		}},
		{"typo", func(s sample, r *rand.Rand) addresses.Query {
			return addresses.Query{Number: s.number, Street: typo(s.street, r), Commune: s.commune}
		}},
		{"absent", func(s sample, _ *rand.Rand) addresses.Query {
			return addresses.Query{Number: s.number, Street: "rue Zyxwvu Absente", Commune: s.commune}
		}},
		{"city name", func(s sample, _ *rand.Rand) addresses.Query {
			return addresses.Query{Text: fmt.Sprintf("%s %s, %s", s.number, s.street, s.city)}
		}},
		{"no commune", func(s sample, _ *rand.Rand) addresses.Query {
			return addresses.Query{Text: s.number + " " + s.street}
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(3, 3))
			took := make([]time.Duration, 0, b.N)
			found := 0
			for i := 0; b.Loop(); i++ {
				q := kind.query(samples[r.IntN(len(samples))], r)
				start := time.Now()
				hits, err := g.Locate(b.Context(), q)
				took = append(took, time.Since(start))
				if err != nil {
					b.Fatal(err)
				}
				if len(hits) > 0 {
					found++
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			b.ReportMetric(100*float64(found)/float64(len(took)), "%-found")
		})
	}
}

func bigGazetteer(b *testing.B, total int) (*addresses.Gazetteer, []sample) {
	b.Helper()
	g := open(b)
	c := newCountry(1)
	var samples []sample
	const each = 400_000
	start := time.Now()
	for departement := 1; len(samples)*1000 < total; departement++ {
		r, w := io.Pipe()
		done := make(chan []sample, 1)
		go func() {
			more, err := c.write(w, departement, min(each, total))
			w.CloseWithError(err)
			done <- more
		}()
		if _, err := g.Import(b.Context(), r, nil); err != nil {
			b.Fatal(err)
		}
		samples = append(samples, <-done...)
	}
	took := time.Since(start)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.Logf("%d addresses imported in %v (%.0f a second); the Go heap held %d MB from the system", len(samples)*1000, took.Round(time.Second),
		float64(len(samples)*1000)/took.Seconds(), memory.HeapSys>>20)
	return g, samples
}

// typo swaps two letters near the end of a name.
func typo(street string, r *rand.Rand) string {
	letters := []rune(street)
	i := len(letters) - 2 - r.IntN(3)
	letters[i], letters[i+1] = letters[i+1], letters[i]
	return string(letters)
}
