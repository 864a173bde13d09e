package consultations

import (
	"context"
	"reflect"
	"testing"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

// TestFreshLinesAreIndexedAsReadOnes holds what the index makes of lines as they were handed over to what it makes of the file.
func TestFreshLinesAreIndexedAsReadOnes(t *testing.T) {
	t.Parallel()
	l := openWith(t, newPath(t), fast())
	used := false
	rapid.Check(t, func(t *rapid.T) {
		lines := make([]dealmap.Consultation, rapid.IntRange(1, 20).Draw(t, "lines"))
		for i := range lines {
			lines[i] = anyLine(t)
			lines[i].What = dealmap.WhatTile
		}
		if err := l.RecordAll(context.Background(), func(yield func(dealmap.Consultation) bool) {
			for _, c := range lines {
				if !yield(c) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		if err := l.WaitIndex(context.Background()); err != nil {
			t.Fatal(err)
		}
		l.index.mu.Lock()
		defer l.index.mu.Unlock()
		if l.index.tail == nil || l.index.tail.rows() == 0 {
			return
		}
		got := l.index.tail.segment
		want, err := l.index.build(context.Background(), got.first, got.last())
		if err != nil || !reflect.DeepEqual(got, *want) {
			t.Fatalf("lines %d to %d: %+v\nread: %+v, %v", got.first, got.last(), got, *want, err)
		}
		l.fresh.mu.Lock()
		defer l.fresh.mu.Unlock()
		used = used || l.fresh.first == l.Size()+1
	})
	if !used {
		t.Error("no fresh line was taken")
	}
}

// TestFreshIsBounded puts lines of any length and takes some, and wants the ones that are there and no more than may be.
func TestFreshIsBounded(t *testing.T) {
	t.Parallel()
	data := make([]byte, mostFresh)
	rapid.Check(t, func(t *rapid.T) {
		var f fresh
		var all []*dealmap.Consultation
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			batch := make([]line, rapid.IntRange(1, 30).Draw(t, "batch"))
			for i := range batch {
				batch[i] = line{data: data[:rapid.SampledFrom([]int{100, 10_000, mostFresh / 40, mostFresh}).Draw(t, "bytes")], told: &dealmap.Consultation{}}
				all = append(all, batch[i].told)
			}
			f.put(int64(len(all)), batch)
			held := 0
			for _, one := range f.lines {
				held += one.bytes
			}
			if held != f.bytes || held > mostFresh {
				t.Fatalf("%d bytes are held, %d counted", held, f.bytes)
			}
			if len(f.lines) > 0 && f.first+int64(len(f.lines)) != int64(len(all))+1 {
				t.Fatalf("%d lines from %d of %d", len(f.lines), f.first, len(all))
			}
			n := int64(rapid.IntRange(max(1, len(all)-40), len(all)).Draw(t, "taken"))
			if there := n >= f.first && n < f.first+int64(len(f.lines)); there != (f.take(n) == all[n-1]) {
				t.Fatalf("line %d of %d is there: %v", n, len(all), there)
			}
		}
	})
}
