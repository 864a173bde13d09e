package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/addresses"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/proof"
	"github.com/mesure5/dealmap/store/secrets"
	"github.com/mesure5/dealmap/store/sessions"
	"github.com/mesure5/dealmap/store/staging"
	"github.com/mesure5/dealmap/web"
)

// machine is the data folder as this process has it open: each part is opened when it is first asked for. A server opens all of
// it, a command what its order needs.
type machine struct {
	globals *Globals
	out     *output
	second  string // the file of checkpoints that another service keeps, if any
	issuer  string // of the identity provider that the server works with, if any
	join    string // the file with the installation key of the other nodes, if any
	clock   clock

	mu            sync.Mutex
	opened        []interface{ Close() error }
	territories   *geo.Territories
	journal       store.Engine
	db            *postgres.DB // where the journal is shared
	store         *store.Store
	foreign       bool // the secrets are not those of the journal
	vault         *secrets.Secrets
	sessions      *sessions.Store
	desk          *staging.Desk
	addresses     *addresses.Gazetteer
	consultations *consultations.Log
	keeper        *audit.Keeper
	shipping      *shipping
}

// once opens a part, or returns it when it is open.
func once[T interface {
	comparable
	Close() error
}](m *machine, part *T, open func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var none T
	if *part != none {
		return *part, nil
	}
	opened, err := open()
	if err != nil {
		return none, err
	}
	*part = opened
	m.opened = append(m.opened, opened)
	return opened, nil
}

// Store is the map. The data folder is made when absent, and the secrets before the journal: a journal without the secrets that
// go with it is one whose secrets were lost.
func (m *machine) Store(ctx context.Context) (*store.Store, error) {
	if err := os.MkdirAll(m.globals.Data, 0o700); err != nil {
		return nil, fmt.Errorf("dossier des données : %w", err)
	}
	if _, err := m.Secrets(); err != nil {
		return nil, err
	}
	db, err := m.database(ctx)
	if err != nil {
		return nil, err
	}
	s, err := once(m, &m.store, func() (*store.Store, error) {
		territories, err := loadTerritories(m.globals.Data)
		if err != nil {
			return nil, err
		}
		journal, err := m.journalOf(db)
		if err != nil {
			return nil, err
		}
		bars := newBars(m.globals, m.out)
		defer bars.finish()
		collecting.begin()
		defer collecting.end()
		s, err := store.Open(ctx, store.Options{
			Dir: m.globals.Data, Engine: journal, Territories: territories, Logger: m.globals.logger(m.out.stderr), Progress: bars.show,
			Clock: m.clock.now,
		})
		if err != nil {
			return nil, err // it has closed the journal
		}
		m.territories, m.journal = territories, journal
		return s, nil
	})
	if err != nil {
		return nil, err
	}
	if err := m.belong(ctx); err != nil {
		m.foreign = true
		return nil, err
	}
	return s, nil
}

// belong ties the secrets to the journal, as soon as that has an entry, or finds that they are those of another one.
func (m *machine) belong(ctx context.Context) error {
	first, err := m.journal.HashAt(ctx, 1)
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return nil
	}
	return errors.Join(err, m.vault.Belong(first))
}

// Secrets are the passwords, the tokens' hashes and the installation's key. Nodes have them in common.
func (m *machine) Secrets() (*secrets.Secrets, error) {
	ctx := context.Background()
	db, err := m.database(ctx)
	if err != nil {
		return nil, err
	}
	return once(m, &m.vault, func() (*secrets.Secrets, error) {
		path := m.path(secrets.FileName)
		if db != nil {
			return m.commonSecrets(ctx, db, path)
		}
		if m.join != "" {
			return nil, errors.New("--join va avec --journal : la clé apportée est celle des nœuds d’un journal partagé")
		}
		open := secrets.Open
		if _, err := os.Stat(m.path(store.JournalFile)); err == nil {
			open = secrets.OpenExisting
		}
		vault, err := open(path)
		if err != nil {
			return nil, err
		}
		// A map that came back from the engine of several nodes has its people for itself again.
		if err := vault.Leave(); err != nil {
			return nil, errors.Join(err, vault.Close())
		}
		return vault, nil
	})
}

// Sessions is who is signed in. Nodes have them in common.
func (m *machine) Sessions() (*sessions.Store, error) {
	ctx := context.Background()
	vault, err := m.Secrets()
	if err != nil {
		return nil, err
	}
	return once(m, &m.sessions, func() (*sessions.Store, error) {
		s, err := sessions.Open(m.path("sessions.db"))
		if err != nil || m.db == nil {
			return s, err
		}
		err = s.Share(ctx, m.db.Shared(vault.Key(sharedKey)), sessions.Options{Logger: m.globals.logger(m.out.stderr), Refreshes: web.SessionRefreshes})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return s, nil
	})
}

// Consultations is who saw what.
func (m *machine) Consultations() (*consultations.Log, error) {
	return once(m, &m.consultations, func() (*consultations.Log, error) { return consultations.Open(m.path(consultations.FileName)) })
}

// Desk is where lists wait on their way onto the map.
func (m *machine) Desk(ctx context.Context) (*staging.Desk, error) {
	s, err := m.Store(ctx)
	if err != nil {
		return nil, err
	}
	options := staging.Options{
		Dir: m.path("imports"), Store: s, Territories: m.territories, NewID: newID, Logger: m.globals.logger(m.out.stderr),
	}
	found, err := once(m, &m.addresses, func() (*addresses.Gazetteer, error) { return addresses.Open(m.path(addresses.FileName)) })
	if err != nil { // lists with coordinates come in without it
		options.Logger.Error("le répertoire d’adresses ne s’ouvre pas : les adresses ne sont pas localisées", "error", err)
	} else {
		options.Addresses = found
	}
	return once(m, &m.desk, func() (*staging.Desk, error) { return staging.Open(options) })
}

// Keeper attests both logs, and has held them against what was attested before.
func (m *machine) Keeper(ctx context.Context) (*audit.Keeper, error) {
	if _, err := m.Store(ctx); err != nil {
		return nil, err
	}
	log, err := m.Consultations()
	if err != nil {
		return nil, err
	}
	key, err := m.Key()
	if err != nil {
		return nil, err
	}
	return once(m, &m.keeper, func() (*audit.Keeper, error) {
		return audit.Open(ctx, m.globals.Data, m.journal, log, audit.Options{Key: key, Second: m.second, Logger: m.globals.logger(m.out.stderr)})
	})
}

// Key signs what this installation attests.
func (m *machine) Key() (proof.Key, error) {
	vault, err := m.Secrets()
	if err != nil {
		return proof.Key{}, err
	}
	return proof.NewKey([32]byte(vault.Key("audit checkpoint")), proof.SignerName)
}

func (m *machine) path(name string) string { return filepath.Join(m.globals.Data, name) }

// Close closes what is open, the last first.
func (m *machine) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	if m.store != nil && !m.foreign {
		errs = append(errs, m.belong(context.Background())) // the journal may have been empty until now
	}
	for i := len(m.opened) - 1; i >= 0; i-- {
		errs = append(errs, m.opened[i].Close())
	}
	m.opened = nil
	return errors.Join(errs...)
}
