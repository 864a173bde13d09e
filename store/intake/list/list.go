// Package list reads the lists that services keep, whatever program they keep them in: CSV, Excel workbooks, GeoJSON,
// GeoPackage, zipped Shapefile. [Open] finds out what a file is and how it is written, says what it found, and yields rows of
// text cells; every finding can be overridden. Memory stays bounded whatever the file holds.
package list

import "fmt"

// Formats.
const (
	CSV        = "csv"
	XLSX       = "xlsx"
	GeoJSON    = "geojson"
	GeoPackage = "gpkg"
	Shapefile  = "shp" // in a zip archive
)

// Options says how to read a file; what is left zero is found out.
type Options struct {
	Format string `json:"format,omitempty"`
	// Encoding of text: "utf-8", "windows-1252", "iso-8859-15" or "utf-16" (with its mark).
	Encoding string `json:"encoding,omitempty"`
	// Separator of CSV: ";", "," or "\t" ("|" may be asked for).
	Separator string `json:"separator,omitempty"`
	// Sheet of a workbook, layer of a GeoPackage, or base name of a Shapefile in an archive of several.
	Sheet string `json:"sheet,omitempty"`
	// HeaderRow is the line that names the columns, from 1; 0 finds it, -1 says that there is none (columns are then named
	// « Colonne A », « Colonne B » …).
	HeaderRow int `json:"header_row,omitempty"`
}

// Findings is how a file is read: Options with everything filled in, and what a person should know of it.
type Findings struct {
	Options
	// Sheets are the names that Sheet may take, nil where there is but one.
	Sheets []string `json:"sheets,omitempty"`
	// EPSG is the code of the system of coordinates that the file itself declares, 0 when it declares none.
	EPSG int `json:"epsg,omitempty"`
	// Notes say in French what was found and what was passed over (formulas, links, several encodings in one file).
	Notes []string `json:"notes,omitempty"`
}

// Names of the two columns that carry the position of formats with a geometry, behind all others: in the system of
// coordinates of the file, x (east, longitude) and y (north, latitude), with a decimal point.
const (
	GeometryX = "géométrie x"
	GeometryY = "géométrie y"
)

// Row is one row of a list as it stands in the file.
type Row struct {
	Line  int      // in the file, from 1; for formats without lines the feature's number
	Cells []string // as many as the header has columns
}

// RowError is a row that cannot be read; the rows after it can.
type RowError struct {
	Line   int
	Column string // the header of the column at fault, empty when it is none in particular
	Value  string
	Reason string // in French
}

func (e *RowError) Error() string { return fmt.Sprintf("ligne %d : %s", e.Line, e.Reason) }
