// Package cells writes the cells of CSV files as spreadsheets in French open them, for every file of that kind that goes out.
package cells

import (
	"strconv"
	"strings"
)

// Guarded is a cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it.
func Guarded(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// Decimal is a number with the decimal comma of French spreadsheets.
func Decimal(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", ",", 1)
}
