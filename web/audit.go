package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// audit runs a call for an auditor.
func (s *Server) audit(w http.ResponseWriter, r *http.Request, what string, call func(*visit) (any, error)) {
	s.answer(w, r, func(v *visit) (reply, error) {
		return s.auditReply(r, v, what, func() (any, error) { return call(v) })
	})
}

// auditReply is what a call answers an auditor. Asking the logs is logged too.
func (s *Server) auditReply(r *http.Request, v *visit, what string, call func() (any, error)) (reply, error) {
	if !v.viewer.May(dealmap.ActionAudit) {
		return reply{}, dealmap.Forbidden("consulter les journaux est réservé à l’auditeur")
	}
	if s.Audit == nil {
		return reply{}, refuse(dealmap.KindUnavailable, "les journaux ne sont pas ouverts à l’audit sur ce serveur")
	}
	body, err := call()
	if err != nil {
		return reply{}, err
	}
	line := v.line(what, canonical(r.URL.Query()))
	line.Detail = strings.TrimPrefix(r.URL.Path, "/api/v1/audit/")
	return reply{body: body, line: line}, nil
}

// period reads from and to: days in Paris, the last included, or moments, the last excluded.
func (s *Server) period(query url.Values) (from, to time.Time, err error) {
	if from, _, err = s.moment(query, "from"); err != nil {
		return from, to, err
	}
	to, day, err := s.moment(query, "to")
	if day {
		to = to.AddDate(0, 0, 1)
	}
	if err == nil && !to.IsZero() && to.Before(from) { // an empty answer would read as: nobody saw it
		err = badParameter("to", "la fin de la période est avant son début")
	}
	return from, to, err
}

// moment reads a day or a moment; zero when it is not given.
func (s *Server) moment(query url.Values, name string) (at time.Time, day bool, err error) {
	text := query.Get(name)
	if text == "" {
		return time.Time{}, false, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, s.zone); err == nil && plausible(at) {
		return at, true, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil && plausible(at) {
		return at, false, nil
	}
	return time.Time{}, false, badParameter(name, "un jour (2026-11-23) ou un instant (2026-11-23T14:00:00+01:00) est attendu")
}

func plausible(at time.Time) bool { return at.Year() >= 1900 && at.Year() <= 2200 }

// before reads the number that a page ends before, 0 when it is not given.
func before(query url.Values) (uint64, error) {
	text := query.Get("before")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n == 0 {
		return 0, badParameter("before", "un numéro de ligne est attendu")
	}
	return n, nil
}

// operationsOf reads the operations asked for.
func operationsOf(query url.Values) ([]dealmap.Operation, error) {
	asked := convert[dealmap.Operation](values(query, "operation"))
	for _, o := range asked {
		if dealmap.Label(dealmap.Operations(), string(o)) == string(o) {
			return nil, badParameter("operation", "« %s » est inconnu (%s)", clip(string(o)), namesOf(dealmap.Operations()))
		}
	}
	return asked, nil
}

func namesOf(terms []dealmap.Term) string {
	names := make([]string, len(terms))
	for i, t := range terms {
		names[i] = t.Value
	}
	return strings.Join(names, ", ")
}

// recordOf returns the record of a reference or an id; that of an erased place is an id only. Zero when none is asked for.
func recordOf(v *visit, query url.Values) (dealmap.ID, error) {
	text := strings.TrimSpace(query.Get("place"))
	if text == "" {
		return dealmap.ID{}, nil
	}
	if id, err := dealmap.ParseID(strings.ToLower(text)); err == nil {
		return id, nil
	}
	reference, err := dealmap.ParseReference(text)
	if err != nil {
		return dealmap.ID{}, asParameter("place", err)
	}
	id, ok := recordNamed(v.snap, reference)
	if !ok {
		return dealmap.ID{}, refuse(dealmap.KindNotFound, "aucun lieu ne porte la référence %s ; un lieu effacé se cherche par son identifiant", reference)
	}
	return id, nil
}

// recordNamed returns the record that bears a reference: a place, or what was merged into one.
func recordNamed(snap Snapshot, reference string) (dealmap.ID, bool) {
	every := everyEye()
	sight, moved, ok := snap.ResolveReference(every, reference)
	if !ok || !moved {
		return sight.ID(), ok
	}
	for id := range snap.MergedInto(every, sight.ID()) {
		if source, ok := snap.Source(every, id); ok && source.Reference() == reference {
			return id, true
		}
	}
	return dealmap.ID{}, false
}

// names tells people's names by their grants.
type names struct {
	snap  Snapshot
	known map[string]string
}

func (n *names) of(subject string) *string {
	if n.known == nil {
		n.known = map[string]string{}
		for _, g := range n.snap.Grants() {
			if _, later := n.known[g.Subject]; !later { // the latest comes first
				n.known[g.Subject] = g.Name
			}
		}
	}
	return some(n.known[subject])
}

// ListConsultations shows who saw what.
func (s *Server) ListConsultations(w http.ResponseWriter, r *http.Request, _ api.ListConsultationsParams) {
	s.audit(w, r, dealmap.WhatAudit, func(v *visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "place", "subject", "from", "to", "operation", "what", "before", "node", "cursor", "limit"); err != nil {
			return nil, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return nil, err
		}
		ask := dealmap.ConsultationQuery{Subject: query.Get("subject")}
		if ask.Whats, err = whatsOf(query); err != nil {
			return nil, err
		}
		if ask.From, ask.To, err = s.period(query); err != nil {
			return nil, err
		}
		if ask.Operations, err = operationsOf(query); err != nil {
			return nil, err
		}
		if err = s.pageAsked(query, &ask); err != nil {
			return nil, err
		}
		if ask.Place, err = recordOf(v, query); err != nil {
			return nil, err
		}
		return s.consultations(r.Context(), v, ask, limit)
	})
}

