package list

import "fmt"

// Limits of what is read; a file beyond them is not a list of points, and memory stays bounded whatever a file claims.
const (
	maxText     = 256 << 20 // bytes of a CSV, GeoJSON or GeoPackage file
	maxArchive  = 64 << 20  // bytes of a workbook or zip archive
	maxUnpacked = 1 << 30   // bytes that an archive unpacks to
	maxRatio    = 300       // times that an archive of more than freeUnpacked bytes unpacks to its size
	maxEntries  = 4096      // files in an archive
	maxColumns  = 1000
	maxRow      = 1 << 20  // bytes of one row
	maxCell     = 32 << 10 // bytes of one cell; Excel holds no more characters
	maxFeature  = 16 << 20 // bytes of one feature with its geometry
	maxStrings  = 64 << 20 // bytes of the texts that the cells of a workbook share
	// freeUnpacked is what an archive may unpack to whatever the ratio: columns of equal cells pack very well.
	freeUnpacked = 64 << 20
	// sniffBytes and sampleRows are what is looked at to find out how a list is written.
	sniffBytes = 64 << 10
	sampleRows = 100
)

// size writes a number of bytes for people.
func size(bytes int64) string {
	for _, unit := range []struct {
		name  string
		bytes int64
	}{{"Gio", 1 << 30}, {"Mio", 1 << 20}, {"kio", 1 << 10}} {
		if bytes >= unit.bytes {
			if bytes%unit.bytes == 0 {
				return fmt.Sprintf("%d %s", bytes/unit.bytes, unit.name)
			}
			tenths := (bytes*10 + unit.bytes/2) / unit.bytes
			return fmt.Sprintf("%d,%d %s", tenths/10, tenths%10, unit.name)
		}
	}
	return fmt.Sprintf("%d octets", bytes)
}

// plural gives the singular for 0 and 1, as French does.
func plural(n int, one, many string) string {
	if n < 2 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
