package main

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// limitFiles sets how long the files of a running process may grow, in bytes: beyond it, writing fails as on a full disk.
func (p *process) limitFiles(most uint64) {
	p.t.Helper()
	limit := syscall.Rlimit{Cur: most, Max: math.MaxUint64}
	if _, _, err := syscall.Syscall6(syscall.SYS_PRLIMIT64, uintptr(p.cmd.Process.Pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0); err != 0 {
		p.t.Skipf("this machine does not let a process's files be limited: %v", err)
	}
}

// TestAFullDiskServesNothing: what cannot be put into the consultation log is not shown, of no output; when there is room
// again, everything is.
func TestAFullDiskServesNothing(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "400")
	pn := p.as("pn")
	places := get[struct{ Features []feature }](pn, "/api/v1/deal-points?limit=5").Features
	if len(places) == 0 {
		t.Fatal("the map is empty")
	}
	name := places[0].Properties.Name
	outputs := []string{
		"/api/v1/deal-points?limit=5", "/api/v1/deal-points/" + places[0].Properties.Reference, "/api/v1/deal-points/" + places[0].Properties.Reference + "/history",
		"/api/v1/nearest?lon=5.37&lat=43.3&limit=5",
	}
	// A tile of its own each time, which no memory answers.
	turn := 0
	tile := func() string {
		turn++
		return fmt.Sprintf("/tiles/deal_points/9/263/186.mvt?confirmed_after=19%02d-01-01", turn)
	}
	for _, path := range append(outputs, tile()) {
		if status, body := pn.send("GET", path, nil, nil); status != http.StatusOK {
			t.Fatalf("%s with room: %d %s", path, status, body)
		}
	}
	p.limitFiles(4096)
	for _, path := range outputs {
		if status, body := pn.send("GET", path, nil, nil); status != http.StatusServiceUnavailable || strings.Contains(string(body), name) {
			t.Errorf("%s on a full disk: %d %s", path, status, body)
		}
	}
	// A tile's line may wait for its group: the first of them may still be served, none after it.
	pn.send("GET", tile(), nil, nil)
	time.Sleep(100 * time.Millisecond)
	for range 3 {
		if status, body := pn.send("GET", tile(), nil, nil); status != http.StatusServiceUnavailable || len(body) > 2000 {
			t.Errorf("a tile on a full disk: %d, %d bytes", status, len(body))
		}
	}
	if status, _ := pn.send("GET", "/healthz", nil, nil); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
	p.limitFiles(math.MaxUint64)
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		status, body := pn.send("GET", outputs[1], nil, nil)
		if status == http.StatusOK {
			break
		}
		if time.Since(began) > 15*time.Second {
			t.Fatalf("with room again: %d %s", status, body)
		}
	}
	if status := p.stop(); status != 0 {
		t.Errorf("stop: %d %s", status, p.errs)
	}
}
