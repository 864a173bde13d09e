package proof

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// ErrTorn says that the last note of a file is not whole: a write that was interrupted.
var ErrTorn = errors.New("la dernière attestation est incomplète : écriture interrompue, ou fin du fichier abîmée")

// signatureMark begins the line of a signature.
var signatureMark = []byte("— ")

// Note is one note of a file, not verified yet.
type Note struct {
	Text       []byte // with its signatures
	Start, End int64  // where it lies in the file, in bytes; set too with an error, of what is no note
}

// Notes yields the notes of a file, which a blank line separates. What is not a note comes as an error that wraps
// ErrCheckpoint, and reading goes on behind it; a last one that is not whole as an error that wraps ErrTorn. Any other error
// is the reader's, and ends it.
func Notes(r io.Reader) iter.Seq2[Note, error] {
	return func(yield func(Note, error) bool) {
		s := noteScanner{in: bufio.NewReaderSize(r, mostText)}
		for {
			n, err := s.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(n, err) || (err != nil && !errors.Is(err, ErrCheckpoint)) {
				return
			}
		}
	}
}

type noteScanner struct {
	in    *bufio.Reader
	at    int64  // bytes taken
	ahead []byte // a line that was read and not taken
}

// line takes the next line with its newline. A last one without gives ErrTorn.
func (s *noteScanner) line() ([]byte, error) {
	if line := s.ahead; line != nil {
		s.ahead = nil
		s.at += int64(len(line))
		return line, nil
	}
	line, err := s.in.ReadSlice('\n')
	s.at += int64(len(line))
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return line, nil
	case errors.Is(err, io.EOF) && len(line) > 0:
		return line, ErrTorn
	case err != nil && !errors.Is(err, io.EOF):
		return line, fmt.Errorf("read checkpoints: %w", err)
	}
	return line, err
}

func (s *noteScanner) back(line []byte) {
	s.ahead = bytes.Clone(line)
	s.at -= int64(len(line))
}

func (s *noteScanner) next() (n Note, err error) {
	divided, signed := false, false // the blank line before the signatures, a signature
	for {
		if len(n.Text) == 0 {
			n.Start = s.at
		}
		line, err := s.line()
		n.End = s.at
		if errors.Is(err, io.EOF) && (len(n.Text) == 0 || signed) {
			if signed {
				err = nil
			}
			return n, err
		}
		if errors.Is(err, io.EOF) {
			err = ErrTorn
		}
		if err != nil {
			return n, fmt.Errorf("octet %d : %w", n.Start, err)
		}
		blank, mark := string(line) == "\n", bytes.HasPrefix(line, signatureMark)
		switch {
		case signed && !mark:
			s.back(line)
			n.End = s.at
			return n, nil
		case divided && !mark:
			s.back(line)
			n.End = s.at
			return n, fmt.Errorf("octet %d : %w", n.Start, ErrCheckpoint)
		case len(n.Text) == 0 && blank:
			continue
		case len(n.Text)+len(line) > mostText, mark && !divided:
			return n, fmt.Errorf("octet %d : %w", n.Start, ErrCheckpoint)
		}
		n.Text = append(n.Text, line...)
		divided, signed = divided || blank, signed || mark
	}
}

// ReadCheckpoints reads a file of checkpoints that one of the keys signed, in order. It returns those that are good and an
// error for the first that is not.
func ReadCheckpoints(r io.Reader, vkeys ...string) (list []Checkpoint, err error) {
	for n, bad := range Notes(r) {
		var c Checkpoint
		if bad == nil {
			c, bad = Open(n.Text, vkeys...)
		}
		switch {
		case bad == nil:
			list = append(list, c)
		case err == nil:
			err = bad
		}
	}
	return list, err
}
