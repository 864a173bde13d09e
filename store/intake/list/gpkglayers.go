package list

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// layer is a table that a GeoPackage lists.
type layer struct {
	name, geometry string
	epsg           int
	system         string // what the file says of a system that is not known
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
