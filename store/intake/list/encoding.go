package list

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	textunicode "golang.org/x/text/encoding/unicode"
)

// Encodings. Those of DOS are found only where a dBASE file declares them.
const (
	utf8Name    = "utf-8"
	utf16Name   = "utf-16"
	windows1252 = "windows-1252"
	iso885915   = "iso-8859-15"
	dosLatin    = "cp850"
	dosUS       = "cp437"
	utf8Mark    = "\ufeff"
)

var singleByte = map[string]*charmap.Charmap{
	windows1252: charmap.Windows1252,
	iso885915:   charmap.ISO8859_15,
	dosLatin:    charmap.CodePage850,
	dosUS:       charmap.CodePage437,
}

// encodingOf brings a name that a person or a file gives to one of ours.
func encodingOf(name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case utf8Name, utf16Name, windows1252, iso885915, dosLatin, dosUS:
		return name, nil
	case "65001":
		return utf8Name, nil
	case "850", "ibm850", "oem 850":
		return dosLatin, nil
	case "437", "ibm437", "oem 437":
		return dosUS, nil
	}
	// What is called Latin-1 is Windows-1252 wherever it matters (WHATWG Encoding Standard), and so is « ANSI » in France.
	name = strings.TrimPrefix(strings.NewReplacer("ansi ", "", "oem ", "", "_", "-", "iso 88", "iso-88").Replace(name), "iso-8859-1 ")
	switch name {
	case "1252", "cp1252", "ansi", "88591", "8859-1":
		return windows1252, nil
	case "885915", "8859-15", "latin-9", "latin9":
		return iso885915, nil
	}
	if enc, err := htmlindex.Get(name); err == nil {
		if canonical, err := htmlindex.Name(enc); err == nil && (singleByte[canonical] != nil || canonical == utf8Name) {
			return canonical, nil
		}
	}
	return "", fmt.Errorf("l’encodage « %s » n’est pas pris en charge : « utf-8 », « windows-1252 », « iso-8859-15 » ou « utf-16 »", clip(name))
}

// census counts what tells one encoding from another.
type census struct {
	sequences int // of several bytes that are valid UTF-8
	invalid   int // bytes that are not UTF-8
	controls  int // bytes 0x80 to 0x9f: printable in Windows-1252, nothing in ISO-8859-15
	latin9    int // signs of euro, œ and Œ where text has them in ISO-8859-15
}

// detectEncoding reads the whole file: the first accent of a list may be anywhere. A file with some UTF-8 counts as UTF-8
// even when other rows are not: those are decoded cell by cell.
func detectEncoding(file io.ReaderAt, length int64) (string, error) {
	var c census
	buf := make([]byte, sniffBytes)
	kept := 0
	for in := io.NewSectionReader(file, 0, length); ; {
		n, err := in.Read(buf[kept:])
		part := buf[:kept+n]
		kept = 0
		if err == nil {
			// A sequence that the end of the buffer cuts is kept for the next turn.
			for back := 1; back < utf8.UTFMax && back <= len(part); back++ {
				if b := part[len(part)-back]; utf8.RuneStart(b) {
					if b >= utf8.RuneSelf && !utf8.FullRune(part[len(part)-back:]) {
						kept = back
					}
					break
				}
			}
		}
		c.count(part[:len(part)-kept])
		kept = copy(buf, part[len(part)-kept:])
		if err == io.EOF {
			return c.encoding(), nil
		}
		if err != nil {
			return "", fmt.Errorf("lecture de la liste : %w", err)
		}
	}
}

func (c *census) count(part []byte) {
	if utf8.Valid(part) {
		c.sequences += multibyte(part)
		return
	}
	for i := 0; i < len(part); {
		b := part[i]
		if b < utf8.RuneSelf {
			i++
			continue
		}
		if _, width := utf8.DecodeRune(part[i:]); width > 1 {
			c.sequences++
			i += width
			continue
		}
		c.invalid++
		switch {
		case b < 0xa0:
			c.controls++
		case b == 0xa4, (b == 0xbc || b == 0xbd) && i+1 < len(part) && unicode.IsLetter(rune(part[i+1])):
			c.latin9++
		}
		i++
	}
}

// multibyte counts the sequences of several bytes in valid UTF-8.
func multibyte(part []byte) int {
	n := 0
	for _, b := range part {
		if b >= 0xc0 {
			n++
		}
	}
	return n
}

func (c *census) encoding() string {
	// Two accented letters of Windows-1252 that happen to make a UTF-8 sequence are very rare.
	switch {
	case c.invalid == 0 || c.sequences*50 > c.invalid:
		return utf8Name
	case c.controls == 0 && c.latin9 > 0:
		return iso885915
	default:
		return windows1252
	}
}

// decoder turns the cells of a file into UTF-8.
type decoder struct {
	encoding string
	table    *charmap.Charmap // nil for UTF-8
	// mended counts rows with cells that were not in the encoding of the file.
	mended int
}

func newDecoder(encoding string) *decoder {
	return &decoder{encoding: encoding, table: singleByte[encoding]}
}

// cell decodes one cell; false when its bytes mean nothing.
func (d *decoder) cell(text string) (decoded string, mended, ok bool) {
	if d.table == nil {
		if utf8.ValidString(text) {
			return text, false, true
		}
		decoded, ok = mend(text)
		return decoded, ok, ok
	}
	if ascii(text) {
		return text, false, true
	}
	var out strings.Builder
	out.Grow(len(text) + len(text)/4)
	for i := range len(text) {
		r := d.table.DecodeByte(text[i])
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
			return text, false, false
		}
		out.WriteRune(r)
	}
	return out.String(), false, true
}

// unreadable is why a cell was not decoded.
func (d *decoder) unreadable() string {
	if d.table == nil {
		return "contient des octets qui ne sont ni de l’UTF-8 ni du Windows-1252"
	}
	return fmt.Sprintf("contient des octets qui ne veulent rien dire en « %s »", d.encoding)
}

// notes tells of rows that were not in the encoding of the file.
func (d *decoder) notes() []string {
	if d.mended == 0 {
		return nil
	}
	return []string{"Plusieurs encodages dans le fichier : " +
		plural(d.mended, "ligne n’est pas de l’UTF-8 et a été lue en Windows-1252.", "lignes ne sont pas de l’UTF-8 et ont été lues en Windows-1252.")}
}

// mend reads the bytes of a cell that are not UTF-8 as Windows-1252, when that gives what a French list may hold.
func mend(text string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && width == 1 {
			r = charmap.Windows1252.DecodeByte(text[i])
			// A lone Ã is the first half of a UTF-8 letter that was cut.
			if !(unicode.IsLetter(r) && r != 'Ã') && !strings.ContainsRune("’‘‚“”„«»–—…€°²³·•§\u00a0", r) {
				return text, false
			}
		}
		out.WriteRune(r)
		i += width
	}
	return out.String(), true
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeUTF16 follows the mark that the file begins with.
func decodeUTF16(in io.Reader) io.Reader {
	return textunicode.UTF16(textunicode.LittleEndian, textunicode.ExpectBOM).NewDecoder().Reader(in)
}

func utf16Marked(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}
