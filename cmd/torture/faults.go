//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// fault is one way to break the stage.
type fault struct {
	name, says string
	// strike breaks something and returns what mends it, nil when that comes by itself.
	strike func(context.Context, *stage) (mend func(context.Context) error, err error)
	// holds is how long it stays broken.
	holds time.Duration
	// nodesEnd: the fault ends nodes, whose users meanwhile turn to another one.
	nodesEnd bool
	// alone is the node that the fault parts from the engine, -1 when none: writes there are refused, reads go on.
	alone int
	// unconfirmed: no standby is left while it holds, so that nothing may be acknowledged.
	unconfirmed bool
}

// faults are all of them, in the order of the table.
var faults = []fault{
	{name: "kill-primary", says: "kill -9 of the primary's postmaster", alone: -1, strike: killPostmaster},
	{name: "freeze-primary", says: "the primary's machine stands still for 40 s", alone: -1, strike: freezePrimary, holds: 40 * time.Second},
	{name: "kill-machine", says: "kill -9 of all of the primary's machine, back after 30 s", alone: -1, strike: killMachine, holds: 30 * time.Second},
	{name: "kill-replica", says: "kill -9 of the synchronous standby's machine, back after 20 s", alone: -1, strike: killReplica, holds: 20 * time.Second},
	{name: "lose-quorum", says: "kill -9 of both replicas' machines, after 60 s of the primary's; replicas back first", alone: -1, strike: loseQuorum, holds: time.Minute, unconfirmed: true},
	{name: "cut-primary", says: "the primary's machine off the network for 60 s", alone: -1, strike: cutPrimary, holds: time.Minute},
	{name: "cut-node", says: "one dealmap node off the engine's network for 30 s", alone: 1, strike: cutNode, holds: 30 * time.Second},
	{name: "fill-disk", says: "the primary's disk full for 30 s", alone: -1, strike: fillDisk, holds: 30 * time.Second},
	{name: "slow-link", says: "200 ms to one dealmap node for 30 s", alone: -1, strike: slowLink, holds: 30 * time.Second},
	{name: "rolling-restart", says: "machine after machine, then node after node, ended and started", alone: -1, strike: rollingRestart, nodesEnd: true},
}

func killPostmaster(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	pid, err := m.postmaster()
	if err != nil {
		return nil, err
	}
	s.tell("kill -9 of the postmaster of %s", m.name)
	return nil, syscall.Kill(pid, syscall.SIGKILL)
}

func freezePrimary(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("SIGSTOP to everything on %s", m.name)
	return func(context.Context) error { return m.signalAll(syscall.SIGCONT) }, m.signalAll(syscall.SIGSTOP)
}

func killMachine(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.primary(ctx)
	return s.killAll(m, err)
}

func killReplica(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.standby(ctx)
	return s.killAll(m, err)
}

func (s *stage) killAll(m *machine, err error) (func(context.Context) error, error) {
	if err != nil {
		return nil, err
	}
	s.tell("kill -9 of everything on %s", m.name)
	return func(context.Context) error { return m.boot() }, m.die()
}

// loseQuorum leaves the primary alone for longer than any client or node waits for an answer, and then takes it away: what it could not have
// confirmed by a standby must not have been acknowledged.
func loseQuorum(ctx context.Context, s *stage) (func(context.Context) error, error) {
	primary, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	var replicas []*machine
	for _, m := range s.cluster.machines {
		if m == primary {
			continue
		}
		replicas = append(replicas, m)
		s.tell("kill -9 of everything on %s", m.name)
		// Its member of etcd comes back at once: two of three must agree, or Patroni gives the primary up before anything can be wrong.
		if err := m.die(); err != nil {
			return nil, err
		}
		m.etcd.gone()
		if err := m.etcd.up(); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) error {
		s.tell("kill -9 of everything on %s", primary.name)
		err := primary.die()
		for _, m := range replicas {
			m.patroni.gone()
			err = errors.Join(err, m.patroni.up())
		}
		rest(ctx, 45*time.Second) // longer than the primary's key lasts: whoever may take over without it does
		return errors.Join(err, primary.boot())
	}, nil
}

func cutPrimary(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("%s off the network", m.name)
	return func(context.Context) error { return m.join() }, m.cut()
}

func cutNode(_ context.Context, s *stage) (func(context.Context) error, error) {
	n := s.nodes[1]
	s.tell("%s off the network", n.name)
	return func(context.Context) error { return n.join() }, n.cut()
}

func fillDisk(ctx context.Context, s *stage) (func(context.Context) error, error) {
	m, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("disk of %s full", m.name)
	return func(context.Context) error { return m.empty() }, m.fill()
}

func slowLink(_ context.Context, s *stage) (func(context.Context) error, error) {
	n := s.nodes[1]
	if n.line == nil {
		return nil, errors.New("the second node has no line that can be made long")
	}
	s.tell("200 ms to %s", n.name)
	n.line.set(200 * time.Millisecond)
	return func(context.Context) error { n.line.set(0); return nil }, nil
}

// rollingRestart goes on only when everything stands again, as whoever upgrades does: replicas first, the primary last, then the nodes.
func rollingRestart(ctx context.Context, s *stage) (func(context.Context) error, error) {
	primary, err := s.cluster.primary(ctx)
	if err != nil {
		return nil, err
	}
	order := []*machine{}
	for _, m := range s.cluster.machines {
		if m != primary {
			order = append(order, m)
		}
	}
	for _, m := range append(order, primary) {
		s.tell("restart of %s", m.name)
		if err := m.restart(); err != nil {
			return nil, err
		}
		if err := until(ctx, "the cluster is whole after the restart of "+m.name, 3*time.Minute, func() error { return s.cluster.whole(ctx) }); err != nil {
			return nil, err
		}
	}
	for _, n := range s.nodes {
		s.tell("restart of %s", n.name)
		if err := n.restart(ctx); err != nil {
			return nil, fmt.Errorf("restart of %s: %w", n.name, err)
		}
	}
	return nil, nil
}
