package addresses

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Summary is what became of an import.
type Summary struct {
	Title     string // what the file is, in French
	Rows      int    // lines read, without the header
	Addresses int    // numbers taken in, or named places
	Bad       int    // lines left out
	BadLines  []BadLine
	// Departements are those that the file has addresses of.
	Departements []Replaced
}

// BadLine is a line that was left out, and why, in French. Only the first few are kept.
type BadLine struct {
	Line   int
	Reason string
}

// Replaced says what an import replaced in a département.
type Replaced struct {
	Departement   string
	Communes      int
	Before, After int // addresses (or named places) of the communes replaced
}

const (
	badLinesKept = 5
	// maxPending bounds what waits in memory for the next transaction, in numbers: less than 50 MB.
	maxPending = 200_000
	// progressEvery is how many rows pass between two calls of progress.
	progressEvery = 10_000
)

// Import reads a file of the BAN, plain or gzip, and puts what it has in the place of what was known: whole départements for the BAN's
// own files, single communes for a Base adresse locale. Until its end, and if it fails or is interrupted, everybody sees what was there before.
// progress may be nil; bytes are those of r. One import at a time, also across processes: another one gets [ErrBusy].
func (g *Gazetteer) Import(ctx context.Context, r io.Reader, progress func(bytes, rows int64)) (Summary, error) {
	w, err := g.newWriter(ctx)
	if err != nil {
		return Summary{}, g.explain(err)
	}
	s, err := w.run(ctx, r, progress)
	if err = errors.Join(err, w.close()); err != nil {
		return s, g.explain(err)
	}
	return s, nil
}

func (w *writer) run(ctx context.Context, r io.Reader, progress func(bytes, rows int64)) (s Summary, err error) {
	in, err := newLines(r)
	if err != nil {
		return s, err
	}
	header, err := in.next()
	if errors.Is(err, io.EOF) {
		return s, errors.New("le fichier est vide")
	} else if err != nil {
		return s, fmt.Errorf("en-tête : %w", err)
	}
	reading, err := recognise(header)
	if err != nil {
		return s, err
	}
	s.Title = reading.title
	w.layout = reading.layout
	for {
		if s.Rows%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return s, err
			}
			if progress != nil {
				progress(in.counter.bytes, int64(s.Rows))
			}
		}
		cells, err := in.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		s.Rows++
		if err == nil {
			var read row
			if read, err = reading.row(cells); err == nil {
				err = w.add(ctx, read)
			}
		}
		if bad, ok := errors.AsType[badLine](err); ok {
			if s.Bad++; len(s.BadLines) < badLinesKept {
				s.BadLines = append(s.BadLines, BadLine{in.number, bad.reason})
			}
			continue
		} else if err != nil {
			return s, err
		}
		s.Addresses++
	}
	if err := w.flush(ctx); err != nil {
		return s, err
	}
	if s.Addresses <= s.Bad {
		return s, fmt.Errorf("%d lignes bonnes, %d mauvaises%s : rien n’est changé", s.Addresses, s.Bad, first(s.BadLines))
	}
	if s.Departements, err = w.publish(ctx, time.Now()); err != nil {
		return s, err
	}
	if progress != nil {
		progress(in.counter.bytes, int64(s.Rows))
	}
	if err := w.tidy(ctx); err != nil && ctx.Err() == nil { // interrupted, the next import goes on with it
		return s, err
	}
	return s, nil
}

func first(bad []BadLine) string {
	if len(bad) == 0 {
		return ""
	}
	return fmt.Sprintf(" (ligne %d : %s)", bad[0].Line, bad[0].Reason)
}
