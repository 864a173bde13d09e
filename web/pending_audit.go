package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetCheckpoints is not built yet.
func (s *Server) GetCheckpoints(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListConsultations is not built yet.
func (s *Server) ListConsultations(w http.ResponseWriter, r *http.Request, _ api.ListConsultationsParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListDisclosed is not built yet.
func (s *Server) ListDisclosed(w http.ResponseWriter, r *http.Request, _ int64) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListJournal is not built yet.
func (s *Server) ListJournal(w http.ResponseWriter, r *http.Request, _ api.ListJournalParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ProveConsistency is not built yet.
func (s *Server) ProveConsistency(w http.ResponseWriter, r *http.Request, _ api.ProveConsistencyParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ProveInclusion is not built yet.
func (s *Server) ProveInclusion(w http.ResponseWriter, r *http.Request, _ api.ProveInclusionParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// SummarizeAudit is not built yet.
func (s *Server) SummarizeAudit(w http.ResponseWriter, r *http.Request, _ api.SummarizeAuditParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// GetVerification is not built yet.
func (s *Server) GetVerification(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// StartVerification is not built yet.
func (s *Server) StartVerification(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

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
