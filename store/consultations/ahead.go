package consultations

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mesure5/dealmap/store/internal/boltfile"
)

// AheadName is the file in a data folder of lines that are on the disk before the transaction which puts them into the log. It is absent while
// no log is open, unless a process was killed or the log could not be written.
const AheadName = "consultations.ahead"

// aheadFormat is what the file begins with.
const aheadFormat = "dealmap consultations.ahead 1\n"

const (
	// aheadFront is where the first half of the file begins: a page, which says what the file is.
	aheadFront = 4096
	// aheadHalf is the size of each half. While lines of one half are in a transaction, others are written to the other.
	aheadHalf = 1 << 20
	// aheadHead is what a record has before its line: a checksum (CRC-32C) of all that follows and of the record before it in that half, the
	// line's length (4 bytes each, big endian) and its number (8).
	aheadHead = 16
)

// errNoRoom is given for lines that the half of the file which is written has no room for.
var errNoRoom = errors.New("no room to write ahead")

// ahead writes lines ahead of their transaction, as a database does: one write at a place that the file has already, instead of the pages and the
// two syncs of a transaction. It is made when it is first written. Only one goroutine at a time may use it.
//
// Records are found again without a list of them: each has the number that its line will have, the one before it plus one, and a checksum that
// covers the one before it. What an earlier use of the half left behind them has a smaller number.
type ahead struct {
	path   string
	noSync bool
	write  func(f *os.File, data []byte, at int64) error

	file   *os.File // nil until it is needed
	half   int64
	offset int64 // of the next record in the half
	sum    uint32
	buffer []byte
}

// writeAt is what tests replace.
func writeAt(f *os.File, data []byte, at int64) error {
	_, err := f.WriteAt(data, at)
	return err
}

// append puts lines on the disk, of which the first will have the number n. When it gives an error, none of them counts.
func (a *ahead) append(n int64, lines []line) error {
	long := int64(0)
	for i := range lines {
		long += aheadHead + int64(len(lines[i].data))
	}
	if a.offset+long > aheadHalf {
		return errNoRoom
	}
	data, sum := a.buffer[:0], a.sum
	for i := range lines {
		begin := len(data)
		data = append(data, make([]byte, aheadHead)...)
		data = append(data, lines[i].data...)
		sum = seal(data[begin:], n+int64(i), sum)
	}
	a.buffer = data
	if err := a.open(); err != nil {
		return err
	}
	if err := a.write(a.file, data, a.at(a.half, a.offset)); err != nil {
		return fmt.Errorf("%s : %w", a.path, err)
	}
	a.offset, a.sum = a.offset+long, sum
	return nil
}

// at is where in the file something lies in a half.
func (a *ahead) at(half, offset int64) int64 { return aheadFront + half*aheadHalf + offset }

// seal fills in the head of a record and returns its checksum.
func seal(record []byte, n int64, before uint32) uint32 {
	binary.BigEndian.PutUint32(record[4:], uint32(len(record)-aheadHead))
	binary.BigEndian.PutUint64(record[8:], uint64(n))
	sum := crc32.Update(before, castagnoli, record[4:])
	binary.BigEndian.PutUint32(record, sum)
	return sum
}

// open makes the file, at its full length, so that writing to it changes nothing else on the disk.
func (a *ahead) open() (err error) {
	if a.file != nil {
		return nil
	}
	mode := os.O_RDWR | os.O_CREATE
	if !a.noSync {
		mode |= dataSync
	}
	f, err := os.OpenFile(a.path, mode, 0o600)
	if err != nil {
		return err
	}
	empty := make([]byte, aheadFront+2*aheadHalf)
	copy(empty, aheadFormat)
	err = a.write(f, empty, 0)
	if err == nil && !a.noSync {
		err = errors.Join(f.Sync(), boltfile.SyncDir(filepath.Dir(a.path)))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s : %w", a.path, err), f.Close())
	}
	a.file = f
	return nil
}

// turn goes on with the other half, whose lines are all in the log.
func (a *ahead) turn() { a.half, a.offset, a.sum = 1-a.half, 0, 0 }

// wipe removes or overwrites what the file still has of lines that are in the log: all but the records of the half that is written.
func (a *ahead) wipe() error {
	if a.file == nil {
		return a.close(false)
	}
	for half := range int64(2) {
		from := int64(0)
		if half == a.half {
			from = a.offset
		}
		if err := a.write(a.file, make([]byte, aheadHalf-from), a.at(half, from)); err != nil {
			return fmt.Errorf("%s : %w", a.path, err)
		}
	}
	return nil
}

// close removes the file when it is not needed any more.
func (a *ahead) close(needed bool) (err error) {
	if a.file != nil {
		err = a.file.Close()
		a.file = nil
	}
	if needed {
		return err
	}
	if gone := os.Remove(a.path); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// aheadLine is a line that was found in the file.
type aheadLine struct {
	n    int64
	data []byte
}

// recover returns the lines after a number that a process left in the file, in order. The error is ErrDamaged when they do not follow it, or the file
// is another one.
func (a *ahead) recover(after int64) (lines []line, err error) {
	data, err := os.ReadFile(a.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	front := string(data[:min(aheadFront, len(data))])
	if len(data) <= aheadFront || strings.Trim(front, "\x00") == "" {
		return nil, nil // the machine stopped while it made the file
	}
	if !strings.HasPrefix(front, aheadFormat) {
		return nil, fmt.Errorf("%s : %w : il ne commence pas par « %s »", a.path, boltfile.ErrDamaged, strings.TrimSpace(aheadFormat))
	}
	data = data[aheadFront:]
	var found []aheadLine
	for from := 0; from < len(data); from += aheadHalf {
		found = append(found, readAhead(data[from:min(from+aheadHalf, len(data))])...)
	}
	slices.SortStableFunc(found, func(a, b aheadLine) int { return cmp.Compare(a.n, b.n) })
	for _, one := range found {
		switch {
		case one.n <= after:
			continue
		case one.n != after+1:
			return nil, fmt.Errorf("%s : %w : la ligne %d y attend, mais le journal n’en a que %d ; si consultations.db a été restauré, mettez ce fichier de côté", a.path,
				boltfile.ErrDamaged, one.n, after)
		}
		lines = append(lines, line{data: one.data})
		after++
	}
	return lines, nil
}

// readAhead returns the records of a half.
func readAhead(half []byte) (found []aheadLine) {
	sum := uint32(0)
	for len(half) > aheadHead {
		length := int64(binary.BigEndian.Uint32(half[4:]))
		if length == 0 || length > int64(len(half)-aheadHead) {
			return found
		}
		record := half[:aheadHead+length]
		n := int64(binary.BigEndian.Uint64(record[8:]))
		sum = crc32.Update(sum, castagnoli, record[4:])
		if binary.BigEndian.Uint32(record) != sum || n < 1 || len(found) > 0 && n != found[len(found)-1].n+1 {
			return found
		}
		found = append(found, aheadLine{n, slices.Clone(record[aheadHead:])})
		half = half[len(record):]
	}
	return found
}
