package store

import (
	"time"

	"github.com/mesure5/dealmap"
)

// Viewer returns what a person may be at a moment: by the latest of the grants that hold then.
func (s *Snapshot) Viewer(subject string, at time.Time) (dealmap.Viewer, bool) {
	for g := range grantsOf(s.grants, subject) {
		if g.Active(at) {
			return g.Viewer(), true
		}
	}
	return dealmap.Viewer{}, false
}

// Grant returns a grant, ended or not; it must not be changed.
func (s *Snapshot) Grant(id dealmap.ID) (*dealmap.Grant, bool) {
	g := s.grants.get(id)
	return g, g != nil
}

// Grants returns all grants, ended ones included, sorted by person and then the latest first; they must not be changed.
func (s *Snapshot) Grants() []*dealmap.Grant { return s.grants.all() }

// Token returns an API token, ended or not; it must not be changed.
func (s *Snapshot) Token(id dealmap.ID) (*dealmap.Token, bool) {
	t := s.tokens.get(id)
	return t, t != nil
}

// Tokens returns all API tokens, ended ones included, sorted by owner and then the latest first; they must not be changed.
func (s *Snapshot) Tokens() []*dealmap.Token { return s.tokens.all() }

// GrantsSeq is the last entry about grants or tokens: what was judged by them holds as long as it is the same and none of
// them ends by its own date.
func (s *Snapshot) GrantsSeq() dealmap.Seq { return s.granted }

// Report returns what a scope may see of a report, and false when that is nothing.
func (s *Snapshot) Report(scope dealmap.Scope, id dealmap.ID) (dealmap.ReportSight, bool) {
	return scope.SeeReport(s.reports.get(id))
}

// Reports yields the reports that a scope may see, the newest first, until yield returns false.
func (s *Snapshot) Reports(scope dealmap.Scope, yield func(dealmap.ReportSight) bool) {
	s.reports.ordered.Scan(func(r *dealmap.Report) bool {
		sight, ok := scope.SeeReport(r)
		return !ok || yield(sight)
	})
}
