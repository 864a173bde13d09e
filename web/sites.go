package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// Deal points and support sites are served by the same handlers, under two addresses: a visit knows by its address which of the two
// it is about, and finds, lists and adds nothing else.

const (
	dealPointsPath = "/api/v1/deal-points"
	sitesPath      = "/api/v1/sites"
)

// isAboutSites reports whether an address is of support sites.
func isAboutSites(path string) bool {
	rest, ok := strings.CutPrefix(path, sitesPath)
	return ok && (rest == "" || rest[0] == '/')
}

// serves reports whether the visit is about places of a kind.
func (v *visit) serves(kind dealmap.Kind) bool { return kind.IsDealPoint() != v.sites }

// placePath is the address of a place of the family that the visit is about.
func (v *visit) placePath(id dealmap.ID) string {
	if v.sites {
		return sitesPath + "/" + id.String()
	}
	return dealPointsPath + "/" + id.String()
}

// checkKind keeps support sites out of the calls for deal points, and the other way round. An unknown kind is left to the domain,
// which names the known ones.
func (v *visit) checkKind(kind dealmap.Kind) error {
	isKnown := slices.ContainsFunc(dealmap.Kinds(), func(t dealmap.Term) bool { return t.Value == string(kind) })
	switch {
	case !isKnown || v.serves(kind):
		return nil
	case v.sites:
		return dealmap.Invalid("kind", "un point de deal n’est pas un site de soutien")
	}
	return dealmap.Invalid("kind", "un site de soutien n’est pas un point de deal")
}

// ListSites is ListDealPoints for support sites.
func (s *Server) ListSites(w http.ResponseWriter, r *http.Request, _ api.ListSitesParams) {
	s.listPlaces(w, r)
}

// AddSite is AddDealPoint for support sites.
func (s *Server) AddSite(w http.ResponseWriter, r *http.Request, _ api.AddSiteParams) {
	s.AddDealPoint(w, r, api.AddDealPointParams{})
}

// CountSites is CountDealPoints for support sites.
func (s *Server) CountSites(w http.ResponseWriter, r *http.Request, _ api.CountSitesParams) {
	s.CountDealPoints(w, r, api.CountDealPointsParams{})
}

// GetSite is GetDealPoint for support sites.
func (s *Server) GetSite(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.GetDealPoint(w, r, id)
}

// ChangeSite is ChangeDealPoint for support sites.
func (s *Server) ChangeSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ChangeSiteParams) {
	s.ChangeDealPoint(w, r, id, api.ChangeDealPointParams{})
}

// StepSite is StepDealPoint for support sites.
func (s *Server) StepSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.StepSiteParams) {
	s.StepDealPoint(w, r, id, api.StepDealPointParams{})
}

// CloseSite is CloseDealPoint for support sites.
func (s *Server) CloseSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.CloseSiteParams) {
	s.CloseDealPoint(w, r, id, api.CloseDealPointParams{})
}

// ReopenSite is ReopenDealPoint for support sites.
func (s *Server) ReopenSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ReopenSiteParams) {
	s.ReopenDealPoint(w, r, id, api.ReopenDealPointParams{})
}

// ConfirmSite is ConfirmDealPoint for support sites.
func (s *Server) ConfirmSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ConfirmSiteParams) {
	s.ConfirmDealPoint(w, r, id, api.ConfirmDealPointParams{})
}

// GetHistoryOfSite is GetHistory for support sites.
func (s *Server) GetHistoryOfSite(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.GetHistory(w, r, id)
}

// EraseSite is EraseDealPoint for support sites.
func (s *Server) EraseSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.EraseSiteParams) {
	s.EraseDealPoint(w, r, id, api.EraseDealPointParams{})
}

// MergeSite is MergeDealPoint for support sites.
func (s *Server) MergeSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.MergeSiteParams) {
	s.MergeDealPoint(w, r, id, api.MergeDealPointParams{})
}

// SplitSite is SplitDealPoint for support sites.
func (s *Server) SplitSite(w http.ResponseWriter, r *http.Request, id api.Id, _ api.SplitSiteParams) {
	s.SplitDealPoint(w, r, id, api.SplitDealPointParams{})
}

// GetSourcesOfSite is GetSources for support sites.
func (s *Server) GetSourcesOfSite(w http.ResponseWriter, r *http.Request, id api.Id) {
	s.GetSources(w, r, id)
}
