package consultations_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/synthetic"
	"github.com/mesure5/dealmap/store/proof"
)

var start = time.Date(2023, 11, 23, 0, 0, 0, 0, time.UTC)

// logOf opens a log of synthetic lines over three years. DEALMAP_LINES says how many (100,000 by default), DEALMAP_FOLDER in
// which folder it is kept between runs.
func logOf(b *testing.B) (l *consultations.Log, path string) {
	b.Helper()
	lines, err := strconv.Atoi(os.Getenv("DEALMAP_LINES"))
	if err != nil {
		lines = 100_000
	}
	folder := os.Getenv("DEALMAP_FOLDER")
	if folder == "" {
		folder = b.TempDir()
	}
	path = filepath.Join(folder, consultations.FileName)
	begin := time.Now()
	if l, err = consultations.Open(path); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	b.Logf("opened in %s", time.Since(begin))
	if l.Size() < int64(lines) {
		begin = time.Now()
		o := synthetic.Options{Seed: 1, Lines: lines, Start: start, End: start.AddDate(3, 0, 0)}
		if err := l.RecordAll(context.Background(), synthetic.Lines(o)); err != nil {
			b.Fatal(err)
		}
		b.Logf("%d lines written in %s", lines, time.Since(begin))
	}
	begin = time.Now()
	if err := l.WaitIndex(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Logf("index whole after %s", time.Since(begin))
	for _, path := range []string{path, filepath.Join(folder, consultations.IndexName)} {
		if info, err := os.Stat(path); err == nil {
			b.Logf("%s: %d MB, %.1f bytes a line", filepath.Base(path), info.Size()>>20, float64(info.Size())/float64(l.Size()))
		}
	}
	return l, path
}

func BenchmarkQuestions(b *testing.B) {
	l, _ := logOf(b)
	ctx := context.Background()
	end := start.AddDate(3, 0, 0)
	for _, q := range []struct {
		name  string
		query consultations.Query
		most  int
	}{
		{"place, 3 years", consultations.Query{From: start, To: end, Place: synthetic.Place(7), Tiles: synthetic.Tiles(7)}, 0},
		{"place, 1 month", consultations.Query{From: end.AddDate(0, -1, 0), To: end, Place: synthetic.Place(7), Tiles: synthetic.Tiles(7)}, 0},
		{"person, first page", consultations.Query{Subject: synthetic.Person(12)}, 100},
		{"person, all", consultations.Query{Subject: synthetic.Person(12)}, 0},
		{"nobody", consultations.Query{Subject: "personne"}, 0},
		{"exports", consultations.Query{Whats: []string{dealmap.WhatExport}}, 0},
		{"everything", consultations.Query{}, 0},
	} {
		b.Run(q.name, func(b *testing.B) {
			hits := 0
			for b.Loop() {
				hits = 0
				err := l.Find(ctx, q.query, func(uint64, dealmap.Consultation) bool {
					hits++
					return hits != q.most
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(hits), "hits")
		})
	}
	b.Run("summary", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.Summary(ctx, time.Time{}, time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	l, path := logOf(b)
	size, root, err := l.Checkpoint()
	if err != nil {
		b.Fatal(err)
	}
	against := []proof.Checkpoint{{Origin: proof.OriginConsultations, Size: size, Root: root, Time: start}}
	ctx := context.Background()
	check := func(b *testing.B, f proof.Finding, err error) {
		if err != nil || !f.OK() || f.Lines != size {
			b.Fatalf("%+v, %v", f, err)
		}
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			f, err := l.Verify(ctx, against, nil)
			check(b, f, err)
		}
	})
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("file", func(b *testing.B) {
		for b.Loop() {
			f, err := consultations.Verify(ctx, path, against, nil)
			check(b, f, err)
		}
	})
}

// BenchmarkRecord measures what a tile waits for its line at 1,000 tiles a second, also while the index is made.
func BenchmarkRecord(b *testing.B) {
	for _, beside := range []int{0, 300_000} {
		b.Run(fmt.Sprintf("index of %d lines beside", beside), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), consultations.FileName)
			l, err := consultations.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { l.Close() }()
			ctx := context.Background()
			if beside > 0 {
				if err := l.RecordAll(ctx, synthetic.Lines(synthetic.Options{Seed: 2, Lines: beside, Start: start, End: start.AddDate(1, 0, 0)})); err != nil {
					b.Fatal(err)
				}
				if err := l.Close(); err != nil {
					b.Fatal(err)
				}
				_ = os.Remove(filepath.Join(filepath.Dir(path), consultations.IndexName))
				if l, err = consultations.Open(path); err != nil {
					b.Fatal(err)
				}
			}
			lines := slices.Collect(synthetic.Lines(synthetic.Options{Seed: 3, Lines: 5000, Start: start, End: start.AddDate(0, 1, 0)}))
			var took []time.Duration
			begin := time.Now()
			for b.Loop() {
				c := lines[len(took)%len(lines)]
				c.What = dealmap.WhatTile
				next := begin.Add(time.Duration(len(took)) * time.Millisecond)
				time.Sleep(time.Until(next))
				from := time.Now()
				if err := l.Record(ctx, c); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(from))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, "p99-µs")
			b.ReportMetric(float64(len(took))/time.Since(begin).Seconds(), "tiles/s")
		})
	}
}

// BenchmarkErase erases the first tenth of the log, and measures what a line that must be on the disk waits meanwhile.
func BenchmarkErase(b *testing.B) {
	l, _ := logOf(b)
	var took []time.Duration
	erased := int64(0)
	for b.Loop() {
		first := consultations.Query{}
		var oldest time.Time
		if err := l.Find(context.Background(), first, func(_ uint64, c dealmap.Consultation) bool { oldest = c.Time; return true }); err != nil {
			b.Fatal(err)
		}
		done := make(chan error, 1)
		b.ResetTimer()
		go func() {
			c, err := l.Erase(context.Background(), oldest.Add(start.AddDate(3, 0, 0).Sub(oldest)/10))
			erased += c.Count
			done <- err
		}()
		for running := true; running; {
			from := time.Now()
			if err := l.Record(context.Background(), dealmap.Consultation{Time: start.AddDate(3, 0, 0), What: dealmap.WhatSheet}); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(from))
			select {
			case err := <-done:
				if err != nil {
					b.Fatal(err)
				}
				running = false
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(erased)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "sheet-p50-ms")
	b.ReportMetric(took[len(took)-1].Seconds()*1000, "sheet-worst-ms")
}
