package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
)

// GetPolicy serves who sees what, printed from the tables that decide.
func (s *Server) GetPolicy(w http.ResponseWriter, r *http.Request) {
	if _, err := s.visit(r); err != nil {
		s.fail(w, r, err)
		return
	}
	data := []byte(dealmap.Policy())
	h := w.Header()
	h.Set("Content-Type", "text/markdown; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		data = zipFast(data)
	}
	_, _ = w.Write(data) // the client may be gone
}
