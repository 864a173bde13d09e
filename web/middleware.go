package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// trace is what the layers of one request tell each other: its number, its route, who asks and what they see.
type trace struct {
	id      string
	route   string
	from    string // address
	subject string
	visit   *visit   // nil as long as nobody is known to ask
	session *session // only read (readSession); nil when the context carries it
	ends    uint64   // finalStore.ended before the session was read
	leave   func()   // ends what enter began; nil before
	stuck   bool     // the client did not take what it was sent
	wrote   bool     // a command was done
}

type traceKey struct{}

func traceOf(r *http.Request) *trace {
	if t, ok := r.Context().Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

// mostAnswersOfOne bounds the requests of one person and their tokens that are answered at once: a client that never reads holds its
// answers in memory until their time is over. A browser has some hundred under way when it is in a hurry.
const mostAnswersOfOne = 256

// enter counts a request among those of its subject until it is answered.
func (s *Server) enter(r *http.Request, subject string) error {
	t, ok := r.Context().Value(traceKey{}).(*trace)
	if !ok || t.leave != nil {
		return nil
	}
	leave, ok := s.answering.begin(subject)
	if !ok {
		return refuse(kindTooMany, "trop de demandes en même temps : attendez les réponses")
	}
	t.leave = leave
	return nil
}

// end lets go of what enter counted.
func (t *trace) end() {
	if t.leave != nil {
		t.leave()
		t.leave = nil
	}
}

func requestID(r *http.Request) string { return traceOf(r).id }

func routeOf(r *http.Request) string { return traceOf(r).route }

// observe gives the request a number, logs it and measures it. The query is left out of the log: it holds what people
// look for.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		t := &trace{id: newID(), route: "other", from: s.address(r), ends: s.final.ended()}
		r = r.WithContext(context.WithValue(r.Context(), traceKey{}, t))
		w.Header().Set("X-Request-Id", t.id)
		seen := &statusWriter{ResponseWriter: w}
		defer func() { // also when an answer is broken off
			t.end()
			if t.stuck || seen.stuck {
				s.metrics.stuck.Inc()
			}
		}()
		next.ServeHTTP(seen, r)
		took := time.Since(begin)
		s.metrics.request(t.route, r.Method, seen.code(), took)
		level := slog.LevelInfo
		if t.route == "/healthz" || t.route == "/readyz" {
			level = slog.LevelDebug
		}
		s.log.LogAttrs(r.Context(), level, "request", slog.String("request", t.id), slog.String("method", r.Method),
			slog.String("route", t.route), slog.Int("status", seen.code()), slog.Int64("bytes", seen.bytes),
			slog.Duration("took", took), slog.String("user", t.subject), slog.String("from", t.from))
	})
}

// slowWrite is after how long a write that fails tells of a client that does not read, and not of one that has gone: HTTP/2 does not
// say that it was the deadline.
const slowWrite = time.Second

// statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
	stuck  bool // a write failed after the client had not read for a while
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	began := time.Now()
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	if err != nil && (errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) >= slowWrite) {
		w.stuck = true
	}
	return n, err
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// nameRoute records the route that matched, which names the request in logs and metrics without its arguments.
func (s *Server) nameRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if route := mux.CurrentRoute(r); route != nil {
			if name, err := route.GetPathTemplate(); err == nil {
				traceOf(r).route = name
			}
		}
		next.ServeHTTP(w, r)
	})
}

// contentPolicy allows what the application's own files need and nothing from elsewhere or inline.
const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (s *Server) secure(next http.Handler) http.Handler {
	fixed := [][2]string{
		{"Content-Security-Policy", contentPolicy},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
		{"X-Robots-Tag", "noindex"},
	}
	if !s.PlainHTTP {
		fixed = append(fixed, [2]string{"Strict-Transport-Security", "max-age=31536000"})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Room for the values of all, and not one piece of memory for each.
		values := make([]string, len(fixed))
		h := w.Header()
		for i := range fixed {
			values[i] = fixed[i][1]
			h[fixed[i][0]] = values[i : i+1 : i+1]
		}
		next.ServeHTTP(w, r)
	})
}

// recoverPanics turns a defect into an answer. http.ErrAbortHandler passes, as net/http wants.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			s.log.Error("panic", "request", requestID(r), "route", routeOf(r), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if seen, ok := w.(*statusWriter); ok && seen.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			s.fail(w, r, fmt.Errorf("panic in %s", routeOf(r)))
		}()
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a browser sends from another site, other than safe reads.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, refuse(kindCrossOrigin, "cette demande ne vient pas de l’application"))
	}))
	return protection.Handler(next)
}

// mostQuery bounds a query, in bytes. The log keeps it with each consultation; every value of every parameter takes a tenth of that.
const mostQuery = 8 << 10

// readableQuery refuses a query that is too long, and one that cannot be read whole: what net/url passes over could be the filter, and
// without it everything would be shown.
func (s *Server) readableQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.RawQuery) > mostQuery {
			s.fail(w, r, refuse(kindLongAddress, "les paramètres de l’adresse font %d octets, %d au plus", len(r.URL.RawQuery), mostQuery))
			return
		}
		if r.URL.RawQuery == "" {
			next.ServeHTTP(w, r)
			return
		}
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			s.fail(w, r, refuse(kindMalformed, "les paramètres de l’adresse sont illisibles (« ; » ou « %% » mal placé)"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// addressOf is where a request comes from, without the port.
func addressOf(r *http.Request) string { return traceOf(r).from }

// address finds where a request comes from: the nearest address that is not a trusted proxy's. What stands further away in
// X-Forwarded-For anybody can have written.
func (s *Server) address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := peer.Addr().Unmap()
	if !s.trusts(at) {
		return at.WithZone("").String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	return at.WithZone("").String()
}

func (s *Server) trusts(at netip.Addr) bool {
	return slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(at) })
}
