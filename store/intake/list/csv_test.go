package list

import (
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

func encode(t *testing.T, m *charmap.Charmap, text string) string {
	t.Helper()
	out, err := m.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func encode16(text string, big bool) string {
	var out strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if big {
			out.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			out.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return out.String()
}

func TestCSV(t *testing.T) {
	t.Parallel()
	accents := "Nom;Adresse;Quartier\nÉlysée;12 rue de l’Œuvre;Cœur\nBâti;3, rue Foch;Forêt\n"
	accented := []string{"2|Élysée|12 rue de l’Œuvre|Cœur", "3|Bâti|3, rue Foch|Forêt"}
	for _, c := range []struct {
		name, text string
		options    Options
		separator  string
		encoding   string
		headerRow  int
		header     string
		rows       []string
		errors     []string
		note       string
	}{
		{name: "semicolon", text: accents, rows: accented},
		{name: "mark", text: utf8Mark + accents, rows: accented},
		{name: "crlf", text: strings.ReplaceAll(accents, "\n", "\r\n"), rows: accented},
		{name: "cr", text: strings.ReplaceAll(accents, "\n", "\r"), rows: accented},
		{name: "no last newline", text: strings.TrimSuffix(accents, "\n"), rows: accented},
		{name: "windows-1252", text: encode(t, charmap.Windows1252, accents), encoding: windows1252, rows: accented},
		{name: "iso-8859-15", text: encode(t, charmap.ISO8859_15, strings.ReplaceAll(accents, "’", "'")), encoding: iso885915,
			rows: []string{"2|Élysée|12 rue de l'Œuvre|Cœur", "3|Bâti|3, rue Foch|Forêt"}},
		{name: "utf-16 little", text: encode16(accents, false), encoding: utf16Name, rows: accented},
		{name: "utf-16 big", text: encode16(strings.ReplaceAll(accents, "\n", "\r\n"), true), encoding: utf16Name, rows: accented},
		{name: "encoding asked for", text: "Nom;Adresse;Quartier\nb\xe9;1;2\n", options: Options{Encoding: "ISO-8859-1"}, encoding: windows1252, rows: []string{"2|bé|1|2"}},
		{name: "comma", text: strings.ReplaceAll(strings.ReplaceAll(accents, ",", " "), ";", ","), separator: ",",
			rows: []string{"2|Élysée|12 rue de l’Œuvre|Cœur", "3|Bâti|3  rue Foch|Forêt"}},
		{name: "tab", text: strings.ReplaceAll(accents, ";", "\t"), separator: "\t", rows: accented},
		{name: "bar", text: strings.ReplaceAll(accents, ";", "|"), separator: "|", rows: accented},
		{name: "separator asked for", text: "a,b;c,d\n1,2;3,4\n", options: Options{Separator: ","}, separator: ",", header: "a|b;c|d", rows: []string{"2|1|2;3|4"}},
		{name: "declared separator", text: "sep=|\nnom|code;x\na|b;c\n", separator: "|", headerRow: 2, header: "nom|code;x", rows: []string{"3|a|b;c"}},
		{name: "decimal commas", text: "x;y\n1,5;2,5\n2,5;3,5\n4,5;5,5\n", header: "x;y", rows: []string{"2|1,5|2,5", "3|2,5|3,5", "4|4,5|5,5"}},
		{name: "lists in cells", text: "nom,produits,x,y\na,coke;herbe,1,2\nb,coke;herbe,3,4\nc,coke;herbe,5,6\n", separator: ",", header: "nom|produits|x|y",
			rows: []string{"2|a|coke;herbe|1|2", "3|b|coke;herbe|3|4", "4|c|coke;herbe|5|6"}},
		{name: "quotes", text: "nom;note\n\"a;b\";\"dit \"\"l’autre\"\"\"\n\"ligne 1\r\nligne 2\n\nligne 4\";x\nbar \"Le Bar\" ici;y\n",
			header: "nom;note", rows: []string{"2|a;b|dit \"l’autre\"", "3|ligne 1\nligne 2\n\nligne 4|x", "7|bar \"Le Bar\" ici|y"}},
		{name: "quote out of place", text: "nom;note\n\"a;b\nc;d\n\"e\";f\n\"g\"h;i\nj;k\n", header: "nom;note", rows: []string{"3|c|d", "4|e|f", "6|j|k"},
			errors: []string{"ligne 2 : guillemets mal placés", "ligne 5 : guillemets mal placés"}},
		{name: "cut in a quoted cell", text: "nom;note\na;b\n\"c;d", header: "nom;note", rows: []string{"2|a|b"},
			errors: []string{"ligne 3 : guillemet mal fermé : la cellule ne finit pas avant la fin du fichier"}},
		{name: "cut in a row", text: "nom;note\na;b\nc", header: "nom;note", rows: []string{"2|a|b"}, errors: []string{"ligne 3 : 1 colonne, l’en-tête en a 2"}},
		{name: "too many and empty", text: "nom;note\na;b;;\n\n;\nc;d;e\n  ;\nf;g\n", header: "nom;note", rows: []string{"2|a|b", "6|  |", "7|f|g"}, errors: []string{"ligne 5 : 3 colonnes, l’en-tête en a 2"}},
		{name: "null byte", text: strings.Repeat("nom;note\n", 1000) + "a;b\x00\nc;d\n", options: Options{HeaderRow: 1000}, headerRow: 1000, header: "nom;note", rows: []string{"1002|c|d"}, errors: []string{"ligne 1001 : la cellule contient un octet nul"}},
		{name: "mixed encodings", text: "nom;note\né;è\n\xe9cole;ann\xe9e\nà;ca\xc3\nok;l\x92eau\nx;\x81\n", header: "nom;note", rows: []string{"2|é|è", "3|école|année", "5|ok|l’eau"},
			errors: []string{"ligne 4 : contient des octets qui ne sont ni de l’UTF-8 ni du Windows-1252", "ligne 6 : contient des octets qui ne sont ni de l’UTF-8 ni du Windows-1252"},
			note:   "2 lignes ne sont pas de l’UTF-8"},
		{name: "header only", text: "nom;x;y\n", header: "nom;x;y", note: "Aucune ligne ne suit l’en-tête."},
		{name: "titles", text: "Liste des points;;;\nau 1er mars 2024;;;\n\nNom;X;Y;\na;1;2;\nb;3;4;\n", headerRow: 4, header: "Nom;X;Y", rows: []string{"5|a|1|2", "6|b|3|4"},
			note: "L’en-tête est à la ligne 4 ; ce qui précède est passé : « Liste des points »."},
		{name: "no header", text: "Le Bar;48,85;2,35\nLa Tour;48,86;2,36\n", headerRow: -1, header: "Colonne A;Colonne B;Colonne C", rows: []string{"1|Le Bar|48,85|2,35", "2|La Tour|48,86|2,36"}},
		{name: "header denied", text: "nom;x\na;1\n", options: Options{HeaderRow: -1}, headerRow: -1, header: "Colonne A;Colonne B", rows: []string{"1|nom|x", "2|a|1"}},
		{name: "header row asked for", text: "a;b\nc;d\ne;f\n", options: Options{HeaderRow: 2}, headerRow: 2, header: "c;d", rows: []string{"3|e|f"}},
		{name: "all text", text: "Bidule;Machin\na;b\nc;d\n", header: "Bidule;Machin", rows: []string{"2|a|b", "3|c|d"}},
		{name: "years", text: "dep;2019;2020\n13;5;6\n59;7;8\n", header: "dep;2019;2020", rows: []string{"2|13|5|6", "3|59|7|8"}},
		{name: "same names", text: "Nom;Nom;;Nom\na;b;c;d\n", header: "Nom;Nom (2);Colonne C;Nom (3)", rows: []string{"2|a|b|c|d"}, note: "« Nom (2) », « Nom (3) »"},
		{name: "unnamed last column", text: "nom;x;;\na;1;2;\n", header: "nom;x;Colonne C", rows: []string{"2|a|1|2"}},
		{name: "one column", text: "nom\na\nb\n", header: "nom", rows: []string{"2|a", "3|b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, write(t, "liste.csv", []byte(c.text)), c.options)
			if err != nil {
				t.Fatal(err)
			}
			header := c.header
			if header == "" {
				header = "Nom;Adresse;Quartier"
			}
			joint := ";"
			if strings.Contains(header, "|") {
				joint = "|"
			}
			if h := strings.Join(got.header, joint); h != header {
				t.Errorf("header %q, want %q", h, header)
			}
			same(t, "rows", got.rows, c.rows)
			same(t, "errors", got.errors, c.errors)
			want := Options{Format: CSV, Encoding: c.encoding, Separator: c.separator, HeaderRow: c.headerRow}
			if want.Encoding == "" {
				want.Encoding = utf8Name
			}
			if want.Separator == "" {
				want.Separator = ";"
			}
			if want.HeaderRow == 0 {
				want.HeaderRow = 1
			}
			if got.found.Options != want {
				t.Errorf("found %+v, want %+v", got.found.Options, want)
			}
			if c.note != "" && !noted(got.found, c.note) {
				t.Errorf("notes %q, want one with %q", got.found.Notes, c.note)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data, want string
		options          Options
	}{
		{"empty", "", "le fichier est vide", Options{}},
		{"blank", " \r\n\n", "le fichier est vide", Options{}},
		{"mark only", utf8Mark, "le fichier est vide", Options{}},
		{"utf-16 mark only", "\xff\xfe", "le fichier est vide", Options{}},
		{"separators only", ";;;\n;;;\n", "le fichier est vide", Options{}},
		{"xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "enregistrez-le en XLSX", Options{}},
		{"pdf", "%PDF-1.7\n", "PDF", Options{}},
		{"gzip", "\x1f\x8b\x08", "décompressez", Options{}},
		{"kml", `<?xml version="1.0"?><kml xmlns="x">`, "KML", Options{}},
		{"html", "<HTML><table>", "page web", Options{}},
		{"shp", "\x00\x00\x27\x0a\x00", "zip", Options{}},
		{"json", `[{"a":1}]`, "GeoJSON", Options{}},
		{"binary", "abc\x00\x01;def\n", "octets nuls", Options{}},
		{"utf-16 cut", "\xff\xfea\x00b", "tronqué", Options{}},
		{"unknown encoding", "a;b\n", "encodage", Options{Encoding: "ebcdic"}},
		{"unknown separator", "a;b\n", "ne sépare pas", Options{Separator: "x"}},
		{"other format", "a;b\n", "format", Options{Format: GeoJSON}},
		{"header row too far", "a;b\n", "ligne 7", Options{HeaderRow: 7}},
		{"header row empty", "a;b\n\nc;d\n", "ligne 2", Options{HeaderRow: 2}},
		{"many columns", strings.Repeat("a;", 1500) + "\n" + strings.Repeat("1;", 1500) + "\n", "1500 colonnes, 1000 au plus", Options{}},
		{"a million columns", strings.Repeat("ab;", 1000000) + "\n" + strings.Repeat("1;", 1000000), "1000001 colonnes, 1000 au plus", Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, write(t, "liste", []byte(c.data)), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := Open(t.TempDir(), Options{}); err == nil {
		t.Error("a folder opens")
	}
}
