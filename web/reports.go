package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
	"github.com/paulmach/orb"
)

// reportsRoute begins the routes of reports, whose position is no geometry of a feature.
const reportsRoute = "/api/v1/reports"

// ListReports lists the reports that the viewer submitted, or may settle.
func (s *Server) ListReports(w http.ResponseWriter, r *http.Request, _ api.ListReportsParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "status", "limit"); err != nil {
			return reply{}, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return reply{}, err
		}
		wanted := convert[dealmap.ReportStatus](values(query, "status"))
		for _, status := range wanted {
			if dealmap.Label(dealmap.ReportStatuses(), string(status)) == string(status) {
				return reply{}, badParameter("status", "« %s » est inconnu (%s)", clip(string(status)), namesOf(dealmap.ReportStatuses()))
			}
		}
		out := api.ReportList{Reports: []api.Report{}}
		v.snap.Reports(v.scope, func(sight dealmap.ReportSight) bool {
			if sight.Status() == dealmap.ReportReceived && v.maySettle(sight) {
				out.Waiting++
			}
			if len(out.Reports) < limit && (len(wanted) == 0 || slices.Contains(wanted, sight.Status())) {
				out.Reports = append(out.Reports, s.report(v, sight))
			}
			return true
		})
		return reply{body: out, line: v.reportLine(len(out.Reports), canonical(query))}, nil
	})
}

func (v *visit) reportLine(n int, query string) *dealmap.Consultation {
	line := v.line(dealmap.WhatReports, query)
	line.Detail = fmt.Sprintf("n=%d", n)
	return line
}

// maySettle reports whether the viewer may say what becomes of a report.
func (v *visit) maySettle(sight dealmap.ReportSight) bool {
	var chain []dealmap.TerritoryCode
	for _, level := range levelOrder {
		if code := sight.At(level); code != "" {
			chain = append(chain, code)
		}
	}
	return v.viewer.MayAt(dealmap.ActionSettle, chain)
}

func (s *Server) report(v *visit, sight dealmap.ReportSight) api.Report {
	said, by := sight.Statement(), sight.By()
	out := api.Report{
		Id: types.UUID(sight.ID()), Status: api.ReportStatus(sight.Status()), Text: said.Text, Address: said.Address, Commune: said.Commune,
		CommuneName: s.communeName(said.Commune), Departement: sight.At(dealmap.LevelDepartement).ID(),
		Products: convert[api.Product](said.Products), Hours: said.Hours, Seen: date(said.Seen), Answer: some(sight.Answer()),
		Service: string(by.Service), Unit: by.Unit, Received: sight.Received().UTC(), Mine: sight.Mine,
		MaySettle: new(sight.Status() == dealmap.ReportReceived && v.maySettle(sight)),
	}
	if said.Position != nil {
		out.Position = &api.Position{said.Position[0], said.Position[1]}
	}
	if at := sight.Settled(); !at.IsZero() {
		out.Settled = new(at.UTC())
	}
	return out
}

// SubmitReport hands a report in.
func (s *Server) SubmitReport(w http.ResponseWriter, r *http.Request, _ api.SubmitReportParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.NewReport
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		said := dealmap.Statement{
			Text: in.Text, Address: value(in.Address), Commune: value(in.Commune), Products: convert[dealmap.Product](value(in.Products)),
			Hours: value(in.Hours), Seen: dayOf(in.Seen),
		}
		if in.Position != nil {
			if len(*in.Position) != 2 {
				return reply{}, dealmap.Invalid("position", "deux nombres sont attendus : longitude, latitude")
			}
			said.Position = &orb.Point{(*in.Position)[0], (*in.Position)[1]}
		}
		rep, err := s.doReport(r, v, dealmap.SubmitReport{ID: drawID(), Statement: said})
		rep.status = http.StatusCreated
		return rep, err
	})
}

// SettleReport says what became of a report.
func (s *Server) SettleReport(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		var in api.SettleReportJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(text)
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		return s.doReport(r, v, dealmap.SettleReport{ID: id, Status: dealmap.ReportStatus(in.Status), Answer: value(in.Answer)})
	})
}

// doReport fulfils a command about a report and shows it as it then stands.
func (s *Server) doReport(r *http.Request, v *visit, cmd dealmap.Command) (reply, error) {
	result, err := s.fulfil(r, v, cmd)
	if err != nil {
		return reply{}, err
	}
	sight, ok := v.snap.Report(v.scope, result.Subject)
	if !ok {
		return reply{}, dealmap.NotFound()
	}
	rep := reply{body: s.report(v, sight)}
	if result.Events == 0 || result.Replayed {
		rep.line = v.reportLine(1, "")
	}
	return rep, nil
}
