package web

import (
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/mesure5/dealmap/web/cells"
	"github.com/xuri/excelize/v2"
)

// ListImportRows lists the rows of a list.
func (s *Server) ListImportRows(w http.ResponseWriter, r *http.Request, text api.ImportId, _ api.ListImportRowsParams) {
	s.withImport(w, r, text, []string{"state", "limit", "cursor"}, func(v *visit, id dealmap.ID) (reply, error) {
		query := r.URL.Query()
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return reply{}, err
		}
		states := convert[dealmap.RowState](values(query, "state"))
		for _, state := range states {
			if !api.RowState(state).Valid() {
				return reply{}, badParameter("state", "« %s » est inconnu", clip(string(state)))
			}
		}
		after := uint64(0)
		if cursor := query.Get("cursor"); cursor != "" {
			data, err := s.keys.open(cursorPurpose(r, v), cursor)
			if err != nil || len(data) != 8 {
				return reply{}, badParameter("cursor", "ce curseur n’est pas d’une page de cette liste : reprenez depuis la première page")
			}
			after = binary.BigEndian.Uint64(data)
		}
		rows, more, err := s.Imports.Rows(v.viewer, id, states, int(after), limit)
		if err != nil {
			return reply{}, err
		}
		out := api.RowList{Rows: []api.StagedRow{}}
		var shown []dealmap.ID
		for _, row := range rows {
			one, ids := s.stagedRow(v, row)
			out.Rows = append(out.Rows, one)
			shown = append(shown, ids...)
		}
		if more {
			last := binary.BigEndian.AppendUint64(nil, uint64(rows[len(rows)-1].Line))
			query.Set("cursor", s.keys.close(cursorPurpose(r, v), last))
			out.Next = new((&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String())
		}
		return reply{body: out, line: v.importLine(id, shown)}, nil
	})
}

// importLine is the line for rows of a list, which show places that they are compared with; nil when they show none.
func (v *visit) importLine(id dealmap.ID, shown []dealmap.ID) *dealmap.Consultation {
	if len(shown) == 0 && len(v.told) == 0 {
		return nil
	}
	return v.line(dealmap.WhatImport, "import="+id.String(), unique(shown)...)
}

func unique(ids []dealmap.ID) (list []dealmap.ID) {
	seen := map[dealmap.ID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// ChangeImportRow mends a row, or decides what becomes of it.
func (s *Server) ChangeImportRow(w http.ResponseWriter, r *http.Request, text api.ImportId, line int64) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		var in api.RowChange
		data, err := readJSON(w, r, &in, "application/merge-patch+json")
		if err != nil {
			return reply{}, err
		}
		change := dealmap.RowChange{Cells: value(in.Cells), Decide: holdsMember(data, "decision")}
		if in.Decision != nil {
			change.Decision = &dealmap.RowDecision{Action: dealmap.RowAction(in.Decision.Action)}
			if in.Decision.Into != nil {
				change.Decision.Into = dealmap.ID(*in.Decision.Into)
			}
		}
		row, err := s.Imports.ChangeRow(r.Context(), v.viewer, id, int(line), change)
		if err != nil {
			return reply{}, err
		}
		out, shown := s.stagedRow(v, row)
		return reply{body: out, line: v.importLine(id, shown)}, nil
	})
}

// GetQuarantine sends the rows that are set aside as a spreadsheet.
func (s *Server) GetQuarantine(w http.ResponseWriter, r *http.Request, text api.ImportId, _ api.GetQuarantineParams) {
	if err := noToken(r); err != nil {
		s.fail(w, r, err)
		return
	}
	v, err := s.visit(r)
	if err == nil && s.Imports == nil {
		err = refuse(dealmap.KindUnavailable, "ce serveur n’importe pas de listes")
	}
	if err == nil {
		err = checkNames(r.URL.Query(), "format")
	}
	id, unreadable := dealmap.ParseID(text)
	if err == nil && unreadable != nil {
		err = dealmap.NotFound()
	}
	format := r.URL.Query().Get("format")
	if err == nil && format != "" && format != "csv" && format != "xlsx" {
		err = badParameter("format", "« %s » est inconnu (csv, xlsx)", clip(format))
	}
	if err == nil {
		_, err = s.Imports.Get(v.viewer, id)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	write, mediaType := quarantineCSV, "text/csv; charset=utf-8; header=present"
	if format == "xlsx" {
		write, mediaType = quarantineXLSX, workbookType
	} else {
		format = "csv"
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="lignes-a-corriger.%s"`, format))
	h.Set("Cache-Control", "private, no-store")
	err = write(w, func(yield func([]string) error) error { return s.Imports.Quarantine(v.viewer, id, yield) })
	if err != nil {
		s.log.Info("quarantine cut short", "request", requestID(r), "error", err)
		panic(http.ErrAbortHandler) // half a file must not look whole
	}
}

// quarantineCSV writes rows as French spreadsheets open them. Cells are those of the list: what looks like a formula is guarded.
func quarantineCSV(out io.Writer, rows func(yield func([]string) error) error) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	sheet := csv.NewWriter(out)
	sheet.Comma, sheet.UseCRLF = ';', true
	err := rows(func(row []string) error {
		guarded := make([]string, len(row))
		for i, cell := range row {
			guarded[i] = cells.Guarded(cell)
		}
		return sheet.Write(guarded)
	})
	sheet.Flush()
	if err != nil {
		return err
	}
	return sheet.Error()
}

// quarantineXLSX writes rows as a workbook, every cell as text: nothing in it is a formula.
func quarantineXLSX(out io.Writer, rows func(yield func([]string) error) error) error {
	book := excelize.NewFile()
	defer book.Close()
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	line := 0
	err = rows(func(cells []string) error {
		line++
		values := make([]any, len(cells))
		for i, cell := range cells {
			values[i] = cell
		}
		return sheet.SetRow(fmt.Sprintf("A%d", line), values)
	})
	if err == nil {
		err = sheet.Flush()
	}
	if err == nil {
		err = book.SetSheetName("Sheet1", "À corriger")
	}
	if err != nil {
		return err
	}
	_, err = book.WriteTo(out)
	return err
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
