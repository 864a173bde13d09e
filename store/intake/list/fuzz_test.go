package list

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// drain reads a list to its end and checks what must hold of any: it ends, cells are valid text as many as the header has,
// names are unique, lines grow.
func drain(t *testing.T, path string, o Options) {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		if !utf8.ValidString(err.Error()) {
			t.Errorf("error %q", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, name := range r.Header() {
		if name == "" || seen[name] {
			t.Errorf("header %q", r.Header())
		}
		seen[name] = true
	}
	last := 0
	for turns := 0; ; turns++ {
		if turns > 1<<22 {
			t.Fatal("no end")
		}
		row, err := r.Next()
		if rowError, ok := errors.AsType[*RowError](err); ok {
			if rowError.Line <= last || !utf8.ValidString(rowError.Error()+rowError.Value) {
				t.Errorf("after line %d: %#v", last, rowError)
			}
			last = rowError.Line
			continue
		}
		if err != nil {
			break
		}
		if len(row.Cells) != len(r.Header()) || row.Line <= last {
			t.Errorf("line %d after %d has %d cells of %d", row.Line, last, len(row.Cells), len(r.Header()))
		}
		last = row.Line
		for _, cell := range row.Cells {
			if !utf8.ValidString(cell) || strings.Contains(cell, "\x00") || len(cell) > maxCell {
				t.Errorf("cell %q", cell)
			}
		}
	}
	for _, note := range r.Findings().Notes {
		if !utf8.ValidString(note) {
			t.Errorf("note %q", note)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"nom;x;y\na;1;2\n", "a,b\r\n\"c\r\n\"\"d\",e\r\n", "a\tb\rc\td\r", utf8Mark + "é;è\n\xe9;\xe8\n", "\xff\xfea\x00;\x00b\x00\n\x00", "sep=,\na,b\n", "Titre;;\n;;\nnom;nom;\n1;2;3\n", "\"a;b\nc;\"d\"e\n", ";;;\n", "\"", "a;b\n\"c"} {
		f.Add([]byte(seed), "", 0)
	}
	f.Add([]byte("a;b\nc;d\n"), ",", 2)
	f.Fuzz(func(t *testing.T, data []byte, separator string, header int) {
		drain(t, write(t, "l.csv", data), Options{Separator: separator, HeaderRow: header})
	})
}

// FuzzRecords holds rows against what they were made of: whatever cells are written with quotes come back.
func FuzzRecords(f *testing.F) {
	f.Add("a", "b;c", "d\"e\n", uint8(0))
	f.Add("", " ", "\r", uint8(3))
	f.Fuzz(func(t *testing.T, a, b, c string, which uint8) {
		a, b, c = a[:min(len(a), maxCell/3)], b[:min(len(b), maxCell/3)], c[:min(len(c), maxCell/3)]
		comma := string(separators[int(which)%len(separators)])
		var out strings.Builder
		for i, cell := range []string{a, b, c} {
			if i > 0 {
				out.WriteString(comma)
			}
			out.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		out.WriteString("\r\nnext")
		r := newRecords(iotest{strings.NewReader(out.String())}, comma[0], '\n')
		if _, err := r.next(); err != nil || len(r.ends) != 3 || string(r.text) != a+b+c || r.ends[0] != len(a) || r.ends[1] != len(a+b) {
			t.Errorf("%q: %q %v %v", out.String(), r.text, r.ends, err)
		}
		if line, err := r.next(); err != nil || string(r.text) != "next" || line != 2+strings.Count(a+b+c, "\n") {
			t.Errorf("%q: next row %q in line %d, %v", out.String(), r.text, line, err)
		}
	})
}

// iotest gives a byte at a time.
type iotest struct{ in io.Reader }

func (r iotest) Read(p []byte) (int, error) { return r.in.Read(p[:min(1, len(p))]) }

func FuzzGeoJSON(f *testing.F) {
	for _, seed := range []string{
		`{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"a":1,"b":null},"geometry":{"type":"Point","coordinates":[1,2]}}]}`,
		`{"crs":{"properties":{"name":"EPSG:2154"}},"features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`,
		`{"features":[],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}`,
		`{"features":[{"geometry":{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[0,0],[1,0]]}]}},{}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		drain(t, write(t, "l.json", append([]byte(`{"`), bytes.TrimPrefix(data, []byte(`{"`))...)), Options{})
	})
}

func FuzzShapefile(f *testing.F) {
	f.Add(table(0x57, []field{{"NOM", 'C', 4}, {"D", 'D', 8}, {"I", 'I', 4}, {"L", 'L', 1}}, []string{"a", "20240101", "\x00\x00\x00\x00", "T"}), shapes(point(1, 2)), "UTF-8", lambert93)
	f.Add(table(0, []field{{"N", 'N', 4}}, []string{"1"}, []string{"*", "2"}), shapes([]any{5, 0.0, 0.0, 1.0, 1.0, 1, 4, 0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0}, []any{8, 0.0, 0.0, 0.0, 0.0, 1, 1.0, 1.0}), "850", "")
	f.Fuzz(func(t *testing.T, dbf, shp []byte, cpg, prj string) {
		drain(t, write(t, "l.zip", zipOf(t, map[string]string{"a.dbf": string(dbf), "a.shp": string(shp), "a.cpg": cpg, "a.prj": prj})), Options{})
	})
}

func FuzzSheet(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c></row><row r="3"><c s="1"><f>A1</f><v>45000.5</v></c></row></sheetData></worksheet>`), `<sst><si><t>a</t></si></sst>`, "dd/mm/yyyy")
	f.Fuzz(func(t *testing.T, sheet []byte, shared, code string) {
		drain(t, write(t, "l.zip", zipOf(t, map[string]string{
			"xl/workbook.xml":            `<workbook><sheets><sheet name="a" id="1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="1" Type="/worksheet" Target="s.xml"/><Relationship Id="2" Type="/sharedStrings" Target="t.xml"/><Relationship Id="3" Type="/styles" Target="y.xml"/></Relationships>`,
			"xl/s.xml":                   string(sheet), "xl/t.xml": shared,
			"xl/y.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
		})), Options{})
		_ = formatOf(code).show("45000.25", false)
	})
}

func FuzzGeometry(f *testing.F) {
	f.Add([]byte("GP\x00\x01\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var g figure
		if addGeoPackage(&g, data) {
			g.point()
		}
		if len(data) >= 4 {
			if g, ok := shape(data); ok {
				g.point()
			}
		}
	})
}
