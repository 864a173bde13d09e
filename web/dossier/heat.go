package dossier

// words names the class: « 1 à 3 », « 4 ».
func (c CountClass) words() string {
	if c.From == c.To {
		return whole(c.From)
	}
	return whole(c.From) + " à " + whole(c.To)
}

func (c RateClass) words() string { return decimal(c.From, 1) + " à " + decimal(c.To, 1) }

// size says how wide a cell is.
func (h Heat) size() string {
	switch {
	case h.CellWidth <= 0:
		return "taille non précisée"
	case h.CellWidth < 1000:
		return "hexagone de " + whole(int(h.CellWidth+0.5)) + noBreak + "m de large"
	}
	return "hexagone de " + decimal(h.CellWidth/1000, 1) + noBreak + "km de large"
}

// cellsByClass counts the cells of each class.
func (r *Report) cellsByClass() []int {
	of := make([]int, len(r.Heat.Classes))
	for _, cell := range r.Heat.Cells {
		if cell.Class >= 0 {
			of[cell.Class]++
		}
	}
	return of
}

// rateClass is the class of a rate, -1 when there is none: it is withheld, or the territory has no inhabitants.
func (r *Report) rateClass(p Part) int {
	if !p.Rate.Known || p.Population <= 0 {
		return -1
	}
	for i := len(r.Rates) - 1; i >= 0; i-- {
		if p.Rate.Value >= r.Rates[i].From {
			return i
		}
	}
	return -1
}
