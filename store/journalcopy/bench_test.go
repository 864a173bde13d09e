package journalcopy_test

import (
	"context"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/proof"
)

// BenchmarkCopy copies a journal of 100,000 entries, with the verification at its end, and verifies it alone.
func BenchmarkCopy(b *testing.B) {
	const entries = 100_000
	server := pgtest.Start(b)
	here, there := file(b), database(b, server)
	use(b, here.node, func(j journal) {
		for at := 0; at < entries; at += 4000 {
			must(b, j.Append(b.Context(), dealmap.Seq(at), journaltest.Events(at, 4000)))
		}
	})
	fill(b, here, there)
	rate := func(b *testing.B) { b.ReportMetric(float64(b.N)*entries/b.Elapsed().Seconds(), "entries/s") }
	copies := func(from *place, to func(testing.TB) *place) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				target := to(b)
				b.StartTimer()
				r, err := copied(b, from, target)
				if err != nil || r.Entries != entries {
					b.Fatal(r, err)
				}
			}
			rate(b)
		}
	}
	b.Run("ToPostgreSQL", copies(here, func(t testing.TB) *place { return database(t, server) }))
	b.Run("ToBbolt", copies(there, file))
	for _, p := range []*place{here, there} {
		b.Run("Verify/"+p.name, func(b *testing.B) {
			use(b, p.node, func(j journal) {
				v := j.(interface {
					Verify(context.Context, proof.Stored, []proof.Checkpoint, func(done, total int64)) (proof.Finding, error)
				})
				none := proof.Stored{Block: func(int64) ([]byte, error) { return nil, nil }}
				for b.Loop() {
					if f, err := v.Verify(b.Context(), none, nil, nil); err != nil || !f.OK() || f.Lines != entries {
						b.Fatal(f, err)
					}
				}
				rate(b)
			})
		})
	}
	b.Run("Compare", func(b *testing.B) {
		for b.Loop() {
			if r, err := copied(b, here, there); err != nil || r.Copied != 0 {
				b.Fatal(r, err)
			}
		}
		rate(b)
	})
}
