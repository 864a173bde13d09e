package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// atOnce is how soon after the end of a grant everything of that person is dead.
const atOnce = time.Second

// person makes an account with a grant like somebody else's, and signs it in.
func (w *world) person(name, like string, until time.Time) *user {
	w.t.Helper()
	w.vault.mu.Lock()
	w.vault.accounts[name] = &account{password: password}
	w.vault.mu.Unlock()
	g := people[like]
	g.Subject, g.Name, g.Until = name, name, until
	id := dealmap.ID{0xcc}
	copy(id[1:], name)
	w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.GiveGrant{ID: id, Grant: g})
	return w.as(name)
}

// ends waits for the end of a stream and returns when it was told.
func ends(events <-chan event) time.Time {
	var at time.Time
	for e := range events {
		if e.name == "end" {
			at = time.Now()
		}
	}
	return at
}

// TestRevocationIsInstant ends the grants of many people while all of them follow the map live, each in a session and with a
// token, and measures how long each stream lived on.
func TestRevocationIsInstant(t *testing.T) {
	t.Parallel()
	const many = 120
	w := newWorld(t)
	type follower struct {
		name               string
		person, program    *user
		text               string
		session, withToken <-chan event
	}
	followers := make([]follower, many)
	for i := range followers {
		f := &followers[i]
		f.name = fmt.Sprintf("suiveur%d", i)
		f.person, f.program = w.person(f.name, "gn", time.Time{}), w.anonymous()
		_, f.text = f.person.token()
		f.session, f.withToken = f.person.live(""), f.program.live("", bearer(f.text))
		next(t, f.session)
		next(t, f.withToken)
		w.clock.advance(time.Second) // signing in is limited by address
	}
	var mu sync.Mutex
	var took []time.Duration
	var waiting sync.WaitGroup
	for _, f := range followers {
		began := time.Now()
		w.endGrants(f.name)
		for _, events := range []<-chan event{f.session, f.withToken} {
			waiting.Go(func() {
				told := ends(events)
				mu.Lock()
				defer mu.Unlock()
				if told.IsZero() {
					t.Errorf("%s: the stream ended without a word", f.name)
				}
				took = append(took, told.Sub(began))
			})
		}
		f.person.get("/api/v1/deal-points").problem(http.StatusForbidden, "forbidden")
		f.program.get("/api/v1/deal-points", bearer(f.text)).problem(http.StatusUnauthorized, "bad-token")
		w.clock.advance(2 * time.Second)
	}
	waiting.Wait()
	slices.Sort(took)
	p50, p99, last := took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	t.Logf("from the end of a grant to the end of a stream, %d streams open: p50 %s, p99 %s, most %s", 2*many, p50, p99, last)
	if last > atOnce {
		t.Errorf("a stream lived on for %s", last)
	}
}

// TestRightsEndByTheirDate: nobody ends them, time does.
func TestRightsEndByTheirDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	until := w.clock.now().Add(time.Hour / 2)
	guest, gn, program, shared := w.person("hote", "gn", until), w.as("gn"), w.anonymous(), w.anonymous()
	_, guestText := guest.token()
	made, text := gn.token(func(b map[string]any) { b["until"] = "2026-11-23" })
	if !made.Until.Equal(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("until %s", made.Until)
	}
	if list := guest.tokens(""); len(list) != 1 || list[0].Until.After(until) {
		t.Errorf("a token outlives its grant: %+v", list)
	}
	streams := map[string]<-chan event{"session": guest.live(""), "token of the guest": shared.live("", bearer(guestText))}
	staying, tonight := gn.live(""), program.live("", bearer(text))
	for _, events := range []<-chan event{streams["session"], streams["token of the guest"], staying, tonight} {
		next(t, events)
	}
	w.clock.advance(time.Hour/2 + time.Second)
	began := time.Now()
	for name, events := range streams {
		if told := ends(events); told.IsZero() || told.Sub(began) > atOnce {
			t.Errorf("%s: told after %s", name, told.Sub(began))
		}
	}
	guest.get("/api/v1/me").problem(http.StatusForbidden, "forbidden")
	shared.get("/api/v1/me", bearer(guestText)).problem(http.StatusUnauthorized, "bad-token")
	program.get("/api/v1/me", bearer(text)).want(http.StatusOK)
	gn.get("/api/v1/me").want(http.StatusOK)
	w.clock.advance(13*time.Hour + time.Hour/2)
	if told := ends(tonight); told.IsZero() {
		t.Error("a stream outlives its token")
	}
}

// TestMidnightIsTold: embargoes begin and end with the day.
func TestMidnightIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.advance(13*time.Hour + 50*time.Minute) // 23:50
	_, text := w.as("ofast").token()
	program, prefet := w.anonymous(), w.as("prefet13")
	streams := []<-chan event{program.live("", bearer(text)), prefet.live("")}
	for _, events := range streams {
		next(t, events)
	}
	w.clock.advance(11 * time.Minute)
	for _, events := range streams {
		began := time.Now()
		if e := next(t, events); e.name != "reset" || time.Since(began) > atOnce {
			t.Errorf("told %+v after %s", e, time.Since(began))
		}
	}
}

// TestWhatIsCachedDiesToo: a validator that was good before is worth nothing after.
func TestWhatIsCachedDiesToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	gn, program := w.as("gn"), w.anonymous()
	_, text := gn.token()
	tags := map[string]string{}
	for _, path := range []string{"/tiles/deal_points,clusters/12/2109/1500.mvt", "/tiles/territories/5/16/11.mvt", "/tiles/map.json", "/api/v1/vocabulary"} {
		a := gn.get(path).want(http.StatusOK)
		tags[path] = a.header.Get("ETag")
		if control := a.header.Get("Cache-Control"); control != "private, no-cache" || tags[path] == "" {
			t.Errorf("%s: %q, %q", path, control, tags[path])
		}
		gn.get(path, header{"If-None-Match": tags[path]}).want(http.StatusNotModified)
		program.get(path, header{"If-None-Match": tags[path]}, bearer(text)).want(http.StatusNotModified)
	}
	w.endGrants("gn")
	for _, path := range outputs("13-K7QF", "00000000-0000-4000-8000-000000000000") {
		gn.get(path).problem(http.StatusForbidden, "forbidden")
		program.get(path, bearer(text)).problem(http.StatusUnauthorized, "bad-token")
	}
	for path, tag := range tags {
		gn.get(path, header{"If-None-Match": tag}).problem(http.StatusForbidden, "forbidden")
		gn.get(path, header{"If-None-Match": "*"}).problem(http.StatusForbidden, "forbidden")
		program.get(path, header{"If-None-Match": tag}, bearer(text)).problem(http.StatusUnauthorized, "bad-token")
	}
}
