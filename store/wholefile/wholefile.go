// Package wholefile writes files that are there whole or not at all, also after a power cut.
package wholefile

import (
	"errors"
	"os"
	"path/filepath"
)

// Write has a file filled beside its place (mode 0600), puts it on the disk and then in its place, over what is there. When fill or anything
// else fails, what is there stays as it is, and nothing is left beside it.
func Write(path string, fill func(*os.File) error) error {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	err = fill(part)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Bytes is a fill that writes data.
func Bytes(data []byte) func(*os.File) error {
	return func(file *os.File) error {
		_, err := file.Write(data)
		return err
	}
}
