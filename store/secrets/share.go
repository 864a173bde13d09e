package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/shared"
	bolt "go.etcd.io/bbolt"
)

// What is shared. A password's value is a byte that says whether it must be changed, and the hash.
const (
	kindPassword = "password"
	kindToken    = "token"
)

// shareTimeout is how long a write may wait for the common table: longer than a failover of the engine most often takes.
const shareTimeout = 20 * time.Second

// common is what is shared, as the file has it.
type common struct {
	secrets  *Secrets
	table    shared.Table
	follower *shared.Follower
	log      *slog.Logger
}

// Share has passwords and tokens in common with other nodes from now on. It returns when the file holds what they have; when the table is
// away, the file is followed with once it is back. The first node to share puts its own into an empty table; in all others what the table
// does not have is removed. Writes fail as long as the table is away.
func (s *Secrets) Share(ctx context.Context, table shared.Table, logger *slog.Logger) error {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	c := &common{secrets: s, table: table, log: logger}
	c.follower = shared.Follow(table, c, shared.Options{Kinds: []string{kindPassword, kindToken}, Logger: logger})
	if !s.common.CompareAndSwap(nil, c) {
		c.follower.Close()
		return errors.New("secrets are shared already")
	}
	if err := c.follower.CatchUp(ctx); err != nil {
		logger.Warn("passwords and tokens are those of this node until what nodes share can be read", "error", err)
	}
	return nil
}

// Leave makes passwords and tokens those of this file alone again, for a map that is moved off the common table. It changes nothing
// for the other nodes.
func (s *Secrets) Leave() error {
	joined := false
	err := s.view(func(tx *bolt.Tx) error {
		joined = tx.Bucket(bucketKeys).Get(keyJoined) != nil
		return nil
	})
	if err != nil || !joined {
		return err
	}
	return s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketKeys).Delete(keyJoined) })
}

func passwordValue(hash string, once bool) []byte {
	value := []byte{0}
	if once {
		value[0] = 1
	}
	return append(value, hash...)
}

// write keeps a value, on all nodes when it is shared.
func (s *Secrets) write(kind string, key, value []byte) error {
	return s.put(shared.Item{Kind: kind, Key: key, Value: value})
}

func (s *Secrets) remove(kind string, key []byte) error {
	return s.put(shared.Item{Kind: kind, Key: key, Deleted: true})
}

// errAlone is for who would change what other nodes would then put back.
var errAlone = &dealmap.Error{Kind: dealmap.KindUnavailable,
	Message: "comptes et jetons sont partagés avec d’autres nœuds : ils ne changent qu’avec le moteur que ceux-ci suivent (--journal)"}

func (s *Secrets) put(item shared.Item) error {
	c := s.common.Load()
	if c == nil {
		return s.update(func(tx *bolt.Tx) error {
			if tx.Bucket(bucketKeys).Get(keyJoined) != nil {
				return errAlone
			}
			return keep(tx, item.Kind, item.Key, item.Value)
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), shareTimeout)
	defer cancel()
	written, err := c.table.Write(ctx, shared.Write{Items: []shared.Item{item}})
	if err != nil {
		return err
	}
	return c.follower.Own(written, item)
}

// keep writes a value into the file, or removes it when it is nil.
func keep(tx *bolt.Tx, kind string, key, value []byte) error {
	passwords, once, tokens := tx.Bucket(bucketPasswords), tx.Bucket(bucketOnce), tx.Bucket(bucketTokens)
	switch {
	case kind == kindToken && value == nil:
		return tokens.Delete(key)
	case kind == kindToken:
		return tokens.Put(key, value)
	case value == nil:
		return errors.Join(passwords.Delete(key), once.Delete(key))
	case len(value) < 2:
		return fmt.Errorf("%w : mot de passe partagé de %d octets", boltfile.ErrDamaged, len(value))
	case value[0] == 0:
		return errors.Join(passwords.Put(key, value[1:]), once.Delete(key))
	}
	return errors.Join(passwords.Put(key, value[1:]), once.Put(key, []byte{1}))
}

// held returns a value as it is shared, nil when there is none.
func held(tx *bolt.Tx, kind string, key []byte) []byte {
	if kind == kindToken {
		return bytes.Clone(tx.Bucket(bucketTokens).Get(key))
	}
	hash := tx.Bucket(bucketPasswords).Get(key)
	if hash == nil {
		return nil
	}
	return passwordValue(string(hash), tx.Bucket(bucketOnce).Get(key) != nil)
}

// Apply implements shared.Copy.
func (c *common) Apply(changes []shared.Change) error {
	var news []shared.Change
	err := c.secrets.view(func(tx *bolt.Tx) error {
		for _, change := range changes {
			if change.Deleted {
				change.Value = nil
			}
			if change.Key != nil && !bytes.Equal(held(tx, change.Kind, change.Key), change.Value) {
				news = append(news, change)
			}
		}
		return nil
	})
	if err != nil || len(news) == 0 {
		return err
	}
	err = c.secrets.update(func(tx *bolt.Tx) error {
		for _, change := range news {
			if err := keep(tx, change.Kind, change.Key, change.Value); err != nil {
				return err
			}
		}
		return nil
	})
	for _, change := range news {
		if change.Kind == kindPassword && err == nil {
			err = c.secrets.guard.clear(string(change.Key), change.Value == nil || change.Value[0] != 0)
		}
	}
	return err
}

// Keys implements shared.Copy.
func (c *common) Keys(kind string) (keys [][]byte, err error) {
	err = c.secrets.view(func(tx *bolt.Tx) error {
		bucket := map[string][]byte{kindPassword: bucketPasswords, kindToken: bucketTokens}[kind]
		return tx.Bucket(bucket).ForEach(func(k, _ []byte) error {
			keys = append(keys, bytes.Clone(k))
			return nil
		})
	})
	return keys, err
}

// Whole implements shared.Copy.
func (c *common) Whole(ctx context.Context, w *shared.Whole) error {
	joined := false
	var extra []shared.Change
	var own []shared.Item
	for _, kind := range []string{kindPassword, kindToken} {
		keys, err := c.Keys(kind)
		if err != nil {
			return err
		}
		err = c.secrets.view(func(tx *bolt.Tx) error {
			joined = tx.Bucket(bucketKeys).Get(keyJoined) != nil
			for _, key := range keys {
				if !w.Has(kind, key) {
					extra = append(extra, shared.Change{Kind: kind, Key: key, Deleted: true})
					own = append(own, shared.Item{Kind: kind, Key: key, Value: held(tx, kind, key)})
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	switch {
	case len(extra) == 0:
	case w.Rows == 0 && !joined:
		// Another node may do the same at the same time: what it put there stays. Whoever changes a password waits for this.
		ctx, cancel := context.WithTimeout(ctx, shareTimeout)
		defer cancel()
		if _, err := c.table.Write(ctx, shared.Write{Rule: shared.UnlessNewer, Items: own}); err != nil {
			return err
		}
		c.log.Info("passwords and tokens of this node are shared now", "count", len(own))
	default:
		c.log.Warn("passwords and tokens of this node that other nodes do not have are removed", "count", len(extra))
		if err := c.Apply(extra); err != nil {
			return err
		}
	}
	if joined {
		return nil
	}
	return c.secrets.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketKeys).Put(keyJoined, []byte{1}) })
}
