package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/mesure5/dealmap"
)

// stateCheck folds the journal anew and compares where the state on disk stands.
type stateCheck struct {
	report  *Report
	fresh   *state
	lookups *delta
	roll    *roll
	disk    *stateFile
	mark    mark
	// bare are the entries read without a body that no entry read later erased, with the record each concerns.
	bare map[dealmap.Seq]dealmap.ID
	// at is the fresh state where the one on disk stands, nil before the fold has come there.
	at *state
	// kept are the entries that were ordered to be erased after they had been read with their body, and which entry orders it.
	kept map[dealmap.Seq]dealmap.Seq
	// gone are the places that entries after that erase: some of their bodies may be gone already, so that the fold does
	// not tell what they were.
	gone map[dealmap.ID]bool
}

// bodies looks whether a body is missing exactly where an entry erased it.
func (c *stateCheck) bodies(e dealmap.Event) {
	if e.Body == nil {
		c.bare[e.Seq] = e.Subject
	}
	erased, ok := e.Body.(dealmap.Erasing)
	if !ok {
		return
	}
	if c.at != nil {
		c.gone[e.Subject] = true
	}
	for _, seq := range erased.Erases() {
		if subject, bare := c.bare[seq]; bare && subject == e.Subject {
			delete(c.bare, seq)
		} else {
			c.kept[seq] = e.Seq
		}
	}
}

// unerased reports the bodies that are still there although an entry erases them. Where other nodes work on the journal, they may have been
// erased since they were read.
func (c *stateCheck) unerased(ctx context.Context, journal Journal) error {
	for _, seq := range slices.Sorted(maps.Keys(c.kept)) {
		e, err := readOne(ctx, journal, max(seq, 1))
		if err != nil && !errors.Is(err, dealmap.ErrTampered) && dealmap.KindOf(err) != dealmap.KindNotFound {
			return err
		}
		if err != nil || e.Body != nil || seq == 0 {
			c.report.problem("journal : l’écriture n° %d, que la n° %d efface, a encore son contenu ; dealmap serve ou rebuild achève l’effacement", seq, c.kept[seq])
		}
	}
	return nil
}

// unexplained reports the bodies that are missing although nothing erased them.
func (c *stateCheck) unexplained() {
	for _, seq := range slices.Sorted(maps.Keys(c.bare)) {
		c.report.problem("journal : le contenu de l’écriture n° %d manque sans qu’aucune écriture ne l’efface", seq)
	}
}

func (c *stateCheck) open(ctx context.Context, path string, journal Engine) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil // nothing on disk yet: it will be made from the journal
	}
	disk, err := openState(path, true)
	if err != nil {
		c.report.problem("état : %v", err)
		return nil
	}
	c.disk = disk
	if c.mark, err = disk.mark(); err != nil {
		c.report.problem("état : %v", err)
		c.close()
		return nil
	}
	c.report.StateAt = c.mark.Seq
	if hash, err := journal.HashAt(ctx, c.mark.Seq); err != nil || hash != c.mark.Hash {
		c.report.problem("état : il est à l’écriture n° %d, qui n’est pas celle du journal", c.mark.Seq)
		c.close()
	}
	return nil
}

func (c *stateCheck) close() {
	if c.disk != nil {
		c.disk.close()
		c.disk = nil
	}
}

func (c *stateCheck) fold(e dealmap.Event) error {
	if _, err := c.fresh.fold(e); err != nil {
		return err
	}
	c.bodies(e)
	if c.disk == nil || e.Seq > c.mark.Seq {
		return nil
	}
	known, ok := c.lookups.requests[e.Request.Key]
	if !ok {
		known = outcome{digest: e.Request.Digest, subject: e.Subject, first: e.Seq}
	}
	known.events++
	if !e.Request.IsZero() {
		c.lookups.requests[e.Request.Key] = known
	}
	class, _ := c.roll.number(&e)
	c.lookups.classes = append(c.lookups.classes, class)
	c.lookups.subjects[e.Subject] = append(c.lookups.subjects[e.Subject], e.Seq)
	return nil
}

// reach notes the fresh state when the fold has come to where the one on disk stands.
func (c *stateCheck) reach(seq dealmap.Seq) {
	if c.disk != nil && seq == c.mark.Seq {
		c.at = c.fresh.copy()
	}
}

