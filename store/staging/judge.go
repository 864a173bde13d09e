package staging

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/addresses"
	listfile "github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// mostAlike is how many places like a row are kept.
const mostAlike = 5

// judge finds out what rows say, where they lie and which places they are like, for one person and one state of the map.
type judge struct {
	desk   *Desk
	mapper *mapping.Mapper
	header []string
	viewer dealmap.Viewer
	scope  dealmap.Scope
	env    dealmap.Env
	snap   *store.Snapshot
	id     dealmap.ID    // of the import
	source string        // the file's name
	unit   dealmap.Owner // whose list it is
	seen   map[dealmap.RowHash]int
}

func (d *Desk) judge(v dealmap.Viewer, m *meta) (*judge, error) {
	mapper, err := mapping.New(*m.Profile, m.Header, d.Territories)
	if err != nil {
		return nil, err
	}
	return &judge{
		desk: d, mapper: mapper, header: m.Header, viewer: v, scope: d.scope(v), env: d.env(), snap: d.Store.Snapshot(), id: m.ID,
		source: m.Name, unit: dealmap.Owner{Service: m.Author.Service, Unit: m.Author.Unit}, seen: map[dealmap.RowHash]int{},
	}, nil
}

// hash names a row of one unit's lists, by its cells as the list has them and by how many rows of the same cells stand before it in
// the list: the same file twice adds nothing, and a list that says something twice is not cut short.
func (j *judge) hash(cells []string) dealmap.RowHash {
	base := j.digest(cells)
	n := j.seen[base]
	j.seen[base] = n + 1
	if n > 0 {
		return j.digest(append(slices.Clone(cells), strconv.Itoa(n)))
	}
	return base
}

func (j *judge) digest(cells []string) dealmap.RowHash {
	sum := sha256.New()
	for _, part := range [][]string{{string(j.unit.Service), j.unit.Unit}, j.header, cells} {
		for _, text := range part {
			sum.Write(binary.AppendUvarint(nil, uint64(len(text))))
			sum.Write([]byte(text))
		}
		sum.Write([]byte{0xff})
	}
	return dealmap.RowHash(sum.Sum(nil)[:16])
}

// open begins a row. One that is there already keeps its decision and what was mended in it, as long as the list says the same.
func (j *judge) open(row listfile.Row, before *stored) *stored {
	out := &stored{Original: row.Cells, Hash: j.hash(row.Cells), ID: j.desk.NewID()}
	out.Line, out.Cells = row.Line, row.Cells
	_, _ = rand.Read(out.Draw[:]) // never fails (crypto/rand)
	if before != nil && before.Hash == out.Hash {
		out.ID, out.Draw = before.ID, before.Draw
		out.Decision = before.Decision
		if before.Mended {
			out.Cells, out.Mended = before.Cells, true
		}
	}
	return out
}

// read maps a row. It is for one goroutine at a time; place is for many.
func (j *judge) read(row *stored) mapping.Result {
	return j.mapper.Row(listfile.Row{Line: row.Line, Cells: row.Cells})
}

// place finds out where a mapped row lies and which places it is like, and gives it its state.
func (j *judge) place(ctx context.Context, row *stored, said mapping.Result) error {
	row.State, row.Problems, row.Add, row.Alike, row.LocatedBy, row.LocatedWhy = "", nil, nil, nil, "", ""
	if said.Skipped {
		row.State = dealmap.RowSkipped
		return nil
	}
	add := said.Place
	if add.Facts.Owner.Service == "" && add.Facts.Owner.Unit != "" {
		add.Facts.Owner.Service = j.unit.Service // a unit of which nobody says whose it is
	}
	if add.Facts.Owner == (dealmap.Owner{}) {
		add.Facts.Owner = j.unit // whoever stages or validates it for them
	}
	add.ID, add.Draw = row.ID, row.Draw
	add.Facts.SourceRecord = fmt.Sprintf("%s:%d", j.source, row.Line)
	add.Origin = &dealmap.Origin{Import: j.id, Row: row.Hash, Line: row.Line}
	if len(said.Problems) == 0 {
		if err := j.locate(ctx, row, &add, said); err != nil {
			return err
		}
	}
	problems := said.Problems
	if len(problems) == 0 {
		problems = j.mapper.CheckRow(listfile.Row{Line: row.Line, Cells: row.Cells}, add, j.viewer, j.env)
	}
	if len(problems) > 0 {
		row.State = dealmap.RowQuarantined
		for _, p := range problems {
			row.Problems = append(row.Problems, dealmap.RowProblem{
				Field: p.Field, Column: p.Column, Value: p.Value, Reason: p.Reason, Start: p.Start, End: p.End,
			})
		}
		return nil
	}
	row.Add = &add
	j.settle(row)
	return nil
}

// locate finds the position of a row that gives none: by its address, else it is known to the commune only.
func (j *judge) locate(ctx context.Context, row *stored, add *dealmap.AddPlace, said mapping.Result) error {
	if add.Facts.Position != nil {
		row.LocatedBy = dealmap.ByCoordinates
		return nil
	}
	row.LocatedBy = dealmap.ByCommune
	if j.desk.Addresses == nil {
		return nil
	}
	a := said.Address
	hits, err := j.desk.Addresses.Locate(ctx, addresses.Query{
		Text: a.Whole, Number: a.Number, Street: a.Street, Postcode: a.Postcode, Commune: a.Code, CommuneName: a.Commune,
	})
	if err != nil {
		return fmt.Errorf("locate line %d: %w", row.Line, err)
	}
	hit, found := addresses.Best(hits)
	if !found {
		return nil
	}
	add.Facts.Position, add.Facts.Accuracy = &hit.Position, hit.Accuracy
	if add.Facts.Kind == dealmap.StashFlat && hit.Accuracy == dealmap.AccuracyDoor { // found by us, not stated by the list
		add.Facts.Accuracy, hit.Why = dealmap.AccuracyBuilding, hit.Why+" ; nourrice : au bâtiment seulement"
	}
	if add.Facts.Commune == "" {
		add.Facts.Commune = hit.Commune
	}
	row.LocatedBy, row.LocatedWhy = dealmap.ByAddress, hit.Why
	return nil
}

// settle finds the places that a good row is like, and gives it its state.
func (j *judge) settle(row *stored) {
	if _, known := j.snap.Known(row.Hash); known {
		row.State = dealmap.RowKnown
		return
	}
	description := dealmap.Describe(&row.Add.Facts)
	for _, match := range j.snap.Matches(j.scope, &description, dealmap.ProposeFrom, mostAlike, dealmap.ID{}) {
		row.Alike = append(row.Alike, dealmap.AlikePlace{ID: match.Sight.ID(), Revision: match.Sight.Revision(), Likeness: match.Likeness})
	}
	row.State = stateOfRow(row)
}

// stateOfRow is the state of a row that could be brought onto the map.
func stateOfRow(row *stored) dealmap.RowState {
	switch {
	case row.Decision != nil && row.Decision.Action == dealmap.RowActionSkip:
		return dealmap.RowSkipped
	case row.Decision != nil && row.Decision.Action == dealmap.RowActionAdd:
		return dealmap.RowNew
	case row.Decision != nil:
		return dealmap.RowMerge
	case len(row.Alike) == 0:
		return dealmap.RowNew
	case row.Alike[0].Score >= dealmap.AcceptFrom && row.Alike[0].Blocked == "":
		return dealmap.RowMerge
	}
	return dealmap.RowReview
}
