package audit

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	retryAfter  = 10 * time.Second
	mostPending = 4096
)

// errSlow is told when the second file does not answer.
var errSlow = errors.New("pas de réponse")

// mirror writes notes to the second file in the background: it may lie on a machine that is away. What could not be written
// is kept and tried again.
type mirror struct {
	path string
	log  *slog.Logger

	writing sync.Mutex // held while the file grows

	mu      sync.Mutex
	pending [][]byte
	err     error

	wake    chan struct{}
	quit    chan struct{}
	done    chan struct{}
	started bool
}

func newMirror(path string, log *slog.Logger) *mirror {
	return &mirror{path: path, log: log, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
}

// file is looked up every time: what is mounted there may come and go.
func (m *mirror) file() noteFile {
	if info, err := os.Stat(m.path); err == nil && info.IsDir() {
		return noteFile{filepath.Join(m.path, CheckpointsName)}
	}
	return noteFile{m.path}
}

// tail reads the last notes; none when the file cannot be read, which failure tells.
func (m *mirror) tail(origins ...string) tail {
	if m.path == "" {
		return tail{torn: -1}
	}
	type result struct {
		tail
		err error
	}
	got := make(chan result, 1)
	go func() {
		t, err := m.file().tail(origins...)
		got <- result{t, err}
	}()
	r := result{tail{torn: -1}, errSlow}
	select {
	case r = <-got:
	case <-time.After(patience):
	}
	m.fail(r.err)
	return r.tail
}

// size returns the file and how much of it is written; due says that it should be there.
func (m *mirror) size() (path string, size int64, due bool) {
	m.writing.Lock()
	defer m.writing.Unlock()
	m.mu.Lock()
	due = len(m.pending) == 0
	m.mu.Unlock()
	file := m.file()
	size = file.size()
	return file.path, size, due || size > 0
}

func (m *mirror) fail(err error) {
	if err != nil {
		err = fmt.Errorf("second fichier des attestations (%s) : %w", m.path, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil && m.err == nil {
		m.log.Error("the second file of checkpoints cannot be used", "error", err)
	}
	m.err = err
}

func (m *mirror) failure() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

func (m *mirror) add(notes ...[]byte) {
	if m.path == "" {
		return
	}
	m.mu.Lock()
	m.pending = append(m.pending, notes...)
	m.pending = m.pending[max(0, len(m.pending)-mostPending):] // the newest attest what the oldest did
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *mirror) start() {
	if m.path != "" {
		m.started = true
		go m.run()
	}
}

func (m *mirror) run() {
	defer close(m.done)
	for {
		select {
		case <-m.wake:
		case <-time.After(retryAfter):
		case <-m.quit:
			m.write()
			return
		}
		m.write()
	}
}

func (m *mirror) write() {
	m.writing.Lock()
	defer m.writing.Unlock()
	m.mu.Lock()
	notes := m.pending
	m.pending = nil
	m.mu.Unlock()
	if len(notes) == 0 {
		return
	}
	err := m.file().append(notes...)
	if err != nil {
		m.mu.Lock()
		m.pending = append(notes, m.pending...)
		m.mu.Unlock()
	}
	m.fail(err)
}

// close writes what is left, unless that takes too long.
func (m *mirror) close() {
	if !m.started {
		return
	}
	close(m.quit)
	select {
	case <-m.done:
	case <-time.After(patience):
		m.fail(errSlow)
	}
}
