package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// spatialConnections ask spatial questions at once, each for as many as it gets answered.
const spatialConnections = 16

// whereabouts is one place of the referee's list of questions, with how many answers each question has there.
type whereabouts struct {
	number   int // in the list, from 0
	lon, lat float64
	box      [4]float64 // west, south, east, north
	dep      string
	expect   map[string]int // by kind
}

// kinds of spatial question; each is answered with full records, by the map also with what peers keep of a place and no more.
const (
	inBox    = "bbox of 2 km"
	inCircle = "radius of 500 m"
	nearest  = "10 nearest"
	inDep    = "within a département"
)

func parseWhereabouts(text string) (all []whereabouts, err error) {
	_, rows, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(rows) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 10 {
			return nil, fmt.Errorf("question %q has %d columns, not 10", line, len(f))
		}
		var n [9]float64
		for i, text := range append(f[:6:6], f[7:]...) {
			if n[i], err = strconv.ParseFloat(text, 64); err != nil {
				return nil, fmt.Errorf("question %q: %w", line, err)
			}
		}
		all = append(all, whereabouts{len(all), n[0], n[1], [4]float64(n[2:6]), f[6],
			map[string]int{inBox: int(n[6]), inCircle: int(n[7]), nearest: 10, inDep: int(n[8])}})
	}
	return all, nil
}

// extent is how much of each place an answer has.
type extent string

const (
	fullRecords  extent = "full records"
	peersColumns extent = "the peers' columns"
)

// ownColumns are the properties that say what the columns of the peers do; id, longitude and latitude are there besides.
const ownColumns = "status,products,owner,intensity,departement,first_seen,closing"

// asker answers one question and says how many records it read.
type asker func(w *whereabouts) (int, error)

// ask measures 16 connections, each with an asker of its own, and checks the number of records. The borders of what is asked for are told
// by one server on the sphere and by another in a box of float32, so that a hundredth may differ, or two.
func (r *referee) ask(who contestant, kind string, rows []extent, all []whereabouts, connect func() (asker, error)) error {
	const lasts = 5 * time.Second
	askers := make([]asker, spatialConnections)
	for i := range askers {
		var err error
		if askers[i], err = connect(); err != nil {
			return err
		}
		for j := range 5 { // plans and caches
			if _, err := askers[i](&all[(i*37+j)%len(all)]); err != nil {
				return err
			}
		}
	}
	var done, records atomic.Int64
	var once sync.Once
	var failed error
	var work sync.WaitGroup
	start := time.Now()
	for i, one := range askers {
		work.Go(func() {
			for j := i * 61; time.Since(start) < lasts; j++ {
				w := &all[j%len(all)]
				n, err := one(w)
				if off := math.Abs(float64(n - w.expect[kind])); err == nil && off > 2 && off > 0.01*float64(w.expect[kind]) {
					err = fmt.Errorf("%s at %.6f %.6f, dep %s: %d records, expected %d", kind, w.lon, w.lat, w.dep, n, w.expect[kind])
				}
				if err != nil {
					once.Do(func() { failed = err })
					return
				}
				done.Add(1)
				records.Add(int64(n))
			}
		})
	}
	work.Wait()
	if failed != nil {
		return failed
	}
	rate := float64(done.Load()) / time.Since(start).Seconds()
	for _, e := range rows {
		row := r.board.of(fmt.Sprintf("%s, %s, %d connections", kind, e, spatialConnections), true)
		row.middle[who] = rate
		fmt.Fprintf(os.Stderr, "%s: %.0f /s, %d records on average\n", row.name, rate, records.Load()/max(1, done.Load()))
	}
	return nil
}

func (r *referee) whereabouts() ([]whereabouts, error) {
	text, err := os.ReadFile(r.sized("queries", ".tsv"))
	if err != nil {
		return nil, err
	}
	return parseWhereabouts(string(text))
}

