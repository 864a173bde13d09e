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

func (s *Server) ImportGraph(w http.ResponseWriter, r *http.Request, params api.ImportGraphParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ReadGraphFile(w http.ResponseWriter, r *http.Request, params api.ReadGraphFileParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) FindPath(w http.ResponseWriter, r *http.Request, params api.FindPathParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) TryClosing(w http.ResponseWriter, r *http.Request, params api.TryClosingParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ListLinks(w http.ResponseWriter, r *http.Request, params api.ListLinksParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) RecordLink(w http.ResponseWriter, r *http.Request, params api.RecordLinkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetLink(w http.ResponseWriter, r *http.Request, link api.LinkId) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ChangeLink(w http.ResponseWriter, r *http.Request, link api.LinkId, params api.ChangeLinkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetLinkHistory(w http.ResponseWriter, r *http.Request, link api.LinkId) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) RemoveLink(w http.ResponseWriter, r *http.Request, link api.LinkId, params api.RemoveLinkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ListNetworks(w http.ResponseWriter, r *http.Request, params api.ListNetworksParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) RecordNetwork(w http.ResponseWriter, r *http.Request, params api.RecordNetworkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetNetwork(w http.ResponseWriter, r *http.Request, network api.NetworkCode) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) ChangeNetwork(w http.ResponseWriter, r *http.Request, network api.NetworkCode, params api.ChangeNetworkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetNetworkHistory(w http.ResponseWriter, r *http.Request, network api.NetworkCode) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) AssignNetwork(w http.ResponseWriter, r *http.Request, network api.NetworkCode, params api.AssignNetworkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) RemoveNetwork(w http.ResponseWriter, r *http.Request, network api.NetworkCode, params api.RemoveNetworkParams) {
	s.fail(w, r, dealmap.NotFound())
}

func (s *Server) GetFlows(w http.ResponseWriter, r *http.Request, code api.TerritoryCode, params api.GetFlowsParams) {
	s.fail(w, r, dealmap.NotFound())
}
