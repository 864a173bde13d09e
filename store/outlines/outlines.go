// Package outlines keeps the official outlines that were imported, one file for each level in the folder territories of the
// data: CBOR of geo.Territory values, replaced whole.
package outlines

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fxamacker/cbor/v2"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/wholefile"
)

// version is the first thing in a file; another one is refused.
const version = "dealmap outlines 1"

type file struct {
	Version     string          `cbor:"v"`
	Level       dealmap.Level   `cbor:"l"`
	Territories []geo.Territory `cbor:"t"`
}

func path(data string, level dealmap.Level) string {
	return filepath.Join(data, "territories", string(level)+".cbor")
}

// Save replaces the outlines of a level: the old ones stay until the new ones are on disk.
func Save(data string, level dealmap.Level, territories []geo.Territory) (err error) {
	name := path(data, level)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("save outlines: %w", err)
	}
	err = wholefile.Write(name, func(to *os.File) error {
		w := bufio.NewWriterSize(to, 1<<20)
		return errors.Join(cbor.NewEncoder(w).Encode(file{version, level, territories}), w.Flush())
	})
	if err != nil {
		return fmt.Errorf("save outlines %s: %w", name, err)
	}
	return nil
}

// Load returns the outlines of a level, none when none were imported.
func Load(data string, level dealmap.Level) ([]geo.Territory, error) {
	name := path(data, level)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load outlines: %w", err)
	}
	mode, err := cbor.DecOptions{MaxArrayElements: 1 << 26}.DecMode()
	if err != nil {
		return nil, fmt.Errorf("load outlines: %w", err)
	}
	var f file
	if err := mode.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("le fichier de contours %s est illisible (importez-le à nouveau, ou supprimez-le) : %w", name, err)
	}
	if f.Version != version || f.Level != level {
		return nil, fmt.Errorf("le fichier de contours %s est d’une autre version : importez-le à nouveau, ou supprimez-le", name)
	}
	return f.Territories, nil
}
