// Package intake brings a service's list onto the map: it reads rows, makes each a wish to add a place, sets aside those
// that are not good with line, column and reason, and hands on the good ones in batches.
//
// Read opens a list (separator and header found by themselves), Mapping says which column is which field, Run does the
// work. Nothing of a row that was set aside reaches the map; nothing of a list is lost in silence.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/mesure5/dealmap"
)

// batchRows bounds how many places one command opens: enough to share a sync of the disk, few enough that people who
// write meanwhile do not wait.
const batchRows = 1000

// Rejection is a row that was set aside.
type Rejection struct {
	Line   int    // in the file, from 1
	Column string // the header of the column at fault, empty when it is none in particular
	Value  string
	Reason string // in French
}

// Report is what became of a list.
type Report struct {
	Rows     int
	Imported int
	// Known counts rows of batches that an earlier run of the same list had brought already.
	Known    int
	Rejected int
}

// Sink makes a batch durable: all of it or none. The key names the batch, so that an import that is run again adds nothing twice.
type Sink func(ctx context.Context, places dealmap.ImportPlaces, key string) (replayed bool, err error)

// Job is one list to bring in.
type Job struct {
	Source  string // what records say they came from: the file's name
	Mapping *Mapping
	Viewer  dealmap.Viewer
	Env     dealmap.Env
	NewID   func() dealmap.ID
	NewDraw func() [16]byte
	Sink    Sink
	Reject  func(Rejection)       // called for each row set aside, in order
	Advance func(bytes, rows int) // called as reading goes on
}

// Run brings the rows of a list in and reports. It stops at the first error that is not a row's own: unreadable input, or a
// batch that could not be written; what was imported before stays, and running it again goes on from there.
func (j *Job) Run(ctx context.Context, rows *Rows) (Report, error) {
	var report Report
	batch := batch{hash: sha256.New()}
	flush := func() error {
		if len(batch.places) == 0 {
			return nil
		}
		replayed, err := j.Sink(ctx, dealmap.ImportPlaces{Places: batch.places}, batch.key(j.Source))
		if dealmap.KindOf(err) == dealmap.KindKeyReused {
			return fmt.Errorf("import de %s : les lignes jusqu’à %d ont déjà été importées avec d’autres options", j.Source, batch.last)
		}
		if err != nil {
			return fmt.Errorf("import de %s, lignes jusqu’à %d : %w", j.Source, batch.last, err)
		}
		if replayed {
			report.Known += len(batch.places)
		} else {
			report.Imported += len(batch.places)
		}
		batch.reset()
		return nil
	}
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return report, flush()
		}
		report.Rows++
		if err != nil {
			bad, ok := err.(*RowError)
			if !ok {
				return report, err
			}
			report.Rejected++
			j.Reject(bad.Rejection)
			continue
		}
		if err := ctx.Err(); err != nil {
			return report, fmt.Errorf("import de %s, après la ligne %d : %w", j.Source, row.Line, err)
		}
		add, rejections := j.place(row)
		if len(rejections) > 0 {
			report.Rejected++
			j.Reject(rejections[0])
			continue
		}
		batch.add(row, add)
		if len(batch.places) == batchRows {
			if err := flush(); err != nil {
				return report, err
			}
		}
		j.Advance(rows.Offset(), report.Rows)
	}
}

// place makes the wish of a row and checks it against everything but the rest of the map.
func (j *Job) place(row Row) (dealmap.AddPlace, []Rejection) {
	add, rejections := j.Mapping.place(row)
	if len(rejections) > 0 {
		return add, rejections
	}
	add.ID, add.Draw = j.NewID(), j.NewDraw()
	add.AcceptDuplicates = true
	add.Facts.SourceRecord = fmt.Sprintf("%s:%d", j.Source, row.Line)
	if _, err := add.Check(j.Viewer, j.Env); err != nil {
		return add, j.Mapping.explain(row, err)
	}
	return add, nil
}

type batch struct {
	places []dealmap.AddPlace
	hash   hash.Hash
	last   int
}

func (b *batch) add(row Row, place dealmap.AddPlace) {
	b.places = append(b.places, place)
	b.last = row.Line
	for _, cell := range row.Cells {
		fmt.Fprintf(b.hash, "%d:%s,", len(cell), cell)
	}
	fmt.Fprintf(b.hash, "%d\n", row.Line)
}

func (b *batch) key(source string) string {
	return "import:" + source + ":" + hex.EncodeToString(b.hash.Sum(nil))
}

func (b *batch) reset() {
	b.places = nil
	b.hash.Reset()
}
