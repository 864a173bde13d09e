package list

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// field is a column of a dBASE table.
type field struct {
	name  string
	kind  byte
	width int
}

// table makes a dBASE file; rows hold cells as they stand, a row that begins with "*" was deleted.
func table(language byte, fields []field, rows ...[]string) []byte {
	width := 1
	for _, f := range fields {
		width += f.width
	}
	out := make([]byte, 32)
	out[0], out[29] = 3, language
	binary.LittleEndian.PutUint32(out[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(out[8:], uint16(33+32*len(fields)))
	binary.LittleEndian.PutUint16(out[10:], uint16(width))
	for _, f := range fields {
		descriptor := make([]byte, 32)
		copy(descriptor, f.name)
		descriptor[11], descriptor[16], descriptor[17] = f.kind, byte(f.width), byte(f.width>>8)
		out = append(out, descriptor...)
	}
	out = append(out, 0x0d)
	for _, row := range rows {
		mark := " "
		if row[0] == "*" {
			mark, row = "*", row[1:]
		}
		out = append(out, mark...)
		for i, f := range fields {
			cell := bytes.Repeat([]byte(" "), f.width)
			copy(cell, row[i])
			out = append(out, cell...)
		}
	}
	return append(out, 0x1a)
}

// shapes makes a .shp file; a shape is its kind and what follows, int32 or float64.
func shapes(records ...[]any) []byte {
	out := make([]byte, 100)
	binary.BigEndian.PutUint32(out, 9994)
	binary.LittleEndian.PutUint32(out[28:], 1000)
	for i, record := range records {
		var body []byte
		for _, v := range record {
			switch v := v.(type) {
			case int:
				body = binary.LittleEndian.AppendUint32(body, uint32(v))
			case float64:
				body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
			}
		}
		out = binary.BigEndian.AppendUint32(out, uint32(i+1))
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)/2))
		out = append(out, body...)
	}
	binary.BigEndian.PutUint32(out[24:], uint32(len(out)/2))
	return out
}

func point(x, y float64) []any { return []any{1, x, y} }

const lambert93 = `PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",49.0],PARAMETER["Standard_Parallel_2",44.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]`

