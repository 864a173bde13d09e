package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a PostgreSQL of this run alone, on a port and in a folder of its own.
type cluster struct {
	ctx      context.Context // of the bench
	bin, dir string
	port     int
	who      *syscall.Credential // nil: as the bench itself
	log      *os.File
	end      func() // of the server
}

var errNoPostGIS = fmt.Errorf("%w: PostGIS is not installed (Debian: apt-get install postgresql-15-postgis-3)", errLeftOut)

// newCluster makes the files of a cluster and starts it; nothing is left of one that fails. PostgreSQL refuses to run as root; then it runs
// as Debian's postgres.
func newCluster(ctx context.Context) (*cluster, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return nil, errors.Join(errNoPostGIS, err)
	}
	bin := found[len(found)-1]
	if extension, err := filepath.Glob(filepath.Join("/usr/share/postgresql", filepath.Base(filepath.Dir(bin)), "extension/postgis.control")); err != nil || len(extension) == 0 {
		return nil, errors.Join(errNoPostGIS, err)
	}
	dir, err := os.MkdirTemp("", "dealmap-peer-postgres-*")
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c := &cluster{ctx: ctx, bin: bin, dir: dir, log: log}
	if err := c.begin(); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *cluster) begin() (err error) {
	if os.Geteuid() == 0 {
		if err := c.drop(); err != nil {
			return err
		}
	}
	if c.port, err = freePort(); err != nil {
		return err
	}
	if err := c.run("initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"); err != nil {
		return err
	}
	return c.start()
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// start starts the server as a child, which ends with the bench, and waits until it answers.
func (c *cluster) start() (err error) {
	c.end, err = launch(c.command("postgres", "-D", c.data(), "-p", strconv.Itoa(c.port), "-k", c.dir, "-c", "listen_addresses=127.0.0.1",
		"-c", "shared_buffers=1GB", "-c", "work_mem=64MB", "-c", "maintenance_work_mem=512MB", "-c", "jit=off"), func() error {
		conn, err := pgx.Connect(c.ctx, c.url())
		if err != nil {
			return err
		}
		return conn.Close(c.ctx)
	}, time.Minute)
	return c.withLog(err)
}

// drop makes the programs of the cluster run as somebody who may not do everything.
func (c *cluster) drop() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("%w: PostgreSQL refuses to run as root: %w", errLeftOut, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.who = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.dir, int(uid), int(gid))
}

// command is a program of PostgreSQL, which writes to the cluster's log.
func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := child(c.ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = c.dir
	cmd.SysProcAttr.Credential = c.who
	cmd.Stdout, cmd.Stderr = c.log, c.log
	return cmd
}

func (c *cluster) run(program string, args ...string) error {
	if err := c.command(program, args...).Run(); err != nil {
		return c.withLog(fmt.Errorf("%s: %w", program, err))
	}
	return nil
}

// withLog adds what the programs of the cluster said to an error.
func (c *cluster) withLog(err error) error {
	if err == nil {
		return nil
	}
	said, unread := os.ReadFile(c.log.Name())
	return errors.Join(fmt.Errorf("%w: %s", err, said), unread)
}

// stop ends the server at once, if it runs, and takes its files away.
func (c *cluster) stop() error {
	if c.end != nil {
		c.end()
	}
	return errors.Join(c.log.Close(), os.RemoveAll(c.dir))
}

func (c *cluster) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable&connect_timeout=5", c.port)
}

// psql carries out a script of the referee's; @S@ in it is the size and @DATA@ the folder of the data.
func (c *cluster) psql(r *referee, script string) error {
	script = strings.NewReplacer("@S@", r.size, "@DATA@", r.dir).Replace(script)
	cmd := child(r.ctx, filepath.Join(c.bin, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", c.url())
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w: %s", err, out)
	}
	return nil
}

// load fills the cluster with the referee's schema, functions and places, and the outlines of the départements.
func (c *cluster) load(r *referee) error {
	for _, name := range []string{"schema.sql", "functions.sql", "load.sql", "index.sql"} {
		script, err := os.ReadFile(filepath.Join(r.shared, "sql", name))
		if err != nil {
			return err
		}
		if err := c.psql(r, string(script)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return c.psql(r, `create temp table d (code text, outline text);
\copy d from '@DATA@/deps.tsv'
insert into deps select code, ST_Multi(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(outline), 4326), 3857)) from d;
vacuum analyze deps;
`)
}

// measurePostGIS measures PostGIS through pgx: latencies of ST_AsMVT asked directly, and by many through a front that does nothing else.
func (r *referee) measurePostGIS() error {
	c, err := newCluster(r.ctx)
	if err != nil {
		return err
	}
	err = c.load(r)
	if err == nil {
		err = c.measure(r)
	}
	return errors.Join(err, c.stop())
}

func (c *cluster) measure(r *referee) (err error) {
	f, err := c.front(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	r.board.note("The p50 of tiles of %s is that of the database asked directly by one connection, without HTTP; the others are asked by HTTP.", contestantNames[postgis])
	points := door{base: f.base, template: "/mvt/{z}/{x}/{y}", verify: "points"}
	grid := door{base: f.base, template: "/grid/{z}/{x}/{y}", verify: "sum", sum: "count"}
	for _, m := range []struct {
		l        lists
		at       door
		function string
	}{{pointTiles, points, "mvt_"}, {clusterTiles, grid, "grid_"}} {
		if err := r.latencies(postgis, m.l, m.at); err != nil { // checks what the tiles hold
			return err
		}
		if err := c.direct(r, m.l, m.function+r.size); err != nil {
			return err
		}
		if err := r.rush(postgis, m.l, m.at, ""); err != nil {
			return err
		}
	}
	if err := r.rush(postgis, pointTiles, points, ", gzip", "-gzip"); err != nil {
		return err
	}
	if err := r.askPostGIS(c.url()); err != nil {
		return err
	}
	return r.visible(postgis, points, peerWrites, "POST "+f.base+"/add?id={id}&lon={lon}&lat={lat}", "-match", "id")
}

// direct measures the database alone, one connection, in the place of the front.
func (c *cluster) direct(r *referee, l lists, function string) error {
	ctx := r.ctx
	conn, err := pgx.Connect(ctx, c.url())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	text, err := os.ReadFile(r.path("tiles_lat.txt"))
	if err != nil {
		return err
	}
	tiles, err := parseTiles(string(text))
	if err != nil {
		return err
	}
	for zoom, of := range tiles {
		var times []time.Duration
		end := time.Now().Add(5 * time.Second)
		for round := 0; round <= 10 && (round < 2 || time.Now().Before(end)); round++ {
			for _, t := range of {
				var tile []byte
				start := time.Now()
				if err := conn.QueryRow(ctx, "select "+function+"($1,$2,$3)", t[0], t[1], t[2]).Scan(&tile); err != nil {
					return err
				}
				if round > 0 { // the first plans and fills caches
					times = append(times, time.Since(start))
				}
			}
		}
		slices.Sort(times)
		r.board.of(l.row(strconv.Itoa(zoom)), false).middle[postgis] = ms(times[len(times)/2])
	}
	return nil
}

// parseTiles reads lines of z/x/y, by zoom.
func parseTiles(text string) (map[int][][3]int, error) {
	tiles := map[int][][3]int{}
	for _, line := range strings.Fields(text) {
		var t [3]int
		if _, err := fmt.Sscanf(line, "%d/%d/%d", &t[0], &t[1], &t[2]); err != nil {
			return nil, fmt.Errorf("tile %q: %w", line, err)
		}
		tiles[t[0]] = append(tiles[t[0]], t)
	}
	return tiles, nil
}
