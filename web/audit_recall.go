package web

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb/maptile"
)

// recall computes again what lines of the consultation log disclosed: outputs are deterministic, so a line needs to say no
// more than whose scope it was, of which map, and which output. What it has computed it keeps: one question of an auditor
// looks at a hundred thousand lines that a few people wrote with a few filters.
type recall struct {
	server *Server
	snap   Snapshot // knows all grants and tokens there ever were
	eyes   map[eyesKey]*eyes
	asked  map[askedKey]*asked
	layers map[string][]tiles.Layer
}

// eyesKey says whose scope a line was written for.
type eyesKey struct {
	grant, token dealmap.ID
	day          dealmap.Date
}

// eyes are a scope of the past; ok is false where the line names no right that there was.
type eyes struct {
	scope dealmap.Scope
	ok    bool
}

// askedKey says what a line's query asks for: its text, and the day of the line where the text leaves that open.
type askedKey struct {
	text string
	day  dealmap.Date
}

// asked is what a line's query asked for.
type asked struct {
	filter dealmap.Filter
	area   area
	asOf   dealmap.Date // zero: of the present
	ok     bool
}

func (s *Server) newRecall(snap Snapshot) *recall {
	return &recall{
		server: s, snap: snap, eyes: map[eyesKey]*eyes{}, asked: map[askedKey]*asked{}, layers: map[string][]tiles.Layer{},
	}
}

// scopeOf returns the scope that a line was written for: its grant, which never changes but for its end, narrowed by its
// token, on the day of its time.
func (c *recall) scopeOf(line *dealmap.Consultation) *eyes {
	key := eyesKey{line.Grant, line.Token, dealmap.DateOf(line.Time.In(c.server.zone))}
	e, known := c.eyes[key]
	if known {
		return e
	}
	e = &eyes{}
	c.eyes[key] = e
	grant, ok := c.snap.Grant(line.Grant)
	if !ok {
		return e
	}
	viewer := grant.Viewer()
	if !line.Token.IsZero() {
		token, ok := c.snap.Token(line.Token)
		if !ok {
			return e
		}
		if viewer, ok = token.Narrow(viewer); !ok {
			return e
		}
	}
	e.scope, e.ok = dealmap.NewScope(viewer, key.day), true
	return e
}

// queryOf reads a line's query; what was written passed the checks of its day, which today's gazetteer might not let through.
func (c *recall) queryOf(text string, e *eyes) *asked {
	key := askedKey{text: text}
	if strings.Contains(text, "due=") {
		key.day = e.scope.Day()
	}
	a, known := c.asked[key]
	if known {
		return a
	}
	a = &asked{}
	c.asked[key] = a
	query, err := url.ParseQuery(text)
	if err != nil {
		return a
	}
	filter, err := readFilter(query, e.scope.Day())
	if err != nil {
		return a
	}
	where, err := parseArea(query)
	if err != nil {
		return a
	}
	asOf, err := dealmap.ParseDate(query.Get("as_of"))
	if err != nil {
		return a
	}
	*a = asked{filter: filter, area: where, asOf: asOf, ok: true}
	return a
}

// tileOf is the request that a line of a tile was written for, false when it is none that drew places one by one.
func (c *recall) tileOf(line *dealmap.Consultation, e *eyes, a *asked) (tiles.Request, bool) {
	if line.Tile == nil {
		return tiles.Request{}, false
	}
	layers, known := c.layers[line.Layers]
	if !known {
		layers, _ = tiles.ParseLayers(line.Layers) // none where this version knows them no more
		c.layers[line.Layers] = layers
	}
	r := tiles.Request{
		Layers: layers, Tile: maptile.New(line.Tile.X, line.Tile.Y, maptile.Zoom(line.Tile.Z)), Scope: e.scope, Filter: a.filter,
	}
	return r, c.server.Drawer.DrawsPlaces(r)
}

// presentOf is the map of the moment for a line about a past one: what was hidden since stays hidden there too.
func (c *recall) presentOf(name dealmap.LineName, line *dealmap.Consultation) (dealmap.Seq, error) {
	if line.Detail == "" {
		whole, _, err := c.server.Audit.Line(name)
		if err != nil {
			return 0, err
		}
		line.Detail = whole.Detail
	}
	seq, ok := presentOf(line.Detail)
	if !ok {
		return 0, fmt.Errorf("line %s of the consultation log does not say which map it was made from: %q", name, line.Detail)
	}
	return seq, nil
}

// looksBack reports whether an output was of a past map: today's and later ones are of the present.
func (a *asked) looksBack(e *eyes) bool { return !a.asOf.IsZero() && a.asOf.Before(e.scope.Day()) }

// holds reports whether a sight lies in the area: judged, like the list, by the position that the viewer sees.
func (a *area) holds(sight dealmap.Sight) bool {
	if a.box == nil && a.near == nil {
		return true
	}
	at, ok := sight.Position()
	return ok && (a.box == nil || a.box.Contains(at)) && (a.near == nil || geo.Distance(*a.near, at) <= a.metres)
}

// shows reports whether lists and exports hold a sight.
func (a *asked) shows(sight dealmap.Sight) bool {
	return sight.Showable() && a.filter.Match(sight) && a.area.holds(sight)
}

// onPage reports whether an id lies within a page of the list.
func onPage(line *dealmap.Consultation, id dealmap.ID) bool {
	return bytes.Compare(line.After[:], id[:]) < 0 && bytes.Compare(id[:], line.Last[:]) <= 0
}

// keepsThrough reports whether the map of a past day shows a sight, by what is seen of the place now.
func keepsThrough(then, now dealmap.Sight) bool {
	return then.Showable() && now.Showable() && now.Detail() >= then.Detail()
}

// isComputed reports whether lines of a kind say what they disclosed by what it can be computed from.
func isComputed(what string) bool {
	return what == dealmap.WhatTile || what == dealmap.WhatList || what == dealmap.WhatExport
}

// everyEye sees every place of a map whole, on a day after all embargoes. It serves to tell where to look and what a place is
// called; nothing else that it sees may leave.
func everyEye() dealmap.Scope {
	return dealmap.NewScope(dealmap.Viewer{Role: dealmap.RoleOfast}, dealmap.Date{Year: 9999, Month: 12, Day: 31})
}
