package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

func (s *Server) GetGraph(w http.ResponseWriter, r *http.Request, params api.GetGraphParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) AnalyseGraph(w http.ResponseWriter, r *http.Request, params api.AnalyseGraphParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ExportGraph(w http.ResponseWriter, r *http.Request, params api.ExportGraphParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) FindPath(w http.ResponseWriter, r *http.Request, params api.FindPathParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) TryClosing(w http.ResponseWriter, r *http.Request, params api.TryClosingParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetFlows(w http.ResponseWriter, r *http.Request, code api.TerritoryCode, params api.GetFlowsParams) {
	s.fail(w, r, dealmap.NotFound())
}
