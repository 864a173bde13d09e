package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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

// exportWriter writes the places of a file in one of the formats.
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
	if e.Format == api.Xlsx && exported > mostSheetPlaces {
		s.fail(w, r, dealmap.Invalid("format", "un classeur ne tient pas plus de 200 000 points : restreignez le filtre, ou choisissez CSV ou GeoPackage"))
		return
	}
	line := v.line(dealmap.WhatExport, e.filterText)
	line.Recipients = e.Recipients
	line.Detail = strings.TrimSpace(fmt.Sprintf("%s %s, %d points, objet : %s", line.Detail, e.Format, exported, e.Purpose))
	if err := errors.Join(r.Context().Err(), s.consult(r, v, *line)); err != nil {
		s.fail(w, r, err)
		return
	}
	d := &delivery{s: s, w: w, r: r, v: v, header: map[string]string{
		"Content-Type":        mediaTypes[e.Format],
		"Content-Disposition": fmt.Sprintf(`attachment; filename="diffusion-restreinte-%s-%s.%s"`, e.about().file, dealmap.DateOf(e.at), e.Format),
		"Cache-Control":       "private, no-store",
		"Dealmap-Exported":    strconv.Itoa(exported),
		"Dealmap-Left-Out":    strconv.Itoa(leftOut),
	}}
	if err := s.writeExport(d, v, e, exported); err != nil {
		s.log.Info("export cut short", "request", requestID(r), "user", v.viewer.Subject, "error", err)
		if d.begun {
			panic(http.ErrAbortHandler) // half a file must not look whole
		}
		s.fail(w, r, err)
	}
}

var mediaTypes = map[api.ExportFormat]string{
	api.Csv: "text/csv; charset=utf-8; header=present", api.Geojson: geoJSON,
	api.Xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", api.Gpkg: "application/geopackage+sqlite3",
}

func (s *Server) parseExport(w http.ResponseWriter, r *http.Request, v *visit) (*export, error) {
	if !v.viewer.May(dealmap.ActionExport) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas d’exporter")
	}
	query := r.URL.Query()
	if err := checkNames(query, append([]string{"bbox", "near", "radius", layerName}, filterNames...)...); err != nil {
		return nil, err
	}
	e := &export{by: v.viewer.Name, service: strings.Trim(string(v.viewer.Service)+" "+v.viewer.Unit, " "), at: v.at, filterText: canonical(query)}
	var err error
	if e.filter, err = s.placesFilter(r.Context(), v, query); err != nil {
		return nil, err
	}
	if e.area, err = parseArea(query); err != nil {
		return nil, err
	}
	if _, err := readJSON(w, r, &e.Export); err != nil {
		return nil, err
	}
	errs := checkCommunication(e.Recipients, &e.Purpose)
	if mediaTypes[e.Format] == "" {
		errs = append(errs, dealmap.FieldError{Field: "format", Message: "« " + clip(string(e.Format)) + " » est inconnu (csv, geojson, xlsx, gpkg)"})
	}
	if len(errs) > 0 {
		return nil, &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: errs}
	}
	return e, nil
}

// checkCommunication judges to whom something is communicated, and what for; both are trimmed.
func checkCommunication(recipients []string, purpose *string) (errs []dealmap.FieldError) {
	check := func(field, text string, least, most int) {
		if e, wrong := errors.AsType[*dealmap.Error](dealmap.CheckText(field, text, least, most)); wrong {
			errs = append(errs, e.Fields...)
		}
	}
	if n := len(recipients); n < 1 || n > mostRecipients {
		errs = append(errs, dealmap.FieldError{Field: "recipients", Message: fmt.Sprintf("de 1 à %d destinataires", mostRecipients)})
	}
	for i, recipient := range recipients[:min(len(recipients), mostRecipients)] {
		recipients[i] = strings.TrimSpace(recipient)
		check(fmt.Sprintf("recipients[%d]", i), recipients[i], 2, 120)
	}
	*purpose = strings.TrimSpace(*purpose)
	check("purpose", *purpose, 3, 300)
	return errs
}

// writeExport makes the file in one reading of the map and sends it.
func (s *Server) writeExport(d *delivery, v *visit, e *export, exported int) (err error) {
	buffer := bufio.NewWriterSize(d, 64<<10)
	var to exportWriter
	switch e.Format {
	case api.Geojson:
		to = newGeoJSONExport(buffer, s, v, e)
	case api.Xlsx:
		to = newXLSXExport(buffer, s, e, exported)
	case api.Gpkg:
		to = newGeoPackageExport(d, s, e)
	default:
		to = newCSVExport(buffer, s, e)
	}
	if temporary, ok := to.(io.Closer); ok {
		defer func() { err = errors.Join(err, temporary.Close()) }()
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
			if err = d.check(); err != nil {
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
