package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// Node is this server as one of several that share a journal: each serves the map from what it has read of it.
type Node interface {
	// Standing tells how the server stands at this moment. It is asked for with every request, by many at once, and must cost next to
	// nothing.
	Standing() Standing
}

// Standing is how one node stands towards the engine that keeps the journal.
type Standing struct {
	// Name tells the node from the others. It does not change while the server runs.
	Name string
	// Behind is how many entries are known to be in the journal and are not shown yet. No person is told the number: what is hidden
	// from them is in it.
	Behind uint64
	// Heard is when the map was last known to be current: when the engine last answered, or since when the map does not follow it; zero when
	// it never did.
	Heard time.Time
	// Away is since when the engine is out of reach; zero when it answers.
	Away time.Time
	// Until is until when the node serves the map without the engine, or without following it; zero when it does. After that nothing of the map
	// is served: a node that is cut off cannot hear that a right was taken away.
	Until time.Time
}

// Reached reports whether the engine answers.
func (s Standing) Reached() bool { return s.Away.IsZero() }

// Over reports whether the node has been without its engine for too long to serve the map.
func (s Standing) Over(now time.Time) bool { return !s.Until.IsZero() && !now.Before(s.Until) }

// Lag is how long the map that is shown may have been out of date: zero for one that is caught up with an engine that answers.
func (s Standing) Lag(now time.Time) time.Duration {
	if (s.Behind == 0 && s.Reached()) || s.Heard.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Heard))
}

// staleSince is from when on the map that is shown may lack what was written.
func (s Standing) staleSince(now time.Time) time.Time {
	switch {
	case !s.Heard.IsZero() && (s.Reached() || s.Heard.Before(s.Away)):
		return s.Heard
	case !s.Reached():
		return s.Away
	}
	return now
}

// same reports whether people would be told the same of both.
func (s Standing) same(other Standing) bool {
	return s.Name == other.Name && s.Away.Equal(other.Away) && s.Until.Equal(other.Until)
}

// Headers of answers of one node of several.
const (
	headerNode  = "Dealmap-Node"
	headerStale = "Dealmap-Stale-Since" // RFC 3339
)

// asNode names the node in every answer of the API and of tiles, and answers nothing of the map once it has been cut off for too long.
func (s *Server) asNode(next http.Handler) http.Handler {
	if s.Node == nil {
		return next
	}
	name := []string{s.Node.Standing().Name}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ofTheMap(r) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header()[headerNode] = name[:1:1]
		standing := s.Node.Standing()
		if !standing.Reached() || !standing.Until.IsZero() {
			w.Header().Set(headerStale, stamped(standing.staleSince(s.now())))
		}
		if standing.Over(s.now()) && !harmless(r) {
			s.fail(w, r, tooLongAlone(standing))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// harmless reports whether a request is for nothing of the map: the contract, or signing out.
func harmless(r *http.Request) bool {
	return r.URL.Path == contractPath || (r.Method == http.MethodDelete && r.URL.Path == "/api/v1/session")
}

// stamped writes a moment for programs.
func stamped(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// cutOff says that the node has been without its engine for too long to show anything of the map.
func (s *Server) cutOff() error {
	if s.Node == nil {
		return nil
	}
	if standing := s.Node.Standing(); standing.Over(s.now()) {
		return tooLongAlone(standing)
	}
	return nil
}

func tooLongAlone(standing Standing) error {
	if standing.Reached() {
		return refuse(dealmap.KindUnavailable, "ce serveur ne suit plus le journal depuis trop longtemps : "+
			"il ne montre plus la carte, faute de savoir quelles habilitations ont été retirées")
	}
	return refuse(dealmap.KindUnavailable, "ce serveur est coupé depuis trop longtemps du moteur qui tient le journal : "+
		"il ne montre plus la carte, faute de savoir quelles habilitations ont été retirées")
}

// readiness is what /readyz says of a node. It is told to anybody: no number in it follows from what is on the map.
type readiness struct {
	Status string `json:"status"`
	Name   string `json:"name"`
	// BehindSeconds is 0 when the node is caught up.
	BehindSeconds int64  `json:"behind_seconds"`
	Engine        string `json:"engine"`
	Since         string `json:"since,omitempty"`
	Until         string `json:"until,omitempty"`
}

func (s *Server) writeReadiness(w http.ResponseWriter, status int, text string) {
	standing := s.Node.Standing()
	told := readiness{
		Status: text, Name: standing.Name, BehindSeconds: int64(standing.Lag(s.now()).Seconds()), Engine: string(engineOf(standing)),
	}
	if !standing.Reached() {
		told.Since = stamped(standing.Away)
	}
	if !standing.Until.IsZero() {
		told.Until = stamped(standing.Until)
	}
	data, err := json.Marshal(told)
	if err != nil {
		s.log.Error("readiness cannot be encoded", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set(headerNode, standing.Name)
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // the client may be gone
}

func engineOf(standing Standing) api.NodeStandingEngine {
	if standing.Reached() {
		return api.Reached
	}
	return api.Away
}

// apiStanding is what people are told of a standing.
func apiStanding(standing Standing) api.NodeStanding {
	out := api.NodeStanding{Name: standing.Name, Engine: engineOf(standing)}
	if !standing.Reached() {
		out.Since = new(standing.Away.UTC())
	}
	if !standing.Until.IsZero() {
		out.Until = new(standing.Until.UTC())
	}
	return out
}
