package addresses

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// flush writes what waits, in one transaction, as parts that nobody sees yet.
func (w *writer) flush(ctx context.Context) error {
	if len(w.order) == 0 {
		return nil
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	f, err := newFlusher(ctx, tx, &w.words)
	if err != nil {
		return err
	}
	for _, e := range w.order {
		if err := f.write(ctx, w, e); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	clear(w.pending)
	w.order, w.waiting = w.order[:0], 0
	return nil
}

// flusher holds the statements of one transaction.
type flusher struct {
	find, grow, street, index, part, name, postcode, typo *sql.Stmt
	words                                                 *vocabulary
}

func newFlusher(ctx context.Context, tx *sql.Tx, words *vocabulary) (*flusher, error) {
	f := &flusher{words: words}
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&f.find, `SELECT id FROM streets WHERE part = ? AND hash = ?`},
		{&f.grow, `UPDATE streets SET points = CAST(points || ? AS BLOB) WHERE id = ?`},
		{&f.street, `INSERT INTO streets (part, hash, place, name, alias, key, postcode, city, points) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&f.index, `INSERT INTO words (rowid, name, place) VALUES (?, ?, ?)`},
		{&f.part, `INSERT INTO parts (batch, departement, commune, layer) VALUES (?, ?, ?, ?)`},
		{&f.name, `INSERT OR IGNORE INTO names (name, place) VALUES (?, ?)`},
		{&f.postcode, `INSERT OR IGNORE INTO postcodes (postcode, commune) VALUES (?, ?)`},
		{&f.typo, `INSERT OR IGNORE INTO typos (short, word) VALUES (?, ?)`},
	} {
		var err error
		if *s.into, err = tx.PrepareContext(ctx, s.query); err != nil { // closed with the transaction
			return nil, err
		}
	}
	return f, nil
}

func (f *flusher) write(ctx context.Context, w *writer, e *entry) error {
	if e.part.id == 0 {
		done, err := f.part.ExecContext(ctx, w.batch, departementOf(e.commune), e.commune, string(w.layout.layer))
		if err != nil {
			return err
		}
		if e.part.id, err = done.LastInsertId(); err != nil {
			return err
		}
	}
	hash := e.hash()
	var id int64
	err := f.find.QueryRowContext(ctx, e.part.id, hash).Scan(&id)
	if err == nil {
		_, err := f.grow.ExecContext(ctx, e.points, id)
		return err
	} else if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	main := nameOf(e.name)
	all := main.all()
	if e.alias != "" {
		all = append(all[:len(all):len(all)], nameOf(e.alias).all()...)
	}
	done, err := f.street.ExecContext(ctx, e.part.id, hash, e.isPlace, e.name, e.alias, main.key(), e.postcode, e.city, e.points)
	if err != nil {
		return err
	}
	if id, err = done.LastInsertId(); err != nil {
		return err
	}
	if _, err := f.index.ExecContext(ctx, id, strings.Join(all, " "), e.tokens()); err != nil {
		return err
	}
	if !e.isPlace {
		e.part.streets++
	}
	for _, word := range all {
		if err := f.learn(ctx, word); err != nil {
			return err
		}
	}
	return f.commune(ctx, e)
}

// commune learns by which names and postcodes the commune of an entry is known.
func (f *flusher) commune(ctx context.Context, e *entry) error {
	code := "c" + strings.ToLower(e.commune)
	for _, n := range []struct{ name, place string }{{e.city, code}, {e.postal, code}, {e.formerCity, "c" + strings.ToLower(e.former)}} {
		known := communeName(n.name)
		if known == "" || n.place == "c" || !f.words.fresh(known+"\x00"+n.place) {
			continue
		}
		// "Marseille" is all of it, "Marseille 8e" one arrondissement.
		names := []struct{ name, place string }{{known, n.place}}
		if city := cityOf(e.commune); city != "" && n.place == code {
			base := strings.TrimRight(known, " 0123456789")
			names = append(names, struct{ name, place string }{base, "c" + city})
			if base == known {
				names = names[1:]
			}
		}
		for _, n := range names {
			if _, err := f.name.ExecContext(ctx, n.name, n.place); err != nil {
				return err
			}
			if err := f.learn(ctx, n.name); err != nil {
				return err
			}
		}
	}
	if e.postcode == "" || !f.words.fresh(e.postcode+"\x00"+code) {
		return nil
	}
	_, err := f.postcode.ExecContext(ctx, e.postcode, code)
	return err
}

// learn makes a word findable when one of its letters is wrong, missing, too many or swapped with the next.
func (f *flusher) learn(ctx context.Context, word string) error {
	if len(word) < minTypo || digits(word) || !f.words.fresh(word) {
		return nil
	}
	for _, short := range shortened(word) {
		if _, err := f.typo.ExecContext(ctx, short, word); err != nil {
			return err
		}
	}
	return nil
}
