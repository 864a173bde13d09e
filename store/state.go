package store

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
)

type recordTree = btree.BTreeG[*record]

// state is the map after some entry. Its trees are persistent: copy is cheap, and a copy shares all that does not change.
// It has one owner; what is published is a copy.
type state struct {
	seq    dealmap.Seq
	time   time.Time // of the last entry
	places *recordTree
	refs   references
	// communes has the places of each commune.
	communes *recordTree
	columns  *columns // nil in a tentative state, as plots and strands are
	plots    *plots
	shelves
	ties    ties
	webbing webbing
	strands *strands // nil in a tentative state
	shown   *shelves // what others may hold of all but places; nil when that changed
	// granted is the last entry about grants or tokens.
	granted   dealmap.Seq
	erased    dealmap.Seq // the last entry since the start that erased a record
	synthetic int
	// vault packs what the state on disk has; nil when there is none, and in a tentative state: what that erases may stay.
	vault *vault
	// trial is what a tentative state knows beyond the map, nil in others.
	trial *trial
}

func newState() *state {
	return &state{
		places: btree.NewBTreeGOptions(func(a, b *record) bool {
			return bytes.Compare(a.id[:], b.id[:]) < 0
		}, btree.Options{NoLocks: true}),
		refs:     newReferences(),
		communes: newCommunes(), columns: newColumns(), plots: newPlots(),
		shelves: newShelves(), ties: newTies(), webbing: newWebbing(),
		strands: newStrands(),
	}
}

func (s *state) copy() *state {
	c := *s
	c.places, c.refs, c.communes = s.places.Copy(), s.refs.copy(), s.communes.Copy()
	c.columns, c.plots, c.strands = s.columns.copy(), s.plots.copy(), s.strands.copy()
	c.copyRest(s)
	return &c
}

// copyRest copies what is neither places nor what follows from their positions alone.
func (c *state) copyRest(s *state) {
	c.shelves, c.ties, c.webbing = s.shelves.copy(), s.ties.copy(), s.webbing.copy()
}

func getRecord(tree *recordTree, id dealmap.ID) *record {
	r, ok := tree.Get(&record{id: id})
	if !ok {
		return nil
	}
	return r
}

// Place implements dealmap.State.
func (s *state) Place(id dealmap.ID) *dealmap.Place {
	if r := getRecord(s.places, id); r != nil {
		return r.place()
	}
	return nil
}

// Taken implements dealmap.State.
func (s *state) Taken(reference string) bool {
	taken := s.found().refs.get(reference) != nil
	if strings.HasPrefix(reference, dealmap.OperationPrefix) {
		s.operations.ordered.Scan(func(o *dealmap.FieldOperation) bool {
			taken = o.Reference == reference
			return !taken
		})
	}
	return taken || strings.HasPrefix(reference, dealmap.NetworkPrefix) && s.codeTaken(reference)
}

// Near implements dealmap.State.
func (s *state) Near(at orb.Point, metres float64, yield func(*dealmap.Place, float64) bool) {
	s.finder().Near(at, metres, yield)
}

// Grant implements dealmap.State.
func (s *state) Grant(id dealmap.ID) *dealmap.Grant { return s.grants.get(id) }

// GrantsOf implements dealmap.State.
func (s *state) GrantsOf(subject string) []*dealmap.Grant {
	return slices.Collect(grantsOf(s.grants, subject))
}

// Token implements dealmap.State.
func (s *state) Token(id dealmap.ID) *dealmap.Token { return s.tokens.get(id) }

// TokensOf implements dealmap.State.
func (s *state) TokensOf(subject string) []*dealmap.Token {
	return slices.Collect(tokensOf(s.tokens, subject))
}

// Report implements dealmap.State.
func (s *state) Report(id dealmap.ID) *dealmap.Report { return s.reports.get(id) }

// Pair implements dealmap.State.
func (s *state) Pair(id dealmap.ID) *dealmap.Pair { return s.pairs.get(id) }

// Import implements dealmap.State.
func (s *state) Import(id dealmap.ID) *dealmap.Import { return s.imports.get(id) }

// Operation implements dealmap.State.
func (s *state) Operation(id dealmap.ID) *dealmap.FieldOperation { return s.operations.get(id) }

// Meeting implements dealmap.State.
func (s *state) Meeting(id dealmap.ID) *dealmap.Meeting { return s.meetings.get(id) }

// Row implements dealmap.State.
func (s *state) Row(row dealmap.RowHash) (dealmap.ID, bool) { return s.found().ties.row(row) }

// ByReference implements dealmap.State.
func (s *state) ByReference(reference string) *dealmap.Place {
	if r := s.found().refs.get(reference); r != nil {
		return r.place()
	}
	return nil
}

// EntriesOf implements dealmap.State.
func (s *state) EntriesOf(id dealmap.ID) []dealmap.Seq {
	if s.trial == nil {
		return nil
	}
	return append(s.trial.kept(id), s.trial.decided[id]...)
}

// folded is an entry with what it did to the record that it concerns; the other kinds of record are nil.
type folded struct {
	event         dealmap.Event
	before, after *dealmap.Place
	record        *record // of after
	grant         *dealmap.Grant
	token         *dealmap.Token
	report        *dealmap.Report
	pair          *dealmap.Pair
	imported      *dealmap.Import
	operation     *dealmap.FieldOperation
	meeting       *dealmap.Meeting
	link, wasLink *dealmap.Link
	ends          [2]*dealmap.Place // of the link
	network       *dealmap.Network
}

