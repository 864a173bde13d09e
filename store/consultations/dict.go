package consultations

import (
	"encoding/binary"
	"errors"

	"github.com/mesure5/dealmap"
)

// dict is a dictionary of a segment: what many lines share, each once. A line names an entry with 16 bits, which suffice
// since a segment has no more lines than that.
type dict struct {
	ends []byte // 4 bytes for each entry: where it ends in data
	data []byte
}

func (d *dict) len() int { return len(d.ends) / 4 }

func (d *dict) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = binary.LittleEndian.Uint32(d.ends[4*(i-1):])
	}
	return d.data[from:binary.LittleEndian.Uint32(d.ends[4*i:])]
}

func (d *dict) add(entry []byte) {
	d.data = append(d.data, entry...)
	d.ends = binary.LittleEndian.AppendUint32(d.ends, uint32(len(d.data)))
}

// pack and unpack are the form on the disk: number of entries (4 bytes), ends, data.
func (d *dict) pack() []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(d.len()))
	return append(append(b, d.ends...), d.data...)
}

var errColumns = errors.New("columns do not fit together")

func unpack(b []byte) (d dict, err error) {
	if len(b) < 4 {
		return d, errColumns
	}
	n := int(binary.LittleEndian.Uint32(b))
	if b = b[4:]; n > perSegment || len(b) < 4*n {
		return d, errColumns
	}
	d = dict{b[: 4*n : 4*n], b[4*n:]}
	before := uint32(0)
	for i := range n {
		end := binary.LittleEndian.Uint32(d.ends[4*i:])
		if end < before || int(end) > len(d.data) {
			return d, errColumns
		}
		before = end
	}
	return d, nil
}

// who is the part of a line that stays the same for a person, a session and a motive.
type who struct {
	Subject, Role, Service, Unit, Motive, Case string
	Grant, Token                               dealmap.ID
}

// which is the part of a line that says what was asked.
type which struct {
	Operation, What, Layers, Query string
}

func appendText(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// cutText takes texts off the front of b, which must have come from appendText.
func cutText(b []byte, texts ...*string) []byte {
	for _, text := range texts {
		n, used := binary.Uvarint(b)
		b = b[used:]
		*text = string(b[:n])
		b = b[n:]
	}
	return b
}

func appendWho(b []byte, c *dealmap.Consultation) []byte {
	b = appendText(b, c.Subject, string(c.Role), string(c.Service), c.Unit, c.Motive, c.Case)
	b = append(b, c.Grant[:]...)
	return append(b, c.Token[:]...)
}

func readWho(b []byte) (w who) {
	b = cutText(b, &w.Subject, &w.Role, &w.Service, &w.Unit, &w.Motive, &w.Case)
	w.Grant, w.Token = dealmap.ID(b[:16]), dealmap.ID(b[16:])
	return w
}

func appendWhich(b []byte, c *dealmap.Consultation) []byte {
	return appendText(b, string(c.Operation), c.What, c.Layers, c.Query)
}

func readWhich(b []byte) (w which) {
	cutText(b, &w.Operation, &w.What, &w.Layers, &w.Query)
	return w
}
