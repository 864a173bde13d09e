package web

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // the driver
)

// gpkgExport writes a GeoPackage (OGC 12-128r18, version 1.3): one layer of points with its spatial index, its style for QGIS and
// metadata that say whose file it is. A database cannot be sent as it is made: it grows in a temporary file of its owner's alone,
// and is sent once it is whole.
type gpkgExport struct {
	to     *delivery
	s      *Server
	e      *export
	file   *os.File
	db     *sql.DB
	tx     *sql.Tx
	insert *sql.Stmt
	index  *sql.Stmt
	row    int64
	bound  orb.Bound
	drawn  bool // that the bound holds anything
}

func newGeoPackageExport(to *delivery, s *Server, e *export) *gpkgExport {
	return &gpkgExport{to: to, s: s, e: e}
}

// alone is the context of the database: whether the reader is still there is asked between places.
var alone = context.Background()

func (g *gpkgExport) begin() error {
	if err := firstError(g.open, g.makeTables, g.prepare); err != nil {
		return fmt.Errorf("export: geopackage: %w", err)
	}
	return nil
}

// open makes the temporary file, which only this process can reach from then on: its name is gone as soon as the database has
// opened it, so that not even a crash leaves it behind. (Where an open file keeps its name, it goes with Close.)
func (g *gpkgExport) open() (err error) {
	if g.file, err = os.CreateTemp("", "dealmap-*.gpkg"); err != nil {
		return err
	}
	if g.db, err = sql.Open("sqlite", g.file.Name()); err != nil {
		return err
	}
	g.db.SetMaxOpenConns(1)
	// Half a file is thrown away, never mended: neither a journal nor the disk needs to be waited for.
	for _, pragma := range []string{
		"journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "temp_store = MEMORY", "cache_size = -8000",
		"application_id = 0x47504B47", "user_version = 10300",
	} {
		if _, err := g.db.ExecContext(alone, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	_ = os.Remove(g.file.Name())
	g.tx, err = g.db.BeginTx(alone, nil)
	return err
}

func (g *gpkgExport) prepare() (err error) {
	names := "geom"
	for _, column := range exportColumns {
		names += ", " + column.name
	}
	if g.insert, err = g.tx.PrepareContext(alone, "INSERT INTO "+g.e.about().table+" ("+names+") VALUES (?"+strings.Repeat(", ?", len(exportColumns))+")"); err != nil {
		return err
	}
	g.index, err = g.tx.PrepareContext(alone, "INSERT INTO rtree_"+g.e.about().table+"_geom VALUES (?, ?, ?, ?, ?)")
	return err
}

func (g *gpkgExport) place(p dealmap.Sight) error {
	row := make([]any, 0, len(exportColumns)+1)
	at, drawn := p.Position()
	if drawn {
		row = append(row, pointBlob(at))
	} else {
		row = append(row, nil)
	}
	for _, cell := range g.s.exportRow(g.e, p) {
		switch value := cell.(type) {
		case bool:
			cell = 0
			if value {
				cell = 1
			}
		case dealmap.Date:
			cell = value.String()
		case time.Time:
			cell = gpkgTime(value)
		}
		row = append(row, cell)
	}
	g.row++
	if _, err := g.insert.ExecContext(alone, row...); err != nil {
		return fmt.Errorf("export: geopackage: place %d: %w", g.row, err)
	}
	if !drawn {
		return nil
	}
	if !g.drawn {
		g.bound, g.drawn = at.Bound(), true
	}
	g.bound = g.bound.Extend(at)
	if _, err := g.index.ExecContext(alone, g.row, at[0], at[0], at[1], at[1]); err != nil {
		return fmt.Errorf("export: geopackage: place %d: %w", g.row, err)
	}
	return nil
}

// end finishes the database and sends it.
func (g *gpkgExport) end() error {
	if err := firstError(g.makeTriggers, g.writeExtent, g.tx.Commit, g.db.Close); err != nil {
		return fmt.Errorf("export: geopackage: %w", err)
	}
	size, err := g.file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("export: geopackage: %w", err)
	}
	g.to.size(size)
	// Through a plain writer: a file must not go past the delivery's checks.
	if _, err := io.CopyBuffer(struct{ io.Writer }{g.to}, io.NewSectionReader(g.file, 0, size), make([]byte, 64<<10)); err != nil {
		return fmt.Errorf("export: geopackage: %w", err)
	}
	return nil
}

// Close deletes the temporary file, whatever became of it.
func (g *gpkgExport) Close() error {
	var errs []error
	if g.db != nil {
		errs = append(errs, g.db.Close())
	}
	if g.file != nil {
		errs = append(errs, g.file.Close())
		if err := os.Remove(g.file.Name()); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// pointBlob is a point as GeoPackage keeps it: a header (little-endian, no envelope, EPSG:4326) before its WKB.
func pointBlob(at orb.Point) []byte {
	blob := binary.LittleEndian.AppendUint32([]byte{'G', 'P', 0, 1}, 4326)
	return append(blob, wkb.MustMarshal(at, binary.LittleEndian)...)
}

// gpkgTime is a moment as GeoPackage keeps it.
func gpkgTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
