package web

import (
	_ "embed" // the contract is served as it was written
	"net/http"
)

//go:embed openapi.yaml
var contract []byte

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "ok\n")
}

// ready says that the map can be served; the reason why it cannot goes to the log.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.Ready(); err != nil {
		s.log.Warn("not ready", "request", requestID(r), "error", err)
		writeText(w, http.StatusServiceUnavailable, "not ready\n")
		return
	}
	writeText(w, http.StatusOK, "ready\n")
}

// contract serves the OpenAPI document.
func (s *Server) contract(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(contract) // the client may be gone
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the client may be gone
}
