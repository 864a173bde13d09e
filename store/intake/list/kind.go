package list

import (
	"bytes"
	"errors"
	"regexp"
)

// zipped is a workbook, a Shapefile or something else in a zip archive.
const zipped = "zip"

var errEmpty = errors.New("le fichier est vide")

// refused are formats that are no list or that cannot be read, by how they begin, and what to do with them.
var refused = []struct{ magic, advice string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "c’est un ancien classeur (.xls) ou un classeur protégé par un mot de passe : enregistrez-le en XLSX sans mot de passe, ou en CSV"},
	{"%PDF", "c’est un document PDF : demandez la liste d’origine, en XLSX ou en CSV"},
	{"\x1f\x8b", "c’est un fichier compressé (gzip) : décompressez-le d’abord"},
	{"7z\xbc\xaf", "c’est une archive 7z : décompressez-la d’abord"},
	{"Rar!", "c’est une archive RAR : décompressez-la d’abord"},
	{"\x00\x00\x27\x0a", "c’est un fichier .shp seul : mettez-le dans une archive zip avec ses fichiers .dbf, .prj et .cpg"},
	{"{\\rtf", "c’est un document RTF : enregistrez la liste en XLSX ou en CSV"},
	{"PK\x05\x06", "l’archive zip est vide"},
	{"\xff\xd8\xff", "c’est une image : demandez la liste d’origine, en XLSX ou en CSV"},
	{"\x89PNG", "c’est une image : demandez la liste d’origine, en XLSX ou en CSV"},
}

// markup tells files of tags apart by what they hold first.
var markup = []struct{ tag, advice string }{
	{"<kml", "c’est du KML : convertissez-le en GeoJSON ou en GeoPackage, par exemple avec QGIS"},
	{"<gpx", "c’est du GPX : convertissez-le en GeoJSON ou en GeoPackage, par exemple avec QGIS"},
	{"<html", "c’est une page web, même si son nom finit par .xls : ouvrez-la dans Excel et enregistrez-la en XLSX ou en CSV"},
	{"<table", "c’est une page web, même si son nom finit par .xls : ouvrez-la dans Excel et enregistrez-la en XLSX ou en CSV"},
	{"", "c’est du XML : ouvrez-le dans le logiciel d’origine et enregistrez-le en XLSX ou en CSV"},
}

var (
	jsonObject = regexp.MustCompile(`^\s*\{\s*("|\}|$)`)
	jsonArray  = regexp.MustCompile(`^\s*\[\s*[\[{"]`)
	tagged     = regexp.MustCompile(`(?i)^\s*<(\?xml|!doctype|html|table|kml|gpx|!--)`)
)

// recognise finds the format by how a file begins.
func recognise(head []byte) (string, error) {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return zipped, nil
	}
	if bytes.HasPrefix(head, []byte("SQLite format 3\x00")) {
		return GeoPackage, nil
	}
	for _, r := range refused {
		if bytes.HasPrefix(head, []byte(r.magic)) {
			return "", errors.New(r.advice)
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return CSV, nil
	}
	text := bytes.TrimPrefix(head, []byte("\ufeff"))
	switch {
	case len(bytes.TrimSpace(text)) == 0 && len(head) < sniffBytes:
		return "", errEmpty
	case jsonObject.Match(text):
		return GeoJSON, nil
	case jsonArray.Match(text):
		return "", errors.New("c’est du JSON mais pas du GeoJSON (une « FeatureCollection ») : enregistrez la liste en GeoJSON, en XLSX ou en CSV")
	case tagged.Match(text):
		lower := bytes.ToLower(text)
		for _, m := range markup {
			if bytes.Contains(lower, []byte(m.tag)) {
				return "", errors.New(m.advice)
			}
		}
	case bytes.IndexByte(text[:min(len(text), 4096)], 0) >= 0:
		return "", errors.New("ce n’est ni du texte ni un format connu (octets nuls) : enregistrez la liste en XLSX ou en CSV (UTF-8)")
	}
	return CSV, nil
}
