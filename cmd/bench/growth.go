package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// growthOf is what is measured of a map of some size.
type growthOf struct {
	places                int
	start, tile, clusters time.Duration
	visible               time.Duration // from a durable write until it is in another viewer's tile
	own                   int           // memory of the process after the start and the tiles, in MB
}

// growth measures maps of several sizes and draws how latency, memory and the time to start grow.
func (b *bench) growth(sizes, file string) error {
	var all []growthOf
	for _, text := range strings.Split(sizes, ",") {
		places, err := strconv.Atoi(text)
		if err != nil || places < 1 {
			return fmt.Errorf("-sizes: %q is no number of places", text)
		}
		b.places = places
		one, err := b.grown()
		if err != nil {
			return err
		}
		all = append(all, one)
		b.add(fmt.Sprintf("%d places", places), fmt.Sprintf("start %.2f s, memory %d MB, tile of places z 12 %.2f ms, clusters z 6 %.2f ms, write to visible %.2f ms",
			one.start.Seconds(), one.own, ms(one.tile), ms(one.clusters), ms(one.visible)), "")
	}
	return os.WriteFile(file, []byte(growthSVG(all)), 0o644)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (b *bench) grown() (g growthOf, err error) {
	g.places = b.places
	if err := b.fill(); err != nil {
		return g, err
	}
	s, took, err := b.start()
	if err != nil {
		return g, err
	}
	defer s.stop()
	g.start = took
	viewer, err := s.as("viewer")
	if err != nil {
		return g, err
	}
	writer, err := s.as("writer")
	if err != nil {
		return g, err
	}
	for _, row := range []struct {
		tileRow
		into *time.Duration
	}{{tileRow{"deal_points", 12, "", false}, &g.tile}, {tileRow{"clusters", 6, "", false}, &g.clusters}} {
		m, err := b.tileTimes(viewer, row.tileRow, b.rounds)
		if err != nil {
			return g, err
		}
		*row.into = median(m.times)
	}
	var visible []time.Duration
	for i := range b.rounds {
		took, _, err := untilVisible(writer, viewer, i)
		if err != nil {
			return g, err
		}
		visible = append(visible, took)
	}
	g.visible = median(visible)
	g.own, _, err = s.memory()
	return g, err
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
