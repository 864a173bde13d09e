package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"unique"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// placeReader takes stored forms apart. What many of them say alike is read once. It serves one goroutine.
type placeReader struct {
	grounds map[string]*ground
	terms   map[string]*dealmap.Held
	traits  map[string]*looks
	vault   *vault // which places that are packed belong to; nil when they are only read
}

// ground is where a place lies, as far as other places lie there too.
type ground struct {
	commune string
	year    int
	chain   []dealmap.TerritoryCode
	vault   *vault // of the reader
}

// looks is what a place shares with others besides.
type looks struct {
	dealmap.Features
	accuracy dealmap.Accuracy
}

func newPlaceReader(v *vault) *placeReader {
	return &placeReader{map[string]*ground{}, map[string]*dealmap.Held{}, map[string]*looks{}, v}
}

// scanner reads the parts of a stored form; after the first that is not there it returns zeros. It moves a number on and leaves the text as it
// is: while the collector marks, writing a pointer for each part would take longer than reading it.
type scanner struct {
	data string
	at   int
	bad  bool
}

func (s *scanner) fail() { s.at, s.bad = len(s.data), true }

// done reports whether everything was read, and was there.
func (s *scanner) done() bool { return s.at == len(s.data) && !s.bad }

// uint reads what binary.AppendUvarint writes.
func (s *scanner) uint() (n uint64) {
	if s.at < len(s.data) && s.data[s.at] < 0x80 {
		n = uint64(s.data[s.at])
		s.at++
		return n
	}
	return s.long()
}

func (s *scanner) long() (n uint64) {
	rest := s.data[s.at:]
	for i := 0; i < len(rest) && i < binary.MaxVarintLen64; i++ {
		b := rest[i]
		if b >= 0x80 {
			n |= uint64(b&0x7f) << (7 * i)
			continue
		}
		if i == binary.MaxVarintLen64-1 && b > 1 {
			break
		}
		s.at += i + 1
		return n | uint64(b)<<(7*i)
	}
	s.fail()
	return 0
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

func (s *scanner) next(size uint64) string {
	from := s.at
	if size > uint64(len(s.data)-from) {
		s.fail()
		return ""
	}
	s.at += int(size)
	return s.data[from:s.at]
}

func (s *scanner) part() string { return s.next(s.uint()) }

// count is a number of parts, each of which takes a byte at least.
func (s *scanner) count() int {
	n := s.uint()
	if n > uint64(len(s.data)-s.at) {
		s.fail()
		return 0
	}
	return int(n)
}

func (s *scanner) date() dealmap.Date {
	return dealmap.Date{Year: int16(s.int()), Month: int8(s.int()), Day: int8(s.int())}
}

func (s *scanner) float() float64 {
	var part [8]byte
	copy(part[:], s.next(8))
	return math.Float64frombits(binary.LittleEndian.Uint64(part[:]))
}

// id reads 16 bytes.
func (s *scanner) id() (id [16]byte) {
	copy(id[:], s.next(16))
	return id
}

// shared reads a text that many places have, of which one copy is kept.
func (s *scanner) shared() string { return unique.Make(s.part()).Value() }

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
		key := string(part)
		s := scanner{data: key}
		made := read(&s)
		value = &made
		if !s.done() {
			*bad = true
			return value
		}
		known[key] = value
	}
	return value
}

// cut takes a part, after its length, from the front of some data; none when it is not there.
func cut(data []byte, bad *bool) (part, rest []byte) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		*bad = true
		return nil, nil
	}
	end := size + int(n)
	return data[size:end], data[end:]
}

