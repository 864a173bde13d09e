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
	"strings"
	"time"

	"modernc.org/sqlite"
)

// sqliteTime bounds each question to a GeoPackage but the reading of its rows, which are checked one by one.
const sqliteTime = 20 * time.Second

var errTornPackage = errors.New("le GeoPackage est abîmé ou tronqué : envoyez-le de nouveau, ou enregistrez la couche en GeoJSON")

// layer is a table that a GeoPackage lists.
type layer struct {
	name, geometry string
	epsg           int
	system         string // what the file says of a system that is not known
}

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

// layers lists the tables of features and attributes, features first. Views are left out: what they would compute is the
// file's own program.
func (s *gpkgSource) layers(ctx context.Context) ([]layer, error) {
	var tables int
	if err := s.conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'gpkg_contents'`).Scan(&tables); err != nil {
		return nil, errTornPackage
	}
	if tables == 0 {
		return nil, errors.New("c’est une base SQLite mais pas un GeoPackage : enregistrez la liste en GeoPackage, en XLSX ou en CSV")
	}
	for _, name := range []string{"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} {
		var other int
		if err := s.conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = ? AND (type <> 'table' OR sql LIKE 'create virtual%')`, name).Scan(&other); err != nil || other > 0 {
			return nil, errTornPackage
		}
	}
	list := func(from string) ([]layer, error) {
		rows, err := s.conn.QueryContext(ctx, from)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var layers []layer
		for rows.Next() && len(layers) < maxColumns {
			var l layer
			var geometry, organisation, definition, name sql.NullString
			var code sql.NullInt64
			if err := rows.Scan(&l.name, &geometry, &organisation, &code, &definition, &name); err != nil {
				return nil, err
			}
			l.geometry = geometry.String
			if geometry.String != "" {
				l.epsg = systemOf(organisation.String, code.Int64, definition.String)
				if l.epsg == 0 && code.Int64 > 0 {
					l.system = name.String
				}
			}
			layers = append(layers, l)
		}
		return layers, rows.Err()
	}
	layers, err := list(`SELECT +c.table_name, +g.column_name, +r.organization, +r.organization_coordsys_id, +r.definition, +r.srs_name
		FROM gpkg_contents c
		JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table' AND m.sql NOT LIKE 'create virtual%'
		JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		LEFT JOIN gpkg_spatial_ref_sys r ON r.srs_id = g.srs_id
		WHERE c.data_type = 'features'`)
	if err != nil && !strings.Contains(err.Error(), "no such table") {
		return nil, errTornPackage
	}
	attributes, err := list(`SELECT +c.table_name, NULL, NULL, NULL, NULL, NULL
		FROM gpkg_contents c
		JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table' AND m.sql NOT LIKE 'create virtual%'
		WHERE c.data_type = 'attributes' AND c.table_name <> 'layer_styles'`)
	if err != nil {
		return nil, errTornPackage
	}
	if layers = append(layers, attributes...); len(layers) == 0 {
		return nil, errors.New("le GeoPackage n’a aucune couche d’objets : exportez-y la couche, par exemple avec QGIS")
	}
	return layers, nil
}

// systemOf is the EPSG code of a row of gpkg_spatial_ref_sys.
func systemOf(organisation string, code int64, definition string) int {
	if strings.EqualFold(organisation, "EPSG") && code > 0 && code < 1<<20 {
		return int(code)
	}
	return epsgOf(definition)
}

// query begins to read a table.
func (s *gpkgSource) query(ctx context.Context, l layer) (header, computed []string, err error) {
	info, err := s.conn.QueryContext(ctx, `SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)`, l.name)
	if err != nil {
		return nil, nil, errTornPackage
	}
	defer info.Close()
	var chosen []string
	taken := map[string]bool{}
	for info.Next() {
		var name, kind string
		var key, hidden int
		if err := info.Scan(&name, &kind, &key, &hidden); err != nil {
			return nil, nil, errTornPackage
		}
		taken[strings.ToLower(name)] = true
		switch {
		case strings.EqualFold(name, l.geometry):
		case hidden != 0:
			computed = append(computed, name)
		default:
			header = append(header, name)
			// The sign keeps the driver from turning texts of declared dates into times.
			chosen = append(chosen, "+"+identifier(name))
			s.columns = append(s.columns, gpkgColumn{name, strings.EqualFold(kind, "BOOLEAN")})
		}
	}
	if info.Err() != nil {
		return nil, nil, errTornPackage
	}
	if len(header) > maxColumns {
		return nil, nil, fmt.Errorf("%d colonnes, %d au plus : gardez les colonnes utiles", len(header), maxColumns)
	}
	number := ""
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !taken[name] {
			number = name
		}
	}
	if number == "" {
		return nil, nil, errTornPackage
	}
	if l.geometry != "" {
		if !taken[strings.ToLower(l.geometry)] {
			return nil, nil, errTornPackage
		}
		s.geometry = true
		chosen = append(chosen, "+"+identifier(l.geometry))
		header = append(header, GeometryX, GeometryY)
	}
	var total sql.NullInt64
	if err := s.conn.QueryRowContext(ctx, `SELECT max(`+number+`) FROM `+identifier(l.name)).Scan(&total); err != nil {
		return nil, nil, errTornPackage
	}
	s.total = total.Int64
	reading, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	// Not by an index, so that numbers must grow: a file whose pages point back to each other has no end otherwise.
	s.rows, err = s.conn.QueryContext(reading, `SELECT `+strings.Join(append([]string{number}, chosen...), ", ")+` FROM `+identifier(l.name)+` NOT INDEXED`)
	if err != nil {
		return nil, nil, errTornPackage
	}
	s.values = make([]any, len(chosen)+1)
	return header, computed, nil
}

// identifier quotes a name for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

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
		return fmt.Sprint(v), nil
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
