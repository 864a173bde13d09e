package list

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook makes an XLSX file.
func workbook(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	path := filepath.Join(t.TempDir(), "liste.csv") // the name must not matter
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return write(t, filepath.Base(path), out.Bytes())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	path := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetName("Sheet1", "Notice"))
		must(t, f.SetCellStr("Notice", "A1", "lisez-moi"))
		_, err := f.NewSheet("Points")
		must(t, err)
		must(t, f.SetSheetRow("Points", "A1", &[]any{"Liste du service"}))
		must(t, f.SetSheetRow("Points", "A3", &[]any{"Nom", "INSEE", "Vu le", "Lat", "Ouvert", "Total", "Heure", "Note"}))
		day := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
		must(t, f.SetSheetRow("Points", "A4", &[]any{"L’Étoile", 1001, day, 48.856613999999997, true}))
		must(t, f.SetSheetRow("Points", "A6", &[]any{"Sud & <Nord>", 13055, day.Add(90 * time.Minute), -0.1, false, nil, nil, " deux\nlignes "}))
		must(t, f.SetCellFormula("Points", "F4", "1+1"))
		must(t, f.SetCellValue("Points", "G4", 0.75))
		style := func(cell, code string) {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			must(t, err)
			must(t, f.SetCellStyle("Points", cell, cell, id))
		}
		style("B4", "00000")
		style("C4", `dd/mm/yyyy;@`)
		style("C6", `[$-40C]d\ mmmm\ yyyy" à "hh:mm`)
		style("G4", "hh:mm")
		style("D4", `0.00" m"`)
		style("J9", "dd/mm/yyyy")
	})
	got, err := read(t, path, Options{Sheet: "Points"})
	must(t, err)
	same(t, "header", got.header, []string{"Nom", "INSEE", "Vu le", "Lat", "Ouvert", "Total", "Heure", "Note"})
	same(t, "rows", got.rows, []string{"4|L’Étoile|01001|2024-03-01|48.856614|VRAI||18:00:00|", "6|Sud & <Nord>|13055|2024-03-01T01:30:00|-0.1|FAUX||| deux\nlignes "})
	if f := got.found; f.Format != XLSX || f.Sheet != "Points" || len(f.Sheets) != 2 || f.HeaderRow != 3 || !noted(f, "1 cellule est une formule") || !noted(f, "1 formule n’a pas de valeur") {
		t.Errorf("found %+v", f)
	}
	got, err = read(t, path, Options{})
	must(t, err)
	if got.found.Sheet != "Notice" || !noted(got.found, "2 feuilles") {
		t.Errorf("found %+v", got.found)
	}
	if _, err = read(t, path, Options{Sheet: "Autre"}); err == nil || !strings.Contains(err.Error(), "« Notice », « Points »") {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// TestXLSXParts reads a workbook as other programs write it.
func TestXLSXParts(t *testing.T) {
	t.Parallel()
	parts := func(sheet string) map[string]string {
		return map[string]string{
			"[Content_Types].xml":         `<Types/>`,
			"_rels/.rels":                 `<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml":             `<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="Cachée" state="hidden" r:id="a"/><x:sheet name="Vue" sheetId="2" r:id="b"/></x:sheets><x:externalReferences><x:externalReference r:id="e"/></x:externalReferences></x:workbook>`,
			"xl/_rels/workbook.xml.rels":  `<Relationships><Relationship Id="a" Type="t/worksheet" Target="worksheets/a.xml"/><Relationship Id="b" Type="t/worksheet" Target="/xl/worksheets/B.xml"/><Relationship Id="s" Type="t/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="t/styles" Target="styles.xml"/><Relationship Id="e" Type="t/worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>`,
			"xl/worksheets/a.xml":         `<worksheet><sheetData/></worksheet>`,
			"xl/worksheets/B.xml":         sheet,
			"xl/styles.xml":               `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
			"xl/sharedStrings.xml":        `<sst><si><t>nom</t></si><si><r><t>da</t></r><r><t>te</t></r><rPh><t>non</t></rPh></si></sst>`,
			"xl/externalLinks/link1.xml":  `<externalLink/>`,
			"../../../etc/cron.d/evil":    "x",
			"xl/worksheets/_rels/x.rels":  "",
			"C:\\windows\\system32\\evil": "x",
		}
	}
	rows := `<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>`
	for _, c := range []struct {
		name, sheet string
		rows        []string
		fatal       string
		errors      []string
	}{
		{name: "plain", sheet: `<?xml version="1.0"?><worksheet><sheetData>` + rows + `<row r="5" hidden="1"><c r="A5" t="inlineStr"><is><t>x_x0041_ _x</t></is></c><c r="B5" s="1"><f>[1]A!B</f><v>43830</v></c></row></sheetData><mergeCells/></worksheet>`,
			rows: []string{"5|xA _x|2024-01-01"}},
		{name: "rows without numbers", sheet: `<worksheet><sheetData>` + rows + `<row><c><v>1</v></c></row><row><c t="str"><v>a</v></c><c t="e"><v>#N/A</v></c><c/></row></sheetData></worksheet>`, rows: []string{"2|1|", "3|a|#N/A"}},
		{name: "cell outside", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c r="D2"><v>1</v></c></row><row r="3"><c r="XFD3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row></sheetData></worksheet>`, rows: []string{"4|1|"},
			errors: []string{"ligne 2 : 4 colonnes, l’en-tête en a 2", "ligne 3 : 16384 colonnes, 1000 au plus"}},
		{name: "long cell", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c t="str"><v>` + strings.Repeat("x", 40000) + `</v></c></row><row r="3"><c><v>1</v></c></row></sheetData></worksheet>`, rows: []string{"3|1|"},
			errors: []string{"ligne 2 : la cellule fait 39,1 kio, 32 kio au plus"}},
		{name: "broken off", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c><v>1</v></c></row><row r="3"><c><v>1`, rows: []string{"2|1|"}, fatal: "après la ligne 3"},
		{name: "wrong end", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c><v>1</v></c></row></sheetData></x>`, rows: []string{"2|1|"}, fatal: "abîmé"},
		{name: "shared text not there", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c t="s"><v>99</v></c></row></sheetData></worksheet>`, fatal: "abîmé"},
		{name: "entities", sheet: `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData>` + rows + `</sheetData></worksheet>`, fatal: "abîmé"},
		{name: "one token without end", sheet: `<worksheet><sheetData>` + rows + `<row r="2"><c t="str"><v>` + strings.Repeat("x", 2*maxToken), fatal: "après la ligne 2"},
		{name: "deep", sheet: `<worksheet><sheetData>` + rows + strings.Repeat("<a>", 1000), fatal: "abîmé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, write(t, "l.xlsx", zipOf(t, parts(c.sheet))), Options{})
			if c.fatal != "" {
				if err == nil || !strings.Contains(err.Error(), c.fatal) {
					t.Errorf("error %v, want %q", err, c.fatal)
				}
				return
			}
			must(t, err)
			same(t, "header", got.header, []string{"nom", "date"})
			same(t, "rows", got.rows, c.rows)
			same(t, "errors", got.errors, c.errors)
			if got.found.Sheet != "Vue" || !noted(got.found, "renvoie à d’autres fichiers") {
				t.Errorf("found %+v", got.found)
			}
		})
	}
}

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, text)
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

