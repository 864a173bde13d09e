package main

import (
	"context"
	"errors"
	"sync"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/secrets"
)

// machine is the data folder as this process has it open. A server has all of it; a command opens what its order needs.
type machine struct {
	globals *Globals
	out     *output
	issuer  string // of the identity provider that the server works with, if any

	mu     sync.Mutex
	store  *store.Store
	vault  *secrets.Secrets
	opened []interface{ Close() error }
}

// Store is the map.
func (m *machine) Store(ctx context.Context) (*store.Store, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.store == nil {
		s, _, err := openStore(ctx, m.globals, m.globals.logger(m.out.stderr), m.out)
		if err != nil {
			return nil, err
		}
		m.store = s
		m.opened = append(m.opened, s)
	}
	return m.store, nil
}

// Secrets are the passwords and keys.
func (m *machine) Secrets() (*secrets.Secrets, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.vault == nil {
		vault, err := secrets.Open(dataFile(m.globals, secrets.FileName))
		if err != nil {
			return nil, err
		}
		m.vault = vault
		m.opened = append(m.opened, vault)
	}
	return m.vault, nil
}

// Close closes what an order opened, the last first; what it was given is its owner's.
func (m *machine) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	for i := len(m.opened) - 1; i >= 0; i-- {
		errs = append(errs, m.opened[i].Close())
	}
	m.opened, m.store, m.vault = nil, nil, nil
	return errors.Join(errs...)
}
