package seeds

import (
	"cmp"
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// nationalTotal is the number of deal points that the ministry published for December 2020.
const nationalTotal = 3952

// published are the numbers of deal points of December 2020 by département, as the ministry and the press gave them. Where
// only a range is known (06, 31, 84: 75 to 100; 34, 83: 50 to 75; 30: 25 to 50) a number within it stands; 84 is from its
// published rate, 15 for 100,000 inhabitants.
var published = map[string]int{
	"93": 276, "69": 255, "59": 251, "13": 140, "76": 67, "06": 88, "31": 90, "84": 85, "34": 62, "83": 60, "30": 38,
	"05": 0, "48": 0,
}

// publishedRates are the rates for 100,000 inhabitants where only they are known.
var publishedRates = map[string]float64{"971": 34.2}

// Distribution returns how many of n synthetic places lie in each département. For n = 3952 it is the published figures of
// December 2020, and where none are known, shares of the rest by population; for any other n it is those numbers scaled,
// by largest remainder, so that the sum is n.
func Distribution(n int, terr *geo.Territories) map[dealmap.TerritoryCode]int {
	return distribute(n, terr.Level(dealmap.LevelDepartement))
}

func distribute(n int, departements []geo.Territory) map[dealmap.TerritoryCode]int {
	base := make([]float64, len(departements))
	inhabitants := make([]float64, len(departements))
	rest := nationalTotal
	for i, d := range departements {
		known, ok := published[d.Code.ID()]
		if rate, rated := publishedRates[d.Code.ID()]; rated {
			known, ok = int(math.Round(rate*float64(d.Population)/1e5)), true
		}
		if ok {
			base[i] = float64(known)
			rest -= known
			continue
		}
		inhabitants[i] = float64(d.Population)
	}
	for i, share := range largestRemainder(max(0, rest), inhabitants) {
		base[i] += float64(share)
	}
	counts := make(map[dealmap.TerritoryCode]int, len(departements))
	for i, count := range largestRemainder(n, base) {
		counts[departements[i].Code] = count
	}
	return counts
}

// largestRemainder divides n in whole numbers in proportion to the weights (Hamilton's method); equal remainders go to the
// first. Without any weight nothing is given.
func largestRemainder(n int, weights []float64) []int {
	shares := make([]int, len(weights))
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total <= 0 || n <= 0 {
		return shares
	}
	order := make([]int, 0, len(weights))
	remainders := make([]float64, len(weights))
	left := n
	for i, w := range weights {
		exact := float64(n) * w / total
		shares[i] = int(exact)
		remainders[i] = exact - float64(shares[i])
		left -= shares[i]
		if w > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for i := range left {
		shares[order[i%len(order)]]++
	}
	return shares
}
