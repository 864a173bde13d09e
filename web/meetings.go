package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// ListMeetings lists the meetings of a territory's own CLCT.
func (s *Server) ListMeetings(w http.ResponseWriter, r *http.Request, text string) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		code, err := s.meetingPlace(text)
		if err != nil {
			return reply{}, err
		}
		chain, _ := s.Territories.Chain(code)
		out := api.MeetingList{Meetings: []api.Meeting{}, MayHold: chain != nil && v.viewer.MayAt(dealmap.ActionMeet, chain)}
		for _, m := range v.snap.Meetings(v.scope, code) {
			out.Meetings = append(out.Meetings, v.meeting(m))
		}
		return reply{body: out, line: v.meetingLine(code, len(out.Meetings))}, nil
	})
}

// meetingPlace is the territory of a path.
func (s *Server) meetingPlace(text string) (dealmap.TerritoryCode, error) {
	code, err := dealmap.ParseTerritoryCode(text)
	if err != nil {
		return "", asParameter("code", err)
	}
	if _, ok := s.Territories.Get(code); !ok && code != dealmap.France {
		return "", refuse(dealmap.KindNotFound, "le territoire « %s » est inconnu", clip(text))
	}
	return code, nil
}

func (v *visit) meetingLine(code dealmap.TerritoryCode, n int) *dealmap.Consultation {
	line := v.line(dealmap.WhatMeetings, "")
	line.Detail = fmt.Sprintf("%s n=%d", code, n)
	return line
}

func (v *visit) meeting(m dealmap.MeetingSight) api.Meeting {
	by := m.By()
	return api.Meeting{
		Id: types.UUID(m.ID()), Territory: string(m.Territory()), Date: types.Date{Time: m.Date().Time()}, Role: string(by.Role), Unit: by.Unit,
		At: m.At().UTC(), MayRemove: v.viewer.MayAt(dealmap.ActionMeet, m.Territories()),
	}
}

// HoldMeeting notes that a CLCT met.
func (s *Server) HoldMeeting(w http.ResponseWriter, r *http.Request, text string, _ api.HoldMeetingParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		code, err := s.meetingPlace(text)
		if err != nil {
			return reply{}, err
		}
		var in api.HoldMeetingJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		result, err := s.fulfil(r, v, dealmap.HoldMeeting{Territory: code, Date: dayOf(in.Date)})
		if err != nil {
			return reply{}, err
		}
		m, ok := v.snap.Meeting(v.scope, result.Subject)
		if !ok {
			return reply{}, dealmap.NotFound()
		}
		rep := reply{status: http.StatusCreated, body: v.meeting(m)}
		if result.Replayed {
			rep.line = v.meetingLine(code, 1)
		}
		return rep, nil
	})
}

// RemoveMeeting takes a meeting away.
func (s *Server) RemoveMeeting(w http.ResponseWriter, r *http.Request, text, meeting string, _ api.RemoveMeetingParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		code, err := s.meetingPlace(text)
		if err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(strings.ToLower(meeting))
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		if m, ok := v.snap.Meeting(v.scope, id); ok && m.Territory() != code {
			return reply{}, dealmap.NotFound()
		}
		_, err = s.fulfil(r, v, dealmap.RemoveMeeting{ID: id})
		return reply{status: http.StatusNoContent}, err
	})
}