func TestShapefile(t *testing.T) {
	t.Parallel()
	cp850, err := charmap.CodePage850.NewEncoder().String("Éé")
	must(t, err)
	fields := []field{{"NOM", 'C', 8}, {"N", 'N', 6}, {"VU", 'D', 8}, {"OK", 'L', 1}, {"MEMO", 'M', 10}, {"I", 'I', 4}, {"B", 'B', 8}}
	double := string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(1.25)))
	whole := table(0, fields,
		[]string{"L’Étoi", "12.50", "20240301", "T", "", "\x05\x00\x00\x00", double},
		[]string{"*", "supprimé", "", "", "", "", "\x00\x00\x00\x00", double},
		[]string{"aaaaaaa\xc3", "******", "00000000", "?", "12", "\xff\xff\xff\xff", double},
		[]string{"\xe9t\xe9", "", "hier", "n", "", "\x00\x00\x00\x00", double})
	positions := shapes(point(650000, 6860000), point(1, 1), []any{11, 2.5, 48.5, 7.0, 0.0}, []any{0})
	got, err := read(t, write(t, "l.csv", zipOf(t, map[string]string{"dossier/Points.SHP": string(positions), "dossier/Points.DBF": string(whole), "dossier/points.prj": lambert93, "__MACOSX/._x.shp": "", "../../evil": ""})), Options{})
	must(t, err)
	same(t, "header", got.header, []string{"NOM", "N", "VU", "OK", "MEMO", "I", "B", GeometryX, GeometryY})
	same(t, "rows", got.rows, []string{"1|L’Éto|12.50|2024-03-01|VRAI||5|1.25|650000|6860000", "3|aaaaaaa|||||-1|1.25|2.5|48.5", "4|été||hier|FAUX||0|1.25||"})
	if f := got.found; f.Format != Shapefile || f.EPSG != 2154 || f.Encoding != utf8Name || f.Sheet != "Points" || f.Sheets != nil || !noted(f, "1 ligne n’est pas de l’UTF-8") || !noted(f, "mémo") || !noted(f, "1 ligne n’a pas de position") {
		t.Errorf("found %+v", f)
	}

	names := []field{{"NOM", 'C', 10}}
	for _, c := range []struct {
		name     string
		language byte
		cell     string
		cpg      string
		options  Options
		encoding string
		note     string
	}{
		{"declared UTF-8", 0x57, "Éé", "UTF-8\r\n", Options{}, utf8Name, ""},
		{"declared 1252", 0, "\xc9\xe9", "ANSI 1252", Options{}, windows1252, ""},
		{"declared Latin-1", 0, "\xc9\xe9", "ISO-8859-1", Options{}, windows1252, ""},
		{"declared by number", 0, "\xc9\xe9", "88591", Options{}, windows1252, ""},
		{"declared Latin-9", 0, "\xc9\xe9", "ISO 8859-15", Options{}, iso885915, ""},
		{"declared DOS", 0, cp850, "OEM 850", Options{}, dosLatin, ""},
		{"language driver", 0x57, "\xc9\xe9", "", Options{}, windows1252, ""},
		{"language driver of DOS", 0x02, cp850, "", Options{}, dosLatin, ""},
		{"nothing declared", 0, "\xc9\xe9", "", Options{}, utf8Name, "UTF-8"},
		{"unknown", 0, "Éé", "EBCDIC", Options{}, utf8Name, "« EBCDIC »"},
		{"asked for", 0x02, "\xc9\xe9", "UTF-8", Options{Encoding: windows1252}, windows1252, ""},
	} {
		parts := map[string]string{"a.shp": string(shapes(point(1, 2))), "a.dbf": string(table(c.language, names, []string{c.cell}))}
		if c.cpg != "" {
			parts["a.cpg"] = c.cpg
		}
		got, err := read(t, write(t, "l.zip", zipOf(t, parts)), c.options)
		must(t, err)
		same(t, c.name, got.rows, []string{"1|Éé|1|2"})
		if got.found.Encoding != c.encoding || !noted(got.found, "pas de fichier .prj") || c.note != "" && !noted(got.found, c.note) {
			t.Errorf("%s: found %+v", c.name, got.found)
		}
	}

	square := func(x, y, side float64) []any { return []any{x, y, x, y + side, x + side, y + side, x + side, y, x, y} }
	areas := shapes(
		append(append([]any{5, 0.0, 0.0, 0.0, 0.0, 2, 10, 0, 5}, square(100, 100, 1)...), square(0, 0, 4)...),
		[]any{3, 0.0, 0.0, 0.0, 0.0, 1, 3, 0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0},
		[]any{8, 0.0, 0.0, 0.0, 0.0, 1, 7.0, 8.0},
		[]any{31, 0.0}, []any{5, 0.0, 0.0, 0.0, 0.0, 1 << 30, 1 << 30}, []any{3, 0.0, 0.0, 0.0, 0.0, 1, 1, 9, 1.0, 1.0}, []any{1, 1.0})
	got, err = read(t, write(t, "l.zip", zipOf(t, map[string]string{"a.shp": string(areas), "a.dbf": string(table(0, names, strings7("abcdefg")...)), "a.prj": "LOCAL_CS"})), Options{})
	must(t, err)
	same(t, "areas", got.rows, []string{"1|a|2|2", "2|b|1|1", "3|c|7|8"})
	if len(got.errors) != 4 || got.found.EPSG != 0 || !noted(got.found, "« LOCAL_CS »") || !noted(got.found, "2 géométries") {
		t.Errorf("errors %q, found %+v", got.errors, got.found)
	}

	two := map[string]string{"b.shp": string(shapes(point(1, 2))), "b.dbf": string(table(0, names, []string{"deux"})), "a.shp": string(shapes(point(3, 4))), "a.dbf": string(table(0, names, []string{"un"}))}
	got, err = read(t, write(t, "l.zip", zipOf(t, two)), Options{Sheet: "b"})
	must(t, err)
	same(t, "layer", append(got.rows, got.found.Sheets...), []string{"1|deux|1|2", "a", "b"})
}

// strings7 makes a row of each letter.
func strings7(letters string) [][]string {
	var rows [][]string
	for _, l := range letters {
		rows = append(rows, []string{string(l)})
	}
	return rows
}

