package main

import (
	"context"
	"errors"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/secrets"
	"github.com/mesure5/dealmap/web"
)

// accounts lends the secrets to package web, which wants refusals as errors of the domain.
type accounts struct{ secrets *secrets.Secrets }

var _ web.Accounts = accounts{}

// refusal turns what the secrets refuse into errors of the domain.
func refusal(err error) error {
	if locked, ok := errors.AsType[*secrets.LockedError](err); ok {
		return &web.LockedError{Until: locked.Until}
	}
	if errors.Is(err, secrets.ErrCredentials) || errors.Is(err, secrets.ErrToken) {
		return dealmap.Forbidden("%v", err)
	}
	return err
}

// VerifyFrom implements web.Accounts.
func (a accounts) VerifyFrom(ctx context.Context, username, password, from string) (mustChange bool, err error) {
	if _, err := a.secrets.VerifyFrom(ctx, username, password, from); err != nil {
		return false, refusal(err)
	}
	return a.secrets.MustChange(username)
}

// ChangeFrom implements web.Accounts.
func (a accounts) ChangeFrom(ctx context.Context, username, old, fresh, from string) error {
	return refusal(a.secrets.ChangeFrom(ctx, username, old, fresh, from))
}

// List implements web.Accounts.
func (a accounts) List(context.Context) ([]web.LocalAccount, error) {
	names, err := a.secrets.List()
	if err != nil {
		return nil, err
	}
	list := make([]web.LocalAccount, 0, len(names))
	for _, name := range names {
		must, err := a.secrets.MustChange(name)
		if err != nil {
			return nil, err
		}
		list = append(list, web.LocalAccount{Username: name, MustChange: must, LockedUntil: a.secrets.Locked(name)})
	}
	return list, nil
}

// SetOnce implements web.Accounts.
func (a accounts) SetOnce(_ context.Context, username, password string) error {
	return a.secrets.SetOnce(username, password)
}

// Delete implements web.Accounts.
func (a accounts) Delete(_ context.Context, username string) error { return a.secrets.Delete(username) }

// Unlock implements web.Accounts.
func (a accounts) Unlock(_ context.Context, username string) error { return a.secrets.Unlock(username) }

// NewToken implements web.Accounts.
func (a accounts) NewToken(context.Context) (id dealmap.ID, text string, err error) {
	return a.secrets.NewToken()
}

// VerifyToken implements web.Accounts.
func (a accounts) VerifyToken(_ context.Context, text string) (dealmap.ID, error) {
	id, err := a.secrets.VerifyToken(text)
	return id, refusal(err)
}

// DeleteToken implements web.Accounts.
func (a accounts) DeleteToken(_ context.Context, id dealmap.ID) error {
	return a.secrets.DeleteToken(id)
}
