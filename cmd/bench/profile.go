package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// profiled is how long a profile is taken.
const profiled = 10 * time.Second

// profile measures tiles and writes, for the row that took longest, the profiles of the processor and of memory (pprof) to a folder.
func (b *bench) profile(folder string) error {
	if err := b.fill(); err != nil {
		return err
	}
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	side := free.Addr().String()
	free.Close()
	s, _, err := b.start("--points-from", "8", "--profile", "--metrics", side)
	if err != nil {
		return err
	}
	defer s.stop()
	viewer, err := s.as("viewer")
	if err != nil {
		return err
	}
	var slowest tileRow
	var most time.Duration
	for _, row := range tileRows {
		took, err := b.tileRow(viewer, row)
		if err != nil {
			return err
		}
		if took > most {
			slowest, most = row, took
		}
	}
	if b.profileOnly != "" {
		if _, err := fmt.Sscanf(b.profileOnly, "%s %d", &slowest.layer, &slowest.zoom); err != nil {
			return fmt.Errorf("-profile-row %q: %w", b.profileOnly, err)
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var wrong error
	var work sync.WaitGroup
	work.Go(func() {
		name := fmt.Sprintf("%s-z%d", slowest.layer, slowest.zoom)
		wrong = errors.Join(
			save("http://"+side+fmt.Sprintf("/debug/pprof/profile?seconds=%d", profiled/time.Second), filepath.Join(folder, name+"-cpu.pprof")),
			save("http://"+side+"/debug/pprof/allocs", filepath.Join(folder, name+"-allocs.pprof")),
			save("http://"+side+"/debug/pprof/heap", filepath.Join(folder, name+"-heap.pprof")))
	})
	for end := time.Now().Add(profiled); time.Now().Before(end); {
		if _, err := b.tileTimes(viewer, slowest, 50); err != nil {
			return err
		}
	}
	work.Wait()
	return wrong
}

func save(url, file string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
