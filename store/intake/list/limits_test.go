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

// Not parallel: what other tests hold would count.
func TestMemoryOfLongLists(t *testing.T) {
	const limit = 64 << 20
	if testing.Short() || raceDetector {
		t.Skip("writes 200 MB, and the race detector's own memory would count")
	}
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

func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	path := write(t, "l.csv", []byte(strings.Repeat("nom;x\n", 1000)))
	must(t, os.Truncate(path, 2<<30))
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "le fichier pèse 2 Gio, 256 Mio au plus") {
		t.Errorf("2 GiB: %v", err)
	}
	path = write(t, "l.zip", []byte("PK\x03\x04"))
	must(t, os.Truncate(path, maxArchive+1))
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "64 Mio au plus") {
		t.Errorf("64 MiB of archive: %v", err)
	}
}

// TestQuotesWithoutEnd reads files made so that every row seems to go on for long.
func TestQuotesWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line string }{
		{"open both ways", `a";"` + "\n"},
		{"open and far", `"` + strings.Repeat("y", 50) + "\n" + strings.Repeat("x;x\n", 1000)},
		{"even", `""""` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := Open(write(t, "l.csv", []byte("nom;x\n"+strings.Repeat(c.line, 1<<20/len(c.line)))), Options{})
			must(t, err)
			defer r.Close()
			for {
				if _, err := r.Next(); err != nil {
					if _, ok := errors.AsType[*RowError](err); !ok {
						return
					}
				}
			}
		})
	}
}
