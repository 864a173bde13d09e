package postgres_test

import (
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// BenchmarkRead reads and verifies a journal of 100,000 entries.
func BenchmarkRead(b *testing.B) {
	server := pgtest.Start(b)
	j := open(b, server.DSN(server.Database(b)))
	defer j.Close()
	const entries = 100_000
	for at := 0; at < entries; at += 4000 {
		if err := j.Append(b.Context(), dealmap.Seq(at), journaltest.Events(at, 4000)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		for _, err := range j.Read(b.Context(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
		if read != entries {
			b.Fatalf("%d entries", read)
		}
	}
	b.ReportMetric(float64(b.N)*entries/b.Elapsed().Seconds(), "entries/s")
}