// compare compares the state on disk with the fresh one at the same entry.
func (c *stateCheck) compare() {
	if c.at == nil {
		return
	}
	places := map[dealmap.ID]*dealmap.Place{}
	kept, err := c.disk.records(func(uint64, uint64, string) {}, 0, nil, func(r *record, p *dealmap.Place) {
		whole := *p
		places[r.id] = &whole
	})
	if err != nil {
		c.report.problem("état : %v", err)
		return
	}
	if kept.sum != c.mark.Sum {
		c.report.problem("état : la somme de contrôle est fausse")
	}
	if c.mark.Granted != c.at.granted {
		c.report.problem("état : la dernière écriture sur les droits serait la n° %d, c’est la n° %d", c.mark.Granted, c.at.granted)
	}
	marked, folded := c.mark.Places, c.at.places.Len()
	for id := range c.gone {
		if places[id] != nil {
			marked--
		}
		if c.at.Place(id) != nil {
			folded--
		}
		delete(places, id)
	}
	compareRecords(c, "lieux", places, marked, folded, c.at.Place)
	compareRecords(c, "habilitations", kept.grants, c.mark.Grants, c.at.grants.len(), c.at.Grant)
	compareRecords(c, "jetons", kept.tokens, c.mark.Tokens, c.at.tokens.len(), c.at.Token)
	compareRecords(c, "signalements", kept.reports, c.mark.Reports, c.at.reports.len(), c.at.Report)
	compareRecords(c, "verdicts", kept.pairs, c.mark.Pairs, c.at.pairs.len(), c.at.Pair)
	compareRecords(c, "imports", kept.imports, c.mark.Imports, c.at.imports.len(), c.at.Import)
	compareRecords(c, "opérations", kept.operations, c.mark.Operations, c.at.operations.len(), c.at.Operation)
	links := byID(kept.links)
	marked, folded = c.mark.Links, c.at.links.len()
	for id := range c.gone {
		if links[id] != nil {
			marked--
		}
		if c.at.Link(id) != nil {
			folded--
		}
		delete(links, id)
	}
	compareRecords(c, "liens", links, marked, folded, c.at.Link)
	compareRecords(c, "réseaux", kept.networks, c.mark.Networks, c.at.networks.len(), c.at.Network)
	compareRecords(c, "réunions", kept.meetings, c.mark.Meetings, c.at.meetings.len(), c.at.Meeting)
	c.compareLookups()
}

func (c *stateCheck) compareLookups() {
	if err := c.disk.verifyLookups(c.mark); err != nil {
		c.report.problem("état : %v", err)
	}
	names, err := c.disk.roll(c.mark)
	if err != nil || !slices.Equal(names.names, c.roll.names) {
		c.report.problem("état : les auteurs ne sont pas ceux du journal (%v)", err)
	}
	for at := 0; at < len(c.lookups.classes); at += rollChunk {
		part, err := c.disk.rollPart(dealmap.Seq(at / rollChunk))
		if err != nil || !slices.Equal(part.classes, c.lookups.classes[at:min(at+rollChunk, len(c.lookups.classes))]) {
			c.report.problem("état : les auteurs des écritures à partir de la n° %d sont faux", at+1)
		}
	}
	if c.mark.Requests != len(c.lookups.requests) {
		c.report.problem("état : %d demandes au lieu de %d", c.mark.Requests, len(c.lookups.requests))
	}
	for key, want := range c.lookups.requests {
		if got, known, err := c.disk.request(key); err != nil || !known || got != want {
			c.report.problem("état : la trace de la demande de l’écriture n° %d est fausse", want.first)
		}
	}
	for id, want := range c.lookups.subjects {
		got, err := c.disk.subject(id)
		if err != nil || len(got) != len(want) {
			c.report.problem("état : l’historique de %s est incomplet", id)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				c.report.problem("état : l’historique de %s est faux", id)
				break
			}
		}
	}
}

// compareRecords compares the records of one kind on disk with those of the fold.
func compareRecords[T any](c *stateCheck, kind string, kept map[dealmap.ID]*T, marked, folded int, fresh func(dealmap.ID) *T) {
	if len(kept) != folded || marked != folded {
		c.report.problem("état : %d %s (%d annoncés) au lieu de %d", len(kept), kind, marked, folded)
	}
	for id, record := range kept {
		if !sameRecord(record, fresh(id)) {
			c.report.problem("état : parmi les %s, %s n’est pas celui du journal", kind, id)
		}
	}
}

func sameRecord[T any](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, err1 := encode(a)
	y, err2 := encode(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
