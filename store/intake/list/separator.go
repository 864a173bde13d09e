package list

import (
	"bytes"
	"io"
	"strings"
)

// separators in order of preference where nothing else tells them apart: a comma is in French text and numbers.
const separators = ";\t|,"

// findNewline tells how lines end: by LF (with or without CR) or by CR alone. A line end inside a quoted cell does not count.
func findNewline(head []byte) byte {
	inside := false
	for i, c := range head {
		switch {
		case c == '"':
			inside = !inside
		case inside:
		case c == '\n':
			return '\n'
		case c == '\r' && i+1 < len(head) && head[i+1] != '\n':
			return '\r'
		}
	}
	return '\n'
}

// findSeparator tries each separator on the first rows. The right one parts them, the header first of all, into equal numbers
// of columns: a comma that is in every row but not in the header belongs to an address or a number.
func findSeparator(head []byte, newline byte, whole bool) byte {
	best, found := trial{}, byte(separators[0])
	for i := range len(separators) {
		t := tryComma(head, separators[i], newline, whole)
		if t.columns > 1 && t.share >= 10 && (best.columns == 0 || t.better(best)) {
			best, found = t, separators[i]
		}
	}
	return found
}

// trial is how a separator parts the first rows.
type trial struct {
	columns int // that most rows have
	share   int // of rows that have them, in twentieths
	before  int // rows before the first that has them
}

func (t trial) better(o trial) bool {
	if t.before != o.before {
		return t.before < o.before
	}
	if t.share != o.share {
		return t.share > o.share
	}
	return t.columns > o.columns
}

func tryComma(head []byte, comma, newline byte, whole bool) trial {
	r := newRecords(bytes.NewReader(head), comma, newline)
	var widths []int
	for len(widths) < sampleRows {
		_, err := r.next()
		if err == io.EOF {
			break
		}
		switch {
		case err != nil:
			widths = append(widths, 0)
		case len(r.text) > 0 || len(r.ends) > 1:
			widths = append(widths, len(r.ends))
		}
	}
	if !whole && len(widths) > 1 && r.pos == r.end {
		// The end of what was looked at cuts the last row.
		widths = widths[:len(widths)-1]
	}
	counts := map[int]int{}
	var t trial
	for _, w := range widths {
		counts[w]++
		if c := counts[w]; w > 0 && (c > counts[t.columns] || c == counts[t.columns] && w > t.columns) {
			t.columns = w
		}
	}
	if len(widths) == 0 {
		return t
	}
	t.share = 20 * counts[t.columns] / len(widths)
	for _, w := range widths {
		if w == t.columns {
			break
		}
		t.before++
	}
	return t
}

// declaredSeparator reads the first line « sep=; » with which Excel is told.
func declaredSeparator(head []byte) (comma byte, ok bool) {
	line, _, _ := bytes.Cut(head[:min(len(head), 16)], []byte("\n"))
	text := strings.ToLower(strings.Trim(string(bytes.TrimSuffix(line, []byte("\r"))), "\""))
	if rest, found := strings.CutPrefix(text, "sep="); found && len(rest) == 1 && strings.Contains(separators, rest) {
		return rest[0], true
	}
	return 0, false
}
