package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// verification reads the logs whole, in the background: it outlives the request that asked for it. There is one at a time.
type verification struct {
	mu    sync.Mutex
	state api.Verification
}

// GetVerification tells how the verification goes.
func (s *Server) GetVerification(w http.ResponseWriter, r *http.Request) {
	s.audit(w, r, dealmap.WhatAudit, func(*visit) (any, error) {
		return s.verification.look(), checkNames(r.URL.Query())
	})
}

// StartVerification starts one, unless one is under way.
func (s *Server) StartVerification(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		rep, err := s.auditReply(r, v, dealmap.WhatAudit, func() (any, error) {
			return nil, checkNames(r.URL.Query())
		})
		if err != nil {
			return reply{}, err
		}
		s.verification.start(s)
		rep.body, rep.status = s.verification.look(), http.StatusAccepted
		return rep, nil
	})
}

func (f *verification) look() api.Verification {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.state
	if out.Findings == nil {
		out.Findings = []api.Finding{}
	}
	return out
}

func (f *verification) start(s *Server) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state.Running {
		return
	}
	f.state = api.Verification{Running: true, StartedAt: new(s.now().UTC())}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer cancel()
		findings, err := s.Audit.Verify(ctx, f.progress)
		f.end(s, findings, err, s.now().UTC())
	}()
}

func (f *verification) progress(done, total int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state.Done, f.state.Total = done, total
}

func (f *verification) end(s *Server, findings []dealmap.Finding, err error, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state.Running, f.state.FinishedAt, f.state.Findings = false, &at, nil
	if err != nil {
		s.log.Error("verification failed", "error", err)
		f.state.Problem = new("la vérification n’a pas pu être menée à son terme : voir le journal technique")
		return
	}
	for i := range findings {
		f.state.Findings = append(f.state.Findings, findingOf(&findings[i]))
		if !findings[i].OK() {
			s.log.Error("a log differs from what was proven of it", "log", findings[i].Log, "node", findings[i].Node, "first_bad", findings[i].FirstBad)
		}
	}
}

func findingOf(f *dealmap.Finding) api.Finding {
	return api.Finding{
		Log: api.LogName(f.Log), Node: some(f.Node), Lines: f.Lines, Erased: f.Erased, Root: base64Of(f.Root), Checkpoints: f.Checkpoints,
		FirstBad: some(f.FirstBad), After: some(f.After), UpTo: some(f.UpTo), Problems: list(f.Problems),
	}
}
