package web

import (
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// ListAccounts lists the local accounts.
func (s *Server) ListAccounts(w http.ResponseWriter, r *http.Request) {
	s.administer(w, r, func(v *visit) (reply, error) {
		accounts, err := s.Accounts.List(r.Context())
		if err != nil {
			return reply{}, err
		}
		out := api.AccountList{Accounts: make([]api.Account, len(accounts))}
		for i, a := range accounts {
			out.Accounts[i] = s.account(a)
		}
		return reply{body: out, line: &dealmap.Consultation{What: dealmap.WhatGrants, Detail: "comptes"}}, nil
	})
}

func (s *Server) account(a LocalAccount) api.Account {
	out := api.Account{Username: a.Username, MustChangePassword: a.MustChange}
	if a.LockedUntil.After(s.now()) {
		out.LockedUntil = moment(a.LockedUntil)
	}
	return out
}

// AddAccount makes a local account.
func (s *Server) AddAccount(w http.ResponseWriter, r *http.Request) {
	s.administer(w, r, func(v *visit) (reply, error) {
		var in api.NewAccount
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		there, err := s.hasAccount(r, in.Username)
		if err != nil {
			return reply{}, err
		}
		if there {
			return reply{}, refuse(dealmap.KindConflict, "ce compte existe déjà")
		}
		if err := s.setOnce(r, v, in.Username, in.Password, "création"); err != nil {
			return reply{}, err
		}
		return reply{status: http.StatusCreated, body: s.account(LocalAccount{Username: in.Username, MustChange: true})}, nil
	})
}

// ResetPassword sets a password that the owner must change, and ends the account's sessions.
func (s *Server) ResetPassword(w http.ResponseWriter, r *http.Request, username string) {
	s.administer(w, r, func(v *visit) (reply, error) {
		var in api.ResetPasswordJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		if err := s.knownAccount(r, username); err != nil {
			return reply{}, err
		}
		err := s.setOnce(r, v, username, in.Password, "nouveau mot de passe")
		return reply{status: http.StatusNoContent}, err
	})
}

// setOnce sets a password that its owner must change, and ends the sessions of an account of this name: whoever asks for a new
// password may have lost the old one to somebody.
func (s *Server) setOnce(r *http.Request, v *visit, username, password, what string) error {
	if err := s.consultAccount(r, v, username, what); err != nil {
		return err
	}
	done, err := s.hash(r.Context())
	if err != nil {
		return err
	}
	defer done()
	if err := s.Accounts.SetOnce(r.Context(), username, password); err != nil {
		return err
	}
	_, err = s.endSessions(username)
	return err
}

// DeleteAccount deletes a local account and ends its sessions.
func (s *Server) DeleteAccount(w http.ResponseWriter, r *http.Request, username string) {
	s.administer(w, r, func(v *visit) (reply, error) {
		if err := s.knownAccount(r, username); err != nil {
			return reply{}, err
		}
		if username == v.viewer.Subject {
			return reply{}, refuse(dealmap.KindConflict, "personne ne supprime son propre compte : demandez à un autre administrateur")
		}
		if err := s.consultAccount(r, v, username, "suppression"); err != nil {
			return reply{}, err
		}
		if err := s.Accounts.Delete(r.Context(), username); err != nil {
			return reply{}, err
		}
		_, err := s.endSessions(username)
		return reply{status: http.StatusNoContent}, err
	})
}

// UnlockAccount lets an account that failed too often try again.
func (s *Server) UnlockAccount(w http.ResponseWriter, r *http.Request, username string) {
	s.administer(w, r, func(v *visit) (reply, error) {
		if err := s.knownAccount(r, username); err != nil {
			return reply{}, err
		}
		if err := s.consultAccount(r, v, username, "déblocage"); err != nil {
			return reply{}, err
		}
		return reply{status: http.StatusNoContent}, s.Accounts.Unlock(r.Context(), username)
	})
}

// administer runs a call that only who manages grants may make.
func (s *Server) administer(w http.ResponseWriter, r *http.Request, call func(*visit) (reply, error)) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if err := mayGrant(v); err != nil {
			return reply{}, err
		}
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		return call(v)
	})
}

// consultAccount puts on record what an administrator does to an account, before it is done: passwords have no journal, and a
// password that was set is a way into somebody's place.
func (s *Server) consultAccount(r *http.Request, v *visit, username, what string) error {
	return s.consult(r, v, dealmap.Consultation{What: dealmap.WhatGrants, Query: clip(username), Detail: "compte : " + what})
}

func (s *Server) hasAccount(r *http.Request, username string) (bool, error) {
	accounts, err := s.Accounts.List(r.Context())
	return slices.ContainsFunc(accounts, func(a LocalAccount) bool { return a.Username == username }), err
}

func (s *Server) knownAccount(r *http.Request, username string) error {
	there, err := s.hasAccount(r, username)
	if err == nil && !there {
		err = refuse(dealmap.KindNotFound, "aucun compte ne porte ce nom")
	}
	return err
}
