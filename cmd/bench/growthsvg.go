package main

import (
	"fmt"
	"math"
	"strings"
)

const (
	panelWide, panelHigh = 300, 210
	left, below          = 56, 34
)

// panel is one figure by the number of places.
type panel struct {
	title, unit string
	value       func(growthOf) float64
}

var panels = []panel{
	{"start until ready", "s", func(g growthOf) float64 { return g.start.Seconds() }},
	{"memory of the process", "MB", func(g growthOf) float64 { return float64(g.own) }},
	{"tile of places z 12, uncached, p50", "ms", func(g growthOf) float64 { return ms(g.tile) }},
	{"tile of clusters z 6, uncached, p50", "ms", func(g growthOf) float64 { return ms(g.clusters) }},
	{"durable write until visible, p50", "ms", func(g growthOf) float64 { return ms(g.visible) }},
}

// growthSVG draws a panel for each figure, both axes logarithmic; it reads on light and on dark pages.
func growthSVG(all []growthOf) string {
	var b strings.Builder
	wide, high := panelWide*3, panelHigh*2
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11" role="img" aria-label="Growth with the number of places">`+"\n", wide, high)
	b.WriteString("<style>svg{background:#fff;color:#1b1b35}@media(prefers-color-scheme:dark){svg{background:#16161f;color:#e6e6f0}}text{fill:currentColor}path,line{stroke:currentColor;fill:none}.grid{opacity:.2}.curve{stroke:#3558a2;stroke-width:2}circle{fill:#3558a2}</style>\n")
	for i, p := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", i%3*panelWide, i/3*panelHigh)
		p.draw(&b, all)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (p panel) draw(b *strings.Builder, all []growthOf) {
	least, most := math.Inf(1), math.Inf(-1)
	for _, g := range all {
		v := math.Log10(p.value(g))
		least, most = min(least, v), max(most, v)
	}
	least, most = math.Floor(least), math.Ceil(most)
	if least == most {
		most++
	}
	few, many := math.Floor(math.Log10(float64(all[0].places))), math.Ceil(math.Log10(float64(all[len(all)-1].places)))
	if few == many {
		many++
	}
	x := func(log float64) float64 { return left + (log-few)/(many-few)*(panelWide-left-20) }
	y := func(log float64) float64 { return panelHigh - below - (log-least)/(most-least)*(panelHigh-below-30) }
	fmt.Fprintf(b, `<text x="%d" y="16" font-weight="bold">%s, %s</text>`+"\n", left, p.title, p.unit)
	for log := few; log <= many; log++ {
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			x(log), x(log), y(least), y(most), x(log), panelHigh-below+16, short(log))
	}
	for log := least; log <= most; log++ {
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			x(few), x(many), y(log), y(log), left-6, y(log)+4, short(log))
	}
	var path []string
	for _, g := range all {
		path = append(path, fmt.Sprintf("%.1f %.1f", x(math.Log10(float64(g.places))), y(math.Log10(p.value(g)))))
	}
	fmt.Fprintf(b, `<path class="curve" d="M%s"/>`+"\n", strings.Join(path, "L"))
	for i, g := range all {
		at := strings.Fields(path[i])
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="3"><title>%d: %.3g %s</title></circle>`+"\n", at[0], at[1], g.places, p.value(g), p.unit)
	}
}

// short writes a power of ten.
func short(log float64) string {
	switch {
	case log >= 6:
		return fmt.Sprintf("%gM", math.Pow(10, log-6))
	case log >= 3:
		return fmt.Sprintf("%gk", math.Pow(10, log-3))
	}
	return fmt.Sprintf("%g", math.Pow(10, log))
}
