package web

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb/maptile"

	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web/api"
)

const (
	// mostTiles bounds the tiles of one request: more than a large window shows.
	mostTiles = 64
	// severalTiles is the media type of tiles one after the other, each with its ETag.
	severalTiles = "application/vnd.dealmap.tiles"
)

// unchanged stands in place of the length of a tile that whoever asks has already.
const unchanged = 1<<32 - 1

// What is held back so that it leaves together, in bytes, and for how long at most.
const (
	heldTiles = 32 << 10
	heldFor   = 10 * time.Millisecond
)

// GetTiles draws several tiles of one zoom: a browser takes some two milliseconds to send a request and as much to hear the answer, and a view
// has twenty tiles of each layer. Each is drawn, judged and logged as if it had been asked for alone.
func (s *Server) GetTiles(w http.ResponseWriter, r *http.Request, layers string, z int, _ api.GetTilesParams) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	query := r.URL.Query()
	request, asked, err := s.tilesRequest(r.Context(), v, query, layers, z)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out, text := newTileStream(w, r), canonical(query)
	for _, one := range asked {
		var t tile
		request.Tile = one.at
		if t, err = s.seeTile(r, v, request, text); err != nil {
			break
		}
		if tag := t.Tagged(s.tileTag); one.known != "" && tag == weak(`"`+one.known+`"`) {
			out.addUnchanged(tag)
		} else {
			out.add(tag, t.Data)
		}
		t.GiveBack()
		if !out.due() {
			continue
		}
		if err = s.letGo(r, v, out); err != nil {
			break
		}
	}
	if err == nil {
		err = s.letGo(r, v, out)
	}
	switch {
	case err == nil:
		out.end()
	case out.begun:
		panic(http.ErrAbortHandler) // half an answer must not look whole; whoever asks for the rest is told why
	default:
		s.fail(w, r, err)
	}
}

// letGo sends what is held back, whose reader was judged before it waited.
func (s *Server) letGo(r *http.Request, v *visit, out *tileStream) error {
	if err := s.stillMay(r, v); err != nil {
		return err
	}
	return out.flush()
}

// askedTile is one of several tiles, and what is between the quotation marks of the ETag under which whoever asks has it; empty when they have not.
type askedTile struct {
	at    maptile.Tile
	known string
}

// tilesRequest checks what is asked for. It takes the tiles out of the query.
func (s *Server) tilesRequest(ctx context.Context, v *visit, query url.Values, layers string, z int) (tiles.Request, []askedTile, error) {
	const tilesName, knownName = "tiles", "known"
	wanted, known := query[tilesName], query[knownName]
	delete(query, tilesName)
	delete(query, knownName)
	request, err := s.tileRequest(ctx, v, query, layers)
	if err != nil {
		return request, nil, err
	}
	if len(wanted) != 1 || wanted[0] == "" {
		return request, nil, badParameter(tilesName, "indiquez une fois les tuiles voulues : colonne/ligne, séparées par des virgules")
	}
	names := strings.Split(wanted[0], ",")
	if len(names) > mostTiles {
		return request, nil, badParameter(tilesName, "%d tuiles demandées, %d au plus", len(names), mostTiles)
	}
	tags := make([]string, len(names))
	if len(known) > 0 {
		if tags = strings.Split(known[0], ","); len(known) > 1 || len(tags) != len(names) {
			return request, nil, badParameter(knownName, "indiquez une fois, pour chaque tuile et dans le même ordre, l’ETag connu, ou rien")
		}
	}
	asked, seen := make([]askedTile, len(names)), map[maptile.Tile]bool{}
	for i, name := range names {
		at, err := columnRow(z, name)
		if err != nil {
			return request, nil, err
		}
		if seen[at] {
			return request, nil, badParameter(tilesName, "la tuile « %s » est demandée deux fois", name)
		}
		seen[at], asked[i] = true, askedTile{at, tags[i]}
	}
	return request, asked, nil
}

// columnRow reads the name of a tile of a zoom.
func columnRow(z int, name string) (maptile.Tile, error) {
	column, row, _ := strings.Cut(name, "/")
	x, okX := quickNumber(column)
	y, okY := quickNumber(row)
	if !okX || !okY {
		return maptile.Tile{}, badParameter("tiles", "« %s » ne désigne pas une tuile (colonne/ligne)", clip(name))
	}
	return tileAt(z, x, y)
}

// tileStream is an answer of several tiles: of each, the length of its ETag (one byte), the ETag, the length of the tile (four bytes, the
// highest first; all bits set where it is unchanged), the tile.
type tileStream struct {
	w     http.ResponseWriter
	zip   *gzip.Writer // nil where the client does not take gzip
	held  bytes.Buffer
	since time.Time // when the first of what is held was added
	begun bool
}

func newTileStream(w http.ResponseWriter, r *http.Request) *tileStream {
	t := &tileStream{w: w}
	if acceptsGzip(r) {
		t.zip = zippers.Get().(*gzip.Writer)
		t.zip.Reset(w)
	}
	return t
}

func (t *tileStream) add(tag string, data []byte) {
	t.head(tag, uint32(len(data)))
	t.held.Write(data)
}

func (t *tileStream) addUnchanged(tag string) { t.head(tag, unchanged) }

func (t *tileStream) head(tag string, length uint32) {
	if t.held.Len() == 0 {
		t.since = time.Now()
	}
	t.held.WriteByte(byte(len(tag)))
	t.held.WriteString(tag)
	t.held.Write(binary.BigEndian.AppendUint32(t.held.AvailableBuffer(), length))
}

// due reports whether enough is held, or for long enough.
func (t *tileStream) due() bool { return t.held.Len() >= heldTiles || time.Since(t.since) >= heldFor }

// flush sends what is held.
func (t *tileStream) flush() error {
	if t.held.Len() == 0 {
		return nil
	}
	if !t.begun {
		h := t.w.Header()
		h.Set("Content-Type", severalTiles)
		h.Set("Cache-Control", "private, no-store")
		h.Add("Vary", "Accept-Encoding")
		if t.zip != nil {
			h.Set("Content-Encoding", "gzip")
		}
		t.begun = true
	}
	var err error
	if t.zip == nil {
		_, err = t.w.Write(t.held.Bytes())
	} else if _, err = t.zip.Write(t.held.Bytes()); err == nil {
		err = t.zip.Flush()
	}
	if err == nil {
		err = http.NewResponseController(t.w).Flush()
	}
	if err != nil {
		return fmt.Errorf("send tiles: %w", err) // the client may be gone
	}
	t.held.Reset()
	return nil
}

// end closes an answer that was sent whole. After a failure what compresses is not used again: its bytes may still be on their way.
func (t *tileStream) end() {
	if t.zip == nil {
		return
	}
	if t.zip.Close() == nil {
		zippers.Put(t.zip)
	}
}
