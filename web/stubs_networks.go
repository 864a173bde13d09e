package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

func (s *Server) GetFlows(w http.ResponseWriter, r *http.Request, code api.TerritoryCode, params api.GetFlowsParams) {
	s.fail(w, r, dealmap.NotFound())
}
