package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/mesure5/dealmap/store/proof"
)

// NoteFile is a file of checkpoints of a log that somebody else keeps, such as another node: they are kept here as they were got. Its methods
// may be called from any goroutine.
type NoteFile struct {
	file  noteFile
	vkeys []string

	mu     sync.Mutex
	latest Signed
}

// OpenNotes opens the file at path, which need not be there yet, of checkpoints of a log that one of the keys signed.
func OpenNotes(path, log string, vkeys ...string) (*NoteFile, error) {
	f := &NoteFile{file: noteFile{path}, vkeys: vkeys}
	t, err := f.file.tail(originOf(log))
	if err != nil {
		return nil, err
	}
	if note := t.notes[originOf(log)]; note != nil {
		c, err := proof.Open(note, vkeys...)
		if err != nil {
			return nil, fmt.Errorf("%s : %w", path, err)
		}
		f.latest = Signed{c, note}
	}
	return f, nil
}

// Latest returns the last checkpoint; ok is false when there is none.
func (f *NoteFile) Latest() (s Signed, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest, f.latest.Note != nil
}

// Add adds checkpoints behind the last, each larger than the one before, and returns when they are on the disk.
func (f *NoteFile) Add(list ...Signed) error {
	if len(list) == 0 {
		return nil
	}
	notes := make([][]byte, len(list))
	for i, s := range list {
		notes[i] = s.Note
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.file.append(notes...); err != nil {
		return err
	}
	f.latest = list[len(list)-1]
	return nil
}

// All reads all checkpoints in order: those that are good, and an error for the first that is not.
func (f *NoteFile) All() ([]proof.Checkpoint, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, err := os.Open(f.file.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return proof.ReadCheckpoints(file, f.vkeys...)
}
