package list

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// csvSource reads CSV text.
type csvSource struct {
	file    io.Closer
	size    int64
	bytes   *counted
	records *records
	decoder *decoder
}

// counted counts the bytes read.
type counted struct {
	in   io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.read += int64(n)
	return n, err
}

func (in input) openCSV() (opened, error) {
	s, f, err := openText(in.file, in.size, in.head, in.options)
	if err != nil {
		return opened{}, err
	}
	s.file = in.file
	return opened{source: s, findings: f}, nil
}

// openText finds out how text is written: its encoding, its separator, how its lines end.
func openText(in io.ReaderAt, length int64, head []byte, o Options) (*csvSource, Findings, error) {
	f := Findings{Options: Options{Format: CSV, HeaderRow: o.HeaderRow}}
	var err error
	switch {
	case utf16Marked(head):
		f.Encoding = utf16Name
	case o.Encoding != "":
		if f.Encoding, err = encodingOf(o.Encoding); err == nil && f.Encoding == utf16Name {
			err = errors.New("le fichier ne commence pas par la marque de l’UTF-16 : enregistrez la liste en « CSV UTF-8 »")
		}
	default:
		f.Encoding, err = detectEncoding(in, length)
	}
	if err != nil {
		return nil, f, err
	}
	s := &csvSource{size: length, decoder: newDecoder(f.Encoding)}
	if f.Encoding == utf16Name {
		if length%2 != 0 {
			return nil, f, errors.New("le fichier est tronqué : il y manque la fin d’un caractère UTF-16 ; envoyez-le de nouveau")
		}
		decoded := make([]byte, sniffBytes)
		n, err := io.ReadFull(decodeUTF16(io.NewSectionReader(in, 0, length)), decoded)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, f, fmt.Errorf("lecture de la liste : %w", err)
		}
		head = decoded[:n]
		if len(strings.TrimSpace(string(head))) == 0 && n < sniffBytes {
			return nil, f, errEmpty
		}
	}
	skip := int64(0)
	if strings.HasPrefix(string(head), utf8Mark) {
		skip, head = int64(len(utf8Mark)), head[len(utf8Mark):]
	}
	s.bytes = &counted{io.NewSectionReader(in, skip, length-skip), skip}
	var text io.Reader = s.bytes
	if f.Encoding == utf16Name {
		text = decodeUTF16(s.bytes)
	}
	newline := findNewline(head)
	comma, declared := declaredSeparator(head)
	switch {
	case o.Separator != "":
		if comma, err = separatorOf(o.Separator); err != nil {
			return nil, f, err
		}
	case !declared:
		comma = findSeparator(head, newline, length <= sniffBytes)
	}
	f.Separator = string(comma)
	s.records = newRecords(text, comma, newline)
	if declared {
		if _, err := s.records.next(); err != nil && err != io.EOF {
			return nil, f, err
		}
	}
	return s, f, nil
}

func separatorOf(text string) (byte, error) {
	if text == `\t` || text == "tab" {
		text = "\t"
	}
	if len(text) != 1 || !strings.Contains(separators, text) {
		return 0, fmt.Errorf("« %s » ne sépare pas des colonnes : point-virgule, virgule, tabulation ou barre verticale", clip(text))
	}
	return text[0], nil
}

func (s *csvSource) next() (Row, error) {
	line, err := s.records.next()
	if err != nil {
		if e, ok := errors.AsType[*RowError](err); ok && e.Value != "" {
			if decoded, _, ok := s.decoder.cell(e.Value); ok {
				e.Value = decoded
			}
		}
		return Row{}, err
	}
	// One string for the whole row: its cells share it.
	text := string(s.records.text)
	direct := s.decoder.table == nil && utf8.ValidString(text) || s.decoder.table != nil && ascii(text)
	lines := s.records.line > line+1
	for n := len(s.records.ends); n > s.records.most && s.records.ends[n-1] == s.records.ends[n-2]; n-- {
		// Spreadsheets write out empty columns up to their own limit.
		s.records.ends = s.records.ends[:n-1]
	}
	if n := len(s.records.ends); n > s.records.most {
		return Row{}, tooWide(line, n, s.records.most)
	}
	cells := make([]string, len(s.records.ends))
	start, mended := 0, false
	for i, end := range s.records.ends {
		cell := text[start:end]
		start = end
		if !direct {
			decoded, m, ok := s.decoder.cell(cell)
			if !ok {
				return Row{}, &RowError{Line: line, Value: clip(cell), Reason: s.decoder.unreadable()}
			}
			cell, mended = decoded, mended || m
		}
		if lines {
			cell = strings.ReplaceAll(cell, "\r\n", "\n")
		}
		cells[i] = cell
	}
	if mended {
		s.decoder.mended++
	}
	return Row{Line: line, Cells: cells}, nil
}

func (s *csvSource) progress() (done, total int64) {
	return max(0, s.bytes.read-int64(s.records.end-s.records.pos)), s.size
}

func (s *csvSource) notes() []string { return s.decoder.notes() }

func (s *csvSource) close() error { return s.file.Close() }
