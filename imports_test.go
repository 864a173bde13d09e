package dealmap_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mesure5/dealmap"

// mayImport is the import table of the design: which of our packages each folder may import; "" is the root.
var mayImport = map[string][]string{
	"":      {},
	"geo":   {""},
	"store": {"", "geo", "store"},
	"tiles": {"", "geo", "tiles"},
	"seeds": {"", "geo", "seeds"},
	"web":   {"", "geo", "tiles", "web"},
	"cmd":   {"", "geo", "store", "tiles", "web", "seeds", "cmd"},
}

// TestImportTable keeps the layers: it reads what every package of the module imports, tests left out.
func TestImportTable(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; seen++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		folder := top(p.ImportPath)
		allowed, known := mayImport[folder]
		if !known {
			t.Errorf("%s is in a folder that the design does not have", p.ImportPath)
		}
		for _, imported := range p.Imports {
			switch ours := imported == module || strings.HasPrefix(imported, module+"/"); {
			case ours && !slices.Contains(allowed, top(imported)):
				t.Errorf("%s imports %s", p.ImportPath, imported)
			case folder == "" && !ours && strings.Contains(imported, ".") && !strings.HasPrefix(imported, "github.com/paulmach/orb"):
				t.Errorf("the domain imports %s", imported)
			case folder == "" && slices.Contains([]string{"os", "net", "net/http", "io/fs", "os/exec", "database/sql", "math/rand", "math/rand/v2", "crypto/rand"}, imported):
				t.Errorf("the domain does I/O or draws chance: it imports %s", imported)
			}
		}
	}
	if seen < len(mayImport) {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func top(path string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	folder, _, _ := strings.Cut(rest, "/")
	return folder
}

// TestOutputsNeverHoldPlaces keeps what draws and serves away from records: web and tiles may hold Sights only.
func TestOutputsNeverHoldPlaces(t *testing.T) {
	t.Parallel()
	files := 0
	for _, folder := range []string{"web", "tiles"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "app" {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			files++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "dealmap" && (s.Sel.Name == "Place" || s.Sel.Name == "Report") {
						t.Errorf("%s mentions dealmap.%s", path, s.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Error("no files were looked at")
	}
}
