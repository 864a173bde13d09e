package addresses

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// writer is one import under way.
type writer struct {
	layout layout
	lock   *sql.DB // held from beginning to end
	db     *sql.DB
	batch  int64

	parts   map[string]*part  // by commune
	pending map[string]*entry // by what makes a street one; written in the order of order
	order   []*entry
	waiting int // points in pending
	most    int // that may wait
	words   vocabulary
}

// part counts what an import brings for one commune.
type part struct {
	id                         int64
	addresses, streets, places int
}

// entry is a street or place that waits to be written.
type entry struct {
	row
	part    *part
	isPlace bool
	points  []byte
	count   int
}

// maxPoints is the most positions of one street; the longest of France have about 2,000 numbers.
const maxPoints = 20_000

// newWriter takes the lock and clears what an interrupted import left behind.
func (g *Gazetteer) newWriter(ctx context.Context) (*writer, error) {
	w := &writer{most: g.pending, parts: map[string]*part{}, pending: map[string]*entry{}}
	if err := w.open(ctx, g.path); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *writer) open(ctx context.Context, path string) (err error) {
	// An empty database of its own is a lock that every system has and that ends with its process.
	if w.lock, err = connect(path+".lock", "busy_timeout(0)"); err != nil {
		return err
	}
	w.lock.SetMaxOpenConns(1)
	if _, err := w.lock.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_BUSY {
			return ErrBusy
		}
		return err
	}
	if w.db, err = connect(path, patience, "synchronous(NORMAL)", "cache_size(-64000)", "temp_store(MEMORY)"); err != nil {
		return err
	}
	w.db.SetMaxOpenConns(1)
	if err := prepare(ctx, w.db); err != nil { // the file may have been removed since it was opened
		return err
	}
	if err := w.sweep(ctx); err != nil {
		return err
	}
	return w.db.QueryRowContext(ctx, "SELECT coalesce(max(batch), 0) + 1 FROM parts").Scan(&w.batch)
}

func (w *writer) close() error {
	var errs []error
	for _, db := range []*sql.DB{w.db, w.lock} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// add takes a row in; what waits is written when it is enough.
func (w *writer) add(ctx context.Context, r row) error {
	p := w.parts[r.commune]
	if p == nil {
		p = &part{}
		w.parts[strings.Clone(r.commune)] = p
	}
	place := w.layout.layer == layerPlaces
	if err := w.put(p, r, r.name, place); err != nil {
		return err
	}
	if place {
		p.places++
	} else {
		p.addresses++
	}
	if r.place != "" && r.place != r.name && len(words(r.place)) > 0 {
		r.alias = ""
		// A hamlet with too many houses is no reason to refuse the house.
		if err := w.put(p, r, r.place, true); err != nil && !errors.As(err, new(badLine)) {
			return err
		}
	}
	if w.waiting >= w.most {
		return w.flush(ctx)
	}
	return nil
}

// put adds a position to a street or a place.
func (w *writer) put(p *part, r row, name string, isPlace bool) error {
	kind := "\x00v\x00"
	if isPlace {
		kind = "\x00l\x00"
	}
	key := r.commune + kind + r.former + "\x00" + r.postcode + "\x00" + name
	e := w.pending[key]
	if e == nil {
		r.name = name
		e = &entry{row: r.kept(), part: p, isPlace: isPlace}
		w.pending[strings.Clone(key)] = e
		w.order = append(w.order, e)
		w.waiting += 4 // a street weighs more than a number
	}
	if e.count >= maxPoints {
		return badLine{fmt.Sprintf("« %s » a plus de %d numéros", clip(name), maxPoints)}
	}
	e.points = appendPoint(e.points, r.point)
	e.count++
	w.waiting++
	return nil
}

// kept is a row that does not hold on to the line that it was read from.
func (r row) kept() row {
	for _, s := range []*string{&r.name, &r.alias, &r.place, &r.commune, &r.city, &r.former, &r.formerCity, &r.postcode, &r.postal} {
		*s = strings.Clone(*s)
	}
	return r
}

// hash tells the streets of a part apart: two of them share it once in 2^64.
func (e *entry) hash() int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%t\x00%s\x00%s\x00%s", e.isPlace, e.former, e.postcode, e.name)
	return int64(h.Sum64())
}

// tokens are the words by which the index narrows a search: "c13055" the commune, "p13008" the postcode, "d13" the département.
func (e *entry) tokens() string {
	tokens := []string{"c" + strings.ToLower(e.commune), "d" + strings.ToLower(departementOf(e.commune)), "p" + cmp.Or(e.postcode, "0")}
	if city := cityOf(e.commune); city != "" {
		tokens = append(tokens, "c"+city)
	}
	if e.former != "" && e.former != e.commune {
		tokens = append(tokens, "c"+strings.ToLower(e.former))
	}
	return strings.Join(tokens, " ")
}
