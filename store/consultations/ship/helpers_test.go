package ship_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"golang.org/x/mod/sumdb/tlog"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const quick = 5 * time.Millisecond

func newLog(t *testing.T) *consultations.Log {
	t.Helper()
	l, err := consultations.Open(filepath.Join(t.TempDir(), consultations.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// record writes lines that say who they are of.
func record(t *testing.T, l *consultations.Log, who string, n int) {
	t.Helper()
	lines := make([]dealmap.Consultation, n)
	for i := range lines {
		lines[i] = dealmap.Consultation{
			Time: noon.Add(time.Duration(l.Size()+int64(i)) * time.Minute), Subject: who, What: dealmap.WhatSheet, Operation: dealmap.OpConsultation,
			Detail: fmt.Sprint(who, " ", i),
		}
	}
	if err := l.RecordAll(t.Context(), slices.Values(lines)); err != nil {
		t.Fatal(err)
	}
}

// until waits for something that happens soon.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(quick) {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("this does not happen: %s", what)
		}
	}
}

// engine is what nodes share, in memory; it may be away, and lose answers.
type engine struct {
	mu     sync.Mutex
	lines  map[string][]ship.Line
	erased map[string]int64
	notes  map[string][]ship.Attestation // by node and log
	away   bool
	lose   int // answers of Put that are lost
	puts   int
}

var errAway = errors.New("away")

func newEngine() *engine {
	return &engine{lines: map[string][]ship.Line{}, erased: map[string]int64{}, notes: map[string][]ship.Attestation{}}
}

func (e *engine) do(f func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.away {
		return errAway
	}
	return f()
}

func (e *engine) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

func (e *engine) count(node string) (n int) {
	e.change(func() { n = len(e.lines[node]) })
	return n
}

func (e *engine) held(node string) ship.Held {
	h := ship.Held{Node: node, Last: int64(len(e.lines[node])), Erased: e.erased[node]}
	if h.Last > 0 {
		h.Leaf = e.lines[node][h.Last-1].Leaf
	}
	return h
}

func (e *engine) Held(_ context.Context, node string) (h ship.Held, err error) {
	err = e.do(func() error { h = e.held(node); return nil })
	return h, err
}

func (e *engine) Nodes(context.Context) (list []ship.Held, err error) {
	err = e.do(func() error {
		for node := range e.lines {
			list = append(list, e.held(node))
		}
		return nil
	})
	return list, err
}

func (e *engine) Put(_ context.Context, node string, after int64, before tlog.Hash, lines []ship.Line) error {
	return e.do(func() error {
		e.puts++
		have := e.lines[node]
		switch {
		case int64(len(have)) < after:
			return ship.ErrGap
		case after > 0 && have[after-1].Leaf != before:
			return &ship.LineError{Node: node, Line: after, Err: ship.ErrOther}
		}
		for i, line := range lines {
			n := after + int64(i) + 1
			if n > int64(len(have)) {
				have = append(have, line)
			} else if have[n-1].Leaf != line.Leaf {
				return &ship.LineError{Node: node, Line: n, Err: ship.ErrOther}
			}
		}
		e.lines[node] = have
		if e.lose > 0 {
			e.lose--
			return errAway
		}
		return nil
	})
}

func (e *engine) Get(_ context.Context, node string, after int64) (list []ship.Line, err error) {
	err = e.do(func() error {
		for n := after + 1; n <= int64(len(e.lines[node])) && n <= after+100; n++ {
			line := e.lines[node][n-1]
			if n <= e.erased[node] {
				line.Data = nil
			} else if line.Check() != nil || line.Data == nil {
				return &ship.LineError{Node: node, Line: n, Err: ship.ErrChanged}
			}
			list = append(list, line)
		}
		return nil
	})
	return list, err
}

func (e *engine) Erase(_ context.Context, node string, through int64) error {
	return e.do(func() error {
		for n := range through {
			e.lines[node][n].Data = nil
		}
		e.erased[node] = through
		return nil
	})
}

func (e *engine) Attest(_ context.Context, node, log string, a ship.Attestation) error {
	return e.do(func() error {
		e.notes[node+"/"+log] = append(e.notes[node+"/"+log], a)
		return nil
	})
}

func (e *engine) Attestations(_ context.Context, node, log string, after int64) (list []ship.Attestation, err error) {
	err = e.do(func() error {
		for _, a := range e.notes[node+"/"+log] {
			if a.Size > after {
				list = append(list, a)
			}
		}
		return nil
	})
	return list, err
}
