package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

// contestant is a server that is measured beside the others.
type contestant int

const (
	own contestant = iota
	postgis
	node
	limit
	contestants
)

// contestantNames are the heads of their columns.
var contestantNames = [contestants]string{"dealmap", "PostGIS", "node", "limit"}

// work is one row of the table of peers: milliseconds, of which fewer are better, or how many a second.
type work struct {
	name   string
	rate   bool
	middle [contestants]float64 // the median or the rate; 0 is not measured
	high   [contestants]float64 // the 95th percentile, 0 when only the median is of interest
	// features is how many the median tile holds; clusters are of each server's own making.
	features [contestants]int
}

// board is what was measured of the servers, in the order of the first that did the work.
type board struct {
	works []*work
	notes []string
}

func (b *board) of(name string, rate bool) *work {
	for _, w := range b.works {
		if w.name == name {
			return w
		}
	}
	w := &work{name: name, rate: rate}
	b.works = append(b.works, w)
	return w
}

func (b *board) note(format string, values ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, values...))
}

// ratio is how many times better than the better peer the map does it, 0 when one of them was not measured. The limit is no peer.
func (w *work) ratio() float64 {
	var best float64
	for _, peer := range []contestant{postgis, node} {
		if v := w.middle[peer]; v > 0 && (best == 0 || w.rate == (v > best)) {
			best = v
		}
	}
	switch {
	case best == 0 || w.middle[own] == 0:
		return 0
	case w.rate:
		return w.middle[own] / best
	}
	return best / w.middle[own]
}

// differs reports whether a server's tile holds another number of features than the map's: more than the hundredth that lies on borders.
// An empty tile is one too.
func (w *work) differs(who contestant) bool {
	if w.middle[who] == 0 || w.middle[own] == 0 {
		return false
	}
	n, off := w.features[who], w.features[who]-w.features[own]
	return 100*max(off, -off) > n
}

func (w *work) title() string {
	if w.features[own] == 0 {
		return w.name
	}
	return fmt.Sprintf("%s (%d features)", w.name, w.features[own])
}

func (w *work) cell(who contestant) string {
	switch v := w.middle[who]; {
	case v == 0:
		return "–"
	case w.rate:
		return fmt.Sprintf("%.0f /s", v)
	case w.differs(who):
		return fmt.Sprintf("%.2f ms (%d features)", v, w.features[who])
	case w.high[who] > 0:
		return fmt.Sprintf("%.2f / %.2f ms", v, w.high[who])
	default:
		return fmt.Sprintf("%.2f ms", v)
	}
}

// tell says at once what was measured: a run with a million places takes long.
func (w *work) tell(who contestant) {
	fmt.Fprintf(os.Stderr, "%s, %s: %s\n", contestantNames[who], w.name, w.cell(who))
}

// print writes the table of peers and what is to be said of it.
func (b *board) print(out io.Writer, places int) error {
	fmt.Fprintf(out, "Beside peers, the same %d places, by the same client, in the same run\n\n", places)
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "| Work\t| %s\t| ratio to the better peer\t|\n", strings.Join(contestantNames[:], "\t| "))
	fmt.Fprintf(w, "|%s\n", strings.Repeat("---\t|", int(contestants)+2))
	for _, row := range b.works {
		ratio := "–"
		if r := row.ratio(); r > 0 {
			ratio = fmt.Sprintf("%.2f ×", r)
		}
		fmt.Fprintf(w, "| %s\t|", row.title())
		for who := range contestants {
			fmt.Fprintf(w, " %s\t|", row.cell(who))
		}
		fmt.Fprintf(w, " %s\t|\n", ratio)
	}
	err := w.Flush()
	for _, note := range b.notes {
		fmt.Fprintf(out, "\n- %s", note)
	}
	fmt.Fprintln(out)
	return err
}
