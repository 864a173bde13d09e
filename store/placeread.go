package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
	"unique"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// placeReader reads places from their stored form. What many of them say alike is read once. It serves one goroutine.
type placeReader struct {
	grounds map[string]*ground
	terms   map[string]*dealmap.Held
	traits  map[string]*looks
}

// ground is where a place lies, as far as other places lie there too.
type ground struct {
	commune string
	year    int
	chain   []dealmap.TerritoryCode
}

// looks is what a place shares with others besides.
type looks struct {
	dealmap.Features
	accuracy dealmap.Accuracy
}

func newPlaceReader() *placeReader {
	return &placeReader{map[string]*ground{}, map[string]*dealmap.Held{}, map[string]*looks{}}
}

// scanner reads the parts of a stored form; after the first that is not there it returns zeros.
type scanner struct {
	data []byte
	bad  bool
}

func (s *scanner) fail() { s.data, s.bad = nil, true }

func (s *scanner) uint() uint64 {
	n, size := binary.Uvarint(s.data)
	if size <= 0 {
		s.fail()
		return 0
	}
	s.data = s.data[size:]
	return n
}

// int reads what binary.AppendVarint writes: the sign in the lowest bit.
func (s *scanner) int() int64 {
	n := s.uint()
	return int64(n>>1) ^ -int64(n&1)
}

func (s *scanner) bool() bool {
	n := s.uint()
	if n > 1 {
		s.fail()
	}
	return n == 1
}

// next returns some bytes, good as long as the data are.
func (s *scanner) next(size uint64) []byte {
	if size > uint64(len(s.data)) {
		s.fail()
		return nil
	}
	part := s.data[:size]
	s.data = s.data[size:]
	return part
}

func (s *scanner) bytes() []byte { return s.next(s.uint()) }

// count is a number of parts, each of which takes a byte at least.
func (s *scanner) count() int {
	n := s.uint()
	if n > uint64(len(s.data)) {
		s.fail()
		return 0
	}
	return int(n)
}

func (s *scanner) date() dealmap.Date {
	return dealmap.Date{Year: int16(s.int()), Month: int8(s.int()), Day: int8(s.int())}
}

func (s *scanner) time() time.Time {
	seconds, nanoseconds, offset := s.int(), s.uint(), s.int()
	t := time.Unix(seconds, int64(nanoseconds))
	if offset != 0 {
		return t.In(time.FixedZone("", int(offset)))
	}
	return t.UTC()
}

func (s *scanner) float() float64 {
	part := s.next(8)
	if part == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(part))
}

// id reads 16 bytes.
func (s *scanner) id() (id [16]byte) {
	copy(id[:], s.next(16))
	return id
}

// shared reads a text that many places have, of which one copy is kept.
func (s *scanner) shared() string { return unique.Make(string(s.bytes())).Value() }

func sharedTexts[T ~string](s *scanner) []T {
	n := s.count()
	if n == 0 {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		list[i] = T(s.shared())
	}
	return list
}

// once returns what a part says, read when it is met for the first time.
func once[T any](known map[string]*T, part []byte, bad *bool, read func(*scanner) T) *T {
	value := known[string(part)]
	if value == nil {
		s := scanner{data: part}
		made := read(&s)
		value = &made
		if s.bad || len(s.data) > 0 {
			*bad = true
			return value
		}
		known[string(part)] = value
	}
	return value
}

func readGround(s *scanner) ground {
	return ground{s.shared(), int(s.int()), sharedTexts[dealmap.TerritoryCode](s)}
}

func readTerms(s *scanner) (h dealmap.Held) {
	owner := func() dealmap.Owner { return dealmap.Owner{Service: dealmap.Service(s.shared()), Unit: s.shared()} }
	h.Owner = owner()
	for range s.count() {
		h.CoOwners = append(h.CoOwners, owner())
	}
	h.Handling.Reach, h.Handling.Code = dealmap.Reach(s.shared()), s.shared()
	h.Handling.Groups = sharedTexts[string](s)
	h.Handling.EmbargoUntil, h.Handling.Blurred = s.date(), s.bool()
	return h
}

