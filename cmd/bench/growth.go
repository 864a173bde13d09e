package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
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
		if lacks, err := diskLacks(b.data, places); err != nil {
			return err
		} else if lacks != "" {
			b.add(fmt.Sprintf("%d places", places), "left out: "+lacks, "")
			continue
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
	if len(all) == 0 {
		return errors.New("-growth: no size was measured")
	}
	return os.WriteFile(file, []byte(growthSVG(all)), 0o644)
}

// diskAPlace is how many bytes a place takes in the files of the map, with its journal and proofs, rounded up.
const diskAPlace = 4000

// diskLacks says what a map of so many places lacks of the disk of a folder: one that is full stops others too. What lies in the folder is
// taken away before the map is filled, and counts as free.
func diskLacks(folder string, places int) (string, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return "", fmt.Errorf("free space of %s: %w", folder, err)
	}
	held, err := diskHeld(folder)
	if err != nil {
		return "", err
	}
	needs, free := float64(places)*diskAPlace/1e9, (float64(disk.Bavail)*float64(disk.Bsize)+float64(held))/1e9
	if free >= needs {
		return "", nil
	}
	return fmt.Sprintf("%s has %.1f GB free, and its files take about %.1f", filepath.Dir(folder), free, needs), nil
}

// diskHeld is how many bytes of the disk the files of a folder take; a file that is sparse takes less than it is long.
func diskHeld(folder string) (bytes int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if on, ok := info.Sys().(*syscall.Stat_t); ok {
			bytes += on.Blocks * 512 // POSIX: st_blocks are of 512 bytes
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("files of %s: %w", folder, err)
	}
	return bytes, nil
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
