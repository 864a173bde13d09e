package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// errLeftOut is why something that is not on this machine, and cannot be fetched, is not measured. Anything else that goes wrong is a failure.
var errLeftOut = errors.New("left out")

// peers measures the map beside PostGIS, node's geojson-vt and supercluster, and the static limit, on the same places and tiles, one server
// after the other so that none takes the processor of another. A peer that cannot be had is left out, which the table says.
func (b *bench) peers() (err error) {
	if b.peersPlaces == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(b.shared, "peers", "bench")); errors.Is(err, fs.ErrNotExist) {
		b.add("beside peers", fmt.Sprintf("%v: %s is absent", errLeftOut, filepath.Join(b.shared, "peers")), "")
		return nil
	}
	dir, err := os.MkdirTemp("", "dealmap-peers-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := newReferee(b.ctx, b.shared, dir, b.peersPlaces)
	if err != nil {
		return err
	}
	err = r.prepare(filepath.Join(b.shared, "data", "territories", "departements.geojson"))
	if errors.Is(err, errLeftOut) {
		b.add("beside peers", err.Error(), "")
		return nil
	}
	if err != nil {
		return fmt.Errorf("beside peers: %w", err)
	}
	b.board = r.board
	if err := b.measureOwn(r); err != nil {
		return fmt.Errorf("dealmap beside peers: %w", err)
	}
	for _, peer := range []struct {
		who     contestant
		measure func() error
	}{{limit, r.measureLimit}, {postgis, r.measurePostGIS}, {node, r.measureNode}} {
		if b.ctx.Err() != nil {
			break
		}
		fmt.Fprintln(os.Stderr, "beside peers:", contestantNames[peer.who])
		err = errors.Join(err, r.board.settle(peer.who, peer.measure())) // after a failure the others are measured all the same
	}
	return err
}

// settle notes that a peer was left out, and returns any other failure.
func (b *board) settle(who contestant, failed error) error {
	switch {
	case failed == nil:
		return nil
	case errors.Is(failed, errLeftOut):
		b.note("%s: %v", contestantNames[who], failed)
		return nil
	}
	return fmt.Errorf("beside peers: %s: %w", contestantNames[who], failed)
}

// freePort is a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// launch starts a server of the run and returns when it answers. One that does not, or ends, is stopped and an error.
func launch(cmd *exec.Cmd, asked func() error, within time.Duration) (stop func(), err error) {
	if cmd.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop = func() {
		_ = cmd.Cancel() // it may have ended by itself
		select {
		case <-ended:
		case <-time.After(cmd.WaitDelay):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	program := filepath.Base(cmd.Path)
	for until := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		select {
		case err := <-ended:
			return nil, fmt.Errorf("%s ended: %w", program, cmp.Or(err, errors.New("as if all was done")))
		default:
		}
		err := asked()
		if err == nil {
			return stop, nil
		}
		if time.Now().After(until) {
			stop()
			return nil, fmt.Errorf("%s did not answer within %s: %w", program, within, err)
		}
	}
}

// answers tells whether something answers at an address, whatever it says.
func answers(url string) func() error {
	return func() error {
		response, err := patient.Get(url)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}
}

// measureLimit serves the bytes that the map answered from memory: no server in Go answers faster.
func (r *referee) measureLimit() error {
	for _, l := range []lists{pointTiles, clusterTiles} {
		err := r.serveStatic(l.name, func(base string) error {
			at := door{base: base, template: "/{z}/{x}/{y}.mvt", verify: "none"}
			err := r.latencies(limit, l, at)
			err = errors.Join(err, r.rush(limit, l, at, ""))
			if l == pointTiles {
				err = errors.Join(err, r.rush(limit, l, at, ", gzip", "-gzip"))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return r.askLimit()
}

// serveStatic serves a folder that the map's answers were written to, from memory, as long as do takes.
func (r *referee) serveStatic(name string, do func(base string) error) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	stop, err := launch(child(r.ctx, r.path("staticd"), "-addr", strings.TrimPrefix(base, "http://"), "-dir", r.path("limit-"+name), "-mode", "mem"), answers(base+"/"), time.Minute)
	if err != nil {
		return err
	}
	defer stop()
	return do(base)
}
