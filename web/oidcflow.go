package web

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/mesure5/dealmap"
	"golang.org/x/oauth2"
)

// What a browser that went to the identity provider comes back with is held against these values of its session, once.
const (
	oidcState    = "oidc_state"
	oidcNonce    = "oidc_nonce"
	oidcVerifier = "oidc_verifier" // PKCE
	oidcAsked    = "oidc_asked"    // Unix seconds
)

// mostRefusal is how much of a refusal is logged, in bytes.
const mostRefusal = 600

// loginLife is how long somebody may take at the identity provider.
const loginLife = 10 * time.Minute

// refusal is why a sign-in with the identity provider came to nothing: the application is told so in its address, and says it in
// French. Codes and no sentences: a link from elsewhere must not put words into its mouth.
type refusal struct {
	code  string
	cause error
}

func (e *refusal) Error() string { return e.code + ": " + e.cause.Error() }

func (e *refusal) Unwrap() error { return e.cause }

const (
	refusedGrant       = "habilitation" // known there, without a grant here
	refusedByPerson    = "annulation"
	refusedState       = "expire" // too late, used already, or not of this browser
	refusedProvider    = "fournisseur"
	refusedSession     = "session"
	refusedUnavailable = "indisponible"
)

// OidcLogin sends the browser to the identity provider.
func (s *Server) OidcLogin(w http.ResponseWriter, r *http.Request) {
	if s.oidc == nil {
		s.noSuchPath(w, r)
		return
	}
	if wait, ok := s.sources.take(sourceOf(addressOf(r)), s.now()); !ok {
		s.fail(w, r, later(wait, refuse(kindTooMany, "trop d’essais depuis ce poste : attendez une minute")))
		return
	}
	found, err := s.oidc.discover(r.Context())
	if err != nil {
		s.toApp(w, r, http.StatusFound, &refusal{refusedUnavailable, err})
		return
	}
	ctx := r.Context()
	if s.sessions.GetString(ctx, sessionSubject) == "" {
		s.sessions.SetDeadline(ctx, time.Now().Add(loginLife)) // until then nobody's
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	for name, value := range map[string]string{oidcState: state, oidcNonce: nonce, oidcVerifier: verifier, oidcAsked: stamp(s.now())} {
		s.sessions.Put(ctx, name, value)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, found.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusFound)
}

// OidcCallback opens a session for the person whom the identity provider names.
func (s *Server) OidcCallback(w http.ResponseWriter, r *http.Request) {
	if s.oidc == nil {
		s.noSuchPath(w, r)
		return
	}
	err := s.comeBack(r)
	if err != nil && s.sessions.GetString(r.Context(), sessionSubject) == "" {
		if err := s.sessions.Destroy(r.Context()); err != nil {
			s.log.Error("session cannot be destroyed", "request", requestID(r), "error", err)
		}
	}
	s.toApp(w, r, http.StatusSeeOther, err)
}

// toApp sends the browser to the application, with why there is no session when there is none.
func (s *Server) toApp(w http.ResponseWriter, r *http.Request, status int, err error) {
	to := "/"
	if err != nil {
		code := refusedUnavailable
		if refused, ok := errors.AsType[*refusal](err); ok {
			code = refused.code
		}
		// The provider writes part of it, of any length.
		s.log.Warn("sign-in with the identity provider refused", "request", requestID(r), "from", addressOf(r), "error", clipTo(err.Error(), mostRefusal))
		to += "?refus=" + code
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, status)
}

// comeBack judges what a browser brings back and opens the session.
func (s *Server) comeBack(r *http.Request) error {
	nonce, verifier, err := s.pendingLogin(r)
	if err != nil {
		return &refusal{refusedState, err}
	}
	query := r.URL.Query()
	if issuer, given := query["iss"]; given && !slices.Equal(issuer, []string{s.oidc.Issuer}) { // RFC 9207
		return &refusal{refusedProvider, fmt.Errorf("answer of %q", clip(query.Get("iss")))}
	}
	switch refused := query.Get("error"); refused {
	case "":
	case "access_denied":
		return &refusal{refusedByPerson, errors.New(refused)}
	case "temporarily_unavailable", "server_error":
		return &refusal{refusedUnavailable, errors.New(refused)}
	default:
		return &refusal{refusedProvider, errors.New(clip(refused))}
	}
	token, err := s.exchange(r, query.Get("code"), nonce, verifier)
	if err != nil {
		return err
	}
	opened := session{subject: "oidc:" + token.Issuer + "#" + token.Subject}
	opened.username = displayName(token, opened.subject)
	if _, _, err := s.begin(r, opened); err != nil {
		if dealmap.KindOf(err) == dealmap.KindForbidden {
			return &refusal{refusedGrant, fmt.Errorf("%s: %w", clip(opened.subject), err)}
		}
		return &refusal{refusedSession, err}
	}
	s.sources.giveBack(sourceOf(addressOf(r)))
	return nil
}

// pendingLogin finds the login that this browser began, by the state that it brings back. It can be found once.
func (s *Server) pendingLogin(r *http.Request) (nonce, verifier string, err error) {
	ctx := r.Context()
	want, got := s.sessions.GetString(ctx, oidcState), r.URL.Query()["state"]
	if want == "" || len(got) != 1 || subtle.ConstantTimeCompare([]byte(want), []byte(got[0])) != 1 {
		return "", "", errors.New("the state is not of a login that this browser began")
	}
	asked := unstamp(s.sessions.GetString(ctx, oidcAsked))
	nonce, verifier = s.sessions.GetString(ctx, oidcNonce), s.sessions.GetString(ctx, oidcVerifier)
	for _, name := range []string{oidcState, oidcNonce, oidcVerifier, oidcAsked} {
		s.sessions.Remove(ctx, name)
	}
	if s.now().Sub(asked) > loginLife {
		return "", "", fmt.Errorf("the login began at %s", asked.UTC().Format(time.RFC3339))
	}
	return nonce, verifier, nil
}

// exchange gives the code for an ID token and verifies it: signature, issuer, audience, times, nonce.
func (s *Server) exchange(r *http.Request, code, nonce, verifier string) (*oidc.IDToken, error) {
	found, err := s.oidc.discover(r.Context())
	if err != nil {
		return nil, &refusal{refusedUnavailable, err}
	}
	ctx := s.oidc.with(r.Context())
	tokens, err := found.config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil && refused.Response.StatusCode < 500 {
		return nil, &refusal{refusedProvider, err}
	} else if err != nil {
		return nil, &refusal{refusedUnavailable, err}
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return nil, &refusal{refusedProvider, errors.New("no ID token")}
	}
	token, err := found.verifier.Verify(ctx, raw)
	if err == nil {
		err = s.judge(token, nonce)
	}
	if err != nil {
		return nil, &refusal{refusedProvider, err}
	}
	return token, nil
}

// judge checks what the library leaves to its caller (OpenID Connect Core §3.1.3.7).
func (s *Server) judge(token *oidc.IDToken, nonce string) error {
	var claims struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return err
	}
	switch {
	case nonce == "" || subtle.ConstantTimeCompare([]byte(nonce), []byte(token.Nonce)) != 1:
		return errors.New("the nonce is not that of this login")
	case token.Subject == "" || len(token.Subject) > 255:
		return fmt.Errorf("a subject of %d bytes", len(token.Subject))
	case claims.Party != "" && claims.Party != s.oidc.ClientID, len(token.Audience) > 1 && claims.Party == "":
		return fmt.Errorf("for %q, used by %q", token.Audience, claims.Party)
	case token.IssuedAt.IsZero() || token.IssuedAt.After(s.now().Add(clockSkew)):
		return fmt.Errorf("issued at %s", token.IssuedAt)
	}
	return nil
}

// displayName is what the ID token calls a person, for their own eyes only: colleagues are shown the grant's name.
func displayName(token *oidc.IDToken, fallback string) string {
	var claims struct {
		Given  string `json:"given_name"`
		Usual  string `json:"usual_name"` // ProConnect
		Family string `json:"family_name"`
		Name   string `json:"name"`
	}
	if token.Claims(&claims) != nil {
		return fallback
	}
	family := claims.Usual
	if family == "" {
		family = claims.Family
	}
	for _, name := range []string{strings.TrimSpace(claims.Given + " " + family), strings.TrimSpace(claims.Name)} {
		if name != "" {
			return clip(name)
		}
	}
	return fallback
}
