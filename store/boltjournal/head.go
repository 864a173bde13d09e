package boltjournal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/mesure5/dealmap"
)

// The head file has two slots of 512 bytes, written in turn, so that a write which is torn leaves the other. A slot is
//
//	magic (8) ‖ sequence (8, big endian) ‖ hash of the entry (32) ‖ SHA-256 of what comes before (32)
//
// It is written after the journal is on the disk and before the writers are answered, without a sync of its own: it may
// lag behind the journal after a power cut, and is never ahead of it.
const (
	headMagic = "dmhead01"
	headSlot  = 512
	headSize  = 8 + 8 + 32 + 32
)

type headFile struct {
	file *os.File
	seq  dealmap.Seq
	hash dealmap.Hash
	slot int64 // the one to write next
}

// errNoHead: absent or unreadable in both slots.
var errNoHead = errors.New("la trace de la dernière écriture est absente ou illisible ; « dealmap rebuild » la refait après avoir vérifié le journal")

func readHead(path string) (*headFile, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read head: %w", err)
	}
	var best *headFile
	for slot := range int64(2) {
		if int64(len(data)) < slot*headSlot+headSize {
			break
		}
		record := data[slot*headSlot:][:headSize]
		sum := sha256.Sum256(record[:headSize-32])
		if string(record[:8]) != headMagic || !bytes.Equal(sum[:], record[headSize-32:]) {
			continue
		}
		seq := dealmap.Seq(binary.BigEndian.Uint64(record[8:]))
		if best == nil || seq >= best.seq {
			best = &headFile{seq: seq, hash: dealmap.Hash(record[16:48]), slot: 1 - slot}
		}
	}
	if best == nil {
		return nil, fmt.Errorf("%s : %w", path, errNoHead)
	}
	return best, nil
}

// headMustBeEmpty makes the head of a new journal, or refuses when a head tells of a journal that is gone.
func headMustBeEmpty(path, journal string) error {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("make head: %w", err)
		}
		h := &headFile{file: file}
		return errors.Join(h.record(0, dealmap.Hash{}), h.close())
	}
	h, err := readHead(path)
	if err != nil {
		return err
	}
	if h.seq > 0 {
		return fmt.Errorf("%s : le journal manque, alors que %s en retient %d écritures : restaurez-le", journal, path, h.seq)
	}
	return nil
}

func openHead(path string, o Options, last dealmap.Seq, hash dealmap.Hash) (*headFile, error) {
	h, err := readHead(path)
	if errors.Is(err, errNoHead) && o.RepairHead {
		h, err = &headFile{seq: last, hash: hash}, nil
	}
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		return h, nil
	}
	if h.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("open head: %w", err)
	}
	return h, nil
}

func (h *headFile) record(seq dealmap.Seq, hash dealmap.Hash) error {
	record := make([]byte, 0, headSize)
	record = append(record, headMagic...)
	record = binary.BigEndian.AppendUint64(record, uint64(seq))
	record = append(record, hash[:]...)
	sum := sha256.Sum256(record)
	record = append(record, sum[:]...)
	if _, err := h.file.WriteAt(record, h.slot*headSlot); err != nil {
		return fmt.Errorf("record head: %w", err)
	}
	h.seq, h.hash, h.slot = seq, hash, 1-h.slot
	return nil
}

func (h *headFile) close() error {
	if h.file == nil {
		return nil
	}
	return errors.Join(h.file.Sync(), h.file.Close())
}
