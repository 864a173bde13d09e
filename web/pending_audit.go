package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// EraseDealPoint is not built yet.
func (s *Server) EraseDealPoint(w http.ResponseWriter, r *http.Request, _ api.Id, _ api.EraseDealPointParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// PutEmbargo is not built yet.
func (s *Server) PutEmbargo(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// Export is not built yet.
func (s *Server) Export(w http.ResponseWriter, r *http.Request, _ api.ExportParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListReports is not built yet.
func (s *Server) ListReports(w http.ResponseWriter, r *http.Request, _ api.ListReportsParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// SubmitReport is not built yet.
func (s *Server) SubmitReport(w http.ResponseWriter, r *http.Request, _ api.SubmitReportParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// SettleReport is not built yet.
func (s *Server) SettleReport(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}
