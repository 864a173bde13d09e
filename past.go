package dealmap

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Phase is what a place was, as far as it is counted, until something of that changed. What a published number was made of can
// thus be counted again as it was known on any past day, without folding the journal anew.
type Phase struct {
	// Until is the moment of the entry that ended the phase, in milliseconds since 1970 (UTC).
	Until int64
	// Ground, Held and Traits are shared by all places and phases that say the same.
	Ground *Shared[[]TerritoryCode]
	Held   *Shared[Held]
	Traits *Shared[Features]
	// Position is nil when only the commune is known.
	Position *orb.Point
	// First, Seen and Review are days ([Date.Days]) of FirstSeen, LastSeen and NextReview; Turned that of the status.
	First, Seen, Review, Turned int32
	Intensity                   uint8
	Reason                      ClosingReason
	// Aside: the record was no place of its own.
	Aside bool
}

// Shared is a value that many records hold; whoever keeps them numbers it.
type Shared[T any] struct {
	Value  T
	Number uint32
}

// Features are what filters look at that places share by the dozen.
type Features struct {
	Status   Status    `json:"status"`
	Kind     Kind      `json:"kind"`
	Products []Product `json:"products,omitempty"`
}

// Past are the phases of a place before the present one, oldest first.
type Past []Phase

// At returns the phase at a moment, nil when what the place is today already held then.
func (p Past) At(moment time.Time) *Phase {
	ms := moment.UnixMilli()
	i, _ := slices.BinarySearchFunc(p, ms, func(f Phase, at int64) int {
		if f.Until <= at {
			return -1
		}
		return 1
	})
	if i == len(p) {
		return nil
	}
	return &p[i]
}

// phase is what the place is now, as far as it is counted.
func (p *Place) phase(until time.Time) Phase {
	f := Phase{
		Until: until.UnixMilli(), Ground: &Shared[[]TerritoryCode]{Value: p.Territories}, Held: &Shared[Held]{Value: p.Held()},
		Traits:   &Shared[Features]{Value: p.Features()},
		Position: p.counts(),
		First:    p.Facts.FirstSeen.Days(), Seen: p.Facts.LastSeen.Days(), Review: p.Facts.NextReview.Days(), Turned: p.Turned.Days(),
		Intensity: uint8(p.Facts.Intensity), Aside: !p.Stands(),
	}
	if p.Closing != nil {
		f.Reason = p.Closing.Reason
	}
	return f
}

// counts is the position at which the place counts, nil when it has none.
func (p *Place) counts() *orb.Point {
	if !p.HasPosition() {
		return nil
	}
	return p.Facts.Position
}

// Features returns the place's features.
func (p *Place) Features() Features { return Features{p.Status, p.Facts.Kind, p.Facts.Products} }

// notePast keeps what the place was, when an entry changed what is counted of it.
func (p *Place) notePast(before *Place, at time.Time) {
	if before.countsAs(p) {
		return
	}
	p.Past = append(slices.Clip(before.Past), before.phase(at))
}

func (p *Place) countsAs(o *Place) bool {
	a, b := &p.Facts, &o.Facts
	switch {
	case p.Status != o.Status, p.Turned != o.Turned, p.Stands() != o.Stands(), a.Kind != b.Kind, a.Owner != b.Owner,
		a.FirstSeen != b.FirstSeen, a.LastSeen != b.LastSeen, a.NextReview != b.NextReview, a.Intensity != b.Intensity,
		!sameClosing(p.Closing, o.Closing), !sameChain(p.Territories, o.Territories), !slices.Equal(a.Products, b.Products),
		!slices.Equal(a.CoOwners, b.CoOwners), !a.Handling.same(&b.Handling):
		return false
	}
	at, there := p.counts(), o.counts()
	return at == there || at != nil && there != nil && *at == *there
}

// turned is the day on which a place came to stand where it does, as far as its record tells.
func turned(status Status, closing *Closing, otherwise Date) Date {
	if status == Closed && closing != nil && !closing.Date.IsZero() {
		return closing.Date
	}
	return otherwise
}

// Turn is one step of a place's life, on the day on which it is said to have happened. The first turn of a place has no From:
// it was reported or found to be at work.
type Turn struct {
	Date   Date
	From   Status
	To     Status
	Reason ClosingReason
}

