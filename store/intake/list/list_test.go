package list

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// content is all that a list gives, written out.
type content struct {
	header []string
	rows   []string // line|cell|cell…
	errors []string
	found  Findings
}

// write puts bytes into a file of the test.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read reads a whole list; err is that of Open or the one that ended reading.
func read(t testing.TB, path string, o Options) (content, error) {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		return content{}, err
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	c := content{header: r.Header()}
	for {
		row, err := r.Next()
		rowError, ok := errors.AsType[*RowError](err)
		switch {
		case err == io.EOF:
			c.found = r.Findings()
			if _, again := r.Next(); again != io.EOF {
				t.Errorf("after the end: %v", again)
			}
			if done, total := r.Progress(); done != total {
				t.Errorf("at the end progress is %d of %d", done, total)
			}
			return c, nil
		case ok:
			c.errors = append(c.errors, rowError.Error())
			if rowError.Reason == "" || rowError.Line == 0 {
				t.Errorf("row error without line or reason: %#v", rowError)
			}
		case err != nil:
			if _, again := r.Next(); again != err {
				t.Errorf("after %v: %v", err, again)
			}
			c.found = r.Findings()
			return c, err
		default:
			if len(row.Cells) != len(c.header) {
				t.Fatalf("line %d has %d cells, the header %d", row.Line, len(row.Cells), len(c.header))
			}
			c.rows = append(c.rows, fmt.Sprintf("%d|%s", row.Line, strings.Join(row.Cells, "|")))
		}
	}
}

// same compares with what is wanted, line by line.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\n%s\nwant:\n%s", what, g, w)
	}
}

// noted tells whether a note has this in it.
func noted(f Findings, part string) bool {
	for _, note := range f.Notes {
		if strings.Contains(note, part) {
			return true
		}
	}
	return false
}
