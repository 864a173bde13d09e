package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

func (s *Server) ExportGraph(w http.ResponseWriter, r *http.Request, params api.ExportGraphParams) {
	s.fail(w, r, dealmap.NotFound())
}
