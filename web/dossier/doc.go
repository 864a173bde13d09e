// Package dossier makes the printable dossier of a territory for its CLCT: a PDF with vector maps, and a workbook with the same
// tables. What it is given is a [Report], which holds aggregates only: none of its types can carry a point, a reference or the
// name of a place, so that nothing of the kind can reach the paper. It reads no clock: one Report always gives the same bytes.
//
// Both outputs draw from one list of tables ([Report.tables]): a figure is the same on paper and in the workbook.
package dossier
