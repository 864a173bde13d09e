package store

import (
	"syscall"
	"testing"
	"time"

	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
)

// Country returns the territories that are embedded, for benchmarks on synthetic maps of the whole country.
func Country(b testing.TB) *geo.Territories {
	b.Helper()
	territories, err := seeds.Gazetteer()
	if err != nil {
		b.Fatal(err)
	}
	return territories
}

// ProcessorTime is what the process has used of the processors.
func ProcessorTime(b testing.TB) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
