package list

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"
)

// benchmark reads a list of so many rows over and over.
func benchmark(b *testing.B, path string, rows int) {
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(path, Options{})
		must(b, err)
		n := 0
		for {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
		must(b, r.Close())
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchRow(i int) []any {
	return []any{fmt.Sprintf("Point %d", i), "12, rue de l’Église", "13055", 649242.57, 6861355.85, "cannabis", "ouvert", "une note"}
}

var benchHeader = []any{"Nom", "Adresse", "INSEE", "X", "Y", "Produit", "Statut", "Note"}

func BenchmarkCSV(b *testing.B) {
	const rows = 200000
	for _, quote := range []string{"", `"`} {
		var text bytes.Buffer
		for i := range rows + 1 {
			cells := benchHeader
			if i > 0 {
				cells = benchRow(i)
			}
			for j, cell := range cells {
				if j > 0 {
					text.WriteByte(';')
				}
				fmt.Fprint(&text, quote, cell, quote)
			}
			text.WriteByte('\n')
		}
		b.Run("quotes="+quote, func(b *testing.B) { benchmark(b, write(b, "l.csv", text.Bytes()), rows) })
	}
}

func BenchmarkXLSX(b *testing.B) {
	const rows = 50000
	path := workbook(b, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		must(b, err)
		for i := range rows + 1 {
			cells := benchHeader
			if i > 0 {
				cells = benchRow(i)
			}
			must(b, w.SetRow(fmt.Sprintf("A%d", i+1), cells))
		}
		must(b, w.Flush())
	})
	benchmark(b, path, rows)
}

func BenchmarkGeoJSON(b *testing.B) {
	const rows = 50000
	var text bytes.Buffer
	text.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range rows {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"type":"Feature","properties":{"nom":"Point %d","adresse":"12, rue de l’Église","insee":"13055","produit":"cannabis"},"geometry":{"type":"Point","coordinates":[2.30831,48.850244]}}`, i)
	}
	text.WriteString("]}")
	benchmark(b, write(b, "l.json", text.Bytes()), rows)
}

func BenchmarkGeoPackage(b *testing.B) {
	const rows = 50000
	benchmark(b, geoPackage(b, `CREATE TABLE p (fid INTEGER PRIMARY KEY, nom TEXT, insee TEXT, geom BLOB)`,
		fmt.Sprintf(`WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < %d) INSERT INTO p SELECT v, 'Point ' || v, '13055', `, rows)+blob(0, "\x01", 1, 2.0, 48.0)+` FROM n`,
		`INSERT INTO gpkg_contents VALUES ('p', 'features', 4326)`, `INSERT INTO gpkg_geometry_columns VALUES ('p', 'geom', 'POINT', 4326)`), rows)
}
