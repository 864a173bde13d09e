package list

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"modernc.org/sqlite"
)

// sqliteTime bounds each question to a GeoPackage but the reading of its rows, which are checked one by one.
const sqliteTime = 20 * time.Second

var errTornPackage = errors.New("le GeoPackage est abîmé ou tronqué : envoyez-le de nouveau, ou enregistrez la couche en GeoJSON")

// gpkgSource reads the rows of one table.
type gpkgSource struct {
	in       input
	db       *sql.DB
	conn     *sql.Conn
	cancel   context.CancelFunc
	rows     *sql.Rows
	values   []any // row number, columns, geometry
	columns  []gpkgColumn
	geometry bool

	number      int
	last, total int64
	places      places
	blobs       int
}

type gpkgColumn struct {
	name    string
	boolean bool
}

func (in input) openGeoPackage() (opened, error) {
	if err := in.checkPages(); err != nil {
		return opened{}, err
	}
	path, err := filepath.Abs(in.path)
	if err != nil {
		return opened{}, fmt.Errorf("le GeoPackage ne s’ouvre pas : %w", err)
	}
	// Immutable: no journal or lock file is looked for beside the list, and nothing is ever written. A schema that is not
	// trusted may call no function with effects.
	query := url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": {"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "temp_store(2)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String())
	if err != nil {
		return opened{}, fmt.Errorf("le GeoPackage ne s’ouvre pas : %w", err)
	}
	s := &gpkgSource{in: in, db: db}
	found, err := s.open()
	if err != nil {
		s.in.file = nil // the caller closes it
		s.close()
		return opened{}, err
	}
	return found, nil
}

// checkPages compares the size that the header of an SQLite file tells with the file's own.
func (in input) checkPages() error {
	if len(in.head) < 100 {
		return errTornPackage
	}
	page := int64(binary.BigEndian.Uint16(in.head[16:]))
	if page == 1 {
		page = 65536
	}
	pages := int64(binary.BigEndian.Uint32(in.head[28:]))
	// The count is valid only where the two counters of changes agree.
	if string(in.head[24:28]) == string(in.head[92:96]) && pages*page > in.size {
		return errTornPackage
	}
	return nil
}

func (s *gpkgSource) open() (opened, error) {
	ctx, cancel := context.WithTimeout(context.Background(), sqliteTime)
	defer cancel()
	var err error
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return opened{}, errTornPackage
	}
	const limitLength, limitAttached = 0, 7
	for id, most := range map[int]int{limitLength: maxFeature, limitAttached: 0} {
		if _, err := sqlite.Limit(s.conn, id, most); err != nil {
			return opened{}, fmt.Errorf("le GeoPackage ne s’ouvre pas : %w", err)
		}
	}
	layers, err := s.layers(ctx)
	if err != nil {
		return opened{}, err
	}
	f := Findings{Options: Options{Format: GeoPackage}}
	var names []string
	for _, l := range layers {
		names = append(names, l.name)
	}
	at := 0
	if s.in.options.Sheet != "" {
		if at = slices.Index(names, s.in.options.Sheet); at < 0 {
			return opened{}, fmt.Errorf("le GeoPackage n’a pas de couche « %s » ; il a %s", clip(s.in.options.Sheet), quoted(names))
		}
	}
	chosen := layers[at]
	f.Sheet, f.EPSG = chosen.name, chosen.epsg
	if len(names) > 1 {
		f.Sheets = names
		if s.in.options.Sheet == "" {
			f.Notes = append(f.Notes, fmt.Sprintf("Le GeoPackage a %d couches ; celle qui est lue est « %s ».", len(names), clip(f.Sheet)))
		}
	}
	if chosen.system != "" {
		f.Notes = append(f.Notes, fmt.Sprintf("Le système de coordonnées « %s » n’est pas reconnu : indiquez-le.", clip(chosen.system)))
	}
	header, computed, err := s.query(ctx, chosen)
	if err != nil {
		return opened{}, err
	}
	if len(computed) > 0 {
		f.Notes = append(f.Notes, "Des colonnes calculées ne sont pas lues : "+quoted(computed)+".")
	}
	return opened{source: s, findings: f, header: header}, nil
}

func (s *gpkgSource) next() (Row, error) {
	if !s.rows.Next() {
		if s.rows.Err() != nil {
			return Row{}, fmt.Errorf("après %s, %w", plural(s.number, "ligne", "lignes"), errTornPackage)
		}
		s.last = s.total
		return Row{}, io.EOF
	}
	targets := make([]any, len(s.values))
	for i := range s.values {
		targets[i] = &s.values[i]
	}
	if err := s.rows.Scan(targets...); err != nil {
		return Row{}, fmt.Errorf("lecture du GeoPackage : %w", err)
	}
	id, ok := s.values[0].(int64)
	if !ok || s.number > 0 && id <= s.last {
		return Row{}, fmt.Errorf("après %s, %w", plural(s.number, "ligne", "lignes"), errTornPackage)
	}
	s.number++
	s.last = id
	row := Row{Line: s.number, Cells: make([]string, 0, len(s.columns)+2)}
	for i, c := range s.columns {
		text, err := c.text(s.values[i+1])
		if err != nil {
			s.blobs++
		}
		row.Cells = append(row.Cells, text)
	}
	if !s.geometry {
		return row, nil
	}
	var f figure
	if value := s.values[len(s.values)-1]; value != nil {
		if blob, ok := value.([]byte); !ok || !addGeoPackage(&f, blob) {
			return Row{}, &RowError{Line: s.number, Column: GeometryX, Reason: "géométrie illisible"}
		}
	}
	x, y := s.places.cells(&f)
	row.Cells = append(row.Cells, x, y)
	return row, nil
}

var errBlob = errors.New("blob")

// text writes a value as a cell; bytes have no text.
func (c gpkgColumn) text(v driver.Value) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case int64:
		if c.boolean && (v == 0 || v == 1) {
			return truth(v == 1), nil
		}
		return strconv.FormatInt(v, 10), nil
	case float64:
		return decimal(v), nil
	case string:
		return v, nil
	default:
		return "", errBlob
	}
}

func (s *gpkgSource) progress() (done, total int64) { return max(0, s.last), max(0, s.total) }

func (s *gpkgSource) notes() []string {
	notes := s.places.notes()
	if s.blobs > 0 {
		notes = append(notes, plural(s.blobs, "cellule contient des octets (une image ?) et n’est pas lue.", "cellules contiennent des octets (des images ?) et ne sont pas lues."))
	}
	return notes
}

func (s *gpkgSource) close() error {
	if s.rows != nil {
		s.rows.Close()
	}
	if s.cancel != nil {
		s.cancel()
	}
	if s.conn != nil {
		s.conn.Close()
	}
	err := s.db.Close()
	if s.in.file != nil {
		err = errors.Join(err, s.in.file.Close())
	}
	return err
}
