package main

import (
	"context"
	"iter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
)

// Find implements web.Audit.
func (a auditor) Find(ctx context.Context, q dealmap.ConsultationQuery, yield func(dealmap.LineName, dealmap.Consultation) bool) error {
	logs := a.logs()
	if q.Node != "" {
		l, err := a.logOf(q.Node)
		if err != nil {
			return err
		}
		logs = []nodeLog{l}
	}
	if len(logs) == 1 && q.Positions == nil {
		return logs[0].log.Find(ctx, logQuery(q, q.Before), func(n uint64, c dealmap.Consultation) bool {
			return yield(dealmap.LineName{Node: logs[0].node, Line: n}, c)
		})
	}
	var streams []*lineStream
	for _, l := range logs {
		before, named := q.Positions[l.node]
		if q.Positions != nil && !named {
			continue
		}
		streams = append(streams, newLineStream(ctx, l, logQuery(q, before)))
	}
	return mergeLines(streams, yield)
}

func logQuery(q dealmap.ConsultationQuery, before uint64) consultations.Query {
	return consultations.Query{
		From: q.From, To: q.To, Subject: q.Subject, Whats: q.Whats, Operations: q.Operations, Place: q.Place, Tiles: q.Tiles, Before: before,
	}
}

// lineStream is what one log answers, line by line.
type lineStream struct {
	node string
	pull func() (uint64, dealmap.Consultation, bool)
	stop func()

	n    uint64
	line dealmap.Consultation
	more bool
	err  error // once there are no more
}

func newLineStream(ctx context.Context, l nodeLog, q consultations.Query) *lineStream {
	s := &lineStream{node: l.node}
	s.pull, s.stop = iter.Pull2(func(yield func(uint64, dealmap.Consultation) bool) { s.err = l.log.Find(ctx, q, yield) })
	return s
}

func (s *lineStream) next() error {
	s.n, s.line, s.more = s.pull()
	if s.more {
		return nil
	}
	return s.err
}

// mergeLines yields the lines of several logs, of which each is in order, by their times, newest first. What it yields after a line depends on
// where it stands in each log only, so that a page goes on where the one before ended.
func mergeLines(streams []*lineStream, yield func(dealmap.LineName, dealmap.Consultation) bool) error {
	for _, s := range streams {
		defer s.stop()
		if err := s.next(); err != nil {
			return err
		}
	}
	for {
		var newest *lineStream
		for _, s := range streams {
			if s.more && (newest == nil || s.line.Time.After(newest.line.Time)) {
				newest = s
			}
		}
		if newest == nil || !yield(dealmap.LineName{Node: newest.node, Line: newest.n}, newest.line) {
			return nil
		}
		if err := newest.next(); err != nil {
			return err
		}
	}
}