// fold takes in one entry.
func (s *state) fold(e dealmap.Event) (f folded, err error) {
	if e.Seq != s.seq+1 {
		return f, fmt.Errorf("fold entry %d: the state is at %d", e.Seq, s.seq)
	}
	f.event = e
	if e.Kind.Concerns() != dealmap.ConcernsPlace {
		s.settle()
		s.shown = nil
	}
	switch e.Kind.Concerns() {
	case dealmap.ConcernsGrant:
		f.grant = foldOne(s.grants.get(e.Subject), e, dealmap.FoldGrants)
		s.grants.set(e.Subject, f.grant)
		s.granted = e.Seq
	case dealmap.ConcernsToken:
		f.token = foldOne(s.tokens.get(e.Subject), e, dealmap.FoldTokens)
		s.tokens.set(e.Subject, f.token)
		s.granted = e.Seq
	case dealmap.ConcernsReport:
		if f.report, err = dealmap.FoldReport(s.reports.get(e.Subject), e); err != nil {
			return f, err
		}
		s.reports.set(e.Subject, f.report)
	case dealmap.ConcernsPair:
		if f.pair, err = dealmap.FoldPair(s.pairs.get(e.Subject), e); err != nil {
			return f, err
		}
		s.pairs.set(e.Subject, f.pair)
		s.ties.pair(f.pair)
	case dealmap.ConcernsImport:
		if f.imported, err = dealmap.FoldImport(s.imports.get(e.Subject), e); err != nil {
			return f, err
		}
		s.imports.set(e.Subject, f.imported)
	case dealmap.ConcernsOperation:
		if f.operation, err = dealmap.FoldOperation(s.operations.get(e.Subject), e); err != nil {
			return f, err
		}
		s.operations.set(e.Subject, f.operation)
	case dealmap.ConcernsMeeting:
		if f.meeting, err = dealmap.FoldMeeting(s.meetings.get(e.Subject), e); err != nil {
			return f, err
		}
		s.meetings.set(e.Subject, f.meeting)
	case dealmap.ConcernsLink:
		f.wasLink = s.links.get(e.Subject)
		if f.link, err = dealmap.FoldLink(f.wasLink, e); err != nil {
			return f, err
		}
		f.ends = s.endsOf(cmp.Or(f.link, f.wasLink))
		s.links.set(e.Subject, f.link)
		s.webbing.link(f.wasLink, f.link)
		s.strand(e.Subject, f.link)
	case dealmap.ConcernsNetwork:
		if f.network, err = dealmap.FoldNetwork(s.networks.get(e.Subject), e); err != nil {
			return f, err
		}
		s.networks.set(e.Subject, f.network)
	default:
		f.before = s.Place(e.Subject)
		if f.after, err = dealmap.Fold(f.before, e); err != nil {
			return f, err
		}
		f.record = s.put(f.before, f.after)
	}
	if s.trial != nil {
		s.trial.decided[e.Subject] = append(s.trial.decided[e.Subject], e.Seq)
	}
	s.seq = e.Seq
	if _, ok := e.Body.(dealmap.Erasing); ok {
		s.erased = e.Seq
		s.vault.forget(e.Subject)
	}
	if e.Time.After(s.time) {
		s.time = e.Time
	}
	return f, nil
}

// put follows a place from what it was to what it is; either may be nil. It returns the record of what it is.
func (s *state) put(before, after *dealmap.Place) (fresh *record) {
	var old *record
	if before != nil {
		old = getRecord(s.places, before.ID)
	}
	if before == after {
		return old
	}
	if before != nil && before.Synthetic {
		s.synthetic--
	}
	if after == nil {
		s.places.Delete(old)
		if s.columns != nil {
			drawn, was := newPlot(s.columns, old.at, before)
			s.columns.remove(old.at)
			s.plots.replace(drawn, was, plot{}, false)
		}
	} else {
		fresh = s.set(before, after, old)
		if after.Synthetic {
			s.synthetic++
		}
	}
	if s.plots != nil {
		s.plots.touch(before, s.seq+1)
		s.plots.touch(after, s.seq+1)
	}
	if change := (placement{before, after, old, fresh}); s.trial != nil && !s.trial.apart {
		s.trial.waiting = append(s.trial.waiting, change)
	} else {
		s.find(change)
	}
	s.restrand(before, after)
	return fresh
}

// find lets a place be found by what it is instead of by what it was.
func (s *state) find(c placement) {
	if c.before != nil && (c.after == nil || c.after.Reference != c.before.Reference) {
		s.refs.Delete(c.old)
	}
	if c.old != nil && (c.fresh == nil || communeOrder(c.old, c.fresh) != 0) {
		s.communes.Delete(c.old)
	}
	if c.fresh != nil {
		s.communes.Set(c.fresh)
		s.refs.Set(c.fresh)
	}
	if s.trial != nil {
		s.trial.move(c)
	}
	s.ties.replace(c.before, c.after)
	s.webbing.place(c.before, c.after)
}

func (s *state) set(before, after *dealmap.Place, old *record) *record {
	r := newRecord(after)
	if s.columns != nil {
		var drawn plot
		var was bool
		if old != nil {
			r.at = old.at
			drawn, was = newPlot(s.columns, r.at, before)
		}
		s.columns.put(r, after)
		draws, is := newPlot(s.columns, r.at, after)
		s.plots.replace(drawn, was, draws, is)
	}
	s.places.Set(r)
	return r
}
