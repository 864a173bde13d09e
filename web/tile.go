package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb/maptile"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web/api"
)

const mvt = "application/vnd.mapbox-vector-tile"

// GetTileJSON describes the tiles.
func (s *Server) GetTileJSON(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(*visit) (reply, error) {
		scheme := "https://"
		if s.PlainHTTP {
			scheme = "http://"
		}
		return reply{body: s.Drawer.TileJSON(scheme + r.Host), shared: true}, nil
	})
}

// tile is a drawn tile.
type tile struct {
	*tiles.Tile
	// personal: the bytes depend on who asks, so that drawing them is a consultation.
	personal bool
}

// GetTile draws a tile.
func (s *Server) GetTile(w http.ResponseWriter, r *http.Request, layers string, z int, x int, y int, _ api.GetTileParams) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	query := r.URL.Query()
	request, err := s.tileRequest(r.Context(), v, query, layers)
	if err == nil {
		request.Tile, err = tileAt(z, x, y)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	t, err := s.seeTile(r, v, request, canonical(query))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.sendTile(w, r, t)
}

// tileNames are the parameters of a tile.
var tileNames = append([]string{"link_kind", "means", "on"}, filterNames...)

// tileRequest checks what is asked for, whatever the tile.
func (s *Server) tileRequest(ctx context.Context, v *visit, query url.Values, layers string) (tiles.Request, error) {
	if err := checkNames(query, tileNames...); err != nil {
		return tiles.Request{}, err
	}
	filter, err := s.filterOf(ctx, v, query)
	if err != nil {
		return tiles.Request{}, err
	}
	links, err := parseLinkFilter(query)
	if err != nil {
		return tiles.Request{}, err
	}
	if links.On.IsZero() {
		links.On = mapDay(v) // links that have ended are drawn on no map
	}
	names, err := tiles.ParseLayers(layers)
	if err != nil {
		return tiles.Request{}, parameterErrors(err)
	}
	return tiles.Request{Layers: names, Scope: v.scope, Filter: filter, Links: links}, nil
}

// tileAt checks the address of a tile.
func tileAt(z, x, y int) (maptile.Tile, error) {
	for _, number := range [...]struct {
		name string
		n    int
	}{{"z", z}, {"x", x}, {"y", y}} {
		if number.n < 0 {
			return maptile.Tile{}, badParameter(number.name, "%d est négatif", number.n)
		}
	}
	at, err := tiles.CheckTile(uint64(z), uint64(x), uint64(y))
	if err != nil {
		return maptile.Tile{}, parameterErrors(err)
	}
	return at, nil
}

// seeTile draws a tile and records that its reader is about to see it; the log keeps what was asked for.
func (s *Server) seeTile(r *http.Request, v *visit, request tiles.Request, asked string) (tile, error) {
	var named []dealmap.ID
	if slices.Contains(request.Layers, tiles.LayerLinks) {
		request.Names = func(id dealmap.ID) { named = append(named, id) }
	}
	t, err := s.draw(r.Context(), v, request)
	if err != nil || !t.personal {
		return t, err
	}
	line := v.line(dealmap.WhatTile, asked, uniqueIDs(named)...)
	line.Layers = tiles.JoinLayers(request.Layers)
	line.Tile = &dealmap.TileAddress{Z: uint32(request.Tile.Z), X: request.Tile.X, Y: request.Tile.Y}
	return t, s.consult(r, v, *line)
}

func (s *Server) draw(ctx context.Context, v *visit, request tiles.Request) (tile, error) {
	personal := slices.ContainsFunc(request.Layers, func(l tiles.Layer) bool { return l != tiles.LayerBasemap && l != tiles.LayerTerritories })
	if personal {
		done, err := s.turn(ctx, v)
		if err != nil {
			return tile{}, err
		}
		defer done()
	}
	begin := time.Now()
	made, err := s.Drawer.Tile(ctx, v.snap, request)
	if err != nil {
		return tile{}, err
	}
	s.metrics.drawn(int(request.Tile.Z), time.Since(begin))
	return tile{made, personal}, nil
}

// tileTag is the ETag of a tile.
func (s *Server) tileTag(data []byte) string { return weak(s.keys.etag(data)) }

func (s *Server) sendTile(w http.ResponseWriter, r *http.Request, t tile) {
	h := w.Header()
	tag := t.Tagged(s.tileTag)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		t.GiveBack()
		return
	}
	h.Set("Content-Type", mvt)
	data := t.Data
	if len(data) >= smallest && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		data = t.Zipped(appendZipped)
	}
	if sendBytes(w, data) {
		t.GiveBack()
	}
}

// sendBytes sends a body whole and reports whether nothing holds its bytes any more: after a write of HTTP/2 that failed they may still be
// on their way, and must not become those of another answer.
func sendBytes(w http.ResponseWriter, data []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(data) // the client may be gone
	return err == nil
}

// uniqueIDs sorts ids and leaves each there once.
func uniqueIDs(ids []dealmap.ID) []dealmap.ID {
	slices.SortFunc(ids, func(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}

// mapDay is the day of the map that a visit looks at.
func mapDay(v *visit) dealmap.Date {
	if p, ok := v.snap.(past); ok {
		return p.day
	}
	return v.scope.Day()
}
