package web

import "strings"

// gpkgTypes are the types of columns in SQL that GeoPackage knows.
var gpkgTypes = map[columnKind]string{
	columnText: "TEXT", columnWhole: "INTEGER", columnNumber: "DOUBLE", columnYesNo: "BOOLEAN", columnDay: "DATE", columnMoment: "DATETIME",
}

// wgs84 is the definition of EPSG:4326 in WKT 1, as GeoPackage asks for.
const wgs84 = `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],` +
	`PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],` +
	`AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]`

// gpkgTables are the tables of every GeoPackage and of the extensions that this one uses, with the name of its layer in the place of
// %layer%; layer_styles is that of QGIS.
const gpkgTables = `
CREATE TABLE gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
	definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
	table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
	srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
	table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
	CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
	CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
	table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
	CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
	id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
	mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
	reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
	timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
	CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
	CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
	id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
	f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
	update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_extensions VALUES
	('%layer%', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'),
	('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'),
	('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write');
CREATE VIRTUAL TABLE rtree_%layer%_geom USING rtree(id, minx, maxx, miny, maxy);
`

// gpkgTriggers keep the spatial index when someone edits the layer. They call functions that GIS programs add to SQLite, so they
// come after the rows. The texts are those of the standard (annex F.3, as of version 1.3), which readers compare.
const gpkgTriggers = `
CREATE TRIGGER rtree_%layer%_geom_insert AFTER INSERT ON %layer%
	WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	INSERT OR REPLACE INTO rtree_%layer%_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_%layer%_geom_update1 AFTER UPDATE OF geom ON %layer%
	WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	INSERT OR REPLACE INTO rtree_%layer%_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_%layer%_geom_update2 AFTER UPDATE OF geom ON %layer%
	WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM rtree_%layer%_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_%layer%_geom_update3 AFTER UPDATE ON %layer%
	WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM rtree_%layer%_geom WHERE id = OLD.fid;
	INSERT OR REPLACE INTO rtree_%layer%_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_%layer%_geom_update4 AFTER UPDATE ON %layer%
	WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM rtree_%layer%_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_%layer%_geom_delete AFTER DELETE ON %layer%
	WHEN old.geom NOT NULL
BEGIN
	DELETE FROM rtree_%layer%_geom WHERE id = OLD.fid;
END;
`

// makeTables makes every table, and fills all but that of the places.
func (g *gpkgExport) makeTables() error {
	about := g.e.about()
	layer := strings.Builder{}
	layer.WriteString("CREATE TABLE " + about.table + " (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT")
	for _, column := range exportColumns {
		layer.WriteString(", " + column.name + " " + gpkgTypes[column.kind])
	}
	layer.WriteString(")")
	at := gpkgTime(g.e.at)
	style := gpkgStyle(about.table)
	metadata, err := g.metadata()
	if err != nil {
		return err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{g.named(gpkgTables), nil},
		{layer.String(), nil},
		{`INSERT INTO gpkg_spatial_ref_sys VALUES
			('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
			('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
			('WGS 84 geodetic', 4326, 'EPSG', 4326, ?, 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid')`, []any{wgs84}},
		{`INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) VALUES
			(?, 'features', ?, ?, ?, 4326), ('layer_styles', 'attributes', 'layer_styles', '', ?, NULL)`,
			[]any{about.table, about.title, restricted + ". " + g.e.inWords(), at, at}},
		{`INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', 4326, 0, 0)`, []any{about.table}},
		{`INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'http://mrcc.com/qgis.dtd', 'text/xml', ?)`, []any{metadata}},
		{`INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL), ('table', ?, NULL, NULL, ?, 1, NULL)`,
			[]any{at, about.table, at}},
		{`INSERT INTO layer_styles VALUES (1, '', '', ?, 'geom', 'Statut', ?, ?, 1, ?, '', '', ?)`,
			[]any{about.table, style.qml, style.sld, about.title + " par statut", at}},
	} {
		if _, err := g.tx.ExecContext(alone, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// named is a text of SQL with the name of the layer.
func (g *gpkgExport) named(sql string) string {
	return strings.ReplaceAll(sql, "%layer%", g.e.about().table)
}

func (g *gpkgExport) makeTriggers() error {
	_, err := g.tx.ExecContext(alone, g.named(gpkgTriggers))
	return err
}

// writeExtent says where the places lie; an empty layer lies nowhere.
func (g *gpkgExport) writeExtent() error {
	if !g.drawn {
		return nil
	}
	_, err := g.tx.ExecContext(alone, "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
		g.bound.Min[0], g.bound.Min[1], g.bound.Max[0], g.bound.Max[1], g.e.about().table)
	return err
}
