package list

import (
	"bytes"
	"fmt"
	"io"
)

// records splits CSV text into rows. encoding/csv is not used: it keeps a quoted cell that never ends wholly in memory, loses
// all the rows that such a cell swallows, and knows no lines that end in CR alone. Here a row holds at most maxRow bytes, and
// after a quote that is out of place reading goes on with the very next line.
type records struct {
	in      io.Reader
	comma   byte
	newline byte // '\n' (a '\r' before it is passed over) or '\r'
	line    int  // number of the line that comes next, from 1
	most    int  // columns of a row

	buf      []byte
	pos, end int
	readErr  error // io.EOF at the end
	// wasted counts the bytes that were looked at again after misplaced quotes.
	wasted int64

	text []byte // of the row's cells without their quotes
	ends []int  // where each cell ends in text
}

// maxWasted stops files made so that every line opens a quote that is found wrong much later.
const maxWasted = 32 << 20

func newRecords(in io.Reader, comma, newline byte) *records {
	return &records{in: in, comma: comma, newline: newline, line: 1, most: maxColumns, buf: make([]byte, sniffBytes)}
}

// fill reads more, keeping what follows pos. It tells whether there is more.
func (r *records) fill() bool {
	if r.readErr != nil {
		return false
	}
	copy(r.buf, r.buf[r.pos:r.end])
	r.end -= r.pos
	r.pos = 0
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		n, err := r.in.Read(r.buf[r.end:])
		r.end += n
		if err != nil {
			r.readErr = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.readErr = io.ErrNoProgress
	return false
}

// next reads one row into text and ends and returns the line it begins on.
func (r *records) next() (line int, err error) {
	line = r.line
	length := 0
	for {
		if i := bytes.IndexByte(r.buf[r.pos+length:r.end], r.newline); i >= 0 {
			length += i
			break
		}
		length = r.end - r.pos
		if length > maxRow {
			return line, r.skipLine(line)
		}
		if !r.fill() {
			break
		}
	}
	if r.readErr != nil && r.readErr != io.EOF {
		return line, fmt.Errorf("lecture de la liste : %w", r.readErr)
	}
	if r.pos == r.end {
		return line, io.EOF
	}
	if length > maxRow {
		return line, r.skipLine(line)
	}
	r.text, r.ends = r.text[:0], r.ends[:0]
	row := r.buf[r.pos : r.pos+length]
	if bytes.IndexByte(row, '"') >= 0 {
		return line, r.quoted(line, length)
	}
	r.advance(length)
	if n := len(row); n > 0 && row[n-1] == '\r' {
		row = row[:n-1]
	}
	for rest := row; ; {
		i := bytes.IndexByte(rest, r.comma)
		if i < 0 {
			break
		}
		r.text = append(r.text, rest[:i]...)
		r.ends = append(r.ends, len(r.text))
		rest = rest[i+1:]
		row = rest
	}
	r.text = append(r.text, row...)
	r.ends = append(r.ends, len(r.text))
	return line, nil
}

// advance goes past a line of this length and its end.
func (r *records) advance(length int) {
	r.pos = min(r.pos+length+1, r.end)
	r.line++
}

// skipLine passes over a line that is too long to be held.
func (r *records) skipLine(line int) error {
	columns := 1
	for {
		i := bytes.IndexByte(r.buf[r.pos:r.end], r.newline)
		part := r.buf[r.pos:r.end]
		if i >= 0 {
			part = part[:i]
		}
		columns += bytes.Count(part, []byte{r.comma})
		if i >= 0 {
			r.advance(i)
			break
		}
		r.pos = r.end
		if !r.fill() {
			break
		}
	}
	if columns > r.most {
		return tooWide(line, columns, r.most)
	}
	return &RowError{Line: line, Reason: fmt.Sprintf("la ligne fait plus de %s", size(maxRow))}
}

func tooWide(line, columns, most int) *RowError {
	return &RowError{Line: line, Reason: fmt.Sprintf("%d colonnes, %d au plus", columns, most)}
}

// quoted reads a row of which some cell may be in quotes, and so go over several lines. length is that of its first line.
func (r *records) quoted(line, length int) error {
	at, lines := 0, 1 // of the row: bytes read, lines begun
	ends := string([]byte{r.comma, r.newline})
	fail := func(reason string) error {
		if lines > 1 || r.pos+length >= r.end {
			r.wasted += int64(at)
		}
		if r.wasted > maxWasted {
			return fmt.Errorf("trop de guillemets mal placés jusqu’à la ligne %d : corrigez les guillemets, ou enregistrez la liste en XLSX", line)
		}
		value := clip(string(r.buf[r.pos : r.pos+length]))
		r.advance(length)
		return &RowError{Line: line, Value: value, Reason: reason}
	}
	// peek returns the byte at at, 0 and false at the end of the file.
	peek := func() (byte, bool) {
		for r.pos+at >= r.end {
			if !r.fill() {
				return 0, false
			}
		}
		return r.buf[r.pos+at], true
	}
	for {
		start := len(r.text)
		if c, ok := peek(); ok && c == '"' {
			at++
			for closed := false; !closed; {
				rest := r.buf[r.pos+at : r.end]
				i := bytes.IndexByte(rest, '"')
				part := rest
				if i >= 0 {
					part = rest[:i]
				}
				r.text = append(r.text, part...)
				lines += bytes.Count(part, []byte{r.newline})
				at += len(part)
				switch {
				case len(r.text)-start > maxCell:
					return fail(fmt.Sprintf("guillemet mal fermé, ou cellule de plus de %s", size(maxCell)))
				case i >= 0:
					at++
					if c, ok := peek(); ok && c == '"' {
						r.text = append(r.text, '"')
						at++
					} else {
						closed = true
					}
				case !r.fill():
					return fail("guillemet mal fermé : la cellule ne finit pas avant la fin du fichier")
				}
			}
		} else {
			rest := r.buf[r.pos+at : r.end]
			for {
				if i := bytes.IndexAny(rest, ends); i >= 0 {
					rest = rest[:i]
					break
				}
				if len(rest) > maxRow {
					return fail(fmt.Sprintf("guillemet mal fermé, ou ligne de plus de %s", size(maxRow)))
				}
				if !r.fill() {
					break
				}
				rest = r.buf[r.pos+at : r.end]
			}
			at += len(rest)
			if c, ok := peek(); (!ok || c == '\n') && r.newline == '\n' {
				rest = bytes.TrimSuffix(r.buf[r.pos+at-len(rest):r.pos+at], []byte("\r"))
			} else {
				rest = r.buf[r.pos+at-len(rest) : r.pos+at]
			}
			r.text = append(r.text, rest...)
		}
		r.ends = append(r.ends, len(r.text))
		c, ok := peek()
		if ok && c == '\r' && r.newline == '\n' {
			at++
			if c, ok = peek(); ok && c != '\n' {
				return fail("guillemets mal placés")
			}
		}
		switch {
		case !ok || c == r.newline:
			r.pos = min(r.pos+at+1, r.end)
			r.line += lines
			return nil
		case c != r.comma:
			return fail("guillemets mal placés")
		case at > maxRow:
			return fail(fmt.Sprintf("guillemet mal fermé, ou ligne de plus de %s", size(maxRow)))
		case len(r.ends) > r.most:
			return fail(fmt.Sprintf("plus de %d colonnes, ou guillemets mal placés", r.most))
		}
		at++
	}
}
