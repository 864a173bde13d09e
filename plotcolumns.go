package dealmap

import "strings"

// PlotsTogether is how many plots PlotColumns have room for.
const PlotsTogether = 256

// PlotColumns keeps some plots close together in memory, in columns, with their words one after the other. The zero PlotColumns has none.
type PlotColumns struct {
	words       string
	begins      [PlotsTogether + 1]uint32 // of words; one more than there are plots
	references  [PlotsTogether]uint16
	intensities [PlotsTogether]uint8
	numbers     [PlotsTogether]uint64
}

// Fill sets columns that have none to some plots.
func (c *PlotColumns) Fill(some []*Plot) {
	var words strings.Builder
	size := 0
	for _, p := range some {
		size += len(p.label)
	}
	words.Grow(size)
	for i, p := range some {
		words.WriteString(p.label)
		c.begins[i+1] = uint32(words.Len())
		c.references[i], c.intensities[i], c.numbers[i] = p.reference, p.intensity, p.number
	}
	c.words = words.String()
}

// At returns one of the plots.
func (c *PlotColumns) At(i uint8) Plot {
	return Plot{c.words[c.begins[i]:c.begins[int(i)+1]], c.numbers[i], c.references[i], c.intensities[i]}
}

// Number returns that of one of the plots.
func (c *PlotColumns) Number(i uint8) uint64 { return c.numbers[i] }

// Put sets one of some plots, of which there are n, or adds one behind them.
func (c *PlotColumns) Put(i, n int, p *Plot) {
	if i == n {
		c.begins[n+1] = c.begins[n]
		n++
	}
	c.splice(i, i+1, n, p.label)
	c.references[i], c.intensities[i], c.numbers[i] = p.reference, p.intensity, p.number
}

// Insert puts a plot before one of the others, of which there are n, or behind them.
func (c *PlotColumns) Insert(i, n int, p *Plot) {
	copy(c.begins[i+1:n+2], c.begins[i:n+1])
	copy(c.references[i+1:n+1], c.references[i:n])
	copy(c.intensities[i+1:n+1], c.intensities[i:n])
	copy(c.numbers[i+1:n+1], c.numbers[i:n])
	c.Put(i, n+1, p)
}

// Delete removes some of the plots, of which there are n: from one up to another, which is left.
func (c *PlotColumns) Delete(from, to, n int) {
	c.splice(from, to, n, "")
	copy(c.begins[from:], c.begins[to:n+1])
	copy(c.references[from:], c.references[to:n])
	copy(c.intensities[from:], c.intensities[to:n])
	copy(c.numbers[from:], c.numbers[to:n])
}

// splice replaces the words of some of n plots; what comes behind them follows.
func (c *PlotColumns) splice(from, to, n int, label string) {
	begin, end := c.begins[from], c.begins[to]
	if c.words[begin:end] == label {
		return
	}
	c.words = strings.Join([]string{c.words[:begin], label, c.words[end:]}, "")
	after := begin + uint32(len(label))
	for i := from + 1; i < to; i++ {
		c.begins[i] = after
	}
	for i := to; i <= n; i++ {
		c.begins[i] += after - end
	}
}
