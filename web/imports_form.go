package web

import (
	"encoding/json"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// importOf is the contract's form of a list on its way onto the map.
func importOf(v *visit, l dealmap.StagedList) api.Import {
	out := api.Import{
		Id: types.UUID(l.ID), Name: l.Name, Size: l.Size, Stage: api.ImportStage(l.Stage), Created: l.Created.UTC(), By: l.ByName,
		Service: string(l.By.Service), Unit: l.By.Unit, Error: some(l.Error), AcceptFrom: dealmap.AcceptFrom, ProposeFrom: dealmap.ProposeFrom,
		Counts: rowCounts(l), Synthetic: some(v.snap.Synthetic()), Reading: reading(l.Reading), Suggestion: suggestion(l.Suggestion),
	}
	if l.Progress != nil {
		out.Progress = &api.Progress{What: l.Progress.What, Done: l.Progress.Done, Total: l.Progress.Total}
	}
	if l.Header != nil {
		out.Header = &l.Header
	}
	if l.Sample != nil {
		rows := make([]api.SampleRow, len(l.Sample))
		for i, row := range l.Sample {
			rows[i] = api.SampleRow{Line: int64(row.Line), Cells: row.Cells}
		}
		out.Sample = &rows
	}
	var mapped api.Mapping
	if l.Mapping != nil && json.Unmarshal(l.Mapping, &mapped) == nil {
		out.Mapping = &mapped
	}
	if b := l.Bounds; b != nil {
		out.Bounds = &api.Bounds{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	if l.Import != nil {
		out.Report = new(importReport(l))
	}
	return out
}

func rowCounts(l dealmap.StagedList) api.RowCounts {
	n := l.Counts
	return api.RowCounts{
		Rows: l.Rows, Quarantined: n[dealmap.RowQuarantined], Skipped: n[dealmap.RowSkipped], Known: n[dealmap.RowKnown], New: n[dealmap.RowNew],
		Review: n[dealmap.RowReview], Merge: n[dealmap.RowMerge], Done: n[dealmap.RowDone], ByAddress: l.ByAddress, CommuneOnly: l.CommuneOnly,
	}
}

func reading(data json.RawMessage) *api.Reading {
	var out api.Reading
	if data == nil || json.Unmarshal(data, &out) != nil {
		return nil
	}
	out.Notes, out.Sheets = list(out.Notes), list(out.Sheets)
	return &out
}

func suggestion(data json.RawMessage) *api.Suggestion {
	var out api.Suggestion
	if data == nil || json.Unmarshal(data, &out) != nil {
		return nil
	}
	return &out
}

func importReport(l dealmap.StagedList) api.ImportReport {
	i := l.Import
	out := api.ImportReport{
		Rows: i.Counts.Rows, Added: i.Counts.Added, Merged: i.Counts.Merged, Known: i.Counts.Known, Quarantined: i.Counts.Quarantined,
		Skipped: i.Counts.Skipped, Kept: i.Counts.Kept, Waiting: l.Waiting, Opened: new(i.Opened.UTC()),
	}
	if i.Status == dealmap.ImportDone || i.Status == dealmap.ImportUndone {
		out.Finished = new(i.Moved.UTC())
	}
	return out
}

// stagedRow is the contract's form of a row, with the ids of the places that it shows: candidates are seen through the viewer's
// own scope, whoever staged the list.
func (s *Server) stagedRow(v *visit, row dealmap.StagedRow) (api.StagedRow, []dealmap.ID) {
	out := api.StagedRow{
		Line: int64(row.Line), State: api.RowState(row.State), Cells: list(row.Cells), Mended: some(row.Mended), Problems: []api.RowProblem{},
		Candidates: []api.Candidate{},
	}
	for _, p := range row.Problems {
		problem := api.RowProblem{Field: some(p.Field), Column: p.Column, Value: p.Value, Reason: p.Reason}
		if p.End > p.Start {
			problem.Start, problem.End = new(p.Start), new(p.End)
		}
		out.Problems = append(out.Problems, problem)
	}
	if row.Decision != nil {
		out.Decision = &api.RowDecision{Action: api.RowDecisionAction(row.Decision.Action)}
		if !row.Decision.Into.IsZero() {
			out.Decision.Into = new(types.UUID(row.Decision.Into))
		}
	}
	if row.Add == nil {
		return out, nil
	}
	out.Place = new(s.stagedPlace(row))
	var shown []dealmap.ID
	if row.State == dealmap.RowDone {
		if sight, _, ok := v.snap.Resolve(v.scope, row.Add.ID); ok {
			out.Point = some(sight.Reference())
			shown = append(shown, sight.ID())
		}
		return out, shown
	}
	for _, alike := range row.Alike {
		sight, ok := v.snap.Place(v.scope, alike.ID)
		if !ok || sight.Detail() < dealmap.Shown {
			continue
		}
		like := likeness(alike.Likeness)
		out.Candidates = append(out.Candidates, api.Candidate{
			Point: s.feature(v, sight), Score: like.Score, Metres: like.Metres, Reasons: like.Reasons, Blocked: like.Blocked,
			Differing: list(dealmap.DifferingFrom(row.Add, sight)),
		})
		shown = append(shown, sight.ID())
	}
	return out, shown
}

func (s *Server) stagedPlace(row dealmap.StagedRow) api.StagedPlace {
	f := &row.Add.Facts
	out := api.StagedPlace{
		Name: f.Name, Address: f.Address, Commune: f.Commune, CommuneName: s.communeName(f.Commune), Kind: string(f.Kind),
		Status: string(row.Add.Status), Accuracy: string(f.Accuracy), Products: convert[string](f.Products), Networks: list(f.Networks),
		Hours: some(f.Hours), Intensity: some(f.Intensity), Note: some(f.Note), Service: some(string(f.Owner.Service)), Unit: some(f.Owner.Unit),
		Reach: some(string(f.Handling.Reach)), FirstSeen: date(f.FirstSeen), LastConfirmed: date(f.LastSeen),
		LocatedBy: api.StagedPlaceLocatedBy(row.LocatedBy), LocatedWhy: some(row.LocatedWhy),
	}
	if at := f.Position; at != nil && f.Accuracy != dealmap.AccuracyCommune {
		out.Geometry = &api.Point{Type: "Point", Coordinates: api.Position{at[0], at[1]}}
	}
	return out
}

// holdsMember reports whether a JSON object has a member, null included.
func holdsMember(data []byte, name string) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return false
	}
	_, there := object[name]
	return there
}
