package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// sentTile is a tile as it is sent among several.
type sentTile struct {
	tag       string
	data      []byte
	unchanged bool
}

// readTiles reads tiles one after the other, as many as are whole.
func readTiles(body []byte) (read []sentTile, rest []byte) {
	for len(body) > 0 {
		n := 1 + int(body[0])
		if len(body) < n+4 {
			break
		}
		length := binary.BigEndian.Uint32(body[n:])
		if length == 1<<32-1 {
			read, body = append(read, sentTile{tag: string(body[1:n]), unchanged: true}), body[n+4:]
			continue
		}
		size := int(length)
		if len(body) < n+4+size {
			break
		}
		read = append(read, sentTile{tag: string(body[1:n]), data: body[n+4 : n+4+size]})
		body = body[n+4+size:]
	}
	return read, body
}

// TestSeveralTilesAreAsOneByOne asks for tiles one by one and together, as people who see different things, and compares bytes, tags and
// what the log says.
func TestSeveralTilesAreAsOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	w.hiddenPlace(1, 5.39, 43.30)
	w.clock.advance(24 * time.Hour)
	at := []string{"2109/1500", "2110/1500", "2108/1499", "0/0"}
	for name, u := range map[string]*user{"cross13": w.as("cross13"), "gn": w.as("gn"), "prefet13": w.as("prefet13"), "ofast": w.as("ofast")} {
		for _, layers := range []string{"deal_points", "sites,clusters,deal_points", "basemap,territories", "links,deal_points", "heat"} {
			for _, query := range []string{"", "status=active,closed&product=crack", "as_of=2026-11-22"} {
				var alone []sentTile
				refused := 0
				before := len(w.log.of(dealmap.WhatTile))
				for _, tile := range at {
					a := u.get(fmt.Sprintf("/tiles/%s/12/%s.mvt?%s", layers, tile, query))
					if a.status != http.StatusOK {
						refused = a.status
						break
					}
					alone = append(alone, sentTile{tag: a.header.Get("ETag"), data: a.body})
				}
				lines := w.log.of(dealmap.WhatTile)[before:]
				for _, zipped := range []bool{false, true} {
					before := len(w.log.of(dealmap.WhatTile))
					h := header{}
					if zipped {
						h["Accept-Encoding"] = "gzip"
					}
					a := u.get(fmt.Sprintf("/tiles/%s/12?tiles=%s&%s", layers, strings.Join(at, ","), query), h)
					if refused != 0 {
						if a.status != refused {
							t.Errorf("%s, %s?%s: %d alone, %d together", name, layers, query, refused, a.status)
						}
						continue
					}
					a.want(http.StatusOK)
					if got := [2]string{a.header.Get("Content-Type"), a.header.Get("Cache-Control")}; got != [2]string{"application/vnd.dealmap.tiles", "private, no-store"} {
						t.Errorf("sent as %q", got)
					}
					if zipped {
						z, err := gzip.NewReader(bytes.NewReader(a.body))
						if err != nil {
							t.Fatal(err)
						}
						if a.body, err = io.ReadAll(z); err != nil {
							t.Fatal(err)
						}
					}
					together, rest := readTiles(a.body)
					if len(rest) > 0 || !slices.EqualFunc(alone, together, func(a, b sentTile) bool { return a.tag == b.tag && !b.unchanged && bytes.Equal(a.data, b.data) }) {
						t.Errorf("%s, %s?%s: %d tiles alone, %d together and %d bytes, or others", name, layers, query, len(alone), len(together), len(rest))
					}
					logged := w.log.of(dealmap.WhatTile)[before:]
					if !slices.EqualFunc(lines, logged, func(a, b dealmap.Consultation) bool {
						return a.Layers == b.Layers && *a.Tile == *b.Tile && a.Query == b.Query && a.Subject == b.Subject && slices.Equal(a.Places, b.Places)
					}) {
						t.Errorf("%s, %s?%s: in the log %+v alone, %+v together", name, layers, query, lines, logged)
					}
				}
			}
		}
	}
}

// TestSeveralTilesAreConditional: what whoever asks has already is not sent again, and is a consultation all the same.
func TestSeveralTilesAreConditional(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	const path = "/tiles/deal_points,clusters/12?tiles=2109/1500,2111/1500,2106/1500"
	first, _ := readTiles(gn.get(path).want(http.StatusOK).body)
	bare := make([]string, len(first))
	for i, tile := range first {
		bare[i] = strings.Trim(strings.TrimPrefix(tile.tag, "W/"), `"`)
	}
	again := func(u *user, known ...string) (unchanged []bool) {
		t.Helper()
		read, rest := readTiles(u.get(path + "&known=" + strings.Join(known, ",")).want(http.StatusOK).body)
		if len(read) != 3 || len(rest) > 0 {
			t.Fatalf("%d tiles, %d bytes", len(read), len(rest))
		}
		for _, tile := range read {
			unchanged = append(unchanged, tile.unchanged)
		}
		return unchanged
	}
	if got := again(gn, bare...); !slices.Equal(got, []bool{true, true, true}) {
		t.Errorf("nothing has changed: %v", got)
	}
	if got := again(gn, bare[0], "", "other"); !slices.Equal(got, []bool{true, false, false}) {
		t.Errorf("one is known: %v", got)
	}
	w.hiddenPlace(1, 5.3698, 43.2965)
	if got := again(gn, bare...); !slices.Equal(got, []bool{true, true, true}) {
		t.Errorf("nothing that gn may see has changed: %v", got)
	}
	if got := again(cross, bare...); !slices.Equal(got, []bool{false, true, true}) {
		t.Errorf("the Cross sees one more: %v", got)
	}
	cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated)
	if got := again(gn, bare...); !slices.Equal(got, []bool{false, true, true}) {
		t.Errorf("one was added: %v", got)
	}
	if lines := w.log.of(dealmap.WhatTile); len(lines) != 18 || lines[3].Query != "" {
		t.Errorf("consultations: %+v", lines)
	}
}

