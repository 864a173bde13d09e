package geo

import (
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Cell returns what of a hexagon lies in the window; all of it when nothing does, or when the window is nil: what is declared to lie
// in a territory counts there.
func (w *Window) Cell(cell dealmap.Cell) orb.MultiPolygon {
	ring := cell.Ring()
	if w != nil && !w.Inside(ring) {
		if part := w.Clip(ring); len(part) > 0 {
			return part
		}
	}
	return orb.MultiPolygon{{ring}}
}

// CellsIn returns the hexagons of a level whose middle lies in a window, sorted.
func CellsIn(w *Window, level int) []dealmap.Cell {
	if w.Empty() {
		return nil
	}
	// Steps of a third of a cell, narrower than any hexagon, miss none; degrees are widest at the equator.
	step := dealmap.CellWidth(level) / 3 / (EarthRadius * radian)
	box := w.Bound()
	seen := map[dealmap.Cell]bool{}
	var cells []dealmap.Cell
	for lat := box.Min[1]; lat <= box.Max[1]+step; lat += step {
		for lon := box.Min[0]; lon <= box.Max[0]+step; lon += step {
			cell := dealmap.CellOf(orb.Point{lon, lat}).At(level)
			if known := seen[cell]; !known {
				seen[cell] = true
				if w.Contains(cell.Centre()) {
					cells = append(cells, cell)
				}
			}
		}
	}
	slices.Sort(cells)
	return cells
}
