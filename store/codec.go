package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"

	"github.com/fxamacker/cbor/v2"
	"github.com/mesure5/dealmap"
)

// storedReport and the others are records in their stored form: the same fields, without the methods that keep a record
// from being output.
type (
	storedReport    dealmap.Report
	storedOperation dealmap.FieldOperation
	storedMeeting   dealmap.Meeting
	storedNetwork   dealmap.Network
)

var (
	encoder = must(cbor.EncOptions{Time: cbor.TimeRFC3339Nano, TextMarshaler: cbor.TextMarshalerTextString}.EncMode())
	decoder = must(cbor.DecOptions{TextUnmarshaler: cbor.TextUnmarshalerTextString}.DecMode())
)

func must[T any](mode T, err error) T {
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}

// stored returns what a record is encoded from or decoded into.
func stored[T any](record *T) any {
	switch r := any(record).(type) {
	case *dealmap.Report:
		return (*storedReport)(r)
	case *dealmap.FieldOperation:
		return (*storedOperation)(r)
	case *dealmap.Meeting:
		return (*storedMeeting)(r)
	case *dealmap.Network:
		return (*storedNetwork)(r)
	}
	return record
}

func encode[T any](record *T) ([]byte, error) {
	switch r := any(record).(type) {
	case *dealmap.Place:
		return writePlace(r)
	case *dealmap.Link:
		return writeLink(r), nil
	}
	return encoder.Marshal(stored(record))
}

func decode[T any](data []byte) (*T, error) {
	record := new(T)
	if err := decoder.Unmarshal(data, stored(record)); err != nil {
		return nil, err
	}
	return record, nil
}

// sum is a checksum of a set of entries that can be kept up to date entry by entry, in any order: the sum of their hashes.
type sum [2]uint64

func sumOf(bucket string, key, value []byte) sum {
	var room [1024]byte
	all := append(room[:0], bucket...)
	all = binary.BigEndian.AppendUint32(all, uint32(len(key)))
	all = append(append(all, key...), value...)
	h := sha256.Sum256(all)
	return sum{binary.BigEndian.Uint64(h[:]), binary.BigEndian.Uint64(h[8:])}
}

func (s *sum) add(o sum)      { s[0] += o[0]; s[1] += o[1] }
func (s *sum) subtract(o sum) { s[0] -= o[0]; s[1] -= o[1] }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const outcomeSize = 16 + 16 + 8 + 4 + 4

// encodeOutcome writes digest ‖ subject ‖ first entry ‖ number of events ‖ CRC-32C of key and all that.
func encodeOutcome(key [16]byte, o outcome) []byte {
	data := make([]byte, 0, outcomeSize)
	data = append(data, o.digest[:]...)
	data = append(data, o.subject[:]...)
	data = binary.BigEndian.AppendUint64(data, uint64(o.first))
	data = binary.BigEndian.AppendUint32(data, o.events)
	return binary.BigEndian.AppendUint32(data, crc32.Update(crc32.Checksum(key[:], castagnoli), castagnoli, data))
}

func decodeOutcome(key [16]byte, data []byte) (outcome, error) {
	if len(data) != outcomeSize {
		return outcome{}, errStateCheck
	}
	body := data[:outcomeSize-4]
	if crc32.Update(crc32.Checksum(key[:], castagnoli), castagnoli, body) != binary.BigEndian.Uint32(data[outcomeSize-4:]) {
		return outcome{}, errStateCheck
	}
	return outcome{
		digest: [16]byte(body), subject: dealmap.ID(body[16:32]), first: dealmap.Seq(binary.BigEndian.Uint64(body[32:])),
		events: binary.BigEndian.Uint32(body[40:]),
	}, nil
}
