package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// ListAccounts is not built yet.
func (s *Server) ListAccounts(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// AddAccount is not built yet.
func (s *Server) AddAccount(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// DeleteAccount is not built yet.
func (s *Server) DeleteAccount(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ResetPassword is not built yet.
func (s *Server) ResetPassword(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// UnlockAccount is not built yet.
func (s *Server) UnlockAccount(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListGrants is not built yet.
func (s *Server) ListGrants(w http.ResponseWriter, r *http.Request, _ api.ListGrantsParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// AddGrant is not built yet.
func (s *Server) AddGrant(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// EndGrant is not built yet.
func (s *Server) EndGrant(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// GetPolicy is not built yet.
func (s *Server) GetPolicy(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// GetSession is not built yet.
func (s *Server) GetSession(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// StateMotive is not built yet.
func (s *Server) StateMotive(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ChangePassword is not built yet.
func (s *Server) ChangePassword(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// ListTokens is not built yet.
func (s *Server) ListTokens(w http.ResponseWriter, r *http.Request, _ api.ListTokensParams) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// AddToken is not built yet.
func (s *Server) AddToken(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// EndToken is not built yet.
func (s *Server) EndToken(w http.ResponseWriter, r *http.Request, _ string) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// OidcCallback is not built yet.
func (s *Server) OidcCallback(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}

// OidcLogin is not built yet.
func (s *Server) OidcLogin(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, refuse(dealmap.KindUnavailable, "cela n’est pas encore construit"))
}
