package seeds

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/mesure5/dealmap"
)

const (
	// mostOperations is how many operations a département carries out in a year of the demonstration, at most.
	mostOperations = 6
	// fieldFrom is the number of places from which a département has them.
	fieldFrom = 8
)

// meetingsBack are how many days before today the CLCT of each département met.
var meetingsBack = []int{215, 124, 38}

// FieldNote is what is written of operations and meetings on a day.
type FieldNote struct {
	Day     dealmap.Date
	Command dealmap.Command
}

// Field tells what was carried out on the ground in the last year of a story, and when CLCTs met: operations around places that
// were dismantled and repeated presence where there are many, each written the day after its end, and three meetings of each
// département that has places. Notes come by day. They name no place under embargo, and none before it was first seen.
func Field(places []dealmap.AddPlace, departement func(*dealmap.AddPlace) string, today dealmap.Date, seed uint64) []FieldNote {
	by := map[string][]*dealmap.AddPlace{}
	var codes []string
	for i := range places {
		p := &places[i]
		code := departement(p)
		if p.Facts.Handling.UnderEmbargo(today) || code == "" {
			continue
		}
		if by[code] == nil {
			codes = append(codes, code)
		}
		by[code] = append(by[code], p)
	}
	slices.Sort(codes)
	var notes []FieldNote
	for _, code := range codes {
		rng := rand.New(rand.NewPCG(seed, hash("field "+code)))
		for _, back := range meetingsBack {
			day := today.AddDays(-back)
			notes = append(notes, FieldNote{day, dealmap.HoldMeeting{Territory: dealmap.TerritoryCode("dep:" + code), Date: day}})
		}
		if len(by[code]) >= fieldFrom {
			notes = append(notes, operations(code, by[code], today, rng)...)
		}
	}
	slices.SortStableFunc(notes, func(a, b FieldNote) int { return cmp.Compare(a.Day.Days(), b.Day.Days()) })
	return notes
}

func operations(code string, places []*dealmap.AddPlace, today dealmap.Date, rng *rand.Rand) (notes []FieldNote) {
	add := func(kind dealmap.OperationType, from, until dealmap.Date, at []*dealmap.AddPlace, results dealmap.Results) {
		if until.IsZero() {
			until = from
		}
		if !until.Before(today) {
			return
		}
		facts := dealmap.OperationFacts{
			Type: kind, From: from, Until: until, Territory: dealmap.TerritoryCode("dep:" + code), Results: results,
			Owner: dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross " + code},
		}
		if commune := at[0].Facts.Commune; commune != "" && !slices.ContainsFunc(at, func(p *dealmap.AddPlace) bool { return p.Facts.Commune != commune }) {
			facts.Territory = dealmap.TerritoryCode("com:" + commune)
		}
		for _, p := range at {
			facts.Places = append(facts.Places, p.ID)
		}
		var id dealmap.ID
		for i := range id {
			id[i] = byte(rng.Uint32())
		}
		id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
		notes = append(notes, FieldNote{until.AddDays(1), dealmap.RecordOperation{ID: id, Facts: facts}})
	}
	for _, p := range places {
		if len(notes) == mostOperations-2 {
			break
		}
		if c := p.Closing; c != nil && c.Reason == dealmap.Dismantled && today.AddDays(-365).Before(c.Date) && known(p, c.Date) {
			around := append([]*dealmap.AddPlace{p}, beside(places, p, c.Date, rng.IntN(3))...)
			add(dealmap.Judicial, c.Date, dealmap.Date{}, around, dealmap.Results{
				Arrests: 1 + rng.IntN(9), Custody: 1 + rng.IntN(6), CannabisGrams: 200 * (1 + rng.IntN(60)), CashEuros: 500 * (1 + rng.IntN(40)), PlacesClosed: 1,
			})
		}
	}
	for k, kind := range []dealmap.OperationType{dealmap.Pilonnage, dealmap.Dissuasion} {
		from := today.AddDays(-150 + 70*k - rng.IntN(30))
		first := places[rng.IntN(len(places))]
		until := from.AddDays(10 + rng.IntN(20))
		if known(first, from) {
			add(kind, from, until, append([]*dealmap.AddPlace{first}, beside(places, first, from, 4)...), dealmap.Results{
				Checks: 50 * (1 + rng.IntN(20)), Fines: 5 * (1 + rng.IntN(30)), Arrests: rng.IntN(12), CannabisGrams: 10 * rng.IntN(90),
			})
		}
	}
	return notes
}

// known reports whether a place was on the map of a story by a day: a week may pass until it is entered.
func known(p *dealmap.AddPlace, day dealmap.Date) bool {
	return p.Facts.FirstSeen.Before(day.AddDays(-8))
}

// beside are some places of the same commune that were known by a day.
func beside(places []*dealmap.AddPlace, p *dealmap.AddPlace, day dealmap.Date, n int) (near []*dealmap.AddPlace) {
	for _, other := range places {
		if len(near) == n {
			break
		}
		if other != p && other.Facts.Commune == p.Facts.Commune && known(other, day) {
			near = append(near, other)
		}
	}
	return near
}