func readGround(s *scanner) ground {
	return ground{s.shared(), int(s.int()), sharedTexts[dealmap.TerritoryCode](s), nil}
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

// packed is a place as its stored form tells it: what it shares with others, read once, and what is its own, still in its stored form.
type packed struct {
	ground *ground
	terms  *dealmap.Held
	looks  *looks
	own    string
}

// take takes a stored form apart, and keeps nothing of it.
func (r *placeReader) take(data []byte) (p packed, err error) {
	if len(data) == 0 || data[0] != placeForm {
		return p, errStateCheck
	}
	bad := false
	ground, rest := cut(data[1:], &bad)
	terms, rest := cut(rest, &bad)
	traits, rest := cut(rest, &bad)
	if bad {
		return p, errStateCheck
	}
	if p.ground = once(r.grounds, ground, &bad, readGround); p.ground.vault != r.vault {
		p.ground.vault = r.vault // nobody else knows it yet
	}
	p.terms, p.looks = once(r.terms, terms, &bad, readTerms), once(r.traits, traits, &bad, readTraits)
	if p.own = string(rest); bad {
		return p, errStateCheck
	}
	return p, nil
}

// place reads a place into an empty one, whose texts are parts of own in memory.
func (p *packed) place(id dealmap.ID, into *dealmap.Place) error {
	s := scanner{data: p.own}
	h := headScanner{scanner: scanner{data: s.part()}}
	h.texts.data = p.own[s.at:]
	into.ID, into.Status, into.Territories = id, p.looks.Status, p.ground.chain
	f := &into.Facts
	f.Commune, f.CommuneYear, f.Kind, f.Products, f.Accuracy = p.ground.commune, p.ground.year, p.looks.Kind, p.looks.Products, p.looks.accuracy
	f.Owner, f.CoOwners, f.Handling = p.terms.Owner, p.terms.CoOwners, p.terms.Handling
	if err := h.rare(into, h.read(into)); err != nil {
		return fmt.Errorf("%w: place %s: %w", errStateCheck, id, err)
	}
	if s.bad || !h.done() || !h.texts.done() {
		return fmt.Errorf("%w: place %s", errStateCheck, id)
	}
	return nil
}

// place reads one from its key and its stored form.
func (r *placeReader) place(key, data []byte) (*dealmap.Place, error) {
	if len(key) != len(dealmap.ID{}) {
		return nil, errStateCheck
	}
	p, err := r.take(data)
	if err != nil {
		return nil, err
	}
	place := &dealmap.Place{}
	if err := p.place(dealmap.ID(key), place); err != nil {
		return nil, err
	}
	return place, nil
}

// headScanner reads the head, and the texts beside it: parts of one text in memory.
type headScanner struct {
	scanner
	texts scanner
}

func (h *headScanner) own() string { return h.texts.next(h.uint()) }

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

// read reads the head but for what few places have, which it returns the flags of.
func (h *headScanner) read(p *dealmap.Place) (has uint64) {
	f := &p.Facts
	p.Reference, f.Name, f.Address, f.Hours, f.Landlord, f.Note, f.SourceRecord = h.own(), h.own(), h.own(), h.own(), h.own(), h.own(), h.own()
	if has = h.uint(); has >= allFlags {
		h.fail()
	}
	f.Lookouts, f.Obstacles, f.Cameras, p.Synthetic = has&hasLookouts != 0, has&hasObstacles != 0, has&hasCameras != 0, has&isSynthetic != 0
	if has&hasNetworks != 0 {
		f.Networks = h.owns()
	}
	if has&hasCaseRefs != 0 {
		f.CaseRefs = h.owns()
	}
	f.Grading = h.grading()
	p.Revision, p.Edits, f.Intensity = int(h.int()), int(h.int()), int(h.int())
	h.days(&f.FirstSeen, &p.Turned, &f.LastSeen, &f.NextReview)
	h.moments(&p.Added, &p.Changed)
	if has&hasPosition != 0 {
		f.Position = &orb.Point{h.float(), h.float()}
	}
	if has&hasClosing != 0 {
		p.Closing = &dealmap.Closing{Reason: dealmap.ClosingReason(h.own()), Date: h.date(), Operation: h.own(), DisplacedTo: h.own()}
	}
	if has&hasOrigin != 0 {
		p.Origin = &dealmap.Origin{Import: h.id(), Row: h.id(), Line: int(h.int())}
	}
	return has
}

func (h *headScanner) rare(p *dealmap.Place, has uint64) error {
	if has&hasCluster != 0 {
		p.Cluster = &dealmap.Cluster{}
		if err := decoder.Unmarshal([]byte(h.part()), p.Cluster); err != nil {
			return err
		}
	}
	if has&hasPast != 0 {
		return p.Past.UnmarshalBinary([]byte(h.part()))
	}
	return nil
}
