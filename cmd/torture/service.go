//go:build linux

package main

import (
	"sync"
	"time"
)

// againAfter is how long a service that ended by itself stays down, as systemd's RestartSec.
const againAfter = 2 * time.Second

// service is a program that is started again when it ends by itself, as systemd does (Restart=on-failure): Patroni, for one, gives up when
// etcd has no leader at the moment that it starts.
type service struct {
	launch  func() (*process, error)
	mu      sync.Mutex
	wanted  bool
	process *process
	over    chan struct{} // closed when it is neither running nor wanted
}

// up starts the service.
func (s *service) up() error {
	p, err := s.launch()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted, s.process, s.over = true, p, make(chan struct{})
	go s.keep(p, s.over)
	return nil
}

func (s *service) keep(p *process, over chan struct{}) {
	defer close(over)
	for {
		<-p.done
		time.Sleep(againAfter)
		s.mu.Lock()
		if !s.wanted {
			s.mu.Unlock()
			return
		}
		next, err := s.launch()
		if err != nil {
			s.mu.Unlock()
			continue
		}
		s.process, p = next, next
		s.mu.Unlock()
	}
}

// leave lets the service end, by whatever ends it.
func (s *service) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = false
}

// gone waits until a service that was left has ended.
func (s *service) gone() {
	s.mu.Lock()
	over := s.over
	s.mu.Unlock()
	if over != nil {
		<-over
	}
}

// down ends the service in order.
func (s *service) down(patience time.Duration) error {
	s.leave()
	s.mu.Lock()
	p := s.process
	s.mu.Unlock()
	err := p.stop(patience)
	s.gone()
	return err
}
