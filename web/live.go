package web

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

const (
	// maxBatch is how many changes are told at once.
	maxBatch = 256
	// judgeEvery is how long a right that ends by its own date may go unnoticed by a stream; one that is taken away is noticed
	// at once.
	judgeEvery = 300 * time.Millisecond
	// checkSession is how long the end of a session past this server may go unnoticed by a stream.
	checkSession = 2 * time.Second
	// tileZoom is the zoom of the tiles named in a change.
	tileZoom = 14
)

// GetChanges tells of changes as they happen.
func (s *Server) GetChanges(w http.ResponseWriter, r *http.Request, _ api.GetChangesParams) {
	v, who, err := s.visitBy(r)
	if err == nil {
		err = checkNames(r.URL.Query())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	leave, ok := s.streams.begin(v.viewer.Subject)
	if !ok {
		s.fail(w, r, refuse(kindTooMany, "trop de cartes sont ouvertes en direct : fermez-en une"))
		return
	}
	defer leave()
	traceOf(r).end()
	stream := &stream{
		server: s, w: w, r: r, control: http.NewResponseController(w), purpose: "live " + v.viewer.Subject,
		who: who, checked: time.Now(), day: v.scope.Day(),
	}
	err = stream.run(v)
	if failed, ok := errors.AsType[*writeError](err); ok && failed.took >= s.StuckAfter {
		traceOf(r).stuck = true
	}
	if err != nil && r.Context().Err() == nil {
		s.log.Info("live stream ended", "request", requestID(r), "user", v.viewer.Subject, "error", err)
	}
}

// stream is one live stream.
type stream struct {
	server  *Server
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	purpose string
	after   dealmap.Seq // what the client knows

	who     caller
	checked time.Time    // when the session was last read from the store
	day     dealmap.Date // for which the client knows the map
	// What was judged holds as long as grants and tokens are as they were at this entry, until this moment.
	granted dealmap.Seq
	until   time.Time

	standing Standing  // as the client was told; zero without a node
	looked   time.Time // when that was compared last
}

// errEnded says that the person may no longer follow.
var errEnded = errors.New("session or grant has ended")

func (t *stream) run(v *visit) error {
	resumed := t.resume(v)
	h := t.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Accel-Buffering", "no") // proxies must pass events on at once
	if err := t.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("live stream: %w", err)
	}
	first := t.event("hello", "{}")
	if !resumed {
		first = t.event("reset", "{}")
	}
	if err := t.write("retry: 2000\n", first); err != nil {
		return err
	}
	if err := t.nodeBegins(); err != nil {
		return err
	}
	for resets := 0; ; resets++ {
		told, err := t.follow()
		if told {
			resets = 0
		}
		select {
		case <-t.server.closing:
			return nil
		case <-t.r.Context().Done():
			return nil
		default:
		}
		if errors.Is(err, errEnded) {
			return errors.Join(t.write(t.event("end", "{}")), err)
		}
		if _, stuck := errors.AsType[*writeError](err); stuck || resets > 0 {
			return err
		}
		// The changes since then are not at hand: the client reads everything anew.
		t.after = t.server.Map.Snapshot().Seq()
		if err := t.write(t.event("reset", "{}")); err != nil {
			return err
		}
	}
}

// resume finds where the client stopped, and reports false when it must begin anew.
func (t *stream) resume(v *visit) bool {
	t.after = v.snap.Seq()
	last := t.r.Header.Get("Last-Event-ID")
	if last == "" {
		return true
	}
	value, err := t.server.keys.open(t.purpose, last)
	if err != nil || len(value) != 12 {
		return false
	}
	seq, day := dealmap.Seq(binary.BigEndian.Uint64(value)), binary.BigEndian.Uint32(value[8:])
	if seq > t.after || day != uint32(t.day.Number()) {
		return false // on another day: what an embargo hid then must not be told as seen today
	}
	t.after = seq
	return true
}

// follow tells of changes until something ends it; told reports whether any change came.
func (t *stream) follow() (told bool, err error) {
	ctx, cancel := context.WithCancel(t.r.Context())
	defer cancel()
	changes := make(chan dealmap.Change, maxBatch)
	ended := make(chan error, 1)
	go func() {
		defer close(changes)
		for change, err := range t.server.Map.Changes(ctx, t.after) {
			if err != nil {
				ended <- err
				return
			}
			select {
			case changes <- change:
			case <-ctx.Done():
				return
			}
		}
	}()
	heartbeat, judging := time.NewTicker(t.server.Heartbeat), time.NewTicker(judgeEvery)
	defer heartbeat.Stop()
	defer judging.Stop()
	// Taken before judging, so that nothing falls between.
	granted := t.server.Map.GrantsChanged()
	if _, err := t.again(); err != nil {
		return told, err
	}
	for {
		select {
		case <-t.server.closing:
			return told, nil
		case <-ctx.Done():
			return told, ctx.Err()
		case <-granted:
			granted = t.server.Map.GrantsChanged()
			if err := t.stands(); err != nil {
				return told, err
			}
		case <-judging.C:
			if err := t.stands(); err != nil {
				return told, err
			}
			if err := t.nodeStands(); err != nil {
				return told, err
			}
		case <-heartbeat.C:
			// The id moves on although there was nothing to tell, so that a client that resumes is not far behind.
			if err := t.write(":\n", t.event("", "")); err != nil {
				return told, err
			}
		case change, open := <-changes:
			if !open {
				select {
				case err := <-ended:
					return told, err
				default:
					return told, errors.New("the changes ended")
				}
			}
			told = true
			if err := t.tell(drain(change, changes)); err != nil {
				return told, err
			}
		}
	}
}