// askOwn asks the map by HTTP; where the answer has more pages it reads all of them.
func (r *referee) askOwn(viewer *person) error {
	all, err := r.whereabouts()
	if err != nil {
		return err
	}
	box := func(w *whereabouts) string {
		return fmt.Sprintf("/api/v1/deal-points?limit=1000&bbox=%.6f,%.6f,%.6f,%.6f", w.box[0], w.box[1], w.box[2], w.box[3])
	}
	departement := func(w *whereabouts) string {
		return "/api/v1/deal-points?limit=1000&territory=dep:" + url.QueryEscape(w.dep)
	}
	for _, q := range []struct {
		kind   string
		extent extent
		path   func(w *whereabouts) string
	}{
		{inBox, fullRecords, box},
		{inBox, peersColumns, box},
		{inCircle, fullRecords, func(w *whereabouts) string {
			return fmt.Sprintf("/api/v1/deal-points?limit=1000&near=%.6f,%.6f&radius=500", w.lon, w.lat)
		}},
		{nearest, fullRecords, func(w *whereabouts) string {
			return fmt.Sprintf("/api/v1/nearest?limit=10&lon=%.6f&lat=%.6f", w.lon, w.lat)
		}},
		{inDep, fullRecords, departement},
		{inDep, peersColumns, departement},
	} {
		chosen := ""
		if q.extent == peersColumns {
			chosen = "&properties=" + ownColumns
		}
		err := r.ask(own, q.kind, []extent{q.extent}, all, func() (asker, error) {
			var page bytes.Buffer
			return func(w *whereabouts) (n int, err error) {
				for path := q.path(w) + chosen; path != "" && err == nil; {
					var some int
					some, path, err = viewer.page(path, &page)
					n += some
				}
				return n, err
			}, nil
		})
		if err != nil {
			return err
		}
	}
	return r.dumpBoxes(viewer, all, box)
}

// endOfFeature is where each feature of a page ends. It is looked for by its first byte: a quotation mark, which every word has two of, took
// the client longer to count than the server to answer.
var endOfFeature = []byte(`},"type":"Feature"}`)

// page reads one page of a list and returns how many records it holds and the path of the next. It counts features in the text as it comes,
// as the client of PostGIS counts rows, so that decoding weighs on neither.
func (p *person) page(path string, page *bytes.Buffer) (n int, next string, err error) {
	response, err := p.http.Get(p.base + path)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	page.Reset()
	if _, err := page.ReadFrom(response.Body); err != nil {
		return 0, "", err
	}
	if response.StatusCode != http.StatusOK {
		return 0, "", fmt.Errorf("%s: %s: %.200s", path, response.Status, page)
	}
	if link, ok := strings.CutSuffix(response.Header.Get("Link"), `>; rel="next"`); ok {
		next = strings.TrimPrefix(link, "<")
	}
	return bytes.Count(page.Bytes(), endOfFeature), next, nil
}

// askPostGIS asks PostGIS, each connection with a statement that was prepared.
func (r *referee) askPostGIS(database string) (err error) {
	all, err := r.whereabouts()
	if err != nil {
		return err
	}
	ctx := r.ctx
	full := "select p.id, p.status, p.product, p.agency, p.intensity, p.dep, p.opened_at, p.closed_at, ST_X(p.geog::geometry), ST_Y(p.geog::geometry) from pts_" + r.size + " p"
	const here = "ST_SetSRID(ST_MakePoint($1::float8,$2::float8),4326)"
	both := []extent{fullRecords, peersColumns} // its full records have no other columns
	for _, q := range []struct {
		kind, where string
		rows        []extent
		values      func(w *whereabouts) []any
	}{
		{inBox, " where p.geom && ST_Transform(ST_MakeEnvelope($1::float8,$2::float8,$3::float8,$4::float8,4326),3857)", both,
			func(w *whereabouts) []any { return []any{w.box[0], w.box[1], w.box[2], w.box[3]} }},
		{inCircle, " where ST_DWithin(p.geog, " + here + "::geography, 500, false)", both[:1], func(w *whereabouts) []any { return []any{w.lon, w.lat} }},
		{nearest, " order by p.geom <-> ST_Transform(" + here + ",3857) limit 10", both[:1], func(w *whereabouts) []any { return []any{w.lon, w.lat} }},
		{inDep, ", deps d where d.code = $1::text and ST_Intersects(p.geom, d.geom)", both, func(w *whereabouts) []any { return []any{w.dep} }},
	} {
		var opened []*pgx.Conn
		err := r.ask(postgis, q.kind, q.rows, all, func() (asker, error) {
			conn, err := pgx.Connect(ctx, database)
			if err != nil {
				return nil, err
			}
			opened = append(opened, conn)
			if _, err := conn.Prepare(ctx, "q", full+q.where); err != nil {
				return nil, err
			}
			return func(w *whereabouts) (n int, err error) {
				rows, err := conn.Query(ctx, "q", q.values(w)...)
				if err != nil {
					return 0, err
				}
				for rows.Next() {
					_ = rows.RawValues()
					n++
				}
				rows.Close()
				return n, rows.Err()
			}, nil
		})
		for _, conn := range opened {
			err = errors.Join(err, conn.Close(ctx))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
