package mapping

import (
	"errors"
	"math"
	"strings"

	"github.com/mesure5/dealmap"
)

// Day reads one cell as a date, however French lists write it, day before month where either may be. The error says in French
// what is wrong; an empty cell is the zero date.
func Day(cell string) (dealmap.Date, error) {
	if strings.TrimSpace(cell) == "" {
		return dealmap.Date{}, nil
	}
	read := parseDay(cell, false)
	if read.wrong != "" {
		return dealmap.Date{}, errors.New(read.wrong)
	}
	return read.date, nil
}

// Number reads one cell as a finite number, with a decimal point or comma.
func Number(cell string) (float64, bool) {
	n, ok := parseNumber(strings.TrimSpace(cell), "")
	return n, ok && !math.IsNaN(n) && !math.IsInf(n, 0)
}
