package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// rebuilds is how many writes node is asked for in the place of peerWrites: each makes it build its whole index again.
const rebuilds = 5

// measureNode measures geojson-vt and supercluster, which keep everything in memory, know no filter and no viewer, and keep nothing on disk.
func (r *referee) measureNode() error {
	if _, err := exec.LookPath("npm"); err != nil {
		return fmt.Errorf("%w: %w", errLeftOut, err)
	}
	folder := r.path("node")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(r.shared, "node"))); err != nil {
		return err
	}
	install := child(r.ctx, "npm", "ci", "--no-audit", "--no-fund")
	install.Dir = folder
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: npm ci: %w: %s", errLeftOut, err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	server := child(r.ctx, "node", "--max-old-space-size=8192", "server.mjs", fmt.Sprint(port), r.dir, r.size)
	server.Dir, server.Env = folder, append(os.Environ(), "C8=0")
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	stop, err := launch(server, answers(base+"/health"), 5*time.Minute)
	if err != nil {
		return err
	}
	defer stop()
	points := door{base: base, template: "/points/{z}/{x}/{y}.pbf", verify: "points"}
	clusters := door{base: base, template: "/clusters/{z}/{x}/{y}.pbf", verify: "cluster", sum: "point_count"}
	if err := r.latencies(node, pointTiles, points); err != nil {
		return err
	}
	if err := r.latencies(node, clusterTiles, clusters); err != nil {
		return err
	}
	if err := r.rush(node, pointTiles, points, ""); err != nil {
		return err
	}
	if err := r.rush(node, pointTiles, points, ", gzip", "-gzip"); err != nil {
		return err
	}
	r.board.note("With gzip, %s compresses at zlib's default level 6, %s and the front of %s at the fastest.", contestantNames[node], contestantNames[own], contestantNames[postgis])
	if err := r.rush(node, clusterTiles, clusters, ""); err != nil {
		return err
	}
	r.board.note("Writes of %s are %d, each of which builds its index again, so that its p95 is the slowest; those of the others are %d.", contestantNames[node], rebuilds, peerWrites)
	return r.visible(node, points, rebuilds, "GET "+base+"/rebuild?id={id}&lon={lon}&lat={lat}", "-match", "id")
}
