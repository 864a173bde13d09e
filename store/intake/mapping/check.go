package mapping

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
)

// Check says in terms of the list's columns what the domain refuses of a place; nil when it refuses nothing. The id need not
// be drawn yet. Values are those of the place: use [Mapper.CheckRow] where the row is at hand.
func (m *Mapper) Check(add dealmap.AddPlace, v dealmap.Viewer, env dealmap.Env) []Problem {
	return m.check(nil, add, v, env)
}

// CheckRow is Check with the line and the cells of the row that the place was made of; spans lie in those cells.
func (m *Mapper) CheckRow(row list.Row, add dealmap.AddPlace, v dealmap.Viewer, env dealmap.Env) []Problem {
	return m.check(&row, add, v, env)
}

func (m *Mapper) check(row *list.Row, add dealmap.AddPlace, v dealmap.Viewer, env dealmap.Env) []Problem {
	if add.ID.IsZero() {
		add.ID = dealmap.ID{15: 1}
	}
	_, err := add.Check(v, env)
	if err == nil {
		return nil
	}
	wrong, ok := errors.AsType[*dealmap.Error](err)
	if !ok || len(wrong.Fields) == 0 {
		return []Problem{m.located(row, Problem{Reason: err.Error()})}
	}
	problems := make([]Problem, len(wrong.Fields))
	for i, f := range wrong.Fields {
		problems[i] = m.located(row, m.explain(row, &add, f))
	}
	return problems
}

func (m *Mapper) located(row *list.Row, p Problem) Problem {
	if row != nil {
		p.Line = row.Line
	}
	return p
}

// explain finds the column that a field of the domain was read from.
func (m *Mapper) explain(row *list.Row, add *dealmap.AddPlace, f dealmap.FieldError) Problem {
	base, index, _ := strings.Cut(f.Field, "[")
	at, _ := strconv.Atoi(strings.TrimSuffix(index, "]"))
	p := Problem{Reason: f.Message, Value: stated(add, base, at)}
	if f.End > f.Start && f.Start >= 0 && f.End <= len(p.Value) {
		p.Start, p.End = f.Start, f.End
	}
	sources := m.sources(base)
	if len(sources) == 0 {
		p.Value = clipped(p.Value, maxValue)
		if s := apiField(base); s != nil {
			p.Field = s.Name
		} else {
			p.Reason = f.Field + " : " + f.Message
		}
		if p.End > len(p.Value) {
			p.Start, p.End = 0, 0
		}
		return p
	}
	span := p.Value[p.Start:p.End]
	chosen := 0
	if row != nil {
		chosen = max(0, slices.IndexFunc(sources, func(s step) bool {
			cell := cellAt(*row, s.column)
			return span != "" && strings.Contains(cell, span) || span == "" && strings.TrimSpace(cell) != ""
		}))
	}
	p.Field, p.Column = sources[chosen].spec.Name, m.header[sources[chosen].column]
	if row != nil {
		cell := cellAt(*row, sources[chosen].column)
		if at := strings.Index(cell, span); at >= 0 {
			p.Value, p.Start, p.End = cell, at, at+len(span)
		}
	}
	p.Value = clipped(p.Value, maxValue)
	if p.End > len(p.Value) || p.End == p.Start {
		p.Start, p.End = 0, 0
	}
	return p
}

// sources are the columns that a field of the domain may have been read from.
func (m *Mapper) sources(api string) []step {
	var direct, besides []step
	for _, s := range m.steps {
		switch {
		case s.spec.api == api:
			direct = append(direct, s)
		case api == "closing" && strings.HasPrefix(s.spec.api, "closing."),
			strings.HasPrefix(api, "grading.") && s.spec.api == "grading",
			api == "name" && s.spec.api == "address", // an address stands for a name that is missing
			api == "note" && s.spec.Name == "hours",
			api == "owner.unit" && s.spec.Name == "owner_service",
			api == "owner.service" && s.spec.Name == "owner_unit",
			api == "geometry" && s.spec.api == "commune",
			api == "commune" && s.spec.api == "geometry":
			besides = append(besides, s)
		}
	}
	return append(direct, besides...)
}

func apiField(api string) *spec {
	if i := slices.IndexFunc(specs, func(s spec) bool { return s.api == api }); i >= 0 {
		return &specs[i]
	}
	return nil
}

// stated is the text of a place's field that a message is about; index is its member of a list.
func stated(add *dealmap.AddPlace, api string, index int) string {
	facts := &add.Facts
	switch api {
	case "name":
		return facts.Name
	case "address":
		return facts.Address
	case "landlord":
		return facts.Landlord
	case "note":
		return facts.Note
	case "hours":
		return facts.Hours
	case "commune":
		return facts.Commune
	case "owner.unit":
		return facts.Owner.Unit
	case "owner.service":
		return string(facts.Owner.Service)
	case "source_record":
		return facts.SourceRecord
	case "case_references":
		return member(facts.CaseRefs, index)
	case "networks":
		return member(facts.Networks, index)
	case "handling.groups":
		return member(facts.Handling.Groups, index)
	case "kind":
		return string(facts.Kind)
	case "status":
		return string(cmp.Or(add.Status, dealmap.Reported))
	case "first_seen":
		return facts.FirstSeen.String()
	case "last_confirmed":
		return facts.LastSeen.String()
	}
	return ""
}

// member returns one of a list in the order in which the domain counts them: sorted, each once.
func member(list []string, index int) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(list)))
	if index < 0 || index >= len(sorted) {
		return ""
	}
	return sorted[index]
}
