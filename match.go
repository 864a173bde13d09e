package dealmap

import (
	"math"

	"github.com/paulmach/orb"
)

// The thresholds of a score, from measurement on random lists (TestMatchingQuality): what reaches ProposeFrom is shown to a
// person, what reaches AcceptFrom may be accepted in bulk. On the lists of three services together (4,000 and 12,000 places, make
// bench) what is proposed has recall 0.964 and 0.962, precision 0.59 and 0.56; what is accepted precision 0.996 and 0.995, recall 0.36.
const (
	ProposeFrom = 0.05
	AcceptFrom  = 0.94
)

// Match is a place that may be the one described, as the viewer sees it, and how likely that is.
type Match struct {
	Sight Sight
	Likeness
}

// Finder finds the places that may be the one described.
type Finder interface {
	// Near calls yield with the places within metres of a position, until it returns false.
	Near(position orb.Point, metres float64, yield func(p *Place, metres float64) bool)
	// InCommune calls yield with the places declared in a commune (INSEE code) in whose name, address or reference one of
	// the words is a part, all of them when there are no words. Words are lower case without accents.
	InCommune(commune string, words []string, yield func(*Place) bool)
	// Unplaced calls yield with the places declared in a commune that have no position.
	Unplaced(commune string, yield func(*Place) bool)
}

// widest is the radius in metres of the widest class of accuracy.
const widest = 120

// reach is how far apart in metres two records of one place may lie, and be compared whatever their words. Beyond, one pair in
// fifty lies, nearly all geocoded to the middle of a street: it is compared when most words of the name or of the street may
// be shared (of 12,007 pairs of three services' lists this finds 230 more, for 90 false ones in 4,000 places).
func reach(a, b float64) float64 { return 25 + 2.6*math.Hypot(a, b) }

// Reach is how far in metres candidates are looked for around the description: it follows its accuracy and the widest that a
// candidate may have. 0 when the description has no position.
func (d *Description) Reach() float64 {
	if !d.placed {
		return 0
	}
	return reach(d.radius, widest)
}

// Matches returns what a scope may see of the standing places that are likely to be the one described, the best first, at
// most limit, each with a score of at least least; except is left out. A description without a position is looked for in its
// commune, by its words. Scores take the rivals into account (rivals.go).
//
// A place that the scope does not see is passed over before it is compared with anything: it changes no answer, and costs
// less than one that is seen. Neither is a place found by what its sight withholds.
func Matches(s Finder, scope *Scope, d *Description, least float64, limit int, except ID) []Match {
	if limit <= 0 {
		return nil
	}
	var found pool
	var reader textReader
	room := freeSlots.Get().(*slots)
	defer room.release()
	other := room.next()
	// Without a word in common, no more than a landlord would speak for it.
	hopeless := math.Log(plausible/(1-plausible)) - 0.7
	consider := func(p *Place, needs fields, far bool) {
		if p.ID == except || p.Facts.Kind.IsDealPoint() != d.kind.IsDealPoint() {
			return
		}
		sight, ok := scope.See(p)
		if !ok || !sight.Showable() || !sight.sees(needs) {
			return
		}
		if far && !sight.mayShareWords(d, mostWordsShared) || !d.placed && !sight.mayShareWords(d, someWordsShared) {
			return
		}
		other.sight = sight
		other.see(sight)
		e := evidence{metres: -1}
		if e.facts(d, &other.Description); d.placed && !far && e.sum.stranger < hopeless && !sight.mayShareWords(d, 0) {
			return
		}
		other.read(sight.Name(), sight.Address(), sight.Landlord(), &reader)
		e.texts(d, &other.Description)
		other.sum, other.pairwise = e.sum, e.score()
		if other = found.keep(other); other == nil {
			other = room.next()
		}
	}
	if d.placed {
		s.Near(d.position, d.Reach(), func(p *Place, metres float64) bool {
			consider(p, fieldPosition, metres > reach(d.radius, p.Facts.Accuracy.Radius()))
			return true
		})
	}
	words := d.searchWords()
	for _, commune := range communesOf(d.commune) {
		passed := func(p *Place) bool {
			consider(p, fieldName|fieldAddress, false)
			return true
		}
		if d.placed {
			s.Unplaced(commune, passed)
		} else {
			s.InCommune(commune, words, passed)
		}
	}
	return found.matches(d, least, limit)
}

// someWordsShared is the share of the words, by weight, that must agree where nothing else tells: with less of its words in
// common a name is another.
const (
	someWordsShared = 0.3
	mostWordsShared = 0.5
)

func (s Sight) mayShareWords(d *Description, share float32) bool {
	var h hints
	h.see(s.Name())
	h.see(s.Address())
	return h.mayHold(d, share)
}

func sightsOf(matches []Match) []Sight {
	sights := make([]Sight, len(matches))
	for i, m := range matches {
		sights[i] = m.Sight
	}
	return sights
}
