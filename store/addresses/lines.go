package addresses

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxLine is the longest line that is read; those of the BAN are about 250 bytes. The BAN has no line breaks within a value, so a
// quotation mark that is never closed spoils one line and not the file.
const maxLine = 64 << 10

// lines reads a file of separated values line by line, in bounded memory, unpacked when it is gzip.
type lines struct {
	counter   *counter
	in        *bufio.Reader
	separator string
	number    int // of the line last read, from 1
	cells     []string
}

// counter counts the bytes of the file as it is on the disk, for the progress.
type counter struct {
	io.Reader
	bytes int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bytes += int64(n)
	return n, err
}

func newLines(r io.Reader) (*lines, error) {
	l := &lines{counter: &counter{Reader: r}}
	l.in = bufio.NewReaderSize(l.counter, maxLine)
	if magic, _ := l.in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		packed, err := gzip.NewReader(l.in)
		if err != nil {
			return nil, fmt.Errorf("fichier gzip : %w", err)
		}
		l.in = bufio.NewReaderSize(packed, maxLine)
	}
	if mark, _ := l.in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		l.in.Discard(3)
	}
	return l, nil
}

// badLine is a line that cannot be used; the ones after it can.
type badLine struct{ reason string }

func (b badLine) Error() string { return b.reason }

// next returns the cells of the next line that is not empty, valid until the next call. The error is io.EOF at the end, a [badLine], or
// what ends the reading.
func (l *lines) next() ([]string, error) {
	for {
		line, err := l.in.ReadSlice('\n')
		l.number++
		if errors.Is(err, bufio.ErrBufferFull) {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = l.in.ReadSlice('\n')
			}
			if err == nil || errors.Is(err, io.EOF) {
				return nil, badLine{"la ligne est trop longue"}
			}
		}
		if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = fmt.Errorf("ligne %d : le fichier est coupé ou abîmé : %w", l.number, err)
			}
			return nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return nil, badLine{"la ligne n’est pas en UTF-8"}
		}
		return l.split(string(line))
	}
}

func (l *lines) split(line string) ([]string, error) {
	if l.separator == "" {
		l.separator = ";"
		for _, other := range []string{",", "\t", "|"} {
			if strings.Count(line, other) > strings.Count(line, l.separator) {
				l.separator = other
			}
		}
	}
	if strings.Contains(line, `"`) {
		r := csv.NewReader(strings.NewReader(line))
		r.Comma, r.LazyQuotes = rune(l.separator[0]), true
		cells, err := r.Read()
		if err != nil {
			return nil, badLine{"les guillemets ne se lisent pas"}
		}
		return cells, nil
	}
	l.cells = l.cells[:0]
	for cell := range strings.SplitSeq(line, l.separator) {
		l.cells = append(l.cells, cell)
	}
	return l.cells, nil
}
