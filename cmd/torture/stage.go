//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// stage is everything that runs.
type stage struct {
	folder  string
	began   time.Time
	cluster *cluster
	nodes   []*node
	ledger  *ledger
	hot     *hot
	person  *person // who has signed in
	runs    int
}

// tell says what happens, with the seconds since the start.
func (s *stage) tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%7.1f s  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// set brings everything up in a folder. What was brought up before an error is ended like the rest.
func (s *stage) set(ctx context.Context, o options) error {
	logs := filepath.Join(o.folder, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	mode, version, err := synchronousMode()
	if err != nil {
		return err
	}
	if err := makeBridge(); err != nil {
		return err
	}
	s.tell("%s, synchronous_mode %s, strict, ttl %d, loop_wait %d, retry_timeout %d", version, mode, o.timings.TTL, o.timings.LoopWait, o.timings.RetryTimeout)
	s.cluster = newCluster()
	if err := s.cluster.start(o.folder, logs, o.timings, mode); err != nil {
		return err
	}
	if err := until(ctx, "the cluster is whole", 3*time.Minute, func() error { return s.cluster.whole(ctx) }); err != nil {
		return err
	}
	s.tell("three PostgreSQL run")
	if err := s.cluster.createDatabase(ctx); err != nil {
		return err
	}
	if err := s.startNodes(ctx, o.binary, logs); err != nil {
		return err
	}
	s.tell("two nodes serve")
	s.person = newPerson(20 * time.Second)
	if err := s.person.signIn(ctx, s.nodes[0].base()); err != nil {
		return err
	}
	// What one node knows of sessions the other one must know soon.
	if err := until(ctx, "the second node knows the first one's session", 5*time.Second, func() error { return s.person.known(ctx, s.nodes[1].base()) }); err != nil {
		return err
	}
	return nil
}

// end takes the stage down: nothing of it is needed any more, so that all is killed at once.
func (s *stage) end(keep bool) error {
	var err error
	for _, m := range s.machines() {
		m.etcd.leave()
		m.patroni.leave()
	}
	for _, h := range s.hosts() {
		err = errors.Join(err, h.signalAll(syscall.SIGKILL))
	}
	for _, m := range s.machines() {
		// What was killed holds the disk for a moment.
		err = errors.Join(err, until(context.Background(), "unmount "+m.disk(), 10*time.Second, func() error { return syscall.Unmount(m.disk(), 0) }))
	}
	for _, h := range s.hosts() {
		err = errors.Join(err, h.remove())
	}
	err = errors.Join(err, run("ip", "link", "del", bridge))
	if keep {
		return err
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

func (s *stage) machines() []*machine {
	if s.cluster == nil {
		return nil
	}
	return s.cluster.machines
}

func (s *stage) hosts() []*host {
	var all []*host
	for _, m := range s.machines() {
		all = append(all, m.host)
	}
	for _, n := range s.nodes {
		all = append(all, n.host)
	}
	return all
}

// bases and names are those of the nodes.
func (s *stage) bases() (bases, names []string) {
	for _, n := range s.nodes {
		bases, names = append(bases, n.base()), append(names, n.name)
	}
	return bases, names
}
