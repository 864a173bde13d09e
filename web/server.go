package web

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // days are French days wherever the server stands

	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/mux"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
)

// Options is what a Server is made of. Everything without a default is required.
type Options struct {
	Map           Map
	Territories   *geo.Territories
	Accounts      Accounts
	Sessions      scs.Store
	Consultations Consultations
	Drawer        Drawer
	// Audit answers the auditor; nil where nobody may audit.
	Audit Audit
	// Imports is the desk of lists on their way onto the map; nil where there is none.
	Imports Imports
	// ReadGraph reads files of nodes and ties; nil where none are read.
	ReadGraph ReadGraph
	// SuppressBelow is the number below which counts are suppressed for a wider audience; DefaultSuppressBelow by default.
	SuppressBelow int
	// Offences are the statistics that were imported; nil when none were.
	Offences Offences
	// Secret is the installation's own, at least 32 random bytes that never leave it: it seals cursors and keys tile tags.
	Secret []byte

	// RecordMemory bounds how much is kept of how places were written for lists, in bytes; 128 MiB by default, none when negative.
	RecordMemory int
	// PlainHTTP lets the session cookie travel without TLS; for loopback only.
	PlainHTTP bool
	// OIDC is the identity provider; nil when there are local accounts only.
	OIDC *OIDC
	// TrustedProxies are those whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// SessionLife is how long a session lasts at most, SessionIdle how long without a request; DefaultSessionLife and 1
	// hour by default.
	SessionLife, SessionIdle time.Duration
	// MaxStreams bounds the live streams open at once (10,000 by default), MaxStreamsPerUser those of one user (20).
	MaxStreams, MaxStreamsPerUser int
	// Heartbeat is the time between the comments that keep a live stream open; 15 seconds by default.
	Heartbeat time.Duration
	// StuckAfter is how long a client of a live stream may take to accept what it is sent, and a third of how long one of an export may
	// take for each part of it; 20 seconds by default.
	StuckAfter time.Duration
	// Node says how this server stands as one of several that share a journal; nil where the journal is on this machine.
	Node Node
	// Ready says why the server cannot serve yet; nil when it always can.
	Ready func() error
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// Log receives one line for each request; slog.Default() by default.
	Log *slog.Logger
}

// Server speaks HTTP for one map. Make it with New.
type Server struct {
	Options
	log       *slog.Logger
	zone      *time.Location
	keys      *keys
	sessions  *scs.SessionManager
	codec     sessionCodec
	final     *finalStore // of sessions
	oidc      *provider   // nil without one
	signIns   *limiter    // by account and source
	sources   *limiter    // by source
	badTokens *limiter    // by source
	hashing   chan struct{}
	queued    atomic.Int64 // wait for hashing
	streams   *streams
	exports   *streams
	uploads   *streams
	looking   *turns   // back in time
	measuring *turns   // graphs
	drawing   *fair    // tiles, and numbers of the whole map
	answering *streams // what is answered at this moment, live streams apart
	graphs    *graphs
	records   *records
	mostShown graphSize
	metrics   *metrics
	app       *app
	handler   http.Handler
	closing   chan struct{}
	closed    sync.Once

	verification verification
	journalTally journalTally
}

var _ api.ServerInterface = (*Server)(nil)

// New makes a server.
func New(o Options) (*Server, error) {
	if o.Map == nil || o.Territories == nil || o.Accounts == nil || o.Sessions == nil || o.Consultations == nil || o.Drawer == nil {
		return nil, errors.New("web.New: Map, Territories, Accounts, Sessions, Consultations and Drawer are required")
	}
	setDefault(&o.SessionLife, DefaultSessionLife)
	setDefault(&o.SessionIdle, time.Hour)
	setDefault(&o.SuppressBelow, DefaultSuppressBelow)
	setDefault(&o.RecordMemory, 128<<20)
	setDefault(&o.MaxStreams, 10_000)
	setDefault(&o.MaxStreamsPerUser, 20)
	setDefault(&o.Heartbeat, 15*time.Second)
	setDefault(&o.StuckAfter, 20*time.Second)
	setDefault(&o.Log, slog.Default())
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Ready == nil {
		o.Ready = func() error { return nil }
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("web.New: %w", err)
	}
	keys, err := newKeys(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("web.New: %w", err)
	}
	app, err := embeddedApp()
	if err != nil {
		return nil, fmt.Errorf("web.New: %w", err)
	}
	s := &Server{
		Options: o, log: o.Log, zone: zone, keys: keys, app: app,
		signIns: newLimiter(8, 15*time.Second),
		sources: newLimiter(100, 2*time.Second), badTokens: newLimiter(60, time.Second),
		hashing: make(chan struct{}, 4),
		streams: newStreams(o.MaxStreams, o.MaxStreamsPerUser), exports: newStreams(mostExports, mostExportsOfOne),
		uploads: newStreams(mostUploads, mostUploadsOfOne), looking: newTurns(), measuring: newTurns(), graphs: newGraphs(), records: newRecords(o.RecordMemory), mostShown: mostShown,
		drawing: newFair(mostDrawing()), answering: newStreams(math.MaxInt, mostAnswersOfOne),
		closing: make(chan struct{}),
	}
	if s.oidc, err = newProvider(o.OIDC, s.now); err != nil {
		return nil, fmt.Errorf("web.New: %w", err)
	}
	s.metrics = newMetrics(s)
	s.sessions = s.newSessions()
	s.handler = s.routes()
	return s, nil
}