// consultations is one page of the lines that a question finds.
func (s *Server) consultations(ctx context.Context, v *visit, ask dealmap.ConsultationQuery, limit int) (api.ConsultationList, error) {
	out := api.ConsultationList{Lines: []api.ConsultationLine{}, Exact: true}
	judge := func(dealmap.LineName, *dealmap.Consultation) (bool, error) { return true, nil }
	if !ask.Place.IsZero() {
		place, err := s.newRecall(v.snap).ofPlace(ctx, ask.Place)
		if err != nil {
			return out, err
		}
		ask.Tiles, judge = place.tiles(), place.disclosed
		if out.Exact, err = s.isWhole(ctx, ask.Place); err != nil {
			return out, err
		}
	}
	var found []dealmap.LineName
	var failed error
	positions, end := maps.Clone(ask.Positions), map[string]uint64(nil)
	err := s.Audit.Find(ctx, ask, func(at dealmap.LineName, line dealmap.Consultation) bool {
		out.Examined++
		if positions != nil {
			positions[at.Node] = at.Line
		}
		var did bool
		if did, failed = judge(at, &line); did {
			if found = append(found, at); len(found) == limit {
				end = maps.Clone(positions)
			}
		}
		return failed == nil && len(found) <= limit
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return out, fmt.Errorf("ask the consultation log: %w", err)
	}
	if len(found) > limit {
		found = found[:limit]
		if end != nil {
			out.NextCursor = new(positionsText(end))
		} else {
			out.Next = new(int64(found[limit-1].Line))
		}
	}
	called, several := &names{snap: v.snap}, s.severalNodes()
	for _, at := range found {
		line, erased, err := s.Audit.Line(at)
		if err != nil {
			return out, err
		}
		told := lineOf(at.Line, &line, erased, called)
		if several {
			told.Node = some(at.Node)
		}
		out.Lines = append(out.Lines, told)
	}
	return out, nil
}

// isWhole reports whether the journal still says where the place of a record was: it does not once the place is erased, and
// then only lines that name it are found.
func (s *Server) isWhole(ctx context.Context, id dealmap.ID) (bool, error) {
	erasures, err := s.Map.Entries(ctx, dealmap.JournalQuery{Place: id, Kinds: []dealmap.EventKind{dealmap.EventPlaceErased}, Limit: 1})
	return len(erasures) == 0, err
}

func lineOf(n uint64, line *dealmap.Consultation, erased bool, called *names) api.ConsultationLine {
	if erased {
		return api.ConsultationLine{Line: int64(n), Erased: true}
	}
	out := api.ConsultationLine{
		Line: int64(n), At: new(line.Time.UTC()), Subject: &line.Subject, Name: called.of(line.Subject), Role: some(api.Role(line.Role)),
		Service: some(string(line.Service)), Unit: some(line.Unit), Motive: some(line.Motive), Case: some(line.Case),
		Operation: some(api.Operation(line.Operation)), What: some(line.What), WhatLabel: some(dealmap.Label(whats, line.What)),
		Layers: some(line.Layers), Query: some(line.Query), Detail: some(line.Detail), Sequence: some(int64(line.Seq)),
	}
	if !line.Token.IsZero() {
		out.Token = new(line.Token.String())
	}
	if line.Tile != nil {
		out.Tile = new(fmt.Sprintf("%d/%d/%d", line.Tile.Z, line.Tile.X, line.Tile.Y))
	}
	if len(line.Recipients) > 0 {
		out.Recipients = &line.Recipients
	}
	return out
}

// whats are the kinds of output, as the auditor reads them.
var whats = []dealmap.Term{
	{Value: dealmap.WhatTile, Label: "Tuile de la carte"}, {Value: dealmap.WhatList, Label: "Liste"}, {Value: dealmap.WhatCounts, Label: "Décomptes"},
	{Value: dealmap.WhatSheet, Label: "Fiche"}, {Value: dealmap.WhatHistory, Label: "Historique"}, {Value: dealmap.WhatSearch, Label: "Recherche"},
	{Value: dealmap.WhatNearest, Label: "Points les plus proches"}, {Value: dealmap.WhatWithin, Label: "Points dans un polygone"},
	{Value: dealmap.WhatPatrol, Label: "Tournée"},
	{Value: dealmap.WhatDuplicates, Label: "Doublons possibles"}, {Value: dealmap.WhatLive, Label: "Changements en direct"},
	{Value: dealmap.WhatExport, Label: "Export"}, {Value: dealmap.WhatDossier, Label: "Dossier d’un territoire"}, {Value: dealmap.WhatReports, Label: "Signalements"},
	{Value: dealmap.WhatJournal, Label: "Journal des modifications"}, {Value: dealmap.WhatAudit, Label: "Journal des consultations"},
	{Value: dealmap.WhatGrants, Label: "Habilitations"}, {Value: dealmap.WhatOperations, Label: "Opérations"},
	{Value: dealmap.WhatWatch, Label: "Suite d’une opération ou d’une fermeture"}, {Value: dealmap.WhatMeetings, Label: "Réunions du CLCT"},
	{Value: dealmap.WhatNetworks, Label: "Réseaux"}, {Value: dealmap.WhatLinks, Label: "Liens"}, {Value: dealmap.WhatAnalysis, Label: "Analyse d’un réseau"},
	{Value: dealmap.WhatFlows, Label: "Flux entre territoires"}, {Value: dealmap.WhatGraphFile, Label: "Export d’un réseau"},
}

func whatsOf(query url.Values) ([]string, error) {
	asked := values(query, "what")
	for _, what := range asked {
		if dealmap.Label(whats, what) == what {
			return nil, badParameter("what", "« %s » est inconnu (%s)", clip(what), namesOf(whats))
		}
	}
	return asked, nil
}

// mostDisclosed bounds how many places one answer names.
const mostDisclosed = 20_000

// ListDisclosed shows which places one line of the log disclosed.
func (s *Server) ListDisclosed(w http.ResponseWriter, r *http.Request, n int64, _ api.ListDisclosedParams) {
	s.audit(w, r, dealmap.WhatAudit, func(v *visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "node"); err != nil {
			return nil, err
		}
		node, err := s.nodeAsked(query)
		if err != nil {
			return nil, err
		}
		if n < 1 {
			return nil, badParameter("line", "les lignes sont numérotées à partir de 1")
		}
		at := dealmap.LineName{Node: node, Line: uint64(n)}
		line, erased, err := s.Audit.Line(at)
		if err != nil {
			return nil, err
		}
		if erased {
			return nil, refuse(dealmap.KindNotFound, "le contenu de la ligne %d a été effacé à la fin de sa conservation", n)
		}
		c := s.newRecall(v.snap)
		all, err := c.places(r.Context(), at, &line)
		if err != nil {
			return nil, err
		}
		out := api.Disclosed{Line: n, Node: some(node), Exact: all.exact, Total: len(all.list), AggregatesOnly: some(all.aggregates)}
		out.Places = make([]api.DisclosedPlace, 0, min(len(all.list), mostDisclosed))
		for _, p := range all.list[:min(len(all.list), mostDisclosed)] {
			out.Places = append(out.Places, api.DisclosedPlace{Id: types.UUID(p.id), Reference: p.reference})
		}
		out.Exact = out.Exact && len(out.Places) == len(all.list)
		return out, nil
	})
}
