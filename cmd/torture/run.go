//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	calm     = 4 * time.Second // before the fault, and after it is mended
	settling = 3 * time.Minute
)

// once runs one fault under load and checks.
func (s *stage) once(ctx context.Context, o options, f fault) (outcome, error) {
	s.runs++
	if err := s.settle(ctx); err != nil {
		return outcome{}, fmt.Errorf("before the fault: %w", err)
	}
	bases, names := s.bases()
	w := &writers{run: fmt.Sprintf("r%d", s.runs), bases: bases, names: names, person: s.person, ledger: s.ledger, hot: s.hot, pace: time.Second * time.Duration(o.writers) / time.Duration(o.rate)}
	working, end := context.WithCancel(ctx)
	defer end()
	watching, endWatching := context.WithCancel(ctx)
	defer endWatching()
	stop := make(chan struct{})
	var writing, looking sync.WaitGroup
	for n := range o.writers {
		writing.Go(func() { w.write(working, stop, n) })
	}
	readers := []*reader{{node: names[0], base: bases[0]}, {node: names[1], base: bases[1]}}
	for _, r := range readers {
		looking.Go(func() { r.read(watching, s.person.another(5*time.Second)) })
	}
	probe := &prober{}
	looking.Go(func() { probe.probe(watching, w, 0, 1) })
	rest(ctx, calm)

	struck := time.Now()
	mend, err := f.strike(ctx, s)
	if err != nil {
		err = fmt.Errorf("%s: %w", f.name, err)
	}
	broken := time.Now()
	rest(ctx, f.holds)
	mending := time.Now()
	if mend != nil {
		err = errors.Join(err, mend(ctx))
		s.tell("mended")
	}
	// Patroni's word alone would be that of before the fault for some seconds.
	err = errors.Join(err, s.flow(ctx, mending), s.settle(ctx))
	mended := time.Since(mending)
	rest(ctx, calm)
	err = errors.Join(err, s.flow(ctx, time.Now()), s.settle(ctx))
	ended := time.Now()
	endWatching()
	looking.Wait()
	close(stop)
	time.AfterFunc(90*time.Second, end)
	writing.Wait()
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	out := outcome{mended: mended, lags: probe.lags, refusals: map[string]int{}}
	elsewhere := func(string) bool { return true }
	if f.alone >= 0 {
		elsewhere = func(node string) bool { return node != names[f.alone] }
	}
	out.pause = s.ledger.longestPause(struck, ended, elsewhere)
	for _, r := range readers {
		out.readFailures = append(out.readFailures, len(r.failures))
		out.reads += r.asked
		out.slowestRead = max(out.slowestRead, r.slowest)
	}
	out.neither = together(readers[0].failures, readers[1].failures)
	if f.alone >= 0 {
		out.refusals, out.slowestRefusal = s.ledger.refusals(names[f.alone], struck, mending)
	}
	err = errors.Join(err, s.check(ctx, &out, w))
	if f.unconfirmed {
		out.findings = append(out.findings, checkAlone(s.ledger.copy(), broken, mending)...)
	}
	return out, err
}

// flow waits until each node has acknowledged a write that was sent after a moment.
func (s *stage) flow(ctx context.Context, since time.Time) error {
	return until(ctx, "writes are acknowledged again", settling, func() error {
		for _, n := range s.nodes {
			if !s.ledger.acknowledgedSince(n.name, since) {
				return fmt.Errorf("none by %s", n.name)
			}
		}
		return nil
	})
}

// settle waits until the cluster is whole and the nodes are ready.
func (s *stage) settle(ctx context.Context) error {
	err := until(ctx, "the cluster is whole", settling, func() error { return s.cluster.whole(ctx) })
	for _, n := range s.nodes {
		err = errors.Join(err, n.ready(ctx, time.Minute))
	}
	return err
}

// check reads the journal and both nodes, and holds them and the ledger to each other.
func (s *stage) check(ctx context.Context, out *outcome, w *writers) error {
	rows, err := s.cluster.journal(ctx)
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	events, found := verify(rows)
	all := s.ledger.copy()
	found = append(found, check(all, events)...)
	places, err := replay(events)
	if err != nil {
		found.add(foundState, "%v", err)
	}
	var shown [][]sheet
	for i, n := range s.nodes {
		var last findings
		var sheets []sheet
		// A node has what others wrote a moment later; nobody writes any more.
		err := until(ctx, n.name+" shows what a replay gives", time.Minute, func() error {
			var err error
			if sheets, err = s.person.another(time.Minute).places(ctx, w.bases[i]); err != nil {
				return err
			}
			if last = compareNode(n.name, places, sheets); len(last) > 0 {
				return fmt.Errorf("%d differences, the first: %s", len(last), last[0].text)
			}
			return nil
		})
		if err != nil && len(last) == 0 {
			found.add(foundState, "%v", err)
		}
		found = append(found, last...)
		shown = append(shown, sheets)
	}
	found = append(found, compareNodes(s.nodes[0].name, s.nodes[1].name, shown[0], shown[1])...)
	out.findings = found
	for i := range all {
		if _, ok := all[i].acknowledged(); ok {
			out.acknowledged++
		}
	}
	out.unheard = unheard(all, events)
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
