//go:build !race

// The race detector's own memory would count: make test runs this once without it.

package list

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestMemoryOfLongLists reads lists of 100 MB. Not parallel: what other tests hold would count.
func TestMemoryOfLongLists(t *testing.T) {
	const limit = 64 << 20
	runtime.GC()
	path := hugeFile(t, func(w *bufio.Writer) {
		fmt.Fprintln(w, "nom;adresse;commune;x;y;note")
		for i := range 1 << 20 {
			fmt.Fprintf(w, "Point %d;%d, rue de l’Église;13055;%d.5;6860000.5;%s\n", i, i%100, 600000+i%1000, "une note de quelques mots sur ce point de deal-----")
		}
	})
	if info, err := os.Stat(path); err != nil || info.Size() < 100<<20 {
		t.Fatalf("%v, %v", info, err)
	}
	rows, rowErrors, heap := peak(t, path)
	if rows != 1<<20 || rowErrors != nil || heap > limit {
		t.Errorf("%d rows, errors %q, %d MiB", rows, rowErrors, heap>>20)
	}

	path = hugeFile(t, func(w *bufio.Writer) {
		fmt.Fprintln(w, "nom;x\na;1")
		for range 100 {
			w.WriteString(strings.Repeat("x", 1<<20))
		}
		fmt.Fprint(w, "\nb;2\n\"")
		w.WriteString(strings.Repeat("y;", 1<<20))
		fmt.Fprint(w, "\nc;3\n")
	})
	rows, rowErrors, heap = peak(t, path)
	same(t, "errors", rowErrors, []string{"ligne 3 : la ligne fait plus de 1 Mio", "ligne 5 : 1048577 colonnes, 1000 au plus"})
	if rows != 3 || heap > limit {
		t.Errorf("%d rows, %d MiB", rows, heap>>20)
	}
}

// hugeFile makes a file by writing parts.
func hugeFile(t testing.TB, fill func(w *bufio.Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "l.csv")
	file, err := os.Create(path)
	must(t, err)
	w := bufio.NewWriterSize(file, 1<<20)
	fill(w)
	must(t, w.Flush())
	must(t, file.Close())
	return path
}

// peak reads a list and returns its rows, its errors and the most memory of the heap in use meanwhile.
func peak(t *testing.T, path string) (rows int, rowErrors []string, heap uint64) {
	t.Helper()
	r, err := Open(path, Options{})
	must(t, err)
	defer r.Close()
	var m runtime.MemStats
	for i := 0; ; i++ {
		if i%100000 == 0 {
			runtime.ReadMemStats(&m)
			heap = max(heap, m.HeapInuse)
		}
		_, err := r.Next()
		if rowError, ok := errors.AsType[*RowError](err); ok {
			rowErrors = append(rowErrors, rowError.Error())
			runtime.ReadMemStats(&m)
			heap = max(heap, m.HeapInuse)
			continue
		}
		if err == io.EOF {
			return rows, rowErrors, heap
		}
		must(t, err)
		rows++
	}
}
