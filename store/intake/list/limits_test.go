package list

import (
	"errors"
	"os"
	"strings"
	"testing"
)

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
