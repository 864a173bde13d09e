package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/mesure5/dealmap"
)

// TestSessionsAreReadAsTheyAreLoaded opens sessions and wants those that are alive, and need no note, to be read as they are loaded, and all
// others to be left to who loads them.
func TestSessionsAreReadAsTheyAreLoaded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	store := memstore.NewWithCleanupInterval(0)
	s := &Server{
		Options: Options{Sessions: store, SessionLife: 12 * time.Hour, SessionIdle: time.Hour, Clock: func() time.Time { return now }},
		zone:    time.UTC, log: slog.New(slog.DiscardHandler),
	}
	s.sessions = s.newSessions()
	opened := session{
		subject: "gn", username: "gn", grant: dealmap.ID{1}, local: true, motive: "essai", caseRef: "PV 1", began: now, seen: now,
	}
	w := httptest.NewRecorder()
	s.sessions.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := s.openSession(r.Context(), opened); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/v1/session", nil))
	r := httptest.NewRequest(http.MethodGet, "/tiles/map.json", nil)
	for _, cookie := range w.Result().Cookies() {
		r.AddCookie(cookie)
	}
	loaded, err := s.sessionAgain(r)
	if err != nil {
		t.Fatal(err)
	}
	if read, ok := s.readSession(r); !ok || read != loaded || read.subject != "gn" || !read.began.Equal(opened.began) {
		t.Errorf("read %+v, %v, loaded %+v", read, ok, loaded)
	}
	refused := func(why string) {
		t.Helper()
		if read, ok := s.readSession(r); ok {
			t.Errorf("%s: read %+v", why, read)
		}
	}
	began := now
	now = began.Add(7 * time.Minute)
	refused("to be noted")
	now = began.Add(2 * time.Hour)
	refused("idle")
	now = began
	if _, ok := s.readSession(r); !ok {
		t.Error("not read again")
	}
	if _, err := s.endSessions("gn"); err != nil {
		t.Fatal(err)
	}
	refused("of an epoch that is over")
	r.Header.Del("Cookie")
	refused("of nobody")
	r.AddCookie(&http.Cookie{Name: s.sessions.Cookie.Name, Value: "forged"})
	refused("forged")
}
