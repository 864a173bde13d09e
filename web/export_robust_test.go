package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

func seeded(t testing.TB) *rand.Rand { return rand.New(rand.NewPCG(seedOf(t), 4)) }

// temporary gives a test a folder of its own for temporary files, and wants it empty in the end.
func temporary(t *testing.T) (names func() []string) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	names = func() (names []string) {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s is for others too: %v, %v", file.Name(), info.Mode(), err)
			}
			names = append(names, file.Name())
		}
		return names
	}
	t.Cleanup(func() {
		if left := names(); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
	return names
}

// longExportOf is for so many recipients that the rows of a workbook do not stay in memory.
func longExportOf(format string) map[string]any {
	body := exportOf(format)
	recipients := make([]string, 20)
	for i := range recipients {
		recipients[i] = strings.Repeat(string(rune('A'+i)), 119)
	}
	body["recipients"], body["purpose"] = recipients, strings.Repeat("transmission ", 23)
	return body
}

// ordered is a request for a file, of a person who is signed in.
func (w *world) ordered(ctx context.Context, name, format, filter string) *http.Request {
	body, err := json.Marshal(longExportOf(format))
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/exports"+filter, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", (&randomMap{world: w}).cookie(name))
	return r
}

// cutShort sends a file to a reader to whom something happens when it begins, and tells how much came and whether it was cut.
func (w *world) cutShort(r *http.Request, then func()) (received int, cut bool) {
	to := &slowReader{ResponseRecorder: httptest.NewRecorder(), after: then}
	defer func() {
		cause := recover()
		if cause != nil && cause != http.ErrAbortHandler {
			panic(cause)
		}
		received, cut = to.Body.Len(), cause != nil
	}()
	w.server.Handler().ServeHTTP(to, r)
	return
}

// TestExportsOfFourThousandPlaces are whole when all goes well, cut when the reader's right ends or the reader leaves, and leave no
// file behind. It is not parallel: the folder of temporary files is the whole process's.
func TestExportsOfFourThousandPlaces(t *testing.T) {
	names := temporary(t)
	w := newWorld(t)
	w.many(4000)
	for _, format := range []string{"xlsx", "gpkg"} {
		t.Run(format, func(t *testing.T) {
			whole := httptest.NewRecorder()
			w.server.Handler().ServeHTTP(whole, w.ordered(t.Context(), "gn", format, ""))
			if rows := countRows(t, format, whole.Body.Bytes()); rows != 4000 || whole.Header().Get("Dealmap-Exported") != "4000" {
				t.Errorf("%d rows", rows)
			}
			// A workbook keeps a file when it is long; a database always, but without a name, so that a short one will do.
			held, filter := "excelize-", ""
			if format == "gpkg" {
				held, filter = "", "?bbox=5,43,6,43.2065"
			}
			const most = 512 << 10 // twice what is sent before the right is judged again
			ctx, leave := context.WithCancel(t.Context())
			received, cut := w.cutShort(w.ordered(ctx, "pn", format, filter), func() {
				if now := strings.Join(names(), " "); (now == "") != (held == "") || !strings.HasPrefix(now, held) {
					t.Errorf("temporary files while it is sent: %q", now)
				}
				leave()
			})
			if !cut || received == 0 || received > most {
				t.Errorf("the reader left: %d bytes, cut %v", received, cut)
			}
			if left := names(); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			received, cut = w.cutShort(w.ordered(t.Context(), "ofast", format, filter), func() {
				w.endGrants("ofast")
			})
			if !cut || received == 0 || received > most {
				t.Errorf("the right ended: %d bytes, cut %v", received, cut)
			}
			w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.GiveGrant{ID: dealmap.ID{byte(len(held)), 0xac}, Grant: grantOf("ofast")})
		})
	}
}

func grantOf(name string) dealmap.Grant {
	grant := people[name]
	grant.Subject = name
	return grant
}

// lastLog ends the right of whoever exports as soon as the log has it, before a byte leaves.
type lastLog struct {
	web.Consultations
	then *func()
}

func (l lastLog) Record(ctx context.Context, line dealmap.Consultation) error {
	err := l.Consultations.Record(ctx, line)
	if line.What == dealmap.WhatExport {
		(*l.then)()
	}
	return err
}

// TestARightThatEndsBeforeTheFileBegins is an answer, not a file that breaks off.
func TestARightThatEndsBeforeTheFileBegins(t *testing.T) {
	temporary(t)
	for _, format := range []string{"csv", "geojson", "xlsx", "gpkg"} {
		then := func() {}
		w := newWorld(t, func(o *web.Options) { o.Consultations = lastLog{o.Consultations, &then} })
		w.coded(1, "H0")
		then = func() { w.endGrants("gn") }
		a := w.as("gn").post("/api/v1/exports", exportOf(format))
		a.problem(http.StatusForbidden, "forbidden")
		if a.header.Get("Content-Disposition") != "" || a.header.Get("Dealmap-Exported") != "" || a.header.Get("Content-Length") == "" {
			t.Errorf("%s: headers %v", format, a.header)
		}
	}
}
