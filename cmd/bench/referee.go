package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// referee is what measures all servers alike: the programs of ../shared/peers, built into a folder of this run, and the data that
// they make. Nothing of them is part of this module.
type referee struct {
	ctx    context.Context // of the bench
	shared string          // the folder of peers
	dir    string          // of this run
	size   string          // as gendata calls it
	places int
	board  *board
}

// refereeSizes are the numbers of places that gendata knows.
var refereeSizes = map[int]string{4000: "4k", 100_000: "100k", 1_000_000: "1m"}

func newReferee(ctx context.Context, shared, dir string, places int) (*referee, error) {
	size, ok := refereeSizes[places]
	if !ok {
		return nil, fmt.Errorf("-peers-places: %d is none of 4000, 100000 and 1000000", places)
	}
	return &referee{ctx: ctx, shared: filepath.Join(shared, "peers"), dir: dir, size: size, places: places, board: &board{}}, nil
}

// prepare builds the programs and makes the data; outlines are of the départements, with their codes. What it lacks and cannot fetch is
// errLeftOut.
func (r *referee) prepare(outlines string) error {
	named, err := os.ReadFile(outlines)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errLeftOut, err)
	}
	if err != nil {
		return err
	}
	fetch := child(r.ctx, "go", "mod", "download")
	fetch.Dir = filepath.Join(r.shared, "bench")
	if out, err := fetch.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: go mod download: %w: %s", errLeftOut, err, out)
	}
	for _, program := range []string{"gendata", "tileclient", "staticd"} {
		build := child(r.ctx, "go", "build", "-o", r.path(program), "./"+program)
		build.Dir = filepath.Join(r.shared, "bench")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w: %s", program, err, out)
		}
	}
	named = bytes.ReplaceAll(named, []byte(`"insee_dep"`), []byte(`"code"`))
	if err := os.WriteFile(r.path("departements.geojson"), named, 0o644); err != nil {
		return err
	}
	if out, err := child(r.ctx, r.path("gendata"), "-deps", r.path("departements.geojson"), "-out", r.dir, "-sizes", r.size).CombinedOutput(); err != nil {
		return fmt.Errorf("gendata: %w: %s", err, out)
	}
	return nil
}

func (r *referee) path(name string) string { return filepath.Join(r.dir, name) }

// sized is the file of the data of this size.
func (r *referee) sized(name, suffix string) string { return r.path(name + "_" + r.size + suffix) }

// door is where a server gives tiles: its address, the template of the path, a credential, and how tileclient checks what a tile holds.
type door struct {
	base, template, header string
	verify, sum            string
}

// lists are the tiles that are asked for: one by one, and by many at once.
type lists struct{ name, many string }

var (
	pointTiles = lists{"places", "tiles_thr_points.txt"}
	// clusterTiles are clusters of a map that keeps what it counted for the filter, though no tile. Of the peers only node keeps anything.
	clusterTiles = lists{"clusters, counts kept", "tiles_thr_grid.txt"}
	// freshClusters are clusters when nothing is kept of what was counted for the filter before, as if each request had one of its own.
	freshClusters = lists{"clusters of a new filter", clusterTiles.many}
)

// measured is a line of tileclient's figures, whichever of its commands wrote it.
type measured struct {
	Zoom     json.Number `json:"zoom"`
	Features float64     `json:"points_median"`
	P50      float64     `json:"p50_ms"`
	P95      float64     `json:"p95_ms"`
	Rate     float64     `json:"tiles_per_s"`
	Errors   int         `json:"errors"`
	Visible  float64     `json:"visible_p50_ms"`
	Visible5 float64     `json:"visible_p95_ms"`
	Lost     int         `json:"never_visible"`
}

func parseMeasured(in io.Reader) (all []measured, err error) {
	for lines := json.NewDecoder(in); ; {
		var m measured
		switch err := lines.Decode(&m); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("figures of tileclient: %w", err)
		}
		all = append(all, m)
	}
}

// client runs a command of tileclient at a door and reads the figures that it writes. A tile that does not hold what it must is an error.
func (r *referee) client(command string, at door, more ...string) ([]measured, error) {
	file := r.path("figures.json")
	if err := os.RemoveAll(file); err != nil {
		return nil, err
	}
	if err := r.tileclient(command, at, append([]string{"-json", file}, more...)...); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseMeasured(bytes.NewReader(data))
}

func (r *referee) tileclient(command string, at door, more ...string) error {
	args := append([]string{command, "-base", at.base, "-tmpl", at.template, "-header", at.header}, more...)
	if out, err := child(r.ctx, r.path("tileclient"), args...).CombinedOutput(); err != nil {
		return fmt.Errorf("tileclient %s %s: %w: %s", command, at.template, err, wrongOf(string(out)))
	}
	return nil
}

// wrongOf leaves of what tileclient prints what went wrong.
func wrongOf(out string) string {
	var wrong []string
	for line := range strings.Lines(out) {
		if strings.Contains(line, "WRONG") {
			wrong = append(wrong, strings.TrimSpace(line))
		}
	}
	if wrong == nil {
		return strings.TrimSpace(out)
	}
	return strings.Join(wrong, "; ")
}

// row names a row of latencies, the same for all servers.
func (l lists) row(zoom string) string { return fmt.Sprintf("%s, z %s, p50", l.name, zoom) }

// latencies measures a connection that asks for tile after tile, each checked for what it must hold.
func (r *referee) latencies(who contestant, l lists, at door, more ...string) error {
	args := append([]string{"-tiles", r.path("tiles_lat.txt"), "-expect", r.sized("expect", ".tsv"), "-verify", at.verify, "-sum", at.sum, "-budget", "5s"}, more...)
	rows, err := r.client("lat", at, args...)
	for _, m := range rows {
		w := r.board.of(l.row(string(m.Zoom)), false)
		w.middle[who], w.features[who] = m.P50, int(m.Features)
		w.tell(who)
	}
	return err
}

// rush measures 32 connections that ask for tiles as fast as they get them.
func (r *referee) rush(who contestant, l lists, at door, what string, more ...string) error {
	rows, err := r.client("thr", at, append([]string{"-tiles", r.path(l.many), "-c", fmt.Sprint(connections), "-d", "5s"}, more...)...)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if m.Errors > 0 {
			return fmt.Errorf("%d errors while %s were asked for by many", m.Errors, l.name)
		}
		w := r.board.of(fmt.Sprintf("%s, %d connections%s", l.name, connections, what), true)
		w.middle[who] = m.Rate
		w.tell(who)
	}
	return nil
}

// peerWrites is how many writes are waited for until they are seen.
const peerWrites = 100

// visible measures how long after a write began it was in the tile of zoom 12.
func (r *referee) visible(who contestant, at door, writes int, insert string, more ...string) error {
	rows, err := r.client("w2v", at, append([]string{"-writer", "http", "-insert", insert, "-n", fmt.Sprint(writes)}, more...)...)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if m.Lost > 0 {
			return fmt.Errorf("%d of %d writes never came to be seen", m.Lost, writes)
		}
		w := r.board.of("write until in the tile z 12, p50 / p95", false)
		w.middle[who], w.high[who] = m.Visible, m.Visible5
		w.tell(who)
	}
	return nil
}

// dump saves the tiles of a list and of the latencies for the server of the limit.
func (r *referee) dump(l lists, at door) error {
	return r.tileclient("dump", at, "-tiles", r.path("tiles_lat.txt")+","+r.path(l.many), "-out", r.path("limit-"+l.name))
}
