package network

// walker finds all shortest ways from one node, and is used again for the next.
type walker struct {
	// arcs are those that are followed; back the same, each turned round.
	arcs, back *arcs
	weighted   bool
	marks      []mark
	// order holds the nodes reached, so that every way comes to a node after all that it has come through.
	order []int32
	// most is the greatest number of ways to a node.
	most    float64
	heap    heap
	buckets buckets
	passed  []float64
	wide    wideCounts
}

// mark is what a walk knows of a node; in one place, so that following an arc touches memory once.
type mark struct {
	// dist counts ties, or adds up lengths in a weighted walk, along ways from the start.
	dist float64
	// ways counts the shortest ways.
	ways float64
	// rank is the place in the order; unreached or waiting when it has none.
	rank int32
	// by is the node that all shortest ways come by, several when there are more.
	by int32
}

const (
	unreached = -1
	waiting   = -2
	several   = -1
)

func newWalker(g *Graph, directed, weighted bool) *walker {
	if directed {
		return walkerOf(&g.out, &g.in, weighted)
	}
	return walkerOf(&g.both, &g.both, weighted)
}

// turned returns a walker that follows every arc of w back.
func (w *walker) turned() *walker { return walkerOf(w.back, w.arcs, w.weighted) }

func walkerOf(there, back *arcs, weighted bool) *walker {
	n := len(there.first) - 1
	w := &walker{arcs: there, back: back, weighted: weighted, marks: make([]mark, n), order: make([]int32, 0, n), passed: make([]float64, n)}
	for v := range w.marks {
		w.marks[v].rank = unreached
	}
	if weighted {
		w.buckets = newBuckets(there.length, mostBuckets)
	}
	return w
}

// walk finds the order of all nodes that can be reached from start, their distances and numbers of shortest ways.
func (w *walker) walk(start int32) {
	for _, v := range w.order {
		w.marks[v].rank = unreached
	}
	w.order, w.most = w.order[:0], 1
	w.marks[start] = mark{dist: 0, ways: 1, rank: waiting, by: several}
	if w.weighted {
		w.settle(start)
		return
	}
	w.spread(start)
}

// reached says whether the last walk came to v.
func (w *walker) reached(v int) bool { return w.marks[v].rank >= 0 }

// spread walks breadth first.
func (w *walker) spread(start int32) {
	w.marks[start].rank = 0
	w.order = append(w.order, start)
	for head := 0; head < len(w.order); head++ {
		v := w.order[head]
		ways, next := w.marks[v].ways, w.marks[v].dist+1
		w.most = max(w.most, ways)
		for _, u := range w.arcs.row(v) {
			switch m := &w.marks[u]; {
			case m.rank == unreached:
				*m = mark{dist: next, ways: ways, rank: int32(len(w.order)), by: v}
				w.order = append(w.order, u)
			case m.dist == next:
				m.ways += ways
				m.by = several
			}
		}
	}
}

// settle walks by rising distance (Dijkstra, "A note on two problems in connexion with graphs", 1959).
func (w *walker) settle(start int32) {
	b := &w.buckets
	push := b.push
	for b.push(start, 0); b.held > 0; {
		at := b.next()
		if b.mixed {
			w.settleByDistance(at)
		} else {
			for _, v := range b.slots[at] {
				if w.marks[v].rank == waiting {
					w.follow(v, push)
				}
			}
		}
		b.empty(at)
	}
}

// settleByDistance takes the nodes of one bucket nearest first, with those that come into it meanwhile.
func (w *walker) settleByDistance(at int) {
	w.heap = w.heap[:0]
	for _, v := range w.buckets.slots[at] {
		if m := w.marks[v]; m.rank == waiting {
			w.heap.push(entry{m.dist, v})
		}
	}
	for len(w.heap) > 0 {
		if e := w.heap.pop(); w.marks[e.node].rank == waiting {
			w.follow(e.node, func(u int32, dist float64) {
				if w.buckets.index(dist) == at {
					w.heap.push(entry{dist, u})
				} else {
					w.buckets.push(u, dist)
				}
			})
		}
	}
}

// follow settles v and hands push what has become nearer.
func (w *walker) follow(v int32, push func(u int32, dist float64)) {
	w.marks[v].rank = int32(len(w.order))
	w.order = append(w.order, v)
	from := w.marks[v]
	w.most = max(w.most, from.ways)
	first, last := w.arcs.first[v], w.arcs.first[v+1]
	lengths := w.arcs.length[first:last]
	for k, u := range w.arcs.to[first:last] {
		m := &w.marks[u]
		if m.rank >= 0 {
			continue
		}
		switch d := from.dist + lengths[k]; {
		case m.rank == unreached || d < m.dist:
			*m = mark{dist: d, ways: from.ways, rank: waiting, by: v}
			push(u, d)
		case d == m.dist:
			m.ways += from.ways
			m.by = several
		}
	}
}

// length returns how long arc k is to the walk.
func (w *walker) length(a *arcs, k int32) float64 {
	if w.weighted {
		return a.length[k]
	}
	return 1
}

// onWay says whether a shortest way goes by an arc of that length from one node to another that was reached.
func (w *walker) onWay(from, to int32, length float64) bool {
	f, t := &w.marks[from], &w.marks[to]
	return f.dist+length == t.dist && f.rank >= 0 && f.rank < t.rank
}
