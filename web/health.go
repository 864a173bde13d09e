package web

import (
	_ "embed" // the contract is served as it was written
	"net/http"
)

//go:embed openapi.yaml
var contract []byte

// contractPath is the address of the contract, which tells nothing of the map.
const contractPath = "/api/v1/openapi.yaml"

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "ok\n")
}

// ready says that the map can be served; the reason why it cannot goes to the log. One node of several says how it stands.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	err := s.Ready()
	if err == nil {
		err = s.cutOff()
	}
	status, text := http.StatusOK, "ready"
	if err != nil {
		s.log.Warn("not ready", "request", requestID(r), "error", err)
		status, text = http.StatusServiceUnavailable, "not ready"
	}
	if s.Node == nil {
		writeText(w, status, text+"\n")
		return
	}
	s.writeReadiness(w, status, text)
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