func TestArchivesRefused(t *testing.T) {
	t.Parallel()
	sheet := func(in string) map[string]string {
		return map[string]string{"xl/workbook.xml": `<workbook><sheets><sheet name="a" id="1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="1" Type="/worksheet" Target="s.xml"/></Relationships>`, "xl/s.xml": in}
	}
	good := zipOf(t, sheet(`<worksheet><sheetData><row><c t="str"><v>nom</v></c></row><row><c t="str"><v>valeur</v></c></row></sheetData></worksheet>`))
	many := map[string]string{}
	for i := range maxEntries + 1 {
		many[letters(i)] = ""
	}
	damaged := bytes.Clone(good)
	if at := bytes.Index(damaged, []byte("xl/s.xml")); at >= 0 {
		damaged[at+len("xl/s.xml")+10] ^= 0x55
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"ods", zipOf(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}), "enregistrez-le en XLSX"},
		{"xlsb", zipOf(t, map[string]string{"xl/workbook.bin": ""}), "enregistrez-le en XLSX"},
		{"docx", zipOf(t, map[string]string{"word/document.xml": ""}), "Word"},
		{"kmz", zipOf(t, map[string]string{"doc.kml": ""}), "KMZ"},
		{"plain zip", zipOf(t, map[string]string{"liste.csv": "a;b\n"}), "décompressez-la"},
		{"empty zip", zipOf(t, nil), "vide"},
		{"cut zip", good[:len(good)-30], "tronquée"},
		{"damaged", damaged, "abîmé"},
		{"many entries", zipOf(t, many), "trop de fichiers"},
		{"bomb", declared(t, good, freeUnpacked/2), "décompresse"},
		{"lie about the size", lie(t), "abîmé"},
		{"declared beyond all", declared(t, good, 3<<30), "décompresse"},
		{"no sheets", zipOf(t, map[string]string{"xl/workbook.xml": `<workbook/>`, "xl/_rels/workbook.xml.rels": `<Relationships/>`}), "aucune feuille"},
		{"workbook with entities", zipOf(t, map[string]string{"xl/workbook.xml": `<!DOCTYPE w [<!ENTITY a "b">]><workbook><sheets>&a;</sheets></workbook>`}), "abîmé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, write(t, "l.xlsx", c.data), Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := read(t, write(t, "l.xlsx", good), Options{Format: CSV}); err == nil {
		t.Error("a workbook is read as CSV")
	}
}

// declared writes another unpacked size into the directory for each entry.
func declared(t *testing.T, data []byte, size uint32) []byte {
	t.Helper()
	data = bytes.Clone(data)
	for at := 0; ; at += 4 {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return data
		}
		at += i
		binary.LittleEndian.PutUint32(data[at+24:], size)
	}
}

// lie makes a workbook whose sheet unpacks to more than its directory says.
func lie(t *testing.T) []byte {
	t.Helper()
	rows := `<worksheet><sheetData><row><c t="str"><v>nom</v></c></row>` + strings.Repeat("<row/>", 1000) + `</sheetData></worksheet>`
	parts := map[string]string{"xl/workbook.xml": `<workbook><sheets><sheet name="a" id="1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="1" Type="/worksheet" Target="s.xml"/></Relationships>`}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, text)
		must(t, err)
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/s.xml", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(rows)), CompressedSize64: uint64(len(rows)), UncompressedSize64: 100})
	must(t, err)
	_, err = io.WriteString(w, rows)
	must(t, err)
	must(t, z.Close())
	return out.Bytes()
}
