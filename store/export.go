package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/wholefile"
	bolt "go.etcd.io/bbolt"
)

// Export tells of a copy of the state.
type Export struct {
	// At is the entry that it stands at.
	At dealmap.Seq
	// Bytes is its size.
	Bytes  int64
	Places int
}

// ExportState writes a copy of the state, as the map is now, to a new file that only its owner may read. Put as StateFile into the data
// folder of another node on the same journal, it spares that node reading the journal from the start: Open holds it against the journal like
// a state of its own. Reading and writing go on meanwhile.
func (s *Store) ExportState(ctx context.Context, path string, progress Progress) (e Export, err error) {
	if s.disk == nil {
		return e, errors.New("export state: nothing is kept on disk")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return e, fmt.Errorf("%s : %w", path, errors.Join(err, errors.New("ce fichier existe déjà")))
	}
	if progress == nil {
		progress = func(uint64, uint64, string) {}
	}
	if err := s.checkpoint(); err != nil {
		return e, fmt.Errorf("copie de l’état : %w", err)
	}
	err = wholefile.Write(path, func(file *os.File) error {
		made, err := s.disk.export(ctx, file, progress)
		if err != nil {
			return err
		}
		e = made
		return boltfile.CheckPages(file.Name())
	})
	if err != nil {
		return e, fmt.Errorf("copie de l’état : %w", err)
	}
	return e, nil
}

func (f *stateFile) export(ctx context.Context, to io.Writer, progress Progress) (e Export, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		m, err := readMark(tx)
		if err != nil {
			return err
		}
		e = Export{At: m.Seq, Bytes: tx.Size(), Places: m.Places}
		if _, err = tx.WriteTo(&shownWriter{ctx: ctx, to: to, total: uint64(e.Bytes), progress: progress}); ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	})
	return e, err
}

// shownWriter writes until a context ends, and tells how far it is.
type shownWriter struct {
	ctx         context.Context
	to          io.Writer
	done, total uint64
	progress    Progress
}

// Write implements io.Writer.
func (w *shownWriter) Write(data []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.to.Write(data)
	w.done += uint64(n)
	w.progress(w.done, w.total, "copie de l’état, en octets")
	return n, err
}
