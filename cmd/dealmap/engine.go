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
	"time"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/secrets"
	"github.com/mesure5/dealmap/store/wholefile"
)

// nodeFile says which shared map a data folder follows, and under which name.
const nodeFile = "node.json"

// mark is what a node's folder remembers.
type mark struct {
	Map  string `json:"map"`
	Node string `json:"node"`
}

// journalOf opens the journal: the one that nodes share, or the file of the data folder. A folder of the one is never taken for the other.
func (m *machine) journalOf(db *postgres.DB) (store.Engine, error) {
	if db != nil {
		return db.Journal(), nil
	}
	return boltjournal.Open(m.path(store.JournalFile), boltjournal.Options{})
}

// shared is the journal that nodes share, open, for commands that work on the files alone; nil when the data folder has its own.
func (m *machine) shared(ctx context.Context) (store.Engine, error) {
	db, err := m.database(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	return db.Journal(), nil
}

// database is the engine that nodes share, nil where the journal is a file of the data folder.
func (m *machine) database(ctx context.Context) (*postgres.DB, error) {
	known, err := m.mark()
	if err != nil {
		return nil, err
	}
	if m.globals.Journal == "" {
		if known != nil {
			return nil, fmt.Errorf("%s suit un journal partagé (nœud « %s ») : donnez son adresse par --journal", m.globals.Data, known.Node)
		}
		return nil, nil
	}
	return once(m, &m.db, func() (*postgres.DB, error) {
		if !strings.HasPrefix(m.globals.Journal, "postgres://") && !strings.HasPrefix(m.globals.Journal, "postgresql://") {
			return nil, errors.New("--journal : une adresse postgres://… est attendue")
		}
		name, err := m.nodeName()
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(m.path(store.JournalFile)); err == nil {
			return nil, fmt.Errorf("%s a son propre journal (%s) : « dealmap journal copy » le porte dans le moteur, et range ce fichier avec --retire",
				m.globals.Data, store.JournalFile)
		}
		db, err := postgres.Open(ctx, m.globals.Journal, postgres.Options{Logger: m.globals.logger(m.out.stderr)})
		if err != nil {
			return nil, err
		}
		if err := m.follow(known, mark{Map: db.Map(), Node: name}); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		m.clock.shared.Store(db)
		return db, nil
	})
}

// sharedKey is the purpose of the key that seals what nodes share.
const sharedKey = "shared"

// commonSecrets opens the secrets of a node: a new one brings the installation key from another, unless it is the first.
func (m *machine) commonSecrets(ctx context.Context, db *postgres.DB, path string) (vault *secrets.Secrets, err error) {
	there, err := secrets.Exists(path)
	if err != nil {
		return nil, err
	}
	switch {
	case m.join != "":
		key, err := readKeyFile(m.join)
		if err != nil {
			return nil, err
		}
		vault, err = secrets.OpenWith(path, key)
		if err != nil {
			return nil, err
		}
	case there:
		if vault, err = secrets.OpenExisting(path); err != nil {
			return nil, err
		}
	default:
		founded, err := db.Founded(ctx)
		if err != nil {
			return nil, err
		}
		if founded {
			return nil, errors.New("cette carte a déjà un nœud : écrivez-y la clé d’installation dans un fichier (dealmap node key --out FICHIER), " +
				"apportez-le ici par une voie sûre, et donnez-le au premier démarrage (dealmap serve --join FICHIER)")
		}
		if vault, err = secrets.Open(path); err != nil {
			return nil, err
		}
	}
	table := db.Shared(vault.Key(sharedKey))
	if err = table.Check(ctx); err == nil {
		err = vault.Share(ctx, table, m.globals.logger(m.out.stderr))
	}
	if err != nil {
		return nil, errors.Join(err, vault.Close())
	}
	return vault, nil
}

// follow ties the folder to a map and a name at the first call, and refuses another one later.
func (m *machine) follow(known *mark, now mark) error {
	if known == nil {
		data, err := json.Marshal(now)
		if err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(m.globals.Data, 0o700), wholefile.Write(m.path(nodeFile), wholefile.Bytes(append(data, '\n'))))
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
	if err := ship.CheckNode(name); err != nil {
		return "", fmt.Errorf("--node : %w", err)
	}
	return name, nil
}

// watchPast ends a server whose shared journal is no longer the one that it has followed: what it shows may be of entries that no longer
// are. At its next start the map is made anew from the journal, and held against what was attested.
func watchPast(ctx context.Context, m *machine, failed chan<- error) {
	if m.db == nil {
		return
	}
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
		if err := m.store.Err(); errors.Is(err, postgres.ErrRewritten) {
			failed <- fmt.Errorf("ce nœud s’arrête : %w ; au prochain démarrage la carte est refaite depuis le moteur, et comparée aux attestations", err)
			return
		}
	}
}
