package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/gzip"
)

// front is the least that HTTP before PostGIS can do, so that the same client asks it: a connection of its own for each of the client's.
type front struct {
	base   string
	size   string
	server *http.Server
	opened int // of the connections, which are idle or at work
	idle   chan *pgx.Conn
}

func (c *cluster) front(r *referee) (*front, error) {
	f := &front{size: r.size, server: &http.Server{}, idle: make(chan *pgx.Conn, connections)}
	for range connections {
		conn, err := pgx.Connect(c.ctx, c.url())
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		f.opened++
		f.idle <- conn
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mvt/{z}/{x}/{y}", f.tile("mvt_"))
	mux.HandleFunc("GET /grid/{z}/{x}/{y}", f.tile("grid_"))
	mux.HandleFunc("POST /add", f.add)
	f.base, f.server.Handler = "http://"+l.Addr().String(), mux
	go f.server.Serve(l)
	return f, nil
}

// close ends what is asked for, and then the connections, each when nobody works with it any more.
func (f *front) close() error {
	err := f.server.Close()
	for range f.opened {
		err = errors.Join(err, (<-f.idle).Close(context.Background()))
	}
	return err
}

func (f *front) tile(function string) http.HandlerFunc {
	query := "select " + function + f.size + "($1::int,$2::int,$3::int)"
	return func(w http.ResponseWriter, r *http.Request) {
		conn := <-f.idle
		rows := conn.QueryRow(r.Context(), query, r.PathValue("z"), r.PathValue("x"), r.PathValue("y"))
		var tile []byte
		err := rows.Scan(&tile)
		f.idle <- conn
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Write(tile)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		zip(w, tile)
	}
}

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return z
}}

// zip compresses as the map does, with the same library and level, so that PostGIS is not measured by what a slower one takes.
func zip(w io.Writer, tile []byte) {
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	z.Write(tile) // who has gone needs no tile: an error is the client's
	z.Close()
}

// add writes a point, which is on disk before the answer, as PostgreSQL does by default.
func (f *front) add(w http.ResponseWriter, r *http.Request) {
	conn := <-f.idle
	defer func() { f.idle <- conn }()
	_, err := conn.Exec(r.Context(), `insert into pts_`+f.size+` select $1::int, 'active', 'cannabis', 'pn', 3, '69', '2024-05-01', null, ST_Transform(p, 3857), p::geography
		from (select ST_SetSRID(ST_MakePoint($2::float8, $3::float8), 4326) p) _`, r.FormValue("id"), r.FormValue("lon"), r.FormValue("lat"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
