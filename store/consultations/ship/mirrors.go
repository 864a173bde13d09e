package ship

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
)

// Folder is where the copies lie in a data folder, a folder for each node.
const Folder = "nodes"

// Mirrors keeps copies of the consultation logs of the other nodes. Its methods may be called from any goroutine.
type Mirrors struct {
	dir    string
	own    string
	ours   *consultations.Log
	engine Engine
	vkeys  []string
	log    *slog.Logger
	worker

	mu      sync.Mutex
	copies  map[string]*Copy
	strange []string // names of the engine that are none
	failure error
	closing error
}

// Follow opens the copies that are in a data folder and starts to follow what the engine holds of all nodes but this one. vkeys verify the
// nodes' checkpoints (proof.Key.Verifier); ours is this node's own log. Close it before that and the engine.
func Follow(dir, own string, ours *consultations.Log, engine Engine, vkeys []string, o Options) (*Mirrors, error) {
	if err := CheckNode(own); err != nil {
		return nil, err
	}
	o = o.filled()
	m := &Mirrors{dir: filepath.Join(dir, Folder), own: own, ours: ours, engine: engine, vkeys: vkeys, log: o.Logger, copies: map[string]*Copy{}}
	found, err := os.ReadDir(m.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("copies of consultation logs: %w", err)
	}
	for _, entry := range found {
		if node := entry.Name(); entry.IsDir() && node != own && CheckNode(node) == nil {
			if _, err := m.copyOf(node); err != nil {
				return nil, errors.Join(err, m.closeCopies())
			}
		}
	}
	m.work(o.Every, func(ctx context.Context) (bool, error) { return true, m.round(ctx) })
	return m, nil
}

// copyOf returns the copy of a node's log, which is begun when there is none.
func (m *Mirrors) copyOf(node string) (*Copy, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.copies[node]; c != nil {
		return c, nil
	}
	dir := filepath.Join(m.dir, node)
	c, err := openCopy(dir, node, m.vkeys)
	if errors.Is(err, boltfile.ErrDamaged) || errors.Is(err, proof.ErrCheckpoint) {
		// The node and the engine have what it held. It is kept all the same, as what it may show.
		aside := fmt.Sprintf("%s.%d", dir, time.Now().Unix())
		m.log.Error("the copy of a consultation log is damaged; it is put aside and made anew", "node", node, "aside", aside, "error", err)
		if err := os.Rename(dir, aside); err != nil {
			return nil, fmt.Errorf("copy of the consultation log of %s: %w", node, err)
		}
		c, err = openCopy(dir, node, m.vkeys)
	}
	if err != nil {
		return nil, err
	}
	c.elsewhere = m.accounted
	m.copies[node] = c
	return c, nil
}

func (m *Mirrors) round(ctx context.Context) error {
	err := m.follow(ctx)
	m.mu.Lock()
	before := m.failure
	m.failure = err
	m.mu.Unlock()
	if err != nil && before == nil && ctx.Err() == nil {
		m.log.Warn("the consultation logs of the other nodes cannot be followed", "error", err)
	}
	return err
}

// follow takes what is new of all nodes. What is wrong with one does not keep the others from being followed.
func (m *Mirrors) follow(ctx context.Context) error {
	nodes, err := m.engine.Nodes(ctx)
	if err != nil {
		return err
	}
	var strange []string
	var errs []error
	for _, held := range nodes {
		if held.Node == m.own {
			continue
		}
		if CheckNode(held.Node) != nil {
			strange = append(strange, held.Node)
			continue
		}
		c, err := m.copyOf(held.Node)
		if err == nil {
			err = m.followOne(ctx, c, held)
		}
		errs = append(errs, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.strange = strange
	return errors.Join(errs...)
}

// followOne returns why the log could not be followed; what is wrong with the log is the copy's.
func (m *Mirrors) followOne(ctx context.Context, c *Copy, held Held) error {
	before := c.Err()
	err := c.follow(ctx, m.engine, held)
	var wrong *LineError
	if err != nil && !errors.As(err, &wrong) {
		return err
	}
	c.tell(err)
	if err != nil && (before == nil || before.Error() != err.Error()) {
		m.log.Error("what the engine holds of a node's consultation log is not what the node wrote", "node", held.Node, "error", err)
	}
	return nil
}

// Copies returns the copies by the names of their nodes.
func (m *Mirrors) Copies() []*Copy {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]*Copy, 0, len(m.copies))
	for _, node := range slices.Sorted(maps.Keys(m.copies)) {
		list = append(list, m.copies[node])
	}
	return list
}

// Err returns what is wrong with what the engine holds of other nodes, nil when nothing is. That the engine is away is no such thing: see
// Waiting.
func (m *Mirrors) Err() error {
	var errs []error
	for _, c := range m.Copies() {
		errs = append(errs, c.Err())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, node := range m.strange {
		errs = append(errs, CheckNode(node))
	}
	return errors.Join(errs...)
}

// Waiting returns why the others cannot be followed at present.
func (m *Mirrors) Waiting() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failure
}

// Close ends following and closes the copies.
func (m *Mirrors) Close() error {
	m.end(func(context.Context) { m.closing = m.closeCopies() })
	return m.closing
}

func (m *Mirrors) closeCopies() error {
	var errs []error
	for _, c := range m.Copies() {
		errs = append(errs, c.log.Close())
	}
	return errors.Join(errs...)
}
