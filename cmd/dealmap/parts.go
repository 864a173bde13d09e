package main

import (
	"context"
	"errors"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/secrets"
	"github.com/mesure5/dealmap/store/sessions"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb"
)

// webMap lends the store to package web, which names the snapshot by what it needs of it.
type webMap struct{ *store.Store }

// Snapshot implements web.Map.
func (m webMap) Snapshot() web.Snapshot { return m.Store.Snapshot() }

// SnapshotAt implements web.Map.
func (m webMap) SnapshotAt(ctx context.Context, at time.Time) (web.Snapshot, error) {
	return m.Store.SnapshotAt(ctx, at)
}

// accounts lends the passwords to package web, which wants a refusal as an error of the domain.
type accounts struct{ *secrets.Secrets }

// Verify implements web.Accounts.
func (a accounts) Verify(ctx context.Context, username, password string) (string, error) {
	subject, err := a.Secrets.Verify(ctx, username, password)
	if errors.Is(err, secrets.ErrCredentials) {
		return "", dealmap.Forbidden("%v", err)
	}
	return subject, err
}

// parts are the files beside the journal, each with one job.
type parts struct {
	secrets       *secrets.Secrets
	sessions      *sessions.Store
	consultations *consultations.Log
}

func openParts(g *Globals) (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if p.secrets, err = secrets.Open(dataFile(g, "secrets.db")); err != nil {
		return p, err
	}
	if p.sessions, err = sessions.Open(dataFile(g, "sessions.db")); err != nil {
		return p, err
	}
	p.consultations, err = consultations.Open(dataFile(g, "consultations.db"))
	return p, err
}

// Close closes what was opened.
func (p *parts) Close() error {
	var errs []error
	if p.consultations != nil {
		errs = append(errs, p.consultations.Close())
	}
	if p.sessions != nil {
		errs = append(errs, p.sessions.Close())
	}
	if p.secrets != nil {
		errs = append(errs, p.secrets.Close())
	}
	return errors.Join(errs...)
}

func basemap(b seeds.Background) tiles.Basemap {
	var land orb.MultiPolygon
	for _, l := range b.Land {
		land = append(land, l.Shape...)
	}
	return tiles.Basemap{Land: land, Lakes: b.Lakes, Rivers: b.Rivers}
}