func setDefault[T comparable](value *T, fallback T) {
	var zero T
	if *value == zero {
		*value = fallback
	}
}

// Handler answers every request of the public listener.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends the live streams, which otherwise keep a graceful stop waiting.
func (s *Server) Close() { s.closed.Do(func() { close(s.closing) }) }

// HTTP returns an http.Server with time limits that suit the handler: live streams extend their own. Its Shutdown ends the
// streams.
func (s *Server) HTTP() *http.Server {
	h := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		// WriteTimeout ends a stream of HTTP/2 and leaves the connection of a client that does not read open.
		HTTP2:    &http.HTTP2Config{WriteByteTimeout: 30 * time.Second},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	h.RegisterOnShutdown(s.Close)
	return h
}

func (s *Server) now() time.Time { return s.Clock().In(s.zone) }

// today is the day for which embargoes are judged.
func (s *Server) today() dealmap.Date { return dealmap.DateOf(s.now()) }

func (s *Server) routes() http.Handler {
	r := mux.NewRouter()
	r.Use(s.nameRoute)
	r.HandleFunc("/healthz", s.health).Methods(http.MethodGet, http.MethodHead)
	r.HandleFunc("/readyz", s.ready).Methods(http.MethodGet, http.MethodHead)
	r.HandleFunc(contractPath, s.contract).Methods(http.MethodGet)
	// Routes are tried in their order: what is asked for most comes before the other hundred.
	often := api.ServerInterfaceWrapper{Handler: s, ErrorHandlerFunc: s.badBinding}
	r.HandleFunc(tileRoute, often.GetTile).Methods(http.MethodGet)
	r.HandleFunc(tilesRoute, often.GetTiles).Methods(http.MethodGet)
	for _, path := range []string{dealPointsPath, sitesPath} { // read by parseQuestion alone: binding parses the query anew for each parameter
		r.HandleFunc(path, s.listPlaces).Methods(http.MethodGet)
	}
	api.HandlerWithOptions(s, api.GorillaServerOptions{BaseRouter: r, ErrorHandlerFunc: s.badBinding})
	r.NotFoundHandler = http.HandlerFunc(s.noSuchPath)
	r.MethodNotAllowedHandler = s.wrongMethod(r)

	h := s.withSession(s.ownWrites(s.quickTiles(r)))
	h = s.readableQuery(h)
	h = s.sameOrigin(h)
	h = s.asNode(h)
	h = s.recoverPanics(h)
	h = s.secure(h)
	return s.observe(h)
}

// wrongMethod says which methods an address takes.
func (s *Server) wrongMethod(routes *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			other, match := *r, mux.RouteMatch{}
			other.Method = method
			if routes.Match(&other, &match) && match.MatchErr == nil {
				allowed = append(allowed, method)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.fail(w, r, refuse(kindMethod, "%s n’est pas admis ici", clip(r.Method)))
	})
}

// noSuchPath serves the browser application for what is not of the API.
func (s *Server) noSuchPath(w http.ResponseWriter, r *http.Request) {
	if s.app.serve(w, r) {
		return
	}
	s.fail(w, r, refuse(kindNoSuchPath, "il n’y a rien à cette adresse"))
}

// badBinding answers when a parameter cannot be read into the type that the contract gives it.
func (s *Server) badBinding(w http.ResponseWriter, r *http.Request, err error) {
	if e, ok := errors.AsType[*api.InvalidParamFormatError](err); ok {
		err = badParameter(e.ParamName, "n’a pas la forme attendue (voir le contrat)")
	} else if e, ok := errors.AsType[*api.RequiredParamError](err); ok {
		err = badParameter(e.ParamName, "manque")
	} else if e, ok := errors.AsType[*api.TooManyValuesForParamError](err); ok {
		err = badParameter(e.ParamName, "une seule valeur est admise")
	} else {
		err = refuse(kindMalformed, "les paramètres de l’adresse sont illisibles")
	}
	s.fail(w, r, err)
}
