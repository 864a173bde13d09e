package network

import "math"

// mostWays is beyond what numbers of ways are exact enough as plain numbers.
const mostWays = 1e150

// accumulate adds, for every node but the start, the share of the shortest ways of the last walk that go through it: Brandes'
// dependency of the start on it.
func (w *walker) accumulate(sum []float64) {
	w.handBackAll(func(u int32) float64 {
		sum[u] += w.passed[u]
		return 1
	})
}

// accumulateAlong adds the same times scale, each way counting for a node by how far along it the node is.
func (w *walker) accumulateAlong(sum []float64, scale float64) {
	w.handBackAll(func(u int32) float64 {
		dist := w.marks[u].dist
		sum[u] += scale * dist * w.passed[u]
		return 1 / dist
	})
}

// handBackAll asks each node but the start, the farthest first and after all that hangs on it, for what it adds itself.
func (w *walker) handBackAll(adds func(u int32) float64) {
	for _, v := range w.order {
		w.passed[v] = 0
	}
	wide := w.most > mostWays
	if wide {
		w.countWide()
	}
	for i := len(w.order) - 1; i > 0; i-- {
		u := w.order[i]
		hangs := adds(u) + w.passed[u]
		by := w.marks[u].by
		switch {
		case by != several:
			w.passed[by] += hangs
		case wide:
			w.handBackWide(u, hangs)
		case w.weighted:
			w.handBackWeighted(u, hangs)
		default:
			w.handBack(u, hangs)
		}
	}
}

// handBack passes what hangs on u to the nodes that its shortest ways come by, each by its share of the ways.
func (w *walker) handBack(u int32, hangs float64) {
	to := w.marks[u]
	each := hangs / to.ways
	for _, v := range w.back.row(u) {
		if from := &w.marks[v]; from.dist+1 == to.dist && from.rank >= 0 {
			w.passed[v] += from.ways * each
		}
	}
}

func (w *walker) handBackWeighted(u int32, hangs float64) {
	to := w.marks[u]
	each := hangs / to.ways
	first, last := w.back.first[u], w.back.first[u+1]
	lengths := w.back.length[first:last]
	for k, v := range w.back.to[first:last] {
		if from := &w.marks[v]; from.dist+lengths[k] == to.dist && from.rank >= 0 && from.rank < to.rank {
			w.passed[v] += from.ways * each
		}
	}
}

func (w *walker) handBackWide(u int32, hangs float64) {
	for k := w.back.first[u]; k < w.back.first[u+1]; k++ {
		if v := w.back.to[k]; w.onWay(v, u, w.length(w.back, k)) {
			w.passed[v] += w.wide.ratio(v, u) * hangs
		}
	}
}

// wideCounts are numbers of ways that double with every step of a ladder and leave the range of a float64: fraction × 2^exponent.
type wideCounts struct {
	fraction []float64
	exponent []int
}

func (c *wideCounts) add(v, by int32) {
	if c.fraction[v] == 0 {
		c.fraction[v], c.exponent[v] = c.fraction[by], c.exponent[by]
		return
	}
	sum, shift := math.Frexp(c.fraction[v] + math.Ldexp(c.fraction[by], c.exponent[by]-c.exponent[v]))
	c.fraction[v] = sum
	c.exponent[v] += shift
}

func (c *wideCounts) ratio(v, u int32) float64 {
	return math.Ldexp(c.fraction[v]/c.fraction[u], c.exponent[v]-c.exponent[u])
}

// countWide counts the ways of the last walk again.
func (w *walker) countWide() {
	c := &w.wide
	c.fraction, c.exponent = make([]float64, len(w.marks)), make([]int, len(w.marks))
	c.fraction[w.order[0]], c.exponent[w.order[0]] = 0.5, 1
	for _, u := range w.order[1:] {
		for k := w.back.first[u]; k < w.back.first[u+1]; k++ {
			if v := w.back.to[k]; w.onWay(v, u, w.length(w.back, k)) {
				c.add(u, v)
			}
		}
	}
}
