package network

import (
	"context"
	"testing"
)

func BenchmarkAnalyse(b *testing.B) {
	g := supply(b, 10_000, 30_000)
	for b.Loop() {
		if _, err := g.Analyse(context.Background(), AnalyseOptions{Weighted: true, KeyPlayers: 5}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWhatIf(b *testing.B) {
	g := supply(b, 10_000, 30_000)
	for _, way := range []struct {
		name               string
		directed, weighted bool
	}{{"directed-weighted", true, true}, {"undirected-weighted", false, true}, {"undirected", false, false}} {
		b.Run(way.name, func(b *testing.B) {
			base, err := g.NewBase(context.Background(), way.directed, way.weighted, nil)
			if err != nil {
				b.Fatal(err)
			}
			for v := 0; b.Loop(); v = (v + 1) % 1000 {
				o := WhatIfOptions{Closed: []int{v}, Entries: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Directed: way.directed, Weighted: way.weighted, Top: 20, Base: base}
				if _, err := g.WhatIf(context.Background(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewBase(b *testing.B) {
	g := supply(b, 10_000, 30_000)
	for b.Loop() {
		if _, err := g.NewBase(context.Background(), true, true, nil); err != nil {
			b.Fatal(err)
		}
	}
}
