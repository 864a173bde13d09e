package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// ListJournal shows who changed what: that somebody wrote an entry, when and why, never what it says.
func (s *Server) ListJournal(w http.ResponseWriter, r *http.Request, _ api.ListJournalParams) {
	s.audit(w, r, dealmap.WhatJournal, func(v *visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "place", "subject", "from", "to", "operation", "kind", "before", "limit"); err != nil {
			return nil, err
		}
		limit, err := parseLimit(query, defaultLimit, maxLimit)
		if err != nil {
			return nil, err
		}
		ask := dealmap.JournalQuery{Subject: query.Get("subject"), Kinds: convert[dealmap.EventKind](values(query, "kind")), Limit: limit}
		for _, kind := range ask.Kinds {
			if dealmap.Label(dealmap.EventKinds(), string(kind)) == string(kind) {
				return nil, badParameter("kind", "« %s » est inconnu (%s)", clip(string(kind)), namesOf(dealmap.EventKinds()))
			}
		}
		if ask.From, ask.To, err = s.period(query); err != nil {
			return nil, err
		}
		if ask.Operations, err = operationsOf(query); err != nil {
			return nil, err
		}
		last, err := before(query)
		if err != nil {
			return nil, err
		}
		ask.Before = dealmap.Seq(last)
		if ask.Place, err = recordOf(v, query); err != nil {
			return nil, err
		}
		entries, err := s.Map.Entries(r.Context(), ask)
		if err != nil {
			return nil, err
		}
		out, called := api.JournalList{Entries: []api.JournalLine{}}, &names{snap: v.snap}
		for _, e := range entries {
			out.Entries = append(out.Entries, journalLine(v, &e, called))
		}
		if len(entries) == limit && entries[limit-1].Seq > 1 {
			out.Next = new(int64(entries[limit-1].Seq))
		}
		return out, nil
	})
}

func journalLine(v *visit, e *dealmap.JournalEntry, called *names) api.JournalLine {
	out := api.JournalLine{
		Sequence: int64(e.Seq), At: e.Time.UTC(), Subject: e.Author.Subject, Name: called.of(e.Author.Subject), Role: string(e.Author.Role),
		Service: string(e.Author.Service), Unit: e.Author.Unit, Motive: some(e.Motive), Case: some(e.Case), Kind: string(e.Kind),
		KindLabel: dealmap.Label(dealmap.EventKinds(), string(e.Kind)), Operation: some(api.Operation(e.Kind.Operation())),
		Record: types.UUID(e.Subject), Erased: e.Erased,
	}
	if e.Kind.Concerns() == dealmap.ConcernsPlace {
		sight, _ := v.snap.Source(everyEye(), e.Subject)
		out.Reference = some(sight.Reference())
	}
	return out
}

// SummarizeAudit counts the six operations: those on the map from the journal, those of looking from the consultation log.
func (s *Server) SummarizeAudit(w http.ResponseWriter, r *http.Request, _ api.SummarizeAuditParams) {
	s.audit(w, r, dealmap.WhatAudit, func(*visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "from", "to"); err != nil {
			return nil, err
		}
		from, to, err := s.period(query)
		if err != nil {
			return nil, err
		}
		seen, err := s.Audit.Summary(r.Context(), from, to)
		if err != nil {
			return nil, err
		}
		changed, err := s.journalTally.count(r.Context(), s, from, to)
		if err != nil {
			return nil, err
		}
		out := api.AuditSummary{
			Operations: map[string]int64{}, Whats: map[string]int64{}, Services: map[string]int64{}, People: seen.Subjects,
		}
		for _, o := range dealmap.Operations() {
			operation := dealmap.Operation(o.Value)
			out.Operations[o.Value] = seen.ByOperation[operation] + changed[operation]
		}
		for what, n := range seen.ByWhat {
			out.Whats[what] = n
		}
		for service, n := range seen.ByService {
			out.Services[string(service)] = n
		}
		for day, n := range seen.ByDay {
			out.Days = append(out.Days, api.AuditDay{Day: types.Date{Time: day.Time()}, Consultations: n})
		}
		slices.SortFunc(out.Days, func(a, b api.AuditDay) int { return a.Day.Compare(b.Day.Time) })
		if out.Days == nil {
			out.Days = []api.AuditDay{}
		}
		return out, nil
	})
}

// journalTally is how many entries of the journal were which operation, by day. It is counted once and then goes on from
// where it was: the journal only grows, and who wrote an entry when never changes.
type journalTally struct {
	mu   sync.Mutex
	seq  dealmap.Seq
	days map[dealmap.Date]map[dealmap.Operation]int64
}

// tallyPage is how many entries are read at once.
const tallyPage = 1000

func (t *journalTally) count(ctx context.Context, s *Server, from, to time.Time) (map[dealmap.Operation]int64, error) {
	total := map[dealmap.Operation]int64{}
	if !s.isMidnight(from) || !s.isMidnight(to) {
		_, err := s.eachEntry(ctx, dealmap.JournalQuery{From: from, To: to}, 0, func(e *dealmap.JournalEntry) { total[e.Kind.Operation()]++ })
		return total, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh := map[dealmap.Date]map[dealmap.Operation]int64{}
	last, err := s.eachEntry(ctx, dealmap.JournalQuery{}, t.seq, func(e *dealmap.JournalEntry) {
		day := dealmap.DateOf(e.Time.In(s.zone))
		if fresh[day] == nil {
			fresh[day] = map[dealmap.Operation]int64{}
		}
		fresh[day][e.Kind.Operation()]++
	})
	if err != nil {
		return nil, err
	}
	if t.days == nil {
		t.days = map[dealmap.Date]map[dealmap.Operation]int64{}
	}
	for day, counts := range fresh {
		if t.days[day] == nil {
			t.days[day] = map[dealmap.Operation]int64{}
		}
		for operation, n := range counts {
			t.days[day][operation] += n
		}
	}
	t.seq = max(t.seq, last)
	for day, counts := range t.days {
		if !from.IsZero() && day.Before(dealmap.DateOf(from.In(s.zone))) || !to.IsZero() && !day.Before(dealmap.DateOf(to.In(s.zone))) {
			continue
		}
		for operation, n := range counts {
			total[operation] += n
		}
	}
	return total, nil
}

// isMidnight reports whether a bound is none or lies between two days in Paris.
func (s *Server) isMidnight(at time.Time) bool {
	at = at.In(s.zone)
	return at.IsZero() || at.Equal(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, s.zone))
}

// eachEntry goes through the journal's entries after one, newest first, and returns the newest.
func (s *Server) eachEntry(ctx context.Context, ask dealmap.JournalQuery, after dealmap.Seq, f func(*dealmap.JournalEntry)) (newest dealmap.Seq, err error) {
	ask.Limit = tallyPage
	for {
		page, err := s.Map.Entries(ctx, ask)
		if err != nil {
			return newest, err
		}
		for i := range page {
			if page[i].Seq <= after {
				return newest, nil
			}
			newest = max(newest, page[i].Seq)
			f(&page[i])
		}
		if len(page) < tallyPage {
			return newest, nil
		}
		ask.Before = page[len(page)-1].Seq
	}
}
