package geo

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// permute fills in P, Q and Alone of what local gives for each unit, on all cores. Each unit has a stream of chance of its own,
// so that the figures depend neither on the number of cores nor on who comes first.
func permute(ctx context.Context, values []float64, n Neighbours, o HotSpotOptions, local func(i int) Local) ([]Local, error) {
	results := make([]Local, len(values))
	chunk := max(1, (len(values)+49)/50)
	var next atomic.Int64
	var reporting sync.Mutex
	done := 0
	workers, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), len(values)/chunk+1) {
		workers.Go(func() error {
			draw := newDraws(values, o)
			for {
				end := int(next.Add(int64(chunk)))
				start := end - chunk
				if start >= len(values) {
					return nil
				}
				end = min(end, len(values))
				for i := start; i < end; i++ {
					if err := ctx.Err(); err != nil {
						return err
					}
					results[i] = local(i)
					results[i].P, results[i].Alone = 1, len(n[i]) == 0
					// Moran's I of a unit whose value is the mean is 0 in every draw.
					if results[i].Expected != 0 {
						results[i].P = draw.pseudoP(i, n[i])
					}
				}
				if o.Progress != nil {
					reporting.Lock()
					done += end - start
					o.Progress(done, len(values))
					reporting.Unlock()
				}
			}
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	p := make([]float64, len(results))
	for i := range results {
		p[i] = results[i].P
	}
	for i, q := range FalseDiscovery(p) {
		results[i].Q = q
	}
	return results, nil
}

// draws is what one worker needs to draw neighbours.
type draws struct {
	values, others []float64
	total          float64
	options        HotSpotOptions
	source         rand.PCG
}

func newDraws(values []float64, o HotSpotOptions) *draws {
	d := &draws{values: values, others: make([]float64, len(values)), options: o}
	for _, v := range values {
		d.total += v
	}
	return d
}

// pseudoP returns the share of draws that are as extreme as what the neighbours of a unit hold.
func (d *draws) pseudoP(i int, neighbours []int32) float64 {
	if len(neighbours) == 0 {
		return 1
	}
	observed := 0.0
	for _, j := range neighbours {
		observed += d.values[j]
	}
	expected := float64(len(neighbours)) * (d.total - d.values[i]) / float64(len(d.values)-1)
	// Sums of the same values in another order differ by rounding and are as extreme.
	far := math.Abs(observed-expected) - 1e-12*(d.total+observed)
	extremes := 0
	d.sums(i, len(neighbours), func(sum float64) {
		if math.Abs(sum-expected) >= far {
			extremes++
		}
	})
	return float64(1+extremes) / float64(1+d.options.Permutations)
}

// sums calls f with the sum of some values drawn without replacement among those of the other units, once a permutation. The
// order that one draw leaves is as good a start for the next as any (Durstenfeld's shuffle, stopped early).
func (d *draws) sums(i, count int, f func(sum float64)) {
	copy(d.others, d.values)
	last := len(d.others) - 1
	d.others[i], d.others[last] = d.others[last], d.others[i]
	others := d.others[:last]
	d.source.Seed(mix(d.options.Seed), mix(d.options.Seed^mix(uint64(i))))
	for range d.options.Permutations {
		sum := 0.0
		for j := range count {
			// The bias of multiplying is the number of units in 2⁶⁴.
			r, _ := bits.Mul64(d.source.Uint64(), uint64(last-j))
			k := j + int(r)
			others[j], others[k] = others[k], others[j]
			sum += others[j]
		}
		f(sum)
	}
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014): seeds in a row give streams that have nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// FalseDiscovery returns p-values adjusted so that calling significant what is under a level keeps the expected share of false
// discoveries under it (Benjamini and Hochberg, 1995; R's p.adjust with method BH). Values must be numbers from 0 to 1.
func FalseDiscovery(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[b], p[a]), cmp.Compare(a, b)) })
	adjusted := make([]float64, len(p))
	least := 1.0
	for rank, i := range order {
		least = math.Min(least, float64(len(p))/float64(len(p)-rank)*p[i])
		adjusted[i] = least
	}
	return adjusted
}
