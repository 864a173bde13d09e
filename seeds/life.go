package seeds

import (
	"math/rand/v2"

	"github.com/mesure5/dealmap"
)

// reviewEvery is how many days after it was last seen a synthetic place is to be looked at again.
const reviewEvery = 90

// checkAfter is how many days after its closing a place is to be looked at, as the domain has it.
const checkAfter = 30

var (
	statuses = []weighted[dealmap.Status]{
		{8, dealmap.Reported}, {62, dealmap.Active}, {10, dealmap.Disrupted}, {8, dealmap.Dormant}, {12, dealmap.Closed},
	}
	closingReasons = []weighted[dealmap.ClosingReason]{
		{50, dealmap.Dismantled}, {25, dealmap.Displaced}, {17, dealmap.Faded}, {5, dealmap.Duplicate}, {3, dealmap.Mistake},
	}
	// sinceSeen is the mean number of days since a place in this status was last seen.
	sinceSeen   = map[dealmap.Status]float64{dealmap.Reported: 10, dealmap.Active: 28, dealmap.Disrupted: 35, dealmap.Dormant: 160, dealmap.Closed: 250}
	sources     = []weighted[string]{{20, "A"}, {45, "B"}, {25, "C"}, {10, "X"}}
	information = []weighted[string]{{20, "1"}, {40, "2"}, {28, "3"}, {12, "4"}}
	reaches     = []weighted[dealmap.Reach]{
		{85, dealmap.ReachNational}, {6, dealmap.ReachDepartement}, {4, dealmap.ReachZone}, {3, dealmap.ReachService}, {2, dealmap.ReachGroup},
	}
	codes = []weighted[string]{{84, "H0"}, {8, "H1"}, {6, "H2"}, {2, "H3"}}
)

// demoGroups are the named groups that synthetic places are shared with.
var demoGroups = []string{"ports", "frontiere-est", "grand-delta"}

// live gives the place its status and the dates that go with it, all before today but the review's.
func (w *writer) live(add *dealmap.AddPlace, rng *rand.Rand) {
	f := &add.Facts
	add.Status = pickShare(rng, statuses)
	idle := min(1500, int(rng.ExpFloat64()*sinceSeen[add.Status]))
	f.LastSeen = w.today.AddDays(-idle)
	f.FirstSeen = f.LastSeen.AddDays(-min(2500, int(rng.ExpFloat64()*420)))
	f.NextReview = f.LastSeen.AddDays(reviewEvery)
	if add.Status != dealmap.Closed {
		return
	}
	add.Closing = &dealmap.Closing{Reason: pickShare(rng, closingReasons), Date: f.LastSeen.AddDays(rng.IntN(idle + 1))}
	f.NextReview = nextReview(f.LastSeen, add.Closing)
	if add.Closing.Reason == dealmap.Dismantled && rng.IntN(2) == 0 {
		add.Closing.Operation = opaque("OP", w.departement.Code.ID(), digits, 4, rng)
	}
}

// nextReview is when a record is to be looked at again: a place that dealers left, to see whether they stay away.
func nextReview(seen dealmap.Date, closing *dealmap.Closing) dealmap.Date {
	if closing == nil || closing.Reason == dealmap.Duplicate || closing.Reason == dealmap.Mistake {
		return seen.AddDays(reviewEvery)
	}
	return closing.Date.AddDays(checkAfter)
}

// Alphabets of codes. Cases and operations have digits only: with letters, some would look like number plates.
const (
	digits  = "0123456789"
	letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// opaque draws a code that says nothing: a prefix, the département, characters of an alphabet.
func opaque(prefix, departement, alphabet string, length int, rng *rand.Rand) string {
	code := []byte(prefix + "-" + departement + "-")
	for range length {
		code = append(code, alphabet[rng.IntN(len(alphabet))])
	}
	return string(code)
}

// handle grades the record and says who may know of it. A few are under embargo, or known to a service or a group only.
func (w *writer) handle(f *dealmap.Facts, rng *rand.Rand) {
	if rng.IntN(100) < 92 {
		f.Grading = dealmap.Grading{Scheme: "europol", Source: pickShare(rng, sources), Information: pickShare(rng, information)}
	}
	f.Handling = dealmap.Handling{Reach: pickShare(rng, reaches), Code: pickShare(rng, codes)}
	if f.Handling.Reach == dealmap.ReachGroup {
		f.Handling.Groups = []string{pick(rng, demoGroups)}
	}
	if f.Handling.Reach != dealmap.ReachNational {
		f.Handling.Blurred = rng.IntN(100) < 40
	}
	if rng.IntN(100) == 0 {
		f.Handling.EmbargoUntil = w.today.AddDays(5 + rng.IntN(120))
	}
	if rng.IntN(100) < 8 {
		f.CaseRefs = []string{opaque("PROC", w.departement.Code.ID(), digits, 5, rng)}
	}
}
