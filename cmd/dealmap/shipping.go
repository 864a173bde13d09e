package main

import (
	"context"
	"errors"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/postgres"
)

// shipping brings the consultation logs of nodes together: this one's goes to the engine, and the others' come from there as copies.
type shipping struct {
	engine  *postgres.Consultations
	shipper *ship.Shipper
	mirrors *ship.Mirrors
}

// Shipping starts it; nil where the journal is not shared.
func (m *machine) Shipping(ctx context.Context, keeper *audit.Keeper, log *consultations.Log) (*shipping, error) {
	db, err := m.database(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	node, err := m.nodeName()
	if err != nil {
		return nil, err
	}
	vault, err := m.Secrets()
	if err != nil {
		return nil, err
	}
	return once(m, &m.shipping, func() (*shipping, error) {
		engine, err := db.Consultations(vault.Key("consultations"))
		if err != nil {
			return nil, err
		}
		s := &shipping{engine: engine}
		o := ship.Options{Logger: m.globals.logger(m.out.stderr)}
		if s.shipper, err = ship.Start(node, log, keeper, engine, o); err != nil {
			return nil, err
		}
		if s.mirrors, err = ship.Follow(m.globals.Data, node, log, engine, []string{keeper.Verifier()}, o); err != nil {
			return nil, errors.Join(err, s.shipper.Close())
		}
		return s, nil
	})
}

// Err returns why this node's log is sent no more, nil when it is. What is wrong with another node's is told by the technical log and by
// verifying: it must not take all nodes out of service.
func (s *shipping) Err() error {
	if s == nil {
		return nil
	}
	return s.shipper.Err()
}

// Close sends what is left and closes the copies.
func (s *shipping) Close() error { return errors.Join(s.mirrors.Close(), s.shipper.Close()) }

// auditor answers the auditor with the logs of all nodes.
func (s *shipping) auditor(m *machine, keeper *audit.Keeper) (auditor, error) {
	a := auditor{log: m.consultations, keeper: keeper}
	if s == nil {
		return a, nil
	}
	node, err := m.nodeName()
	a.node, a.others, a.engine = node, s.mirrors, s.engine
	return a, err
}
