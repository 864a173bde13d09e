package dealmap

import (
	"errors"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Facts is what a person states of a place: the fields that adding and editing set. The JSON names are the API's and the
// journal's; they only grow.
type Facts struct {
	Kind Kind `json:"kind"`
	// Name is of the place (estate, building, street), never of a person.
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	// Commune is the INSEE code, five characters, and CommuneYear the vintage it is taken from.
	Commune     string `json:"commune,omitempty"`
	CommuneYear int    `json:"commune_year,omitempty"`
	// Position is WGS 84, longitude then latitude, in degrees; nil when only the commune is known.
	Position  *orb.Point `json:"position,omitempty"`
	Accuracy  Accuracy   `json:"accuracy"`
	Products  []Product  `json:"products,omitempty"`
	Hours     string     `json:"hours,omitempty"` // OSM opening_hours
	Intensity int        `json:"intensity,omitempty"`
	Lookouts  bool       `json:"lookouts,omitempty"`
	Obstacles bool       `json:"obstacles,omitempty"`
	Cameras   bool       `json:"cameras,omitempty"`
	Landlord  string     `json:"landlord,omitempty"` // a legal person
	Note      string     `json:"note,omitempty"`
	Owner     Owner      `json:"owner"`
	// CoOwners own the records that were merged into this one; they see it as their own.
	CoOwners     []Owner  `json:"co_owners,omitempty"`
	Grading      Grading  `json:"grading,omitzero"`
	Handling     Handling `json:"handling"`
	CaseRefs     []string `json:"case_references,omitempty"`
	Networks     []string `json:"networks,omitempty"`
	FirstSeen    Date     `json:"first_seen,omitzero"`
	LastSeen     Date     `json:"last_confirmed,omitzero"`
	NextReview   Date     `json:"next_review,omitzero"`
	SourceRecord string   `json:"source_record,omitempty"` // the line of the list it was imported from
}

// Owner is the service and the unit that a record belongs to.
type Owner struct {
	Service Service `json:"service"`
	Unit    string  `json:"unit"`
}

// Closing says why, when and in what way a place was closed.
type Closing struct {
	Reason      ClosingReason `json:"reason"`
	Date        Date          `json:"date"`
	Operation   string        `json:"operation,omitempty"`
	DisplacedTo string        `json:"displaced_to,omitempty"` // a reference
}

// Place is the record of a deal point or support site. Places are immutable once folded: a change makes a new one, so
// that snapshots share them. A Place never leaves the server; only what Scope.See makes of it does.
type Place struct {
	ID        ID
	Reference string
	// Revision counts this place's own changes, from 1.
	Revision int
	Status   Status
	Facts    Facts
	Closing  *Closing
	// Territories is the chain recorded when the place was located, finest first: com, arr, dep, reg, zone.
	Territories []TerritoryCode
	Added       time.Time
	Changed     time.Time
	// Synthetic marks a record of a demonstration map.
	Synthetic bool
	// Origin says which import brought the record, nil when a person entered it.
	Origin *Origin
	// Cluster ties the record to those that it was merged with, nil as long as there are none.
	Cluster *Cluster
	// Turned is the day since which the place has its status, as stated: that of the closing, of the step, or when it was first seen.
	Turned Date
	// Past is what the place was before, as far as it is counted.
	Past Past
	// Edits counts the changes, steps and confirmations among the revisions, which count merging and filing too.
	Edits int
}

var errSealed = errors.New("dealmap: a Place is not for output; make a Sight with Scope.See")

// MarshalJSON refuses: outputs are made of Sights.
func (Place) MarshalJSON() ([]byte, error) { return nil, errSealed }

// MarshalText refuses: outputs are made of Sights.
func (Place) MarshalText() ([]byte, error) { return nil, errSealed }

// HasPosition reports whether the place can be drawn: a commune's centre is never drawn as a point.
func (p *Place) HasPosition() bool {
	return p.Facts.Position != nil && p.Facts.Accuracy != AccuracyCommune
}

// Position is WGS 84, longitude then latitude; only meaningful with HasPosition.
func (p *Place) Position() orb.Point {
	if p.Facts.Position == nil {
		return orb.Point{}
	}
	return *p.Facts.Position
}

// Spot is where an index finds the place (WGS 84, longitude then latitude, in degrees): its position, false when it has none or does
// not stand for itself.
func (p *Place) Spot() (orb.Point, bool) { return p.Position(), p.HasPosition() && p.Stands() }

// Identity is the ID.
func (p *Place) Identity() ID { return p.ID }

// Within reports whether the place lies in a territory, by the chain recorded when it was located.
func (p *Place) Within(code TerritoryCode) bool { return chainHolds(p.Territories, code) }

// At returns the place's territory of a level, empty when unknown.
func (p *Place) At(level Level) TerritoryCode { return chainAt(p.Territories, level) }

// Counted reports whether the ministry's rule counts the place: a place of sale on the public way with dealers daily.
func (p *Place) Counted() bool {
	return p.Facts.Kind.onTheWay() && (p.Status == Active || p.Status == Disrupted)
}

func chainHolds(chain []TerritoryCode, code TerritoryCode) bool {
	if code == France {
		return true
	}
	for _, c := range chain {
		if c == code {
			return true
		}
	}
	return false
}

// coarseAt is chainAt for levels that a chain holds once and near its end, which it reads first.
func coarseAt(chain []TerritoryCode, level Level) TerritoryCode {
	for _, c := range slices.Backward(chain) {
		if c.is(level) {
			return c
		}
	}
	return ""
}

func chainAt(chain []TerritoryCode, level Level) TerritoryCode {
	for _, c := range chain {
		if c.is(level) {
			return c
		}
	}
	return ""
}