func readTraits(s *scanner) (l looks) {
	l.Status, l.Kind, l.accuracy = dealmap.Status(s.shared()), dealmap.Kind(s.shared()), dealmap.Accuracy(s.shared())
	l.Products = sharedTexts[dealmap.Product](s)
	return l
}

// place reads one from its key and its stored form, of which it keeps nothing.
func (r *placeReader) place(key, data []byte) (*dealmap.Place, error) {
	if len(data) == 0 || data[0] != placeForm || len(key) != len(dealmap.ID{}) {
		return nil, errStateCheck
	}
	s := scanner{data: data[1:]}
	g := once(r.grounds, s.bytes(), &s.bad, readGround)
	t := once(r.terms, s.bytes(), &s.bad, readTerms)
	l := once(r.traits, s.bytes(), &s.bad, readTraits)
	h := headScanner{scanner: scanner{data: s.bytes()}}
	h.texts = string(s.data)
	p := &dealmap.Place{ID: dealmap.ID(key), Status: l.Status, Territories: g.chain}
	f := &p.Facts
	f.Commune, f.CommuneYear, f.Kind, f.Products, f.Accuracy = g.commune, g.year, l.Kind, l.Products, l.accuracy
	f.Owner, f.CoOwners, f.Handling = t.Owner, t.CoOwners, t.Handling
	h.read(p)
	if err := h.rare(p); err != nil {
		return nil, fmt.Errorf("%w: place %s: %w", errStateCheck, p.ID, err)
	}
	if s.bad || h.bad || len(h.data) > 0 || h.texts != "" {
		return nil, fmt.Errorf("%w: place %s", errStateCheck, p.ID)
	}
	return p, nil
}

// headScanner reads the head, and the texts beside it: parts of one text in memory.
type headScanner struct {
	scanner
	texts string
}

func (h *headScanner) own() string {
	size := h.uint()
	if size > uint64(len(h.texts)) {
		h.fail()
		return ""
	}
	text := h.texts[:size]
	h.texts = h.texts[size:]
	return text
}

func (h *headScanner) owns() []string {
	n := h.count()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = h.own()
	}
	return list
}

func (h *headScanner) read(p *dealmap.Place) {
	f := &p.Facts
	p.Reference, f.Name, f.Address, f.Hours, f.Landlord, f.Note, f.SourceRecord = h.own(), h.own(), h.own(), h.own(), h.own(), h.own(), h.own()
	f.CaseRefs, f.Networks = h.owns(), h.owns()
	f.Grading = dealmap.Grading{Scheme: h.own(), Source: h.own(), Information: h.own()}
	p.Revision, p.Edits, f.Intensity = int(h.int()), int(h.int()), int(h.int())
	f.Lookouts, f.Obstacles, f.Cameras, p.Synthetic = h.bool(), h.bool(), h.bool(), h.bool()
	f.FirstSeen, f.LastSeen, f.NextReview, p.Turned = h.date(), h.date(), h.date(), h.date()
	p.Added, p.Changed = h.time(), h.time()
	if h.bool() {
		f.Position = &orb.Point{h.float(), h.float()}
	}
	if h.bool() {
		p.Closing = &dealmap.Closing{Reason: dealmap.ClosingReason(h.own()), Date: h.date(), Operation: h.own(), DisplacedTo: h.own()}
	}
	if h.bool() {
		p.Origin = &dealmap.Origin{Import: h.id(), Row: h.id(), Line: int(h.int())}
	}
}

func (h *headScanner) rare(p *dealmap.Place) error {
	if h.bool() {
		p.Cluster = &dealmap.Cluster{}
		if err := decoder.Unmarshal(h.bytes(), p.Cluster); err != nil {
			return err
		}
	}
	if h.bool() {
		return p.Past.UnmarshalBinary(h.bytes())
	}
	return nil
}
