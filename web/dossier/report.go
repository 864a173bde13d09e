package dossier

import (
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Report is what a dossier says. Its text is French and is printed as it is, typography mended.
type Report struct {
	Territory Territory
	// AsOf is the date of the figures.
	AsOf dealmap.Date
	// Previous is the date of the last meeting, zero when none was recorded; figures then have nothing to be compared with.
	Previous    dealmap.Date
	Made        Making
	Handling    string // the mention on every page: DIFFUSION RESTREINTE
	Synthetic   bool   // every page says that the data are those of a demonstration
	Suppression Suppression
	Rule        string // what is counted, in words

	// Outline is that of the territory in WGS 84, nil when it was not imported: the maps then say so.
	Outline orb.MultiPolygon
	// PartsLabel names what the parts are, in the plural: « Communes ».
	PartsLabel string
	Parts      []Part

	Heat       Heat
	Rates      []RateClass // the classes of the choropleth, lowest first
	Figures    Figures
	Flows      Flows
	Lifetime   Lifetime
	Freshness  Freshness
	Coverage   []Coverage
	HotSpots   *HotSpots // nil leaves the section out
	Operations []Operation
	Offences   *Offences // nil leaves the section out
	Notes      []string
}

// Territory is the territory of the dossier.
type Territory struct {
	Code       dealmap.TerritoryCode
	Name       string
	Level      string  // in words: « Département »
	Population int     // 0 when unknown
	Area       float64 // km², 0 when unknown
	Year       int     // of the population, 0 when unknown
	// Indicative marks an outline that is not official.
	Indicative bool
}

// Making says who made the dossier, for whom and when; roles and services, no persons.
type Making struct {
	At      time.Time
	By      string
	Service string
	For     string
}

// Suppression says whether small numbers are withheld, and under which number.
type Suppression struct {
	Applied   bool
	Threshold int
}

// Part is a sub-territory with its figures.
type Part struct {
	Name    string
	Outline orb.MultiPolygon // WGS 84, nil when it was not imported
	// Centre is that of the territory (WGS 84), where its circle is drawn; nil takes the middle of the outline.
	Centre      *orb.Point
	Population  int // 0 when unknown
	Counted     Figure
	Total       Figure
	Rate        Rate // per 10,000 inhabitants
	Since       Delta
	Confirmed90 Rate // share confirmed within 90 days, 0 to 1
	Overdue     Figure
}

// Heat is the map of hexagons.
type Heat struct {
	Cells           []Cell
	Classes         []CountClass // lowest first
	CellWidth       float64      // metres between two sides
	Weight          string       // what a class counts: « points », « intensité cumulée »
	N               Figure       // places that the cells count
	WithoutPosition Figure       // places that are known by their commune only
}

// Cell is a hexagon, clipped to the territory.
type Cell struct {
	Area  orb.MultiPolygon // WGS 84
	Class int              // index among the classes, -1 for a count that is withheld; left out, a cell does not even say that there is one
}

// CountClass is a class of the heat map, both ends included.
type CountClass struct{ From, To int }

// RateClass is a class of the choropleth, per 10,000 inhabitants: From included, To not, save in the last class.
type RateClass struct{ From, To float64 }

// Figures are the stock at the date of the figures and at the last meeting.
type Figures struct {
	Counted    Change // by the rule
	Total      Change // all records, closed ones too
	Rate       RateChange
	Breakdowns []Breakdown
}

// Breakdown parts the stock: by status, kind, product or service.
type Breakdown struct {
	Title string
	Note  string // for one whose rows do not add up: a place may sell several products
	Rows  []BreakdownRow
}

// BreakdownRow is one row of a breakdown.
type BreakdownRow struct {
	Label string
	Change
}

// Flows are what happened, month by month, the oldest first.
type Flows struct {
	Reasons []string // labels of the reasons for closing
	Months  []Month
}

// Month is what happened in a month. Closed goes with Flows.Reasons; Stock is the counted stock at the end of the month.
type Month struct {
	First    dealmap.Date
	Reported Figure
	Opened   Figure
	Reopened Figure
	Closed   []Figure
	Stock    Figure
}

// Lifetime is how long places live, in days, by the estimate of Kaplan and Meier: those that have not closed yet count as long as
// they have lived so far.
type Lifetime struct {
	Ended, Running Figure
	// Quarter and Median are the days by which a quarter and a half had closed, not known when too few have.
	Quarter, Median Rate
}

// Freshness is how recently the counted stock was confirmed; shares from 0 to 1.
type Freshness struct {
	Within30, Within90 RateChange
	Overdue            Change // reviews that are overdue
}

// Coverage is what a service contributed.
type Coverage struct {
	Service     string
	Counted     Figure
	Overdue     Figure // of its places, those past their review date
	Parts       Figure // sub-territories in which it has places
	Confirmed90 Rate   // share of its places confirmed within 90 days, 0 to 1
}

// HotSpots sums up where concentrations are significant, or says why that cannot be told.
type HotSpots struct {
	Refusal string // why nothing was computed; the rest is then not printed
	Method  string
	Seed    int64
	Spots   []Spot
}

// Spot is a significant concentration: a sub-territory or a cell.
type Spot struct {
	Label   string
	Counted Figure
	Z, Q    Rate // Gi* score, and p-value after false-discovery control
}

// Operation is one operation; Place is the name of a territory.
type Operation struct {
	On      dealmap.Date
	Type    string
	Place   string
	Results []Result
	Watch   *Watch // nil when nothing is watched
}

// Result is a count that an operation is credited with.
type Result struct {
	Label string
	Count Figure
}

// Watch compares what was counted before and after an operation: in its area, in the ring around it and in a control area.
// The weighted displacement difference is that of Wheeler and Ratcliffe, "A simple weighted displacement difference test to
// evaluate place based crime interventions", Crime Science 7:11, 2018.
type Watch struct {
	Days                       int     // before and after
	Buffer                     float64 // metres
	Target, Ring, Control      Change
	Difference, StandardErr, Z Rate
	Reading                    string // the result in words
}

// Offences are those that the ministry publishes, laid beside.
type Offences struct {
	Label, Source string
	Years         []OffenceYear
}

// OffenceYear is a year's offences; the rate is per 10,000 inhabitants.
type OffenceYear struct {
	Year   int
	Number Figure
	Rate   Rate
}