// Turns yields the steps of the place's life that the viewer sees, oldest first; none when the dates or the closing are withheld.
func (s Sight) Turns() iter.Seq[Turn] {
	if !s.sees(fieldDates | fieldClosing) {
		return func(func(Turn) bool) {}
	}
	return s.place.turns()
}

// turns yields the steps of the life, oldest first: what its marks say, in words.
func (p *Place) turns() iter.Seq[Turn] {
	return func(yield func(Turn) bool) {
		for _, m := range p.Marks() {
			turn := Turn{Date: DateOfDays(m.Day), To: statusList[m.To-1]}
			if m.From == 0 {
				turn.Date = p.Facts.FirstSeen
			} else {
				turn.From = statusList[m.From-1]
			}
			if turn.To == Closed && int(m.Reason) < len(reasonList) {
				turn.Reason = reasonList[m.Reason]
			}
			if !yield(turn) {
				return
			}
		}
	}
}

// sightings are the days on which dealers were seen at the place, oldest first, each once.
func (p *Place) sightings() []Date {
	seen := []int32{p.Facts.LastSeen.Days()}
	for i := range p.Past {
		seen = append(seen, p.Past[i].Seen)
	}
	slices.Sort(seen)
	var days []Date
	for _, day := range slices.Compact(seen) {
		if day != 0 {
			days = append(days, DateOfDays(day))
		}
	}
	return days
}

// storedPast is the form in which a past is kept: what phases share is written once.
type storedPast struct {
	Grounds [][]TerritoryCode `json:"g"`
	Held    []Held            `json:"h"`
	Traits  []Features        `json:"t"`
	Phases  []storedPhase     `json:"p"`
}

type storedPhase struct {
	Until     int64         `json:"u"`
	Ground    int           `json:"g"`
	Held      int           `json:"h"`
	Traits    int           `json:"t"`
	Position  *orb.Point    `json:"x,omitempty"`
	Days      [4]int32      `json:"d"`
	Intensity uint8         `json:"i,omitempty"`
	Reason    ClosingReason `json:"r,omitempty"`
	Aside     bool          `json:"a,omitempty"`
}

// MarshalBinary implements encoding.BinaryMarshaler.
func (p Past) MarshalBinary() ([]byte, error) {
	var s storedPast
	for i := range p {
		f := &p[i]
		kept := storedPhase{
			Until: f.Until, Position: f.Position, Days: [4]int32{f.First, f.Seen, f.Review, f.Turned}, Intensity: f.Intensity, Reason: f.Reason, Aside: f.Aside,
			Ground: place(&s.Grounds, f.Ground.Value, sameChain),
			Held:   place(&s.Held, f.Held.Value, func(a, b Held) bool { return a.Terms() == b.Terms() }),
			Traits: place(&s.Traits, f.Traits.Value, func(a, b Features) bool { return a.Traits() == b.Traits() }),
		}
		s.Phases = append(s.Phases, kept)
	}
	return json.Marshal(s)
}

func place[T any](list *[]T, value T, same func(a, b T) bool) int {
	for i, v := range *list {
		if same(v, value) {
			return i
		}
	}
	*list = append(*list, value)
	return len(*list) - 1
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (p *Past) UnmarshalBinary(data []byte) error {
	var s storedPast
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("read past: %w", err)
	}
	grounds, held, traits := sharing(s.Grounds), sharing(s.Held), sharing(s.Traits)
	*p = make(Past, len(s.Phases))
	for i, k := range s.Phases {
		if k.Ground >= len(grounds) || k.Held >= len(held) || k.Traits >= len(traits) || min(k.Ground, k.Held, k.Traits) < 0 {
			return fmt.Errorf("read past: phase %d names what is not there", i)
		}
		(*p)[i] = Phase{
			Until: k.Until, Ground: grounds[k.Ground], Held: held[k.Held], Traits: traits[k.Traits], Position: k.Position,
			First: k.Days[0], Seen: k.Days[1], Review: k.Days[2], Turned: k.Days[3], Intensity: k.Intensity, Reason: k.Reason, Aside: k.Aside,
		}
	}
	return nil
}

func sharing[T any](values []T) []*Shared[T] {
	list := make([]*Shared[T], len(values))
	for i, v := range values {
		list[i] = &Shared[T]{Value: v}
	}
	return list
}
