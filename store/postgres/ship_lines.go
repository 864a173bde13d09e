package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// getLines and getBytes bound what one query of lines returns.
	getLines = 2048
	getBytes = 4 << 20
	// eraseLines is how many lines one transaction erases.
	eraseLines = 8192
)

// Put implements ship.Engine.
func (c *Consultations) Put(ctx context.Context, node string, after int64, before tlog.Hash, lines []ship.Line) error {
	if err := ship.CheckNode(node); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	put := func() error {
		return pgx.BeginFunc(ctx, c.db.pool, func(tx pgx.Tx) error { return c.put(ctx, tx, node, after, before, lines) })
	}
	err := put()
	if taken(err) { // somebody else has written meanwhile: what they wrote is compared
		err = put()
	}
	if err != nil {
		return fmt.Errorf("lines %d to %d of the consultation log of %s: %w", after+1, after+int64(len(lines)), node, explain(err))
	}
	return nil
}

func (c *Consultations) put(ctx context.Context, tx pgx.Tx, node string, after int64, before tlog.Hash, lines []ship.Line) error {
	there, err := leaves(ctx, tx, node, after, after+int64(len(lines)))
	if err != nil {
		return err
	}
	if after > 0 {
		if len(there) == 0 || there[0].line != after {
			return ship.ErrGap
		}
		if there[0].leaf != before {
			return &ship.LineError{Node: node, Line: after, Err: ship.ErrOther}
		}
		there = there[1:]
	}
	for i, l := range there {
		switch n := after + int64(i) + 1; {
		case l.line != n:
			return ship.ErrGap
		case l.leaf != lines[i].Leaf:
			return &ship.LineError{Node: node, Line: n, Err: ship.ErrOther}
		}
	}
	first := after + int64(len(there)) + 1
	if lines = lines[len(there):]; len(lines) == 0 {
		return nil
	}
	if first == 1 {
		if _, err := tx.Exec(ctx, "INSERT INTO dealmap_consultation_node (node) VALUES ($1) ON CONFLICT DO NOTHING", node); err != nil {
			return err
		}
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"dealmap_consultation"}, []string{"node", "line", "leaf", "data"},
		pgx.CopyFromSlice(len(lines), func(i int) ([]any, error) {
			n := first + int64(i)
			return []any{node, n, lines[i].Leaf[:], c.seal(node, n, lines[i].Data)}, nil
		}))
	return err
}

// leaf is a line without what it says.
type leaf struct {
	line int64
	leaf tlog.Hash
}

func leaves(ctx context.Context, tx pgx.Tx, node string, from, to int64) ([]leaf, error) {
	rows, err := tx.Query(ctx, "SELECT line, leaf FROM dealmap_consultation WHERE node = $1 AND line BETWEEN $2 AND $3 ORDER BY line", node, from, to)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (l leaf, err error) {
		var hash []byte
		if err = row.Scan(&l.line, &hash); err == nil {
			l.leaf = tlog.Hash(hashOf(hash))
		}
		return l, err
	})
}

// get reads lines, but for the first none that begins behind so many bytes, and up to where content is erased.
const get = `SELECT l.line, l.leaf, l.data, n.erased FROM (
		SELECT line, leaf, data, sum(octet_length(data)) OVER (ORDER BY line) - octet_length(data) AS before
		FROM dealmap_consultation WHERE node = $1 AND line > $2 ORDER BY line LIMIT $3) AS l
	JOIN dealmap_consultation_node AS n ON n.node = $1
	WHERE COALESCE(l.before, 0) < $4 ORDER BY l.line`

// Get implements ship.Engine.
func (c *Consultations) Get(ctx context.Context, node string, after int64) (lines []ship.Line, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	rows, err := c.db.pool.Query(ctx, get, node, after, getLines, getBytes)
	if err != nil {
		return nil, fmt.Errorf("consultation log of %s after line %d: %w", node, after, explain(err))
	}
	var n, erased int64
	var hash, sealed []byte
	var wrong error
	_, err = pgx.ForEachRow(rows, []any{&n, &hash, &sealed, &erased}, func() error {
		if wrong != nil {
			return nil
		}
		line := ship.Line{Leaf: tlog.Hash(hashOf(hash))}
		next := after + int64(len(lines)) + 1
		if line.Data, wrong = c.open(node, n, next, sealed, erased); wrong == nil {
			wrong = line.Check()
		}
		if wrong != nil {
			wrong = &ship.LineError{Node: node, Line: next, Err: wrong}
			return nil
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("consultation log of %s after line %d: %w", node, after, explain(err))
	}
	return lines, wrong
}

// open returns what a line says, nil when it is erased.
func (c *Consultations) open(node string, n, want int64, sealed []byte, erased int64) ([]byte, error) {
	switch {
	case n != want:
		return nil, ship.ErrMissing
	case n <= erased:
		return nil, nil
	case sealed == nil:
		return nil, fmt.Errorf("son contenu manque : %w", ship.ErrChanged)
	}
	data, err := c.unseal(node, n, sealed)
	if err != nil {
		return nil, ship.ErrChanged
	}
	return data, nil
}

// Erase implements ship.Engine. What is freed is overwritten by what is written next; archives of the server's log and its base backups keep it until
// they expire.
func (c *Consultations) Erase(ctx context.Context, node string, through int64) error {
	for more := true; more; {
		var err error
		if more, err = c.eraseSome(ctx, node, through); err != nil {
			return fmt.Errorf("erase the consultation log of %s up to line %d: %w", node, through, explain(err))
		}
	}
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	if _, err := c.db.pool.Exec(ctx, "VACUUM dealmap_consultation"); err != nil {
		c.db.log.Warn("erased lines of the consultation log stay in free parts of the table until the server clears them", "error", err)
	}
	return nil
}

func (c *Consultations) eraseSome(ctx context.Context, node string, through int64) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	err = pgx.BeginFunc(ctx, c.db.pool, func(tx pgx.Tx) error {
		var erased int64
		if err := tx.QueryRow(ctx, "SELECT erased FROM dealmap_consultation_node WHERE node = $1 FOR UPDATE", node).Scan(&erased); err != nil {
			return err
		}
		to := min(erased+eraseLines, through)
		if more = to < through; to <= erased {
			return nil
		}
		if _, err := tx.Exec(ctx, "UPDATE dealmap_consultation SET data = NULL WHERE node = $1 AND line > $2 AND line <= $3", node, erased, to); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE dealmap_consultation_node SET erased = $2 WHERE node = $1", node, to)
		return err
	})
	return more, err
}