func TestShapefileRefused(t *testing.T) {
	t.Parallel()
	names := []field{{"NOM", 'C', 10}}
	good := table(0, names, []string{"a"}, []string{"b"})
	both := shapes(point(1, 2), point(3, 4))
	change := func(data []byte, at int, b byte) []byte {
		data = bytes.Clone(data)
		data[at] = b
		return data
	}
	for _, c := range []struct {
		name     string
		dbf, shp []byte
		options  Options
		want     string
	}{
		{name: "no table", shp: both, want: "« a.dbf »"},
		{name: "more shapes", dbf: table(0, names, []string{"a"}), shp: both, want: "2 formes, le fichier .dbf 1 ligne"},
		{name: "fewer shapes", dbf: good, shp: shapes(point(1, 2)), want: "1 forme, le fichier .dbf 2 lignes"},
		{name: "cut table", dbf: good[:len(good)-12], shp: both, want: ".dbf est tronqué"},
		{name: "cut header of the table", dbf: good[:20], shp: both, want: ".dbf est tronqué"},
		{name: "no fields", dbf: change(good, 32, 0x0d), shp: both, want: ".dbf est tronqué"},
		{name: "wrong record length", dbf: change(good, 10, 5), shp: both, want: ".dbf est tronqué"},
		{name: "longer record length", dbf: change(good, 10, 200), shp: both, want: ".dbf est tronqué"},
		{name: "shifted records", dbf: change(good, 10, 10), shp: both, want: ".dbf"},
		{name: "cut shapes", dbf: good, shp: both[:len(both)-4], want: ".shp est tronqué"},
		{name: "no shapes", dbf: good, shp: both[:50], want: ".shp est tronqué"},
		{name: "record beyond the end", dbf: good, shp: change(both, 107, 200), want: ".shp est tronqué"},
		{name: "no record length", dbf: good, shp: change(both, 107, 0), want: ".shp est tronqué"},
		{name: "unknown layer", dbf: good, shp: both, options: Options{Sheet: "z"}, want: "n’a pas de couche"},
		{name: "unknown encoding", dbf: good, shp: both, options: Options{Encoding: "x"}, want: "encodage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parts := map[string]string{"a.shp": string(c.shp)}
			if c.dbf != nil {
				parts["a.dbf"] = string(c.dbf)
			}
			_, err := read(t, write(t, "l.zip", zipOf(t, parts)), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	parts := map[string]string{"a.shp": string(both), "a.dbf": string(good), "a.shx": strings.Repeat("x", 100+8*3)}
	if _, err := Open(write(t, "l.zip", zipOf(t, parts)), Options{}); err == nil || !strings.Contains(err.Error(), "3 formes") {
		t.Errorf("an index of three: %v", err)
	}
}

func TestEPSG(t *testing.T) {
	t.Parallel()
	geographic := func(name, datum string) string {
		return `GEOGCS["` + name + `",DATUM["` + datum + `",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	}
	conic := func(name, geographic, east, north, latitude string) string {
		return `PROJCS["` + name + `",` + geographic + `,PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",` + east + `],PARAMETER["False_Northing",` + north + `],PARAMETER["Central_Meridian",3.0],PARAMETER["Latitude_Of_Origin",` + latitude + `],UNIT["Meter",1.0]]`
	}
	utm := func(name, geographic, meridian, north string) string {
		return `PROJCS["` + name + `",` + geographic + `,PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",` + north + `],PARAMETER["Central_Meridian",` + meridian + `],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	}
	rgf, wgs, etrs := geographic("GCS_RGF_1993", "D_RGF_1993"), geographic("GCS_WGS_1984", "D_WGS_1984"), geographic("GCS_ETRS_1989", "D_ETRS_1989")
	ntf := `GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.46602]],PRIMEM["Paris",2.337229166666667],UNIT["Grad",0.01570796326794897]]`
	for _, c := range []struct {
		name, wkt string
		want      int
	}{
		{"Lambert-93", lambert93, 2154},
		{"Lambert-93 of GDAL", `PROJCS["RGF93 v1 / Lambert-93",GEOGCS["RGF93 v1",DATUM["Reseau_Geodesique_Francais_1993_v1",SPHEROID["GRS 1980",6378137,298.257222101]],AUTHORITY["EPSG","4171"]],PROJECTION["Lambert_Conformal_Conic_2SP"],PARAMETER["central_meridian",3],PARAMETER["false_easting",700000],PARAMETER["false_northing",6600000]]`, 2154},
		{"a code", `PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4171"]],AUTHORITY["EPSG","9794"]]`, 9794},
		{"a code of WKT 2", "PROJCRS[\"RGF93 v1 / Lambert-93\",BASEGEOGCRS[\"RGF93 v1\",ID[\"EPSG\",4171]],\n ID[\"EPSG\",2154]]\n", 2154},
		{"with heights", `COMPD_CS["both",` + lambert93 + `,VERT_CS["NGF IGN69",AUTHORITY["EPSG","5720"]],AUTHORITY["EPSG","5698"]]`, 2154},
		{"CC42", conic("RGF_1993_CC42", rgf, "1700000.0", "1200000.0", "42.0"), 3942},
		{"CC50", conic("RGF_1993_CC50", rgf, "1700000.0", "9200000.0", "50.0"), 3950},
		{"CC with a wrong parallel", conic("RGF_1993_CC50", rgf, "1700000.0", "9200000.0", "49.0"), 0},
		{"Lambert II étendu", conic("NTF_Paris_Lambert_Zone_II", ntf, "600000.0", "2200000.0", "52.0"), 27572},
		{"Lambert II", conic("NTF_Paris_Nord_France", ntf, "600000.0", "200000.0", "55.0"), 0},
		{"Lambert of Belgium", conic("Belge_Lambert_1972", geographic("GCS_Belge_1972", "D_Belge_1972"), "150000.01256", "5400088.4378", "90.0"), 0},
		{"Web Mercator", `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",` + wgs + `,PROJECTION["Mercator_Auxiliary_Sphere"]]`, 3857},
		{"Pseudo-Mercator", `PROJCS["WGS 84 / Pseudo-Mercator",` + wgs + `,PROJECTION["Mercator_1SP"]]`, 3857},
		{"WGS 84", wgs, 4326}, {"RGF93", rgf, 4171}, {"ETRS89", etrs, 4258},
		{"RGAF09", geographic("GCS_RGAF09", "D_Reseau_Geodesique_des_Antilles_Francaises_2009"), 5489},
		{"NTF", ntf, 0},
		{"UTM 31", utm("WGS_1984_UTM_Zone_31N", wgs, "3.0", "0.0"), 32631},
		{"UTM 40 S", utm("WGS_1984_UTM_Zone_40S", wgs, "57.0", "10000000.0"), 32740},
		{"ETRS UTM 32", utm("ETRS_1989_UTM_Zone_32N", etrs, "9.0", "0.0"), 25832},
		{"Antilles", utm("RGAF09_UTM_Zone_20N", geographic("GCS_RGAF09", "D_Reseau_Geodesique_des_Antilles_Francaises_2009"), "-63.0", "0.0"), 5490},
		{"Antilles 1991", utm("RRAF_1991_UTM_20N", geographic("GCS_RRAF_1991", "D_RRAF_1991"), "-63.0", "0.0"), 4559},
		{"Guyane", utm("RGFG_1995_UTM_22N", geographic("GCS_RGFG_1995", "D_RGFG_1995"), "-51.0", "0.0"), 2972},
		{"La Réunion", utm("RGR_1992_UTM_40S", geographic("GCS_RGR_1992", "D_RGR_1992"), "57.0", "10000000.0"), 2975},
		{"Mayotte", utm("RGM04_UTM_Zone_38S", geographic("GCS_RGM_2004", "D_Reseau_Geodesique_de_Mayotte_2004"), "45.0", "10000000.0"), 4471},
		{"Saint-Pierre", utm("RGSPM_2006_UTM_Zone_21N", geographic("GCS_RGSPM_2006", "D_Reseau_Geodesique_de_St_Pierre_et_Miquelon_2006"), "-57.0", "0.0"), 4467},
		{"Guyane in another zone", utm("RGFG_1995_UTM_21N", geographic("GCS_RGFG_1995", "D_RGFG_1995"), "-57.0", "0.0"), 0},
		{"not a zone", utm("WGS_1984_x", wgs, "4.0", "0.0"), 0},
		{"nothing", "", 0}, {"noise", `PROJCS["`, 0}, {"open", `COMPD_CS["a",PROJCS["b`, 0},
	} {
		if got := epsgOf(c.wkt); got != c.want {
			t.Errorf("%s: EPSG %d, want %d", c.name, got, c.want)
		}
	}
}
