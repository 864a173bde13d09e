package list

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dbf reads a dBASE table. go-shp (0.1.1) is not used for it nor for shapes: it makes room for as many points as a record claims,
// so that a few bytes end the program, its lengths are signed, it cuts the last record short without an error, and it leaves
// encodings and types aside. The formats are small and have not changed since 1998.
type dbf struct {
	in      io.Reader
	fields  []dbfField
	count   int // records that the header tells
	buf     []byte
	done    int
	decoder *decoder
	memos   int // cells that another file holds
}

type dbfField struct {
	name          string
	kind          byte
	offset, width int
}

var errTornTable = errors.New("le fichier .dbf est tronqué ou abîmé : exportez la couche de nouveau")

// languages are the encodings that the header's language driver stands for, where they are not Windows-1252.
var languages = map[byte]string{0x01: dosUS, 0x02: dosLatin, 0x0a: dosLatin, 0x0e: dosLatin, 0x1d: dosLatin, 0x25: dosLatin}

// openDBF reads the header of a table whose file is of this length. encoding is empty where nothing declares it.
func openDBF(in io.Reader, length int64, encoding string) (*dbf, error) {
	header := make([]byte, 32)
	if _, err := io.ReadFull(in, header); err != nil {
		return nil, errTornTable
	}
	count := binary.LittleEndian.Uint32(header[4:])
	head, width := int(binary.LittleEndian.Uint16(header[8:])), int(binary.LittleEndian.Uint16(header[10:]))
	if head < 33 || width < 1 || int64(head)+int64(count)*int64(width) > length {
		return nil, errTornTable
	}
	d := &dbf{in: in, count: int(count), buf: make([]byte, width)}
	rest := make([]byte, head-32)
	if _, err := io.ReadFull(in, rest); err != nil {
		return nil, errTornTable
	}
	offset := 1
	for len(rest) >= 32 && rest[0] != 0x0d {
		f := dbfField{kind: rest[11], offset: offset, width: int(rest[16])}
		if f.kind == 'C' {
			// Some programs keep the high byte of long texts where numbers have their decimals.
			f.width |= int(rest[17]) << 8
		}
		name, _, _ := bytes.Cut(rest[:11], []byte{0})
		f.name = string(name)
		if offset += f.width; offset > width {
			return nil, errTornTable
		}
		d.fields = append(d.fields, f)
		rest = rest[32:]
	}
	if len(d.fields) == 0 || len(rest) == 0 || rest[0] != 0x0d {
		return nil, errTornTable
	}
	if len(d.fields) > maxColumns {
		return nil, fmt.Errorf("%d colonnes, %d au plus : gardez les colonnes utiles", len(d.fields), maxColumns)
	}
	if encoding == "" {
		encoding = languages[header[29]]
	}
	if encoding == "" && header[29] != 0 {
		encoding = windows1252
	}
	if encoding == "" {
		// Nothing declares an encoding: cells that are UTF-8 are, others are Windows-1252.
		encoding = utf8Name
	}
	d.decoder = newDecoder(encoding)
	return d, nil
}

func (d *dbf) header() []string {
	var names []string
	for _, f := range d.fields {
		name, _, _ := d.decoder.cell(f.name)
		names = append(names, name)
	}
	return names
}

// next returns the cells of the next record; nil when it was deleted.
func (d *dbf) next() ([]string, *RowError, error) {
	if _, err := io.ReadFull(d.in, d.buf); err != nil {
		return nil, nil, fmt.Errorf("après %s, %w", plural(d.done, "ligne", "lignes"), errTornTable)
	}
	d.done++
	switch d.buf[0] {
	case '*':
		return nil, nil, nil
	case ' ':
	default:
		return nil, nil, fmt.Errorf("après %s, %w", plural(d.done-1, "ligne", "lignes"), errTornTable)
	}
	cells, mended := make([]string, len(d.fields)), false
	for i, f := range d.fields {
		raw := d.buf[f.offset : f.offset+f.width]
		if f.kind != 'C' {
			cells[i] = d.value(f, raw)
			continue
		}
		text, m, ok := d.decoder.cell(d.trim(raw))
		if !ok {
			return nil, &RowError{Line: d.done, Column: f.name, Value: clip(string(raw)), Reason: d.decoder.unreadable()}, nil
		}
		cells[i], mended = text, mended || m
	}
	if mended {
		d.decoder.mended++
	}
	return cells, nil, nil
}

// trim takes off the blanks, and half a letter where the width of the column cut it.
func (d *dbf) trim(raw []byte) string {
	full := len(raw) > 0 && raw[len(raw)-1] >= utf8.RuneSelf
	raw = bytes.TrimRight(raw, " \x00")
	if full && d.decoder.table == nil {
		for back := 1; back < utf8.UTFMax && back <= len(raw); back++ {
			if b := raw[len(raw)-back]; utf8.RuneStart(b) {
				if b >= 0xc2 && !utf8.FullRune(raw[len(raw)-back:]) && utf8.Valid(raw[:len(raw)-back]) {
					raw = raw[:len(raw)-back]
				}
				break
			}
		}
	}
	return string(raw)
}

// value writes what is not text: numbers as they stand, dates as 2006-01-02.
func (d *dbf) value(f dbfField, raw []byte) string {
	text := strings.Trim(string(raw), " \x00")
	switch {
	case f.kind == 'D':
		if text == "" || strings.Trim(text, "0") == "" {
			return ""
		}
		if at, err := time.Parse("20060102", text); err == nil {
			return at.Format("2006-01-02")
		}
	case f.kind == 'L':
		switch {
		case text == "" || text == "?":
			return ""
		case strings.ContainsAny(text, "YyTtOo"):
			return truth(true)
		case strings.ContainsAny(text, "NnFf"):
			return truth(false)
		}
	case f.kind == 'I' && f.width == 4:
		return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(raw))))
	case (f.kind == 'B' || f.kind == 'O') && f.width == 8:
		return decimal(math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	case f.kind == 'N' || f.kind == 'F':
		// Stars stand for a number that did not fit.
		if strings.Trim(text, "*") == "" {
			return ""
		}
	case f.kind == 'M' || f.kind == 'G' || f.kind == 'P' || f.kind == 'B':
		if text != "" {
			d.memos++
		}
		return ""
	}
	if text, _, ok := d.decoder.cell(text); ok {
		return text
	}
	return strings.ToValidUTF8(text, "�")
}

func (d *dbf) notes() []string {
	notes := d.decoder.notes()
	if d.memos > 0 {
		notes = append(notes, plural(d.memos, "texte long (mémo) est dans un autre fichier et n’est pas lu.", "textes longs (mémos) sont dans un autre fichier et ne sont pas lus."))
	}
	return notes
}
