package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/mesure5/dealmap/web/dossier"
)

// GetReportPDF is the dossier of a territory, to be printed.
func (s *Server) GetReportPDF(w http.ResponseWriter, r *http.Request, code string, _ api.GetReportPDFParams) {
	s.sendDossier(w, r, code, "application/pdf", "pdf", dossier.WritePDF)
}

// GetReportXLSX is the tables of the dossier.
func (s *Server) GetReportXLSX(w http.ResponseWriter, r *http.Request, code string, _ api.GetReportXLSXParams) {
	s.sendDossier(w, r, code, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", dossier.WriteXLSX)
}

// sendDossier makes a dossier before anything leaves, and logs it as what is communicated to those it is made for.
func (s *Server) sendDossier(w http.ResponseWriter, r *http.Request, code, mediaType, ending string, write func(io.Writer, *dossier.Report) error) {
	var file bytes.Buffer
	var name string
	v, err := s.visit(r)
	if err == nil {
		name, err = s.makeDossier(r, v, code, &file, write)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+"."+ending))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", fmt.Sprint(file.Len()))
	_, _ = file.WriteTo(w) // the client may be gone
}

func (s *Server) makeDossier(r *http.Request, v *visit, code string, file *bytes.Buffer, write func(io.Writer, *dossier.Report) error) (name string, err error) {
	query := r.URL.Query()
	c, err := s.parseCounting(v, code, query, "since", "audience")
	if err != nil {
		return "", err
	}
	since, err := s.since(v, &c, query)
	if err != nil {
		return "", err
	}
	done, err := s.turn(r.Context(), v)
	if err != nil {
		return "", err
	}
	defer done()
	report, err := s.dossier(r, v, &c, since)
	if err != nil {
		return "", err
	}
	if err := write(file, report); err != nil {
		return "", fmt.Errorf("dossier of %s: %w", c.territory, err)
	}
	line := c.line(v, "dossier", query)
	line.What, line.Recipients = dealmap.WhatDossier, []string{audienceName(&c)}
	if err := s.consult(r, v, *line); err != nil {
		return "", err
	}
	return "dossier-" + strings.ReplaceAll(string(c.territory), ":", "-") + "-" + c.day.String(), nil
}

func audienceName(c *counting) string {
	if c.wider {
		return "diffusion élargie"
	}
	return "CLCT"
}
