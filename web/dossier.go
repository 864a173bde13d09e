package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetReportPDF is the dossier of a territory.
func (s *Server) GetReportPDF(w http.ResponseWriter, r *http.Request, code string, _ api.GetReportPDFParams) {
	s.fail(w, r, dealmap.NotFound())
}

// GetReportXLSX is the tables of the dossier.
func (s *Server) GetReportXLSX(w http.ResponseWriter, r *http.Request, code string, _ api.GetReportXLSXParams) {
	s.fail(w, r, dealmap.NotFound())
}
