// Package graph reads files of networks, whatever program wrote them: edge lists and adjacency matrices in CSV, and GraphML.
// [Read] finds out what a file is and how it is written; every finding can be overridden. What cannot be used of an edge list
// or of GraphML is set aside, with its line and column and the reason; a matrix that contradicts itself is refused whole,
// because nobody can tell which of its cells are where they belong. Memory stays bounded whatever the file holds.
package graph

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/mesure5/dealmap"
)

// Bounds of a file, where [Options] do not say otherwise.
const (
	MostBytes = 20 << 20
	MostNodes = 20_000
	MostTies  = 200_000
)

// Options say how to read a file; what is left zero is found out.
type Options struct {
	Form      dealmap.LinkListForm
	Separator string // of CSV: ";", ",", "\t" or "|"
	Encoding  string // of CSV: "utf-8", "windows-1252", "iso-8859-15" or "utf-16" (with its mark)
	// Header says whether the first row of an edge list names the columns, and whether a matrix names its nodes.
	Header *bool
	// Directed says whether ties go one way. Of a matrix, false takes the two cells of a pair for one tie.
	Directed *bool
	// Kinds and Means are the vocabularies of ties; a value or a label of them is recognised whatever its case and accents.
	// Without terms, what the file says is kept as it is.
	Kinds, Means []dealmap.Term
	// Bounds; zero stands for those of the package.
	MostBytes, MostNodes, MostTies int
}

// Read reads a file of a network; name is what it is called. Errors are about the file as a whole: of kind invalid, in French,
// for the field "file", or for the option that is not possible.
func Read(r io.Reader, name string, o Options) (*dealmap.LinkList, error) {
	if o.MostBytes <= 0 {
		o.MostBytes = MostBytes
	}
	if o.MostNodes <= 0 {
		o.MostNodes = MostNodes
	}
	if o.MostTies <= 0 {
		o.MostTies = MostTies
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(o.MostBytes)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("lecture du fichier : %w", err)
	case len(data) > o.MostBytes:
		return nil, wrong("le fichier pèse plus de %s", size(o.MostBytes))
	case len(bytes.Trim(data, " \t\r\n\ufeff")) == 0:
		return nil, wrong("le fichier est vide")
	}
	b := newBuilder(name, o)
	switch o.Form {
	case "", dealmap.FormEdges, dealmap.FormMatrix, dealmap.FormGraphML:
	default:
		return nil, dealmap.Invalid("form", fmt.Sprintf("« %s » est inconnu : edges, matrix ou graphml", o.Form))
	}
	switch o.Separator {
	case "", ";", ",", "\t", "|":
	default:
		return nil, dealmap.Invalid("separator", fmt.Sprintf("%s ne sépare pas des colonnes : point-virgule, virgule, tabulation ou barre verticale", shown(o.Separator)))
	}
	text, marked := unmark(data)
	switch isMarkup := bytes.HasPrefix(bytes.TrimLeft(text[:min(len(text), 4096)], " \t\r\n"), []byte("<")); {
	case isMarkup && (o.Form == dealmap.FormEdges || o.Form == dealmap.FormMatrix):
		return nil, dealmap.Invalid("form", "le fichier est du XML, non du CSV")
	case isMarkup:
		err = b.readGraphML(text)
	case o.Form == dealmap.FormGraphML:
		return nil, dealmap.Invalid("form", "le fichier n’est pas du GraphML")
	default:
		if marked && utf16Marked(data) {
			text = data // the reader of CSV follows the mark itself
		}
		err = b.readTable(text)
	}
	if err != nil {
		return nil, err
	}
	return b.list, nil
}

func utf16Marked(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// unmark takes the mark of its encoding off a text, and brings UTF-16 to UTF-8.
func unmark(data []byte) (text []byte, marked bool) {
	if utf16Marked(data) {
		decoded, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder(), data)
		if err == nil {
			return decoded, true
		}
	}
	return bytes.CutPrefix(data, []byte("\ufeff"))
}

// wrong is an error about the file as a whole.
func wrong(format string, args ...any) error {
	return dealmap.Invalid("file", fmt.Sprintf(format, args...))
}

// size writes a number of bytes for people.
func size(bytes int) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d Mio", bytes>>20)
	}
	return fmt.Sprintf("%d octets", bytes)
}

// shown quotes a value in a message.
func shown(value string) string {
	const most = 40
	runes := []rune(strings.ToValidUTF8(strings.Join(strings.Fields(value), " "), "�"))
	if len(runes) > most {
		return "« " + string(runes[:most]) + "… »"
	}
	return "« " + string(runes) + " »"
}