// drain takes what has come meanwhile.
func drain(first dealmap.Change, changes <-chan dealmap.Change) []dealmap.Change {
	batch := []dealmap.Change{first}
	for len(batch) < maxBatch {
		select {
		case change, open := <-changes:
			if !open {
				return batch
			}
			batch = append(batch, change)
		default:
			return batch
		}
	}
	return batch
}

// tell sends what the viewer may know of a batch; nothing when that is nothing.
func (t *stream) tell(batch []dealmap.Change) error {
	v, err := t.again()
	if err != nil {
		return err
	}
	var events []string
	var shown []dealmap.ID
	recounted := false
	for _, change := range batch {
		t.after = change.Seq
		if change.Links() {
			if text, ends := describeLink(v, change); text != "" {
				events = append(events, t.event("link", text))
				shown = appendIDs(shown, ends)
			}
			continue
		}
		recounted = recounted || recounts(&v.scope, change)
		data, ok := describeChange(&v.scope, change)
		if !ok {
			continue
		}
		text, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("live stream: %w", err)
		}
		events = append(events, t.event("change", string(text)))
		if id := dealmap.ID(data.Id); !holds(shown, id) {
			shown = append(shown, id)
		}
	}
	if recounted {
		events = append(events, t.event("aggregates", "{}"))
	}
	if len(events) == 0 {
		return nil
	}
	if err := t.server.consult(t.r, v, *v.line(dealmap.WhatLive, "", shown...)); err != nil {
		return err
	}
	return t.write(events...)
}

// describeChange is a change as a scope sees it, false when it is none of its business.
func describeChange(scope *dealmap.Scope, change dealmap.Change) (api.ChangeEvent, bool) {
	before, after := change.See(scope)
	had, has := before.Showable(), after.Showable()
	shown, kind := after, api.Changed
	switch {
	case !had && !has:
		return api.ChangeEvent{}, false
	case !had:
		kind = api.Added
	case !has:
		shown, kind = before, api.Removed
	}
	event := api.ChangeEvent{
		Type: kind, Id: types.UUID(shown.ID()), Reference: shown.Reference(), Revision: int64(shown.Revision()), Tiles: []string{},
		Layer: api.PlaceLayer(tiles.LayerOf(shown.Kind())),
	}
	for _, sight := range []dealmap.Sight{before, after} {
		at, ok := sight.Position()
		if !ok {
			continue
		}
		tile := maptile.At(at, tileZoom)
		if name := fmt.Sprintf("%d/%d/%d", tile.Z, tile.X, tile.Y); !slices.Contains(event.Tiles, name) {
			event.Tiles = append(event.Tiles, name)
		}
	}
	return event, true
}

// describeLink is a change of a link as the viewer sees it, and its ends; empty when it is none of their business.
func describeLink(v *visit, change dealmap.Change) (text string, ends []dealmap.Sight) {
	before, after := v.snap.LinkChange(v.scope, change)
	shown, kind := after, "changed"
	switch {
	case !before.Told() && !after.Told():
		return "", nil
	case !before.Told():
		kind = "added"
	case !after.Told():
		shown, kind = before, "removed"
	}
	data, err := json.Marshal(api.LinkEvent{
		Type: kind, Id: types.UUID(shown.ID()), From: types.UUID(shown.From().ID()), To: types.UUID(shown.To().ID()),
	})
	if err != nil {
		return "", nil // ids and a word: cannot fail
	}
	return string(data), []dealmap.Sight{shown.From(), shown.To()}
}

// recounts reports whether a change alters numbers that a scope sees without the place itself.
func recounts(scope *dealmap.Scope, change dealmap.Change) bool {
	before, after := change.See(scope)
	if before.Detail() != dealmap.Tallied && after.Detail() != dealmap.Tallied {
		return false
	}
	type tally struct {
		status  dealmap.Status
		kind    dealmap.Kind
		commune string
		at      orb.Point
		placed  bool
	}
	counted := func(s dealmap.Sight) tally {
		at, placed := s.Anchor()
		return tally{s.Status(), s.Kind(), s.Commune(), at, placed}
	}
	return (before.Kind().IsDealPoint() || after.Kind().IsDealPoint()) && counted(before) != counted(after)
}

// event is one event in the form of text/event-stream, with a sealed id. Without a name it only moves the id.
func (t *stream) event(name, data string) string {
	var b bytes.Buffer
	known := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, uint64(t.after)), uint32(t.day.Number()))
	id := t.server.keys.close(t.purpose, known)
	fmt.Fprintf(&b, "id: %s\n", id)
	if name != "" {
		fmt.Fprintf(&b, "event: %s\ndata: %s\n", name, data)
	}
	b.WriteByte('\n')
	return b.String()
}

// writeError says that the client does not take what it is sent.
type writeError struct {
	err  error
	took time.Duration
}

func (e *writeError) Error() string { return "client does not read: " + e.err.Error() }

func (e *writeError) Unwrap() error { return e.err }

// write sends and flushes. A client that does not read is given up, so that it holds nothing up.
func (t *stream) write(parts ...string) error {
	began := time.Now()
	if err := t.control.SetWriteDeadline(began.Add(t.server.StuckAfter)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return &writeError{err: err}
	}
	for _, part := range parts {
		if _, err := t.w.Write([]byte(part)); err != nil {
			return &writeError{err, time.Since(began)}
		}
	}
	if err := t.control.Flush(); err != nil {
		return &writeError{err, time.Since(began)}
	}
	// The layer of sessions keeps the error of a flush to itself; the connection ends the context with it.
	if err := t.r.Context().Err(); err != nil {
		return &writeError{err, time.Since(began)}
	}
	return nil
}