// TestSeveralTilesNameWhatIsWrong with the tiles that are asked for.
func TestSeveralTilesNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("ofast")
	all := make([]string, 65)
	for i := range all {
		all[i] = fmt.Sprintf("%d/1500", i)
	}
	u.get("/tiles/deal_points/12?tiles=" + strings.Join(all[:64], ",")).want(http.StatusOK)
	for path, field := range map[string]string{
		"/tiles/deal_points/12":                                 "tiles",
		"/tiles/deal_points/12?tiles=":                          "tiles",
		"/tiles/deal_points/12?tiles=1/1&tiles=2/2":             "tiles",
		"/tiles/deal_points/12?tiles=1/1,1/1":                   "tiles",
		"/tiles/deal_points/12?tiles=1/1,":                      "tiles",
		"/tiles/deal_points/12?tiles=1":                         "tiles",
		"/tiles/deal_points/12?tiles=1/-1":                      "tiles",
		"/tiles/deal_points/12?tiles=1/1/1":                     "tiles",
		"/tiles/deal_points/12?tiles=" + strings.Join(all, ","): "tiles",
		"/tiles/deal_points/12?tiles=1/1,2/2&known=a":           "known",
		"/tiles/deal_points/12?tiles=1/1&known=a&known=b":       "known",
		"/tiles/deal_points/12?tiles=1/1&known=a,b":             "known",
		"/tiles/deal_points/12?tiles=1/1,4096/1":                "x",
		"/tiles/deal_points/12?tiles=1/4096":                    "y",
		"/tiles/deal_points/23?tiles=1/1":                       "z",
		"/tiles/deal_points/-1?tiles=1/1":                       "z",
		"/tiles/deal_points/twelve?tiles=1/1":                   "z",
		"/tiles/secrets/12?tiles=1/1":                           "layers",
		"/tiles/deal_points/12?tiles=1/1&colour=red":            "colour",
	} {
		if fields := u.get(path).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: fields %q, want %s", path, fields, field)
		}
	}
	w.anonymous().get("/tiles/deal_points/12?tiles=1/1").problem(http.StatusUnauthorized, "not-signed-in")
	if lines := w.log.of(dealmap.WhatTile); len(lines) != 64 {
		t.Errorf("%d lines in the log", len(lines))
	}
}

// meddler does something else as soon as a number of tiles is in the log, and takes its time for each.
type meddler struct {
	web.Consultations
	takes time.Duration
	left  int
	then  func() error
}

func (m *meddler) Record(ctx context.Context, line dealmap.Consultation) error {
	err := m.Consultations.Record(ctx, line)
	if line.What != dealmap.WhatTile || err != nil {
		return err
	}
	time.Sleep(m.takes)
	if m.left--; m.left == 0 {
		return m.then()
	}
	return nil
}

// TestSeveralTilesEndWithTheRight: what was not sent when a right ends, or can no longer be logged, is not sent; an answer that has not
// begun says why, and one that has is broken off.
func TestSeveralTilesEndWithTheRight(t *testing.T) {
	t.Parallel()
	const path = "/tiles/deal_points/12?tiles=2109/1500,2110/1500,2108/1500,2107/1500"
	full := errors.New("disk full")
	for name, try := range map[string]struct {
		takes  time.Duration // to keep a line in the log
		at     int           // which line ends it
		fails  error
		status int
		sent   int
	}{
		"at the first tile":                      {0, 1, nil, http.StatusForbidden, 0},
		"at the third, when two were sent":       {12 * time.Millisecond, 3, nil, http.StatusOK, 2},
		"log full at the first":                  {0, 1, full, http.StatusServiceUnavailable, 0},
		"log full at the third, two were sent":   {12 * time.Millisecond, 3, full, http.StatusOK, 2},
		"at the last, the others may be waiting": {0, 4, nil, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &meddler{takes: try.takes}
			w := newWorld(t, func(o *web.Options) { m.Consultations, o.Consultations = o.Consultations, m })
			w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
			u := w.as("gn")
			m.left, m.then = try.at, func() error {
				if try.fails == nil {
					w.endGrants("gn")
				}
				return try.fails
			}
			response, err := u.http.Get(w.http.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if begun := response.StatusCode == http.StatusOK; begun == (err == nil) || try.status != 0 && response.StatusCode != try.status {
				t.Fatalf("%d, %v", response.StatusCode, err)
			} else if !begun {
				return
			}
			// How many wait to leave together depends on how fast they are drawn.
			if read, rest := readTiles(body); len(read) > try.sent || try.status != 0 && len(read) != try.sent || len(rest) > 0 {
				t.Errorf("%d tiles were sent and %d bytes", len(read), len(rest))
			}
		})
	}
}
