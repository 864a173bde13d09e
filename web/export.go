package web

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// restricted is the handling mention that every file carries.
const restricted = "DIFFUSION RESTREINTE"

const (
	mostRecipients = 20
	// exportCheck is after how many places of a file its reader's right is judged again and its time limit moves on.
	exportCheck = 500
	// exportPatience is how long a client may take for so many.
	exportPatience = time.Minute
	// mostExports bounds the files that are being made at once, mostExportsOfOne those of one person and their tokens.
	mostExports, mostExportsOfOne = 64, 3
)

// export is one file that is asked for.
type export struct {
	asked
	api.Export
	by, service string
	at          time.Time
	filterText  string
}

// writer writes the places of a file in one of the formats.
type exportWriter interface {
	begin() error
	place(dealmap.Sight) error
	end() error
}

// Export sends a file of what the viewer sees and may communicate, to named recipients. It is made twice from one map: first
// counted, then, once the log has it, written as it goes.
func (s *Server) Export(w http.ResponseWriter, r *http.Request, _ api.ExportParams) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	e, err := s.parseExport(w, r, v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	leave, ok := s.exports.begin(v.viewer.Subject)
	if !ok {
		s.fail(w, r, refuse(kindTooMany, "trop d’exports sont en cours : attendez la fin de l’un d’eux"))
		return
	}
	defer leave()
	exported, leftOut := 0, 0
	v.snap.Each(v.scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
		switch {
		case !e.shows(sight):
		case sight.MayDisclose():
			exported++
		default:
			leftOut++
		}
		return r.Context().Err() == nil
	})
	line := v.line(dealmap.WhatExport, e.filterText)
	line.Recipients = e.Recipients
	line.Detail = strings.TrimSpace(fmt.Sprintf("%s %s, %d points, objet : %s", line.Detail, e.Format, exported, e.Purpose))
	if err := errors.Join(r.Context().Err(), s.consult(r, v, *line)); err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaTypes[e.Format])
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="diffusion-restreinte-points-de-deal-%s.%s"`, dealmap.DateOf(e.at), e.Format))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Dealmap-Exported", strconv.Itoa(exported))
	h.Set("Dealmap-Left-Out", strconv.Itoa(leftOut))
	w.WriteHeader(http.StatusOK)
	if err := s.writeExport(w, r, v, e); err != nil {
		s.log.Info("export cut short", "request", requestID(r), "user", v.viewer.Subject, "error", err)
		panic(http.ErrAbortHandler) // half a file must not look whole
	}
}

var mediaTypes = map[api.ExportFormat]string{api.Csv: "text/csv; charset=utf-8; header=present", api.Geojson: geoJSON}

func (s *Server) parseExport(w http.ResponseWriter, r *http.Request, v *visit) (*export, error) {
	if !v.viewer.May(dealmap.ActionExport) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas d’exporter")
	}
	query := r.URL.Query()
	if err := checkNames(query, append([]string{"bbox", "near", "radius"}, filterNames...)...); err != nil {
		return nil, err
	}
	e := &export{by: v.viewer.Name, service: strings.Trim(string(v.viewer.Service)+" "+v.viewer.Unit, " "), at: v.at, filterText: canonical(query)}
	var err error
	if e.filter, err = s.filterOf(r.Context(), v, query); err != nil {
		return nil, err
	}
	if e.area, err = parseArea(query); err != nil {
		return nil, err
	}
	if _, err := readJSON(w, r, &e.Export); err != nil {
		return nil, err
	}
	var errs []dealmap.FieldError
	check := func(field, text string, least, most int) {
		if e, wrong := errors.AsType[*dealmap.Error](dealmap.CheckText(field, text, least, most)); wrong {
			errs = append(errs, e.Fields...)
		}
	}
	if mediaTypes[e.Format] == "" {
		errs = append(errs, dealmap.FieldError{Field: "format", Message: "« " + clip(string(e.Format)) + " » est inconnu (csv, geojson)"})
	}
	if n := len(e.Recipients); n < 1 || n > mostRecipients {
		errs = append(errs, dealmap.FieldError{Field: "recipients", Message: fmt.Sprintf("de 1 à %d destinataires", mostRecipients)})
	}
	for i, recipient := range e.Recipients[:min(len(e.Recipients), mostRecipients)] {
		e.Recipients[i] = strings.TrimSpace(recipient)
		check(fmt.Sprintf("recipients[%d]", i), e.Recipients[i], 2, 120)
	}
	e.Purpose = strings.TrimSpace(e.Purpose)
	check("purpose", e.Purpose, 3, 300)
	if len(errs) > 0 {
		return nil, &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: errs}
	}
	return e, nil
}

// errRevoked says that the right to read ended while a file was being sent.
var errRevoked = errors.New("the right to export has ended")

func (s *Server) writeExport(w http.ResponseWriter, r *http.Request, v *visit, e *export) error {
	control := http.NewResponseController(w)
	buffer := bufio.NewWriterSize(w, 64<<10)
	var to exportWriter = newCSVExport(buffer, s, v, e)
	if e.Format == api.Geojson {
		to = newGeoJSONExport(buffer, s, v, e)
	}
	n, err := 0, to.begin()
	if err != nil {
		return err
	}
	v.snap.Each(v.scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
		if !e.shows(sight) || !sight.MayDisclose() {
			return true
		}
		if n%exportCheck == 0 {
			if err = errors.Join(r.Context().Err(), s.stillHolds(v)); err != nil {
				return false
			}
			if late := control.SetWriteDeadline(time.Now().Add(exportPatience)); late != nil && !errors.Is(late, http.ErrNotSupported) {
				err = late
				return false
			}
		}
		n++
		err = to.place(sight)
		return err == nil
	})
	if err == nil {
		err = to.end()
	}
	if err == nil {
		err = buffer.Flush()
	}
	return err
}

// stillHolds judges the grant, and the token, of a visit again.
func (s *Server) stillHolds(v *visit) error {
	snap, now := s.Map.Snapshot(), s.now()
	if grant, ok := snap.Grant(v.viewer.Grant); !ok || !grant.Active(now) {
		return errRevoked
	}
	if v.viewer.Token.IsZero() {
		return nil
	}
	if token, ok := snap.Token(v.viewer.Token); !ok || !token.Active(now) {
		return errRevoked
	}
	return nil
}
