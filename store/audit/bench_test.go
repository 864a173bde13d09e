package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/proof"
)

func number(b *testing.B, name string, otherwise int) int {
	if text := os.Getenv(name); text != "" {
		if _, err := fmt.Sscan(text, &otherwise); err != nil {
			b.Fatal(err)
		}
	}
	return otherwise
}

// BenchmarkFolder makes a folder whose journal has ENTRIES entries, and tells what its tree, a start, a checkpoint, proofs and
// a verification cost. The consultation log is measured in its own package.
func BenchmarkFolder(b *testing.B) {
	n := number(b, "ENTRIES", 100_000)
	f := newFolder(b).open()
	for at := 0; at < n; at += 10_000 {
		must(b, f.journal.Append(context.Background(), dealmap.Seq(at), journaltest.Events(at, min(10_000, n-at))))
	}
	f.write(0, 10)
	begin := time.Now()
	must(b, f.keeper.Checkpoint(context.Background()))
	tree := time.Since(begin)
	f.close()

	b.Run("start", func(b *testing.B) {
		f.open()
		f.keeper.Close()
		for b.Loop() {
			k, err := audit.Open(context.Background(), f.dir, f.journal, f.log, f.options)
			must(b, err)
			must(b, k.Close())
		}
		f.closeLogs()
	})
	b.Run("checkpoint", func(b *testing.B) {
		f.open()
		for b.Loop() {
			b.StopTimer()
			f.write(1, 1)
			b.StartTimer()
			must(b, f.keeper.Checkpoint(context.Background()))
		}
		f.close()
	})
	b.Run("proof", func(b *testing.B) {
		f.open()
		for b.Loop() {
			_, err := f.keeper.Inclusion(context.Background(), "journal", int64(n/3), 0)
			must(b, err)
		}
		f.close()
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if r := f.verify(); !r.OK() {
				b.Fatal(r.Problems())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
		b.ReportMetric(float64(tree.Nanoseconds())/float64(n), "tree-ns/entry")
	})
}

// BenchmarkOpenCheckpoint reads one signed checkpoint.
func BenchmarkOpenCheckpoint(b *testing.B) {
	k := key(b, 1)
	note, err := k.Sign(proof.Checkpoint{Origin: proof.OriginJournal, Size: 12345678, Time: time.Unix(1e9, 0)})
	must(b, err)
	for b.Loop() {
		for n, err := range proof.Notes(bytes.NewReader(note)) {
			must(b, err)
			_, err = proof.Open(n.Text, k.Verifier())
			must(b, err)
		}
	}
	b.ReportMetric(float64(len(note)), "bytes")
}
