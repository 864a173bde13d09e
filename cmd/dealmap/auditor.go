package main

import (
	"context"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/proof"
	"github.com/mesure5/dealmap/web"
	"golang.org/x/mod/sumdb/tlog"
)

// auditor lends the consultation log and the proofs to package web.
type auditor struct {
	log    *consultations.Log
	keeper *audit.Keeper
}

var _ web.Audit = auditor{}

// Find implements web.Audit.
func (a auditor) Find(ctx context.Context, q dealmap.ConsultationQuery, yield func(uint64, dealmap.Consultation) bool) error {
	return a.log.Find(ctx, consultations.Query(q), yield)
}

// Line implements web.Audit.
func (a auditor) Line(n uint64) (dealmap.Consultation, bool, error) { return a.log.Line(n) }

// Summary implements web.Audit.
func (a auditor) Summary(ctx context.Context, from, to time.Time) (dealmap.ConsultationSummary, error) {
	found, err := a.log.Summary(ctx, from, to)
	summary := dealmap.ConsultationSummary{
		Lines: found.Lines, ByOperation: map[dealmap.Operation]int64{}, ByWhat: map[string]int64{}, ByService: map[dealmap.Service]int64{},
		ByDay: map[dealmap.Date]int64{}, Subjects: len(found.Subjects),
	}
	for _, figure := range found.Operations {
		summary.ByOperation[dealmap.Operation(figure.Key)] = figure.Lines
	}
	for _, figure := range found.Whats {
		summary.ByWhat[figure.Key] = figure.Lines
	}
	for _, figure := range found.Services {
		if figure.Key != "" {
			summary.ByService[dealmap.Service(figure.Key)] = figure.Lines
		}
	}
	for _, day := range found.Days {
		summary.ByDay[day.Date] = day.Lines
	}
	return summary, err
}

// Checkpoint implements web.Audit.
func (a auditor) Checkpoint(ctx context.Context, log string) ([]byte, error) {
	if err := a.keeper.Checkpoint(ctx); err != nil {
		return nil, err
	}
	latest, err := a.keeper.Latest(log)
	return latest.Note, err
}

// Key implements web.Audit.
func (a auditor) Key() string { return a.keeper.Verifier() }

// Inclusion implements web.Audit.
func (a auditor) Inclusion(ctx context.Context, log string, size, line int64) (leaf, root dealmap.Hash, hashes []dealmap.Hash, err error) {
	p, err := a.keeper.Inclusion(ctx, log, line, size)
	return dealmap.Hash(p.Leaf), dealmap.Hash(p.Root), domainHashes(p.Hashes), err
}

// Consistency implements web.Audit.
func (a auditor) Consistency(ctx context.Context, log string, old, size int64) (oldRoot, root dealmap.Hash, hashes []dealmap.Hash, err error) {
	p, err := a.keeper.Consistency(ctx, log, old, size)
	return dealmap.Hash(p.OldRoot), dealmap.Hash(p.Root), domainHashes(p.Hashes), err
}

func domainHashes(hashes []tlog.Hash) []dealmap.Hash {
	list := make([]dealmap.Hash, len(hashes))
	for i, hash := range hashes {
		list[i] = dealmap.Hash(hash)
	}
	return list
}

// Verify implements web.Audit.
func (a auditor) Verify(ctx context.Context, progress func(done, total int64)) ([]dealmap.Finding, error) {
	// The logs are read one after the other; until the journal is read, how long it is shows from its first report only.
	total, done := map[string]int64{audit.ConsultationLog: a.log.Size()}, map[string]int64{}
	report, err := a.keeper.Verify(ctx, nil, func(log string, doneOf, totalOf int64) {
		total[log], done[log] = totalOf, doneOf
		progress(done[audit.JournalLog]+done[audit.ConsultationLog], total[audit.JournalLog]+total[audit.ConsultationLog])
	})
	if err != nil {
		return nil, err
	}
	findings := []dealmap.Finding{domainFinding(report.Journal), domainFinding(report.Consultations)}
	for _, notes := range report.Notes {
		for _, problem := range notes.Problems {
			findings[0].Problems = append(findings[0].Problems, notes.Path+" : "+problem)
		}
	}
	return findings, nil
}

func domainFinding(f proof.Finding) dealmap.Finding {
	finding := dealmap.Finding{
		Log: f.Log, Lines: f.Lines, Erased: f.Erased, Root: dealmap.Hash(f.Root), Checkpoints: f.Checkpoints, FirstBad: f.FirstBad, Problems: f.Problems,
	}
	if f.Range[1] > 0 {
		finding.After, finding.UpTo = f.Range[0]-1, f.Range[1]
	}
	return finding
}
