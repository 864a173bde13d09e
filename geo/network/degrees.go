package network

// Degree tells of the ties of one node.
type Degree struct {
	// In and Out count the ties that come and that go; Neighbours the nodes at their other ends, each once.
	In, Out, Neighbours int
	// StrengthIn and StrengthOut add up the strengths of those ties.
	StrengthIn, StrengthOut float64
}

// Degrees returns the degree of every node.
func (g *Graph) Degrees() []Degree {
	degrees := make([]Degree, g.n)
	for v := range degrees {
		d := &degrees[v]
		d.Out, d.Neighbours = g.out.degree(v), g.both.degree(v)
		for k := g.out.first[v]; k < g.out.first[v+1]; k++ {
			d.StrengthOut += g.out.strength[k]
			head := &degrees[g.out.to[k]]
			head.In++
			head.StrengthIn += g.out.strength[k]
		}
	}
	return degrees
}
