package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/mesure5/dealmap/web/graphfile"
)

// graphTypes are the media types of files of graphs, by format.
var graphTypes = map[string]string{"graphml": "application/graphml+xml", "csv": mediaTypes[api.Csv], "geojson": geoJSON}

// ExportGraph sends a file of a graph, as far as it may leave, to named recipients. The log has it before the first byte.
func (s *Server) ExportGraph(w http.ResponseWriter, r *http.Request, _ api.ExportGraphParams) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	g, in, leftOut, err := s.parseGraphExport(w, r, v)
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
	var file bytes.Buffer
	if err := s.writeGraph(&file, v, g, in); err != nil {
		s.fail(w, r, err)
		return
	}
	line := v.line(dealmap.WhatGraphFile, canonical(r.URL.Query()), g.ids()...)
	line.Recipients = in.Recipients
	line.Detail = fmt.Sprintf("réseau, %s, %d lieux, %d liens, objet : %s", in.Format, len(g.nodes), len(g.ties), in.Purpose)
	if err := errors.Join(r.Context().Err(), s.consult(r, v, *line)); err != nil {
		s.fail(w, r, err)
		return
	}
	d := &delivery{s: s, w: w, r: r, v: v, header: map[string]string{
		"Content-Type":        graphTypes[in.Format],
		"Content-Disposition": fmt.Sprintf(`attachment; filename="diffusion-restreinte-reseau-%s.%s"`, dealmap.DateOf(v.at), in.Format),
		"Cache-Control":       "private, no-store",
		"Dealmap-Exported":    strconv.Itoa(len(g.ties)),
		"Dealmap-Left-Out":    strconv.Itoa(leftOut),
	}}
	d.size(int64(file.Len()))
	if _, err := io.Copy(d, &file); err != nil && !d.begun {
		s.fail(w, r, err)
	}
}

// parseGraphExport reads what is asked for, and gathers what of it may leave; leftOut counts the links that may not.
func (s *Server) parseGraphExport(w http.ResponseWriter, r *http.Request, v *visit) (g *graph, in api.ExportGraphJSONRequestBody, leftOut int, err error) {
	if !v.viewer.May(dealmap.ActionExport) {
		return nil, in, 0, dealmap.Forbidden("votre rôle ne permet pas d’exporter")
	}
	q, err := s.parseGraph(v, r.URL.Query())
	if err != nil {
		return nil, in, 0, err
	}
	if _, err := readJSON(w, r, &in); err != nil {
		return nil, in, 0, err
	}
	errs := checkCommunication(in.Recipients, &in.Purpose)
	if graphTypes[in.Format] == "" {
		errs = append(errs, dealmap.FieldError{Field: "format", Message: "« " + clip(in.Format) + " » est inconnu (graphml, csv, geojson)"})
	}
	if len(errs) > 0 {
		return nil, in, 0, &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: errs}
	}
	whole, err := v.choose(&q)
	if err != nil {
		return nil, in, 0, err
	}
	g = whole.thatMayLeave()
	return g, in, len(whole.ties) - len(g.ties), nil
}

// thatMayLeave is what of a graph may go to others: places and links whose handling says so.
func (g *graph) thatMayLeave() *graph {
	out := &graph{}
	at := make(map[int]int, len(g.nodes))
	for i, sight := range g.nodes {
		if sight.MayDisclose() {
			at[i] = len(out.nodes)
			out.nodes = append(out.nodes, sight)
		}
	}
	for i, l := range g.ties {
		if l.MayDisclose() {
			out.ties = append(out.ties, l)
			out.ends = append(out.ends, [2]int{at[g.ends[i][0]], at[g.ends[i][1]]})
		}
	}
	return out
}

func (s *Server) writeGraph(to io.Writer, v *visit, g *graph, in api.ExportGraphJSONRequestBody) error {
	switch in.Format {
	case "graphml":
		return graphfile.WriteGraphML(to, s.graphFile(g))
	case "csv":
		return graphfile.WriteEdges(to, s.graphFile(g))
	}
	return s.writeGraphJSON(to, v, g, in)
}

func (s *Server) graphFile(g *graph) graphfile.Graph {
	file := graphfile.Graph{
		Name: "réseau", Mention: restricted, Kinds: dealmap.LinkKinds(), Means: dealmap.LinkMeans(),
		Nodes: make([]graphfile.Node, len(g.nodes)), Ties: make([]graphfile.Tie, len(g.ties)),
	}
	for i, p := range g.nodes {
		file.Nodes[i] = graphfile.Node{
			ID: p.Reference(), Reference: p.Reference(), Name: p.Name(), Kind: p.Kind(), Status: p.Status(), Commune: s.communeName(p.Commune()),
			Withheld: len(p.Withheld()) > 0,
		}
		if at, ok := p.Position(); ok {
			file.Nodes[i].Position = &at
		}
	}
	for i, l := range g.ties {
		grading := l.Grading()
		file.Ties[i] = graphfile.Tie{
			Reference: l.ID().String(), From: l.From().Reference(), To: l.To().Reference(), Kind: string(l.Kind()), Means: string(l.Means()), Strength: float64(l.Strength()),
			Grading: grading.Source + grading.Information, Since: l.Since(), Until: l.Until(), Note: l.Note(),
		}
		if code := l.Network(); code != "" {
			file.Ties[i].Networks = []string{code}
		}
	}
	return file
}

// writeGraphJSON writes points and lines; what the file is comes first. A link with an end that has no position has no line.
func (s *Server) writeGraphJSON(to io.Writer, v *visit, g *graph, in api.ExportGraphJSONRequestBody) error {
	type feature struct {
		Type       string         `json:"type"`
		ID         string         `json:"id"`
		Geometry   map[string]any `json:"geometry"`
		Properties map[string]any `json:"properties"`
	}
	features := make([]any, 0, len(g.nodes)+len(g.ties))
	for _, p := range g.nodes {
		f := s.feature(v, p)
		if v.told = nil; f.Properties.Closing != nil {
			f.Properties.Closing.DisplacedTo = nil // another place, which may be one that must not leave
		}
		features = append(features, f)
	}
	for _, l := range g.ties {
		f := feature{Type: "Feature", ID: l.ID().String(), Properties: map[string]any{
			"from": l.From().Reference(), "to": l.To().Reference(), "kind": l.Kind(), "means": l.Means(), "directed": l.Kind().Directed(), "strength": l.Strength(),
			"since": l.Since().String(), "until": l.Until().String(), "network": l.Network(), "grading": l.Grading().Source + l.Grading().Information, "note": l.Note(),
		}}
		a, okA := l.From().Position()
		if b, okB := l.To().Position(); okA && okB {
			f.Geometry = map[string]any{"type": "LineString", "coordinates": [][2]float64{a, b}}
		}
		features = append(features, f)
	}
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{
		"type": "FeatureCollection", "mention": restricted, "exported_by": v.viewer.Name, "exported_at": v.at.In(s.zone).Format(time.RFC3339),
		"recipients": in.Recipients, "purpose": in.Purpose, "features": features,
	})
}
