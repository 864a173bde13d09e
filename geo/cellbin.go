package geo

import "github.com/mesure5/dealmap"

// CellBin is what is counted in one hexagon of the places that lie in one block.
type CellBin struct {
	Block Block
	Cell  dealmap.Cell
	dealmap.CellCount
}
