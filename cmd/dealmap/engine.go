package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/postgres"
)

// nodeFile says which shared map a data folder follows, and under which name.
const nodeFile = "node.json"

// mark is what a node's folder remembers.
type mark struct {
	Map  string `json:"map"`
	Node string `json:"node"`
}

var nodeName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// engine opens the journal: the file of the data folder, or the one that nodes share. A folder of the one is never taken for the other.
func (m *machine) engine(ctx context.Context) (store.Engine, error) {
	known, err := m.mark()
	if err != nil {
		return nil, err
	}
	if m.globals.Journal == "" {
		if known != nil {
			return nil, fmt.Errorf("%s suit un journal partagé (nœud « %s ») : donnez son adresse par --journal", m.globals.Data, known.Node)
		}
		return boltjournal.Open(m.path(store.JournalFile), boltjournal.Options{})
	}
	name, err := m.nodeName()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(m.path(store.JournalFile)); err == nil {
		return nil, fmt.Errorf("%s a son propre journal (%s) : « dealmap journal copy » le porte dans le moteur, puis rangez ce fichier ailleurs",
			m.globals.Data, store.JournalFile)
	}
	db, err := m.database(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.follow(known, mark{Map: db.Map(), Node: name}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	m.db = db
	return db.Journal(), nil
}

// database connects to the engine that nodes share.
func (m *machine) database(ctx context.Context) (*postgres.DB, error) {
	if !strings.HasPrefix(m.globals.Journal, "postgres://") && !strings.HasPrefix(m.globals.Journal, "postgresql://") {
		return nil, errors.New("--journal : une adresse postgres://… est attendue")
	}
	return postgres.Open(ctx, m.globals.Journal, postgres.Options{Logger: m.globals.logger(m.out.stderr)})
}

// follow ties the folder to a map and a name at the first call, and refuses another one later.
func (m *machine) follow(known *mark, now mark) error {
	if known == nil {
		data, err := json.Marshal(now)
		if err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(m.globals.Data, 0o700), os.WriteFile(m.path(nodeFile), append(data, '\n'), 0o600))
	}
	if known.Map != now.Map {
		return fmt.Errorf("%s suit une autre carte que celle de ce moteur : vérifiez l’hôte, la base et le schéma de --journal ; pour suivre celle-ci, "+
			"prenez un dossier vide (--data)", m.globals.Data)
	}
	if known.Node != now.Node {
		return fmt.Errorf("%s est le dossier du nœud « %s », pas de « %s » : son journal des consultations porte ce nom (--node)", m.globals.Data, known.Node, now.Node)
	}
	return nil
}

// mark reads which shared map the folder follows; nil when it follows none.
func (m *machine) mark() (*mark, error) {
	data, err := os.ReadFile(m.path(nodeFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var known mark
	if err == nil {
		err = json.Unmarshal(data, &known)
	}
	if err != nil {
		return nil, fmt.Errorf("%s : %w", filepath.Join(m.globals.Data, nodeFile), err)
	}
	return &known, nil
}

// nodeName is the name of this node: what was asked for, or the machine's.
func (m *machine) nodeName() (string, error) {
	name := m.globals.Node
	if name == "" {
		if known, err := m.mark(); err == nil && known != nil {
			return known.Node, nil
		}
		host, err := os.Hostname()
		if err != nil {
			return "", fmt.Errorf("--node manque, et la machine n’a pas de nom : %w", err)
		}
		host, _, _ = strings.Cut(strings.ToLower(host), ".")
		name = cmp.Or(regexp.MustCompile(`[^a-z0-9-]+`).ReplaceAllString(host, "-"), "dealmap")
		name = name[:min(len(name), 40)]
	}
	if !nodeName.MatchString(name) {
		return "", fmt.Errorf("--node : « %s » : lettres minuscules sans accent, chiffres et tirets, 40 au plus", name)
	}
	return name, nil
}
