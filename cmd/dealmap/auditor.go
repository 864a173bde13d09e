package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/proof"
	"github.com/mesure5/dealmap/web"
	"golang.org/x/mod/sumdb/tlog"
)

// auditor lends the consultation logs and the proofs to package web.
type auditor struct {
	log    *consultations.Log
	keeper *audit.Keeper
	// node is this one's name, empty where there is no other; others has copies of the logs of the other ones, nil where there are none.
	node   string
	others interface{ Copies() []*ship.Copy }
	// engine is held against the logs when they are verified; nil where there is none.
	engine ship.Engine
}

var _ web.Audit = auditor{}

// nodeLog is the consultation log of a node as this one has it.
type nodeLog struct {
	node string
	log  *consultations.Log
	copy *ship.Copy // nil: this node's own
}

// logs are all, this node's first.
func (a auditor) logs() []nodeLog {
	list := []nodeLog{{node: a.node, log: a.log}}
	if a.others != nil {
		for _, c := range a.others.Copies() {
			list = append(list, nodeLog{c.Node(), c.Log(), c})
		}
	}
	return list
}

// logOf returns the log of a node, this one's for an empty name.
func (a auditor) logOf(node string) (nodeLog, error) {
	for _, l := range a.logs() {
		if l.node == node || node == "" {
			return l, nil
		}
	}
	return nodeLog{}, &dealmap.Error{Kind: dealmap.KindNotFound, Message: fmt.Sprintf("aucun journal des consultations d’un nœud « %s »", node)}
}

// Nodes implements web.Audit.
func (a auditor) Nodes() (list []dealmap.NodeLog) {
	for _, l := range a.logs() {
		list = append(list, dealmap.NodeLog{Node: l.node, Lines: uint64(l.log.Size())})
	}
	return list
}

// Line implements web.Audit.
func (a auditor) Line(at dealmap.LineName) (dealmap.Consultation, bool, error) {
	l, err := a.logOf(at.Node)
	if err != nil {
		return dealmap.Consultation{}, false, err
	}
	return l.log.Line(at.Line)
}

// Checkpoint implements web.Audit.
func (a auditor) Checkpoint(ctx context.Context, node, log string) ([]byte, error) {
	l, err := a.logOf(node)
	if err != nil {
		return nil, err
	}
	if l.copy != nil && log == audit.ConsultationLog {
		latest, ok := l.copy.Latest()
		if !ok {
			err = fmt.Errorf("latest checkpoint of the log of %s: %w", node, dealmap.NotFound())
		}
		return latest.Note, err
	}
	if err := a.keeper.Checkpoint(ctx); err != nil {
		return nil, err
	}
	latest, err := a.keeper.Latest(log)
	return latest.Note, err
}

// Key implements web.Audit.
func (a auditor) Key() string { return a.keeper.Verifier() }

// Inclusion implements web.Audit.
func (a auditor) Inclusion(ctx context.Context, node, log string, size, line int64) (leaf, root dealmap.Hash, hashes []dealmap.Hash, err error) {
	l, err := a.logOf(node)
	if err != nil {
		return leaf, root, nil, err
	}
	var p audit.Inclusion
	if l.copy == nil || log != audit.ConsultationLog {
		p, err = a.keeper.Inclusion(ctx, log, line, size)
	} else if p.Hashes, err = l.log.Inclusion(size, line-1); err == nil {
		if p.Leaf, err = l.log.Leaf(line); err == nil {
			p.Root, err = l.log.RootAt(size)
		}
	}
	return dealmap.Hash(p.Leaf), dealmap.Hash(p.Root), domainHashes(p.Hashes), err
}

// Consistency implements web.Audit.
func (a auditor) Consistency(ctx context.Context, node, log string, old, size int64) (oldRoot, root dealmap.Hash, hashes []dealmap.Hash, err error) {
	l, err := a.logOf(node)
	if err != nil {
		return oldRoot, root, nil, err
	}
	var p audit.Consistency
	if l.copy == nil || log != audit.ConsultationLog {
		p, err = a.keeper.Consistency(ctx, log, old, size)
	} else if p.Hashes, err = l.log.Consistency(old, size); err == nil {
		if p.OldRoot, err = l.log.RootAt(old); err == nil {
			p.Root, err = l.log.RootAt(size)
		}
	}
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
	logs := a.logs()
	// The logs are read one after the other; until the journal is read, how long it is shows from its first report only.
	total, done := map[string]int64{}, map[string]int64{}
	for _, l := range logs {
		total[audit.ConsultationLog+"/"+l.node] = l.log.Size()
	}
	told := func(name string, doneOf, totalOf int64) {
		total[name], done[name] = totalOf, doneOf
		progress(sum(done), sum(total))
	}
	report, err := a.keeper.Verify(ctx, nil, func(log string, doneOf, totalOf int64) {
		if log == audit.ConsultationLog {
			log += "/" + a.node
		}
		told(log, doneOf, totalOf)
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
	if len(logs) > 1 {
		findings[1].Node = a.node
	}
	for _, l := range logs[1:] {
		found, err := l.copy.Verify(ctx, func(doneOf, totalOf int64) { told(audit.ConsultationLog+"/"+l.node, doneOf, totalOf) })
		if err != nil {
			return nil, err
		}
		finding := domainFinding(found)
		finding.Node = l.node
		findings = append(findings, finding)
	}
	if a.engine == nil {
		return findings, nil
	}
	for i, l := range logs {
		err := ship.Examine(ctx, a.engine, l.node, l.log)
		if _, differs := errors.AsType[*ship.LineError](err); differs {
			findings[i+1].Problems = append(findings[i+1].Problems, fmt.Sprintf("moteur : %v", err))
		}
		// An engine that is away says nothing against the logs.
	}
	return findings, ctx.Err()
}

func sum(of map[string]int64) (total int64) {
	for _, n := range of {
		total += n
	}
	return total
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

// Summary implements web.Audit.
func (a auditor) Summary(ctx context.Context, from, to time.Time) (dealmap.ConsultationSummary, error) {
	summary := dealmap.ConsultationSummary{
		ByOperation: map[dealmap.Operation]int64{}, ByWhat: map[string]int64{}, ByService: map[dealmap.Service]int64{}, ByDay: map[dealmap.Date]int64{},
	}
	people := map[string]bool{}
	for _, l := range a.logs() {
		found, err := l.log.Summary(ctx, from, to)
		if err != nil {
			return summary, err
		}
		summary.Lines += found.Lines
		for _, figure := range found.Operations {
			summary.ByOperation[dealmap.Operation(figure.Key)] += figure.Lines
		}
		for _, figure := range found.Whats {
			summary.ByWhat[figure.Key] += figure.Lines
		}
		for _, figure := range found.Services {
			if figure.Key != "" {
				summary.ByService[dealmap.Service(figure.Key)] += figure.Lines
			}
		}
		for _, day := range found.Days {
			summary.ByDay[day.Date] += day.Lines
		}
		for _, figure := range found.Subjects {
			people[figure.Key] = true
		}
	}
	summary.Subjects = len(people)
	return summary, nil
}
