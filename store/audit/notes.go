package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/proof"
)

// noteFile is a file of notes that only grows.
type noteFile struct{ path string }

// firstWindow is how much of the end of a file is looked at first.
const firstWindow = 64 << 10

// size returns the size of the file, 0 when it cannot be told.
func (f noteFile) size() int64 {
	info, err := os.Stat(f.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail is what lies at the end of a file of notes.
type tail struct {
	notes map[string][]byte // the last of each origin, not verified
	size  int64             // of the file
	torn  int64             // where an interrupted write begins, -1 when there is none
	apart bool              // a blank line is there for the next note, or nothing
}

// tail finds the last note of each origin. A file that is absent is empty.
func (f noteFile) tail(origins ...string) (tail, error) {
	file, err := os.Open(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return tail{torn: -1, apart: true}, nil
	}
	if err != nil {
		return tail{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return tail{}, err
	}
	for window := int64(firstWindow); ; window *= 8 {
		t, err := tailWithin(file, max(0, info.Size()-window), info.Size())
		if err != nil {
			return t, fmt.Errorf("%s : %w", f.path, err)
		}
		found := len(t.notes) > 0
		for _, origin := range origins {
			found = found && t.notes[origin] != nil
		}
		if found || window >= info.Size() {
			return t, nil
		}
	}
}

// tailWithin reads the notes of a file from about a place on.
func tailWithin(file io.ReaderAt, from, size int64) (tail, error) {
	t := tail{notes: map[string][]byte{}, size: size, torn: -1}
	data := make([]byte, size-from)
	if _, err := file.ReadAt(data, from); err != nil && !errors.Is(err, io.EOF) {
		return t, err
	}
	t.apart = size == 0 || bytes.HasSuffix(data, []byte("\n\n"))
	if from > 0 {
		skip := nextNote(data)
		from, data = from+skip, data[skip:]
	}
	for n, err := range proof.Notes(bytes.NewReader(data)) {
		if errors.Is(err, proof.ErrTorn) {
			t.torn = from + n.Start
		}
		if err == nil { // what is bad further up is for Verify
			origin, _, _ := bytes.Cut(n.Text, []byte("\n"))
			t.notes[string(origin)] = n.Text
		}
	}
	return t, nil
}

// nextNote returns where the next note begins in a part of a file.
func nextNote(data []byte) int64 {
	for at := 0; ; {
		next := bytes.Index(data[at:], []byte("\n\n"))
		if next < 0 {
			return int64(len(data))
		}
		if at += next + 2; !bytes.HasPrefix(data[at:], []byte("— ")) {
			return int64(at)
		}
	}
}

// append adds notes behind the last whole one in one write, and returns when they are on the disk. What an interrupted write
// left is taken away; where the file does not allow that, it is closed off by blank lines.
func (f noteFile) append(notes ...[]byte) error {
	t, err := f.tail()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	var text []byte
	if t.torn >= 0 {
		if err := file.Truncate(t.torn); err == nil {
			t.apart = true
		} else {
			text = append(text, '\n')
		}
	}
	for _, note := range notes {
		if !t.apart {
			text = append(text, '\n')
		}
		text, t.apart = append(text, note...), false
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil || t.size > 0 {
		return err
	}
	return syncDir(filepath.Dir(f.path))
}

// syncDir puts a new file's name on the disk too.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
