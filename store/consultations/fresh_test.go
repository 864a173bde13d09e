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
